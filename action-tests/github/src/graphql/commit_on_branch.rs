//! The mutation createCommitOnBranch: a commit made and signed by GitHub, on the condition that
//! the branch is where the client thinks it is.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::GraphQlError;
use super::fields::{Node, find_repository};
use crate::answer::{Answer, Body};
use crate::api::guard::{Move, Refusal, check};
use crate::api::{data, view};
use crate::call::{Call, Fields, Input};
use crate::dispatch::allowed;
use crate::git::{Change, CommitData, Kind, Moved, ObjectId, oid};
use crate::world::{Repo, World};

/// The mutation.
pub(super) fn run(
    world: &mut World,
    input: &Input,
    arguments: &Map<String, Value>,
) -> Result<Node, GraphQlError> {
    let known = ["branch", "clientMutationId", "expectedHeadOid", "fileChanges", "message"];
    let fields = closed(arguments.get("input"), &known)?;
    let branch = closed(fields.raw("branch"), &["id", "repositoryNameWithOwner", "branchName"])?;
    let (index, name) = target(world, input, &branch)?;
    let shared = &mut world.shared;
    let repo = world.repositories.get_mut(index);
    let repo = repo.ok_or_else(|| GraphQlError::new("NOT_FOUND", "no such repository"))?;
    allowed(repo, input.actor.as_ref(), "contents", crate::access::Level::Write)
        .map_err(|answer| from_answer(&answer))?;
    let full = format!("refs/heads/{name}");
    let head = repo.store.reference(&full)?;
    let head = head.ok_or_else(|| {
        GraphQlError::new(
            "NOT_FOUND",
            format!("Could not resolve to a Ref with the name '{name}'."),
        )
    })?;
    let expected = fields.required("expectedHeadOid").map_err(|answer| from_answer(&answer))?;
    if oid(&expected) != Some(head) {
        let text = format!(
            "Expected branch to point to \"{expected}\" but it did not.  Pull and try again."
        );
        return Err(GraphQlError::new("STALE_DATA", text));
    }
    let parent = repo.store.commit(head)?;
    let base = parent.map(|commit| commit.tree);
    let changes = changes(repo, closed(fields.raw("fileChanges"), &["additions", "deletions"]))?;
    let tree = repo.store.edit_tree(base, &changes)?.ok_or_else(|| {
        let text = format!(
            "A path was requested for deletion which does not exist as of commit oid `{head}`"
        );
        GraphQlError::new("UNPROCESSABLE", text)
    })?;
    let message = closed(fields.raw("message"), &["headline", "body"])?;
    let message = words(&message)?;
    let mut call = Call { repo, shared, input };
    let id = commit(&mut call, &full, head, tree, message)?;
    let client = fields.raw("clientMutationId").cloned().unwrap_or_default();
    let made = (Node::Ref(index, full, id), Node::Object(index, id, Kind::Commit));
    Ok(Node::Committed(client, Box::new(made)))
}

/// Writes the commit and moves the branch.
fn commit(
    call: &mut Call<'_>,
    full: &str,
    head: ObjectId,
    tree: ObjectId,
    message: String,
) -> Result<ObjectId, GraphQlError> {
    let now = call.shared.now();
    let mut commit = CommitData {
        tree,
        parents: vec![head],
        author: data::own_identity(call, now),
        committer: data::github(now),
        message,
        signature: None,
    };
    commit.signature = Some(view::sign(&commit.payload()));
    let id = call.repo.store.write_commit(&commit)?;
    let change = Move { name: full, old: Some(head), new: Some(id) };
    if let Some(refusal) = check(call.repo, &call.login(), change)? {
        let kind = match refusal {
            Refusal::Protected => "BRANCH_PROTECTION_RULE_VIOLATION",
            Refusal::Rules(_) | Refusal::Immutable => "UNPROCESSABLE",
        };
        return Err(GraphQlError::new(kind, refusal.message()));
    }
    call.guard(change).map_err(|answer| from_answer(&answer))?;
    match call.repo.store.set_reference(full, Some(head), id)? {
        Moved::Done => Ok(id),
        Moved::Refused => Err(GraphQlError::new("UNPROCESSABLE", "Reference update failed")),
    }
}

