//! The step summary: limit and masking.

use std::path::Path;

use crate::mask::Masker;

/// The most bytes a summary may have.
pub const LIMIT: u64 = 1024 * 1024;

/// What became of a summary file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Summary {
    /// No file, or an empty one.
    None,
    /// Uploaded; this is the masked copy.
    Queued(String),
    /// Refused with an error annotation; the step's result does not change.
    TooLarge(String),
}

/// Reads a summary file as the runner does.
pub fn read(path: Option<&Path>, masker: &Masker) -> Summary {
    let Some(metadata) = path.and_then(|path| std::fs::metadata(path).ok()) else {
        return Summary::None;
    };
    if metadata.len() == 0 {
        return Summary::None;
    }
    if metadata.len() > LIMIT {
        return Summary::TooLarge(format!(
            "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of {}k, got {}k",
            LIMIT / 1024,
            metadata.len() / 1024
        ));
    }
    let bytes = path.and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = text.lines().map(|line| masker.mask(line) + "\n");
    Summary::Queued(lines.collect())
}
