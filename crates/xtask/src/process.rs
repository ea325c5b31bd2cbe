//! Running programs: foreground ones whose output goes to a log, and services ended by their id.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;

use crate::interrupt::{self, Kind};

/// Where the output of programs goes.
#[derive(Debug, Clone)]
pub(crate) enum Log {
    /// Straight to the terminal.
    Terminal,
    /// To the end of a file, shown when its stage fails.
    File(PathBuf),
}

impl Log {
    fn stream(&self) -> Result<Stdio> {
        Ok(match self {
            Self::Terminal => Stdio::inherit(),
            Self::File(path) => Stdio::from(append(path)?),
        })
    }

    /// One line of our own.
    pub(crate) fn line(&self, text: &str) {
        match self {
            Self::Terminal => crate::say::line(text),
            // A log that cannot be written must not fail the stage.
            Self::File(path) => {
                let _ = append(path).map(|mut file| writeln!(file, "{text}"));
            }
        }
    }
}

fn append(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("failed to open {}", path.display()))
}

/// A program about to be run. Its standard input is always empty.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
}

impl Run {
    /// The program, found on PATH or given by its path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        // A group of its own: Ctrl-C reaches only us, and we end the whole group.
        command.stdin(Stdio::null()).process_group(0);
        Self { command }
    }

    /// One more argument.
    pub(crate) fn arg(mut self, value: impl AsRef<OsStr>) -> Self {
        self.command.arg(value);
        self
    }

    /// More arguments.
    pub(crate) fn args(mut self, values: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(values);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes every variable that a CI runner would set, so that tests see the same everywhere.
    pub(crate) fn without_ci(mut self) -> Self {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["GITHUB_", "INPUT_", "RUNNER_", "ACTIONS_"]
                .iter()
                .any(|prefix| text.starts_with(prefix))
                || ["CI", "ACT", "GH_TOKEN"].contains(&text.as_ref())
            {
                self.command.env_remove(&name);
            }
        }
        self
    }

    /// The folder to run in.
    pub(crate) fn dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs to the end; both streams go to the log. An exit code other than 0 is an error.
    pub(crate) fn run(mut self, log: &Log) -> Result<()> {
        log.line(&format!("$ {}", self.shown()));
        self.command.stdout(log.stream()?).stderr(log.stream()?);
        let shown = self.shown();
        let child = self.spawn(Kind::Foreground)?;
        let status = wait(child)?.status;
        if !status.success() {
            bail!("`{shown}` ended with {status}");
        }
        Ok(())
    }

    /// Runs to the end and returns standard output; standard error goes to the log.
    pub(crate) fn output(mut self, log: &Log) -> Result<String> {
        log.line(&format!("$ {}", self.shown()));
        self.command.stdout(Stdio::piped()).stderr(log.stream()?);
        let shown = self.shown();
        let output = wait(self.spawn(Kind::Foreground)?)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            log.line(&text);
            bail!("`{shown}` ended with {}", output.status);
        }
        Ok(text)
    }

    /// Runs to the end and returns the exit code and both streams, whatever the code is.
    pub(crate) fn finish(mut self) -> Result<Finished> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = wait(self.spawn(Kind::Foreground)?)?;
        Ok(Finished {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Starts a service; it is ended when the returned value is dropped.
    pub(crate) fn serve(mut self, name: &str, output: &Path) -> Result<Service> {
        self.command.stdout(append(output)?).stderr(append(output)?);
        let child = self.spawn(Kind::Service)?;
        Ok(Service { name: name.to_owned(), child, output: output.to_owned() })
    }

    /// Starts a service whose standard output is read by the caller.
    pub(crate) fn serve_piped(mut self, name: &str, errors: &Path) -> Result<Service> {
        self.command.stdout(Stdio::piped()).stderr(append(errors)?);
        let child = self.spawn(Kind::Service)?;
        Ok(Service { name: name.to_owned(), child, output: errors.to_owned() })
    }

    fn spawn(&mut self, kind: Kind) -> Result<Child> {
        if interrupt::interrupted() {
            bail!("interrupted");
        }
        let child =
            self.command.spawn().with_context(|| format!("failed to start `{}`", self.shown()))?;
        interrupt::started(child.id(), kind);
        Ok(child)
    }

    fn shown(&self) -> String {
        let mut text = self.command.get_program().to_string_lossy().into_owned();
        for argument in self.command.get_args() {
            text.push(' ');
            text.push_str(&argument.to_string_lossy());
        }
        text
    }
}

fn wait(child: Child) -> Result<std::process::Output> {
    let id = child.id();
    let output = child.wait_with_output();
    interrupt::ended(id);
    output.context("failed to wait for a program")
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

/// A program that runs until this value is dropped.
#[derive(Debug)]
pub(crate) struct Service {
    name: String,
    child: Child,
    output: PathBuf,
}

impl Service {
    /// Standard output of a service started with [`Run::serve_piped`].
    pub(crate) fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits until `ready` says so; an early end or a timeout is an error with the last output.
    pub(crate) fn wait_until(&mut self, limit: Duration, ready: impl Fn() -> bool) -> Result<()> {
        let deadline = Instant::now() + limit;
        loop {
            if ready() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended early with {status}: {}", self.name, self.last_output());
            }
            if Instant::now() > deadline {
                bail!("{} was not ready after {limit:?}: {}", self.name, self.last_output());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn last_output(&self) -> String {
        tail(&std::fs::read_to_string(&self.output).unwrap_or_default(), 10)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let id = self.child.id();
        // Only the service itself first: it ends its own helpers in order.
        interrupt::signal_child(id, false, Signal::SIGTERM);
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                interrupt::ended(id);
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        interrupt::signal_child(id, true, Signal::SIGKILL);
        let _ = self.child.wait();
        interrupt::ended(id);
    }
}

/// The last `count` lines.
pub(crate) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(count);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// Where a program is on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = Run::new("false").run(&Log::Terminal).unwrap_err();
        assert!(error.to_string().contains("`false` ended with"), "{error}");
    }

    #[test]
    fn a_service_is_ended_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let service =
            Run::new("sleep").arg("60").serve("sleep", &folder.path().join("log")).unwrap();
        let id = service.child.id();
        drop(service);
        assert!(!Path::new(&format!("/proc/{id}")).exists());
    }

    #[test]
    fn a_service_that_ends_early_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let mut service = Run::new("true").serve("true", &folder.path().join("log")).unwrap();
        let error = service.wait_until(Duration::from_secs(5), || false).unwrap_err();
        assert!(error.to_string().contains("ended early"), "{error}");
    }

    #[test]
    fn tail_keeps_the_last_lines() {
        for (text, count, expected) in [("a\nb\nc", 2, "b\nc"), ("a", 5, "a"), ("", 1, "")] {
            assert_eq!(tail(text, count), expected);
        }
    }
}
