//! node's semantic-release: its configuration file and its rules for branches and versions
//! (24.2, `lib/branches`, `lib/get-last-release.js`, `lib/get-next-version.js`).

pub mod branches;
pub mod file;
mod plugins;
mod range;
mod settle;
pub mod versions;

use std::collections::BTreeMap;

pub use branches::{Kind, Line, Written};
pub use range::Range;
pub use settle::settle;

/// What node's configuration says beyond what python-semantic-release's can say.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The branches as they are written, in order.
    pub written: Vec<Written>,
    /// The line of the branch that is released; `None` before branches are known.
    pub line: Option<Line>,
    /// The channels of each tag that has a note.
    pub channels: BTreeMap<String, Vec<Option<String>>>,
    /// The file, for messages.
    pub shown: String,
    /// The release is committed (`@semantic-release/git`).
    pub commit: bool,
    /// A changelog is written (`@semantic-release/changelog`).
    pub changelog: bool,
    /// A GitHub release is made (`@semantic-release/github`).
    pub release: bool,
}
