//! Pull requests, as far as a release or a version bump needs them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::answer::{Answer, Outcome};
use crate::api::commits;
use crate::api::view;
use crate::call::Call;
use crate::clock::rfc3339;
use crate::git::ObjectId;
use crate::inspect::{Mergeable, PullRequest};
use crate::world::StoredPull;

/// Longest description, in characters.
const BODY_LIMIT: usize = 65_536;

/// `pull-request`; `full` adds what only one pull request shows.
fn show(call: &Call<'_>, stored: &StoredPull, full: bool) -> Result<Value, Answer> {
    let pull = &stored.pull;
    let urls = &call.input.urls;
    let url = call.url(&format!("/pulls/{}", pull.number));
    let issue = call.url(&format!("/issues/{}", pull.number));
    let html = urls.html(call.repo, &format!("/pull/{}", pull.number));
    let mut head = side(call, &pull.head)?;
    if let Some(fork) = &stored.fork {
        head["label"] = json!(format!("{fork}:{}", pull.head));
        head["user"] = view::user(urls, fork);
        head["repo"]["full_name"] = json!(format!("{fork}/{}", call.repo.name));
        head["repo"]["owner"] = view::user(urls, fork);
        head["repo"]["fork"] = json!(true);
    }
    let base = side(call, &pull.base)?;
    let statuses = call.url(&format!("/statuses/{}", head["sha"].as_str().unwrap_or_default()));
    let link = |href: String| json!({ "href": href });
    let mut value = json!({
        "url": url,
        "id": stored.id,
        "node_id": view::node_id("PullRequest", &stored.id.to_string()),
        "html_url": html,
        "diff_url": format!("{html}.diff"),
        "patch_url": format!("{html}.patch"),
        "issue_url": issue,
        "number": pull.number,
        "state": pull.state,
        "locked": false,
        "title": pull.title,
        "user": view::user(urls, &stored.author),
        "body": pull.body,
        "created_at": rfc3339(stored.created),
        "updated_at": rfc3339(stored.closed.unwrap_or(stored.created)),
        "closed_at": stored.closed.map(rfc3339),
        "merged_at": pull.merged.as_ref().and(stored.closed).map(rfc3339),
        "merge_commit_sha": pull.merged,
        "assignee": null,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [],
        "milestone": null,
        "draft": pull.draft,
        "commits_url": format!("{url}/commits"),
        "review_comments_url": format!("{url}/comments"),
        "review_comment_url": format!("{}{{/number}}", call.url("/pulls/comments")),
        "comments_url": format!("{issue}/comments"),
        "statuses_url": statuses,
        "head": head,
        "base": base,
        "_links": {
            "self": link(url.clone()),
            "html": link(html.clone()),
            "issue": link(issue.clone()),
            "comments": link(format!("{issue}/comments")),
            "review_comments": link(format!("{url}/comments")),
            "review_comment": link(format!("{}{{/number}}", call.url("/pulls/comments"))),
            "commits": link(format!("{url}/commits")),
            "statuses": link(statuses.clone()),
        },
        "author_association": "CONTRIBUTOR",
        "auto_merge": null,
    });
    if full {
        add_details(call, stored, &mut value)?;
    }
    Ok(value)
}

/// What only a single pull request tells.
fn add_details(call: &Call<'_>, stored: &StoredPull, value: &mut Value) -> Result<(), Answer> {
    let pull = &stored.pull;
    for name in
        ["comments", "review_comments", "commits", "additions", "deletions", "changed_files"]
    {
        value[name] = json!(0);
    }
    value["merged"] = json!(pull.merged.is_some());
    value["merged_by"] = match pull.merged {
        Some(_) => view::user(&call.input.urls, &stored.author),
        None => Value::Null,
    };
    let (mergeable, state) = match pull.mergeable {
        _ if pull.state != "open" => (Value::Null, "unknown"),
        Mergeable::Yes | Mergeable::After(0) => (json!(true), "clean"),
        Mergeable::No => (json!(false), "dirty"),
        Mergeable::After(_) => (Value::Null, "unknown"),
    };
    value["rebaseable"] = mergeable.clone();
    value["mergeable"] = mergeable;
    value["mergeable_state"] = json!(state);
    value["commits"] = json!(new_commits(call, stored)?.len());
    value["maintainer_can_modify"] = json!(false);
    Ok(())
}

fn side(call: &Call<'_>, branch: &str) -> Result<Value, Answer> {
    let id = call.repo.store.reference(&format!("refs/heads/{branch}"))?;
    Ok(json!({
        "label": format!("{}:{branch}", call.repo.owner),
        "ref": branch,
        "sha": id.map_or_else(|| "0".repeat(40), |id| id.to_string()),
        "user": view::user(&call.input.urls, &call.repo.owner),
        "repo": view::repository(&call.input.urls, call.repo, None),
    }))
}