/// An input object; a member the schema does not have is refused.
fn closed(value: Option<&Value>, allowed: &[&str]) -> Result<Fields, GraphQlError> {
    match value {
        None | Some(Value::Null) => {
            Fields::closed(Map::new(), allowed).map_err(|answer| from_answer(&answer))
        }
        Some(Value::Object(map)) => Fields::closed(map.clone(), allowed)
            .map_err(|_| GraphQlError::document("an input object has a field that is not defined")),
        Some(_) => Err(GraphQlError::document("an input object was expected")),
    }
}

/// Repository and branch, by names or by the branch's node.
fn target(world: &World, input: &Input, branch: &Fields) -> Result<(usize, String), GraphQlError> {
    let get = |name: &str| branch.text(name).map_err(|answer| from_answer(&answer));
    if let Some(id) = get("id")? {
        for (index, repo) in world.repositories.iter().enumerate() {
            for (name, _) in repo.store.references("refs/heads/")? {
                if view::node_id("Ref", &name) == id {
                    return Ok((index, name.trim_start_matches("refs/heads/").to_owned()));
                }
            }
        }
        return Err(GraphQlError::new(
            "NOT_FOUND",
            format!("Could not resolve to a node with the global id of '{id}'"),
        ));
    }
    let full = get("repositoryNameWithOwner")?.unwrap_or_default();
    let (owner, name) = full.split_once('/').unwrap_or((&full, ""));
    let index = find_repository(world, input, owner, name)?;
    let branch = get("branchName")?.unwrap_or_default();
    Ok((index, branch.trim_start_matches("refs/heads/").to_owned()))
}

/// The file changes. GitHub writes plain files here: an executable loses its bit.
fn changes(
    repo: &Repo,
    fields: Result<Fields, GraphQlError>,
) -> Result<BTreeMap<String, Change>, GraphQlError> {
    let fields = fields?;
    let list = |name: &str| fields.list(name).map_err(|answer| from_answer(&answer));
    let mut changes = BTreeMap::new();
    for entry in list("deletions")?.unwrap_or_default() {
        changes.insert(path(&closed(Some(&entry), &["path"])?)?, Change::Delete);
    }
    for entry in list("additions")?.unwrap_or_default() {
        let entry = closed(Some(&entry), &["path", "contents"])?;
        let contents = entry.required("contents").map_err(|answer| from_answer(&answer))?;
        let bytes = data::decode_base64(&contents)
            .ok_or_else(|| GraphQlError::document("contents is not valid Base64"))?;
        let id = repo.store.write_blob(&bytes)?;
        changes.insert(path(&entry)?, Change::Put { mode: 0o100_644, id });
    }
    Ok(changes)
}

fn path(fields: &Fields) -> Result<String, GraphQlError> {
    let path = fields.required("path").map_err(|answer| from_answer(&answer))?;
    let malformed = |name: &str| name.is_empty() || name == "." || name == ".." || name == ".git";
    if path.split('/').any(malformed) {
        return Err(GraphQlError::new("UNPROCESSABLE", format!("malformed path `{path}`")));
    }
    Ok(path)
}

fn words(message: &Fields) -> Result<String, GraphQlError> {
    let headline = message.required("headline").map_err(|answer| from_answer(&answer))?;
    let body = message.text("body").map_err(|answer| from_answer(&answer))?;
    Ok(match body.filter(|body| !body.is_empty()) {
        Some(body) => format!("{headline}\n\n{body}"),
        None => headline,
    })
}

/// An error of the REST side in GraphQL's form.
fn from_answer(answer: &Answer) -> GraphQlError {
    let text = match &answer.body {
        Body::Json(value) => value["message"].as_str().unwrap_or_default().to_owned(),
        Body::Empty | Body::Bytes { .. } => String::new(),
    };
    match answer.status {
        401 | 403 => GraphQlError::new("FORBIDDEN", text),
        404 => GraphQlError::new("NOT_FOUND", text),
        _ => GraphQlError::new("UNPROCESSABLE", text),
    }
}
