//! Branches and tags as references.

use serde::{Deserialize, Serialize};

use crate::api::encode;
use crate::{Error, Kind, Oid, Repository};

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// An annotated tag.
    Tag,
    /// A directory.
    Tree,
    /// A file.
    Blob,
}

/// A reference and what it points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// In full: `refs/heads/main`.
    pub name: String,
    /// What it points at; for an annotated tag the tag object.
    pub target: Oid,
    /// What that is.
    pub kind: ObjectKind,
}

#[derive(Deserialize)]
pub(crate) struct WireReference {
    r#ref: String,
    object: WireObject,
}

#[derive(Deserialize)]
pub(crate) struct WireObject {
    pub(crate) sha: Oid,
    pub(crate) r#type: ObjectKind,
}

impl From<WireReference> for Reference {
    fn from(wire: WireReference) -> Self {
        Self { name: wire.r#ref, target: wire.object.sha, kind: wire.object.r#type }
    }
}

/// `heads/main` for `refs/heads/main`, as the addresses want it.
fn short(name: &str) -> &str {
    name.strip_prefix("refs/").unwrap_or(name)
}

impl Repository {
    /// The commit a branch is at; `None` when there is no such branch.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn branch_head(&self, branch: &str) -> Result<Option<Oid>, Error> {
        let found = self.get_ref(&format!("refs/heads/{branch}")).await?;
        Ok(found.map(|reference| reference.target))
    }

    /// A reference by its full name; `None` when there is none, also in an empty repository.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn get_ref(&self, name: &str) -> Result<Option<Reference>, Error> {
        let path = self.path(&format!("/git/ref/{}", encode(short(name))));
        match self.github.find::<WireReference>(&path).await {
            Ok(found) => Ok(found.map(Into::into).filter(|found: &Reference| found.name == name)),
            // "Git Repository is empty."
            Err(error) if *error.kind() == Kind::Conflict => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All references whose full name starts with `prefix`, such as `refs/tags/v1.`.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn matching_refs(&self, prefix: &str) -> Result<Vec<Reference>, Error> {
        let path = self.path(&format!("/git/matching-refs/{}", encode(short(prefix))));
        // This list has no pages: all references come at once.
        let found: Vec<WireReference> = match self.github.get(&path).await {
            Err(error) if *error.kind() == Kind::Conflict => Vec::new(),
            other => other?,
        };
        Ok(found.into_iter().map(Into::into).collect())
    }

    /// Creates a reference. One that is there with the same target is what was wanted.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`] when it is there with another target.
    pub async fn create_ref(&self, name: &str, target: &Oid) -> Result<Reference, Error> {
        let body = serde_json::json!({ "ref": name, "sha": target });
        let path = self.path("/git/refs");
        let same = || async {
            let found = self.get_ref(name).await?;
            Ok(found.filter(|found| found.target == *target))
        };
        let send =
            || async { self.github.post::<WireReference>(&path, &body).await.map(Into::into) };
        match self.github.create(send, same).await {
            Err(error) if *error.kind() == Kind::AlreadyExists => same().await?.ok_or(error),
            other => other,
        }
    }

    /// Moves a reference forward. It is never forced.
    ///
    /// # Errors
    /// [`Kind::Moved`] when `target` does not descend from where it is.
    pub async fn update_ref(&self, name: &str, target: &Oid) -> Result<Reference, Error> {
        let path = self.path(&format!("/git/refs/{}", encode(short(name))));
        let body = serde_json::json!({ "sha": target, "force": false });
        self.github.patch::<WireReference>(&path, &body).await.map(Into::into)
    }

    /// Moves a reference wherever it is: for tags that are meant to move, such as `v1`.
    ///
    /// # Errors
    /// When GitHub refuses, as by a ruleset.
    pub async fn force_ref(&self, name: &str, target: &Oid) -> Result<Reference, Error> {
        let path = self.path(&format!("/git/refs/{}", encode(short(name))));
        let body = serde_json::json!({ "sha": target, "force": true });
        self.github.patch::<WireReference>(&path, &body).await.map(Into::into)
    }

    /// Deletes a reference; one that is gone is what was wanted.
    ///
    /// # Errors
    /// When GitHub refuses.
    pub async fn delete_ref(&self, name: &str) -> Result<(), Error> {
        let path = self.path(&format!("/git/refs/{}", encode(short(name))));
        match self.github.delete(&path).await {
            Err(error) if error.message().contains("Reference does not exist") => Ok(()),
            other => other,
        }
    }
}
