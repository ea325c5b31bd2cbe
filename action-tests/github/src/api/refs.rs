//! References.

use serde_json::Value;

use crate::answer::{Answer, Outcome};
use crate::api::guard::Move;
use crate::call::Call;
use crate::git::{Kind, Moved, ObjectId, oid};

/// `GET /repos/{owner}/{repo}/git/ref/{ref}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let name = full_name(call.input.param("ref"));
    let id = call.repo.store.reference(&name)?.ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(call.git_ref(&name, id)?))
}

/// `GET /repos/{owner}/{repo}/git/matching-refs/{ref}`
pub(crate) fn matching(call: &mut Call<'_>) -> Outcome {
    let prefix = full_name(call.input.param("ref"));
    let mut items: Vec<Value> = Vec::new();
    for (name, id) in call.repo.store.references(&prefix)? {
        items.push(call.git_ref(&name, id)?);
    }
    Ok(Answer::ok(Value::Array(items)))
}

/// `POST /repos/{owner}/{repo}/git/refs`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.input.body(&["ref", "sha"])?;
    let (name, sha) = (body.required("ref")?, body.required("sha")?);
    if !name.starts_with("refs/") || name.matches('/').count() < 2 {
        return Err(Answer::unprocessable(
            "Reference name must start with 'refs/' and contain at least two slashes",
        ));
    }
    let id = existing(call, &sha)?;
    if call.repo.store.reference(&name)?.is_some() {
        return Err(Answer::unprocessable("Reference already exists"));
    }
    target_fits(call, &name, id)?;
    call.guard(Move { name: &name, old: None, new: Some(id) })?;
    match call.repo.store.set_reference(&name, None, id)? {
        Moved::Done => {
            let address = call.url(&format!("/git/{name}"));
            Ok(Answer::created(call.git_ref(&name, id)?).header("location", &address))
        }
        Moved::Refused => Err(Answer::unprocessable("Reference update failed")),
    }
}

/// `PATCH /repos/{owner}/{repo}/git/refs/{ref}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.input.body(&["sha", "force"])?;
    let name = full_name(call.input.param("ref"));
    let force = body.flag("force")?.unwrap_or(false);
    let old = call.repo.store.reference(&name)?;
    let old = old.ok_or_else(|| Answer::unprocessable("Reference does not exist"))?;
    let id = existing(call, &body.required("sha")?)?;
    target_fits(call, &name, id)?;
    if !force && !call.repo.store.is_ancestor(old, id)? {
        return Err(Answer::unprocessable("Update is not a fast forward"));
    }
    call.guard(Move { name: &name, old: Some(old), new: Some(id) })?;
    match call.repo.store.set_reference(&name, Some(old), id)? {
        Moved::Done => Ok(Answer::ok(call.git_ref(&name, id)?)),
        Moved::Refused => Err(Answer::unprocessable("Reference update failed")),
    }
}

/// `DELETE /repos/{owner}/{repo}/git/refs/{ref}`
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let name = full_name(call.input.param("ref"));
    let old = call.repo.store.reference(&name)?;
    let old = old.ok_or_else(|| Answer::unprocessable("Reference does not exist"))?;
    call.guard(Move { name: &name, old: Some(old), new: None })?;
    match call.repo.store.delete_reference(&name)? {
        Moved::Done => {
            close_pulls_of(call, &name);
            Ok(Answer::no_content())
        }
        Moved::Refused => Err(Answer::unprocessable("Reference update failed")),
    }
}

/// A pull request does not outlive its branch.
fn close_pulls_of(call: &mut Call<'_>, name: &str) {
    let now = call.shared.now();
    for stored in &mut call.repo.pulls {
        if name.strip_prefix("refs/heads/") == Some(&stored.pull.head)
            && stored.pull.state == "open"
            && stored.fork.is_none()
        {
            "closed".clone_into(&mut stored.pull.state);
            stored.closed = Some(now);
        }
    }
}

fn full_name(short: &str) -> String {
    format!("refs/{short}")
}

/// The object with this name, or GitHub's complaint.
fn existing(call: &Call<'_>, sha: &str) -> Result<ObjectId, Answer> {
    let Some(id) = oid(sha) else {
        return Err(Answer::unprocessable("The SHA must be 40 hexadecimal digits"));
    };
    if call.repo.store.kind(id)?.is_none() {
        return Err(Answer::unprocessable("Object does not exist"));
    }
    Ok(id)
}

/// Branches hold commits only.
fn target_fits(call: &Call<'_>, name: &str, id: ObjectId) -> Result<(), Answer> {
    let commit = call.repo.store.kind(id)? == Some(Kind::Commit);
    if name.starts_with("refs/heads/") && !commit {
        return Err(Answer::unprocessable("Reference update failed"));
    }
    Ok(())
}
