//! History as a changelog tells it: what is not released yet, and every release.

use diagnostics::Diagnostic;
use history::{Oid, Repository};

use super::changes::{cut, entries, is_excluded, section, tagged_commits};
use super::{Lineage, Read, Tagged, read};
use crate::changelog::Section;
use crate::reading::level_of;
use crate::settings::Settings;
use crate::version::{Level, Version};

/// A release of the past.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its tag.
    pub tag: Tagged,
    /// The commit that is tagged.
    pub commit: Oid,
    /// Its changes.
    pub section: Section,
}

/// All of history.
#[derive(Clone, Debug)]
pub struct Sections {
    /// What comes before the first tag; `None` when nothing does that could be told.
    pub unreleased: Option<Section>,
    /// The releases, newest first.
    pub released: Vec<Past>,
}

/// Reads all of history.
///
/// # Errors
/// History that cannot be read.
pub fn sections(
    repository: &Repository,
    tip: Oid,
    tags: &[Tagged],
    settings: &Settings,
) -> Result<Sections, Diagnostic> {
    let by_commit = tagged_commits(&Lineage::new(repository, tip), tags)?;
    let (ids, parts) = cut(repository, tip, &by_commit)?;
    let commits = read(repository, &ids, settings)?;
    let unreleased = if tells(&commits, settings)? {
        let (version, date) = ("Unreleased".to_owned(), String::new());
        Some(Section { version, date, entries: entries(&commits, settings)? })
    } else {
        None
    };
    let past = |(tag, ids): (&Tagged, Vec<Oid>)| {
        let section = section(repository, tag, &ids, settings)?;
        let commit = ids.first().copied().unwrap_or(tip);
        Ok(Past { tag: tag.clone(), commit, section })
    };
    let released = parts.into_iter().map(past).collect::<Result<_, Diagnostic>>()?;
    Ok(Sections { unreleased, released })
}

/// Whether there is a heading for these commits: python-semantic-release has one also where none
/// of them can be read.
fn tells(commits: &[Read], settings: &Settings) -> Result<bool, Diagnostic> {
    for read in commits {
        if settings.parser.ignores_merges() && read.commit.is_merge() {
            continue;
        }
        for piece in &read.pieces {
            let is_hidden = piece.parsed.as_ref().is_some_and(|parsed| parsed.hidden);
            let is_left_out =
                level_of(piece) == Level::None && is_excluded(&piece.message, settings)?;
            if !is_hidden && !is_left_out {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The notes of a release of the past.
#[derive(Clone, Debug)]
pub struct Notes {
    /// Its version.
    pub version: Version,
    /// The commit that is tagged.
    pub commit: Oid,
    /// The changes.
    pub section: Section,
    /// The release they are counted from.
    pub previous: Option<Tagged>,
    /// There is no release before.
    pub is_first: bool,
    /// They start at the last full release, not at the last of any kind.
    pub since_full: bool,
}

/// The notes of `version`; `None` when no release of the history has it. With `since_full` those
/// of a full release start at the last full one.
///
/// # Errors
/// History that cannot be read.
pub fn notes_of(
    repository: &Repository,
    tags: &[Tagged],
    sections: &Sections,
    version: &Version,
    since_full: bool,
    settings: &Settings,
) -> Result<Option<Notes>, Diagnostic> {
    let released = &sections.released;
    let found = released.iter().position(|past| past.tag.version.is_same(version));
    let Some((index, past)) = found.and_then(|index| Some((index, released.get(index)?))) else {
        return Ok(None);
    };
    let is_first = index + 1 == released.len();
    let since_full = since_full && !version.is_prerelease();
    let mut notes = Notes {
        version: past.tag.version.clone(),
        commit: past.commit,
        section: past.section.clone(),
        previous: released.get(index + 1).map(|past| past.tag.clone()),
        is_first,
        since_full,
    };
    if since_full {
        let mut lineage = Lineage::new(repository, past.commit);
        notes.previous = None;
        for tag in tags.iter().filter(|tag| !tag.version.is_prerelease()) {
            if !tag.version.is_same(version) && lineage.contains(tag)? {
                notes.previous = Some(tag.clone());
                break;
            }
        }
        let hide: Vec<Oid> = match &notes.previous {
            Some(tag) => lineage.commit(tag)?.into_iter().collect(),
            None => Vec::new(),
        };
        let ids = repository.range(&[past.commit], &hide)?;
        notes.section.entries = entries(&read(repository, &ids, settings)?, settings)?;
    }
    Ok(Some(notes))
}
