//! Commits and tags as the bytes a signature covers.

use std::sync::Arc;

use signing::Signer;

use crate::{CommitRequest, Error, Identity, Oid, TagRequest};

/// A key that signs commits and tags, and the time they carry.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The key.
    pub signer: Arc<Signer>,
    /// Seconds since 1970: the time of commits and tags whose identity has none.
    pub now: i64,
}

/// Who and when, exactly as it is written into the object.
pub(crate) struct Stamp {
    /// What is sent to GitHub, so that it writes the same.
    pub(crate) identity: Identity,
    line: String,
}

/// An object and its signature.
pub(crate) struct Signed {
    /// The bytes that are signed.
    pub(crate) payload: String,
    /// Armored, without a line end behind it.
    pub(crate) signature: String,
}

/// What git takes off both ends of names and addresses.
fn is_crud(letter: char) -> bool {
    letter <= ' ' || ".,:;<>\"\\'".contains(letter)
}

impl Stamp {
    fn new(identity: Option<&Identity>, now: i64) -> Result<Self, Error> {
        let refused = |reason: &str| Error::Identity { reason: reason.to_owned() };
        let identity = identity.ok_or_else(|| refused("nobody is named"))?;
        let clean = |text: &str| text.trim_matches(is_crud).to_owned();
        let (name, email) = (clean(&identity.name), clean(&identity.email));
        if name.is_empty() || email.is_empty() {
            return Err(refused("name or address is empty"));
        }
        if [&name, &email].iter().any(|text| text.contains(['<', '>', '\n', '\0'])) {
            return Err(refused("name or address has a character that git cannot write"));
        }
        let seconds = match &identity.date {
            None => now,
            Some(date) => {
                let date = date.parse::<jiff::Timestamp>();
                date.map_err(|_| refused("the date is no time"))?.as_second()
            }
        };
        let date = jiff::Timestamp::from_second(seconds).map_err(|_| refused("no such time"))?;
        let line = format!("{name} <{email}> {seconds} +0000");
        Ok(Self { identity: Identity { name, email, date: Some(date.to_string()) }, line })
    }
}

impl Signing {
    /// Who signs: the identity, in the form both git and GitHub write.
    pub(crate) fn stamp(&self, identity: Option<&Identity>) -> Result<Stamp, Error> {
        Stamp::new(identity, self.now)
    }

    fn sign(&self, payload: String) -> Result<Signed, Error> {
        let signature = self.signer.sign(payload.as_bytes(), self.now)?;
        Ok(Signed { payload, signature })
    }

    pub(crate) fn commit(
        &self,
        request: &CommitRequest,
        tree: &Oid,
        stamp: &Stamp,
    ) -> Result<Signed, Error> {
        let (parent, line) = (&request.expected_head, &stamp.line);
        let message = &request.message;
        self.sign(format!(
            "tree {tree}\nparent {parent}\nauthor {line}\ncommitter {line}\n\n{message}"
        ))
    }

    /// The signature of a tag is the end of its message.
    pub(crate) fn tag(&self, request: &TagRequest, stamp: &Stamp) -> Result<Signed, Error> {
        let TagRequest { name, target, message, .. } = request;
        let (message, line) = (message.trim_end(), &stamp.line);
        self.sign(format!("object {target}\ntype commit\ntag {name}\ntagger {line}\n\n{message}\n"))
    }
}

impl Signed {
    /// The object of a commit.
    pub(crate) fn commit_object(&self) -> String {
        let folded = self.signature.replace('\n', "\n ");
        match self.payload.split_once("\n\n") {
            Some((head, message)) => format!("{head}\ngpgsig {folded}\n\n{message}"),
            None => self.payload.clone(),
        }
    }

    /// The object of a tag.
    pub(crate) fn tag_object(&self) -> String {
        format!("{}{}\n", self.payload, self.signature)
    }

    /// The message of a tag, with the signature at its end.
    pub(crate) fn tag_message(&self) -> String {
        let message = self.payload.split_once("\n\n").map_or("", |(_, message)| message);
        format!("{message}{}", self.signature)
    }

    /// Refuses what was stored in other words than were signed, as far as GitHub tells them.
    pub(crate) fn check(&self, stored: Option<&str>) -> Result<(), Error> {
        if stored.is_none_or(|stored| stored.trim_end() == self.payload.trim_end()) {
            return Ok(());
        }
        let reason = "GitHub stored it in other words than were signed".to_owned();
        Err(Error::Unverified { reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone(name: &str, email: &str, date: Option<&str>) -> Identity {
        Identity { name: name.into(), email: email.into(), date: date.map(str::to_owned) }
    }

    #[test]
    fn names_are_written_as_git_does() {
        let stamp = |identity| Stamp::new(Some(&identity), 7).map(|stamp| stamp.line);
        assert_eq!(
            stamp(someone(" Acme, Inc. ", "<a@b>", None)).unwrap(),
            "Acme, Inc <a@b> 7 +0000"
        );
        let at = Some("2026-01-02T04:04:05+01:00");
        assert_eq!(stamp(someone("A", "a@b", at)).unwrap(), "A <a@b> 1767323045 +0000");
        for (name, email, date) in [
            ("", "a@b", None),
            ("A", ".", None),
            ("A<b", "a@b", None),
            ("A\nparent 1", "a@b", None),
            ("A", "a@b", Some("yesterday")),
        ] {
            let error = stamp(someone(name, email, date)).unwrap_err();
            assert!(matches!(error, Error::Identity { .. }), "{name:?} {email:?}");
        }
        assert!(Stamp::new(None, 7).is_err());
    }
}
