//! Walking commits.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use anyhow::Result;
use gix::ObjectId;
use gix::objs::Kind;

use super::{Store, oid};

impl Store {
    /// Commits reachable from `tip` and not from `hidden`, newest first. Follows the order of
    /// `git log` by commit time.
    pub(crate) fn log(&self, tip: ObjectId, hidden: Option<ObjectId>) -> Result<Vec<ObjectId>> {
        let skip: HashSet<ObjectId> = match hidden {
            Some(hidden) => self.log(hidden, None)?.into_iter().collect(),
            None => HashSet::new(),
        };
        let repository = self.repository()?;
        let mut seen = HashSet::from([tip]);
        let mut order = 0_u64;
        let mut queue = BinaryHeap::from([(i64::MAX, Reverse(order), tip)]);
        let mut found = Vec::new();
        while let Some((_, _, id)) = queue.pop() {
            if skip.contains(&id) {
                continue;
            }
            found.push(id);
            let Ok(commit) = repository.find_commit(id) else { continue };
            for parent in commit.parent_ids().map(gix::Id::detach) {
                if seen.insert(parent) {
                    order += 1;
                    let time = repository
                        .find_commit(parent)
                        .ok()
                        .and_then(|commit| commit.time().ok().map(|time| time.seconds));
                    queue.push((time.unwrap_or_default(), Reverse(order), parent));
                }
            }
        }
        Ok(found)
    }

    /// True when `old` is `new` or reachable from it.
    pub(crate) fn is_ancestor(&self, old: ObjectId, new: ObjectId) -> Result<bool> {
        let repository = self.repository()?;
        let mut seen = HashSet::from([new]);
        let mut queue = vec![new];
        while let Some(id) = queue.pop() {
            if id == old {
                return Ok(true);
            }
            let Ok(commit) = repository.find_commit(id) else { continue };
            queue.extend(commit.parent_ids().map(gix::Id::detach).filter(|id| seen.insert(*id)));
        }
        Ok(false)
    }

    /// The newest commit reachable from both.
    pub(crate) fn merge_base(&self, a: ObjectId, b: ObjectId) -> Result<Option<ObjectId>> {
        let ours: HashSet<ObjectId> = self.log(a, None)?.into_iter().collect();
        Ok(self.log(b, None)?.into_iter().find(|id| ours.contains(id)))
    }

    /// The commit behind a branch, a tag, a full reference name or 7 to 40 hex digits.
    pub(crate) fn resolve(&self, name: &str) -> Result<Option<ObjectId>> {
        let as_reference =
            [format!("refs/heads/{name}"), format!("refs/tags/{name}"), name.to_owned()];
        for candidate in as_reference.iter().filter(|name| name.starts_with("refs/")) {
            if let Some(id) = self.reference(candidate)? {
                return self.only_commit(id);
            }
        }
        if name == "HEAD" {
            let branch = self.head_branch().unwrap_or_default();
            return match self.reference(&format!("refs/heads/{branch}"))? {
                Some(id) => self.only_commit(id),
                None => Ok(None),
            };
        }
        if let Some(id) = oid(name) {
            return self.only_commit(id);
        }
        if (7..40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let repository = self.repository()?;
            return match repository.rev_parse_single(name) {
                Ok(id) => self.only_commit(id.detach()),
                Err(_) => Ok(None),
            };
        }
        Ok(None)
    }

    fn only_commit(&self, id: ObjectId) -> Result<Option<ObjectId>> {
        let id = self.peel(id)?;
        Ok((self.kind(id)? == Some(Kind::Commit)).then_some(id))
    }
}
