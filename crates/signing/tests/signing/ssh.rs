//! SSH keys.

use std::path::Path;

use diagnostics::{Diagnostic, Exit, Secret};
use signing::{Error, Signer};

use crate::{PAYLOAD, must, run, verify_commit};

/// A key pair: private, public.
fn make(home: &Path, name: &str, kind: &[&str], passphrase: &str) -> (Secret, String) {
    let arguments = [&["-q", "-f", name, "-N", passphrase, "-C", "me"], kind].concat();
    must("ssh-keygen", home, &arguments, "");
    let read = |name: String| std::fs::read_to_string(home.join(name)).unwrap();
    (Secret::new(read(name.into())), read(format!("{name}.pub")))
}

#[test]
fn git_verifies_commits_signed_by_each_kind_of_key() {
    for (kind, passphrase) in [
        (&["-t", "ed25519"][..], ""),
        (&["-t", "ed25519"], "correct horse"),
        (&["-t", "ecdsa", "-b", "256"], ""),
        (&["-t", "ecdsa", "-b", "384"], "x"),
        (&["-t", "rsa", "-b", "2048"], ""),
        (&["-t", "rsa", "-b", "3072"], "\u{fc} z"),
        (&["-t", "ed25519", "-Z", "chacha20-poly1305@openssh.com"], "x"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let (private, public) = make(home.path(), "key", kind, passphrase);
        let passphrase = Some(Secret::new(passphrase)).filter(|secret| !secret.is_empty());
        let signer = match Signer::ssh(&private, Some(&public), passphrase.as_ref()) {
            // One key of 256 on these curves is refused.
            Err(Error::Unsupported { .. }) if kind.contains(&"ecdsa") => continue,
            other => other.unwrap(),
        };
        let allowed = format!("ann@corp.test namespaces=\"git\" {public}");
        std::fs::write(home.path().join("allowed"), allowed).unwrap();
        // Several, since numbers in signatures differ in length.
        for _ in 0..3 {
            let signature = signer.sign(PAYLOAD.as_bytes(), 0).unwrap();
            let setting = format!("gpg.ssh.allowedSignersFile={}/allowed", home.path().display());
            let (good, words) = verify_commit(home.path(), &[&setting], &signature);
            assert!(good && words.contains("Good \"git\" signature"), "{kind:?}: {words}");
            assert!(words.contains("ann@corp.test"), "{words}");
        }
    }
}

#[test]
fn a_signature_of_other_bytes_is_not_good() {
    let home = tempfile::tempdir().unwrap();
    let (private, public) = make(home.path(), "key", &["-t", "ed25519"], "");
    let signature = Signer::ssh(&private, None, None).unwrap().sign(b"other", 0).unwrap();
    std::fs::write(home.path().join("allowed"), format!("ann@corp.test {public}")).unwrap();
    let setting = format!("gpg.ssh.allowedSignersFile={}/allowed", home.path().display());
    assert!(!verify_commit(home.path(), &[&setting], &signature).0);
}

#[test]
fn line_ends_do_not_matter() {
    let home = tempfile::tempdir().unwrap();
    let (private, public) = make(home.path(), "key", &["-t", "ed25519"], "");
    for text in [
        private.expose().replace('\n', "\r\n"),
        private.expose().trim().to_owned(),
        format!("\n{}\n\n", private.expose()),
    ] {
        Signer::ssh(&Secret::new(text), Some(&format!(" {public}\r\n")), None).unwrap();
    }
}

#[test]
fn bad_keys_are_told_apart_and_never_shown() {
    let home = tempfile::tempdir().unwrap();
    let (private, public) = make(home.path(), "key", &["-t", "ed25519"], "");
    let (locked, _) = make(home.path(), "locked", &["-t", "ed25519"], "right");
    let (_, other) = make(home.path(), "other", &["-t", "ed25519"], "");
    let (p521, _) = make(home.path(), "p521", &["-t", "ecdsa", "-b", "521"], "");
    let (pem, _) = make(home.path(), "pem", &["-t", "rsa", "-b", "2048", "-m", "PEM"], "");
    let (weak, _) = {
        let (made, _) = run(
            "ssh-keygen",
            home.path(),
            &["-q", "-f", "weak", "-N", "", "-t", "rsa", "-b", "1024"],
            "",
        );
        assert!(made);
        let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
        (Secret::new(read("weak")), read("weak.pub"))
    };
    let short = Secret::new(private.expose().lines().take(3).collect::<Vec<_>>().join("\n"));
    let broken = Secret::new(private.expose().replacen("AAAA", "AAAB", 1));
    let wrong = Secret::new("wrong");
    for (private, public, passphrase, code, words) in [
        (&Secret::new("hunter2hunter2"), None, None, "signing/key", "-----BEGIN"),
        (&Secret::new(""), None, None, "signing/key", "-----BEGIN"),
        (&Secret::new(public.clone()), None, None, "signing/key", "public key"),
        (&short, None, None, "signing/key", "end is missing"),
        (&broken, None, None, "signing/key", "damaged"),
        (&pem, None, None, "signing/key", "OpenSSH's format"),
        (&p521, None, None, "signing/unsupported", "nistp521"),
        (&weak, None, None, "signing/unsupported", "1024 bits"),
        (&locked, None, None, "signing/passphrase", "there is no passphrase"),
        (&locked, None, Some(&wrong), "signing/passphrase", "does not open"),
        (&private, Some("nonsense"), None, "signing/public-key", "cannot be read"),
        (&private, Some(other.as_str()), None, "signing/public-key", "SHA256:"),
    ] {
        let error = Signer::ssh(private, public, passphrase).unwrap_err();
        let shown = format!("{error:?}");
        let diagnostic = Diagnostic::from(error);
        assert_eq!((diagnostic.code, diagnostic.exit), (code, Exit::BadInput), "{diagnostic:?}");
        assert!(diagnostic.message.contains(words), "{words}: {diagnostic:?}");
        for text in [shown, format!("{diagnostic:?}")] {
            assert!(!text.contains("hunter2") && !text.contains("b3BlbnNzaC1rZXk"), "{text}");
        }
    }
    let error = Signer::ssh(&private, Some(&other), None).unwrap_err();
    assert!(matches!(error, Error::Mismatch { .. }));
}
