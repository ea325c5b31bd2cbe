//! Outputs, exported variables, paths and state.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diagnostics::Diagnostic;

use crate::clock::Random;
use crate::definition::Definition;
use crate::error::Error;
use crate::file_commands::FileCommand;
use crate::log::Log;
use crate::runner::Runner;
use crate::wire::{self, Dialect, WireError};

/// The most bytes of one variable, name and `=` included, a process can be started with: the
/// kernel's limit for one string, less its end (runner contract, 1.4).
const LONGEST_VARIABLE: usize = 131_071;

/// What the run hands to later steps. Cheap to clone.
///
/// Outputs are kept and written once, when the run ends, all the declared ones in their declared
/// order, whatever way it ends. Variables, paths and state are written at once.
#[derive(Clone, Debug)]
pub struct Outputs(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    definition: &'static Definition,
    runner: Runner,
    log: Log,
    random: Random,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    values: BTreeMap<&'static str, String>,
    flushed: bool,
    missing: Vec<FileCommand>,
}

impl Outputs {
    pub(crate) fn new(
        definition: &'static Definition,
        runner: Runner,
        log: Log,
        random: Random,
    ) -> Self {
        let state = Mutex::default();
        Self(Arc::new(Shared { definition, runner, log, random, state }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets an output; the last value wins. Known secrets in it become `***`.
    ///
    /// # Errors
    /// A name the definition does not list, or a value with a NUL character.
    pub fn set(&self, name: &str, value: impl Into<String>) -> Result<(), Diagnostic> {
        let declared = self.0.definition.outputs.iter().find(|output| output.name == name);
        let declared = declared.ok_or_else(|| Error::UndeclaredOutput(name.to_owned()))?;
        let value = self.0.log.scrub(&value.into());
        self.entry("output", name, &value)?;
        self.state().values.insert(declared.name, value);
        Ok(())
    }

    /// What an output is so far: as set, or its default.
    pub fn get(&self, name: &str) -> Option<String> {
        let declared = self.0.definition.outputs.iter().find(|output| output.name == name)?;
        let set = self.state().values.get(name).cloned();
        Some(set.unwrap_or_else(|| declared.default.to_owned()))
    }

    /// Exports a variable to later steps. Paths in it must be the host's, see [`crate::Paths`].
    ///
    /// # Errors
    /// `NODE_OPTIONS`, which the runner refuses; a variable above the kernel's limit; a name or
    /// value the file cannot carry; a file that cannot be written.
    pub fn export_env(&self, name: &str, value: &str) -> Result<(), Diagnostic> {
        if name.eq_ignore_ascii_case("NODE_OPTIONS") {
            return Err(Error::BlockedVariable(name.to_owned()).into());
        }
        let value = wire::readable(value, self.dialect());
        let bytes = name.len() + 1 + value.len();
        if bytes > LONGEST_VARIABLE {
            let name = name.to_owned();
            return Err(Error::VariableTooLong { name, bytes, limit: LONGEST_VARIABLE }.into());
        }
        let entry = self.entry("variable", name, &value)?;
        self.append(FileCommand::Environment, &entry)
    }

    /// Puts a directory in front of the PATH of later steps. It must be the host's path, see
    /// [`crate::Paths`].
    ///
    /// # Errors
    /// A path with `:` or a line break; a file that cannot be written.
    pub fn add_path(&self, path: &Path) -> Result<(), Diagnostic> {
        let text = path.to_str().ok_or(WireError::Path);
        let line = text.and_then(wire::path_line).map_err(|reason| Error::Wire {
            what: "path",
            name: path.display().to_string(),
            reason,
        })?;
        self.append(FileCommand::Path, &line)
    }

    /// Saves state for the post step. Do not rely on it: act does not hand it over (runner
    /// contract, 1.6).
    ///
    /// # Errors
    /// A name or value the file cannot carry; a file that cannot be written.
    pub fn save_state(&self, name: &str, value: &str) -> Result<(), Diagnostic> {
        let entry = self.entry("state", name, value)?;
        self.append(FileCommand::State, &entry)
    }

    fn dialect(&self) -> Dialect {
        self.0.runner.dialect()
    }

    fn entry(&self, what: &'static str, name: &str, value: &str) -> Result<String, Error> {
        let value = wire::readable(value, self.dialect());
        // A random delimiter is no line of the value; if it is, the value was made to fit it.
        let delimiter = format!("ghadelimiter_{}", self.0.random.token());
        wire::key_value(name, &value, &delimiter).map_err(|reason| Error::Wire {
            what,
            name: name.to_owned(),
            reason,
        })
    }

    fn append(&self, file: FileCommand, text: &str) -> Result<(), Diagnostic> {
        if let Some(path) = file.path(&self.0.runner) {
            return Ok(file.append(&path, text)?);
        }
        self.note_missing(file);
        Ok(())
    }

    fn note_missing(&self, file: FileCommand) {
        let mut state = self.state();
        if !self.0.runner.in_actions() || state.missing.contains(&file) {
            return;
        }
        state.missing.push(file);
        drop(state);
        let variable = file.variable();
        let notice = Diagnostic::notice(
            "runner/file-command",
            format!("{variable} names no file in a folder that exists"),
        )
        .with_help("what this step hands to later ones through it is lost; use a newer runner");
        if let Some(mut sink) = self.0.log.try_sink() {
            sink.diagnostic(&notice);
        }
    }

    /// Whether the outputs will be writable at the end.
    pub(crate) fn check(&self) -> Result<(), Diagnostic> {
        match FileCommand::Output.path(&self.0.runner) {
            Some(path) => Ok(FileCommand::Output.append(&path, "")?),
            None => Ok(()),
        }
    }

    /// Writes all outputs, once.
    pub(crate) fn flush(&self) -> Result<(), Diagnostic> {
        let mut text = String::new();
        {
            let mut state = self.state();
            if std::mem::replace(&mut state.flushed, true) {
                return Ok(());
            }
            for output in self.0.definition.outputs {
                let set = state.values.get(output.name).map(String::as_str);
                text.push_str(&self.entry("output", output.name, set.unwrap_or(output.default))?);
            }
        }
        if text.is_empty() { Ok(()) } else { self.append(FileCommand::Output, &text) }
    }

    /// As [`Outputs::flush`], from a panic: never waits for a lock.
    pub(crate) fn try_flush(&self) {
        let free = !matches!(self.0.state.try_lock(), Err(std::sync::TryLockError::WouldBlock));
        if free {
            // Already in a failure that is reported with a code of its own.
            let _ = self.flush();
        }
    }
}
