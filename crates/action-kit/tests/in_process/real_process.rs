//! What only a process of its own can show.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};

use crate::world::Left;

/// The example `demo`, which cargo builds along with the tests.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.join("examples/demo")
}

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("output"), "").unwrap();
        Self { dir }
    }

    fn command(&self, scenario: &str) -> Command {
        let mut command = Command::new(program());
        command
            .env_clear()
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", self.dir.path())
            .env("GITHUB_OUTPUT", self.dir.path().join("output"))
            .env("INPUT_SCENARIO", scenario)
            .env("INPUT_TOKEN", "token-of-the-run")
            .env("INPUT_LOG-LEVEL", "info")
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn outputs(&self) -> Vec<(String, String)> {
        Left::entries(&std::fs::read_to_string(self.dir.path().join("output")).unwrap())
    }
}

/// Starts a scenario, waits for its first line (masks, once signals are handled), sends a signal
/// and returns the exit code and how long it took.
fn signalled(scenario: &str, signal: Signal, place: &Place) -> (Option<i32>, Duration) {
    let mut child: Child = place.command(scenario).spawn().unwrap();
    let mut first = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut first).unwrap();
    assert!(first.starts_with("::add-mask::"), "{first}");
    let started = Instant::now();
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
    let drain = std::thread::spawn(move || lines.lines().count());
    let status = child.wait().unwrap();
    drain.join().unwrap();
    (status.code(), started.elapsed())
}

#[test]
fn both_signals_end_a_run_that_yields_at_once() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let place = Place::new();
        let (code, took) = signalled("wait", signal, &place);
        assert_eq!(code, Some(130));
        assert!(took < Duration::from_secs(3), "{took:?}");
        assert_eq!(place.outputs().len(), 6);
    }
}

#[test]
fn a_run_that_never_yields_is_gone_within_seven_seconds() {
    let place = Place::new();
    let (code, took) = signalled("busy", Signal::SIGINT, &place);
    assert_eq!(code, Some(130));
    assert!(took < Duration::from_secs(7), "{took:?}");
    assert_eq!(place.outputs().len(), 6, "outputs are flushed all the same");
}

#[test]
fn a_panic_is_70_with_outputs_and_without_secrets() {
    let place = Place::new();
    let output = place.command("panic").output().unwrap();
    assert_eq!(output.status.code(), Some(70));
    assert_eq!(place.outputs().len(), 6);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("error[internal/bug]: the action panicked: lost my ***"), "{text}");
    assert!(text.contains("::error title=internal/bug::"), "{text}");
    let shown: Vec<&str> = text.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
    assert!(!shown.concat().contains("token-of-the-run"));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn files_belong_to_the_owner_of_the_workspace() {
    let place = Place::new();
    let root = geteuid().is_root();
    let owner = if root { 1001 } else { geteuid().as_raw() };
    if root {
        for path in [place.dir.path().to_owned(), place.dir.path().join("output")] {
            chown(path, Some(owner), Some(owner)).unwrap();
        }
    }
    let mut command = place.command("file");
    if root {
        // Its home is root's, as under act: it gets one of its own.
        command.env("HOME", "/root").env("RUNNER_TEMP", place.dir.path());
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    for name in ["made", "output"] {
        let data = std::fs::metadata(place.dir.path().join(name)).unwrap();
        assert_eq!(data.uid(), owner, "{name}");
    }
    let home = place.outputs().into_iter().find(|(name, _)| name == "report").unwrap().1;
    assert_eq!(home.starts_with(place.dir.path().to_str().unwrap()), root, "{home}");
}