/// The branch of `head`, which may name the owner: `octo:branch`.
fn own_branch(call: &Call<'_>, text: &str) -> Option<String> {
    match text.split_once(':') {
        Some((owner, branch)) => {
            owner.eq_ignore_ascii_case(&call.repo.owner).then(|| branch.to_owned())
        }
        None => Some(text.to_owned()),
    }
}

/// `POST /repos/{owner}/{repo}/pulls`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let fields =
        ["title", "head", "head_repo", "base", "body", "maintainer_can_modify", "draft", "issue"];
    let body = call.input.body(&fields)?;
    let (head, base) = (body.required("head")?, body.required("base")?);
    let title = body.text("title")?;
    let title = title.ok_or_else(|| Answer::invalid("PullRequest", "title", "missing_field"))?;
    let invalid = |field: &str| Answer::invalid("PullRequest", field, "invalid");
    let head = own_branch(call, &head).ok_or_else(|| invalid("head"))?;
    let tip = |branch: &str| call.repo.store.reference(&format!("refs/heads/{branch}"));
    let from = tip(&head)?.ok_or_else(|| invalid("head"))?;
    let to = tip(&base)?.ok_or_else(|| invalid("base"))?;
    let twin = call.repo.pulls.iter().any(|stored| {
        stored.pull.state == "open" && stored.pull.head == head && stored.pull.base == base
    });
    if twin {
        let text = format!("A pull request already exists for {}:{head}.", call.repo.owner);
        return Err(Answer::validation(&[
            json!({ "resource": "PullRequest", "code": "custom", "message": text }),
        ]));
    }
    if call.repo.store.is_ancestor(from, to)? {
        let text = format!("No commits between {base} and {head}");
        return Err(Answer::validation(&[
            json!({ "resource": "PullRequest", "code": "custom", "message": text }),
        ]));
    }
    let text = body.text("body")?;
    if text.as_ref().is_some_and(|text| text.chars().count() > BODY_LIMIT) {
        let text = format!("body is too long (maximum is {BODY_LIMIT} characters)");
        return Err(Answer::custom("PullRequest", "body", &text));
    }
    let actor = call.input.actor.as_ref();
    if call.repo.settings.no_pulls_by_workflows && actor.is_some_and(crate::Token::is_installation)
    {
        let text = "GitHub Actions is not permitted to create or approve pull requests.";
        return Err(Answer::error(403, text));
    }
    let pull = PullRequest {
        number: call.repo.next_number(),
        title,
        body: text,
        head,
        base,
        state: "open".to_owned(),
        draft: body.flag("draft")?.unwrap_or(false),
        mergeable: Mergeable::default(),
        merged: None,
    };
    let (id, created) = (call.shared.id(), call.shared.now());
    let stored = StoredPull { id, pull, author: call.login(), created, closed: None, fork: None };
    let answer = show(call, &stored, true)?;
    call.repo.pulls.push(stored);
    Ok(Answer::created(answer))
}

/// `GET /repos/{owner}/{repo}/pulls`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let state = call.input.query("state").unwrap_or("open");
    let head = call.input.query("head").map(|head| own_branch(call, head));
    let base = call.input.query("base");
    let items = call
        .repo
        .pulls
        .iter()
        .rev()
        .filter(|stored| state == "all" || stored.pull.state == state)
        .filter(|stored| head.as_ref().is_none_or(|head| head.as_ref() == Some(&stored.pull.head)))
        .filter(|stored| base.is_none_or(|base| base == stored.pull.base))
        .map(|stored| show(call, stored, false))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(call.input.page(&call.url("/pulls"), items))
}

fn find(call: &Call<'_>) -> Result<usize, Answer> {
    let number = call.input.number("pull_number")?;
    let found = call.repo.pulls.iter().position(|stored| stored.pull.number == number);
    found.ok_or_else(Answer::not_found)
}

/// `GET /repos/{owner}/{repo}/pulls/{pull_number}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let index = find(call)?;
    let stored = call.repo.pulls.get(index).ok_or_else(Answer::not_found)?;
    let answer = show(call, stored, true)?;
    let stored = call.repo.pulls.get_mut(index).ok_or_else(Answer::not_found)?;
    if let Mergeable::After(left) = stored.pull.mergeable {
        stored.pull.mergeable = Mergeable::After(left.saturating_sub(1));
    }
    Ok(Answer::ok(answer))
}

