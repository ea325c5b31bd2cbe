//! Releases.

use serde_json::{Value, json};

use crate::access::Level;
use crate::answer::{Answer, Outcome};
use crate::api::guard::{self, Move, Refusal};
use crate::api::{assets, latest, notes, view};
use crate::call::{Call, Fields};
use crate::clock::rfc3339;
use crate::git::{Moved, ObjectId};
use crate::inspect::Release;
use crate::world::StoredRelease;

/// Longest text of a release, in characters.
const BODY_LIMIT: usize = 125_000;

/// `release`.
pub(crate) fn show(call: &Call<'_>, stored: &StoredRelease) -> Value {
    let release = &stored.release;
    let urls = &call.input.urls;
    let url = call.url(&format!("/releases/{}", release.id));
    // A draft has no tag of its own yet, and its page a made-up name.
    let page = if release.draft { untagged(release.id) } else { release.tag_name.clone() };
    let archive = |kind: &str| {
        if release.draft {
            return Value::Null;
        }
        json!(call.url(&format!("/{kind}/{}", release.tag_name)))
    };
    let assets: Vec<Value> =
        release.assets.iter().map(|asset| assets::show(call, stored, asset)).collect();
    json!({
        "url": url,
        "assets_url": format!("{url}/assets"),
        "upload_url": format!("{url}/assets{{?name,label}}"),
        "html_url": urls.html(call.repo, &format!("/releases/tag/{page}")),
        "id": release.id,
        "author": view::user(urls, &stored.author),
        "node_id": view::node_id("Release", &release.id.to_string()),
        "tag_name": release.tag_name,
        "target_commitish": release.target_commitish,
        "name": release.name,
        "draft": release.draft,
        "immutable": release.immutable,
        "prerelease": release.prerelease,
        "created_at": rfc3339(stored.created),
        "updated_at": rfc3339(stored.created),
        "published_at": stored.published.map(rfc3339),
        "assets": assets,
        "tarball_url": archive("tarball"),
        "zipball_url": archive("zipball"),
        "body": release.body,
    })
}

/// The made-up name in the address of a draft.
pub(crate) fn untagged(id: u64) -> String {
    format!("untagged-{:020x}", u128::from(id) * 0x9e37_79b9_7f4a_7c15 % (1 << 80))
}

/// Drafts are shown to those who may push.
fn sees_drafts(call: &Call<'_>) -> bool {
    call.input.actor.as_ref().is_some_and(|token| {
        token.reaches(&call.repo.full_name()) && token.permissions.allows("contents", Level::Write)
    })
}

/// Where the release with this number is, if the token may see it.
pub(crate) fn find(call: &Call<'_>, id: u64) -> Result<usize, Answer> {
    let drafts = sees_drafts(call);
    let found = call
        .repo
        .releases
        .iter()
        .position(|stored| stored.release.id == id && (drafts || !stored.release.draft));
    found.ok_or_else(Answer::not_found)
}

fn at<'a>(call: &'a Call<'_>, index: usize) -> Result<&'a StoredRelease, Answer> {
    call.repo.releases.get(index).ok_or_else(Answer::not_found)
}

/// `GET /repos/{owner}/{repo}/releases`: newest first.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let drafts = sees_drafts(call);
    let mut hidden = Vec::new();
    for stored in &mut call.repo.releases {
        if stored.lag > 0 {
            stored.lag -= 1;
            hidden.push(stored.release.id);
        }
    }
    let items = call
        .repo
        .releases
        .iter()
        .rev()
        .filter(|stored| drafts || !stored.release.draft)
        .filter(|stored| !hidden.contains(&stored.release.id))
        .map(|stored| show(call, stored))
        .collect();
    Ok(call.input.page(&call.url("/releases"), items))
}

/// `GET /repos/{owner}/{repo}/releases/{release_id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let index = find(call, call.input.number("release_id")?)?;
    Ok(Answer::ok(show(call, at(call, index)?)))
}

