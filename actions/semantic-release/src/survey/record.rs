//! All of history, release by release, as templates are shown it.

use std::sync::Arc;

use diagnostics::Diagnostic;
use history::{Commit, Oid, Person, Repository, Time};

use super::changes::{is_excluded, tagged_commits};
use super::{Lineage, Tagged, read};
use crate::conventional::Piece;
use crate::reading::level_of;
use crate::settings::Settings;
use crate::version::{Level, Version};

/// A commit and who committed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authored {
    /// The commit.
    pub commit: Commit,
    /// Who committed it.
    pub committer: Person,
}

/// A piece of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The piece.
    pub piece: Piece,
    /// Its commit.
    pub commit: Arc<Authored>,
}

/// Pieces by category, in the order in which categories were met.
pub type Elements = Vec<(String, Vec<Told>)>;

/// The heading of pieces that could not be read.
const UNKNOWN: &str = "unknown";

/// A release of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its version.
    pub version: Version,
    /// The tag.
    pub tag: String,
    /// Who tagged it.
    pub tagger: Person,
    /// The tagger again, or the commit's author where the tag has no tagger.
    pub committer: Person,
    /// When it was tagged.
    pub time: Time,
    /// Its changes.
    pub elements: Elements,
}

/// History cut at every tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What comes before the first tag.
    pub unreleased: Elements,
    /// The releases, newest first.
    pub released: Vec<Past>,
}

impl Record {
    /// How many pieces there are.
    pub fn pieces(&self) -> usize {
        let count =
            |elements: &Elements| elements.iter().map(|(_, pieces)| pieces.len()).sum::<usize>();
        count(&self.unreleased)
            + self.released.iter().map(|past| count(&past.elements)).sum::<usize>()
    }
}

/// A tag with its commit, `None` for what is unreleased, and the commits that belong to it.
type Part<'t> = (Option<(&'t Tagged, Oid)>, Vec<Oid>);

/// Reads all of history: a commit belongs to the tag that was met last, in topological order.
///
/// # Errors
/// History that cannot be read.
pub fn record(
    repository: &Repository,
    tip: Oid,
    tags: &[Tagged],
    settings: &Settings,
) -> Result<Record, Diagnostic> {
    let lineage = Lineage::new(repository, tip);
    let by_commit = tagged_commits(&lineage, tags)?;
    let mut parts: Vec<Part<'_>> = vec![(None, Vec::new())];
    let mut current = 0;
    for id in repository.range(&[tip], &[])? {
        if let Some(tagged) = by_commit.get(&id).copied() {
            let is_same = |tag: &Option<(&Tagged, Oid)>| {
                tag.is_some_and(|(tag, _)| tag.version == tagged.version)
            };
            let place = parts.iter().position(|(tag, _)| is_same(tag));
            current = place.unwrap_or(parts.len());
            if place.is_none() {
                parts.push((Some((tagged, id)), Vec::new()));
            }
        }
        if let Some((_, ids)) = parts.get_mut(current) {
            ids.push(id);
        }
    }
    let mut record = Record::default();
    for (tag, ids) in parts {
        let elements = elements(repository, &ids, settings)?;
        match tag {
            Some((tagged, id)) => record.released.push(past(repository, tagged, id, elements)?),
            None => record.unreleased = elements,
        }
    }
    Ok(record)
}

/// The record for notes that start at the last full release: what was released since then counts
/// as this release's.
///
/// # Errors
/// History that cannot be read.
pub fn since(
    record: &Record,
    repository: &Repository,
    tip: Oid,
    full: Option<&Tagged>,
    settings: &Settings,
) -> Result<Record, Diagnostic> {
    let hide: Vec<Oid> = match full {
        Some(full) => Lineage::new(repository, tip).commit(full)?.into_iter().collect(),
        None => Vec::new(),
    };
    let unreleased = elements(repository, &repository.range(&[tip], &hide)?, settings)?;
    let start =
        full.and_then(|full| record.released.iter().position(|past| past.tag == full.tag.name));
    let released = match start {
        Some(start) => record.released.get(start..).unwrap_or_default().to_vec(),
        None => Vec::new(),
    };
    Ok(Record { unreleased, released })
}

fn past(
    repository: &Repository,
    tagged: &Tagged,
    id: Oid,
    elements: Elements,
) -> Result<Past, Diagnostic> {
    let commit = repository.commit(id)?;
    let made = (repository.tagger(&tagged.tag)?, repository.tagged_at(&tagged.tag)?);
    let (person, time) = if let (Some(person), Some(time)) = made {
        (person, time)
    } else {
        let time = Time { seconds: commit.committed.seconds, offset: commit.authored.offset };
        (commit.author, time)
    };
    Ok(Past {
        version: tagged.version.clone(),
        tag: tagged.tag.name.clone(),
        committer: person.clone(),
        tagger: person,
        time,
        elements,
    })
}

fn elements(
    repository: &Repository,
    ids: &[Oid],
    settings: &Settings,
) -> Result<Elements, Diagnostic> {
    let mut elements = Elements::new();
    for read in read(repository, ids, settings)? {
        if settings.parser.ignores_merges() && read.commit.is_merge() {
            continue;
        }
        let committer = repository.committer(read.commit.id)?;
        let commit = Arc::new(Authored { commit: read.commit, committer });
        for piece in read.pieces {
            if level_of(&piece) == Level::None && is_excluded(&piece.message, settings)? {
                continue;
            }
            let kind = piece.parsed.as_ref().map_or(UNKNOWN, |parsed| parsed.category.as_str());
            let place = elements.iter().position(|(known, _)| known == kind);
            let place = place.unwrap_or(elements.len());
            if place == elements.len() {
                elements.push((kind.to_owned(), Vec::new()));
            }
            if let Some((_, pieces)) = elements.get_mut(place) {
                pieces.push(Told { piece, commit: Arc::clone(&commit) });
            }
        }
    }
    Ok(elements)
}
