//! How the secret part of a key is protected: a key made of the passphrase, and AES.

use aes::cipher::consts::U16;
use aes::cipher::{BlockEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use diagnostics::Secret;
use sha1::{Digest, Sha1};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::packet::Reader;
use super::{FAMILY, damaged, unsupported};
use crate::Error;

const BLOCK: usize = 16;

/// From a passphrase to a key.
#[derive(Clone)]
struct Derivation {
    hash: u8,
    salt: Vec<u8>,
    /// Bytes to hash; 0 for once.
    count: usize,
}

/// The secret numbers behind the protection of usage `usage`; `None` when they are elsewhere, in
/// hardware or offline.
pub(super) fn open(
    usage: u8,
    mut reader: Reader<'_>,
    passphrase: Option<&Secret>,
) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    if usage == 0 {
        let (numbers, sum) = split(reader.0, 2)?;
        return if checksum(numbers) == sum {
            Ok(Some(Zeroizing::new(numbers.to_vec())))
        } else {
            Err(damaged("it is damaged"))
        };
    }
    if usage != 254 && usage != 255 {
        return Err(unsupported("its secret part is protected in an unusual way"));
    }
    let cipher = reader.byte()?;
    let Some(derivation) = Derivation::read(&mut reader)? else { return Ok(None) };
    let length = match cipher {
        7 => 16,
        8 => 24,
        9 => 32,
        _ => return Err(unsupported("its secret part is not protected by AES")),
    };
    let passphrase = passphrase.ok_or(Error::PassphraseMissing { family: FAMILY })?;
    let vector = reader.take(BLOCK)?;
    let key = derivation.key(passphrase.expose().as_bytes(), length)?;
    let plain = match length {
        16 => Aes128::new_from_slice(&key).map(|aes| decrypt(&aes, vector, reader.0)),
        24 => Aes192::new_from_slice(&key).map(|aes| decrypt(&aes, vector, reader.0)),
        _ => Aes256::new_from_slice(&key).map(|aes| decrypt(&aes, vector, reader.0)),
    };
    let plain = plain.map_err(|_| Error::Failed { family: FAMILY })?;
    let (numbers, sum) = split(&plain, if usage == 254 { 20 } else { 2 })?;
    let is_right = if usage == 254 {
        Sha1::digest(numbers).as_slice() == sum
    } else {
        checksum(numbers) == sum
    };
    if is_right {
        Ok(Some(Zeroizing::new(numbers.to_vec())))
    } else {
        Err(Error::PassphraseWrong { family: FAMILY })
    }
}

fn split(bytes: &[u8], sum: usize) -> Result<(&[u8], &[u8]), Error> {
    let end = bytes.len().checked_sub(sum);
    end.and_then(|end| bytes.split_at_checked(end)).ok_or(damaged("it is cut off"))
}

fn checksum(bytes: &[u8]) -> [u8; 2] {
    bytes.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte))).to_be_bytes()
}

impl Derivation {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Error> {
        let kind = reader.byte()?;
        let hash = reader.byte()?;
        Ok(match kind {
            0 => Some(Self { hash, salt: Vec::new(), count: 0 }),
            1 => Some(Self { hash, salt: reader.take(8)?.to_vec(), count: 0 }),
            3 => {
                let salt = reader.take(8)?.to_vec();
                let coded = usize::from(reader.byte()?);
                Some(Self { hash, salt, count: (16 + (coded & 15)) << ((coded >> 4) + 6) })
            }
            // GnuPG's mark for a key whose secret part is not there.
            101 => None,
            _ => return Err(unsupported("its passphrase is used in an unusual way")),
        })
    }

    fn key(&self, passphrase: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        Ok(match self.hash {
            2 => self.hashed::<Sha1>(passphrase, length),
            8 => self.hashed::<Sha256>(passphrase, length),
            9 => self.hashed::<Sha384>(passphrase, length),
            10 => self.hashed::<Sha512>(passphrase, length),
            11 => self.hashed::<Sha224>(passphrase, length),
            _ => return Err(unsupported("its passphrase is hashed in an unusual way")),
        })
    }

    fn hashed<D: Digest>(&self, passphrase: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        let mut once = Zeroizing::new(self.salt.clone());
        once.extend_from_slice(passphrase);
        let mut key = Zeroizing::new(Vec::new());
        let mut zeros = 0;
        while key.len() < length {
            let mut hasher = D::new();
            hasher.update(vec![0; zeros]);
            let mut left = self.count.max(once.len());
            while left > 0 {
                let part = once.get(..left.min(once.len())).unwrap_or_default();
                hasher.update(part);
                left -= part.len();
                if part.is_empty() {
                    break;
                }
            }
            key.extend_from_slice(&hasher.finalize());
            zeros += 1;
        }
        key.truncate(length);
        key
    }
}

/// Cipher feedback mode.
fn decrypt(
    aes: &impl BlockEncrypt<BlockSize = U16>,
    vector: &[u8],
    text: &[u8],
) -> Zeroizing<Vec<u8>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut before = vector;
    for part in text.chunks(BLOCK) {
        let mut block = Block::default();
        block.iter_mut().zip(before).for_each(|(to, from)| *to = *from);
        aes.encrypt_block(&mut block);
        plain.extend(part.iter().zip(block.iter()).map(|(a, b)| a ^ b));
        before = part;
    }
    plain
}
