//! What is told of a release that waits in a pull request.

use action_kit::{Context, escape_markdown};
use diagnostics::Failure;

use super::{current, folded_notes, reason, table};
use crate::plan::Ingredients;
use crate::session::{Session, Target};
use crate::survey::{self, Changes};

/// The release waits, or in a dry run would wait, in a pull request of this number and address.
///
/// # Errors
/// Refs that cannot be read; a defect.
pub fn waits(
    context: &Context,
    session: &Session,
    target: &Target,
    (made, changes): (&Ingredients, &Changes),
    pull: Option<(&str, &str)>,
) -> Result<(), Failure> {
    let decision = &target.decision;
    current(context, session, decision)?;
    let outputs = &context.outputs;
    let (all, _) = survey::version_tags(&session.repository, &session.settings.tag_format, "rc")?;
    let previous = all.first().map(|tag| tag.version.to_string()).unwrap_or_default();
    outputs.set("previous_version", previous)?;
    outputs.set("previous_tag", changes.previous_tag.clone().unwrap_or_default())?;
    outputs.set("release_notes", made.notes.clone())?;
    outputs.set("bump", decision.bump().word())?;
    outputs.set("reason", reason(&decision.commits))?;
    let version = decision.version.to_string();
    context.log.result(&version);
    let tag = escape_markdown(&target.tag);
    let mut text = if let Some((number, url)) = pull {
        outputs.set("pull_request", number)?;
        outputs.set("pull_request_url", url)?;
        context.log.info(format!("{version} is released when pull request #{number} is merged"));
        format!("### {tag} waits in a pull request\n\nMerging [#{number}]({url}) releases it.\n\n")
    } else {
        context.log.info(format!("{version} would wait in a pull request"));
        format!("### {tag} would wait in a pull request\n\n")
    };
    text.push_str(&table(&decision.commits));
    text.push_str(&folded_notes(&made.notes));
    Ok(context.report(&text)?)
}
