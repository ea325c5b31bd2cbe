//! Pull requests.

mod manage;

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Deserialize;
use serde_json::json;

use crate::commits::ListedCommit;
use crate::{Commit, Error, Oid, Repository};

/// A pull request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its description.
    #[serde(default)]
    pub body: Option<String>,
    /// `open` or `closed`.
    pub state: String,
    /// Not ready for review.
    #[serde(default)]
    pub draft: bool,
    /// Whether it can be merged without conflicts; `None` while GitHub has not worked it out.
    #[serde(default)]
    pub mergeable: Option<bool>,
    /// How many commits it has.
    #[serde(default)]
    pub commits: u64,
    /// Its page.
    #[serde(default)]
    pub html_url: String,
    /// When it was merged, where it was.
    #[serde(default)]
    pub merged_at: Option<String>,
    /// Of a merged one the commit that brought its changes to the base: the merge, the squashed
    /// commit or the last rebased one. Of an open one a trial merge of GitHub's.
    #[serde(default)]
    pub merge_commit_sha: Option<Oid>,
    /// Where the changes come from.
    pub head: Side,
    /// Where they go.
    pub base: Side,
}

/// One end of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Side {
    /// The branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// Its commit.
    pub sha: Oid,
    /// The repository; `None` when a fork was deleted.
    #[serde(default)]
    repo: Option<SideRepository>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct SideRepository {
    full_name: String,
}

impl PullRequest {
    /// Whether the changes come from another repository.
    pub fn is_from_fork(&self) -> bool {
        let name = |side: &Side| side.repo.as_ref().map(|repo| repo.full_name.clone());
        name(&self.head).is_none() || name(&self.head) != name(&self.base)
    }

    /// The commit its changes came to the base with; `None` while it is not merged.
    pub fn merged_as(&self) -> Option<&Oid> {
        self.merge_commit_sha.as_ref().filter(|_| self.merged_at.is_some())
    }
}

/// An issue that a pull request closes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ClosingIssue {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
}

/// How many commits GitHub lists of a pull request at most.
pub const LISTED_COMMITS: u64 = 250;

/// How many pull requests are asked for at a time.
const AT_ONCE: usize = 5;

pub use manage::{NewPull, PullState};

const CLOSES: &str = "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { pullRequest(number: $number) { closingIssuesReferences(first: 50) { nodes { number url } } } } }";

impl Repository {
    /// A pull request; `None` when there is none of this number.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn pull(&self, number: u64) -> Result<Option<PullRequest>, Error> {
        self.github.find(&self.path(&format!("/pulls/{number}"))).await
    }

    /// Several pull requests, asked for side by side, in the order of their numbers here; those
    /// that do not exist are left out.
    ///
    /// # Errors
    /// When GitHub cannot be asked about one of them.
    pub async fn pulls(&self, numbers: &[u64]) -> Result<Vec<PullRequest>, Error> {
        let asked = stream::iter(numbers).map(|number| self.pull(*number)).buffered(AT_ONCE);
        asked.try_filter_map(async |pull| Ok(pull)).try_collect().await
    }

    /// A pull request, asked for again until GitHub knows whether it can be merged, with longer
    /// and longer waits, for at most about `patience`. A closed one is not waited for.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn settled_pull(
        &self,
        number: u64,
        patience: Duration,
    ) -> Result<Option<PullRequest>, Error> {
        let (mut wait, mut waited) = (Duration::from_secs(1), Duration::ZERO);
        loop {
            let pull = self.pull(number).await?;
            let is_settled =
                pull.as_ref().is_none_or(|pull| pull.mergeable.is_some() || pull.state != "open");
            if is_settled || waited >= patience {
                return Ok(pull);
            }
            let next = wait.min(patience.saturating_sub(waited));
            self.github.client().time().sleep(next).await;
            waited += next;
            wait = (wait * 2).min(Duration::from_secs(15));
        }
    }

    /// The commits of a pull request, oldest first, at most [`LISTED_COMMITS`] of them.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn pull_commits(&self, number: u64) -> Result<Vec<Commit>, Error> {
        let path = self.path(&format!("/pulls/{number}/commits"));
        let commits: Vec<ListedCommit> = self.github.list(&path).await?;
        Ok(commits.into_iter().map(Into::into).collect())
    }

    /// The paths a pull request changes.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn pull_files(&self, number: u64) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct File {
            filename: String,
        }
        let path = self.path(&format!("/pulls/{number}/files"));
        let files: Vec<File> = self.github.list(&path).await?;
        Ok(files.into_iter().map(|file| file.filename).collect())
    }

    /// The issues a pull request closes when it is merged, by its text or linked by hand.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn closing_issues(&self, number: u64) -> Result<Vec<ClosingIssue>, Error> {
        #[derive(Deserialize)]
        struct Data {
            repository: Option<Found>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Found {
            pull_request: Option<Closes>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Closes {
            closing_issues_references: Option<Nodes>,
        }
        #[derive(Deserialize)]
        struct Nodes {
            #[serde(default)]
            nodes: Vec<Option<ClosingIssue>>,
        }
        let body = json!({ "query": CLOSES, "variables": {
            "owner": self.owner, "name": self.name, "number": number,
        } });
        let query = || self.github.graphql::<Data>("closingIssuesReferences", &body);
        let data = self.github.repeat(query).await?;
        let pull = data.repository.and_then(|found| found.pull_request);
        let pull = pull.ok_or_else(|| {
            Error::answer("GraphQL closingIssuesReferences", "no such pull request")
        })?;
        let nodes = pull.closing_issues_references.map(|found| found.nodes).unwrap_or_default();
        Ok(nodes.into_iter().flatten().collect())
    }
}
