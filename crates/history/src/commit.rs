//! Commits, decoded.

use gix::bstr::{BStr, ByteSlice as _};

use crate::{HistoryError, Oid, Repository};

/// A person in a commit or tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Name; broken UTF-8 is replaced.
    pub name: String,
    /// Address; broken UTF-8 is replaced.
    pub email: String,
}

/// A point in time as git stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Seconds since 1970-01-01 UTC.
    pub seconds: i64,
    /// Offset of the local time from UTC, in seconds.
    pub offset: i32,
}

/// A commit with what release tools read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: Oid,
    /// Its parents, in order.
    pub parents: Vec<Oid>,
    /// The whole message, as stored: final line feed and all.
    pub message: String,
    /// Who wrote it.
    pub author: Person,
    /// When it was written; the offset is the author's.
    pub authored: Time,
    /// When it was committed.
    pub committed: Time,
}

impl Commit {
    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// More than one parent.
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}

pub(crate) fn time(time: gix::date::Time) -> Time {
    Time { seconds: time.seconds, offset: time.offset }
}

pub(crate) fn person(signature: &gix::actor::SignatureRef<'_>) -> Person {
    Person { name: text(signature.name, None), email: text(signature.email, None) }
}

/// Text of a commit in its declared encoding. Latin-1 is the only one seen besides UTF-8 that
/// needs no tables; others are read as UTF-8 with replacement characters.
fn text(bytes: &BStr, encoding: Option<&BStr>) -> String {
    let latin = encoding.is_some_and(|name| {
        let name = name.to_str_lossy().to_ascii_lowercase();
        matches!(name.as_str(), "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1")
    });
    if latin {
        bytes.iter().map(|byte| char::from(*byte)).collect()
    } else {
        bytes.to_str_lossy().into_owned()
    }
}

impl Repository {
    /// Reads one commit.
    ///
    /// # Errors
    /// The object is missing, is not a commit, or does not decode.
    pub fn commit(&self, id: Oid) -> Result<Commit, HistoryError> {
        let what = || format!("commit {id}");
        let object = self.inner.find_commit(id.0).map_err(|e| HistoryError::corrupt(what(), e))?;
        let commit = object.decode().map_err(|e| HistoryError::corrupt(what(), e))?;
        let author = commit.author().map_err(|e| HistoryError::corrupt(what(), e))?;
        let committer = commit.committer().map_err(|e| HistoryError::corrupt(what(), e))?;
        Ok(Commit {
            id,
            parents: commit.parents().map(Oid).collect(),
            message: text(commit.message, commit.encoding),
            author: person(&author),
            authored: author.time().map_or(Time { seconds: author.seconds(), offset: 0 }, time),
            committed: committer
                .time()
                .map_or(Time { seconds: committer.seconds(), offset: 0 }, time),
        })
    }

    /// Who committed a commit.
    ///
    /// # Errors
    /// The object is missing, is not a commit, or does not decode.
    pub fn committer(&self, id: Oid) -> Result<Person, HistoryError> {
        let what = || format!("commit {id}");
        let object = self.inner.find_commit(id.0).map_err(|e| HistoryError::corrupt(what(), e))?;
        let commit = object.decode().map_err(|e| HistoryError::corrupt(what(), e))?;
        let committer = commit.committer().map_err(|e| HistoryError::corrupt(what(), e))?;
        Ok(person(&committer))
    }
}
