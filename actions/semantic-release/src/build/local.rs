//! A build in the shell of this machine.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use action_kit::Context;
use diagnostics::{Diagnostic, Failure};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;
use tokio::process::Command;

/// How long the rest of the output may take once the shell has ended: what it left running in the
/// background may keep the output open for ever.
const REST: Duration = Duration::from_secs(1);
/// A line longer than this is told in pieces.
const LONGEST: usize = 64 * 1024;

/// The shell that builds.
pub(super) struct Shell(PathBuf);

/// The processes of a build; dropping it before they have ended ends them.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // All of them may have ended meanwhile.
            killpg(group, Signal::SIGTERM).ok();
            std::thread::sleep(Duration::from_millis(300));
            killpg(group, Signal::SIGKILL).ok();
        }
    }
}

impl Shell {
    /// The user's shell, else `/bin/sh`.
    pub(super) fn find(context: &Context) -> Self {
        Self(PathBuf::from(context.env("SHELL").unwrap_or("/bin/sh")))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Runs a command; its exit code, 128 and the signal's number where a signal ended it.
    pub(super) async fn run(
        &self,
        command: &str,
        directory: &Path,
        env: &[(String, String)],
        lines: &mut impl FnMut(&str),
    ) -> Result<i64, Failure> {
        let failed = |error: std::io::Error| {
            let shell = self.0.display();
            Diagnostic::outside("release/shell", format!("the shell `{shell}` cannot run: {error}"))
                .with_help(
                    "set SHELL to a shell that takes `-c COMMAND`, or leave it out for /bin/sh",
                )
        };
        // One pipe for both keeps the order of what is said.
        let (reader, writer) = std::io::pipe().map_err(failed)?;
        let errors = writer.try_clone().map_err(failed)?;
        let mut child = Command::new(&self.0);
        child
            .arg("-c")
            .arg(command)
            .current_dir(directory)
            .env_clear()
            .envs(env.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(errors);
        let mut running = child.spawn().map_err(failed)?;
        // With it go the ends of the pipe that are ours.
        drop(child);
        let id = running.id().and_then(|id| i32::try_from(id).ok());
        let mut group = Group(id.map(Pid::from_raw));
        let mut output = Output::new(reader).map_err(failed)?;
        let status = loop {
            tokio::select! {
                status = running.wait() => break status.map_err(failed)?,
                open = output.next(lines), if output.open => output.open = open,
            }
        };
        group.0 = None;
        let rest = async { while output.open && output.next(lines).await {} };
        tokio::time::timeout(REST, rest).await.ok();
        output.finish(lines);
        let signal = std::os::unix::process::ExitStatusExt::signal(&status).unwrap_or_default();
        Ok(i64::from(status.code().unwrap_or(128 + signal)))
    }
}

/// What a build says, line by line.
struct Output {
    pipe: pipe::Receiver,
    buffer: Vec<u8>,
    line: Vec<u8>,
    open: bool,
}

impl Output {
    fn new(reader: std::io::PipeReader) -> std::io::Result<Self> {
        let pipe = pipe::Receiver::from_owned_fd(reader.into())?;
        Ok(Self { pipe, buffer: vec![0; 8192], line: Vec::new(), open: true })
    }

    /// Takes the next piece; whether there may be more.
    async fn next(&mut self, lines: &mut impl FnMut(&str)) -> bool {
        let read = self.pipe.read(&mut self.buffer).await.unwrap_or_default();
        let bytes = self.buffer.get(..read).unwrap_or_default().to_vec();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.line.len() > LONGEST {
                self.tell(lines);
            }
        }
        read > 0
    }

    fn tell(&mut self, lines: &mut impl FnMut(&str)) {
        let line = String::from_utf8_lossy(&self.line);
        lines(line.strip_suffix('\n').unwrap_or(&line));
        self.line.clear();
    }

    fn finish(mut self, lines: &mut impl FnMut(&str)) {
        if !self.line.is_empty() {
            self.tell(lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(command: &str) -> (i64, Vec<String>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let env = [("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
        let mut told = Vec::new();
        let code = runtime.block_on(async {
            let mut lines = |line: &str| told.push(line.to_owned());
            Shell("/bin/sh".into()).run(command, folder.path(), &env, &mut lines).await
        });
        (code.unwrap(), told)
    }

    #[test]
    fn output_keeps_its_order_and_the_exit_code_comes_through() {
        let (code, lines) = run("echo one; echo two >&2\nprintf 'three\\nfour'; exit 3");
        assert_eq!((code, lines.join(" ").as_str()), (3, "one two three four"));
        assert_eq!(run("kill -9 $$").0, 137);
        assert_eq!(run("no-such-program").0, 127);
        assert_eq!(run("cat"), (0, Vec::new()), "nothing waits for input");
    }

    #[test]
    fn what_runs_on_in_the_background_delays_nothing() {
        let begin = std::time::Instant::now();
        let (code, lines) = run("sleep 30 & echo $!");
        assert_eq!(code, 0);
        assert!(begin.elapsed() < Duration::from_secs(10));
        let id: i32 = lines.first().unwrap().parse().unwrap();
        nix::sys::signal::kill(Pid::from_raw(id), Signal::SIGKILL).unwrap();
    }

    #[test]
    fn a_dropped_build_takes_its_processes_along() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let id = folder.path().join("id");
        let env = [("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
        runtime.block_on(async {
            let shell = Shell("/bin/sh".into());
            let mut nothing = |_: &str| {};
            let build =
                shell.run("sleep 600 & echo $! >id; wait", folder.path(), &env, &mut nothing);
            tokio::time::timeout(Duration::from_secs(1), build).await.unwrap_err();
        });
        let id = std::fs::read_to_string(id).unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.trim()));
        assert!(stat.is_err() || stat.unwrap().contains(") Z "), "it goes on");
    }
}
