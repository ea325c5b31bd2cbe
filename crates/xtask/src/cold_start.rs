//! Cold start: from exec to exit of `--help`, with a warm page cache.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::project::Project;
use crate::release;

/// What the product promises on a quiet machine.
pub(crate) const GOAL: Duration = Duration::from_millis(10);
/// What the test enforces: other stages share the cores.
const LIMIT: Duration = Duration::from_millis(40);
/// Runs whose median is taken.
const RUNS: usize = 51;

/// The median of several runs.
pub(crate) fn median(binary: &Path) -> Result<Duration> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        let status = Command::new(binary)
            .arg("--help")
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        times.push(start.elapsed());
        if !status.success() {
            bail!("`{} --help` ended with {status}", binary.display());
        }
    }
    times.sort_unstable();
    Ok(times.get(RUNS / 2).copied().unwrap_or_default())
}

/// Every action's release binary; the text is for the table.
pub(crate) fn check_all(project: &Project) -> Result<String> {
    let mut notes = Vec::new();
    for action in project.actions()? {
        let binary = release::binary(project, &action, release::AMD64, "release");
        notes.push(format!("{action}: {}", check(&binary)?));
    }
    Ok(notes.join("; "))
}

/// Measures and judges; the text is for the table.
pub(crate) fn check(binary: &Path) -> Result<String> {
    let median = median(binary)?;
    if median > LIMIT {
        bail!("cold start took {median:.1?} (median of {RUNS}), more than {LIMIT:?}");
    }
    let word = if median <= GOAL { "within" } else { "over (busy machine?)" };
    Ok(format!("median {median:.1?}, {word} the goal of {GOAL:?}"))
}
