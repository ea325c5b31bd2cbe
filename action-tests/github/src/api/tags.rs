//! Git data: annotated tags; and the list of tags.

use serde_json::{Value, json};

use crate::answer::{Answer, Outcome};
use crate::api::{data, view};
use crate::call::Call;
use crate::git::{Kind, ObjectId, TagData, oid};

fn show(call: &Call<'_>, id: ObjectId, tag: &TagData) -> Value {
    json!({
        "node_id": view::node_id("Tag", &id.to_string()),
        "tag": tag.name,
        "sha": id.to_string(),
        "url": call.url(&format!("/git/tags/{id}")),
        "message": tag.message,
        "tagger": view::person(&tag.tagger),
        "object": {
            "sha": tag.target.to_string(),
            "type": tag.kind.to_string(),
            "url": call.url(&format!("/git/{}s/{}", tag.kind, tag.target)),
        },
        "verification": verification(tag),
    })
}

/// The signature of a tag is the end of its message; the stand-in knows nobody's keys.
fn verification(tag: &TagData) -> Value {
    let start = ["-----BEGIN SSH SIGNATURE-----", "-----BEGIN PGP SIGNATURE-----"]
        .iter()
        .find_map(|begin| tag.message.rfind(begin));
    let signature = start.and_then(|start| tag.message.get(start..));
    let payload = tag.payload();
    let payload = signature.and_then(|signature| payload.strip_suffix(signature));
    json!({
        "verified": false,
        "reason": if signature.is_some() { "unknown_key" } else { "unsigned" },
        "signature": signature,
        "payload": payload,
        "verified_at": null,
    })
}

/// `GET /repos/{owner}/{repo}/git/tags/{tag_sha}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let id = oid(call.input.param("tag_sha")).ok_or_else(Answer::not_found)?;
    let tag = call.repo.store.tag(id)?.ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(show(call, id, &tag)))
}

/// `POST /repos/{owner}/{repo}/git/tags`: makes the object only, no reference.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.input.body(&["tag", "message", "object", "type", "tagger"])?;
    let kind = match body.required("type")?.as_str() {
        "commit" => Kind::Commit,
        "tree" => Kind::Tree,
        "blob" => Kind::Blob,
        _ => return Err(Answer::unprocessable("type must be one of commit, tree, blob")),
    };
    let target = oid(&body.required("object")?);
    let target = match target {
        Some(id) if call.repo.store.kind(id)? == Some(kind) => id,
        _ => return Err(Answer::unprocessable("Object does not exist or has another type")),
    };
    let now = call.shared.now();
    let tagger = body.object("tagger", &["name", "email", "date"])?;
    let tagger = match tagger {
        Some(fields) => data::person(&fields, now)?,
        None => data::own_identity(call, now),
    };
    let name = body.required("tag")?;
    let message = body.required("message")?;
    let tag = TagData { target, kind, name, tagger, message };
    let id = call.repo.store.write_tag(&tag)?;
    let location = call.url(&format!("/git/tags/{id}"));
    Ok(Answer::created(show(call, id, &tag)).header("location", &location))
}

/// `GET /repos/{owner}/{repo}/tags`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let mut items = Vec::new();
    for (name, id) in call.repo.store.references("refs/tags/")?.into_iter().rev() {
        let id = call.repo.store.peel(id)?;
        let short = name.trim_start_matches("refs/tags/");
        items.push(json!({
            "name": short,
            "node_id": view::node_id("Ref", &name),
            "commit": { "sha": id.to_string(), "url": call.url(&format!("/commits/{id}")) },
            "zipball_url": call.url(&format!("/zipball/{name}")),
            "tarball_url": call.url(&format!("/tarball/{name}")),
        }));
    }
    Ok(call.input.page(&call.url("/tags"), items))
}
