//! Comments on issues and pull requests.

use serde::Deserialize;
use serde_json::json;

use crate::{Error, Repository};

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// Its text.
    #[serde(default)]
    pub body: Option<String>,
    /// Its place on the page.
    pub html_url: String,
    #[serde(default)]
    user: Option<User>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct User {
    login: String,
}

impl Comment {
    /// Who wrote it.
    pub fn login(&self) -> Option<&str> {
        self.user.as_ref().map(|user| user.login.as_str())
    }
}

impl Repository {
    /// Gives an issue or pull request a label; GitHub makes the label where there is none.
    ///
    /// # Errors
    /// [`Kind::Forbidden`](crate::Kind::Forbidden) for a token that may not.
    pub async fn add_label(&self, issue: u64, label: &str) -> Result<(), Error> {
        let path = self.path(&format!("/issues/{issue}/labels"));
        let content = json!({ "labels": [label] });
        self.github.post::<serde_json::Value>(&path, &content).await.map(drop)
    }

    /// The comments on an issue or pull request, oldest first.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn comments(&self, issue: u64) -> Result<Vec<Comment>, Error> {
        self.github.list(&self.path(&format!("/issues/{issue}/comments"))).await
    }

    /// Puts `body` into the one comment of the token's account that holds `marker`, or makes that
    /// comment. A comment of somebody else that holds the marker is not touched; of several of our
    /// own, which runs at the same moment may leave, the oldest stays.
    ///
    /// # Errors
    /// [`Kind::Forbidden`](crate::Kind::Forbidden) for a token that may only read.
    pub async fn keep_comment(
        &self,
        issue: u64,
        marker: &str,
        body: &str,
    ) -> Result<Comment, Error> {
        let login = self.github.viewer().await?.login;
        let own = || async {
            let comments = self.comments(issue).await?;
            let is_own = |comment: &Comment| {
                comment.login() == Some(&login)
                    && comment.body.as_ref().is_some_and(|body| body.contains(marker))
            };
            Ok::<_, Error>(comments.into_iter().filter(is_own).collect::<Vec<_>>())
        };
        let mut found = own().await?;
        if found.is_empty() {
            let path = self.path(&format!("/issues/{issue}/comments"));
            let content = json!({ "body": body });
            let send = || self.github.post::<Comment>(&path, &content);
            let look = || async { Ok(own().await?.into_iter().next()) };
            self.github.create(send, look).await?;
            found = own().await?;
        }
        let mut found = found.into_iter();
        let kept = found.next();
        let kept = kept.ok_or_else(|| Error::answer("GET comments", "our comment is not there"))?;
        for extra in found {
            self.github.delete(&self.path(&format!("/issues/comments/{}", extra.id))).await?;
        }
        if kept.body.as_deref() == Some(body) {
            return Ok(kept);
        }
        let path = self.path(&format!("/issues/comments/{}", kept.id));
        self.github.patch(&path, &json!({ "body": body })).await
    }
}
