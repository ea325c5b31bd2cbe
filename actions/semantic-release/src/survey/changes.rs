//! The changes for changelog and notes.

use std::collections::HashMap;

use diagnostics::Diagnostic;
use history::{Oid, Repository, Time};

use super::{Decision, Lineage, Read, Tagged, read};
use crate::changelog::{Entry, Section};
use crate::settings::Settings;
use crate::version::{Level, Version};

/// What goes into changelog and notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The new section of the changelog: what comes before the first tag in topological order.
    pub section: Section,
    /// What the notes tell.
    pub notes: Section,
    /// The commits the notes tell of.
    pub told: Vec<Oid>,
    /// The tag the notes count from.
    pub previous_tag: Option<String>,
    /// There is no release in history.
    pub is_first: bool,
    /// The released sections, newest first, where they were asked for.
    pub released: Vec<Section>,
}

/// Collects the changes of a release.
///
/// # Errors
/// History that cannot be read.
pub fn changes(
    repository: &Repository,
    tip: Oid,
    tags: &[Tagged],
    decision: &Decision,
    settings: &Settings,
    date: &str,
    options: Options,
) -> Result<Changes, Diagnostic> {
    let lineage = Lineage::new(repository, tip);
    let by_commit = tagged_commits(&lineage, tags)?;
    let unreleased = repository.unreleased(tip, |id| by_commit.contains_key(&id))?;
    let boundary = unreleased.boundary.and_then(|id| by_commit.get(&id).copied());
    let version = heading(&decision.version);
    let section_of = |ids: &[Oid]| -> Result<Section, Diagnostic> {
        let entries = entries(&read(repository, ids, settings)?, settings)?;
        Ok(Section { version: version.clone(), date: date.to_owned(), entries })
    };
    let section = section_of(&unreleased.commits)?;
    let since_full = options.notes_since_full && !decision.version.is_prerelease();
    let (told, previous) = match (&decision.base.full, since_full) {
        (Some(full), true) => {
            let hide: Vec<Oid> = lineage.commit(full)?.into_iter().collect();
            (repository.range(&[tip], &hide)?, Some(full))
        }
        (None, true) => (repository.range(&[tip], &[])?, None),
        (_, false) => (unreleased.commits, boundary),
    };
    let notes = if since_full { section_of(&told)? } else { section.clone() };
    let released =
        if options.whole { released(repository, tip, &by_commit, settings)? } else { Vec::new() };
    Ok(Changes {
        section,
        notes,
        told,
        previous_tag: previous.map(|tag| tag.tag.name.clone()),
        is_first: boundary.is_none(),
        released,
    })
}

/// The version tag of each tagged commit.
pub(super) fn tagged_commits<'t>(
    lineage: &Lineage<'_>,
    tags: &'t [Tagged],
) -> Result<HashMap<Oid, &'t Tagged>, Diagnostic> {
    let mut by_commit = HashMap::new();
    // Newest first, so of several tags on one commit the lowest version stays.
    for tag in tags {
        if let Some(commit) = lineage.commit(tag)? {
            by_commit.insert(commit, tag);
        }
    }
    Ok(by_commit)
}

/// What to collect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The notes of a full release start at the last full release.
    pub notes_since_full: bool,
    /// The released sections are wanted too.
    pub whole: bool,
}

/// Headings show `v1.2.3` whatever the tag looks like.
fn heading(version: &Version) -> String {
    format!("v{version}")
}

/// The sections of earlier releases, newest first.
fn released(
    repository: &Repository,
    tip: Oid,
    by_commit: &HashMap<Oid, &Tagged>,
    settings: &Settings,
) -> Result<Vec<Section>, Diagnostic> {
    let (_, parts) = cut(repository, tip, by_commit)?;
    let sections = parts.into_iter().map(|(tag, ids)| section(repository, tag, &ids, settings));
    sections.collect()
}

/// A tag with the commits that belong to it.
type Part<'t> = (&'t Tagged, Vec<Oid>);

