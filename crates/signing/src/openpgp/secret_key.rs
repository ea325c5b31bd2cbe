//! Secret keys.

use diagnostics::Secret;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use super::packet::Reader;
use super::{FAMILY, damaged, protection, unsupported};
use crate::raw::{RawKey, Rejected, RsaParts};
use crate::{Error, Family};

pub(super) const RSA: u8 = 1;
pub(super) const RSA_SIGN: u8 = 3;
pub(super) const ECDSA: u8 = 19;
pub(super) const EDDSA: u8 = 22;
pub(super) const ED25519: u8 = 27;

const CURVE_ED25519: &[u8] = &[0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01];
const CURVE_P256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
const CURVE_P384: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x22];

/// A key that may sign, still locked.
pub(super) struct SecretKey<'a> {
    pub(super) algorithm: u8,
    pub(super) created: u32,
    pub(super) fingerprint: [u8; 20],
    public: Public<'a>,
    usage: u8,
    locked: Reader<'a>,
}

enum Public<'a> {
    Rsa { n: &'a [u8], e: &'a [u8] },
    Ed25519(&'a [u8]),
    P256(&'a [u8]),
    P384(&'a [u8]),
}

impl<'a> SecretKey<'a> {
    /// Reads a packet.
    ///
    /// # Errors
    /// A key of another version or kind.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader(body);
        let version = reader.byte()?;
        if version != 4 {
            return Err(unsupported(format!("keys of version {version} are not supported")));
        }
        let created = reader.number(4)?;
        let algorithm = reader.byte()?;
        let public = Public::read(algorithm, &mut reader)?;
        let length = body.len() - reader.0.len();
        let public_part = body.get(..length).unwrap_or_default();
        let mut digest = Sha1::new();
        digest.update([0x99]);
        digest.update(u16::try_from(length).map_err(|_| damaged("it is damaged"))?.to_be_bytes());
        digest.update(public_part);
        let fingerprint = digest.finalize().into();
        let usage = reader.byte()?;
        Ok(Self { algorithm, created, fingerprint, public, usage, locked: reader })
    }

    /// The secret part is in this file.
    pub(super) fn is_here(&self) -> bool {
        let mut reader = self.locked;
        // Behind the cipher: the way from passphrase to key, GnuPG's mark is 101.
        self.usage == 0 || !matches!((reader.byte(), reader.byte()), (Ok(_), Ok(101)))
    }

    pub(super) fn unlock(&self, passphrase: Option<&Secret>) -> Result<RawKey, Error> {
        let numbers = protection::open(self.usage, self.locked, passphrase)?
            .ok_or_else(|| unsupported("its secret part is elsewhere"))?;
        self.raw(&numbers)
    }

    fn raw(&self, numbers: &Zeroizing<Vec<u8>>) -> Result<RawKey, Error> {
        let mut reader = Reader(numbers);
        let made = match &self.public {
            Public::Rsa { n, e } => {
                let (d, p) = (reader.large()?, reader.large()?);
                let (q, inverse) = (reader.large()?, reader.large()?);
                // Here the inverse is that of the first prime, ring wants that of the second: the
                // primes change places.
                let parts = RsaParts { n, e, d, p: q, q: p, q_inverse: inverse };
                let bits = n.len() * 8;
                return RawKey::rsa(&parts).map_err(|Rejected| {
                    if (2048..=4096).contains(&bits) {
                        damaged("it is damaged")
                    } else {
                        unsupported(format!("RSA with {bits} bits is not supported"))
                    }
                });
            }
            Public::Ed25519(public) if self.algorithm == ED25519 => {
                RawKey::ed25519(reader.take(32)?, public)
            }
            Public::Ed25519(public) => RawKey::ed25519(reader.large()?, public),
            Public::P256(public) => RawKey::p256(reader.large()?, public),
            Public::P384(public) => RawKey::p384(reader.large()?, public),
        };
        made.map_err(|Rejected| Error::NotAKey { family: FAMILY, reason: "it is damaged" })
    }
}

impl<'a> Public<'a> {
    fn read(algorithm: u8, reader: &mut Reader<'a>) -> Result<Self, Error> {
        match algorithm {
            RSA | RSA_SIGN => Ok(Self::Rsa { n: reader.large()?, e: reader.large()? }),
            ECDSA => match reader.counted(1)? {
                CURVE_P256 => Ok(Self::P256(reader.large()?)),
                CURVE_P384 => Ok(Self::P384(reader.large()?)),
                _ => Err(unsupported("its curve is not supported")),
            },
            EDDSA => match reader.counted(1)? {
                CURVE_ED25519 => {
                    let point = reader.large()?;
                    point.strip_prefix(&[0x40]).map(Self::Ed25519).ok_or(damaged("it is damaged"))
                }
                _ => Err(unsupported("its curve is not supported")),
            },
            ED25519 => Ok(Self::Ed25519(reader.take(32)?)),
            other => Err(Error::Unsupported {
                family: Family::OpenPgp,
                reason: format!("keys of algorithm {other} do not sign"),
            }),
        }
    }
}
