//! Watching a running step: its output, and the runner's way to cancel it.

use std::io::Read as _;
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use nix::sys::signal::Signal;

use crate::console::Stream;

/// How long the runner waits after SIGINT (`src/Runner.Sdk/ProcessInvoker.cs`).
pub const AFTER_INTERRUPT: Duration = Duration::from_millis(7_500);
/// How long it waits after SIGTERM.
pub const AFTER_TERMINATE: Duration = Duration::from_millis(2_500);

/// When a step is cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cancel {
    /// So long after its start.
    After(Duration),
    /// When a log line holds this text.
    OnLine(String),
    /// So long after its start, as a step's own time limit.
    Timeout(Duration),
}

/// The thing signals go to: a process, or a container behind its client.
pub trait Target {
    /// Sends a signal as the docker client would pass it on.
    fn signal(&self, signal: Signal);
    /// Whether it still runs once the client is gone.
    fn survives(&self) -> bool;
    /// Ends it for good, whatever it takes.
    fn destroy(&self);
}

/// How a step ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Exit code; 128 and the signal number if a signal ended the process.
    pub exit: i32,
    /// Whether it was cancelled or timed out.
    pub cancelled: bool,
    /// Whether the process or container outlived the client, or left processes behind.
    pub survived: bool,
    /// From SIGINT to the end.
    pub took_to_end: Option<Duration>,
}

/// Whether and how the step is cancelled.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'a> {
    /// When, if at all.
    pub cancel: Option<&'a Cancel>,
    /// Whether signals are sent: act sends none and leaves the container behind.
    pub signals: bool,
}

enum Phase {
    Running,
    Interrupted(Instant),
    Terminated(Instant),
    GivenUp,
}

/// Watches a child until it ends; `on_bytes` gets its output, and returns whether a line came that
/// asks for the cancellation.
///
/// # Errors
/// The child's pipes or its state cannot be read.
pub fn supervise(
    mut child: Child,
    target: &dyn Target,
    watch: &Watch<'_>,
    mut on_bytes: impl FnMut(Stream, &[u8]) -> bool,
) -> anyhow::Result<Ended> {
    let started = Instant::now();
    let output = read(&mut child)?;
    let mut phase = Phase::Running;
    let mut ended = Ended::default();
    let mut interrupted = None;
    let mut status: Option<(ExitStatus, Instant)> = None;
    loop {
        let mut asked = false;
        match output.recv_timeout(Duration::from_millis(10)) {
            Ok((stream, bytes)) => asked = on_bytes(stream, &bytes),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) if status.is_some() => break,
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(Duration::from_millis(5)),
        }
        if status.is_none() {
            status =
                child.try_wait().context("cannot wait for the step")?.map(|s| (s, Instant::now()));
        }
        // A process left behind may hold the pipes open for ever.
        if status.is_some_and(|(_, at)| at.elapsed() > Duration::from_secs(5)) {
            break;
        }
        if status.is_some() {
            continue;
        }
        match phase {
            Phase::Running if due(watch.cancel, asked, started) => {
                ended.cancelled = true;
                interrupted = Some(Instant::now());
                if !watch.signals {
                    phase = Phase::GivenUp;
                    ended.survived = target.survives();
                    target.destroy();
                    continue;
                }
                target.signal(Signal::SIGINT);
                phase = Phase::Interrupted(Instant::now());
            }
            Phase::Interrupted(at) if at.elapsed() >= AFTER_INTERRUPT => {
                target.signal(Signal::SIGTERM);
                phase = Phase::Terminated(Instant::now());
            }
            Phase::Terminated(at) if at.elapsed() >= AFTER_TERMINATE => {
                // Only the client is killed: what it started lives on until it is swept.
                phase = Phase::GivenUp;
                ended.survived = target.survives();
                target.destroy();
            }
            _ => {}
        }
    }
    if target.survives() {
        ended.survived = true;
        target.destroy();
    }
    ended.took_to_end = interrupted.and_then(|at| Some(status?.1.duration_since(at)));
    ended.exit = status.map_or(-1, |(status, _)| exit_code(status));
    Ok(ended)
}

fn due(cancel: Option<&Cancel>, asked: bool, started: Instant) -> bool {
    match cancel {
        None => false,
        Some(Cancel::OnLine(_)) => asked,
        Some(Cancel::After(after) | Cancel::Timeout(after)) => started.elapsed() >= *after,
    }
}

fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

type Chunks = mpsc::Receiver<(Stream, Vec<u8>)>;

fn read(child: &mut Child) -> anyhow::Result<Chunks> {
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take().context("standard output is not a pipe")?;
    let stderr = child.stderr.take().context("standard error is not a pipe")?;
    let pipes: [(Stream, Box<dyn std::io::Read + Send>); 2] =
        [(Stream::Stdout, Box::new(stdout)), (Stream::Stderr, Box::new(stderr))];
    for (stream, mut pipe) in pipes {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let bytes = buffer.get(..count).unwrap_or_default().to_vec();
                if sender.send((stream, bytes)).is_err() {
                    break;
                }
            }
        });
    }
    Ok(receiver)
}
