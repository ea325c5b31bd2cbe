//! Git data: blobs and commits.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::answer::{Answer, Outcome};
use crate::api::view;
use crate::call::{Call, Fields};
use crate::clock;
use crate::git::{CommitData, Kind, ObjectId, Person, oid};

/// Largest blob, as GitHub's documentation of the endpoint says: 100 MB.
const BLOB_LIMIT: usize = 100 * 1024 * 1024;

/// Base64 in lines of 60, as GitHub sends it.
pub(crate) fn base64_lines(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (at, letter) in STANDARD.encode(bytes).chars().enumerate() {
        if at > 0 && at % 60 == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Base64 with or without line ends.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let bare: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(bare).ok()
}

/// The object of the path's `sha` parameter, which must be 40 hex digits.
fn sha(call: &Call<'_>, name: &str) -> Result<ObjectId, Answer> {
    oid(call.input.param(name)).ok_or_else(|| {
        Answer::unprocessable(
            "The sha parameter must be exactly 40 characters and contain only [0-9a-f].",
        )
    })
}

/// `POST /repos/{owner}/{repo}/git/blobs`
pub(crate) fn create_blob(call: &mut Call<'_>) -> Outcome {
    let body = call.input.body(&["content", "encoding"])?;
    let content = body.required("content")?;
    let bytes = match body.text("encoding")?.as_deref() {
        None | Some("utf-8") => content.into_bytes(),
        Some("base64") => decode_base64(&content)
            .ok_or_else(|| Answer::unprocessable("content is not valid Base64"))?,
        Some(_) => return Err(Answer::unprocessable("encoding must be 'utf-8' or 'base64'")),
    };
    if bytes.len() > BLOB_LIMIT {
        return Err(Answer::unprocessable("The blob is too large"));
    }
    let id = call.repo.store.write_blob(&bytes)?;
    let url = call.url(&format!("/git/blobs/{id}"));
    let location = url.clone();
    Ok(Answer::created(json!({ "sha": id.to_string(), "url": url })).header("location", &location))
}

/// `GET /repos/{owner}/{repo}/git/blobs/{file_sha}`
pub(crate) fn get_blob(call: &mut Call<'_>) -> Outcome {
    let id = sha(call, "file_sha")?;
    let bytes = call.repo.store.blob(id)?.ok_or_else(Answer::not_found)?;
    if call.input.accept.contains("raw") {
        return Ok(Answer::bytes(bytes, "application/octet-stream"));
    }
    Ok(Answer::ok(json!({
        "sha": id.to_string(),
        "node_id": view::node_id("Blob", &id.to_string()),
        "size": bytes.len(),
        "url": call.url(&format!("/git/blobs/{id}")),
        "content": base64_lines(&bytes),
        "encoding": "base64",
    })))
}

/// `GET /repos/{owner}/{repo}/git/commits/{commit_sha}`
pub(crate) fn get_commit(call: &mut Call<'_>) -> Outcome {
    let id = oid(call.input.param("commit_sha")).ok_or_else(Answer::not_found)?;
    let commit = call.repo.store.commit(id)?.ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(call.git_commit(id, &commit)))
}

/// A person from the body; the date falls back to `now`.
pub(crate) fn person(fields: &Fields, now: i64) -> Result<Person, Answer> {
    let date = fields.text("date")?;
    let (seconds, offset) = match date {
        None => (now, 0),
        Some(date) => clock::parse(&date)
            .ok_or_else(|| Answer::unprocessable("date is not an ISO 8601 timestamp"))?,
    };
    let (name, email) = (fields.required("name")?, fields.required("email")?);
    if name.trim().is_empty() || name.contains(['<', '>', '\n']) || email.contains(['<', '>', '\n'])
    {
        return Err(Answer::unprocessable("author or committer is malformed"));
    }
    Ok(Person { name, email, seconds, offset })
}

const PERSON: &[&str] = &["name", "email", "date"];

/// `POST /repos/{owner}/{repo}/git/commits`
pub(crate) fn create_commit(call: &mut Call<'_>) -> Outcome {
    let body =
        call.input.body(&["message", "tree", "parents", "author", "committer", "signature"])?;
    let tree = oid(&body.required("tree")?)
        .ok_or_else(|| Answer::unprocessable("Tree SHA does not exist"))?;
    if !tree.is_empty_tree() && call.repo.store.kind(tree)? != Some(Kind::Tree) {
        return Err(Answer::unprocessable("Tree SHA does not exist"));
    }
    let mut parents = Vec::new();
    for parent in body.list("parents")?.unwrap_or_default() {
        let parent = parent.as_str().and_then(oid);
        match parent {
            Some(id) if call.repo.store.kind(id)? == Some(Kind::Commit) => parents.push(id),
            _ => {
                return Err(Answer::unprocessable(
                    "Parent SHA does not exist or is not a commit object",
                ));
            }
        }
    }
    let now = call.shared.now();
    let author = body.object("author", PERSON)?.map(|fields| person(&fields, now)).transpose()?;
    let committer =
        body.object("committer", PERSON)?.map(|fields| person(&fields, now)).transpose()?;
    let message = body.required("message")?;
    let mut commit = new_commit(call, now, author, committer);
    commit.tree = tree;
    commit.parents = parents;
    commit.message = message;
    match body.text("signature")? {
        Some(signature) => commit.signature = Some(signature),
        None if commit.signature.is_some() => {
            commit.signature = Some(view::sign(&commit.payload()));
        }
        None => {}
    }
    let id = call.repo.store.write_commit(&commit)?;
    let location = call.url(&format!("/git/commits/{id}"));
    Ok(Answer::created(call.git_commit(id, &commit)).header("location", &location))
}

/// Author and committer as GitHub fills them in. Without both, and asked by an app, GitHub commits
/// itself and signs; a user's token gets no signature.
fn new_commit(
    call: &Call<'_>,
    now: i64,
    author: Option<Person>,
    committer: Option<Person>,
) -> CommitData {
    let own = own_identity(call, now);
    let installation = call.input.actor.as_ref().is_some_and(crate::access::Token::is_installation);
    let signed = installation && author.is_none() && committer.is_none();
    let author = author.unwrap_or(own);
    let committer = match committer {
        Some(committer) => committer,
        None if signed => github(now),
        None => author.clone(),
    };
    CommitData {
        tree: ObjectId::empty_tree(gix::hash::Kind::Sha1),
        parents: Vec::new(),
        author,
        committer,
        message: String::new(),
        signature: signed.then(String::new),
    }
}

/// The account behind the token, as an author.
pub(crate) fn own_identity(call: &Call<'_>, now: i64) -> Person {
    let token = call.input.actor.as_ref();
    Person {
        name: call.login(),
        email: token.map_or_else(|| "ghost@localhost".to_owned(), crate::access::Token::email),
        seconds: now,
        offset: 0,
    }
}

/// The committer of commits GitHub makes and signs itself.
pub(crate) fn github(now: i64) -> Person {
    Person {
        name: "GitHub".to_owned(),
        email: "noreply@github.com".to_owned(),
        seconds: now,
        offset: 0,
    }
}
