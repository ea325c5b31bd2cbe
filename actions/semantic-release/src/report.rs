//! Outputs, log lines and the step summary.

pub mod pull_request;

use std::fmt::Write as _;

use action_kit::{Context, escape_markdown};
use diagnostics::{Failure, visible_line};
use effects::Values;
use serde_json::json;

use crate::apply::assets::LIST;
use crate::changelog::Links;
use crate::inputs::Print;
use crate::pep440;
use crate::plan::{ASSETS, DRAFT, Ingredients};
use crate::pushed_tag::PushedTag;
use crate::reading::level_of;
use crate::session::{Session, Target};
use crate::survey::{self, Changes, Decision, Read};
use crate::version::{Level, Version};

/// Commits listed in the summary; the rest is counted.
const LISTED: usize = 100;

/// Characters of a commit's line in the summary: one long line must not push out the others.
const LONGEST_IN_TABLE: usize = 200;

/// Characters of a commit's line in output `reason`.
const LONGEST_IN_REASON: usize = 1000;

/// The branch releases nothing.
///
/// # Errors
/// A defect: an output that is not declared.
pub fn no_release_branch(context: &Context, why: &str) -> Result<(), Failure> {
    context.log.info(format!("no release will be made: {why}"));
    Ok(context.report(&format!("### No release\n\n{}\n", escape_markdown(why)))?)
}

/// Sets the outputs that do not depend on whether a release is made.
///
/// # Errors
/// A defect: an output that is not declared.
pub fn current(context: &Context, session: &Session, decision: &Decision) -> Result<(), Failure> {
    let outputs = &context.outputs;
    let version = decision.version.to_string();
    let tag = session.settings.tag_format.tag(&decision.version);
    let links =
        session.slug.as_ref().map(|slug| Links::new(&session.server, &slug.owner, &slug.name));
    outputs.set("version", version.clone())?;
    version_parts(context, &decision.version)?;
    outputs.set("is_prerelease", decision.version.is_prerelease().to_string())?;
    outputs.set("link", links.map(|links| links.release(&tag)).unwrap_or_default())?;
    outputs.set("tag", tag)?;
    outputs.set("previous_version", version)?;
    outputs.set(
        "previous_tag",
        decision.base.latest.as_ref().map_or("", |tag| tag.tag.name.as_str()),
    )?;
    Ok(())
}

/// Sets the outputs that say parts of the version.
fn version_parts(context: &Context, version: &Version) -> Result<(), Failure> {
    let outputs = &context.outputs;
    outputs.set("major", version.major.to_string())?;
    outputs.set("minor", version.minor.to_string())?;
    outputs.set("patch", version.patch.to_string())?;
    outputs.set("pep440_version", pep440::of(version).unwrap_or_default())?;
    Ok(())
}

/// Sets the outputs that the server decides.
///
/// # Errors
/// A defect: an output that is not declared.
pub fn on_server(context: &Context, values: &Values) -> Result<(), Failure> {
    for (output, step, key) in
        [("release_id", DRAFT, "id"), ("upload_url", DRAFT, "upload_url"), ("assets", ASSETS, LIST)]
    {
        if let Some(value) = values.get(step, key) {
            context.outputs.set(output, value)?;
        }
    }
    Ok(())
}

/// Nothing is released.
///
/// # Errors
/// A defect: an output that is not declared.
pub fn nothing(
    context: &Context,
    session: &Session,
    decision: &Decision,
    why: &str,
) -> Result<(), Failure> {
    current(context, session, decision)?;
    context.outputs.set("bump", Level::None.word())?;
    context.outputs.set("reason", reason(&decision.commits))?;
    let tag = session.settings.tag_format.tag(&decision.version);
    let printed = session.wishes.print == Some(Print::Tag);
    context.log.result(if printed { tag } else { decision.version.to_string() });
    context.log.info(format!("no release will be made: {why}"));
    let mut text = format!("### No release\n\n{}\n\n", escape_markdown(why));
    text.push_str(&table(&decision.commits));
    Ok(context.report(&text)?)
}

