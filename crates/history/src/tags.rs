//! Tags, peeled only when asked.

use gix::bstr::ByteSlice as _;
use gix::objs::Kind;
use gix::refs::TargetRef;

use crate::commit::{Time, person, time};
use crate::{HistoryError, Oid, Person, Repository};

/// A tag as its ref says, nothing looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Short name, without `refs/tags/`.
    pub name: String,
    /// What the ref points to: a tag object or, for a lightweight tag, the tagged object.
    pub object: Oid,
    /// What `packed-refs` says the object peels to.
    packed: Option<Oid>,
}

impl Tag {
    pub(crate) const fn packed(&self) -> Option<Oid> {
        self.packed
    }
}

/// What a tag finally points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagTarget {
    /// A commit.
    Commit(Oid),
    /// A blob or tree; such tags release nothing.
    Other(Oid),
}

/// Tag objects that point to tag objects; git itself writes one.
const MOST_NESTED: usize = 16;

impl Repository {
    /// All tags, in the order of their names. Costs one pass over the refs; no object is read.
    ///
    /// # Errors
    /// A ref that cannot be read.
    pub fn tags(&self) -> Result<Vec<Tag>, HistoryError> {
        let refs = |e: gix::Error| HistoryError::corrupt("refs/tags", e);
        let platform = self.inner.references().map_err(refs)?;
        let mut tags = Vec::new();
        for reference in platform.tags().map_err(refs)? {
            let mut reference = reference.map_err(refs)?;
            let name = reference.name().as_bstr().to_str_lossy().into_owned();
            let object = match reference.target() {
                TargetRef::Object(id) => Oid(id.to_owned()),
                TargetRef::Symbolic(_) => {
                    let id = reference.follow_to_object();
                    Oid(id.map_err(|e| HistoryError::corrupt(name.clone(), e))?.detach())
                }
            };
            let packed = reference.inner.peeled.map(Oid);
            let name = name.strip_prefix("refs/tags/").map(str::to_owned).unwrap_or(name);
            tags.push(Tag { name, object, packed });
        }
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tags)
    }

    /// What a tag finally points to; reads at most its tag object and the header of the target.
    /// Beside a shallow clone a tag outside the fetched history leads to something that is not
    /// here, and counts as a commit.
    ///
    /// # Errors
    /// A missing or damaged object.
    pub fn peel(&self, tag: &Tag) -> Result<TagTarget, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt(format!("tag `{}`", tag.name), e);
        let mut id = tag.packed.unwrap_or(tag.object).0;
        if self.is_annex && !self.inner.has_object(id) {
            return Ok(TagTarget::Commit(Oid(id)));
        }
        for _ in 0..MOST_NESTED {
            match self.inner.find_header(id).map_err(broken)?.kind() {
                Kind::Commit => return Ok(TagTarget::Commit(Oid(id))),
                Kind::Blob | Kind::Tree => return Ok(TagTarget::Other(Oid(id))),
                Kind::Tag => {
                    let object = self.inner.find_tag(id).map_err(broken)?;
                    id = object.target_id().map_err(broken)?.detach();
                }
            }
        }
        Err(HistoryError::Corrupt {
            what: format!("tag `{}`", tag.name),
            reason: "it points to tags that point to tags".to_owned(),
        })
    }

    /// When an annotated tag was made; `None` for a lightweight tag or one without a tagger.
    ///
    /// # Errors
    /// A missing or damaged object.
    pub fn tagged_at(&self, tag: &Tag) -> Result<Option<Time>, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt(format!("tag `{}`", tag.name), e);
        if self.inner.find_header(tag.object.0).map_err(broken)?.kind() != Kind::Tag {
            return Ok(None);
        }
        let object = self.inner.find_tag(tag.object.0).map_err(broken)?;
        let Some(tagger) = object.tagger().map_err(broken)? else { return Ok(None) };
        Ok(Some(tagger.time().map_or(Time { seconds: tagger.seconds(), offset: 0 }, time)))
    }

    /// Who made an annotated tag; `None` for a lightweight tag or one without a tagger.
    ///
    /// # Errors
    /// A missing or damaged object.
    pub fn tagger(&self, tag: &Tag) -> Result<Option<Person>, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt(format!("tag `{}`", tag.name), e);
        if self.inner.find_header(tag.object.0).map_err(broken)?.kind() != Kind::Tag {
            return Ok(None);
        }
        let object = self.inner.find_tag(tag.object.0).map_err(broken)?;
        Ok(object.tagger().map_err(broken)?.map(|tagger| person(&tagger)))
    }

    /// The message of an annotated tag; `None` for a lightweight tag.
    ///
    /// # Errors
    /// A missing or damaged object.
    pub fn tag_message(&self, tag: &Tag) -> Result<Option<String>, HistoryError> {
        let broken = |e: gix::Error| HistoryError::corrupt(format!("tag `{}`", tag.name), e);
        if self.inner.find_header(tag.object.0).map_err(broken)?.kind() != Kind::Tag {
            return Ok(None);
        }
        let object = self.inner.find_tag(tag.object.0).map_err(broken)?;
        Ok(Some(object.decode().map_err(broken)?.message.to_str_lossy().into_owned()))
    }
}
