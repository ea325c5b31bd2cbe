//! The steps of a release pull request.

use effects::{Plan, Step};
use serde::Serialize;

use super::{Commit, Effect};

/// The id of the step that makes or moves the release branch.
pub const RELEASE_BRANCH: &str = "release-branch";
/// The id of the step that opens or changes the pull request.
pub const PULL_REQUEST: &str = "pull-request";
/// The id of the step that closes it.
pub const CLOSE: &str = "close-pull-request";

/// A branch that is to be exactly one commit on top of another one.
///
/// The commit is made on a branch beside it: a release branch that stood at the base for a moment
/// would close its pull request.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseBranch {
    /// The commit, on the release branch.
    #[serde(flatten)]
    pub commit: Commit,
    /// The branch beside it, which is deleted in the end.
    pub staging: String,
    /// Where the release branch was; `None` where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

/// A pull request to open, or to give this title and description.
#[derive(Clone, Debug, Serialize)]
pub struct ReleasePull {
    /// The release branch.
    pub head: String,
    /// The branch that is released.
    pub base: String,
    /// Its title.
    pub title: String,
    /// Its description.
    pub body: String,
}

/// A pull request to close, and its branch to delete.
#[derive(Clone, Debug, Serialize)]
pub struct ClosedPull {
    /// The release branch.
    pub head: String,
    /// The branch that is released.
    pub base: String,
    /// What is said about it.
    pub comment: String,
}

/// Release branch, then pull request.
///
/// # Errors
/// A plan that contradicts itself: a defect.
pub fn opened(
    branch: ReleaseBranch,
    pull: ReleasePull,
) -> Result<Plan<Effect>, diagnostics::Failure> {
    let moves = format!("commit \"{}\" on {}", pull.title, pull.head);
    let opens = format!("open or update the pull request of {} onto {}", pull.head, pull.base);
    let steps = vec![
        Step::new(RELEASE_BRANCH, moves, Effect::ReleaseBranch(Box::new(branch))),
        Step::new(PULL_REQUEST, opens, Effect::PullRequest(pull)).needs(RELEASE_BRANCH.to_owned()),
    ];
    Plan::new(steps).map_err(|error| diagnostics::Diagnostic::from(error).into())
}

/// The end of a pull request that nothing is left to release of.
///
/// # Errors
/// A plan that contradicts itself: a defect.
pub fn closed(pull: ClosedPull) -> Result<Plan<Effect>, diagnostics::Failure> {
    let summary = format!("close the pull request of {} and delete that branch", pull.head);
    let steps = vec![Step::new(CLOSE, summary, Effect::ClosePullRequest(pull))];
    Plan::new(steps).map_err(|error| diagnostics::Diagnostic::from(error).into())
}
