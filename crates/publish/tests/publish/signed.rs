//! Commits and tags signed here, with git as the judge.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use diagnostics::{Diagnostic, Exit, Secret};
use publish::{
    CommitRequest, GitCommand, GitSetup, Identity, Publisher, Signing, Verified, Writer,
};
use signing::Signer;

use crate::place::{Place, WAYS, Way, someone, tag};

/// What a program says, with a home of its own; it has to succeed.
fn run(home: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(home)
        .env("GNUPGHOME", home)
        .env("HOME", home)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {text}");
    text
}

fn signing(signer: Signer) -> Signing {
    Signing { signer: Arc::new(signer), now: 1_767_323_045 }
}

fn ssh_key(home: &Path) -> Signing {
    run(home, "ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "key"]);
    let read = |name: &str| std::fs::read_to_string(home.join(name)).unwrap();
    let allowed = format!("ann@corp.test {}", read("key.pub"));
    std::fs::write(home.join("allowed"), allowed).unwrap();
    run(
        home,
        "git",
        &[
            "config",
            "--global",
            "gpg.ssh.allowedSignersFile",
            &home.join("allowed").to_string_lossy(),
        ],
    );
    signing(Signer::ssh(&Secret::new(read("key")), None, None).unwrap())
}

fn openpgp_key(home: &Path) -> Signing {
    let fixed = ["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""];
    let gpg = |arguments: &[&str]| run(home, "gpg", &[&fixed, arguments].concat());
    gpg(&[
        "--faked-system-time",
        "20260101T000000!",
        "--quick-generate-key",
        "ann@corp.test",
        "ed25519",
        "sign",
        "0",
    ]);
    let private = Secret::new(gpg(&["--armor", "--export-secret-keys"]));
    let signer = Signer::openpgp(&private, None, 1_767_323_045).unwrap();
    run(home, "gpgconf", &["--kill", "all"]);
    signing(signer)
}

fn writer(place: &Place, way: Way, signing: Signing) -> Writer {
    match way {
        Way::Api => Writer::GitHub(place.api(Verified::Require).with_signing(Some(signing))),
        Way::Git => {
            let setup = GitSetup { signing: Some(signing), ..place.setup(Verified::Require) };
            Writer::Git(GitCommand::new(setup).unwrap())
        }
    }
}

#[tokio::test]
async fn git_verifies_commit_and_tag_of_both_ways_and_both_families() {
    use std::os::unix::fs::PermissionsExt as _;
    for way in WAYS {
        for family in ["ssh", "openpgp"] {
            let place = Place::new();
            let home = tempfile::Builder::new().prefix("g").tempdir().unwrap();
            let home = home.path();
            std::fs::set_permissions(home, std::fs::Permissions::from_mode(0o700)).unwrap();
            let key = if family == "ssh" { ssh_key(home) } else { openpgp_key(home) };
            let writer = writer(&place, way, key);
            let made = writer.commit_and_tag(&place.release(), &tag).await.unwrap();
            let bare = place.path().join("demo.git");
            let git = |arguments: &[&str]| {
                run(home, "git", &[&["-C", &bare.to_string_lossy()], arguments].concat())
            };
            for command in [&["verify-commit", "main"], &["verify-tag", "v1.0.0"]] {
                let words = git(command);
                assert!(words.to_lowercase().contains("good"), "{way:?} {family}: {words}");
                assert!(words.contains("ann@corp.test"), "{words}");
            }
            git(&["fsck", "--strict"]);
            let about = git(&["log", "-1", "--format=%an|%ae|%aI|%cn|%B", "main"]);
            assert_eq!(
                about.trim_end(),
                "Ann Ö|ann@corp.test|2026-01-02T03:04:05+00:00|Ann Ö|chore(release): 1.0.0\n\n# All of it\n- one"
            );
            let tagged = git(&["cat-file", "-p", "v1.0.0"]);
            assert!(tagged.contains("\n\nv1.0.0\n\n# kept\n-----BEGIN "), "{tagged}");
            let again = writer.commit_and_tag(&place.release(), &tag).await.unwrap();
            assert_eq!(again.id, made.id, "{way:?} {family}");
            if way == Way::Api {
                assert_eq!(made.notices[0].code, "publish/key-unknown");
            }
            run(home, "gpgconf", &["--kill", "all"]);
        }
    }
}

#[tokio::test]
async fn names_that_cannot_be_signed_change_nothing() {
    for way in WAYS {
        for author in [
            None,
            Some(Identity { name: "A\nB".into(), ..someone() }),
            Some(Identity { email: "<>".into(), ..someone() }),
        ] {
            let place = Place::new();
            let home = tempfile::tempdir().unwrap();
            let writer = writer(&place, way, ssh_key(home.path()));
            let request = CommitRequest { author, ..place.release() };
            let error = writer.commit_and_tag(&request, &tag).await.unwrap_err();
            let diagnostic = Diagnostic::from(error);
            assert_eq!((diagnostic.code, diagnostic.exit), ("publish/identity", Exit::BadInput));
            assert_eq!(place.git(&["rev-parse", "main"]), place.head.as_str());
        }
    }
}
