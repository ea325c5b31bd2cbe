//! Files and folders at a commit.

use serde_json::{Value, json};

use crate::answer::{Answer, Outcome};
use crate::api::data;
use crate::call::Call;
use crate::git::TreeEntry;

/// `GET /repos/{owner}/{repo}/contents` and below
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let path = call.input.param("path").trim_matches('/');
    let name = call.input.query("ref").map_or_else(|| call.repo.default_branch(), str::to_owned);
    let missing = || Answer::error(404, &format!("No commit found for the ref {name}"));
    let commit = call.repo.store.resolve(&name)?.ok_or_else(missing)?;
    let tree = call.repo.store.commit(commit)?.ok_or_else(missing)?.tree;
    let entry = call.repo.store.entry(tree, path)?.ok_or_else(Answer::not_found)?;
    if entry.kind() == "tree" {
        let mut items = Vec::new();
        for entry in call.repo.store.tree(entry.id, false)?.unwrap_or_default() {
            let below =
                if path.is_empty() { entry.path.clone() } else { format!("{path}/{}", entry.path) };
            items.push(show(call, &name, &below, &entry)?);
        }
        return Ok(Answer::ok(Value::Array(items)));
    }
    let bytes = call.repo.store.blob(entry.id)?.unwrap_or_default();
    if call.input.accept.contains("raw") {
        return Ok(Answer::bytes(bytes, "application/vnd.github.raw; charset=utf-8"));
    }
    let mut file = show(call, &name, path, &entry)?;
    file["encoding"] = json!("base64");
    file["content"] = json!(data::base64_lines(&bytes));
    Ok(Answer::ok(file))
}

fn show(call: &Call<'_>, reference: &str, path: &str, entry: &TreeEntry) -> Result<Value, Answer> {
    let (kind, view) = match entry.kind() {
        "tree" => ("dir", "tree"),
        "commit" => ("submodule", "tree"),
        _ => ("file", "blob"),
    };
    let size = match kind {
        "file" => call.repo.store.blob(entry.id)?.unwrap_or_default().len(),
        _ => 0,
    };
    let query = crate::call::encode(reference);
    let url = format!("{}?ref={query}", call.url(&format!("/contents/{path}")));
    let git = call.url(&format!("/git/{view}s/{}", entry.id));
    let html = call.input.urls.html(call.repo, &format!("/{view}/{reference}/{path}"));
    let raw = call.input.urls.html(call.repo, &format!("/raw/{reference}/{path}"));
    Ok(json!({
        "type": kind,
        "size": size,
        "name": path.rsplit('/').next().unwrap_or(path),
        "path": path,
        "sha": entry.id.to_string(),
        "url": url,
        "git_url": git,
        "html_url": html,
        "download_url": if kind == "file" { json!(raw) } else { Value::Null },
        "_links": { "self": url, "git": git, "html": html },
    }))
}
