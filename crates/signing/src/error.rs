//! What can be wrong with a key.

use diagnostics::Diagnostic;

/// The two families of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// OpenSSH.
    Ssh,
    /// OpenPGP.
    OpenPgp,
}

/// An error of a key. None shows a byte of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is no private key.
    #[error("the {family} private key cannot be read: {reason}")]
    NotAKey {
        /// Which family was expected.
        family: Family,
        /// What is wrong.
        reason: &'static str,
    },
    /// A key of a kind that is not supported.
    #[error("the {family} key cannot sign here: {reason}")]
    Unsupported {
        /// The family.
        family: Family,
        /// What is not supported.
        reason: String,
    },
    /// The key is encrypted and there is no passphrase.
    #[error("the {family} private key is encrypted, and there is no passphrase")]
    PassphraseMissing {
        /// The family.
        family: Family,
    },
    /// The passphrase does not open the key.
    #[error("the passphrase does not open the {family} private key")]
    PassphraseWrong {
        /// The family.
        family: Family,
    },
    /// The public key is no public key.
    #[error("the SSH public key cannot be read")]
    NotAPublicKey,
    /// The public key belongs to another private key.
    #[error("the SSH public key {public} is not that of the private key, {private}")]
    Mismatch {
        /// Fingerprint of the public key.
        public: String,
        /// Fingerprint of the private key.
        private: String,
    },
    /// Signing failed.
    #[error("the {family} key did not sign")]
    Failed {
        /// The family.
        family: Family,
    },
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ssh => "SSH",
            Self::OpenPgp => "OpenPGP",
        })
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let (code, help) = match error {
            Error::NotAKey { family: Family::Ssh, .. } => (
                "signing/key",
                "pass the whole file from `-----BEGIN OPENSSH PRIVATE KEY-----` on; `ssh-keygen -p -f FILE` brings older files into this format",
            ),
            Error::NotAKey { family: Family::OpenPgp, .. } => (
                "signing/key",
                "pass what `gpg --armor --export-secret-keys KEYID` prints, or the Base64 form of it",
            ),
            Error::Unsupported { family: Family::Ssh, .. } => (
                "signing/unsupported",
                "make a key for releases: `ssh-keygen -t ed25519 -f release-key`",
            ),
            Error::Unsupported { family: Family::OpenPgp, .. } => (
                "signing/unsupported",
                "use a signing key of kind Ed25519, RSA (2048 to 4096 bits), NIST P-256 or P-384, protected by AES or by nothing",
            ),
            Error::PassphraseMissing { family: Family::Ssh } => {
                ("signing/passphrase", "set input `ssh_key_passphrase`")
            }
            Error::PassphraseMissing { family: Family::OpenPgp } => {
                ("signing/passphrase", "set input `gpg_passphrase`")
            }
            Error::PassphraseWrong { .. } => (
                "signing/passphrase",
                "check the secret: blanks and line ends count; the key itself may be damaged too",
            ),
            Error::NotAPublicKey => (
                "signing/public-key",
                "pass the line of the `.pub` file, or leave it out: it is only compared",
            ),
            Error::Mismatch { .. } => (
                "signing/public-key",
                "pass the two halves of one key, or leave the public one out: it is only compared",
            ),
            Error::Failed { .. } => return Self::bug(message),
        };
        Self::bad_input(code, message).with_help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_an_explained_code_and_a_remedy() {
        for family in [Family::Ssh, Family::OpenPgp] {
            for error in [
                Error::NotAKey { family, reason: "x" },
                Error::Unsupported { family, reason: "x".into() },
                Error::PassphraseMissing { family },
                Error::PassphraseWrong { family },
                Error::NotAPublicKey,
                Error::Mismatch { public: "a".into(), private: "b".into() },
            ] {
                let diagnostic = Diagnostic::from(error);
                assert!(diagnostic.help.is_some(), "{diagnostic:?}");
                let known = crate::EXPLANATIONS.iter().any(|known| known.code == diagnostic.code);
                assert!(known, "{}", diagnostic.code);
            }
        }
    }
}
