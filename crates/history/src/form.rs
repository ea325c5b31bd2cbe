//! Forms of repositories that are recognised, to be refused with the right words.

use std::path::{Path, PathBuf};

use crate::{HistoryError, marker};

/// What makes the repository of `directory` one that is not read. Its settings are looked at
/// before it is opened: a reader that does not know a form sees damage, or sees nothing.
pub(crate) fn unsupported(directory: &Path) -> Option<HistoryError> {
    let folder = shared_folder(&marker(directory)?)?;
    let config = std::fs::read(folder.join("config")).ok()?;
    let config = gix::config::File::try_from(String::from_utf8_lossy(&config).as_ref()).ok()?;
    let is = |key: &str, value: &str| {
        config.string(key).is_some_and(|found| found.eq_ignore_ascii_case(value.as_bytes()))
    };
    let (what, remedy) = if is("extensions.objectFormat", "sha256") {
        ("SHA-256 object names", "GitHub serves SHA-1 repositories: clone it from there")
    } else if is("extensions.refStorage", "reftable") {
        ("the reftable format", "run `git refs migrate --ref-format=files`")
    } else if has_text(&folder.join("info/grafts")) {
        ("grafts", "run `git replace --convert-graft-file`: replacements are honoured")
    } else {
        return None;
    };
    Some(HistoryError::Unsupported { what, remedy })
}

/// The folder with settings and objects: for a worktree not the one that `.git` names.
fn shared_folder(marker: &Path) -> Option<PathBuf> {
    let own = if marker.is_dir() {
        marker.to_owned()
    } else {
        let text = std::fs::read_to_string(marker).ok()?;
        marker.parent()?.join(text.trim_end().strip_prefix("gitdir: ")?)
    };
    Some(match std::fs::read_to_string(own.join("commondir")) {
        Ok(shared) => own.join(shared.trim_end()),
        Err(_) => own,
    })
}

/// Whether a file has a line that is no comment.
fn has_text(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#'))
}
