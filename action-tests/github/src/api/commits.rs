//! Commits as people see them: one, the list, the comparison.

use serde_json::{Value, json};

use crate::answer::{Answer, Outcome};
use crate::call::Call;
use crate::git::ObjectId;

/// The commit a name stands for, or GitHub's complaint.
fn resolve(call: &Call<'_>, name: &str) -> Result<ObjectId, Answer> {
    let found = call.repo.store.resolve(name)?;
    found.ok_or_else(|| Answer::unprocessable(&format!("No commit found for SHA: {name}")))
}

/// `commit`
pub(crate) fn show(call: &Call<'_>, id: ObjectId) -> Result<Value, Answer> {
    let commit = call.repo.store.commit(id)?.ok_or_else(Answer::not_found)?;
    Ok(call.commit(id, &commit))
}

/// `GET /repos/{owner}/{repo}/commits/{ref}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let id = resolve(call, call.input.param("ref"))?;
    if call.input.accept.contains("application/vnd.github.sha") {
        return Ok(Answer::bytes(id.to_string().into_bytes(), "application/vnd.github.sha"));
    }
    show(call, id).map(Answer::ok)
}

/// `GET /repos/{owner}/{repo}/commits`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let name = call.input.query("sha").map_or_else(|| call.repo.default_branch(), str::to_owned);
    let tip = call.repo.store.resolve(&name)?.ok_or_else(Answer::not_found)?;
    let ids = call.repo.store.log(tip, None)?;
    let items = ids.into_iter().map(|id| show(call, id)).collect::<Result<Vec<Value>, Answer>>()?;
    Ok(call.input.page(&call.url("/commits"), items))
}

/// `GET /repos/{owner}/{repo}/compare/{basehead}`: the commits, without the changed files.
pub(crate) fn compare(call: &mut Call<'_>) -> Outcome {
    let basehead = call.input.param("basehead");
    let (base, head) = basehead.split_once("...").ok_or_else(Answer::not_found)?;
    // A comparison may name the owner: `octo:main`.
    let branch = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
    let (base, head) = (branch(base), branch(head));
    let base_id = call.repo.store.resolve(&base)?.ok_or_else(Answer::not_found)?;
    let head_id = call.repo.store.resolve(&head)?.ok_or_else(Answer::not_found)?;
    let common = call.repo.store.merge_base(base_id, head_id)?;
    let common = common.ok_or_else(|| {
        Answer::error(404, &format!("No common ancestor between {base} and {head}."))
    })?;
    let ahead = call.repo.store.log(head_id, Some(base_id))?;
    let behind = call.repo.store.log(base_id, Some(head_id))?;
    let status = match (ahead.is_empty(), behind.is_empty()) {
        (true, true) => "identical",
        (false, true) => "ahead",
        (true, false) => "behind",
        (false, false) => "diverged",
    };
    // Oldest first, as GitHub lists them.
    let commits = ahead.iter().rev().map(|id| show(call, *id)).collect::<Result<Vec<_>, _>>()?;
    let size = call.input.query("per_page").and_then(|text| text.parse().ok()).unwrap_or(250);
    let page: usize = call.input.query("page").and_then(|text| text.parse().ok()).unwrap_or(1);
    let html = call.input.urls.html(call.repo, &format!("/compare/{basehead}"));
    Ok(Answer::ok(json!({
        "url": call.url(&format!("/compare/{basehead}")),
        "html_url": html,
        "permalink_url": html,
        "diff_url": format!("{html}.diff"),
        "patch_url": format!("{html}.patch"),
        "base_commit": show(call, base_id)?,
        "merge_base_commit": show(call, common)?,
        "status": status,
        "ahead_by": ahead.len(),
        "behind_by": behind.len(),
        "total_commits": ahead.len(),
        "commits": commits
            .into_iter()
            .skip(page.saturating_sub(1).saturating_mul(size))
            .take(size)
            .collect::<Vec<_>>(),
    })))
}
