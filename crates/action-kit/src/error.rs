//! What can go wrong between the action and the runner.

use std::path::PathBuf;

use diagnostics::{Diagnostic, Explanation};

use crate::wire::WireError;

/// An error of this crate; converts into a [`Diagnostic`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An output the definition does not list.
    #[error("output `{0}` is not declared")]
    UndeclaredOutput(String),
    /// A name, value or path the runner's files cannot carry.
    #[error("{what} `{name}` cannot be handed to the runner: {reason}")]
    Wire {
        /// `output`, `variable`, `state`, `path`.
        what: &'static str,
        /// Its name.
        name: String,
        /// Why not.
        reason: WireError,
    },
    /// A variable the runner refuses in `GITHUB_ENV`.
    #[error("variable `{0}` cannot be exported: the runner refuses it")]
    BlockedVariable(String),
    /// A variable no later process could start with.
    #[error("variable `{name}` is {bytes} bytes long; no process starts with more than {limit}")]
    VariableTooLong {
        /// Its name.
        name: String,
        /// Bytes of name, `=` and value.
        bytes: usize,
        /// The most the kernel takes.
        limit: usize,
    },
    /// A file of the runner cannot be written.
    #[error("cannot write `{path}` ({variable}): {error}")]
    FileCommand {
        /// The variable that names it.
        variable: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// A path later steps cannot see.
    #[error("`{0}` is in no directory that later steps share")]
    NotShared(PathBuf),
    /// A path whose place on the host is not known.
    #[error("where `{0}` is on the host is not known")]
    HostUnknown(PathBuf),
    /// `working-directory` is no directory of the workspace.
    #[error("working directory `{path}` {reason}")]
    WorkingDirectory {
        /// As given.
        path: String,
        /// `does not exist`, `is outside the workspace`.
        reason: String,
    },
    /// The event's payload cannot be read.
    #[error("cannot read the event `{path}`: {reason}")]
    Event {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The plan's file cannot be written.
    #[error("cannot write the plan to `{path}`: {error}")]
    PlanFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// The report's file cannot be written.
    #[error("cannot write the report to `{path}`: {error}")]
    ReportFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::UndeclaredOutput(_) => Self::bug(message),
            Error::Wire { .. } => Self::bad_input("runner/unwritable", message),
            Error::BlockedVariable(_) => Self::bad_input("runner/blocked-variable", message)
                .with_help("set it with `env:` of the step that needs it"),
            Error::VariableTooLong { .. } => Self::bad_input("runner/variable-too-long", message)
                .with_help("write the value to a file and export its path"),
            Error::FileCommand { .. } => Self::outside("runner/file-command", message)
                .with_help("check the permissions of the runner's temporary directory"),
            Error::NotShared(_) => Self::bad_input("runner/path-not-shared", message)
                .with_help("choose a place below the workspace"),
            Error::HostUnknown(_) => Self::outside("runner/host-path-unknown", message).with_help(
                "leave input `host-workspace` at its default, `${{ github.workspace }}`",
            ),
            Error::WorkingDirectory { .. } => Self::bad_input("input/working-directory", message)
                .with_help("name a directory of the repository; is it checked out?"),
            Error::Event { .. } => Self::outside("runner/event", message),
            Error::PlanFile { .. } => Self::outside("runner/plan-file", message)
                .with_help("check space and permissions there"),
            Error::ReportFile { .. } => Self::warning("runner/report-file", message)
                .with_help("the report is in the step summary too; check space and permissions"),
        }
    }
}

