//! What belongs to a release besides version and changelog.

use config::{Spanned, Table, Unknown};

/// Python-semantic-release's default of `publish.dist_glob_patterns`.
const DIST: &str = "dist/*";

/// Which release GitHub shows as the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latest {
    /// The newest full release of the highest line.
    Auto,
    /// This one.
    Always,
    /// Not this one.
    Never,
}

impl Latest {
    /// The words of input and configuration.
    pub const WORDS: [(&'static str, Self); 3] =
        [("auto", Self::Auto), ("true", Self::Always), ("false", Self::Never)];

    /// Reads one of the words.
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, latest)| *latest)
    }
}

/// Settings of the release on GitHub.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
pub struct ReleaseSettings {
    /// Files of the commit and of the release, relative to the working directory.
    pub assets: Vec<Spanned<String>>,
    /// `v1` and `v1.2` move along.
    pub partial_tags: bool,
    /// What `publish` uploads, relative to the working directory.
    pub dist: Vec<String>,
    /// `publish` uploads.
    pub upload: bool,
    /// The release stays a draft.
    pub draft: bool,
    /// Files whose text follows the notes.
    pub notes_append: Vec<Spanned<String>>,
    /// The notes end with who wrote the commits.
    pub contributors: bool,
    /// Which release is the latest.
    pub latest: Latest,
    /// Pull requests and issues of the release are told.
    pub comment_released: bool,
    /// The label they get.
    pub released_label: Option<String>,
}

pub(super) fn read(table: &Table<'_>, unknown: Unknown) -> ReleaseSettings {
    let flag = |table: &Table<'_>, key: &str, default: bool| {
        table.bool(key).map_or(default, |value| value.value)
    };
    let list = |table: &Table<'_>, key: &str| table.list(key).map(|list| list.value);
    let (mut dist, mut upload) = (vec![DIST.to_owned()], true);
    if let Some(publish) = table.table("publish") {
        if let Some(patterns) = list(&publish, "dist_glob_patterns") {
            dist = patterns.into_iter().map(|pattern| pattern.value).collect();
        }
        upload = flag(&publish, "upload_to_vcs_release", true);
        publish.finish(unknown);
    }
    ReleaseSettings {
        assets: list(table, "assets").unwrap_or_default(),
        partial_tags: flag(table, "add_partial_tags", false),
        dist,
        upload,
        draft: flag(table, "draft", false),
        notes_append: list(table, "notes_append").unwrap_or_default(),
        contributors: flag(table, "contributors", false),
        latest: table
            .choice("make_latest", &Latest::WORDS)
            .map_or(Latest::Auto, |latest| latest.value),
        comment_released: flag(table, "comment_released", false),
        released_label: table.string("released_label").map(|label| label.value),
    }
}