/// A release was made, or would be.
///
/// # Errors
/// Refs that cannot be read; a defect.
pub fn released(
    context: &Context,
    session: &Session,
    target: &Target,
    made: &Ingredients,
    changes: &Changes,
    sha: Option<&str>,
    dry_run: bool,
) -> Result<(), Failure> {
    let decision = &target.decision;
    current(context, session, decision)?;
    let outputs = &context.outputs;
    // The highest of all tags, whatever the branch: what python-semantic-release says here.
    let (all, _) = survey::version_tags(&session.repository, &session.settings.tag_format, "rc")?;
    let previous = all.iter().find(|tag| tag.tag.name != target.tag);
    let previous = previous.map(|tag| tag.version.to_string()).unwrap_or_default();
    let level = decision.bump();
    outputs.set("released", "true")?;
    if session.wishes.changelog {
        let path = session.path_in_repository(&session.settings.changelog.file.value);
        outputs.set("changelog_path", path)?;
    }
    outputs.set("previous_version", previous)?;
    outputs.set("commit_sha", sha.unwrap_or_default())?;
    outputs.set("release_notes", made.notes.clone())?;
    outputs.set("previous_tag", changes.previous_tag.clone().unwrap_or_default())?;
    outputs.set("bump", level.word())?;
    outputs.set("reason", reason(&decision.commits))?;
    let version = decision.version.to_string();
    context.log.result(&version);
    let verb = if dry_run { "would be released" } else { "is released" };
    context.log.info(format!("{version} {verb} as tag {}", target.tag));
    Ok(context.report(&summary(session, target, made, sha, dry_run))?)
}

/// Sets the outputs that a pushed tag decides.
fn tag_outputs(context: &Context, session: &Session, pushed: &PushedTag) -> Result<(), Failure> {
    let outputs = &context.outputs;
    let links =
        session.slug.as_ref().map(|slug| Links::new(&session.server, &slug.owner, &slug.name));
    outputs.set("version", pushed.version.to_string())?;
    version_parts(context, &pushed.version)?;
    outputs.set("tag", pushed.name.clone())?;
    outputs.set("is_prerelease", pushed.version.is_prerelease().to_string())?;
    outputs.set("link", links.map(|links| links.release(&pushed.name)).unwrap_or_default())?;
    outputs.set("commit_sha", pushed.commit.to_string())?;
    Ok(())
}

/// The pushed tag has been released already.
///
/// # Errors
/// A defect: an output that is not declared.
pub fn tag_nothing(
    context: &Context,
    session: &Session,
    pushed: &PushedTag,
    why: &str,
) -> Result<(), Failure> {
    tag_outputs(context, session, pushed)?;
    context.log.result(pushed.version.to_string());
    context.log.info(format!("no release will be made: {why}"));
    Ok(context.report(&format!("### No release\n\n{}\n", escape_markdown(why)))?)
}

/// The pushed tag was released, or would be.
///
/// # Errors
/// A defect: an output that is not declared.
pub fn tag_released(
    context: &Context,
    session: &Session,
    pushed: &PushedTag,
    notes: &str,
) -> Result<(), Failure> {
    tag_outputs(context, session, pushed)?;
    context.outputs.set("released", "true")?;
    context.outputs.set("release_notes", notes)?;
    context.log.result(pushed.version.to_string());
    let done = if session.wishes.dry_run { "would be released" } else { "released" };
    context.log.info(format!("tag {} {done} as it is", pushed.name));
    let tag = escape_markdown(&pushed.name);
    let mut text =
        format!("### {tag} {done}\n\nThe tag was pushed; stamped places and changelog agree.\n");
    text.push_str(&folded_notes(notes));
    Ok(context.report(&text)?)
}

/// The notes as they are written, behind a fold.
fn folded_notes(notes: &str) -> String {
    let longest = notes.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!(
        "\n<details><summary>Notes</summary>\n\n{fence}markdown\n{notes}{fence}\n\n</details>\n"
    )
}

