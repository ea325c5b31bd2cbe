//! Files of releases.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::Digest as _;

use crate::answer::{Answer, Outcome};
use crate::api::{releases, view};
use crate::call::Call;
use crate::clock::rfc3339;
use crate::inspect::Asset;
use crate::world::StoredRelease;

/// `release-asset`.
pub(crate) fn show(call: &Call<'_>, stored: &StoredRelease, asset: &Asset) -> Value {
    let urls = &call.input.urls;
    let uploaded = asset.state == "uploaded";
    let mut digest = "sha256:".to_owned();
    for byte in sha2::Sha256::digest(&asset.bytes) {
        // Writing to a string cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    let folder = if stored.release.draft {
        releases::untagged(stored.release.id)
    } else {
        stored.release.tag_name.clone()
    };
    let download = format!("/releases/download/{folder}/{}", asset.name);
    json!({
        "url": call.url(&format!("/releases/assets/{}", asset.id)),
        "id": asset.id,
        "node_id": view::node_id("ReleaseAsset", &asset.id.to_string()),
        "name": asset.name,
        "label": asset.label,
        "uploader": view::user(urls, &stored.author),
        "content_type": asset.content_type,
        "state": asset.state,
        "size": asset.bytes.len(),
        "digest": if uploaded { json!(digest) } else { Value::Null },
        "download_count": 0,
        "created_at": rfc3339(stored.created),
        "updated_at": rfc3339(stored.created),
        "browser_download_url": urls.html(call.repo, &download),
    })
}

/// Names keep letters, digits, `_`, `-`, `+`, `@`; runs of anything else become one dot, which does
/// not stay at the ends. A bare extension gets a name.
fn stored_name(name: &str) -> String {
    let keep = |letter: char| letter.is_ascii_alphanumeric() || "_-+@".contains(letter);
    let front = if name.starts_with('.') { "default" } else { "" };
    let pieces: Vec<String> = format!("{front}{name}")
        .split(|letter: char| !keep(letter))
        .filter(|piece| !piece.is_empty())
        .map(str::to_owned)
        .collect();
    let stored = pieces.join(".");
    if stored == name || stored.contains('.') { stored } else { format!("default.{stored}") }
}

/// `GET /repos/{owner}/{repo}/releases/{release_id}/assets`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let id = call.input.number("release_id")?;
    let index = releases::find(call, id)?;
    let stored = call.repo.releases.get(index).ok_or_else(Answer::not_found)?;
    let items = stored.release.assets.iter().map(|asset| show(call, stored, asset)).collect();
    Ok(call.input.page(&call.url(&format!("/releases/{id}/assets")), items))
}

/// `POST /repos/{owner}/{repo}/releases/{release_id}/assets`
pub(crate) fn upload(call: &mut Call<'_>) -> Outcome {
    add(call, "uploaded")
}

/// An upload that breaks off: the asset is left with state `starter`.
pub(crate) fn upload_breaks(call: &mut Call<'_>) -> Outcome {
    add(call, "starter")?;
    Err(Answer::error(502, "Bad Gateway"))
}

fn add(call: &mut Call<'_>, state: &str) -> Outcome {
    let index = releases::find(call, call.input.number("release_id")?)?;
    let name = call.input.query("name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Answer::invalid("ReleaseAsset", "name", "missing_field"))?;
    let name = stored_name(name);
    let content_type =
        call.input.content_type.clone().ok_or_else(|| {
            Answer::error(415, "Content type is missing: set a content-type header")
        })?;
    if call.input.body.is_empty() {
        return Err(Answer::error(400, "Bad Content-Length: the body is empty"));
    }
    let id = call.shared.id();
    let stored = call.repo.releases.get_mut(index).ok_or_else(Answer::not_found)?;
    if stored.release.immutable {
        return Err(Answer::unprocessable("Cannot upload assets to an immutable release"));
    }
    if stored.release.assets.iter().any(|asset| asset.name == name) {
        return Err(Answer::invalid("ReleaseAsset", "name", "already_exists"));
    }
    let asset = Asset {
        id,
        name,
        label: call.input.query("label").map(str::to_owned),
        content_type,
        state: state.to_owned(),
        // What arrived before the upload broke off does not count for GitHub.
        bytes: if state == "uploaded" { call.input.body.to_vec() } else { Vec::new() },
    };
    stored.release.assets.push(asset.clone());
    let stored = call.repo.releases.get(index).ok_or_else(Answer::not_found)?;
    Ok(Answer::created(show(call, stored, &asset)))
}

/// Where an asset is: its release and its place there.
fn find(call: &Call<'_>) -> Result<(usize, usize), Answer> {
    let id = call.input.number("asset_id")?;
    for (index, stored) in call.repo.releases.iter().enumerate() {
        if let Some(place) = stored.release.assets.iter().position(|asset| asset.id == id) {
            releases::find(call, stored.release.id)?;
            return Ok((index, place));
        }
    }
    Err(Answer::not_found())
}

/// `GET /repos/{owner}/{repo}/releases/assets/{asset_id}`; the bytes for `application/octet-stream`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let (index, place) = find(call)?;
    let stored = call.repo.releases.get(index).ok_or_else(Answer::not_found)?;
    let asset = stored.release.assets.get(place).ok_or_else(Answer::not_found)?;
    if call.input.accept.contains("application/octet-stream") {
        return Ok(Answer::bytes(asset.bytes.clone(), &asset.content_type));
    }
    Ok(Answer::ok(show(call, stored, asset)))
}

/// `PATCH /repos/{owner}/{repo}/releases/assets/{asset_id}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.input.body(&["name", "label", "state"])?;
    let (index, place) = find(call)?;
    let (name, label) = (body.text("name")?, body.text("label")?);
    let stored = call.repo.releases.get_mut(index).ok_or_else(Answer::not_found)?;
    if stored.release.immutable {
        return Err(Answer::unprocessable("Cannot update assets of an immutable release"));
    }
    let asset = stored.release.assets.get_mut(place).ok_or_else(Answer::not_found)?;
    if let Some(name) = name {
        asset.name = stored_name(&name);
    }
    asset.label = label.or_else(|| asset.label.take());
    let asset = asset.clone();
    let stored = call.repo.releases.get(index).ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(show(call, stored, &asset)))
}

/// `DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}`
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let (index, place) = find(call)?;
    let stored = call.repo.releases.get_mut(index).ok_or_else(Answer::not_found)?;
    if stored.release.immutable {
        return Err(Answer::unprocessable("Cannot delete assets of an immutable release"));
    }
    stored.release.assets.remove(place);
    Ok(Answer::no_content())
}

/// `GET /{owner}/{repo}/releases/download/{tag}/{name}`: the file itself.
pub(crate) fn download(call: &mut Call<'_>) -> Outcome {
    let path = call.input.param("path");
    let (tag, name) = path.rsplit_once('/').ok_or_else(Answer::not_found)?;
    let published =
        |stored: &&StoredRelease| !stored.release.draft && stored.release.tag_name == tag;
    let asset = call
        .repo
        .releases
        .iter()
        .find(published)
        .and_then(|stored| stored.release.assets.iter().find(|asset| asset.name == name))
        .ok_or_else(Answer::not_found)?;
    Ok(Answer::bytes(asset.bytes.clone(), &asset.content_type))
}
