//! `cargo xtask bench`: whole processes on made-up work, beside what the raw tool takes and beside
//! the peers that are installed.

mod histories;
mod measure;
mod semantic_release;

use std::path::PathBuf;

use anyhow::{Result, bail};

pub(crate) use measure::{COMMAND as MEASURE, child as measured};

use crate::process::Log;
use crate::project::Project;
use crate::{cold_start, release, say};

/// What can be measured.
pub(crate) const SUBJECTS: [&str; 2] = ["cold-start", "release"];

/// Measures `subjects`, or everything when there are none. `binary` is measured instead of a
/// release build made for this.
pub(crate) fn run(project: &Project, subjects: &[String], binary: Option<&PathBuf>) -> Result<()> {
    for subject in subjects {
        if !SUBJECTS.contains(&subject.as_str()) {
            bail!("`{subject}` cannot be measured; there are: {}", SUBJECTS.join(", "));
        }
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
    if wanted("release") {
        let built = release::binary(project, "semantic-release", release::AMD64, "release");
        semantic_release::run(project, given.as_deref().unwrap_or(&built))?;
    }
    Ok(())
}