/// History cut at every tag in topological order, as python-semantic-release does it: a commit
/// belongs to the tag that was met last. First the commits before any tag.
pub(super) fn cut<'t>(
    repository: &Repository,
    tip: Oid,
    by_commit: &HashMap<Oid, &'t Tagged>,
) -> Result<(Vec<Oid>, Vec<Part<'t>>), Diagnostic> {
    let mut unreleased = Vec::new();
    let mut parts: Vec<Part<'t>> = Vec::new();
    let mut current: Option<usize> = None;
    for id in repository.range(&[tip], &[])? {
        if let Some(tagged) = by_commit.get(&id).copied() {
            let place = parts.iter().position(|(tag, _)| tag.version == tagged.version);
            current = Some(place.unwrap_or(parts.len()));
            if place.is_none() {
                parts.push((tagged, Vec::new()));
            }
        }
        match current.and_then(|place| parts.get_mut(place)) {
            Some((_, ids)) => ids.push(id),
            None => unreleased.push(id),
        }
    }
    Ok((unreleased, parts))
}

/// The section of a release with these commits.
pub(super) fn section(
    repository: &Repository,
    tagged: &Tagged,
    ids: &[Oid],
    settings: &Settings,
) -> Result<Section, Diagnostic> {
    let read = read(repository, ids, settings)?;
    let date = date_of(repository, tagged, &read)?;
    let version = heading(&tagged.version);
    Ok(Section { version, date, entries: entries(&read, settings)? })
}

/// The local date of the tagger, or of the commit where the tag has none.
fn date_of(repository: &Repository, tagged: &Tagged, read: &[Read]) -> Result<String, Diagnostic> {
    let time = match (repository.tagged_at(&tagged.tag)?, read.first()) {
        (Some(time), _) => time,
        (None, Some(read)) => {
            Time { seconds: read.commit.committed.seconds, offset: read.commit.authored.offset }
        }
        (None, None) => Time { seconds: 0, offset: 0 },
    };
    Ok(local_date(time))
}

fn local_date(time: Time) -> String {
    let seconds = time.seconds.saturating_add(i64::from(time.offset));
    jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y-%m-%d").to_string()
}

/// What the changelog tells of commits: every piece that parses, except those a pattern excludes
/// and that do not move the version.
pub(super) fn entries(commits: &[Read], settings: &Settings) -> Result<Vec<Entry>, Diagnostic> {
    let mut entries = Vec::new();
    for read in commits {
        for piece in &read.pieces {
            let Some(parsed) = piece.parsed.as_ref().filter(|parsed| !parsed.hidden) else {
                continue;
            };
            if parsed.level == Level::None && is_excluded(&piece.message, settings)? {
                continue;
            }
            entries.push(Entry {
                category: parsed.category.clone(),
                scope: parsed.scope.clone(),
                subject: parsed.descriptions.first().cloned().unwrap_or_default(),
                breaking: parsed.breaking.clone(),
                notices: parsed.notices.clone(),
                pull_request: parsed.pull_request.clone(),
                commit: read.commit.id.to_string(),
            });
        }
    }
    Ok(entries)
}

/// A pattern of `exclude_commit_patterns` fits.
///
/// # Errors
/// A pattern that backtracks without end.
pub fn is_excluded(message: &str, settings: &Settings) -> Result<bool, Diagnostic> {
    for pattern in &settings.changelog.exclude {
        let matches = pattern.matches(message).map_err(|error| {
            Diagnostic::bad_input("release/exclude-pattern", error.to_string()).with_help(
                "write the patterns of `exclude_commit_patterns` without nested repetitions",
            )
        })?;
        if matches {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_local_to_the_tagger() {
        assert_eq!(local_date(Time { seconds: 0, offset: -3600 }), "1969-12-31");
        assert_eq!(local_date(Time { seconds: 1_763_769_600, offset: 7200 }), "2025-11-22");
        assert_eq!(local_date(Time { seconds: i64::MAX, offset: 1 }), "1970-01-01");
    }
}
