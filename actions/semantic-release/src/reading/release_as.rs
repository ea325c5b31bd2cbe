//! `Release-As: 1.2.3` in a commit: release-please's way of asking for a version.

use history::Commit;

/// The version the last such footer of a commit asks for, as it is written.
pub fn footer(commit: &Commit) -> Option<&str> {
    commit.message.lines().rev().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let value = value.trim();
        (name.trim_end().eq_ignore_ascii_case("release-as") && !value.is_empty()).then_some(value)
    })
}
