//! Commits and tags behind one trait: the GitHub API and the git command line.
//!
//! Both write to the branch on the server, both only if it is where the plan expects it, both
//! recognise what an earlier run already did, and both make the same tree. Neither forces
//! anything but [`Publisher::move_tag`].

mod error;
mod explain;
mod git;
mod github_api;
mod publisher;
mod request;
mod signed;

pub use error::Error;
pub use explain::EXPLANATIONS;
pub use git::{ENVIRONMENT, GitCommand, GitSetup};
pub use github::{Oid, Signature as Identity};
pub use github_api::GitHubApi;
pub use publisher::{Publisher, Writer};
pub use request::{CommitRequest, Committed, FileChange, TagRequest, Verified};
pub use signed::Signing;
