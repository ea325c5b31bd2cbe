//! What a run takes from the process: environment, arguments, streams.

use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cancel::Cancel;
use crate::clock::{Clock, Random};
use crate::environment::Environment;

/// The process around a run. Tests make their own and run an action in it.
pub struct Process {
    pub(crate) environment: Environment,
    pub(crate) arguments: Vec<String>,
    pub(crate) current_dir: PathBuf,
    pub(crate) stdout: Box<dyn Write + Send>,
    pub(crate) stderr: Box<dyn Write + Send>,
    pub(crate) colour: bool,
    /// Whether stdout is a terminal, where control characters act.
    pub(crate) terminal: bool,
    pub(crate) cancel: Cancel,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    /// Whether the run owns the process and may change it: owner, signals, panic hook.
    pub(crate) owner: bool,
}

impl Process {
    /// The real one.
    pub fn of_system() -> Self {
        let environment = Environment::of_process();
        let plain = |name: &str| environment.get(name).is_some();
        let colour = std::io::stderr().is_terminal()
            && !plain("NO_COLOR")
            && environment.get("TERM") != Some("dumb")
            // Under act every stream may be a terminal that nobody looks at.
            && environment.get("ACT") != Some("true");
        let arguments = std::env::args_os().skip(1);
        Self {
            arguments: arguments.map(|text| text.to_string_lossy().into_owned()).collect(),
            current_dir: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
            stdout: Box::new(std::io::stdout()),
            stderr: Box::new(std::io::stderr()),
            colour,
            terminal: std::io::stdout().is_terminal(),
            cancel: Cancel::default(),
            clock: Clock::from_environment(&environment),
            random: Random::default(),
            owner: true,
            environment,
        }
    }

    /// One for a test: this environment, these arguments (without the program's name), this
    /// directory; streams are kept in memory, random numbers are repeatable.
    pub fn in_memory<E, A>(
        environment: E,
        arguments: A,
        current_dir: impl Into<PathBuf>,
    ) -> (Self, Streams)
    where
        E: IntoIterator<Item = (String, String)>,
        A: IntoIterator<Item = String>,
    {
        let environment: Environment = environment.into_iter().collect();
        let streams = Streams::default();
        let process = Self {
            arguments: arguments.into_iter().collect(),
            current_dir: current_dir.into(),
            stdout: Box::new(Shared(Arc::clone(&streams.stdout))),
            stderr: Box::new(Shared(Arc::clone(&streams.stderr))),
            colour: false,
            terminal: false,
            cancel: Cancel::default(),
            clock: Clock::from_environment(&environment),
            random: Random::seeded(1),
            owner: false,
            environment,
        };
        (process, streams)
    }

    /// The token that cancels the run, for another thread.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Replaces standard output.
    #[must_use]
    pub fn with_stdout(mut self, stdout: Box<dyn Write + Send>) -> Self {
        self.stdout = stdout;
        self
    }
}

/// What a run in memory wrote.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
}

impl Streams {
    /// Standard output so far.
    pub fn stdout(&self) -> String {
        text(&self.stdout)
    }

    /// Standard error so far.
    pub fn stderr(&self) -> String {
        text(&self.stderr)
    }
}

fn text(bytes: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
