use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// Makes a bare repository at `target` from a work tree, another repository or a bundle. Needs a
/// `git` binary; without one a bare repository that exists already has to be given.
///
/// # Errors
/// When there is no `git`, or it fails.
pub fn bare_clone(source: &Path, target: &Path) -> Result<()> {
    git(&["clone", "--quiet", "--bare", "--no-hardlinks"], &[source, target])
}

/// Makes an empty bare repository whose HEAD names `branch`, without a `git` binary.
///
/// # Errors
/// When the folder cannot be written or is not empty.
pub fn empty(target: &Path, branch: &str) -> Result<()> {
    gix::init_bare(target).map_err(|error| anyhow::anyhow!("{error}"))?;
    std::fs::write(target.join("HEAD"), format!("ref: refs/heads/{branch}\n"))
        .with_context(|| format!("cannot write {}", target.join("HEAD").display()))
}

fn git(arguments: &[&str], paths: &[&Path]) -> Result<()> {
    let output = Command::new("git")
        .args(arguments)
        .args(paths)
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
