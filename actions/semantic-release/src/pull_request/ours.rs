//! The release branch as it is on the server.

use diagnostics::{Diagnostic, Failure};
use github::{Commit, Oid, Repository};

use super::text;
use crate::session::Session;
use crate::survey::Position;

/// What is found there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ours {
    /// No such branch.
    Absent,
    /// A commit that is in the history of the base already.
    Merged(String),
    /// A release commit on top of a commit of the base.
    Commit(Release),
    /// Somebody's own commits.
    Foreign(String),
}

/// A release commit of the release branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// Where the branch is.
    pub(super) head: String,
    /// What the commit stands on.
    pub(super) parent: String,
    /// Its whole message.
    pub(super) message: String,
    /// The day it was made, UTC.
    pub(super) day: Option<String>,
}

impl Ours {
    /// Where the branch is.
    pub(super) fn head(&self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Merged(head) | Self::Foreign(head) => Some(head.clone()),
            Self::Commit(release) => Some(release.head.clone()),
        }
    }
}

/// Looks at the release branch.
///
/// # Errors
/// GitHub cannot be asked.
pub(super) async fn look(
    github: &Repository,
    session: &Session,
    position: &Position,
    branch: &str,
) -> Result<Ours, Failure> {
    let head = github.branch_head(branch).await.map_err(Diagnostic::from)?;
    let Some(head) = head else { return Ok(Ours::Absent) };
    if is_of_base(session, position, &head) {
        return Ok(Ours::Merged(head.to_string()));
    }
    let foreign = Ours::Foreign(head.to_string());
    let commit = github.get_commit(&head).await.map_err(Diagnostic::from)?;
    let Some(commit) = commit else { return Ok(foreign) };
    let release = match commit.parents.as_slice() {
        // GitHub's own button that brings the base into the branch.
        [first, second] if is_of_base(session, position, second) => {
            github.get_commit(first).await.map_err(Diagnostic::from)?
        }
        _ => Some(commit),
    };
    let release = release.and_then(|commit| release_of(session, position, commit, &head));
    Ok(release.map_or(foreign, Ours::Commit))
}

fn is_of_base(session: &Session, position: &Position, commit: &Oid) -> bool {
    let repository = &session.repository;
    commit.as_str().parse().is_ok_and(|commit| {
        repository.has(commit) && repository.is_ancestor(commit, position.head).unwrap_or(false)
    })
}

fn release_of(
    session: &Session,
    position: &Position,
    commit: Commit,
    head: &Oid,
) -> Option<Release> {
    text::subject(&commit.message, &session.settings.commit_message)?;
    let [parent] = commit.parents.as_slice() else { return None };
    let day = commit.committer.and_then(|committer| committer.date);
    is_of_base(session, position, parent).then(|| Release {
        head: head.to_string(),
        parent: parent.to_string(),
        message: commit.message,
        day: day.and_then(|day| day.get(..10).map(str::to_owned)),
    })
}
