//! A small action that has one of everything.

use action_kit::{Command, Default, Definition, Flag, Input, Kind, Output, standard};
use diagnostics::Explanation;

/// The definition of the demo.
pub(crate) static DEMO: Definition = Definition {
    name: "demo",
    title: "Demo",
    about: "Shows one of everything: it's a demo.",
    icon: "tag",
    color: "blue",
    commands: &[
        Command::new("apply", "Do it"),
        Command::new("check", "Only look"),
        Command::command_line_only("doctor", "Look at the machine"),
    ],
    inputs: &[
        standard::CONFIG,
        standard::WORKING_DIRECTORY,
        standard::DRY_RUN.named("dry-run", &["no_operation_mode"]),
        standard::TOKEN.named("token", &["github_token"]),
        standard::MODE,
        standard::FAIL_ON,
        standard::LOG_LEVEL,
        standard::APPLY_UNDER_ACT,
        standard::HOST_WORKSPACE,
        standard::JOB_CONTAINER,
        Input::new("scenario", "What the demo plays.")
            .flag(Flag::Value { long: "scenario", short: None }),
        Input::new("retries", "How often.")
            .kind(Kind::Integer { min: 0, max: 9 })
            .default(Default::Builtin("3"))
            .flag(Flag::Value { long: "retries", short: Some('r') }),
        Input::new("force", "The level.")
            .kind(Kind::Choice(&["patch", "minor", "major"]))
            .commands(&["apply"])
            .flag(Flag::OneOf),
        Input::new("build", "Whether to build.")
            .kind(Kind::Bool)
            .commands(&["apply"])
            .flag(Flag::Off { long: "skip-build" }),
        Input::new("as_prerelease", "Make it a prerelease.")
            .kind(Kind::Bool)
            .commands(&["apply"])
            .flag(Flag::Switch { long: "as-prerelease", short: None }),
        Input::new("files", "Which files.")
            .kind(Kind::List)
            .flag(Flag::Value { long: "file", short: None }),
        Input::new("name", "Who.")
            .required()
            .commands(&["check"])
            .flag(Flag::Value { long: "name", short: None }),
    ],
    outputs: &[
        standard::PLAN,
        standard::PLAN_FILE,
        standard::CHANGED,
        standard::DRY_RUN_OUTPUT,
        standard::REPORT,
        Output::new("greeting", "What was said."),
    ],
    explanations: &[&[Explanation { code: "demo/odd", title: "odd", text: "Something odd." }]],
    exports_paths: true,
    engine_commands: &[],
    engine_unless: |_| true,
};
