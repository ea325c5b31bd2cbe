//! Which branch is released.

use action_kit::Context;
use diagnostics::{Diagnostic, Failure};
use history::{Head, Oid};

use crate::session::Session;
use crate::survey::Position;

/// Where `HEAD` is, and which branch that is: the one of input `branch`, the one that is checked
/// out, or for a detached `HEAD` in Actions the one that the workflow runs for, when its commit is
/// the one that is checked out.
///
/// # Errors
/// A detached `HEAD` that no branch is known for, no commit.
pub fn position(context: &Context, session: &Session) -> Result<Position, Failure> {
    let head = session.repository.head().map_err(Diagnostic::from)?;
    let commit = head.commit();
    let branch = match (&session.wishes.branch, head) {
        (Some(branch), _) => branch.clone(),
        (None, Head::Branch { name, .. }) => name,
        (None, Head::Detached { .. }) => {
            let branch = of_workflow(context, commit).ok_or_else(|| detached(commit))?;
            context.log.info(format!(
                "HEAD is detached at {}: the workflow runs for it on branch `{branch}`",
                commit.short()
            ));
            branch
        }
    };
    Ok(Position { branch, head: commit })
}

/// The branch a workflow runs for, where `head` is the commit it runs for. The merge commit of a
/// pull request is on no branch.
fn of_workflow(context: &Context, head: Oid) -> Option<String> {
    let runner = &context.runner;
    let branch = runner.git_ref()?.strip_prefix("refs/heads/")?;
    let is_its = runner.in_actions() && runner.sha() == Some(head.to_string().as_str());
    is_its.then(|| branch.to_owned())
}

fn detached(commit: Oid) -> Diagnostic {
    Diagnostic::bad_input(
        "release/detached-head",
        format!("HEAD is detached at {}: there is no branch to release", commit.short()),
    )
    .with_help("check the branch out by name: `ref: ${{ github.ref_name }}` for `actions/checkout`, or `git switch BRANCH`; or name it in input `branch`")
}
