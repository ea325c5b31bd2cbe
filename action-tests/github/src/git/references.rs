//! Reading and moving references.

use anyhow::{Result, anyhow};
use gix::ObjectId;
use gix::refs::transaction::{Change, LogChange, PreviousValue, RefEdit, RefLog};
use gix::refs::{FullName, Target};

use super::Store;

/// What became of an attempt to move a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// It points where it should.
    Done,
    /// It is not where it was expected to be, or in the way of another, or its name is not valid.
    Refused,
}

impl Store {
    /// References whose full name starts with `prefix`, sorted, with the object each names.
    pub(crate) fn references(&self, prefix: &str) -> Result<Vec<(String, ObjectId)>> {
        let repository = self.repository()?;
        let platform = repository.references().map_err(|error| anyhow!("{error}"))?;
        let all = platform.all().map_err(|error| anyhow!("{error}"))?;
        let mut found = Vec::new();
        for reference in all {
            let reference = reference.map_err(|error| anyhow!("{error}"))?;
            let name = reference.name().as_bstr().to_string();
            if let Some(id) = reference.target().try_id()
                && name.starts_with(prefix)
            {
                found.push((name, id.to_owned()));
            }
        }
        found.sort();
        Ok(found)
    }

    /// The object a full reference name names.
    pub(crate) fn reference(&self, name: &str) -> Result<Option<ObjectId>> {
        let Ok(full) = FullName::try_from(name) else { return Ok(None) };
        let repository = self.repository()?;
        let found =
            repository.try_find_reference(full.as_ref()).map_err(|error| anyhow!("{error}"))?;
        Ok(found.and_then(|reference| reference.target().try_id().map(ToOwned::to_owned)))
    }

    /// Creates (`old` is `None`) or moves a reference.
    pub(crate) fn set_reference(
        &self,
        name: &str,
        old: Option<ObjectId>,
        new: ObjectId,
    ) -> Result<Moved> {
        let expected = match old {
            Some(old) => PreviousValue::MustExistAndMatch(Target::Object(old)),
            None => PreviousValue::MustNotExist,
        };
        let log = LogChange { mode: RefLog::AndReference, ..LogChange::default() };
        self.edit(name, Change::Update { log, expected, new: Target::Object(new) })
    }

    /// Deletes a reference.
    pub(crate) fn delete_reference(&self, name: &str) -> Result<Moved> {
        self.edit(
            name,
            Change::Delete { expected: PreviousValue::MustExist, log: RefLog::AndReference },
        )
    }

    fn edit(&self, name: &str, change: Change) -> Result<Moved> {
        let Ok(name) = FullName::try_from(name) else { return Ok(Moved::Refused) };
        let repository = self.repository()?;
        let edit = RefEdit { change, name, deref: false };
        let person = gix::actor::SignatureRef {
            name: "GitHub".into(),
            email: "noreply@github.com".into(),
            time: "0 +0000",
        };
        match repository.edit_references_as(Some(edit), Some(person)) {
            Ok(_) => Ok(Moved::Done),
            Err(_) => Ok(Moved::Refused),
        }
    }
}
