//! Commits.

use serde::{Deserialize, Serialize};

use crate::api::{encode, encode_query};
use crate::{Error, Oid, Repository};

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// RFC 3339; without one GitHub takes its own time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: Oid,
    /// Its directory.
    pub tree: Oid,
    /// Its parents, the first one first.
    pub parents: Vec<Oid>,
    /// The whole message.
    pub message: String,
    /// Who wrote it.
    pub author: Option<Signature>,
    /// Who committed it.
    pub committer: Option<Signature>,
    /// Whether GitHub shows it as verified.
    pub verified: bool,
    /// Why, or why not: `valid`, `unsigned`, `unknown_key`.
    pub reason: Option<String>,
    /// What its signature covers; `None` without one.
    pub payload: Option<String>,
}

/// How two commits relate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Commits that `head` has and `base` has not.
    pub ahead: u64,
    /// Commits that `base` has and `head` has not.
    pub behind: u64,
    /// The best common ancestor.
    pub merge_base: Oid,
    /// What `head` is ahead by, oldest first.
    pub commits: Vec<Commit>,
}

#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) sha: Oid,
}

#[derive(Default, Deserialize)]
pub(crate) struct Verification {
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    pub(crate) payload: Option<String>,
}

/// As `/git/commits` has it.
#[derive(Deserialize)]
pub(crate) struct GitCommit {
    sha: Oid,
    #[serde(flatten)]
    data: Data,
    parents: Vec<Named>,
}

/// As `/commits`, `/compare` and pull requests have it.
#[derive(Deserialize)]
pub(crate) struct ListedCommit {
    sha: Oid,
    commit: Data,
    parents: Vec<Named>,
}

#[derive(Deserialize)]
struct Data {
    tree: Named,
    message: String,
    author: Option<Signature>,
    committer: Option<Signature>,
    #[serde(default)]
    verification: Option<Verification>,
}

#[derive(Deserialize)]
struct WireComparison {
    ahead_by: u64,
    behind_by: u64,
    merge_base_commit: Named,
    commits: Vec<ListedCommit>,
}

fn commit(id: Oid, data: Data, parents: Vec<Named>) -> Commit {
    let verification = data.verification.unwrap_or_default();
    Commit {
        id,
        tree: data.tree.sha,
        parents: parents.into_iter().map(|parent| parent.sha).collect(),
        message: data.message,
        author: data.author,
        committer: data.committer,
        verified: verification.verified,
        reason: verification.reason,
        payload: verification.payload,
    }
}

impl From<GitCommit> for Commit {
    fn from(wire: GitCommit) -> Self {
        commit(wire.sha, wire.data, wire.parents)
    }
}

impl From<ListedCommit> for Commit {
    fn from(wire: ListedCommit) -> Self {
        commit(wire.sha, wire.commit, wire.parents)
    }
}

impl Repository {
    /// A commit; `None` when the repository does not have it.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn get_commit(&self, id: &Oid) -> Result<Option<Commit>, Error> {
        let path = self.path(&format!("/git/commits/{id}"));
        Ok(self.github.find::<GitCommit>(&path).await?.map(Into::into))
    }

    /// The commits a branch, tag or commit leads to, newest first, one page of 100 from 1.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn list_commits(&self, from: &str, page: usize) -> Result<Vec<Commit>, Error> {
        let path = self.path(&format!("/commits?sha={}", encode_query(from)));
        let (commits, _) = self.github.page::<ListedCommit>(&path, page).await?;
        Ok(commits.into_iter().map(Into::into).collect())
    }

    /// What `head` has that `base` has not; for clones that lack history.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) when one of them is not there or they have no
    /// common ancestor.
    pub async fn compare(&self, base: &str, head: &str) -> Result<Comparison, Error> {
        let path = self.path(&format!("/compare/{}...{}", encode(base), encode(head)));
        let mut whole: Option<Comparison> = None;
        for page in 1.. {
            let path = format!("{path}?per_page=100&page={page}");
            let wire: WireComparison = self.github.get(&path).await?;
            let more = wire.commits.len() >= 100;
            let so_far = whole.get_or_insert_with(|| Comparison {
                ahead: wire.ahead_by,
                behind: wire.behind_by,
                merge_base: wire.merge_base_commit.sha,
                commits: Vec::new(),
            });
            so_far.commits.extend(wire.commits.into_iter().map(Commit::from));
            if !more {
                break;
            }
        }
        whole.ok_or_else(|| Error::answer("GET compare", "no page"))
    }
}