/// The long forms of the codes of this crate.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "input/usage",
        title: "the command line is not understood",
        text: "A flag or sub-command is unknown, or a value is missing. `--help` lists what there is.",
    },
    Explanation {
        code: "input/value",
        title: "an input has a value it does not take",
        text: "Booleans are `true`, `True`, `TRUE`, `false`, `False` or `FALSE`, as in YAML 1.2; \
               quote other words. Numbers are decimal and whole. Choices are spelt exactly as \
               listed in the README.",
    },
    Explanation {
        code: "input/conflict",
        title: "two spellings of one input disagree",
        text: "An input may have several names (`config` and `config_file`) and the environment \
               spells names with `-` or `_`. Two of them arrived with different values, and \
               guessing which was meant could do the wrong thing. Remove one.",
    },
    Explanation {
        code: "input/required",
        title: "a required input is missing",
        text: "Give it under `with:` or as a flag. The runner does not enforce `required`, and an \
               expression that yields nothing arrives as an empty text, which counts as missing.",
    },
    Explanation {
        code: "input/unknown",
        title: "an input nobody reads",
        text: "The step gives an input that this action does not have, often a misspelt name; the \
               value has no effect.",
    },
    Explanation {
        code: "input/no-command",
        title: "nothing says what to do",
        text: "On the command line name a sub-command; in a workflow set input `mode`.",
    },
    Explanation {
        code: "input/working-directory",
        title: "the working directory cannot be used",
        text: "It must exist, be a directory, and lie inside the workspace after symbolic links \
               are followed.",
    },
    Explanation {
        code: "runner/unwritable",
        title: "a name or value the runner's files cannot carry",
        text: "Names may not be empty or hold `=`, `<<` or line breaks; values may not hold NUL; \
               paths may not hold line breaks or `:`.",
    },
    Explanation {
        code: "runner/blocked-variable",
        title: "the runner refuses this variable",
        text: "`NODE_OPTIONS` cannot be set for later steps through GITHUB_ENV.",
    },
    Explanation {
        code: "runner/variable-too-long",
        title: "a variable that would stop every later step",
        text: "Linux starts no process with a single variable above 128 KiB (name and value).",
    },
    Explanation {
        code: "runner/file-command",
        title: "a file of the runner is missing or cannot be written",
        text: "Outputs, variables, paths and the summary go through files whose names the runner \
               puts into GITHUB_OUTPUT, GITHUB_ENV, GITHUB_PATH, GITHUB_STATE and \
               GITHUB_STEP_SUMMARY. In an old or partial environment one may be missing: then the \
               run goes on without it and says so.",
    },
    Explanation {
        code: "runner/path-not-shared",
        title: "a path later steps cannot see",
        text: "A container action shares with later steps the workspace, its home directory and \
               the runner's temporary directory, under act the workspace and the tool cache. \
               Anything else is gone when the container ends.",
    },
    Explanation {
        code: "runner/host-path-unknown",
        title: "the host's name of a path is not known",
        text: "Later steps run on the host, where the workspace has another path. It is learned \
               from input `host-workspace`, or else from RUNNER_WORKSPACE.",
    },
    Explanation {
        code: "runner/event",
        title: "the event's payload cannot be read",
        text: "GITHUB_EVENT_PATH names a file that is missing or not JSON.",
    },
    Explanation {
        code: "runner/plan-file",
        title: "the plan's file cannot be written",
        text: "The plan is written to the runner's temporary directory, under act to the workspace.",
    },
    Explanation {
        code: "runner/report-file",
        title: "the report's file cannot be written",
        text: "The report is written beside the plan's file. What it reports is done all the same; \
               output `report` stays empty.",
    },
    Explanation {
        code: "runner/summary-cut",
        title: "the step summary is too long",
        text: "The runner drops a summary above 1 MiB (1,048,576 bytes) as a whole, so ours is cut \
               at the end of a line.",
    },
    Explanation {
        code: "runner/ownership",
        title: "the files of this run belong to root",
        text: "Started as root, the action becomes the owner of the workspace, so that later steps \
               can change what it made and git does not refuse the repository. Here the container \
               lacks the capabilities for it (SETUID, SETGID).",
    },
    Explanation {
        code: "runner/cancelled",
        title: "the run was cancelled",
        text: "After SIGINT or SIGTERM no new step starts and the running one gets five seconds. \
               Nothing is undone; the next run completes the work.",
    },
    Explanation {
        code: "internal/bug",
        title: "a defect of the action",
        text: "Please report it with the log of the step.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained() {
        let io = || std::io::Error::other("x");
        let errors = [
            Error::UndeclaredOutput("x".into()),
            Error::Wire { what: "output", name: "x".into(), reason: WireError::Nul },
            Error::BlockedVariable("x".into()),
            Error::VariableTooLong { name: "x".into(), bytes: 1, limit: 0 },
            Error::FileCommand { variable: "X", path: "x".into(), error: io() },
            Error::NotShared("x".into()),
            Error::HostUnknown("x".into()),
            Error::WorkingDirectory { path: "x".into(), reason: "x".into() },
            Error::Event { path: "x".into(), reason: "x".into() },
            Error::PlanFile { path: "x".into(), error: io() },
            Error::ReportFile { path: "x".into(), error: io() },
        ];
        for error in errors {
            let diagnostic = Diagnostic::from(error);
            assert!(
                EXPLANATIONS.iter().any(|known| known.code == diagnostic.code),
                "{diagnostic:?}"
            );
        }
    }
}
