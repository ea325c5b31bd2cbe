//! GitHub in domain terms: repositories, git data, releases.
//!
//! [`GitHub`] holds the addresses, the token and octocrab running on our own client; a
//! [`Repository`] has the calls. Requests that create something are sent once: when it is unclear
//! whether one took effect, the world is looked at before it is sent again.
//!
//! Every error of this crate ends a run with exit 3 ([`diagnostics::Exit::Outside`]): what a
//! token may do and what a repository holds is the outside world, also where a setting there has
//! to be changed by the user.

mod api;
mod assets;
mod comments;
mod commits;
mod contents;
mod endpoints;
mod error;
mod explain;
mod git_data;
mod graphql;
mod oid;
mod once;
mod problem;
mod pulls;
mod references;
mod releases;
mod remedy;
mod repository;
mod rules;
mod service;

pub use api::{GitHub, Repository};
pub use assets::{Asset, AssetState, AssetUpload, stored_name as stored_asset_name};
pub use comments::Comment;
pub use commits::{Commit, Comparison, Signature};
pub use contents::FileContents;
pub use endpoints::Endpoints;
pub use error::{Error, Kind};
pub use explain::EXPLANATIONS;
pub use git_data::{Mode, NewCommit, NewTag, NewTreeEntry, TagObject, TreeEntry};
pub use graphql::{Addition, BranchCommit, Viewer};
pub use oid::{NotAnOid, Oid};
pub use pulls::{ClosingIssue, LISTED_COMMITS, NewPull, PullRequest, PullState, Side};
pub use references::{ObjectKind, Reference};
pub use releases::{MakeLatest, NewRelease, Release, ReleaseUpdate};
pub use repository::Details;
pub use rules::{BranchRule, Ruleset};
