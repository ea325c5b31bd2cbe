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
    let binary = if let Some(binary) = binary {
        std::path::absolute(binary)?
    } else {
        release::build(project, release::AMD64, "release", &Log::Terminal)?;
        release::binary(project, "semantic-release", release::AMD64, "release")
    };
    let wanted = |name: &str| subjects.is_empty() || subjects.iter().any(|given| given == name);
    if wanted("cold-start") {
        say::heading("Cold start");
        say::line(&format!("  {}", cold_start::check(&binary)?));
    }
    if wanted("release") {
        semantic_release::run(project, &binary)?;
    }
    Ok(())
}
