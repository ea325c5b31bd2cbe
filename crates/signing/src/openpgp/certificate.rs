//! A key with its subkeys and what it says about itself. The statements are the owner's own, in a
//! file that holds the owner's secret: their signatures are not checked.

use super::packet::{Packet, Statement, packets};
use super::secret_key::SecretKey;
use super::{damaged, unsupported};
use crate::Error;

const SIGNATURE: u8 = 2;
const SECRET_KEY: u8 = 5;
const PUBLIC_KEY: u8 = 6;
const SECRET_SUBKEY: u8 = 7;
const USER: u8 = 13;
const PUBLIC_SUBKEY: u8 = 14;

const MAY_SIGN: u8 = 2;
const REVOKES: [u8; 2] = [0x20, 0x28];

/// A key with its subkeys.
pub(super) struct Certificate<'a> {
    /// The first user's name and address.
    pub(super) user: Option<String>,
    keys: Vec<Candidate<'a>>,
}

/// A key and what is said about it.
struct Candidate<'a> {
    key: Result<SecretKey<'a>, Error>,
    statements: Vec<Statement>,
}

impl<'a> Certificate<'a> {
    /// Reads an export.
    ///
    /// # Errors
    /// Not a secret key; several of them.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut certificate = Self { user: None, keys: Vec::new() };
        // What follows a key without secret part is about that key.
        let mut is_ours = true;
        for Packet { tag, body } in packets(bytes)? {
            match tag {
                SECRET_KEY if !certificate.keys.is_empty() => {
                    return Err(unsupported("the file holds several keys"));
                }
                SECRET_KEY | SECRET_SUBKEY => {
                    is_ours = true;
                    let key = SecretKey::read(body);
                    certificate.keys.push(Candidate { key, statements: Vec::new() });
                }
                PUBLIC_KEY if certificate.keys.is_empty() => {
                    return Err(damaged("this is a public key"));
                }
                PUBLIC_SUBKEY => is_ours = false,
                USER if certificate.user.is_none() => {
                    certificate.user = Some(String::from_utf8_lossy(body).into_owned());
                }
                SIGNATURE if is_ours => {
                    if let (Some(last), Some(statement)) =
                        (certificate.keys.last_mut(), Statement::read(body)?)
                    {
                        last.statements.push(statement);
                    }
                }
                _ => {}
            }
        }
        if certificate.keys.is_empty() {
            Err(damaged("it is no OpenPGP key"))
        } else {
            Ok(certificate)
        }
    }

    /// The key that signs: the newest subkey that may, else the primary key.
    ///
    /// # Errors
    /// None may.
    pub(super) fn signing_key(&self, now: i64) -> Result<&SecretKey<'a>, Error> {
        let Some((primary, subkeys)) = self.keys.split_first() else {
            return Err(damaged("it is no OpenPGP key"));
        };
        let id = match &primary.key {
            Ok(key) => key.fingerprint.last_chunk::<8>().map(|id| id.to_vec()),
            Err(_) => None,
        };
        let own = |statement: &&Statement| id.as_ref().is_none_or(|id| *id == statement.issuer);
        if primary.statements.iter().filter(own).any(|statement| REVOKES.contains(&statement.kind))
        {
            return Err(unsupported("it is revoked"));
        }
        let usable = |candidate: &'_ Candidate<'a>, is_primary: bool| {
            let statements = || candidate.statements.iter().filter(own);
            let last = statements().max_by_key(|statement| statement.created);
            let may_sign = match last.and_then(|last| last.flags) {
                Some(flags) => flags & MAY_SIGN != 0,
                None => is_primary,
            };
            let Ok(key) = &candidate.key else { return false };
            let expires = last.map_or(0, |last| last.expires_after);
            let is_over = expires > 0 && i64::from(key.created) + i64::from(expires) <= now;
            let revoked = statements().any(|statement| REVOKES.contains(&statement.kind));
            may_sign && !is_over && !revoked && key.is_here()
        };
        let subkey = subkeys
            .iter()
            .filter(|candidate| usable(candidate, false))
            .filter_map(|candidate| candidate.key.as_ref().ok())
            .max_by_key(|key| key.created);
        match (subkey, &primary.key) {
            (Some(subkey), _) => Ok(subkey),
            (None, Ok(key)) if usable(primary, true) => Ok(key),
            (None, Err(error)) => Err(error.clone()),
            (None, Ok(_)) => {
                // A key of an unusual kind is the better reason.
                let reason = subkeys.iter().find_map(|subkey| subkey.key.as_ref().err());
                Err(reason.cloned().filter(|_| subkeys.len() == 1).unwrap_or_else(|| {
                    unsupported("no key of it may sign, is unexpired, and has its secret part here")
                }))
            }
        }
    }
}
