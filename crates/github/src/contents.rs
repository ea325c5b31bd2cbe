//! Files of a commit.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::api::{encode, encode_query};
use crate::{Error, Oid, Repository};

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileContents {
    /// The blob.
    pub id: Oid,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct WireBlob {
    sha: Oid,
    content: String,
}

#[derive(Deserialize)]
struct WireContents {
    sha: Oid,
    r#type: String,
}

impl Repository {
    /// The blob a path has in a branch, tag or commit; `None` where there is no such file.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or the path is a folder.
    pub async fn file_id(&self, path: &str, at: &str) -> Result<Option<Oid>, Error> {
        let path = self.path(&format!("/contents/{}?ref={}", encode(path), encode_query(at)));
        let Some(found) = self.github.find::<WireContents>(&path).await? else { return Ok(None) };
        Ok(Some(found).filter(|found| found.r#type == "file").map(|found| found.sha))
    }

    /// A file of a branch, tag or commit, up to GitHub's 100 MB; `None` where there is none.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or the path is a folder.
    pub async fn file(&self, path: &str, at: &str) -> Result<Option<FileContents>, Error> {
        let Some(id) = self.file_id(path, at).await? else { return Ok(None) };
        let path = self.path(&format!("/git/blobs/{id}"));
        let blob: WireBlob = self.github.get(&path).await?;
        let text: String = blob.content.split_whitespace().collect();
        let bytes = STANDARD.decode(text);
        let bytes = bytes.map_err(|_| Error::answer(format!("GET {path}"), "not base64"))?;
        Ok(Some(FileContents { id: blob.sha, bytes }))
    }
}
