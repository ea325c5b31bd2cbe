//! What became of a step.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::command::Command;
use crate::issue::{Annotation, Severity};
use crate::summary::Summary;

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Exit code 0 and nothing else wrong.
    Success,
    /// Any other exit code, a broken file command, a failing command, a timeout.
    Failure,
    /// Cancelled.
    Cancelled,
}

/// A file that appeared during the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Path on the host.
    pub path: PathBuf,
    /// User it belongs to.
    pub uid: u32,
    /// Group it belongs to.
    pub gid: u32,
}

/// Everything that was seen of a step.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// Exit code of the process or of the docker client.
    pub exit: i32,
    /// The step's result.
    pub conclusion: Conclusion,
    /// Whether the job fails although the step may not (act, broken file commands).
    pub job_failed: bool,
    /// The log, masked.
    pub log: Vec<String>,
    /// Outputs.
    pub outputs: BTreeMap<String, String>,
    /// Variables for later steps.
    pub env: BTreeMap<String, String>,
    /// Path additions in order of appearance.
    pub path: Vec<String>,
    /// Saved state.
    pub state: BTreeMap<String, String>,
    /// The step summary.
    pub summary: Summary,
    /// Recorded annotations: those of the step and those the runner made about it.
    pub annotations: Vec<Annotation>,
    /// What the runner had to say about file commands, one text a file.
    pub issues: Vec<String>,
    /// Commands that were carried out.
    pub commands: Vec<Command>,
    /// Secrets known after the step, without derived forms.
    pub masks: Vec<String>,
    /// Files that appeared in the workspace, the temp home and the temp folder.
    pub new_files: Vec<NewFile>,
    /// Those of them that belong to somebody else than the workspace does.
    pub foreign_files: Vec<NewFile>,
    /// Files written outside of every shared folder, as the process saw their paths; they are lost
    /// with the container. Known in process mode with a root of its own only.
    pub outside: Vec<PathBuf>,
    /// Exported paths and variables that name a place only containers see.
    pub dead_exports: Vec<String>,
    /// Where the runner's reading and act's reading of the same bytes differ.
    pub disagreements: Vec<String>,
    /// Whether the process or container outlived a cancellation, or left processes behind.
    pub survived: bool,
    /// Whether the step was cancelled or timed out.
    pub cancelled: bool,
    /// From SIGINT to the end, if cancelled.
    pub took_to_end: Option<Duration>,
    /// The `docker run` line, in container mode.
    pub command_line: Option<String>,
    /// The variables the process got.
    pub variables: BTreeMap<String, String>,
    /// The arguments the process got.
    pub arguments: Vec<String>,
}

impl StepReport {
    /// An output, names compared without case.
    pub fn output(&self, name: &str) -> Option<&str> {
        let exact = self.outputs.get(name);
        let any = || self.outputs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        exact.or_else(|| any().map(|(_, value)| value)).map(String::as_str)
    }

    /// The log as one text.
    pub fn text(&self) -> String {
        self.log.join("\n")
    }

    /// Annotations of one severity.
    pub fn annotations_of(&self, severity: Severity) -> Vec<&Annotation> {
        self.annotations.iter().filter(|annotation| annotation.severity == severity).collect()
    }

    /// Whether the step succeeded.
    pub fn succeeded(&self) -> bool {
        self.conclusion == Conclusion::Success
    }
}