/// Commits that head has and base has not, oldest first.
fn new_commits(call: &Call<'_>, stored: &StoredPull) -> Result<Vec<ObjectId>, Answer> {
    let tip = |branch: &str| call.repo.store.reference(&format!("refs/heads/{branch}"));
    let Some(head) = tip(&stored.pull.head)? else { return Ok(Vec::new()) };
    let mut commits = call.repo.store.log(head, tip(&stored.pull.base)?)?;
    commits.reverse();
    Ok(commits)
}

/// `GET /repos/{owner}/{repo}/pulls/{pull_number}/commits`: at most 250.
pub(crate) fn commits(call: &mut Call<'_>) -> Outcome {
    let stored = call.repo.pulls.get(find(call)?).ok_or_else(Answer::not_found)?;
    let ids = new_commits(call, stored)?;
    let ids = ids.into_iter().take(250);
    let items = ids.map(|id| commits::show(call, id)).collect::<Result<Vec<Value>, Answer>>()?;
    Ok(call.input.page(&call.url(&format!("/pulls/{}/commits", stored.pull.number)), items))
}

/// The files of a commit.
fn blobs(call: &Call<'_>, commit: ObjectId) -> Result<BTreeMap<String, ObjectId>, Answer> {
    let tree = call.repo.store.commit(commit)?.ok_or_else(Answer::not_found)?.tree;
    let entries = call.repo.store.tree(tree, true)?.unwrap_or_default();
    let files = entries.into_iter().filter(|entry| entry.kind() == "blob");
    Ok(files.map(|entry| (entry.path, entry.id)).collect())
}

/// `GET /repos/{owner}/{repo}/pulls/{pull_number}/files`, without their contents.
pub(crate) fn files(call: &mut Call<'_>) -> Outcome {
    let stored = call.repo.pulls.get(find(call)?).ok_or_else(Answer::not_found)?;
    let tip = |branch: &str| call.repo.store.reference(&format!("refs/heads/{branch}"));
    let (Some(head), Some(base)) = (tip(&stored.pull.head)?, tip(&stored.pull.base)?) else {
        return Ok(call.input.page(&call.url("/pulls"), Vec::new()));
    };
    let base = call.repo.store.merge_base(base, head)?.unwrap_or(base);
    let (before, after) = (blobs(call, base)?, blobs(call, head)?);
    let mut files = Vec::new();
    for (path, blob) in &after {
        match before.get(path) {
            None => files.push((path.clone(), "added", *blob)),
            Some(old) if old != blob => files.push((path.clone(), "modified", *blob)),
            Some(_) => {}
        }
    }
    let is_gone = |path: &&String| !after.contains_key(*path);
    let gone = before.iter().filter(|(path, _)| is_gone(path));
    files.extend(gone.map(|(path, blob)| (path.clone(), "removed", *blob)));
    let show = |(path, status, blob): (String, &str, ObjectId)| {
        let raw = call.input.urls.html(call.repo, &format!("/raw/{head}/{path}"));
        json!({
            "sha": blob.to_string(),
            "filename": path,
            "status": status,
            "additions": 0,
            "deletions": 0,
            "changes": 0,
            "blob_url": call.input.urls.html(call.repo, &format!("/blob/{head}/{path}")),
            "raw_url": raw,
            "contents_url": call.url(&format!("/contents/{path}?ref={head}")),
        })
    };
    let items = files.into_iter().map(show).collect();
    Ok(call.input.page(&call.url(&format!("/pulls/{}/files", stored.pull.number)), items))
}

/// `PATCH /repos/{owner}/{repo}/pulls/{pull_number}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.input.body(&["title", "body", "state", "base", "maintainer_can_modify"])?;
    let index = find(call)?;
    let now = call.shared.now();
    let stored = call.repo.pulls.get_mut(index).ok_or_else(Answer::not_found)?;
    if let Some(title) = body.text("title")? {
        stored.pull.title = title;
    }
    if let Some(text) = body.text("body")? {
        stored.pull.body = Some(text);
    }
    if let Some(base) = body.text("base")? {
        stored.pull.base = base;
    }
    match body.text("state")?.as_deref() {
        None => {}
        Some("closed") => {
            "closed".clone_into(&mut stored.pull.state);
            stored.closed = Some(now);
        }
        Some("open") => {
            "open".clone_into(&mut stored.pull.state);
            stored.closed = None;
        }
        Some(_) => return Err(Answer::invalid("PullRequest", "state", "invalid")),
    }
    let stored = call.repo.pulls.get(index).ok_or_else(Answer::not_found)?;
    show(call, stored, true).map(Answer::ok)
}
