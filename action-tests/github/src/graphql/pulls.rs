//! Pull requests in the graph.

use serde_json::json;

use super::GraphQlError;
use super::fields::{Node, unknown};
use crate::api::view;
use crate::call::Input;
use crate::inspect::PullRequest;
use crate::world::Repo;

/// The pull request of a number.
pub(super) fn find(repo: &Repo, number: u64) -> Result<&PullRequest, GraphQlError> {
    let mut pulls = repo.pulls.iter().map(|stored| &stored.pull);
    pulls.find(|pull| pull.number == number).ok_or_else(|| {
        let text = format!("Could not resolve to a PullRequest with the number of {number}.");
        GraphQlError::new("NOT_FOUND", text)
    })
}

/// One field of a pull request.
pub(super) fn field(
    repo: &Repo,
    input: &Input,
    node: &Node,
    number: u64,
    name: &str,
) -> Result<Node, GraphQlError> {
    let pull = find(repo, number)?;
    match name {
        "id" => Ok(Node::Scalar(json!(view::node_id("PullRequest", &number.to_string())))),
        "number" => Ok(Node::Scalar(json!(number))),
        "title" => Ok(Node::Scalar(json!(pull.title))),
        "body" => Ok(Node::Scalar(json!(pull.body.clone().unwrap_or_default()))),
        "closingIssuesReferences" => {
            let issue = |number: u64| {
                let url = input.urls.html(repo, &format!("/issues/{number}"));
                Node::Plain("Issue", json!({ "number": number, "url": url }))
            };
            let closes = closes(pull.body.as_deref().unwrap_or_default());
            Ok(Node::Connection("IssueConnection", closes.into_iter().map(issue).collect()))
        }
        _ => Err(unknown(node, name)),
    }
}

/// The numbers behind GitHub's closing words. Any number is an issue here.
fn closes(text: &str) -> Vec<u64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_closing = |word: &str| {
        matches!(
            word.trim_end_matches(':').to_ascii_lowercase().as_str(),
            "close"
                | "closes"
                | "closed"
                | "fix"
                | "fixes"
                | "fixed"
                | "resolve"
                | "resolves"
                | "resolved"
        )
    };
    words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(word, _)| is_closing(word))
        .filter_map(|(_, number)| {
            number.strip_prefix('#')?.trim_end_matches(['.', ',']).parse().ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_words() {
        assert_eq!(closes("This fixes #12, and\nResolves: #3. See #4"), [12, 3]);
        assert_eq!(closes("fixed it in #5"), Vec::<u64>::new());
    }
}
