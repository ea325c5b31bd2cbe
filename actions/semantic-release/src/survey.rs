//! What the repository says: branch, tags, commits, and the version that follows from them.
//!
//! Reads git history, and of it only what is needed: tag names are read as versions first, and
//! a tag is looked up only when the answer may depend on it.

mod by_node;
mod changes;
mod exact;
mod range;
mod record;
mod sections;
mod tagged;

use diagnostics::Diagnostic;
use history::{Commit, Oid, Repository};

use crate::conventional::Piece;
use crate::inputs::Wishes;
use crate::next::{self, Base, Rules};
use crate::parser::{Parser, Takes};
use crate::reading::{level_of, revert};
use crate::settings::{Branch, Settings, select};
use crate::version::{Level, Version};

pub use changes::{Changes, Options as ChangeOptions, changes, is_excluded};
pub use range::check as check_range;
pub use record::{Authored, Elements, Past, Record, Told, record, since};
pub use sections::{Notes, Past as PastRelease, Sections, notes_of, sections};
pub use tagged::{Lineage, Tagged, version_tags};

/// A commit with what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The commit.
    pub commit: Commit,
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// What was decided about it besides.
    pub remark: Option<String>,
    /// It was taken back, or takes back, before a release.
    pub is_cancelled: bool,
}

impl Read {
    /// A commit that says what its pieces say.
    pub fn new(commit: Commit, pieces: Vec<Piece>) -> Self {
        Self { commit, pieces, remark: None, is_cancelled: false }
    }

    /// From now on it says nothing.
    pub fn cancel(&mut self, remark: String) {
        self.pieces.clear();
        self.remark = Some(remark);
        self.is_cancelled = true;
    }

    /// The highest level of its pieces.
    pub fn level(&self) -> Level {
        self.pieces.iter().map(level_of).max().unwrap_or_default()
    }
}

/// Where the repository stands.
#[derive(Debug)]
pub struct Position {
    /// The branch.
    pub branch: String,
    /// Its newest commit here.
    pub head: Oid,
}

/// The next version and how it came about.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The version, build metadata included.
    pub version: Version,
    /// The releases it is counted from.
    pub base: Base<Tagged>,
    /// How far it moves.
    pub level: Level,
    /// The commits since the base, newest first; empty for a forced level.
    pub commits: Vec<Read>,
    /// What asks for exactly this version, where the commits' levels do not decide.
    pub exact: Option<String>,
}

impl Decision {
    /// How far the version moves from the release it is counted from; more than the commits ask
    /// for where 0.x versions are not allowed.
    pub fn bump(&self) -> Level {
        let of = |tag: &Option<Tagged>| {
            tag.as_ref()
                .map_or_else(|| Version::initial(&self.version.token), |tag| tag.version.clone())
        };
        let (latest, full) = (of(&self.base.latest), of(&self.base.full));
        match self.version.to_full().difference(&latest.to_full()) {
            Level::None => self.version.difference(&latest),
            _ => self.version.to_full().difference(&full.to_full()),
        }
    }
}

/// The branch group and the rules for a branch; `None` when it is no release branch.
///
/// # Errors
/// A pattern that backtracks without end.
pub fn rules<'s>(
    settings: &'s Settings,
    wishes: &Wishes,
    branch: &str,
) -> Result<Option<(&'s Branch, Rules)>, Diagnostic> {
    let Some(group) = select(&settings.branches, branch)? else { return Ok(None) };
    let prerelease = wishes.prerelease
        || wishes.force == Some(Level::Prerelease)
        || (wishes.force.is_none() && group.prerelease);
    let token = wishes.prerelease_token.clone().unwrap_or_else(|| group.token.clone());
    let rules = Rules {
        allow_zero_version: settings.allow_zero_version,
        major_on_zero: settings.major_on_zero,
        prerelease,
        token,
    };
    Ok(Some((group, rules)))
}

