//! What a whole process costs: CPU time and memory, as the kernel counts them.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};

use crate::process::Run;

/// The hidden sub-command that runs one program and prints what it cost.
pub(crate) const COMMAND: &str = "measure";

/// What a run cost.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// User and system time.
    pub(super) cpu: Duration,
    /// Start to end.
    pub(super) wall: Duration,
    /// Peak of resident memory, in KiB.
    pub(super) peak: u64,
}

impl Cost {
    /// One after the other.
    pub(super) fn then(self, next: Self) -> Self {
        Self {
            cpu: self.cpu + next.cpu,
            wall: self.wall + next.wall,
            peak: self.peak.max(next.peak),
        }
    }
}

/// Runs a program in a process that has no other children: the kernel counts those together.
pub(crate) fn child(arguments: &[OsString]) -> Result<()> {
    let [program, rest @ ..] = arguments else { bail!("nothing to measure") };
    let start = Instant::now();
    let mut command = Command::new(program);
    let done = command.args(rest).stdin(Stdio::null()).stderr(Stdio::null()).output()?;
    let wall = start.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    let cpu = micros(usage.user_time()) + micros(usage.system_time());
    crate::say::line(&format!("{cpu} {} {}", wall.as_micros(), usage.max_rss()));
    crate::say::line(String::from_utf8_lossy(&done.stdout).lines().next().unwrap_or_default());
    if done.status.success() { Ok(()) } else { bail!("it ended with {}", done.status) }
}

/// The median of some runs of one program, and the first line it prints.
pub(super) fn median(
    runs: usize,
    folder: &Path,
    program: &Path,
    arguments: &[&str],
) -> Result<(Cost, String)> {
    let mut costs = Vec::new();
    let mut said = String::new();
    for _ in 0..runs {
        let done = Run::new(std::env::current_exe()?)
            .without_ci()
            .dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args([COMMAND, "--"])
            .arg(program)
            .args(arguments)
            .finish()?;
        if done.code != Some(0) {
            let shown = program.display();
            bail!("`{shown} {}` failed: {}{}", arguments.join(" "), done.stdout, done.stderr);
        }
        let mut lines = done.stdout.lines();
        let figures = lines.next().context("nothing was measured")?;
        let figures: Vec<u64> = figures.split(' ').filter_map(|word| word.parse().ok()).collect();
        let [cpu, wall, peak] = figures[..] else { bail!("odd figures: {figures:?}") };
        costs.push(Cost {
            cpu: Duration::from_micros(cpu),
            wall: Duration::from_micros(wall),
            peak,
        });
        lines.next().unwrap_or_default().clone_into(&mut said);
    }
    costs.sort_by_key(|cost| cost.cpu);
    let median = costs.get(costs.len() / 2).context("no run was asked for")?;
    Ok((*median, said))
}
