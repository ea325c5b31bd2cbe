//! Comments on issues and pull requests.

use serde_json::{Value, json};

use crate::answer::{Answer, Outcome};
use crate::api::view;
use crate::call::Call;
use crate::clock::rfc3339;
use crate::inspect::Comment;
use crate::world::StoredComment;

/// Longest text of a comment, in characters.
const BODY_LIMIT: usize = 65_536;

fn show(call: &Call<'_>, stored: &StoredComment) -> Value {
    let comment = &stored.comment;
    let url = call.url(&format!("/issues/comments/{}", comment.id));
    let page = call.input.urls.html(call.repo, &format!("/pull/{}", comment.issue));
    json!({
        "id": comment.id,
        "node_id": view::node_id("IssueComment", &comment.id.to_string()),
        "url": url,
        "html_url": format!("{page}#issuecomment-{}", comment.id),
        "body": comment.body,
        "user": view::user(&call.input.urls, &comment.login),
        "created_at": rfc3339(stored.created),
        "updated_at": rfc3339(stored.updated),
        "issue_url": call.url(&format!("/issues/{}", comment.issue)),
        "author_association": "CONTRIBUTOR",
        "performed_via_github_app": null,
    })
}

fn text(call: &Call<'_>) -> Result<String, Answer> {
    let body = call.input.body(&["body"])?.required("body")?;
    if body.chars().count() > BODY_LIMIT {
        let text = format!("body is too long (maximum is {BODY_LIMIT} characters)");
        return Err(Answer::custom("IssueComment", "body", &text));
    }
    Ok(body)
}

/// The pull request (the stand-in has no other issues) the path names.
fn issue(call: &Call<'_>) -> Result<u64, Answer> {
    let number = call.input.number("issue_number")?;
    let known = call.repo.pulls.iter().any(|stored| stored.pull.number == number);
    if known { Ok(number) } else { Err(Answer::not_found()) }
}

/// `GET /repos/{owner}/{repo}/issues/{issue_number}/comments`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let issue = issue(call)?;
    let of_issue = call.repo.comments.iter().filter(|stored| stored.comment.issue == issue);
    let items = of_issue.map(|stored| show(call, stored)).collect();
    Ok(call.input.page(&call.url(&format!("/issues/{issue}/comments")), items))
}

/// `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let (issue, body) = (issue(call)?, text(call)?);
    let (id, now) = (call.shared.id(), call.shared.now());
    let comment = Comment { id, issue, body, login: call.login() };
    let stored = StoredComment { comment, created: now, updated: now };
    let answer = show(call, &stored);
    call.repo.comments.push(stored);
    Ok(Answer::created(answer))
}

/// `POST /repos/{owner}/{repo}/issues/{issue_number}/labels`
pub(crate) fn label(call: &mut Call<'_>) -> Outcome {
    let issue = issue(call)?;
    let given = call.input.body(&["labels"])?.list("labels")?.unwrap_or_default();
    for label in given.iter().filter_map(Value::as_str) {
        let label = (issue, label.to_owned());
        if !call.repo.labels.contains(&label) {
            call.repo.labels.push(label);
        }
    }
    let own = call.repo.labels.iter().filter(|(number, _)| *number == issue);
    let show = |(index, (_, name)): (usize, &(u64, String))| {
        json!({
            "id": index + 1,
            "node_id": view::node_id("Label", name),
            "url": call.url(&format!("/labels/{name}")),
            "name": name,
            "description": null,
            "color": "ededed",
            "default": false,
        })
    };
    Ok(Answer::ok(own.enumerate().map(show).collect::<Vec<_>>().into()))
}

fn find(call: &Call<'_>) -> Result<usize, Answer> {
    let id = call.input.number("comment_id")?;
    let found = call.repo.comments.iter().position(|stored| stored.comment.id == id);
    found.ok_or_else(Answer::not_found)
}

/// `PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let (index, body) = (find(call)?, text(call)?);
    let now = call.shared.now();
    let stored = call.repo.comments.get_mut(index).ok_or_else(Answer::not_found)?;
    stored.comment.body = body;
    stored.updated = now;
    let stored = call.repo.comments.get(index).ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(show(call, stored)))
}

/// `DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}`
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let index = find(call)?;
    call.repo.comments.remove(index);
    Ok(Answer::no_content())
}
