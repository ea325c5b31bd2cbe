//! What tests look at: copies of the state.

/// A release.
#[expect(clippy::struct_excessive_bools, reason = "GitHub's own members")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its number.
    pub id: u64,
    /// Tag, existing or to be made at publishing.
    pub tag_name: String,
    /// Branch or commit for a tag to be made.
    pub target_commitish: String,
    /// Title.
    pub name: Option<String>,
    /// Notes.
    pub body: Option<String>,
    /// Not published yet.
    pub draft: bool,
    /// Not for production.
    pub prerelease: bool,
    /// Frozen.
    pub immutable: bool,
    /// The one `releases/latest` answers.
    pub latest: bool,
    /// Uploaded files.
    pub assets: Vec<Asset>,
}

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its number.
    pub id: u64,
    /// File name.
    pub name: String,
    /// Shown instead of the name.
    pub label: Option<String>,
    /// Media type sent with it.
    pub content_type: String,
    /// `uploaded` or `starter`.
    pub state: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A pull request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Title.
    pub title: String,
    /// Text.
    pub body: Option<String>,
    /// Branch with the changes.
    pub head: String,
    /// Branch that is to take them.
    pub base: String,
    /// `open` or `closed`.
    pub state: String,
    /// Not ready for review.
    pub draft: bool,
    /// Whether it can be merged.
    pub mergeable: Mergeable,
    /// The commit it was merged as, where it was.
    pub merged: Option<String>,
}

/// What GitHub says about merging a pull request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mergeable {
    /// It can be merged.
    #[default]
    Yes,
    /// There are conflicts.
    No,
    /// It is being worked out: so many answers do not know yet, then it can be merged.
    After(u32),
}

/// A comment on an issue or pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// The issue or pull request.
    pub issue: u64,
    /// Text.
    pub body: String,
    /// Who wrote it.
    pub login: String,
}