fn summary(
    session: &Session,
    target: &Target,
    made: &Ingredients,
    sha: Option<&str>,
    dry_run: bool,
) -> String {
    let decision = &target.decision;
    let links =
        session.slug.as_ref().map(|slug| Links::new(&session.server, &slug.owner, &slug.name));
    let tag = escape_markdown(&target.tag);
    let tag = match &links {
        Some(links) if !dry_run && made.make_release => {
            format!("[{tag}]({})", links.release(&target.tag))
        }
        _ => tag,
    };
    let done = if dry_run { "would be released" } else { "released" };
    let mut text = format!("### {tag} {done}\n\n");
    if let (Some(links), Some(sha), false) = (&links, sha, dry_run) {
        let short: String = sha.chars().take(7).collect();
        let _ = write!(text, "Commit [`{short}`]({}).\n\n", links.commit(sha));
    }
    let bump = decision.bump().word();
    let asked = decision.level.word();
    let why = match decision.level {
        _ if decision.exact.is_some() => {
            format!("asked for by {}", decision.exact.as_deref().unwrap_or_default())
        }
        level if level != Level::None && decision.commits.is_empty() => "forced".to_owned(),
        _ if asked == bump => "asked for by the commits".to_owned(),
        _ => format!("the commits ask for {asked}"),
    };
    let _ = write!(text, "Level: {bump} ({why}).\n\n");
    text.push_str(&table(&decision.commits));
    text.push_str(&folded_notes(&made.notes));
    text
}

/// Commit, level and reason, for the commits that were counted.
pub(crate) fn table(commits: &[Read]) -> String {
    if commits.is_empty() {
        return String::new();
    }
    let mut text = String::from("| commit | level | why |\n| --- | --- | --- |\n");
    for read in commits.iter().take(LISTED) {
        let why = escape_markdown(&visible_line(&cut(&why(read), LONGEST_IN_TABLE)));
        let _ =
            writeln!(text, "| `{}` | {} | {why} |", read.commit.id.short(), read.level().word());
    }
    if commits.len() > LISTED {
        let _ = write!(text, "\nand {} more commits\n", commits.len() - LISTED);
    }
    text
}

/// The line that decided about a commit.
fn why(read: &Read) -> String {
    let line = decisive(read);
    match &read.remark {
        Some(remark) => format!("{remark}: {line}"),
        None => line,
    }
}

fn decisive(read: &Read) -> String {
    let level = read.level();
    let decisive = read.pieces.iter().filter_map(|piece| Some((piece, piece.parsed.as_ref()?)));
    let decisive = decisive.into_iter().find(|(_, parsed)| parsed.level == level);
    let subject = read.commit.subject();
    let title = read.pieces.first().map(level_of).unwrap_or_default();
    match decisive {
        None if read.is_cancelled => subject.to_owned(),
        None if read.commit.is_merge() => format!("merge: {subject}"),
        None => format!("not a conventional commit: {subject}"),
        Some((piece, parsed)) => {
            let line = piece.message.lines().next().unwrap_or_default();
            match parsed.breaking.first() {
                Some(breaking) if !parsed.marked_breaking => {
                    let place = if line == subject { "" } else { ", in a bullet" };
                    format!("{line} (BREAKING CHANGE{place}: {breaking})")
                }
                _ if line == subject => line.to_owned(),
                _ if level > title => {
                    format!("{line} (this bullet made it {}: {subject})", level.word())
                }
                _ => format!("{line} (a part of: {subject})"),
            }
        }
    }
}

/// The first `limit` characters, and `…` where more were there.
fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The same as JSON: `[{commit, level, text}]`.
fn reason(commits: &[Read]) -> String {
    let items: Vec<_> = commits
        .iter()
        .filter(|read| read.level() != Level::None)
        .map(|read| json!({"commit": read.commit.id.to_string(), "level": read.level().word(), "text": cut(&why(read), LONGEST_IN_REASON)}))
        .collect();
    json!(items).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_at_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüx", 3), "äöü…");
    }
}
