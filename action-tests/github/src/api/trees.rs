//! Git data: trees.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::answer::{Answer, Outcome};
use crate::call::{Call, Fields};
use crate::git::{Change, Kind, ObjectId, oid};

/// `GET /repos/{owner}/{repo}/git/trees/{tree_sha}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let name = call.input.param("tree_sha");
    let id = match oid(name) {
        Some(id) if call.repo.store.kind(id)? == Some(Kind::Tree) || id.is_empty_tree() => id,
        _ => {
            let commit = call.repo.store.resolve(name)?.ok_or_else(Answer::not_found)?;
            call.repo.store.commit(commit)?.ok_or_else(Answer::not_found)?.tree
        }
    };
    let recursive = call.input.query("recursive").is_some();
    show(call, id, recursive).map(Answer::ok)
}

fn show(call: &Call<'_>, id: ObjectId, recursive: bool) -> Result<Value, Answer> {
    let entries = call.repo.store.tree(id, recursive)?.ok_or_else(Answer::not_found)?;
    let mut items = Vec::new();
    for entry in entries {
        let kind = entry.kind();
        let mut item = json!({
            "path": entry.path,
            "mode": entry.mode,
            "type": kind,
            "sha": entry.id.to_string(),
        });
        if kind == "blob" {
            let bytes = call.repo.store.blob(entry.id)?.unwrap_or_default();
            item["size"] = json!(bytes.len());
        }
        if kind != "commit" {
            item["url"] = json!(call.url(&format!("/git/{kind}s/{}", entry.id)));
        }
        items.push(item);
    }
    Ok(json!({
        "sha": id.to_string(),
        "url": call.url(&format!("/git/trees/{id}")),
        "tree": items,
        "truncated": false,
    }))
}

/// `POST /repos/{owner}/{repo}/git/trees`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.input.body(&["tree", "base_tree"])?;
    let entries = body
        .list("tree")?
        .ok_or_else(|| Answer::unprocessable("Invalid request.\n\n\"tree\" wasn't supplied."))?;
    let base = match body.text("base_tree")? {
        None => None,
        Some(sha) => Some(base_tree(call, &sha)?),
    };
    if entries.is_empty() && base.is_none() {
        return Err(Answer::unprocessable("Invalid tree info"));
    }
    let mut changes = BTreeMap::new();
    for entry in entries {
        let Value::Object(map) = entry else {
            return Err(Answer::unprocessable("Invalid tree info"));
        };
        let fields = Fields::closed(map, &["path", "mode", "type", "sha", "content"])?;
        let (path, change) = change(call, &fields)?;
        changes.insert(path, change);
    }
    let id = call.repo.store.edit_tree(base, &changes)?;
    let id = id.ok_or_else(|| Answer::unprocessable("GitRPC::BadObjectState"))?;
    let location = call.url(&format!("/git/trees/{id}"));
    Ok(Answer::created(show(call, id, false)?).header("location", &location))
}

/// A base may be named by a tree or by a commit that has it.
fn base_tree(call: &Call<'_>, sha: &str) -> Result<ObjectId, Answer> {
    let missing = || Answer::unprocessable("base_tree is not a valid tree oid");
    let id = oid(sha).ok_or_else(missing)?;
    match call.repo.store.kind(id)? {
        Some(Kind::Tree) => Ok(id),
        Some(Kind::Commit) => Ok(call.repo.store.commit(id)?.ok_or_else(missing)?.tree),
        _ if id.is_empty_tree() => Ok(id),
        _ => Err(missing()),
    }
}

/// What one entry asks for.
fn change(call: &Call<'_>, fields: &Fields) -> Result<(String, Change), Answer> {
    let path = fields.required("path")?;
    let malformed = |name: &str| {
        name.is_empty() || name == "." || name == ".." || name.eq_ignore_ascii_case(".git")
    };
    if path.split('/').any(malformed) {
        return Err(Answer::unprocessable("tree.path contains a malformed path component"));
    }
    if matches!(fields.raw("sha"), Some(Value::Null)) {
        return Ok((path, Change::Delete));
    }
    let mode = fields.required("mode")?;
    let (mode, kind) = match mode.as_str() {
        "100644" => (0o100_644, Kind::Blob),
        "100755" => (0o100_755, Kind::Blob),
        "120000" => (0o120_000, Kind::Blob),
        "040000" => (0o040_000, Kind::Tree),
        "160000" => (0o160_000, Kind::Commit),
        _ => {
            return Err(Answer::unprocessable(
                "tree.mode is not one of 100644, 100755, 040000, 160000, 120000",
            ));
        }
    };
    if let Some(named) = fields.text("type")?
        && named != kind.to_string()
    {
        return Err(Answer::unprocessable("tree.type does not fit tree.mode"));
    }
    let id = match (fields.text("sha")?, fields.text("content")?) {
        (Some(sha), None) => {
            let id = oid(&sha);
            let found = match id {
                Some(id) => call.repo.store.kind(id)?,
                None => None,
            };
            // The commit of a submodule lives elsewhere.
            match id {
                Some(id) if kind == Kind::Commit || found == Some(kind) => id,
                _ => {
                    let text = format!("tree.sha {sha} is not a valid {kind}");
                    return Err(Answer::unprocessable(&text));
                }
            }
        }
        (None, Some(content)) if kind == Kind::Blob => {
            call.repo.store.write_blob(content.as_bytes())?
        }
        _ => return Err(Answer::unprocessable("Must supply either tree.sha or tree.content")),
    };
    Ok((path, Change::Put { mode, id }))
}
