//! Walks over the commit graph: ancestor tests, ranges, and what is not released yet.
//!
//! Commits are painted from the tips downwards, newest first, until everything left is known to
//! be hidden; generation numbers of the commit-graph file are used when there is one. Messages
//! are decoded only for commits a caller asked for.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use gix::ObjectId;
use gix::revwalk::{Graph, PriorityQueue, graph};

use crate::{Commit, HistoryError, Oid, Repository};

/// Reachable from a tip.
const VISIBLE: u8 = 1;
/// Reachable from a hidden tip, or a proper ancestor of a boundary.
const HIDDEN: u8 = 2;
/// A commit at which the walk was told to stop.
const BOUNDARY: u8 = 4;
/// Waiting in the queue.
const QUEUED: u8 = 8;

/// Commits visited beyond the point where clocks in order would let the walk stop. Without
/// generation numbers a commit may claim to be older than its parents.
const SLOP: usize = 64;

/// Generation numbers first; commits that are not in the commit-graph file are newer than all
/// that are.
type Age = (u32, i64);

fn age<T>(commit: &graph::Commit<T>) -> Age {
    (commit.generation.unwrap_or(gix::commitgraph::GENERATION_NUMBER_INFINITY), commit.commit_time)
}

/// The commits up to the first boundary in topological order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreleased {
    /// Commits before the boundary, children before parents.
    pub commits: Vec<Oid>,
    /// The boundary that ended the walk; `None` when the root was reached.
    pub boundary: Option<Oid>,
}

struct Painter<'repo, 'cache> {
    graph: Graph<'repo, 'cache, graph::Commit<u8>>,
    queue: PriorityQueue<Age, ObjectId>,
    /// Queued commits that are visible and not hidden.
    active: usize,
    oldest_visible: Option<Age>,
    /// The walk may end as soon as this commit is hidden.
    goal: Option<ObjectId>,
    done: bool,
}

impl Painter<'_, '_> {
    fn paint(&mut self, id: ObjectId, flags: u8) -> Result<(), HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt(format!("commit {id}"), e);
        let mut queued = None;
        let found = self.graph.get_or_insert_full_commit(id, |commit| {
            let before = commit.data;
            if before & flags == flags {
                return;
            }
            commit.data |= flags | QUEUED;
            queued = Some((before, commit.data, age(commit)));
        });
        if found.map_err(broken)?.is_none() {
            return Err(HistoryError::Corrupt {
                what: format!("commit {id}"),
                reason: "it is missing".to_owned(),
            });
        }
        if let Some((before, after, age)) = queued {
            if is_active(before) {
                self.active -= 1;
            }
            if is_active(after) {
                self.active += 1;
            }
            if before & QUEUED == 0 {
                self.queue.insert(age, id);
            }
            if self.goal == Some(id) && after & HIDDEN != 0 {
                self.done = true;
            }
        }
        Ok(())
    }

    fn run(&mut self, mut boundary: impl FnMut(Oid) -> bool) -> Result<(), HistoryError> {
        let mut slop = SLOP;
        while !self.done
            && let Some((key, _)) = self.queue.peek()
        {
            if self.active == 0 {
                let past = self.oldest_visible.is_none_or(|oldest| *key < oldest);
                if past && slop == 0 {
                    break;
                }
                slop = if past { slop - 1 } else { SLOP };
            }
            let Some((key, id)) = self.queue.pop() else { break };
            let Some(commit) = self.graph.get_mut(&id) else { continue };
            if is_active(commit.data) {
                self.active -= 1;
            }
            commit.data &= !QUEUED;
            if commit.data & HIDDEN == 0 && boundary(Oid(id)) {
                commit.data |= BOUNDARY;
            }
            let pass_on = if commit.data & (HIDDEN | BOUNDARY) == 0 {
                self.oldest_visible = Some(self.oldest_visible.map_or(key, |old| old.min(key)));
                VISIBLE
            } else {
                HIDDEN
            };
            for parent in commit.parents.clone() {
                self.paint(parent, pass_on)?;
            }
        }
        Ok(())
    }
}

const fn is_active(flags: u8) -> bool {
    flags & QUEUED != 0 && flags & (HIDDEN | BOUNDARY) == 0
}

type Painted = gix::revwalk::graph::IdMap<graph::Commit<u8>>;

/// All commits of one tip, painted, where somebody asked for them.
#[derive(Default)]
pub(crate) struct Whole(RefCell<Option<(Oid, Rc<Painted>)>>);

impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Whole")
    }
}

impl Repository {
    fn paint(
        &self,
        tips: &[Oid],
        hide: &[Oid],
        goal: Option<Oid>,
        boundary: impl FnMut(Oid) -> bool,
    ) -> Result<Painted, HistoryError> {
        let cache = self.commit_graph();
        let mut painter = Painter {
            graph: self.inner.revision_graph(cache.as_ref()),
            queue: PriorityQueue::new(),
            active: 0,
            oldest_visible: None,
            goal: goal.map(|goal| goal.0),
            done: false,
        };
        for tip in tips {
            painter.paint(tip.0, VISIBLE)?;
        }
        for tip in hide {
            painter.paint(tip.0, HIDDEN)?;
        }
        painter.run(boundary)?;
        Ok(painter.graph.detach())
    }

