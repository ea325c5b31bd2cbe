//! The `git` on PATH, for remotes that are not reached over http.

use std::path::Path;
use std::process::{Command, Stdio};

use diagnostics::visible_line;

use crate::Error;

/// The lines of git's words that are shown.
const KEPT_LINES: usize = 5;

/// Fetches into a repository of our own. `git` is the program with its surroundings; `refspecs`
/// are object names, or references with the place they go to; `leave_out` is an object filter.
///
/// # Errors
/// There is no git, or it fails.
pub async fn with_git(
    git: Command,
    folder: &Path,
    url: &str,
    refspecs: &[String],
    leave_out: Option<&str>,
) -> Result<(), Error> {
    let mut git = tokio::process::Command::from(git);
    git.arg("-C").arg(folder);
    git.args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc"]);
    git.args(leave_out.map(|filter| format!("--filter={filter}")));
    git.args(["--", url]).args(refspecs);
    // English words, and no question that nobody can answer.
    git.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GCM_INTERACTIVE", "never");
    git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let output = git.output().await.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::NoGit,
        _ => Error::Git { words: error.to_string() },
    })?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<String> = words.lines().map(visible_line).collect();
    let kept = lines.get(lines.len().saturating_sub(KEPT_LINES)..).unwrap_or_default();
    Err(Error::Git { words: kept.join("; ") })
}
