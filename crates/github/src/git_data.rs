//! Blobs, trees, commits and tag objects. Making one twice is harmless: they are named by their
//! content, and nothing points at the second.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::commits::{GitCommit, Named, Verification};
use crate::references::WireObject;
use crate::{Commit, Error, ObjectKind, Oid, Repository, Signature};

/// The mode of a file in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// An ordinary file.
    #[serde(rename = "100644")]
    File,
    /// A file that can be run.
    #[serde(rename = "100755")]
    Executable,
    /// A symbolic link; its blob is the target.
    #[serde(rename = "120000")]
    Link,
    /// A folder.
    #[serde(rename = "040000")]
    Folder,
    /// A submodule.
    #[serde(rename = "160000")]
    Submodule,
}

/// An entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TreeEntry {
    /// Relative to the tree.
    pub path: String,
    /// Its mode.
    pub mode: Mode,
    /// Blob, tree or commit.
    #[serde(rename = "sha")]
    pub id: Oid,
}

/// A change to a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewTreeEntry {
    /// Relative to the root, with `/`.
    pub path: String,
    /// The new mode.
    pub mode: Mode,
    /// The new blob; `None` removes the path.
    #[serde(rename = "sha")]
    pub id: Option<Oid>,
}

/// A commit to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewCommit {
    /// The whole message.
    pub message: String,
    /// Its directory.
    pub tree: Oid,
    /// Its parents.
    pub parents: Vec<Oid>,
    /// Without an author GitHub takes the token's owner, and signs the commit when that is an app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Signature>,
    /// Without a committer GitHub takes the author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub committer: Option<Signature>,
    /// An armored signature of the commit's bytes, which GitHub stores as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// An annotated tag to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTag {
    /// Without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub target: Oid,
    /// The message.
    pub message: String,
    /// Without a tagger GitHub takes the token's owner.
    pub tagger: Option<Signature>,
}

/// An annotated tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagObject {
    /// Its own name as an object.
    pub id: Oid,
    /// Without `refs/tags/`.
    pub name: String,
    /// What it points at.
    pub target: Oid,
    /// What that is.
    pub kind: ObjectKind,
    /// The message.
    pub message: String,
    /// Who made it.
    pub tagger: Option<Signature>,
    /// What a signature at the message's end covers, where GitHub finds one there.
    pub payload: Option<String>,
}

#[derive(Deserialize)]
struct WireTag {
    sha: Oid,
    tag: String,
    message: String,
    tagger: Option<Signature>,
    object: WireObject,
    #[serde(default)]
    verification: Option<Verification>,
}

#[derive(Deserialize)]
struct WireTree {
    tree: Vec<serde_json::Value>,
    #[serde(default)]
    truncated: bool,
}

impl From<WireTag> for TagObject {
    fn from(wire: WireTag) -> Self {
        Self {
            id: wire.sha,
            name: wire.tag,
            target: wire.object.sha,
            kind: wire.object.r#type,
            message: wire.message,
            tagger: wire.tagger,
            payload: wire.verification.and_then(|verification| verification.payload),
        }
    }
}

impl Repository {
    /// Stores bytes as a blob.
    ///
    /// # Errors
    /// When GitHub refuses.
    pub async fn create_blob(&self, bytes: &[u8]) -> Result<Oid, Error> {
        let path = self.path("/git/blobs");
        let body = serde_json::json!({ "content": STANDARD.encode(bytes), "encoding": "base64" });
        let send = || self.github.post::<Named>(&path, &body);
        Ok(self.github.repeat(send).await?.sha)
    }

    /// Stores a tree: `base` with the changes.
    ///
    /// # Errors
    /// When GitHub refuses.
    pub async fn create_tree(&self, base: &Oid, entries: &[NewTreeEntry]) -> Result<Oid, Error> {
        let path = self.path("/git/trees");
        let entries: Vec<_> = entries
            .iter()
            .map(|entry| serde_json::json!({ "path": entry.path, "mode": entry.mode, "type": "blob", "sha": entry.id }))
            .collect();
        let body = serde_json::json!({ "base_tree": base, "tree": entries });
        let send = || self.github.post::<Named>(&path, &body);
        Ok(self.github.repeat(send).await?.sha)
    }

    /// The entries of one folder.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or the folder has more entries than it lists.
    pub async fn get_tree(&self, id: &Oid) -> Result<Vec<TreeEntry>, Error> {
        let path = self.path(&format!("/git/trees/{id}"));
        let wire: WireTree = self.github.get(&path).await?;
        if wire.truncated {
            return Err(Error::answer(format!("GET {path}"), "the folder is too large"));
        }
        let entries = wire.tree.into_iter().map(serde_json::from_value);
        entries
            .collect::<Result<_, _>>()
            .map_err(|error| Error::answer(format!("GET {path}"), error.to_string()))
    }

    /// Stores a commit. No branch moves.
    ///
    /// # Errors
    /// When GitHub refuses.
    pub async fn create_commit(&self, new: &NewCommit) -> Result<Commit, Error> {
        let path = self.path("/git/commits");
        let send = || self.github.post::<GitCommit>(&path, new);
        Ok(self.github.repeat(send).await?.into())
    }

    /// Stores an annotated tag. No reference is made.
    ///
    /// # Errors
    /// When GitHub refuses.
    pub async fn create_tag_object(&self, new: &NewTag) -> Result<TagObject, Error> {
        let path = self.path("/git/tags");
        let mut body = serde_json::json!({
            "tag": new.name, "message": new.message, "object": new.target, "type": "commit",
        });
        if let (Some(tagger), Some(body)) = (&new.tagger, body.as_object_mut()) {
            let mut value = serde_json::json!({ "name": tagger.name, "email": tagger.email });
            if let (Some(date), Some(value)) = (&tagger.date, value.as_object_mut()) {
                value.insert("date".into(), date.clone().into());
            }
            body.insert("tagger".into(), value);
        }
        let send = || self.github.post::<WireTag>(&path, &body);
        Ok(self.github.repeat(send).await?.into())
    }

    /// An annotated tag by the name of its object.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn get_tag_object(&self, id: &Oid) -> Result<Option<TagObject>, Error> {
        let path = self.path(&format!("/git/tags/{id}"));
        Ok(self.github.find::<WireTag>(&path).await?.map(Into::into))
    }

    /// The commit a tag leads to, through annotated tags; `None` when there is no such tag.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or tags lead to tags without end.
    pub async fn tag_commit(&self, name: &str) -> Result<Option<Oid>, Error> {
        let Some(reference) = self.get_ref(&format!("refs/tags/{name}")).await? else {
            return Ok(None);
        };
        let (mut target, mut kind) = (reference.target, reference.kind);
        for _ in 0..8 {
            if kind != ObjectKind::Tag {
                return Ok(Some(target));
            }
            let Some(tag) = self.get_tag_object(&target).await? else { return Ok(Some(target)) };
            (target, kind) = (tag.target, tag.kind);
        }
        Err(Error::answer("GET /git/tags", "tags lead to tags without end"))
    }
}