/// `GET /repos/{owner}/{repo}/releases/latest`
pub(crate) fn latest(call: &mut Call<'_>) -> Outcome {
    let id = call.repo.latest_release().ok_or_else(Answer::not_found)?;
    let index = find(call, id)?;
    Ok(Answer::ok(show(call, at(call, index)?)))
}

/// `GET /repos/{owner}/{repo}/releases/tags/{tag}`: published ones only.
pub(crate) fn by_tag(call: &mut Call<'_>) -> Outcome {
    let tag = call.input.param("tag");
    let found = call
        .repo
        .releases
        .iter()
        .find(|stored| !stored.release.draft && stored.release.tag_name == tag);
    Ok(Answer::ok(show(call, found.ok_or_else(Answer::not_found)?)))
}

const FIELDS: &[&str] = &[
    "tag_name",
    "target_commitish",
    "name",
    "body",
    "draft",
    "prerelease",
    "make_latest",
    "discussion_category_name",
];

/// `POST /repos/{owner}/{repo}/releases`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let mut allowed = FIELDS.to_vec();
    allowed.push("generate_release_notes");
    let body = call.input.body(&allowed)?;
    let tag_name = body.required("tag_name")?;
    let mut release = Release {
        id: 0,
        target_commitish: body
            .text("target_commitish")?
            .unwrap_or_else(|| call.repo.default_branch()),
        name: body.text("name")?,
        body: body.text("body")?,
        draft: body.flag("draft")?.unwrap_or(false),
        prerelease: body.flag("prerelease")?.unwrap_or(false),
        immutable: false,
        latest: false,
        assets: Vec::new(),
        tag_name,
    };
    let choice = latest::Choice::read(&body)?;
    if body.flag("generate_release_notes")?.unwrap_or(false) {
        let generated = notes::generate(call, &release.tag_name, None)?;
        release.name.get_or_insert(generated.name);
        let text = match release.body.take() {
            Some(own) => format!("{own}\n\n{}", generated.body),
            None => generated.body,
        };
        release.body = Some(text);
    }
    validate(call, &release, None)?;
    let published = if release.draft { None } else { Some(publish(call, &mut release)?) };
    release.id = call.shared.id();
    let created = call.shared.now();
    let stored = StoredRelease {
        release,
        author: call.login(),
        created,
        published,
        lag: call.repo.settings.list_lag,
    };
    latest::choose(call.repo, &stored, choice.unwrap_or(latest::Choice::True));
    let answer = show(call, &stored);
    let location = call.url(&format!("/releases/{}", stored.release.id));
    call.repo.releases.push(stored);
    Ok(Answer::created(answer).header("location", &location))
}

/// `PATCH /repos/{owner}/{repo}/releases/{release_id}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.input.body(FIELDS)?;
    let index = find(call, call.input.number("release_id")?)?;
    let mut stored = at(call, index)?.clone();
    let was_draft = stored.release.draft;
    let choice = latest::Choice::read(&body)?;
    apply(&body, &mut stored.release)?;
    let tag_changes = stored.release.tag_name != at(call, index)?.release.tag_name;
    if stored.release.immutable && (tag_changes || stored.release.draft) {
        return Err(Answer::custom(
            "Release",
            "tag_name",
            "Cannot change the tag of an immutable release",
        ));
    }
    validate(call, &stored.release, Some(stored.release.id))?;
    if !stored.release.draft && (was_draft || tag_changes) {
        stored.published = Some(publish(call, &mut stored.release)?);
    }
    if let Some(choice) = choice.or(was_draft.then_some(latest::Choice::True)) {
        latest::choose(call.repo, &stored, choice);
    }
    let answer = show(call, &stored);
    if let Some(place) = call.repo.releases.get_mut(index) {
        *place = stored;
    }
    Ok(Answer::ok(answer))
}

