//! What is done with a commit's pieces between the parser and the level: each a switch, and each
//! default leaves python-semantic-release's answer as it is.

pub mod overrides;
pub mod pull_overrides;
pub mod release_as;
pub mod revert;
pub mod unparsed;

use config::Spanned;
use diagnostics::Severity;

use crate::conventional::Piece;
use crate::reading::overrides::Overrides;
use crate::version::{Level, Version};

/// How commits are read beyond what the parser says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// What the pieces of a squash merge count for.
    pub squash: Squash,
    /// Commits and their reverts cancel out.
    pub cancel_reverts: bool,
    /// `Release-As:` footers count.
    pub release_as: bool,
    /// The first version, where there is no release.
    pub initial_version: Option<Version>,
    /// The file of corrected messages, relative to the working directory.
    pub overrides_file: Option<Spanned<String>>,
    /// The corrected messages.
    pub overrides: Overrides,
    /// Merged pull requests correct the messages of their commits.
    pub pr_overrides: bool,
    /// How loudly commits that do not parse are reported; `None` for not at all.
    pub report_unparsed: Option<Severity>,
}

/// What the pieces of a squash merge count for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Squash {
    /// Each like a commit of its own.
    #[default]
    Split,
    /// Only the first, which has the title.
    TitleOnly,
    /// Each, but none for more than the title.
    SplitCapped,
}

/// The words of setting `report_unparsed`.
pub const REPORT_UNPARSED: [(&str, Option<Severity>); 3] =
    [("off", None), ("notice", Some(Severity::Notice)), ("warning", Some(Severity::Warning))];

impl Squash {
    /// The words of the setting.
    pub const CHOICES: [(&str, Self); 3] = [
        ("split", Self::Split),
        ("title-only", Self::TitleOnly),
        ("split-capped", Self::SplitCapped),
    ];

    /// The pieces that count. A title that is not of the convention asks for no release.
    pub fn limit(self, mut pieces: Vec<Piece>) -> Vec<Piece> {
        match self {
            Self::Split => {}
            Self::TitleOnly => pieces.truncate(1),
            Self::SplitCapped => {
                let cap = pieces.first().map(level_of).unwrap_or_default();
                for parsed in pieces.iter_mut().filter_map(|piece| piece.parsed.as_mut()) {
                    parsed.level = parsed.level.min(cap);
                }
            }
        }
        pieces
    }
}

/// The level a piece asks for.
pub fn level_of(piece: &Piece) -> Level {
    piece.parsed.as_ref().map(|parsed| parsed.level).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventional::{Options, parse};

    fn levels(squash: Squash, message: &str) -> Vec<Level> {
        let pieces = squash.limit(parse(message, false, &Options::default()));
        pieces.iter().map(level_of).collect()
    }

    #[test]
    fn a_squash_counts_as_far_as_the_user_says() {
        use Level::{Major, Minor, None, Patch};
        let message = "fix: a title (#7)\n\n* feat: an idea\n\n* feat!: a breaking idea\n\n* docs: some words";
        for (squash, expected) in [
            (Squash::Split, vec![Patch, Minor, Major, None]),
            (Squash::TitleOnly, vec![Patch]),
            (Squash::SplitCapped, vec![Patch, Patch, Patch, None]),
        ] {
            assert_eq!(levels(squash, message), expected, "{squash:?}");
        }
        let dependency = "Bump x from 1 to 2 (#8)\n\nRelease notes\n\n* feat!: x breaks things";
        for (squash, expected) in [
            (Squash::Split, vec![None, Major]),
            (Squash::TitleOnly, vec![None]),
            (Squash::SplitCapped, vec![None, None]),
        ] {
            assert_eq!(levels(squash, dependency), expected, "{squash:?}");
        }
    }
}
