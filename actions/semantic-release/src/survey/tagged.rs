//! Tags that name versions.

use std::collections::HashSet;

use diagnostics::Diagnostic;
use history::{Oid, Repository, Tag, TagTarget};

use crate::next::newest_first;
use crate::tags::TagFormat;
use crate::version::Version;

/// A tag that names a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The tag.
    pub tag: Tag,
    /// The version.
    pub version: Version,
}

/// All tags that name versions, newest first, and the names of those that are of the format but
/// are no versions. No object is read.
///
/// # Errors
/// Refs that cannot be read.
pub fn version_tags(
    repository: &Repository,
    format: &TagFormat,
    token: &str,
) -> Result<(Vec<Tagged>, Vec<String>), Diagnostic> {
    let mut tagged = Vec::new();
    let mut odd = Vec::new();
    for tag in repository.tags()? {
        match format.version(&tag.name, token) {
            Some(Ok(version)) => tagged.push(Tagged { tag, version }),
            Some(Err(error)) => odd.push(format!("tag `{}` is passed over: {error}", tag.name)),
            None => {}
        }
    }
    newest_first(&mut tagged, |tag| &tag.version);
    Ok((tagged, odd))
}

/// Ancestor tests that are worth making one by one; after these one walk answers all others.
const SINGLE_TESTS: usize = 4;

/// Answers which tags are in the history of one commit.
pub struct Lineage<'r> {
    repository: &'r Repository,
    tip: Oid,
    tests: usize,
    all: Option<HashSet<Oid>>,
}

impl<'r> Lineage<'r> {
    /// Nothing is read yet.
    pub fn new(repository: &'r Repository, tip: Oid) -> Self {
        Self { repository, tip, tests: 0, all: None }
    }

    /// The commit a tag leads to; `None` for tags on blobs and trees.
    ///
    /// # Errors
    /// A damaged object.
    pub fn commit(&self, tag: &Tagged) -> Result<Option<Oid>, Diagnostic> {
        Ok(match self.repository.peel(&tag.tag)? {
            TagTarget::Commit(id) => Some(id),
            TagTarget::Other(_) => None,
        })
    }

    /// Whether a tag is in the history.
    ///
    /// # Errors
    /// A damaged object.
    pub fn contains(&mut self, tag: &Tagged) -> Result<bool, Diagnostic> {
        let Some(commit) = self.commit(tag)? else { return Ok(false) };
        if let Some(all) = &self.all {
            return Ok(all.contains(&commit));
        }
        if self.tests < SINGLE_TESTS {
            self.tests += 1;
            return Ok(self.repository.is_ancestor(commit, self.tip)?);
        }
        let all = self.repository.ancestors(self.tip)?;
        let found = all.contains(&commit);
        self.all = Some(all);
        Ok(found)
    }
}
