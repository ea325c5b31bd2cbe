//! Which files a commit changed.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::bstr::ByteSlice as _;
use gix::objs::tree::EntryMode;

use crate::{Commit, HistoryError, Repository};

/// The entries of one folder by name.
type Entries = BTreeMap<Vec<u8>, (EntryMode, ObjectId)>;

impl Repository {
    /// Whether a commit changed a file that `selects` takes, compared with its first parent; the
    /// first commit changed all it has. Renames count as two files, folders that are equal are
    /// not read, and the search ends at the first file taken. Paths are relative to the top of
    /// the repository, with `/`; broken UTF-8 in them is replaced.
    ///
    /// # Errors
    /// A missing or damaged object.
    pub fn any_change(
        &self,
        commit: &Commit,
        selects: &mut dyn FnMut(&str) -> bool,
    ) -> Result<bool, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt(format!("the tree of {}", commit.id), e);
        let tree = |id| -> Result<ObjectId, gix::Error> {
            Ok(self.inner.find_commit(id)?.tree_id()?.detach())
        };
        let new = tree(commit.id.0).map_err(broken)?;
        let old =
            commit.parents.first().map(|parent| tree(parent.0)).transpose().map_err(broken)?;
        if old == Some(new) {
            return Ok(false);
        }
        self.compare(old, Some(new), "", selects).map_err(broken)
    }

    fn compare(
        &self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        folder: &str,
        selects: &mut dyn FnMut(&str) -> bool,
    ) -> Result<bool, gix::Error> {
        let (mut old, new) = (self.entries(old)?, self.entries(new)?);
        for (name, entry) in new {
            let before = old.remove(&name);
            if before != Some(entry) && self.differs(before, Some(entry), folder, &name, selects)? {
                return Ok(true);
            }
        }
        for (name, entry) in old {
            if self.differs(Some(entry), None, folder, &name, selects)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A name whose entry changed: a file on either side is one changed path, folders are entered.
    fn differs(
        &self,
        old: Option<(EntryMode, ObjectId)>,
        new: Option<(EntryMode, ObjectId)>,
        folder: &str,
        name: &[u8],
        selects: &mut dyn FnMut(&str) -> bool,
    ) -> Result<bool, gix::Error> {
        let path = format!("{folder}{}", name.to_str_lossy());
        let is_file =
            |entry: Option<(EntryMode, ObjectId)>| entry.is_some_and(|(mode, _)| !mode.is_tree());
        if (is_file(old) || is_file(new)) && selects(&path) {
            return Ok(true);
        }
        let tree = |entry: Option<(EntryMode, ObjectId)>| {
            entry.filter(|(mode, _)| mode.is_tree()).map(|(_, id)| id)
        };
        let (old, new) = (tree(old), tree(new));
        if old == new {
            return Ok(false);
        }
        self.compare(old, new, &format!("{path}/"), selects)
    }

    fn entries(&self, tree: Option<ObjectId>) -> Result<Entries, gix::Error> {
        let Some(tree) = tree else { return Ok(Entries::new()) };
        let tree = self.inner.find_tree(tree)?;
        tree.iter()
            .map(|entry| {
                let entry = entry?;
                Ok((entry.filename().to_vec(), (entry.mode(), entry.object_id())))
            })
            .collect()
    }
}
