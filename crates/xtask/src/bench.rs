//! `cargo xtask bench`: whole processes on made-up work, beside what the raw tool takes and beside
//! the peers that are installed.

mod histories;
mod measure;
mod pixi;
mod semantic_release;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};

use measure::Cost;
pub(crate) use measure::{COMMAND as MEASURE, child as measured};

use crate::process::Log;
use crate::project::Project;
use crate::{cold_start, release, say};

/// What can be measured.
pub(crate) const SUBJECTS: [&str; 3] = ["cold-start", "release", "pixi"];

/// Measures `subjects`, or everything when there are none. `binary` is measured instead of a
/// release build made for this.
pub(crate) fn run(project: &Project, subjects: &[String], binary: Option<&PathBuf>) -> Result<()> {
    for subject in subjects {
        if !SUBJECTS.contains(&subject.as_str()) {
            bail!("`{subject}` cannot be measured; there are: {}", SUBJECTS.join(", "));
        }
    }
    if binary.is_some() && subjects.is_empty() {
        bail!("`--binary` is one action's: name what to measure with it");
    }
    let given = binary.map(std::path::absolute).transpose()?;
    if given.is_none() {
        release::build(project, release::AMD64, "release", &Log::Terminal)?;
    }
    let wanted = |name: &str| subjects.is_empty() || subjects.iter().any(|given| given == name);
    if wanted("cold-start") {
        say::heading("Cold start");
        let text =
            given.as_deref().map_or_else(|| cold_start::check_all(project), cold_start::check)?;
        say::line(&format!("  {text}"));
    }
    let binary = |action: &str| {
        let built = release::binary(project, action, release::AMD64, "release");
        given.clone().unwrap_or(built)
    };
    if wanted("release") {
        semantic_release::run(project, &binary("semantic-release"))?;
    }
    if wanted("pixi") {
        pixi::run(project, &binary("pixi-cuda-setup"))?;
    }
    Ok(())
}

fn row(name: &str, cost: Cost) {
    say::line(&format!("  {name:<38} {}", shown(cost)));
}

fn shown(cost: Cost) -> String {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let mib = cost.peak / 1024;
    format!("{:>9.1} ms CPU {:>9.1} ms wall {mib:>5} MiB", ms(cost.cpu), ms(cost.wall))
}
