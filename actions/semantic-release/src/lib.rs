//! Conventional commits to next version, stamped files, changelog, tag and GitHub release.

pub mod changelog;
pub mod conventional;
pub mod next;
pub mod number;
pub mod pattern;
pub mod pytext;
pub mod settings;
pub mod stamp;
pub mod tags;
pub mod version;
