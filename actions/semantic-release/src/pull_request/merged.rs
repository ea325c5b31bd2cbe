//! The release commit that merging a pull request has brought into the branch.

use std::collections::HashMap;

use action_kit::Context;
use diagnostics::{Diagnostic, Failure};
use github::{PullState, Repository};
use history::Oid;

use super::text::{self, Subject, marker};
use crate::next::Rules;
use crate::remote::Known;
use crate::session::{Session, Target, Verdict};
use crate::stamped::day_of;
use crate::survey::{self, Lineage, Position, Tagged};
use crate::version::Version;

/// The release commit to tag, newest first, and what it releases; `None` when none waits.
///
/// # Errors
/// History that cannot be read, GitHub that cannot be asked.
pub(super) async fn find(
    context: &Context,
    session: &Session,
    position: &Position,
    rules: &Rules,
    verdict: &Verdict,
    github: Option<&Repository>,
    branch: &str,
) -> Result<Option<(Position, Target)>, Failure> {
    let (tags, _) =
        survey::version_tags(&session.repository, &session.settings.tag_format, &rules.token)?;
    for (commit, subject) in candidates(session, position, verdict)? {
        let here = Position { branch: position.branch.clone(), head: commit };
        let Verdict::Release(computed) = session.verdict(&here, rules)? else { continue };
        let version = match subject {
            Subject::Unnamed => computed.decision.version.clone(),
            Subject::Version(text) => match Version::parse(&text, &rules.token) {
                Ok(version) => version,
                Err(_) => continue,
            },
        };
        if computed.tagged || is_tagged(&tags, &version) {
            continue;
        }
        let tag = session.settings.tag_format.tag(&version);
        let is_computed = computed.decision.version == version;
        let is_said = match says(session, commit, &version, &tag)? {
            Some(false) => continue,
            Some(true) => is_computed,
            None => false,
        };
        let is_pull = async |github: &Repository| {
            let closed = github.pulls_from(branch, &position.branch, PullState::Closed).await;
            let marker = marker(&version.to_string(), &tag);
            Ok::<_, Failure>(closed.map_err(Diagnostic::from)?.iter().any(|pull| {
                let made = pull.merge_commit_sha.as_ref().map(ToString::to_string);
                pull.merged_at.is_some()
                    && made == Some(commit.to_string())
                    && pull.body.as_ref().is_some_and(|body| body.contains(&marker))
            }))
        };
        let is_release = match github {
            _ if is_said => true,
            Some(github) => context.cancel.unless(is_pull(github)).await?,
            None => false,
        };
        if !is_release {
            continue;
        }
        context.log.info(format!("the release pull request of {version} was merged as {commit}"));
        in_place(session, position, commit)?;
        let Target { mut decision, tags, .. } = *computed;
        if !is_computed {
            decision.version = version;
            decision.exact = Some("the merged release pull request".to_owned());
        }
        let mut known = session.known(commit)?;
        of_its_day(session, &mut known, &decision.version)?;
        let known = Some(known);
        return Ok(Some((here, Target { decision, tag, tags, known, tagged: false })));
    }
    Ok(None)
}

fn is_tagged(tags: &[Tagged], version: &Version) -> bool {
    tags.iter().any(|tag| tag.version == *version)
}

/// Commits since the last release whose message is a release's, and merges that bring in such a
/// commit, newest first.
fn candidates(
    session: &Session,
    position: &Position,
    verdict: &Verdict,
) -> Result<Vec<(Oid, Subject)>, Diagnostic> {
    let repository = &session.repository;
    let lineage = Lineage::new(repository, position.head);
    let latest = verdict.decision().base.latest.as_ref();
    let hide = latest.map(|tag| lineage.commit(tag)).transpose()?.flatten();
    let commits = repository.commits(&[position.head], hide.as_slice())?;
    let format = &session.settings.commit_message;
    let releases: HashMap<Oid, Subject> = commits
        .iter()
        .filter_map(|commit| Some((commit.id, text::subject(&commit.message, format)?)))
        .collect();
    let mut brought = Vec::new();
    let mut found = Vec::new();
    for commit in &commits {
        let merged = commit.parents.iter().skip(1).find(|parent| releases.contains_key(*parent));
        if let Some(merged) = merged {
            brought.push(*merged);
        }
        let release = merged.unwrap_or(&commit.id);
        if let Some(subject) = releases.get(release)
            && (merged.is_some() || !brought.contains(release))
        {
            found.push((commit.id, subject.clone()));
        }
    }
    Ok(found)
}

/// Whether the files of a commit say this version; `None` where no file would.
fn says(
    session: &Session,
    commit: Oid,
    version: &Version,
    tag: &str,
) -> Result<Option<bool>, Diagnostic> {
    // The files of a commit of a shallow clone may not be here.
    if !session.repository.has_tree(commit) {
        return Ok(None);
    }
    let version = version.to_string();
    if !session.settings.stamps.is_empty() {
        return session.is_stamped(commit, &version, tag).map(Some);
    }
    if !session.wishes.changelog {
        return Ok(None);
    }
    session.heading_at(commit, &version).map(|heading| heading.map(|_| true))
}

/// The release is of the day on which its changelog was written, not of that of the merge.
///
/// # Errors
/// A damaged object.
pub(super) fn of_its_day(
    session: &Session,
    known: &mut Known,
    version: &Version,
) -> Result<(), Diagnostic> {
    let commit: Option<Oid> = known.sha.parse().ok();
    if let Some(commit) = commit.filter(|commit| session.repository.has_tree(*commit))
        && let Some(heading) = session.heading_at(commit, &version.to_string())?
        && let Some(day) = day_of(&heading)
    {
        known.date = Some(day);
    }
    Ok(())
}

/// What is built or attached is made from the files here, so they must be the release's.
fn in_place(session: &Session, position: &Position, commit: Oid) -> Result<(), Diagnostic> {
    let of_here = session.builds() || !session.settings.release.assets.is_empty();
    if commit == position.head || !of_here {
        return Ok(());
    }
    let message = format!("the merged release is commit {commit}, and this checkout is newer");
    Err(Diagnostic::outside("release/merged-earlier", message)
        .with_note("what is built or attached has to be made from the files of the release")
        .with_help(
            "run the workflow of that commit again: it makes the release, and the next run goes on",
        ))
}