/// Takes over the members that were sent.
fn apply(body: &Fields, release: &mut Release) -> Result<(), Answer> {
    if let Some(tag) = body.text("tag_name")? {
        release.tag_name = tag;
    }
    if let Some(target) = body.text("target_commitish")? {
        release.target_commitish = target;
    }
    if let Some(name) = body.text("name")? {
        release.name = Some(name);
    }
    if let Some(text) = body.text("body")? {
        release.body = Some(text);
    }
    release.draft = body.flag("draft")?.unwrap_or(release.draft);
    release.prerelease = body.flag("prerelease")?.unwrap_or(release.prerelease);
    Ok(())
}

/// What GitHub checks before it makes or changes a release.
fn validate(call: &Call<'_>, release: &Release, own: Option<u64>) -> Result<(), Answer> {
    if release.tag_name.trim().is_empty() {
        return Err(Answer::invalid("Release", "tag_name", "missing_field"));
    }
    let length = release.body.as_ref().map_or(0, |body| body.chars().count());
    if length > BODY_LIMIT {
        let text = format!("body is too long (maximum is {BODY_LIMIT} characters)");
        return Err(Answer::custom("Release", "body", &text));
    }
    if own.is_none_or(|id| !owns_burnt(call, id, &release.tag_name))
        && call.repo.burnt.contains(&release.tag_name)
    {
        return Err(Answer::validation(&[
            json!({
                "resource": "Release", "code": "custom", "field": "tag_name",
                "message": "tag_name was used by an immutable release",
            }),
            json!({
                "resource": "Release", "code": "custom",
                "message": "Published releases must have a valid tag",
            }),
        ]));
    }
    let taken = call.repo.releases.iter().any(|stored| {
        !stored.release.draft
            && stored.release.tag_name == release.tag_name
            && Some(stored.release.id) != own
    });
    if taken && !release.draft {
        return Err(Answer::invalid("Release", "tag_name", "already_exists"));
    }
    Ok(())
}

fn owns_burnt(call: &Call<'_>, id: u64, tag: &str) -> bool {
    call.repo.releases.iter().any(|stored| {
        stored.release.id == id && stored.release.immutable && stored.release.tag_name == tag
    })
}

/// Makes the tag where there is none, and freezes the release where the owner wants that.
fn publish(call: &mut Call<'_>, release: &mut Release) -> Result<i64, Answer> {
    let name = format!("refs/tags/{}", release.tag_name);
    if call.repo.store.reference(&name)?.is_none() {
        let target = call.repo.store.resolve(&release.target_commitish)?;
        let target =
            target.ok_or_else(|| Answer::invalid("Release", "target_commitish", "invalid"))?;
        make_tag(call, &name, target)?;
    }
    if call.repo.settings.immutable_releases {
        release.immutable = true;
        call.repo.burnt.insert(release.tag_name.clone());
    }
    Ok(call.shared.now())
}

fn make_tag(call: &Call<'_>, name: &str, target: ObjectId) -> Result<(), Answer> {
    let change = Move { name, old: None, new: Some(target) };
    let refused = match guard::check(call.repo, &call.login(), change)? {
        None => call.repo.store.set_reference(name, None, target)? == Moved::Refused,
        Some(Refusal::Immutable) => true,
        Some(refusal) => {
            return Err(Answer::validation(&[
                json!({
                    "resource": "Release", "code": "custom", "field": "pre_receive",
                    "message": format!("pre_receive {}", refusal.message()),
                }),
                json!({
                    "resource": "Release", "code": "custom",
                    "message": "Published releases must have a valid tag",
                }),
            ]));
        }
    };
    if refused {
        return Err(Answer::custom("Release", "tag_name", "tag_name is not a valid tag"));
    }
    Ok(())
}

/// `DELETE /repos/{owner}/{repo}/releases/{release_id}`: the tag stays.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let index = find(call, call.input.number("release_id")?)?;
    let gone = call.repo.releases.remove(index);
    if call.repo.latest == Some(gone.release.id) {
        call.repo.latest = None;
    }
    Ok(Answer::no_content())
}
