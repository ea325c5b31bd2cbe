//! A key that signs, whatever its family.

use diagnostics::Secret;

use crate::{Error, openpgp, ssh};

/// A key that is ready to sign.
pub struct Signer(Key);

enum Key {
    Ssh(ssh::Key),
    OpenPgp(openpgp::Key),
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.name())
    }
}

impl Signer {
    /// An SSH key in OpenSSH's format. A `public` key is only compared.
    ///
    /// # Errors
    /// Not a key, a key that cannot sign, a passphrase that is missing or wrong, a `public` key of
    /// another one.
    pub fn ssh(
        private: &Secret,
        public: Option<&str>,
        passphrase: Option<&Secret>,
    ) -> Result<Self, Error> {
        ssh::Key::read(private, public, passphrase).map(Key::Ssh).map(Self)
    }

    /// An OpenPGP key: armored, or its Base64 form. Its newest subkey that may sign is used, else
    /// the primary key. `now`, in seconds since 1970, decides which keys have expired.
    ///
    /// # Errors
    /// Not a key, none that may sign, a passphrase that is missing or wrong.
    pub fn openpgp(private: &Secret, passphrase: Option<&Secret>, now: i64) -> Result<Self, Error> {
        openpgp::Key::read(private, passphrase, now).map(Key::OpenPgp).map(Self)
    }

    /// The armored signature of a commit's or tag's bytes, without a line end behind it. `now`, in
    /// seconds since 1970, is written into OpenPGP signatures.
    ///
    /// # Errors
    /// A defect: keys are tried when they are read.
    pub fn sign(&self, payload: &[u8], now: i64) -> Result<String, Error> {
        let armored = match &self.0 {
            Key::Ssh(key) => key.sign(payload)?,
            Key::OpenPgp(key) => key.sign(payload, now)?,
        };
        Ok(armored.trim_end().to_owned())
    }

    /// The key's kind and fingerprint, for messages.
    pub fn name(&self) -> String {
        match &self.0 {
            Key::Ssh(key) => key.name(),
            Key::OpenPgp(key) => key.name(),
        }
    }

    /// Name and address of the key's owner, which only OpenPGP keys carry.
    pub fn owner(&self) -> Option<(String, String)> {
        match &self.0 {
            Key::Ssh(_) => None,
            Key::OpenPgp(key) => key.owner(),
        }
    }
}
