//! OpenPGP keys, made and judged by GnuPG.

use std::path::Path;

use diagnostics::{Diagnostic, Exit, Secret};
use signing::Signer;
use tempfile::TempDir;

use crate::{PAYLOAD, must, now, run, verify_commit};

/// A home of GnuPG; its agent ends with it.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::Builder::new().prefix("g").tempdir().unwrap();
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path(), private).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn gpg(&self, passphrase: &str, arguments: &[&str]) -> String {
        let fixed = [
            "--charset",
            "utf-8",
            "--batch",
            "--quiet",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
        ];
        must("gpg", self.path(), &[&fixed, &[passphrase][..], arguments].concat(), "")
    }

    fn make(&self, passphrase: &str, kind: &str, usage: &str, expires: &str) -> String {
        let user = "Ann \u{d6} (releases) <ann@corp.test>";
        self.gpg(passphrase, &["--quick-generate-key", user, kind, usage, expires]);
        let listed = self.gpg(passphrase, &["--list-secret-keys", "--with-colons"]);
        let line = listed.lines().find(|line| line.starts_with("fpr:")).unwrap();
        line.split(':').nth(9).unwrap().to_owned()
    }

    fn export(&self, passphrase: &str, what: &str) -> Secret {
        Secret::new(self.gpg(passphrase, &["--armor", what]))
    }

    fn verify(&self, signature: &str) -> (bool, String) {
        verify_commit(self.path(), &[], signature)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        run("gpgconf", self.path(), &["--kill", "all"], "");
    }
}

#[test]
fn git_verifies_commits_signed_by_each_kind_of_key() {
    for (kind, passphrase) in [
        ("ed25519", ""),
        ("ed25519", "correct horse"),
        ("rsa2048", ""),
        ("rsa3072", "\u{fc} z"),
        ("nistp256", ""),
        ("nistp384", "x"),
    ] {
        let home = Home::new();
        let fingerprint = home.make(passphrase, kind, "sign", "0");
        let private = home.export(passphrase, "--export-secret-keys");
        let secret = Some(Secret::new(passphrase)).filter(|secret| !secret.is_empty());
        let signer = Signer::openpgp(&private, secret.as_ref(), now()).unwrap();
        assert_eq!(signer.name(), format!("OpenPGP key {fingerprint}"));
        assert_eq!(signer.owner().unwrap(), ("Ann \u{d6}".into(), "ann@corp.test".into()));
        for _ in 0..3 {
            let signature = signer.sign(PAYLOAD.as_bytes(), now()).unwrap();
            let (good, words) = home.verify(&signature);
            assert!(good && words.contains("Good signature"), "{kind}: {words}");
        }
        assert!(!home.verify(&signer.sign(b"other", now()).unwrap()).0, "{kind}");
    }
}

#[test]
fn the_subkey_that_may_sign_is_used_even_when_the_primary_key_is_offline() {
    let home = Home::new();
    let fingerprint = home.make("", "ed25519", "cert", "0");
    home.gpg("", &["--quick-add-key", &fingerprint, "cv25519", "encr", "0"]);
    let none = Signer::openpgp(&home.export("", "--export-secret-keys"), None, now());
    assert_eq!(Diagnostic::from(none.unwrap_err()).code, "signing/unsupported");
    home.gpg("", &["--quick-add-key", &fingerprint, "rsa2048", "sign", "1d"]);
    for what in ["--export-secret-keys", "--export-secret-subkeys"] {
        let private = home.export("", what);
        let signer = Signer::openpgp(&private, None, now()).unwrap();
        assert_ne!(signer.name(), format!("OpenPGP key {fingerprint}"), "{what}");
        let (good, words) = home.verify(&signer.sign(PAYLOAD.as_bytes(), now()).unwrap());
        assert!(good, "{what}: {words}");
        let late = Signer::openpgp(&private, None, now() + 100_000).unwrap_err();
        assert_eq!(Diagnostic::from(late).code, "signing/unsupported", "expired");
    }
}

#[test]
fn bad_keys_are_told_apart_and_never_shown() {
    let home = Home::new();
    let fingerprint = home.make("right", "ed25519", "sign", "0");
    let private = home.export("right", "--export-secret-keys");
    let public = home.export("right", "--export");
    let other = Home::new();
    other.make("", "nistp521", "sign", "0");
    let unusual = other.export("", "--export-secret-keys");
    let revoked = {
        let file = format!("openpgp-revocs.d/{fingerprint}.rev");
        let text = std::fs::read_to_string(home.path().join(file)).unwrap();
        std::fs::write(home.path().join("rev"), text.replace(":-----BEGIN", "-----BEGIN")).unwrap();
        home.gpg("right", &["--import", "rev"]);
        home.export("right", "--export-secret-keys")
    };
    let short = Secret::new(private.expose().lines().take(4).collect::<Vec<_>>().join("\n"));
    let right = Secret::new("right");
    let wrong = Secret::new("wrong");
    for (private, passphrase, code, words) in [
        (&Secret::new("hunter2hunter2!"), None, "signing/key", "neither armored nor Base64"),
        (&Secret::new("aHVudGVyMg=="), None, "signing/key", "no OpenPGP key"),
        (&public, None, "signing/key", "public key"),
        (&short, None, "signing/key", "end is missing"),
        (&unusual, None, "signing/unsupported", "curve"),
        (&private, None, "signing/passphrase", "there is no passphrase"),
        (&private, Some(&wrong), "signing/passphrase", "does not open"),
        (&revoked, Some(&right), "signing/unsupported", "revoked"),
    ] {
        let error = Signer::openpgp(private, passphrase, now()).unwrap_err();
        let diagnostic = Diagnostic::from(error);
        assert_eq!((diagnostic.code, diagnostic.exit), (code, Exit::BadInput), "{diagnostic:?}");
        assert!(diagnostic.message.contains(words), "{words}: {diagnostic:?}");
        assert!(!format!("{diagnostic:?}").contains("hunter2"));
    }
}
