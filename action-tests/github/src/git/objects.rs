//! Reading and writing blobs, commits and tags.

use anyhow::{Context as _, Result, anyhow};
use gix::ObjectId;
use gix::objs::{Kind, WriteTo as _};

use super::Store;

/// Name, address and time of an author, committer or tagger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    /// Seconds since 1970.
    pub(crate) seconds: i64,
    /// Seconds east of UTC.
    pub(crate) offset: i32,
}

/// A commit in parts.
#[derive(Clone, Debug)]
pub(crate) struct CommitData {
    pub(crate) tree: ObjectId,
    pub(crate) parents: Vec<ObjectId>,
    pub(crate) author: Person,
    pub(crate) committer: Person,
    pub(crate) message: String,
    pub(crate) signature: Option<String>,
}

/// An annotated tag in parts.
#[derive(Clone, Debug)]
pub(crate) struct TagData {
    pub(crate) target: ObjectId,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) tagger: Person,
    pub(crate) message: String,
}

impl From<&Person> for gix::actor::Signature {
    fn from(person: &Person) -> Self {
        Self {
            name: person.name.as_str().into(),
            email: person.email.as_str().into(),
            time: gix::date::Time::new(person.seconds, person.offset),
        }
    }
}

impl From<gix::actor::SignatureRef<'_>> for Person {
    fn from(signature: gix::actor::SignatureRef<'_>) -> Self {
        let time = signature.time().unwrap_or_default();
        Self {
            name: signature.name.to_string(),
            email: signature.email.to_string(),
            seconds: time.seconds,
            offset: time.offset,
        }
    }
}

impl CommitData {
    fn object(&self) -> gix::objs::Commit {
        let signature = self.signature.iter();
        gix::objs::Commit {
            tree: self.tree,
            parents: self.parents.iter().copied().collect(),
            author: (&self.author).into(),
            committer: (&self.committer).into(),
            encoding: None,
            message: self.message.as_str().into(),
            extra_headers: signature.map(|text| ("gpgsig".into(), text.as_str().into())).collect(),
        }
    }

    /// The bytes a signature covers: the commit without it.
    pub(crate) fn payload(&self) -> String {
        let mut bytes = Vec::new();
        let unsigned = Self { signature: None, ..self.clone() };
        match unsigned.object().write_to(&mut bytes) {
            Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => String::new(),
        }
    }
}

impl TagData {
    fn object(&self) -> gix::objs::Tag {
        gix::objs::Tag {
            target: self.target,
            target_kind: self.kind,
            name: self.name.as_str().into(),
            tagger: Some((&self.tagger).into()),
            message: self.message.as_str().into(),
            signature: None,
        }
    }

    /// All bytes of the tag.
    pub(crate) fn payload(&self) -> String {
        let mut bytes = Vec::new();
        match self.object().write_to(&mut bytes) {
            Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => String::new(),
        }
    }
}

impl Store {
    /// Kind and bytes of an object; `None` when there is none.
    pub(crate) fn object(&self, id: ObjectId) -> Result<Option<(Kind, Vec<u8>)>> {
        let repository = self.repository()?;
        let object = repository.try_find_object(id).map_err(|error| anyhow!("{error}"))?;
        Ok(object.map(|object| (object.kind, object.detach().data)))
    }

    /// The kind of an object; `None` when there is none.
    pub(crate) fn kind(&self, id: ObjectId) -> Result<Option<Kind>> {
        let repository = self.repository()?;
        let header = repository.try_find_header(id).map_err(|error| anyhow!("{error}"))?;
        Ok(header.map(|header| header.kind()))
    }

    pub(crate) fn blob(&self, id: ObjectId) -> Result<Option<Vec<u8>>> {
        Ok(self.object(id)?.filter(|(kind, _)| *kind == Kind::Blob).map(|(_, bytes)| bytes))
    }

    pub(crate) fn write_blob(&self, bytes: &[u8]) -> Result<ObjectId> {
        let repository = self.repository()?;
        let id = repository.write_blob(bytes).map_err(|error| anyhow!("{error}"))?;
        Ok(id.detach())
    }

    pub(super) fn write(&self, object: impl gix::objs::WriteTo) -> Result<ObjectId> {
        let repository = self.repository()?;
        let id = repository.write_object(object).map_err(|error| anyhow!("{error}"))?;
        Ok(id.detach())
    }

    pub(crate) fn commit(&self, id: ObjectId) -> Result<Option<CommitData>> {
        let Some((Kind::Commit, bytes)) = self.object(id)? else { return Ok(None) };
        let commit = gix::objs::CommitRef::from_bytes(&bytes, id.kind())
            .map_err(|error| anyhow!("{error}"))
            .with_context(|| format!("commit {id}"))?;
        Ok(Some(CommitData {
            tree: commit.tree(),
            parents: commit.parents().collect(),
            author: commit.author().map(Person::from).map_err(|error| anyhow!("{error}"))?,
            committer: commit.committer().map(Person::from).map_err(|error| anyhow!("{error}"))?,
            message: commit.message.to_string(),
            signature: commit
                .extra_headers()
                .find("gpgsig")
                .map(|text| String::from_utf8_lossy(text).into_owned()),
        }))
    }

    pub(crate) fn write_commit(&self, commit: &CommitData) -> Result<ObjectId> {
        self.write(commit.object())
    }

    pub(crate) fn tag(&self, id: ObjectId) -> Result<Option<TagData>> {
        let Some((Kind::Tag, bytes)) = self.object(id)? else { return Ok(None) };
        let tag = gix::objs::TagRef::from_bytes(&bytes, id.kind())
            .map_err(|error| anyhow!("{error}"))
            .with_context(|| format!("tag {id}"))?;
        let tagger = tag.tagger().ok().flatten().map(Person::from);
        Ok(Some(TagData {
            target: tag.target(),
            kind: tag.target_kind,
            name: tag.name.to_string(),
            tagger: tagger.context("a tag without tagger")?,
            // gix takes an OpenPGP signature off the message; GitHub shows both as the message.
            message: match tag.signature {
                Some(signature) => format!("{}\n{signature}", tag.message),
                None => tag.message.to_string(),
            },
        }))
    }

    pub(crate) fn write_tag(&self, tag: &TagData) -> Result<ObjectId> {
        self.write(tag.object())
    }

    /// Follows annotated tags down to something else.
    pub(crate) fn peel(&self, mut id: ObjectId) -> Result<ObjectId> {
        while let Some(tag) = self.tag(id)? {
            id = tag.target;
        }
        Ok(id)
    }
}