    /// A damaged commit-graph file only costs speed.
    fn commit_graph(&self) -> Option<gix::commitgraph::Graph> {
        self.inner.commit_graph_if_enabled().ok().flatten()
    }

    /// The names of all commits reachable from `tips` and not from `hide`, children before
    /// parents, in the order of `git log --topo-order`.
    ///
    /// # Errors
    /// A missing or damaged commit.
    pub fn range(&self, tips: &[Oid], hide: &[Oid]) -> Result<Vec<Oid>, HistoryError> {
        if let (&[tip], []) = (tips, hide) {
            let painted = self.whole(tip)?;
            return Ok(sort(&painted, tips).commits);
        }
        let painted = self.paint(tips, hide, None, |_| false)?;
        Ok(sort(&painted, tips).commits)
    }

    /// The commits reachable from `tips` and not from `hide`, decoded, children before parents.
    ///
    /// # Errors
    /// A missing or damaged commit.
    pub fn commits(&self, tips: &[Oid], hide: &[Oid]) -> Result<Vec<Commit>, HistoryError> {
        self.range(tips, hide)?.into_iter().map(|id| self.commit(id)).collect()
    }

    /// The commits that `git log --topo-order TIP` lists before the first one for which
    /// `is_release` holds.
    ///
    /// Only history that no release contains is visited.
    ///
    /// # Errors
    /// A missing or damaged commit.
    pub fn unreleased(
        &self,
        tip: Oid,
        is_release: impl FnMut(Oid) -> bool,
    ) -> Result<Unreleased, HistoryError> {
        let painted = self.paint(&[tip], &[], None, is_release)?;
        Ok(sort(&painted, &[tip]))
    }

    /// Whether `ancestor` can be reached from `descendant`; a commit is its own ancestor.
    ///
    /// # Errors
    /// A missing or damaged commit.
    pub fn is_ancestor(&self, ancestor: Oid, descendant: Oid) -> Result<bool, HistoryError> {
        if ancestor == descendant {
            return Ok(true);
        }
        // The annex has all of the history, so what it lacks is not part of it.
        if self.is_annex && !self.inner.has_object(ancestor.0) {
            return Ok(false);
        }
        let painted = self.paint(&[ancestor], &[descendant], Some(ancestor), |_| false)?;
        Ok(painted.get(&ancestor.0).is_some_and(|commit| commit.data & HIDDEN != 0))
    }

    /// All commits reachable from `tip`, for many membership tests after one walk.
    ///
    /// # Errors
    /// A missing or damaged commit.
    pub fn ancestors(&self, tip: Oid) -> Result<HashSet<Oid>, HistoryError> {
        Ok(self.whole(tip)?.keys().map(|id| Oid(*id)).collect())
    }

    /// All commits of a tip; those of the last tip are at hand.
    fn whole(&self, tip: Oid) -> Result<Rc<Painted>, HistoryError> {
        let known = self.whole.0.borrow().as_ref().filter(|(known, _)| *known == tip).cloned();
        if let Some((_, painted)) = known {
            return Ok(painted);
        }
        let painted = Rc::new(self.paint(&[tip], &[], None, |_| false)?);
        *self.whole.0.borrow_mut() = Some((tip, Rc::clone(&painted)));
        Ok(painted)
    }
}

/// Git's graph order: a commit comes after all its children, and the last parent of a merge is
/// followed first. Ends at the first boundary; everything behind one has a child that is never
/// listed, and so never becomes due.
fn sort(painted: &Painted, tips: &[Oid]) -> Unreleased {
    let listed = |flags: u8| flags & VISIBLE != 0 && flags & HIDDEN == 0;
    let mut children: HashMap<ObjectId, usize> = HashMap::new();
    for commit in painted.values().filter(|c| listed(c.data) && c.data & BOUNDARY == 0) {
        for parent in &commit.parents {
            *children.entry(*parent).or_default() += 1;
        }
    }
    let mut stack: Vec<ObjectId> = tips.iter().rev().map(|tip| tip.0).collect();
    stack.retain(|tip| children.get(tip).is_none_or(|count| *count == 0));
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let mut commits = Vec::new();
    while let Some(id) = stack.pop() {
        let Some(commit) = painted.get(&id).filter(|commit| listed(commit.data)) else { continue };
        if !seen.insert(id) {
            continue;
        }
        if commit.data & BOUNDARY != 0 {
            return Unreleased { commits, boundary: Some(Oid(id)) };
        }
        commits.push(Oid(id));
        for parent in &commit.parents {
            if let Some(count) = children.get_mut(parent) {
                *count -= 1;
                if *count == 0 {
                    stack.push(*parent);
                }
            }
        }
    }
    Unreleased { commits, boundary: None }
}
