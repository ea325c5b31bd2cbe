//! Branches of a remote, and notes that tools attach to commits.

use std::collections::BTreeMap;

use gix::bstr::ByteSlice as _;

use crate::{HistoryError, Oid, Repository};

/// How deep a tree of notes may be folded; git folds by two digits a level.
const MOST_FOLDED: usize = 20;

impl Repository {
    /// The branches of a remote as they were last fetched, in the order of their names.
    ///
    /// # Errors
    /// A ref that cannot be read.
    pub fn remote_branches(&self, remote: &str) -> Result<Vec<(String, Oid)>, HistoryError> {
        let prefix = format!("refs/remotes/{remote}/");
        let found = self.refs(&prefix)?;
        let named = |(name, id): (String, Oid)| Some((name.strip_prefix(&prefix)?.to_owned(), id));
        Ok(found.into_iter().filter_map(named).filter(|(name, _)| name != "HEAD").collect())
    }

    /// The notes below refs that begin with `prefix` (`refs/notes/x`), by the commit they are
    /// about, in the order of the refs.
    ///
    /// # Errors
    /// A missing or damaged object.
    pub fn notes(&self, prefix: &str) -> Result<BTreeMap<Oid, Vec<String>>, HistoryError> {
        let mut notes: BTreeMap<Oid, Vec<String>> = BTreeMap::new();
        for (name, commit) in self.refs(prefix)? {
            let broken = |e: gix::Error| HistoryError::corrupt(name.clone(), e);
            let tree = self.inner.find_commit(commit.0).map_err(broken)?;
            let mut open = vec![(String::new(), tree.tree_id().map_err(broken)?.detach(), 0)];
            while let Some((start, id, depth)) = open.pop() {
                let tree = self.inner.find_tree(id).map_err(broken)?;
                for entry in tree.iter() {
                    let entry = entry.map_err(broken)?;
                    let name = format!("{start}{}", entry.filename().to_str_lossy());
                    if entry.mode().is_tree() {
                        if depth < MOST_FOLDED {
                            open.push((name, entry.oid().to_owned(), depth + 1));
                        }
                    } else if let Ok(about) = name.parse::<Oid>() {
                        let blob = self.inner.find_blob(entry.oid()).map_err(broken)?;
                        let text = blob.data.to_str_lossy().into_owned();
                        notes.entry(about).or_default().push(text);
                    }
                }
            }
        }
        Ok(notes)
    }

    /// The refs that begin with a text, in the order of their names; symbolic ones are left out.
    fn refs(&self, prefix: &str) -> Result<Vec<(String, Oid)>, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt(prefix.to_owned(), e);
        let platform = self.inner.references().map_err(broken)?;
        let mut found = Vec::new();
        for reference in platform.prefixed(prefix.as_bytes().as_bstr()).map_err(broken)? {
            let reference = reference.map_err(broken)?;
            let name = reference.name().as_bstr().to_str_lossy().into_owned();
            if let Some(id) = reference.target().try_id() {
                found.push((name, Oid(id.to_owned())));
            }
        }
        found.sort();
        Ok(found)
    }
}
