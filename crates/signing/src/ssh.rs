//! SSH keys, and signatures of the form `ssh-keygen -Y sign -n git` makes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diagnostics::Secret;
use ssh_key::private::{EcdsaKeypair, KeypairData, RsaKeypair};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, LineEnding, Mpint, PrivateKey, PublicKey, Signature, SshSig};

use crate::raw::{RawKey, Rejected, RsaParts};
use crate::{Error, Family};

/// What git's signatures are for.
const NAMESPACE: &str = "git";

const FAMILY: Family = Family::Ssh;

/// An SSH key that is ready to sign.
pub(crate) struct Key {
    raw: RawKey,
    public: KeyData,
}

impl Key {
    pub(crate) fn read(
        private: &Secret,
        public: Option<&str>,
        passphrase: Option<&Secret>,
    ) -> Result<Self, Error> {
        let file = file(private.expose());
        let key = PrivateKey::from_openssh(file.as_bytes()).map_err(|_| unreadable(&file))?;
        let key = if key.is_encrypted() {
            let passphrase = passphrase.ok_or(Error::PassphraseMissing { family: FAMILY })?;
            key.decrypt(passphrase.expose())
                .map_err(|_| Error::PassphraseWrong { family: FAMILY })?
        } else {
            key
        };
        let public_data = key.public_key().key_data().clone();
        if let Some(public) = public.map(str::trim).filter(|public| !public.is_empty()) {
            let given = PublicKey::from_openssh(public).map_err(|_| Error::NotAPublicKey)?;
            if given.key_data() != &public_data {
                return Err(Error::Mismatch {
                    public: given.fingerprint(HashAlg::Sha256).to_string(),
                    private: key.fingerprint(HashAlg::Sha256).to_string(),
                });
            }
        }
        let signer = Self { raw: raw(key.key_data())?, public: public_data };
        signer.sign(b"")?;
        Ok(signer)
    }

    pub(crate) fn sign(&self, payload: &[u8]) -> Result<String, Error> {
        self.signature(payload).ok_or(Error::Failed { family: FAMILY })
    }

    fn signature(&self, payload: &[u8]) -> Option<String> {
        let hash = HashAlg::Sha512;
        let data = SshSig::signed_data(NAMESPACE, hash, payload).ok()?;
        let bare = self.raw.sign(&data).ok()?;
        let (algorithm, bytes) = match &self.raw {
            RawKey::Ed25519(_) => (Algorithm::Ed25519, bare),
            RawKey::Rsa(_) => (Algorithm::Rsa { hash: Some(hash) }, bare),
            RawKey::P256(_) | RawKey::P384(_) => (self.public.algorithm(), two_numbers(&bare)?),
        };
        let signature = Signature::new(algorithm, bytes).ok()?;
        let signed = SshSig::new(self.public.clone(), NAMESPACE, hash, signature).ok()?;
        signed.to_pem(LineEnding::LF).ok()
    }

    pub(crate) fn name(&self) -> String {
        format!("SSH key {}", self.public.fingerprint(HashAlg::Sha256))
    }
}

/// Secrets lose the last line end, or carry those of Windows.
fn file(text: &str) -> zeroize::Zeroizing<String> {
    let mut file = zeroize::Zeroizing::new(text.trim().replace("\r\n", "\n"));
    file.push('\n');
    file
}

/// Why a file cannot be read. Elliptic curves other than Ed25519 are told apart: the reader knows
/// no secret number that begins with a zero byte, which one of 256 has, and half of all on P-521.
fn unreadable(file: &str) -> Error {
    let digits: String = file.lines().filter(|line| !line.starts_with('-')).collect();
    let bytes = STANDARD.decode(digits).unwrap_or_default();
    let contains = |name: &str| bytes.windows(name.len()).any(|part| part == name.as_bytes());
    for curve in ["nistp256", "nistp384", "nistp521"] {
        if contains(&format!("ecdsa-sha2-{curve}")) {
            let reason = format!("this key on curve {curve} is not supported");
            return Error::Unsupported { family: FAMILY, reason };
        }
    }
    Error::NotAKey { family: FAMILY, reason: reason(file) }
}

fn reason(file: &str) -> &'static str {
    if file.starts_with("ssh-") || file.starts_with("ecdsa-") {
        "this is a public key"
    } else if !file.starts_with("-----BEGIN") {
        "it does not begin with `-----BEGIN`"
    } else if !file.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") {
        "it is not in OpenSSH's format"
    } else if !file.trim_end().ends_with("-----END OPENSSH PRIVATE KEY-----") {
        "its end is missing"
    } else {
        "it is damaged"
    }
}

fn raw(pair: &KeypairData) -> Result<RawKey, Error> {
    let made = match pair {
        KeypairData::Ed25519(pair) => {
            RawKey::ed25519(&pair.private.to_bytes(), pair.public.as_ref())
        }
        KeypairData::Ecdsa(EcdsaKeypair::NistP256 { public, private }) => {
            RawKey::p256(private.as_slice(), public.as_bytes())
        }
        KeypairData::Ecdsa(EcdsaKeypair::NistP384 { public, private }) => {
            RawKey::p384(private.as_slice(), public.as_bytes())
        }
        KeypairData::Rsa(pair) => return rsa(pair),
        other => {
            let algorithm = other.algorithm();
            let reason = algorithm.map_or_else(
                |_| "its kind is not known".to_owned(),
                |algorithm| format!("keys of kind `{}` are not supported", algorithm.as_str()),
            );
            return Err(Error::Unsupported { family: FAMILY, reason });
        }
    };
    made.map_err(|Rejected| Error::NotAKey { family: FAMILY, reason: "it is damaged" })
}

fn rsa(pair: &RsaKeypair) -> Result<RawKey, Error> {
    let bytes = |number: &Mpint| number.as_positive_bytes().map(<[u8]>::to_vec).unwrap_or_default();
    let secret = |number| zeroize::Zeroizing::new(bytes(number));
    let (n, e) = (bytes(&pair.public.n), bytes(&pair.public.e));
    let private = &pair.private;
    let parts = RsaParts {
        n: &n,
        e: &e,
        d: &secret(&private.d),
        p: &secret(&private.p),
        q: &secret(&private.q),
        q_inverse: &secret(&private.iqmp),
    };
    RawKey::rsa(&parts).map_err(|Rejected| {
        let reason = if (256..=512).contains(&n.len()) {
            return Error::NotAKey { family: FAMILY, reason: "it is damaged" };
        } else {
            format!("RSA with {} bits is not supported", n.len() * 8)
        };
        Error::Unsupported { family: FAMILY, reason }
    })
}

/// Both halves as numbers of SSH's form.
fn two_numbers(bare: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = bare.split_at_checked(bare.len() / 2)?;
    let mut bytes = Vec::new();
    for half in [r, s] {
        let number = Mpint::from_positive_bytes(half).ok()?;
        bytes.extend(u32::try_from(number.as_bytes().len()).ok()?.to_be_bytes());
        bytes.extend(number.as_bytes());
    }
    Some(bytes)
}
