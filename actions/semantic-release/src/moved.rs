//! A branch that moved on the server while a release was being made from it.

use action_kit::Context;
use diagnostics::{Diagnostic, Failure};

use crate::build::Phase;
use crate::inputs::OnMoved;
use crate::plan::Ingredients;
use crate::remote::Need;
use crate::session::Session;
use crate::survey::Position;

/// How often a release starts anew.
const ATTEMPTS: u32 = 3;

/// Whether going on without this commit's release is what the user wants: `skip` releases nothing,
/// `retry` starts from the newer commit.
///
/// What is built or attached comes from the working tree, which does not have the newer commit; a
/// release must not say that it does.
///
/// # Errors
/// The branch has moved.
pub fn allowed(
    session: &Session,
    made: &Ingredients,
    need: &Need<'_>,
    found: &str,
) -> Result<(), Diagnostic> {
    let (branch, expected) = (need.branch, need.tip);
    let message = format!(
        "branch `{branch}` has moved on the server: it is at {found}, this checkout at {expected}"
    );
    let assets = &made.publication.assets;
    let built = session.builds() || session.wishes.building.phase != Phase::All;
    let of_here = built || !assets.attachments.is_empty() || !assets.committed.is_empty();
    match session.wishes.on_moved {
        OnMoved::Skip => Ok(()),
        OnMoved::Retry if !of_here => Ok(()),
        OnMoved::Retry => Err(Diagnostic::outside("release/moved", message)
            .with_note("`on_moved: retry` does not go on: what this run builds or attaches is made from the commit that is checked out")
            .with_help("the run for the newer commit makes the release; `on_moved: skip` ends this one quietly")),
        OnMoved::Fail => Err(Diagnostic::outside("release/moved", message).with_help(format!("the run for the newer commit makes the release, and `on_moved: skip` ends this one quietly; `on_moved: retry` releases the newer commits too, which this run has not checked; here: `git fetch && git merge --ff-only origin/{branch}` and run again"))),
    }
}

/// Goes to the newer commit.
///
/// # Errors
/// The branch moved too often, or to a commit that does not contain this one.
pub async fn follow(
    context: &Context,
    session: &mut Session,
    position: &mut Position,
    found: &str,
    moves: u32,
) -> Result<(), Failure> {
    let branch = position.branch.clone();
    if moves >= ATTEMPTS {
        let message = format!("branch `{branch}` moved on the server {} times", moves + 1);
        return Err(Diagnostic::outside("release/moved", message)
            .with_help("run it again when nobody pushes")
            .into());
    }
    let tip = found.parse().map_err(Diagnostic::from)?;
    session.follow(context, &branch, tip).await?;
    if !session.repository.is_ancestor(position.head, tip).map_err(Diagnostic::from)? {
        let message = format!(
            "branch `{branch}` on the server does not contain this checkout any more: it is at {found}, this checkout at {}",
            position.head
        );
        return Err(Diagnostic::outside("release/moved", message)
            .with_help("the branch was replaced there: run the workflow for its new head")
            .into());
    }
    let message = format!(
        "branch `{branch}` has moved on the server: the release is made from {found}, which is not checked out"
    );
    let notice = Diagnostic::notice("release/moved-on", message)
        .with_help("files here stay as they were: check output `commit_sha` out before you build");
    context.log.diagnostic(&notice);
    position.head = tip;
    Ok(())
}
