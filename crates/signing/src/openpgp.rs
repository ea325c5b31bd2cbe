//! OpenPGP keys of version 4, as GnuPG exports them, and detached signatures of version 4 (RFC
//! 4880 with the curves of RFC 9580).
//!
//! Only what signing takes is here: reading an export, opening its secret part, choosing the key
//! that may sign, and one kind of signature. A whole OpenPGP library would be a sixth of the
//! binary.

mod armor;
mod certificate;
mod packet;
mod protection;
mod secret_key;
mod signature;

use diagnostics::Secret;

use crate::raw::RawKey;
use crate::{Error, Family};
use certificate::Certificate;

const FAMILY: Family = Family::OpenPgp;

/// An OpenPGP key that is ready to sign.
pub(crate) struct Key {
    raw: RawKey,
    algorithm: u8,
    fingerprint: [u8; 20],
    user: Option<String>,
}

impl Key {
    pub(crate) fn read(
        private: &Secret,
        passphrase: Option<&Secret>,
        now: i64,
    ) -> Result<Self, Error> {
        let bytes = armor::open(private.expose())?;
        let certificate = Certificate::read(&bytes)?;
        let chosen = certificate.signing_key(now)?;
        let key = Self {
            raw: chosen.unlock(passphrase)?,
            algorithm: chosen.algorithm,
            fingerprint: chosen.fingerprint,
            user: certificate.user,
        };
        key.sign(b"", now)?;
        Ok(key)
    }

    pub(crate) fn sign(&self, payload: &[u8], now: i64) -> Result<String, Error> {
        let packet = signature::make(&self.raw, self.algorithm, &self.fingerprint, payload, now);
        packet.map(|packet| armor::signature(&packet)).ok_or(Error::Failed { family: FAMILY })
    }

    pub(crate) fn name(&self) -> String {
        let digits: Vec<String> =
            self.fingerprint.iter().map(|byte| format!("{byte:02X}")).collect();
        format!("OpenPGP key {}", digits.concat())
    }

    pub(crate) fn owner(&self) -> Option<(String, String)> {
        let (name, rest) = self.user.as_deref()?.rsplit_once('<')?;
        let email = rest.split('>').next()?;
        // `Name (comment) <address>`.
        let name = name.trim_end();
        let name = name.strip_suffix(')').and_then(|n| n.rsplit_once('(')).map_or(name, |(n, _)| n);
        let (name, email) = (name.trim(), email.trim());
        (!name.is_empty() && !email.is_empty()).then(|| (name.to_owned(), email.to_owned()))
    }
}

fn damaged(reason: &'static str) -> Error {
    Error::NotAKey { family: FAMILY, reason }
}

fn unsupported(reason: impl Into<String>) -> Error {
    Error::Unsupported { family: FAMILY, reason: reason.into() }
}
