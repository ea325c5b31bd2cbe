//! The bare repository: objects and references, without a git binary.

mod history;
mod objects;
mod references;
/// Making a bare repository to start from.
pub mod seed;
mod trees;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
pub(crate) use gix::ObjectId;
pub(crate) use gix::objs::Kind;
pub(crate) use objects::{CommitData, Person, TagData};
pub(crate) use references::Moved;
pub(crate) use trees::{Change, TreeEntry};

/// A bare repository on disk. It is opened anew for every access, since a real `git` may write to
/// it at the same time.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    path: PathBuf,
}

impl Store {
    /// Opens the bare repository at `path`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let path = std::path::absolute(path)?;
        let store = Self { path };
        ensure!(store.repository()?.is_bare(), "it has a work tree");
        Ok(store)
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn repository(&self) -> Result<gix::Repository> {
        let options = gix::open::Options::isolated().open_path_as_is(true);
        gix::open_opts(&self.path, options)
            .with_context(|| format!("cannot open {}", self.path.display()))
    }

    /// The branch HEAD names, existing or not.
    pub(crate) fn head_branch(&self) -> Option<String> {
        let head = self.repository().ok()?.head_name().ok()??;
        head.as_bstr().to_string().strip_prefix("refs/heads/").map(str::to_owned)
    }
}

/// An object name of 40 hex digits.
pub(crate) fn oid(text: &str) -> Option<ObjectId> {
    if text.len() == 40 { ObjectId::from_hex(text.as_bytes()).ok() } else { None }
}
