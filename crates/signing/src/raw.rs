//! The four kinds of keys both families share, and their bare signatures.

use ring::rand::SystemRandom;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    RSA_PKCS1_SHA512, RsaKeyPair,
};
use zeroize::Zeroizing;

/// A key pair that was checked to belong together.
pub(crate) enum RawKey {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>),
}

/// The parts do not make a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rejected;

/// The parts of an RSA key, big-endian.
pub(crate) struct RsaParts<'a> {
    pub(crate) n: &'a [u8],
    pub(crate) e: &'a [u8],
    pub(crate) d: &'a [u8],
    pub(crate) p: &'a [u8],
    pub(crate) q: &'a [u8],
    /// The inverse of `q` modulo `p`.
    pub(crate) q_inverse: &'a [u8],
}

impl RawKey {
    pub(crate) fn ed25519(seed: &[u8], public: &[u8]) -> Result<Self, Rejected> {
        let seed = padded(seed, 32)?;
        let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, public);
        pair.map(Self::Ed25519).map_err(|_| Rejected)
    }

    /// `public` is the point in its uncompressed form.
    pub(crate) fn p256(secret: &[u8], public: &[u8]) -> Result<Self, Rejected> {
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let secret = padded(secret, 32)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            kind,
            &secret,
            public,
            &SystemRandom::new(),
        );
        pair.map(Self::P256).map_err(|_| Rejected)
    }

    /// `public` is the point in its uncompressed form.
    pub(crate) fn p384(secret: &[u8], public: &[u8]) -> Result<Self, Rejected> {
        let kind = &ECDSA_P384_SHA384_FIXED_SIGNING;
        let secret = padded(secret, 48)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            kind,
            &secret,
            public,
            &SystemRandom::new(),
        );
        pair.map(Self::P384).map_err(|_| Rejected)
    }

    pub(crate) fn rsa(parts: &RsaParts<'_>) -> Result<Self, Rejected> {
        let bare = |bytes: &[u8]| Zeroizing::new(without_zeros(bytes).to_vec());
        let (d, p, q) = (bare(parts.d), bare(parts.p), bare(parts.q));
        let pair = RsaKeyPair::from_components(&KeyPairComponents {
            public_key: PublicKeyComponents {
                n: bare(parts.n).as_slice(),
                e: bare(parts.e).as_slice(),
            },
            dP: remainder(&d, &less_one(&p)?).as_slice(),
            dQ: remainder(&d, &less_one(&q)?).as_slice(),
            qInv: bare(parts.q_inverse).as_slice(),
            d: d.as_slice(),
            p: p.as_slice(),
            q: q.as_slice(),
        });
        pair.map(Box::new).map(Self::Rsa).map_err(|_| Rejected)
    }

    /// The signature of a message: Ed25519's 64 bytes, both numbers of ECDSA one after the other
    /// (SHA-256, SHA-384), or RSA's (PKCS #1 v1.5, SHA-512).
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Rejected> {
        let random = SystemRandom::new();
        match self {
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Self::P256(pair) | Self::P384(pair) => {
                let signature = pair.sign(&random, message).map_err(|_| Rejected)?;
                Ok(signature.as_ref().to_vec())
            }
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA512, &random, message, &mut signature)
                    .map_err(|_| Rejected)?;
                Ok(signature)
            }
        }
    }
}

/// With zeros in front, up to `length`.
fn padded(bytes: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let bytes = without_zeros(bytes);
    let missing = length.checked_sub(bytes.len()).ok_or(Rejected)?;
    let mut padded = Zeroizing::new(vec![0; missing]);
    padded.extend_from_slice(bytes);
    Ok(padded)
}

/// Without zeros in front.
pub(crate) fn without_zeros(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}

/// A prime less one: primes are odd, so only the last bit goes.
fn less_one(prime: &[u8]) -> Result<Zeroizing<Vec<u8>>, Rejected> {
    let mut number = Zeroizing::new(prime.to_vec());
    let last = number.last_mut().filter(|last| **last & 1 == 1).ok_or(Rejected)?;
    *last ^= 1;
    if without_zeros(&number).is_empty() { Err(Rejected) } else { Ok(number) }
}

/// `value` modulo `modulus`, bit by bit: key files leave out what ring wants, and one division per
/// run is no reason for a library of large numbers.
fn remainder(value: &[u8], modulus: &[u8]) -> Zeroizing<Vec<u8>> {
    // One byte more than the modulus, since doubling may overflow.
    let mut modulus_wide = Zeroizing::new(vec![0_u8]);
    modulus_wide.extend_from_slice(modulus);
    let mut rest = Zeroizing::new(vec![0_u8; modulus_wide.len()]);
    for byte in value {
        for bit in (0..8).rev() {
            let mut carry = (byte >> bit) & 1;
            for digit in rest.iter_mut().rev() {
                let high = *digit >> 7;
                *digit = (*digit << 1) | carry;
                carry = high;
            }
            if rest.as_slice() >= modulus_wide.as_slice() {
                let mut borrow = false;
                for (digit, other) in rest.iter_mut().zip(modulus_wide.iter()).rev() {
                    let (less, first) = digit.overflowing_sub(*other);
                    let (less, second) = less.overflowing_sub(u8::from(borrow));
                    *digit = less;
                    borrow = first || second;
                }
            }
        }
    }
    Zeroizing::new(without_zeros(&rest).to_vec())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn remainders_are_those_of_the_machine(value: u128, modulus in 1..u128::MAX) {
            let rest = remainder(&value.to_be_bytes(), &modulus.to_be_bytes());
            let expected = (value % modulus).to_be_bytes();
            prop_assert_eq!(rest.as_slice(), without_zeros(&expected));
        }
    }

    #[test]
    fn parts_that_do_not_belong_together_are_rejected() {
        assert!(RawKey::ed25519(&[1; 32], &[2; 32]).is_err());
        assert!(RawKey::ed25519(&[1; 33], &[2; 32]).is_err());
        assert!(RawKey::p256(&[1; 32], &[4; 65]).is_err());
        assert!(RawKey::p384(&[], &[]).is_err());
        let zero: &[u8] = &[0];
        let parts = RsaParts { n: zero, e: zero, d: zero, p: zero, q: zero, q_inverse: zero };
        assert!(RawKey::rsa(&parts).is_err());
    }
}
