//! Pull requests of our own: found, opened, changed, closed.

use serde_json::json;

use super::PullRequest;
use crate::api::encode_query;
use crate::{Error, Kind, Repository};

/// A pull request to open, from a branch of the same repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPull {
    /// The branch with the changes.
    pub head: String,
    /// The branch that is to take them.
    pub base: String,
    /// Its title.
    pub title: String,
    /// Its description; GitHub takes 65,536 characters.
    pub body: String,
}

/// Which pull requests are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullState {
    /// Those that can be merged.
    Open,
    /// Merged ones and ones that were only closed.
    Closed,
}

impl Repository {
    /// The newest pull requests (at most 100) from a branch of this repository onto another,
    /// newest first.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn pulls_from(
        &self,
        head: &str,
        base: &str,
        state: PullState,
    ) -> Result<Vec<PullRequest>, Error> {
        let state = match state {
            PullState::Open => "open",
            PullState::Closed => "closed",
        };
        let from = encode_query(&format!("{}:{head}", self.owner));
        let base = encode_query(base);
        let path = self.path(&format!("/pulls?state={state}&head={from}&base={base}"));
        let (pulls, _) = self.github.page::<PullRequest>(&path, 1).await?;
        // A server that does not know the filter must not give somebody else's away.
        let is_meant = |pull: &PullRequest| pull.head.branch == head && !pull.is_from_fork();
        Ok(pulls.into_iter().filter(is_meant).collect())
    }

    /// The open pull request from one branch onto another; there is one at most.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn open_pull(&self, head: &str, base: &str) -> Result<Option<PullRequest>, Error> {
        Ok(self.pulls_from(head, base, PullState::Open).await?.into_iter().next())
    }

    /// Opens a pull request. One that is open already is given as it is.
    ///
    /// # Errors
    /// [`Kind::Forbidden`] for a token that may not, or a repository whose workflows may not.
    pub async fn create_pull(&self, new: &NewPull) -> Result<PullRequest, Error> {
        let path = self.path("/pulls");
        let body = json!({
            "head": new.head, "base": new.base, "title": new.title, "body": new.body,
        });
        let send = || self.github.post::<PullRequest>(&path, &body);
        let look = || self.open_pull(&new.head, &new.base);
        match self.github.create(send, look).await {
            // Another run at the same time was faster.
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::AlreadyExists) => {
                look().await?.ok_or(error)
            }
            other => other,
        }
    }

    /// Gives a pull request another title and description.
    ///
    /// # Errors
    /// [`Kind::Forbidden`] for a token that may not.
    pub async fn update_pull(
        &self,
        number: u64,
        title: &str,
        body: &str,
    ) -> Result<PullRequest, Error> {
        let path = self.path(&format!("/pulls/{number}"));
        self.github.patch(&path, &json!({ "title": title, "body": body })).await
    }

    /// Closes a pull request without merging it.
    ///
    /// # Errors
    /// [`Kind::Forbidden`] for a token that may not.
    pub async fn close_pull(&self, number: u64) -> Result<PullRequest, Error> {
        let path = self.path(&format!("/pulls/{number}"));
        self.github.patch(&path, &json!({ "state": "closed" })).await
    }
}
