//! The log: one stream in Actions, two outside.
//!
//! In Actions everything goes to stdout, since the runner keeps no order between two streams, and
//! every write is whole lines, since act loses a last line without a line feed. Outside, stdout
//! carries the result only.

mod sink;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diagnostics::{Diagnostic, Secret};

pub(crate) use sink::{Setup, Sink};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What makes the run fail.
    Error,
    /// And what is probably wrong.
    Warn,
    /// And what is done; the default.
    Info,
    /// And why.
    Debug,
    /// And everything else.
    Trace,
}

impl Level {
    /// The level input `log-level` names.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "error" => Self::Error,
            "warn" => Self::Warn,
            "info" => Self::Info,
            "debug" => Self::Debug,
            "trace" => Self::Trace,
            _ => return None,
        })
    }
}

/// The log of a run. Cheap to clone.
///
/// Texts may hold anything: no line of them is taken for a workflow command, known secrets are
/// `***`, and control characters are made visible.
#[derive(Clone)]
pub struct Log(Arc<Mutex<Sink>>);

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Log")
    }
}

impl Log {
    pub(crate) fn new(sink: Sink) -> Self {
        Self(Arc::new(Mutex::new(sink)))
    }

    pub(crate) fn sink(&self) -> MutexGuard<'_, Sink> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sink, unless someone is writing: a panic may have happened inside a write.
    pub(crate) fn try_sink(&self) -> Option<MutexGuard<'_, Sink>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(std::sync::TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(std::sync::TryLockError::WouldBlock) => None,
        }
    }

    /// Whether texts of this level are shown; for messages that cost something to make.
    pub fn shows(&self, level: Level) -> bool {
        self.sink().shows(level)
    }

    /// Says what makes the run fail. Prefer [`Log::diagnostic`].
    pub fn error(&self, text: impl AsRef<str>) {
        self.sink().say(Level::Error, text.as_ref());
    }

    /// Says what is probably wrong. Prefer [`Log::diagnostic`].
    pub fn warn(&self, text: impl AsRef<str>) {
        self.sink().say(Level::Warn, text.as_ref());
    }

    /// Says what is done.
    pub fn info(&self, text: impl AsRef<str>) {
        self.sink().say(Level::Info, text.as_ref());
    }

    /// Says why.
    pub fn debug(&self, text: impl AsRef<str>) {
        self.sink().say(Level::Debug, text.as_ref());
    }

    /// Says everything else.
    pub fn trace(&self, text: impl AsRef<str>) {
        self.sink().say(Level::Trace, text.as_ref());
    }

    /// Prints the result: outside Actions the only thing on stdout, byte for byte but for secrets.
    pub fn result(&self, text: impl AsRef<str>) {
        self.sink().result(text.as_ref());
    }

    /// Shows a diagnostic now, and as an annotation at the end of the run.
    pub fn diagnostic(&self, diagnostic: &Diagnostic) {
        self.sink().diagnostic(diagnostic);
    }

    /// Folds what is said until the guard is dropped. Groups do not nest: a group in a group is a
    /// line.
    pub fn group(&self, title: impl AsRef<str>) -> Group {
        let opened = self.sink().open_group(title.as_ref());
        Group { log: opened.then(|| self.clone()) }
    }

    /// Shows foreign text, the output of a command say, with workflow commands switched off.
    pub fn foreign(&self, text: impl AsRef<str>) {
        self.foreign_lines().write(text);
    }

    /// Switches workflow commands off until the guard is dropped, for foreign text that comes
    /// bit by bit.
    pub fn foreign_lines(&self) -> Foreign {
        let opened = self.sink().stop_commands();
        Foreign { log: self.clone(), opened }
    }

    /// Keeps a secret out of the log: the runner's masks, and our own for where there is none.
    /// Values of fewer than eight characters are not masked; a mask that short would blot out
    /// ordinary text.
    pub fn mask(&self, secret: &Secret) {
        self.sink().mask(secret);
    }

    /// A text with every known secret as `***`.
    pub fn scrub(&self, text: &str) -> String {
        self.sink().scrub(text)
    }
}

/// An open group; dropping it closes it.
#[derive(Debug)]
pub struct Group {
    log: Option<Log>,
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(log) = &self.log {
            log.sink().close_group();
        }
    }
}

/// A stretch of foreign text; dropping it switches workflow commands on again.
#[derive(Debug)]
pub struct Foreign {
    log: Log,
    opened: bool,
}

impl Foreign {
    /// Shows more of it; always whole lines.
    pub fn write(&self, text: impl AsRef<str>) {
        self.log.sink().foreign(text.as_ref());
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        if self.opened {
            self.log.sink().resume_commands();
        }
    }
}
