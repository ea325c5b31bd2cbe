//! The inputs and outputs every action has.
//!
//! A definition lists them under these names, or, where it is a drop-in for another tool, under
//! that tool's name with ours as an alias: `standard::CONFIG.named("config_file", &["config"])`.

use crate::definition::{Default, Flag, Input, Kind, Output};

/// `config`: the configuration file.
pub const CONFIG: Input = Input::new(
    "config",
    "The configuration file. Without it the usual places are searched; two found is an error.",
)
.kind(Kind::Path)
.flag(Flag::Value { long: "config", short: Some('c') });

/// `working-directory`: where the action works.
pub const WORKING_DIRECTORY: Input =
    Input::new("working-directory", "The directory to work in, inside the workspace.")
        .kind(Kind::Path)
        .default(Default::Builtin("."))
        .flag(Flag::Value { long: "working-directory", short: Some('C') });

/// `dry-run`: plan only.
pub const DRY_RUN: Input = Input::new("dry-run", "Print the plan and stop there.")
    .kind(Kind::Bool)
    .default(Default::Builtin("false"))
    .flag(Flag::Pair { long: "dry-run" });

/// `token`: for the GitHub API.
pub const TOKEN: Input = Input::new(
    "token",
    "Token for the GitHub API. On the command line: variable `GH_TOKEN` or `GITHUB_TOKEN`.",
)
.default(Default::Expression("${{ github.token }}"))
.secret();

/// `mode`: which command runs. Kind and values follow from the commands of the definition.
pub const MODE: Input =
    Input::new("mode", "What to do; on the command line the sub-command of the same name.");

/// `fail-on`: how severe a finding must be to fail the step.
pub const FAIL_ON: Input =
    Input::new("fail-on", "The least severe finding that fails the step; `never` for none.")
        .kind(Kind::Choice(&["error", "warning", "notice", "never"]))
        .default(Default::Builtin("error"))
        .flag(Flag::Value { long: "fail-on", short: None });

/// `log-level`: how much the log says.
pub const LOG_LEVEL: Input = Input::new(
    "log-level",
    "How much the log says. Step debug logging and `-v` mean `debug`, `-q` means `warn`.",
)
.kind(Kind::Choice(&["error", "warn", "info", "debug", "trace"]))
.default(Default::Builtin("info"))
.flag(Flag::Value { long: "log-level", short: None });

/// `apply-under-act`: for actions that change things outside.
pub const APPLY_UNDER_ACT: Input = Input::new(
    "apply-under-act",
    "Let a run under act change things at a GitHub that is not a stand-in on this machine.",
)
.kind(Kind::Bool)
.default(Default::Builtin("false"))
.flag(Flag::Switch { long: "apply-under-act", short: None });

/// `host-workspace`: the workspace as the host knows it; `args` of `action.yml` hand it over, since
/// the runner translates the values of environment variables (runner contract, 2.4).
pub const HOST_WORKSPACE: Input =
    Input::new("host-workspace", "Internal: the workspace as the host knows it.")
        .kind(Kind::Path)
        .default(Default::Expression("${{ github.workspace }}"))
        .flag(Flag::Hidden { long: "host-workspace" });

/// `job-container`: not empty when the job runs in a container of its own, where paths differ.
pub const JOB_CONTAINER: Input =
    Input::new("job-container", "Internal: the id of the job's container.")
        .default(Default::Expression("${{ job.container.id }}"))
        .flag(Flag::Hidden { long: "job-container" });

/// `plan`: what is going to happen, or happened.
pub const PLAN: Output =
    Output::new("plan", "The plan as JSON; empty when it is 256 KiB or larger, see `plan-file`.");

/// `plan-file`: where the plan is.
pub const PLAN_FILE: Output =
    Output::new("plan-file", "Path of a file that holds the plan as JSON.");

/// `changed`: whether the run changed anything.
pub const CHANGED: Output =
    Output::new("changed", "Whether the run changed anything, or would have.").default("false");

/// `dry-run`: whether the run only planned.
pub const DRY_RUN_OUTPUT: Output =
    Output::new("dry-run", "Whether the run only planned.").default("false");

/// `report`: where the report is.
pub const REPORT: Output = Output::new("report", "Path of the report, where there is one.");
