//! Reading and editing trees.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};
use gix::ObjectId;
use gix::objs::tree::{Entry, EntryMode};
use gix::objs::{Kind, Tree, TreeRef};

use super::Store;

/// One entry of a tree, or of a tree and those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TreeEntry {
    pub(crate) path: String,
    /// Six octal digits.
    pub(crate) mode: String,
    pub(crate) id: ObjectId,
}

/// What becomes of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It holds this object.
    Put { mode: u32, id: ObjectId },
    /// It is gone.
    Delete,
}

impl TreeEntry {
    /// `blob`, `tree` or `commit`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.mode.as_str() {
            "040000" => "tree",
            "160000" => "commit",
            _ => "blob",
        }
    }
}

impl Store {
    /// The entries of a tree; `None` when the object is not a tree.
    pub(crate) fn tree(&self, id: ObjectId, recursive: bool) -> Result<Option<Vec<TreeEntry>>> {
        let Some(tree) = self.read_tree(id)? else { return Ok(None) };
        let mut entries = Vec::new();
        for entry in tree.entries {
            let below = recursive && entry.mode.is_tree();
            let entry = TreeEntry {
                path: entry.filename.to_string(),
                mode: format!("{:06o}", entry.mode.value()),
                id: entry.oid,
            };
            let children =
                if below { self.tree(entry.id, true)?.unwrap_or_default() } else { Vec::new() };
            let parent = entry.path.clone();
            entries.push(entry);
            entries.extend(
                children
                    .into_iter()
                    .map(|child| TreeEntry { path: format!("{parent}/{}", child.path), ..child }),
            );
        }
        Ok(Some(entries))
    }

    /// The entry at a path below a tree; the tree itself has the path "".
    pub(crate) fn entry(&self, tree: ObjectId, path: &str) -> Result<Option<TreeEntry>> {
        let mut found = TreeEntry { path: String::new(), mode: "040000".to_owned(), id: tree };
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let entries = self.tree(found.id, false)?.unwrap_or_default();
            match entries.into_iter().find(|entry| entry.path == name) {
                Some(entry) => found = entry,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    fn read_tree(&self, id: ObjectId) -> Result<Option<Tree>> {
        if id.is_empty_tree() {
            return Ok(Some(Tree::empty()));
        }
        let Some((Kind::Tree, bytes)) = self.object(id)? else { return Ok(None) };
        let tree = TreeRef::from_bytes(&bytes, id.kind()).map_err(|error| anyhow!("{error}"))?;
        Ok(Some(tree.into_owned()))
    }

    /// Writes the tree that comes of changing `base`. `None` when a path to be deleted is not there.
    pub(crate) fn edit_tree(
        &self,
        base: Option<ObjectId>,
        changes: &BTreeMap<String, Change>,
    ) -> Result<Option<ObjectId>> {
        let tree = match base {
            Some(base) => self.read_tree(base)?.unwrap_or_else(Tree::empty),
            None => Tree::empty(),
        };
        let mut entries: BTreeMap<String, Entry> =
            tree.entries.into_iter().map(|entry| (entry.filename.to_string(), entry)).collect();
        let mut below: BTreeMap<&str, BTreeMap<String, Change>> = BTreeMap::new();
        for (path, change) in changes {
            match (path.split_once('/'), change) {
                (Some((folder, rest)), change) => {
                    below.entry(folder).or_default().insert(rest.to_owned(), change.clone());
                }
                (None, Change::Delete) => {
                    if entries.remove(path).is_none() {
                        return Ok(None);
                    }
                }
                (None, Change::Put { mode, id }) => {
                    let mode = EntryMode::try_from(*mode)
                        .map_err(|mode| anyhow!("{mode:o} is not the mode of a tree entry"))?;
                    let filename = path.as_str().into();
                    entries.insert(path.clone(), Entry { mode, filename, oid: *id });
                }
            }
        }
        for (folder, changes) in below {
            let base = entries.get(folder).filter(|entry| entry.mode.is_tree());
            let Some(id) = self.edit_tree(base.map(|entry| entry.oid), &changes)? else {
                return Ok(None);
            };
            // Git keeps no empty folders.
            if id.is_empty_tree() {
                entries.remove(folder);
            } else {
                let mode = gix::objs::tree::EntryKind::Tree.into();
                entries.insert(folder.to_owned(), Entry { mode, filename: folder.into(), oid: id });
            }
        }
        let mut entries: Vec<Entry> = entries.into_values().collect();
        entries.sort();
        self.write(&Tree { entries }).map(Some)
    }
}
