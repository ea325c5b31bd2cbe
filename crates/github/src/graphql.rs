//! The one change that goes through GraphQL: a signed commit in one call.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::is_protection;
use crate::{Error, GitHub, Kind, Oid, Repository};

/// Files to be written by [`Repository::create_commit_on_branch`]. They become ordinary files:
/// the call knows no modes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The whole content.
    pub contents: Vec<u8>,
}

/// A commit to be made at the head of a branch. Its author is the token's owner, and GitHub signs
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchCommit {
    /// Without `refs/heads/`.
    pub branch: String,
    /// Where the branch must be, or nothing happens.
    pub expected_head: Oid,
    /// The whole message: subject, empty line, body.
    pub message: String,
    /// Files written.
    pub additions: Vec<Addition>,
    /// Paths removed.
    pub deletions: Vec<String>,
}

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Viewer {
    /// `github-actions[bot]`, `octocat`.
    pub login: String,
    /// The account's number, as in its no-reply address.
    #[serde(rename = "databaseId")]
    pub id: Option<u64>,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: Option<T>,
    #[serde(default)]
    errors: Vec<GraphqlError>,
}

#[derive(Deserialize)]
struct GraphqlError {
    #[serde(default)]
    r#type: Option<String>,
    message: String,
}

const COMMIT: &str = "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";

impl GitHub {
    /// Whose token it is.
    ///
    /// # Errors
    /// When GitHub cannot be asked or there is no token.
    pub async fn viewer(&self) -> Result<Viewer, Error> {
        #[derive(Deserialize)]
        struct Data {
            viewer: Viewer,
        }
        let body = json!({ "query": "query { viewer { login databaseId } }" });
        let data: Data = self.repeat(|| self.graphql("viewer", &body)).await?;
        Ok(data.viewer)
    }

    pub(crate) async fn graphql<T: DeserializeOwned>(
        &self,
        name: &str,
        body: &Value,
    ) -> Result<T, Error> {
        let answer: Answer<Value> = self.post("/graphql", body).await?;
        if !answer.errors.is_empty() {
            return Err(graphql_error(name, &answer.errors));
        }
        let data = answer.data.unwrap_or_default();
        serde_json::from_value(data)
            .map_err(|error| Error::answer(format!("GraphQL {name}"), error.to_string()))
    }
}

fn graphql_error(name: &str, errors: &[GraphqlError]) -> Error {
    let first = errors.first().and_then(|error| error.r#type.as_deref()).unwrap_or_default();
    let messages: Vec<String> = errors.iter().map(|error| error.message.clone()).collect();
    let text = messages.join("\n").to_lowercase();
    let kind = if first == "STALE_DATA" || text.contains("expected branch to point to") {
        Kind::Moved
    } else if is_protection(&text) {
        Kind::Protected
    } else {
        match first {
            "BRANCH_PROTECTION_RULE_VIOLATION" => Kind::Protected,
            "FORBIDDEN" | "INSUFFICIENT_SCOPES" => Kind::Forbidden,
            "NOT_FOUND" => Kind::NotFound,
            "RATE_LIMITED" | "RATE_LIMIT" => Kind::RateLimited(None),
            _ => Kind::Invalid,
        }
    };
    Error::graphql(kind, name, messages)
}

impl Repository {
    /// Makes a signed commit at the head of a branch, only if the branch is where it is expected.
    /// When an answer was lost, the branch is looked at: a head with this parent and message is
    /// the commit.
    ///
    /// # Errors
    /// [`Kind::Moved`] when the branch is elsewhere.
    pub async fn create_commit_on_branch(&self, new: &BranchCommit) -> Result<Oid, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Data {
            create_commit_on_branch: Made,
        }
        #[derive(Deserialize)]
        struct Made {
            commit: MadeCommit,
        }
        #[derive(Deserialize)]
        struct MadeCommit {
            oid: Oid,
        }
        let additions: Vec<_> = new
            .additions
            .iter()
            .map(|file| json!({ "path": file.path, "contents": STANDARD.encode(&file.contents) }))
            .collect();
        let deletions: Vec<_> = new.deletions.iter().map(|path| json!({ "path": path })).collect();
        let (headline, body) = split_message(&new.message);
        let mut message = json!({ "headline": headline });
        if let (false, Some(message)) = (body.is_empty(), message.as_object_mut()) {
            message.insert("body".into(), body.into());
        }
        let body = json!({ "query": COMMIT, "variables": { "input": {
            "branch": { "repositoryNameWithOwner": self.full_name(), "branchName": new.branch },
            "expectedHeadOid": new.expected_head,
            "message": message,
            "fileChanges": { "additions": additions, "deletions": deletions },
        } } });
        let send = || async {
            let data: Data = self.github.graphql("createCommitOnBranch", &body).await?;
            Ok(data.create_commit_on_branch.commit.oid)
        };
        let look = || async { self.made_commit(new).await };
        self.github.create(send, look).await
    }

    async fn made_commit(&self, new: &BranchCommit) -> Result<Option<Oid>, Error> {
        let Some(head) = self.branch_head(&new.branch).await? else { return Ok(None) };
        if head == new.expected_head {
            return Ok(None);
        }
        let commit = self.get_commit(&head).await?;
        let ours = commit.filter(|commit| {
            commit.parents.first() == Some(&new.expected_head)
                && commit.message.trim_end() == new.message.trim_end()
        });
        Ok(ours.map(|commit| commit.id))
    }
}

/// Subject and body; the empty line between them is GitHub's to add.
fn split_message(message: &str) -> (&str, &str) {
    let (headline, body) = message.split_once('\n').unwrap_or((message, ""));
    (headline.trim_end(), body.trim_start_matches(['\r', '\n']).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_split_at_the_first_line() {
        assert_eq!(split_message("a\n\nb\nc\n"), ("a", "b\nc"));
        assert_eq!(split_message("a"), ("a", ""));
        assert_eq!(split_message("a\r\nb"), ("a", "b"));
    }

    #[test]
    fn error_types_are_recognised() {
        for (kind, message, expected) in [
            ("STALE_DATA", "x", Kind::Moved),
            ("UNPROCESSABLE", "Expected branch to point to \"a\" but it did not.", Kind::Moved),
            ("FORBIDDEN", "Resource not accessible by integration", Kind::Forbidden),
            ("UNPROCESSABLE", "Repository rule violations found", Kind::Protected),
            ("BRANCH_PROTECTION_RULE_VIOLATION", "x", Kind::Protected),
            ("NOT_FOUND", "x", Kind::NotFound),
            ("", "x", Kind::Invalid),
        ] {
            let error = GraphqlError { r#type: Some(kind.into()), message: message.into() };
            assert_eq!(*graphql_error("x", &[error]).kind(), expected, "{kind} {message}");
        }
    }
}
