//! How a release is written.

use config::Table;

use crate::writing::{Mode, Writing};

/// Reads the keys.
pub(super) fn read(table: &Table<'_>) -> Writing {
    // Commits are made beside the working tree, where no hook runs: there is nothing to skip.
    let _ = table.bool("no_git_verify");
    let mode = table.choice("release_mode", &Mode::CHOICES);
    Writing {
        mode: mode.map(|mode| mode.value).unwrap_or_default(),
        release_branch: table.string("release_branch").map(|value| value.value),
        sign_off: table.bool("signoff_commit").is_some_and(|value| value.value),
    }
}
