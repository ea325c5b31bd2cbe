//! Files that settings name with patterns.
//!
//! [`glob`] is Python's `glob.glob(pattern, recursive=True)`, which reads `dist_glob_patterns`;
//! [`pathspec`] is what `git add` does with a path, which reads `assets`; [`ignored`] is
//! `.gitignore`.

mod glob;
mod ignored;
mod pathspec;

use std::path::{Path, PathBuf};

pub use glob::glob;
pub use ignored::is_ignored;
pub use pathspec::pathspec;

/// The entries of a folder by name, sorted; none where it cannot be read, as Python's glob and
/// git have it.
fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let read = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<(String, PathBuf)> = read
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect();
    entries.sort();
    entries
}

/// Whether a text holds anything a pattern can be made of.
fn has_magic(text: &str) -> bool {
    text.contains(['*', '?', '['])
}
