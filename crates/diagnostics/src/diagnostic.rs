//! One thing to tell a user, and the failure that collects them.

use std::ops::Range;

use crate::{Exit, Source};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// Probably wrong; the run goes on.
    Warning,
    /// The run cannot succeed.
    Error,
}

impl Severity {
    /// The word in log lines and annotations: `error`, `warning`, `notice`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A marked part of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text pointed into.
    pub source: Source,
    /// Bytes of that text.
    pub span: Range<usize>,
    /// What is said about them; may be empty.
    pub text: String,
}

/// One thing to tell a user.
///
/// The message is a lower-case fragment without a full stop; `help` is the remedy. The first
/// label is the place that `file:line:column` and annotations name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code, `area/name`, that `explain` knows; empty for plain messages.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The exit class a run ends with because of it; only errors count.
    pub exit: Exit,
    /// What is wrong.
    pub message: String,
    /// Where; the first is the primary place.
    pub labels: Vec<Label>,
    /// Further facts, one a line.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    fn new(severity: Severity, exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            exit,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Bad input or configuration (exit 2).
    pub fn bad_input(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, Exit::BadInput, code, message)
    }

    /// The outside world failed (exit 3).
    pub fn outside(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, Exit::Outside, code, message)
    }

    /// A check failed (exit 1).
    pub fn check_failed(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, Exit::CheckFailed, code, message)
    }

    /// A defect of ours (exit 70).
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, Exit::Bug, "internal/bug", message)
            .with_help("this is a defect of the action; please report it with the log of this step")
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, Exit::Done, code, message)
    }

    /// A notice.
    pub fn notice(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Notice, Exit::Done, code, message)
    }

    /// Adds a marked place; the first one added is the primary place.
    #[must_use]
    pub fn with_label(
        mut self,
        source: &Source,
        span: Range<usize>,
        text: impl Into<String>,
    ) -> Self {
        let span = source.clamp(&span);
        self.labels.push(Label { source: source.clone(), span, text: text.into() });
        self
    }

    /// Adds a further fact.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Sets the remedy.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Why a run did not succeed: at least one error, and whatever else is worth saying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In the order they were found.
    pub diagnostics: Vec<Diagnostic>,
}

impl Failure {
    /// The exit class: the worst of the diagnostics, never [`Exit::Done`].
    pub fn exit(&self) -> Exit {
        let worst = self.diagnostics.iter().map(|d| d.exit).max().unwrap_or(Exit::Bug);
        if worst == Exit::Done { Exit::Bug } else { worst }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic] }
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics }
    }
}
