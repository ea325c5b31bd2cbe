//! Git history and tags, reading only.
//!
//! [`Repository`] wraps the object database: where `HEAD` is, which tags there are, which commits
//! lie between two points, what a file looked like at a commit. Nothing is written, no git
//! binary is needed, and what is not asked for is not read: tags are peeled one by one
//! ([`Repository::peel`]), messages are decoded for the commits of a range only.
//!
//! What a shallow clone lacks goes into an [`Annex`], a temporary repository beside it; the clone
//! itself is never written.

mod annex;
mod changed;
mod commit;
mod error;
mod form;
mod notes;
mod oid;
mod tags;
mod walk;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use gix::bstr::ByteSlice as _;
use gix::objs::tree::EntryKind;

pub use annex::{Annex, ServerTag};
pub use commit::{Commit, Person, Time};
pub use error::{EXPLANATIONS, HistoryError};
pub use oid::Oid;
pub use tags::{Tag, TagTarget};
pub use walk::Unreleased;

/// Bytes of objects kept at hand. Without a commit-graph a walk reads every commit, and whoever
/// reads its message next does not inflate it again.
const OBJECT_CACHE: usize = 48 * 1024 * 1024;

/// An opened repository.
#[derive(Debug)]
pub struct Repository {
    pub(crate) inner: gix::Repository,
    /// The working tree of the clone this is an annex of.
    work_dir: Option<PathBuf>,
    /// Whether it has exactly the history of its `HEAD`: a tag elsewhere is known by name only.
    pub(crate) is_annex: bool,
    /// The last walk over all of a history, which the next question often needs again.
    pub(crate) whole: walk::Whole,
}

/// Where `HEAD` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// On a branch.
    Branch {
        /// Its name without `refs/heads/`.
        name: String,
        /// Its newest commit.
        commit: Oid,
    },
    /// On a commit, on no branch.
    Detached {
        /// The commit.
        commit: Oid,
    },
}

impl Head {
    /// The commit `HEAD` is on.
    pub const fn commit(&self) -> Oid {
        match self {
            Self::Branch { commit, .. } | Self::Detached { commit } => *commit,
        }
    }
}

/// A file as a commit has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub contents: Vec<u8>,
    /// Mode 100755.
    pub executable: bool,
}

impl Repository {
    /// Opens the repository that `directory` belongs to. A `.git` file (worktrees, submodules)
    /// and object alternates are followed.
    ///
    /// # Errors
    /// There is none, or it cannot be opened.
    pub fn discover(directory: &Path) -> Result<Self, HistoryError> {
        if let Some(unsupported) = form::unsupported(directory) {
            return Err(unsupported);
        }
        let inner = gix::discover(directory).map_err(|error| {
            // Without a `.` at its end.
            let directory: std::path::PathBuf = directory.components().collect();
            if marker(&directory).is_none() {
                HistoryError::NotARepository { directory }
            } else {
                HistoryError::Unreadable { directory, reason: error.to_string() }
            }
        })?;
        Ok(Self::over(inner))
    }

    fn over(mut inner: gix::Repository) -> Self {
        inner.object_cache_size_if_unset(OBJECT_CACHE);
        Self { inner, work_dir: None, is_annex: false, whole: walk::Whole::default() }
    }

