//! Detached signatures.

use sha1::Digest;
use sha2::{Sha256, Sha384, Sha512};

use super::secret_key::ED25519;
use crate::raw::{RawKey, without_zeros};

const SHA256: u8 = 8;
const SHA384: u8 = 9;
const SHA512: u8 = 10;

/// A signature of binary data.
const BINARY: u8 = 0;

/// A signature packet over `payload`; `None` when the key refuses.
pub(super) fn make(
    key: &RawKey,
    algorithm: u8,
    fingerprint: &[u8; 20],
    payload: &[u8],
    now: i64,
) -> Option<Vec<u8>> {
    let hash = match key {
        RawKey::P256(_) => SHA256,
        RawKey::P384(_) => SHA384,
        RawKey::Ed25519(_) | RawKey::Rsa(_) => SHA512,
    };
    // Issuer's fingerprint, time of the signature.
    let mut hashed = vec![22, 33, 4];
    hashed.extend(fingerprint);
    hashed.extend([5, 2]);
    hashed.extend(u32::try_from(now).unwrap_or_default().to_be_bytes());
    let mut body = vec![4, BINARY, algorithm, hash];
    body.extend(u16::try_from(hashed.len()).ok()?.to_be_bytes());
    body.extend(&hashed);
    let mut signed = [payload, &body].concat();
    signed.extend([4, 0xff]);
    signed.extend(u32::try_from(body.len()).ok()?.to_be_bytes());
    let digest: Vec<u8> = match hash {
        SHA256 => Sha256::digest(&signed).to_vec(),
        SHA384 => Sha384::digest(&signed).to_vec(),
        _ => Sha512::digest(&signed).to_vec(),
    };
    // Issuer, for readers that do not know fingerprints.
    body.extend([0, 10, 9, 16]);
    body.extend(fingerprint.last_chunk::<8>()?);
    body.extend(digest.first_chunk::<2>()?);
    match key {
        // Ed25519 signs the digest, the others hash themselves.
        RawKey::Ed25519(_) => {
            let bare = key.sign(&digest).ok()?;
            if algorithm == ED25519 { body.extend(bare) } else { two_numbers(&mut body, &bare)? }
        }
        RawKey::P256(_) | RawKey::P384(_) => two_numbers(&mut body, &key.sign(&signed).ok()?)?,
        RawKey::Rsa(_) => number(&mut body, &key.sign(&signed).ok()?)?,
    }
    let mut packet = vec![0xC2, 255];
    packet.extend(u32::try_from(body.len()).ok()?.to_be_bytes());
    packet.extend(body);
    Some(packet)
}

fn two_numbers(body: &mut Vec<u8>, bare: &[u8]) -> Option<()> {
    let (first, second) = bare.split_at_checked(bare.len() / 2)?;
    number(body, first)?;
    number(body, second)
}

fn number(body: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    let bytes = without_zeros(bytes);
    let zeros = bytes.first().map_or(0, |first| first.leading_zeros());
    let bits = u32::try_from(bytes.len()).ok()? * 8 - zeros;
    body.extend(u16::try_from(bits).ok()?.to_be_bytes());
    body.extend(bytes);
    Some(())
}
