//! The state: repositories, tokens, the log, faults.

use std::collections::BTreeSet;

use crate::access::Token;
use crate::clock::Clock;
use crate::fault::Armed;
use crate::git::Store;
use crate::inspect::{Comment, PullRequest, Release};
use crate::log::Request;
use crate::settings::Settings;

/// Everything the stand-in remembers.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) repositories: Vec<Repo>,
    pub(crate) shared: Shared,
    pub(crate) tokens: Vec<Token>,
    pub(crate) log: Vec<Request>,
    /// Requests that were taken out of the log.
    pub(crate) forgotten: usize,
    pub(crate) faults: Vec<Armed>,
    pub(crate) violations: Vec<String>,
}

/// What all repositories draw from.
#[derive(Debug)]
pub(crate) struct Shared {
    next_id: u64,
    clock: Clock,
}

impl Default for Shared {
    fn default() -> Self {
        Self { next_id: 1_000, clock: Clock::default() }
    }
}

impl Shared {
    pub(crate) fn with_clock(clock: Clock) -> Self {
        Self { clock, ..Self::default() }
    }

    /// A number nothing else has.
    pub(crate) fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Seconds since 1970.
    pub(crate) fn now(&mut self) -> i64 {
        self.clock.now()
    }
}

/// One repository.
#[derive(Debug)]
pub(crate) struct Repo {
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) id: u64,
    pub(crate) created: i64,
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) releases: Vec<StoredRelease>,
    pub(crate) pulls: Vec<StoredPull>,
    pub(crate) comments: Vec<StoredComment>,
    /// Labels of issues and pull requests.
    pub(crate) labels: Vec<(u64, String)>,
    /// Tags that belonged to an immutable release, for ever.
    pub(crate) burnt: BTreeSet<String>,
    /// The release that was made the latest one on purpose.
    pub(crate) latest: Option<u64>,
}

/// A release with what only the stand-in needs to know.
#[derive(Clone, Debug)]
pub(crate) struct StoredRelease {
    pub(crate) release: Release,
    pub(crate) author: String,
    pub(crate) created: i64,
    pub(crate) published: Option<i64>,
    /// List calls that will not show it yet.
    pub(crate) lag: u32,
}

/// A pull request with what only the stand-in needs to know.
#[derive(Clone, Debug)]
pub(crate) struct StoredPull {
    pub(crate) id: u64,
    pub(crate) pull: PullRequest,
    pub(crate) author: String,
    pub(crate) created: i64,
    pub(crate) closed: Option<i64>,
    /// The owner of the fork it comes from.
    pub(crate) fork: Option<String>,
}

/// A comment with its time.
#[derive(Clone, Debug)]
pub(crate) struct StoredComment {
    pub(crate) comment: Comment,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

impl World {
    /// Writes a request down; its number.
    pub(crate) fn record(&mut self, request: Request) -> usize {
        self.log.push(request);
        self.forgotten + self.log.len() - 1
    }

    /// The request with a number, unless it was taken out.
    pub(crate) fn entry(&mut self, number: usize) -> Option<&mut Request> {
        self.log.get_mut(number.checked_sub(self.forgotten)?)
    }

    /// Takes all requests out of the log.
    pub(crate) fn forget(&mut self) {
        self.forgotten += self.log.len();
        self.log.clear();
    }

    /// The repository and what it draws from, by name; GitHub does not care about case.
    pub(crate) fn repository(
        &mut self,
        owner: &str,
        name: &str,
    ) -> Option<(&mut Repo, &mut Shared)> {
        let shared = &mut self.shared;
        self.repositories
            .iter_mut()
            .find(|repo| {
                repo.owner.eq_ignore_ascii_case(owner) && repo.name.eq_ignore_ascii_case(name)
            })
            .map(|repo| (repo, shared))
    }
}

impl Repo {
    /// `owner/name`.
    pub(crate) fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The default branch: the setting, else HEAD of the bare repository, else `main`.
    pub(crate) fn default_branch(&self) -> String {
        self.settings
            .default_branch
            .clone()
            .or_else(|| self.store.head_branch())
            .unwrap_or_else(|| "main".to_owned())
    }

    /// The number of the release that `releases/latest` answers: the one chosen on purpose as
    /// long as it qualifies, else the newest that does.
    pub(crate) fn latest_release(&self) -> Option<u64> {
        let qualifies =
            |stored: &&StoredRelease| !stored.release.draft && !stored.release.prerelease;
        self.releases
            .iter()
            .filter(qualifies)
            .find(|stored| Some(stored.release.id) == self.latest)
            .or_else(|| {
                self.releases.iter().filter(qualifies).max_by_key(|stored| stored.published)
            })
            .map(|stored| stored.release.id)
    }

    /// The next number of an issue or pull request.
    pub(crate) fn next_number(&self) -> u64 {
        self.pulls.iter().map(|stored| stored.pull.number).max().unwrap_or(0) + 1
    }
}