/// Reads commits that are newest first; those of one call can take each other back.
///
/// # Errors
/// A commit that is missing or damaged.
pub fn read(
    repository: &Repository,
    ids: &[Oid],
    settings: &Settings,
) -> Result<Vec<Read>, Diagnostic> {
    let root = repository.work_dir().unwrap_or_else(|| repository.git_dir());
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let mut commits = Vec::with_capacity(ids.len());
    for id in ids {
        let commit = repository.commit(*id)?;
        let changed =
            |takes: &Takes<'_>| Ok(repository.any_change(&commit, &mut |path| takes(&root, path))?);
        let read = if let Some(correction) = settings.reading.overrides.of(&commit) {
            correction.read(&commit, &settings.parser, &changed)?
        } else {
            let pieces = settings.parser.parse(&commit, &changed)?;
            Read::new(commit, settings.reading.squash.limit(pieces))
        };
        commits.push(read);
    }
    if let Parser::Node(parser) = &settings.parser {
        parser.cancel_reverts(&mut commits);
    } else if settings.reading.cancel_reverts {
        revert::cancel(&mut commits, |merge| {
            let hide: Vec<Oid> = merge.parents.first().copied().into_iter().collect();
            Ok(repository.range(&[merge.id], &hide)?)
        })?;
    }
    Ok(commits)
}

/// The next version for `tip`. `tags` are newest first.
///
/// # Errors
/// History that cannot be read, a level that cannot be applied.
pub fn decide(
    repository: &Repository,
    tip: Oid,
    tags: &[Tagged],
    rules: &Rules,
    settings: &Settings,
    wishes: &Wishes,
) -> Result<Decision, Diagnostic> {
    decide_with(repository, tip, tags, rules, settings, wishes, Vec::new())
}

/// [`decide`] as if `extra`, newest first, stood on top of `tip`.
///
/// # Errors
/// As [`decide`].
pub fn decide_with(
    repository: &Repository,
    tip: Oid,
    tags: &[Tagged],
    rules: &Rules,
    settings: &Settings,
    wishes: &Wishes,
    extra: Vec<Read>,
) -> Result<Decision, Diagnostic> {
    let mut lineage = Lineage::new(repository, tip);
    if let Some(node) = settings.node.as_ref().filter(|_| wishes.force.is_none()) {
        return by_node::decide(repository, tip, tags, (node, rules), settings, wishes);
    }
    let base = next::base(tags, |tag| &tag.version, rules, |tag| lineage.contains(tag))?;
    let initial = Version::initial(&rules.token);
    let of = |tag: &Option<Tagged>| {
        tag.as_ref().map_or_else(|| initial.clone(), |tag| tag.version.clone())
    };
    let (latest, full) = (of(&base.latest), of(&base.full));
    let (version, level, commits) = if let Some(level) = wishes.force {
        let versions: Vec<&Version> = tags.iter().map(|tag| &tag.version).collect();
        (next::forced(&versions, level, rules), level, Vec::new())
    } else {
        // A tag for 0.0.0 stands for no release at all.
        let start = base.latest.as_ref().filter(|tag| !tag.version.is_same(&initial));
        let hide: Vec<Oid> = match start {
            Some(tag) => lineage.commit(tag)?.into_iter().collect(),
            None => Vec::new(),
        };
        let ids = repository.range(&[tip], &hide)?;
        let commits = [extra, read(repository, &ids, settings)?].concat();
        let level = commits.iter().map(Read::level).max().unwrap_or_default();
        let version = next::next(&latest, &full, level, rules).map_err(|error| {
            Diagnostic::bad_input("release/bump-level", error.to_string())
                .with_help("set `commit_parser_options.default_bump_level` to 0 or to 2 and more")
        })?;
        (version, level, commits)
    };
    let version = settings.reading.first(version, &base, rules);
    let wanted = exact::wanted(settings, wishes, &commits, rules)?;
    let (version, exact) = match wanted {
        Some(wanted) => (wanted.checked(&latest)?, Some(wanted.why)),
        None => (version, None),
    };
    let version = if wishes.build_metadata.is_empty() {
        version
    } else {
        Version { build: wishes.build_metadata.clone(), ..version }
    };
    Ok(Decision { version, base, level, commits, exact })
}
