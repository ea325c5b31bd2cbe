//! What a step did, as far as it was seen: the log, annotations, outputs and so on.

use std::collections::{BTreeMap, BTreeSet};

use crate::Dialect;
use crate::command::Command;
use crate::issue::{Annotation, Issues, Severity};
use crate::layout::PathMap;
use crate::mask::Masker;
use crate::matcher::Matcher;

/// The state of one step while its output is read.
#[derive(Debug, Default)]
pub struct StepState {
    /// Whose behaviour is played.
    pub dialect: Dialect,
    /// The job's secrets.
    pub masker: Masker,
    /// Host and container paths of the step.
    pub paths: PathMap,
    /// The workspace on the host.
    pub workspace: String,
    /// The `env` context.
    pub env: BTreeMap<String, String>,
    /// Whether step debug is on.
    pub debug: bool,
    /// The log as people see it, masked.
    pub log: Vec<String>,
    /// Annotations.
    pub issues: Issues,
    /// Outputs; without case on the runner.
    pub outputs: BTreeMap<String, String>,
    /// Saved state.
    pub state: BTreeMap<String, String>,
    /// Variables for later steps.
    pub exported_env: BTreeMap<String, String>,
    /// Path additions in order of appearance.
    pub path: Vec<String>,
    /// Active problem matchers, newest first.
    pub matchers: Vec<Matcher>,
    /// Commands that were carried out, in order.
    pub commands: Vec<Command>,
    /// Whether commands are echoed.
    pub echo: bool,
    /// Whether something other than the exit code made the step fail.
    pub failed: bool,
    /// Uses of deprecated commands, each once a job.
    pub telemetry: BTreeSet<String>,
}

impl StepState {
    /// An empty state for tests and for the start of a step.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, masker: Masker::new(dialect), ..Self::default() }
    }

    /// A line of the log.
    pub fn output(&mut self, line: &str) {
        self.log.push(self.masker.mask(line));
    }

    /// A text for step debug, one log line a line.
    pub fn debug(&mut self, text: &str) {
        if self.debug {
            for line in text.replace("\r\n", "\n").split('\n') {
                self.output(&format!("##[debug]{line}"));
            }
        }
    }

    /// An annotation: into the log, and recorded as far as the limits allow.
    pub fn annotate(&mut self, mut annotation: Annotation) {
        annotation.message = self.masker.mask(&annotation.message);
        self.log.push(format!("##[{}]{}", annotation.severity.name(), annotation.message));
        self.issues.add(annotation);
    }

    /// An error of the runner about what the step did.
    pub fn error(&mut self, message: &str) {
        self.annotate(Annotation::plain(Severity::Error, message));
    }

    /// A warning of the runner about what the step did.
    pub fn warning(&mut self, message: &str) {
        self.annotate(Annotation::plain(Severity::Warning, message));
    }

    /// Sets an output; on the runner names differ in more than case.
    pub fn set_output(&mut self, name: &str, value: &str) {
        if self.dialect == Dialect::Runner {
            self.outputs.retain(|known, _| !known.eq_ignore_ascii_case(name));
        }
        self.outputs.insert(name.to_owned(), value.to_owned());
    }

    /// Looks an output up; act too takes either case.
    pub fn output_value(&self, name: &str) -> Option<&str> {
        let exact = self.outputs.get(name);
        let any = || self.outputs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        exact.or_else(|| any().map(|(_, value)| value)).map(String::as_str)
    }
}
