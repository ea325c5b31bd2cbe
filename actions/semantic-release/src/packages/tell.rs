//! Outputs, log lines and the summary of a run over several packages.

use std::fmt::Write as _;

use action_kit::{Context, escape_markdown};
use diagnostics::Failure;
use serde_json::{Map, Value, json};

use super::open::One;
use super::run::Moved;
use crate::report;

/// `name version`, for all that move.
pub(super) fn versions(moved: &[Moved<'_>]) -> String {
    let one =
        |moved: &Moved<'_>| format!("{} {}", moved.one.package.name, moved.target.decision.version);
    moved.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Nothing is released.
///
/// # Errors
/// A defect: an output that is not declared.
pub(super) fn nothing(context: &Context, packages: &[One], why: &str) -> Result<(), Failure> {
    set(context, packages, &[], None)?;
    context.log.info(format!("no release will be made: {why}"));
    Ok(context.report(&format!("### No release\n\n{}\n", escape_markdown(why)))?)
}

/// Releases were made, or would be.
///
/// # Errors
/// A defect: an output that is not declared.
pub(super) fn released(
    context: &Context,
    packages: &[One],
    moved: &[Moved<'_>],
    sha: Option<&str>,
    dry_run: bool,
) -> Result<(), Failure> {
    set(context, packages, moved, sha)?;
    let done = if dry_run { "would be released" } else { "released" };
    let mut text = format!("### {} of {} packages {done}\n", moved.len(), packages.len());
    for moved in moved {
        let name = &moved.one.package.name;
        let decision = &moved.target.decision;
        context.log.info(format!("{name} {} {done} as tag {}", decision.version, moved.target.tag));
        let (name, tag) = (escape_markdown(name), escape_markdown(&moved.target.tag));
        let bump = decision.bump().word();
        let why = decision.exact.as_deref().map(|why| format!(" ({})", escape_markdown(why)));
        let why = why.unwrap_or_default();
        // Writing to a String does not fail.
        let _ = write!(text, "\n#### {name}: {tag}\n\nLevel: {bump}{why}.\n\n");
        text.push_str(&report::table(&decision.commits));
    }
    Ok(context.report(&text)?)
}

fn set(
    context: &Context,
    packages: &[One],
    moved: &[Moved<'_>],
    sha: Option<&str>,
) -> Result<(), Failure> {
    let mut all = Map::new();
    let mut matrix = Vec::new();
    for one in packages {
        let session = &one.session;
        let found = moved.iter().find(|moved| std::ptr::eq(moved.one, one));
        let mut entry = json!({"directory": one.path, "released": found.is_some()});
        if let (Some(moved), Some(fields)) = (found, entry.as_object_mut()) {
            let decision = &moved.target.decision;
            let (all_tags, tag) = (&moved.target.tags, &moved.target.tag);
            let previous = all_tags.first().map(|tag| tag.version.to_string());
            let previous_tag = decision.base.latest.as_ref().map(|tag| tag.tag.name.clone());
            for (key, value) in [
                ("version", json!(decision.version.to_string())),
                ("tag", json!(tag)),
                ("is_prerelease", json!(decision.version.is_prerelease())),
                ("link", json!(session.release_link(tag))),
                ("previous_version", json!(previous.unwrap_or_default())),
                ("previous_tag", json!(previous_tag.unwrap_or_default())),
                ("bump", json!(decision.bump().word())),
                ("why", json!(decision.exact)),
            ] {
                fields.insert(key.to_owned(), value);
            }
            matrix.push(json!({
                "package": one.package.name,
                "directory": one.path,
                "version": decision.version.to_string(),
                "tag": tag,
            }));
        }
        all.insert(one.package.name.clone(), entry);
    }
    let outputs = &context.outputs;
    outputs.set("released", (!moved.is_empty()).to_string())?;
    outputs.set("packages", Value::Object(all).to_string())?;
    outputs.set("released_packages", Value::Array(matrix).to_string())?;
    if let Some(sha) = sha {
        outputs.set("commit_sha", sha)?;
    }
    Ok(())
}
