//! Which release is the latest one.

use crate::answer::Answer;
use crate::call::Fields;
use crate::world::{Repo, StoredRelease};

/// The values of `make_latest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// This one.
    True,
    /// Not this one.
    False,
    /// By date and version.
    Legacy,
}

impl Choice {
    /// Reads `make_latest`; a boolean is refused, since GitHub wants a string.
    pub(crate) fn read(body: &Fields) -> Result<Option<Self>, Answer> {
        Ok(match body.text("make_latest")?.as_deref() {
            None => None,
            Some("true") => Some(Self::True),
            Some("false") => Some(Self::False),
            Some("legacy") => Some(Self::Legacy),
            Some(_) => return Err(Answer::invalid("Release", "make_latest", "invalid")),
        })
    }
}

/// Moves the mark when a release is published. Drafts and prereleases never carry it.
pub(crate) fn choose(repo: &mut Repo, stored: &StoredRelease, choice: Choice) {
    if stored.release.draft || stored.release.prerelease {
        return;
    }
    let before = repo.latest_release();
    match choice {
        Choice::True => repo.latest = Some(stored.release.id),
        // Pins the one that is the latest now, so that the newer date does not count.
        Choice::False => repo.latest = before.filter(|id| *id != stored.release.id),
        Choice::Legacy => {
            let rival = repo
                .releases
                .iter()
                .find(|other| Some(other.release.id) == before)
                .map(|other| version(&other.release.tag_name));
            let own = version(&stored.release.tag_name);
            repo.latest = match rival {
                Some(rival) if rival > own => before,
                _ => Some(stored.release.id),
            };
        }
    }
}

/// The numbers of a tag such as `v1.10.0`, for comparing.
fn version(tag: &str) -> Vec<u64> {
    tag.split(|letter: char| !letter.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect()
}