    /// The top folder of the working tree; `None` for a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref().or_else(|| self.inner.workdir())
    }

    /// The folder that holds `HEAD` and `index`.
    pub fn git_dir(&self) -> &Path {
        self.inner.git_dir()
    }

    /// Where `HEAD` is.
    ///
    /// # Errors
    /// The branch has no commit yet, or the ref cannot be read.
    pub fn head(&self) -> Result<Head, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt("HEAD", e);
        let mut head = self.inner.head().map_err(broken)?;
        let branch = head.referent_name().map(|name| {
            let name = name.as_bstr().to_str_lossy().into_owned();
            name.strip_prefix("refs/heads/").map(str::to_owned).unwrap_or(name)
        });
        if head.is_unborn() {
            return Err(HistoryError::NoCommits { branch: branch.unwrap_or_default() });
        }
        let commit = Oid(head.peel_to_commit().map_err(broken)?.id);
        Ok(match branch {
            Some(name) => Head::Branch { name, commit },
            None => Head::Detached { commit },
        })
    }

    /// Whether the clone lacks the commits before some point.
    ///
    /// # Errors
    /// The path of the shallow file cannot be made out.
    pub fn is_shallow(&self) -> Result<bool, HistoryError> {
        self.inner.is_shallow().map_err(|e| HistoryError::corrupt("the shallow file", e))
    }

    /// The commits in the history of `tip` whose parents the clone lacks; empty when it is not
    /// shallow.
    ///
    /// # Errors
    /// The shallow file or a commit cannot be read.
    pub fn boundary(&self, tip: Oid) -> Result<Vec<Oid>, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt("the shallow file", e);
        let Some(cut) = self.inner.shallow_commits().map_err(broken)? else {
            return Ok(Vec::new());
        };
        let cut: HashSet<Oid> = cut.iter().copied().map(Oid).collect();
        let mut found = Vec::new();
        let (mut open, mut seen) = (vec![tip], HashSet::from([tip]));
        while let Some(id) = open.pop() {
            if cut.contains(&id) {
                found.push(id);
                continue;
            }
            open.extend(self.commit(id)?.parents.into_iter().filter(|parent| seen.insert(*parent)));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Whether the clone was made without files of older commits (`--filter`); its remote would
    /// send them one by one when asked.
    pub fn is_partial(&self) -> bool {
        self.filtered(|_| true)
    }

    /// Whether the clone was made without the folders of older commits (`--filter=tree:0`).
    pub fn lacks_trees(&self) -> bool {
        self.filtered(|filter| !filter.starts_with(b"blob:"))
    }

    fn filtered(&self, is_so: impl Fn(&[u8]) -> bool) -> bool {
        let config = self.inner.config_snapshot();
        let remotes = config.plumbing().sections_by_name("remote").into_iter().flatten();
        let mut filters = remotes.filter_map(|remote| remote.value("partialclonefilter"));
        filters.any(|filter| is_so(filter.as_slice()))
    }

    /// Whether the top folder of a commit is here. The history of an annex may have none.
    pub fn has_tree(&self, commit: Oid) -> bool {
        let tree = self.inner.find_commit(commit.0).and_then(|commit| commit.tree_id());
        tree.is_ok_and(|tree| self.inner.has_object(tree))
    }

    /// Whether an object is here.
    pub fn has(&self, id: Oid) -> bool {
        self.inner.has_object(id.0)
    }

    /// The fetch URL of a remote, `insteadOf` applied; `None` when there is no such remote.
    pub fn remote_url(&self, name: &str) -> Option<String> {
        let remote = self.inner.find_remote(name).ok()?;
        let url = remote.url(gix::remote::Direction::Fetch)?;
        Some(url.to_bstring().to_str_lossy().into_owned())
    }

    /// A regular file at a commit; `None` when there is none at that path. `path` is relative to
    /// the top of the repository, with `/`.
    ///
    /// # Errors
    /// A missing or damaged object.
    pub fn file_at(&self, commit: Oid, path: &str) -> Result<Option<File>, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt(format!("`{path}` at {commit}"), e);
        let tree = self.inner.find_commit(commit.0).map_err(broken)?.tree().map_err(broken)?;
        let Some(entry) = tree.lookup_entry_by_path(path).map_err(broken)? else {
            return Ok(None);
        };
        let kind = entry.mode().kind();
        if !matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable) {
            return Ok(None);
        }
        let object = entry.object().map_err(broken)?;
        Ok(Some(File {
            contents: object.data.clone(),
            executable: kind == EntryKind::BlobExecutable,
        }))
    }
}

/// The `.git` folder or file that belongs to `directory`, or the directory itself when it is a
/// bare repository. Tells a missing repository from a damaged one.
fn marker(directory: &Path) -> Option<PathBuf> {
    let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    directory
        .ancestors()
        .map(|folder| folder.join(".git"))
        .find(|git| git.exists() || git.is_symlink())
}
