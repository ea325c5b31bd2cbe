//! Releases whose commit and tag are signed by a key of the user's.

use std::path::Path;
use std::process::Command;

use diagnostics::Exit;
use github_stand_in::Fault;

use crate::house::{House, git};

/// An SSH key and a file that says whose it is: private key, public key.
fn key(house: &House, name: &str, passphrase: &str) -> (String, String) {
    let path = house.folder.path().join(name);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-C", "", "-N", passphrase, "-f"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let public = read(&path.with_extension("pub"));
    std::fs::write(house.folder.path().join("allowed"), format!("bot@corp.test {public}")).unwrap();
    (read(&path), public)
}

/// What git says about the signature of a commit or a tag on the server.
fn verify(house: &House, command: &str, name: &str) -> String {
    let allowed = house.folder.path().join("allowed");
    let setting = format!("gpg.ssh.allowedSignersFile={}", allowed.display());
    let output = Command::new("git")
        .args(["-c", &setting, command, name])
        .current_dir(&house.bare)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command} {name}: {words}");
    words
}

#[test]
fn an_ssh_key_signs_commit_and_tag() {
    for (mode, passphrase) in [("api", ""), ("api", "open sesame"), ("git", "")] {
        let house = House::new();
        let (private, public) = key(&house, "key", passphrase);
        let inputs = [
            ("ssh_private_signing_key", private.as_str()),
            ("ssh_public_signing_key", public.as_str()),
            ("ssh_key_passphrase", passphrase),
            ("git_committer_email", "bot@corp.test"),
            ("git_committer_name", "Release Bot"),
            ("publish_mode", mode),
            ("verified", "require"),
            ("vcs_release", if mode == "api" { "true" } else { "false" }),
        ];
        let outcome = house.run_in(&house.work, &inputs);
        assert_eq!(outcome.exit, Exit::Done, "{mode}: {}", outcome.log);
        for (command, name) in [("verify-commit", "main"), ("verify-tag", "v1.0.0")] {
            let words = verify(&house, command, name);
            assert!(words.contains("Good \"git\" signature for bot@corp.test"), "{words}");
        }
        let who = git(&house.bare, &["log", "-1", "--format=%an <%ae> %cn", "main"]);
        assert_eq!(who, "Release Bot <bot@corp.test> Release Bot");
        let secret = private.lines().nth(2).unwrap();
        for text in [&outcome.log, &outcome.summary, &outcome.stderr] {
            // `::add-mask::` lines are the runner's, which shows none of them.
            let shown = text.lines().filter(|line| !line.starts_with("::add-mask::"));
            let shown: Vec<&str> = shown.collect();
            assert!(!shown.iter().any(|line| line.contains(secret)), "{mode}");
        }
        house.state();
    }
}

#[test]
fn the_address_alone_names_whose_signature_it_is() {
    let house = House::new();
    let (private, _) = key(&house, "key", "");
    let inputs =
        [("ssh_private_signing_key", private.as_str()), ("git_committer_email", "bot@corp.test")];
    let outcome = house.run(&inputs);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    verify(&house, "verify-commit", "main");
    let who = git(&house.bare, &["log", "-1", "--format=%cn <%ce>", "main"]);
    assert_eq!(who, "semantic-release <bot@corp.test>");
}

#[test]
fn keys_that_cannot_be_used_change_nothing() {
    let house = House::new();
    let (locked, _) = key(&house, "locked", "right");
    let (other, public) = key(&house, "other", "");
    let (private, _) = key(&house, "key", "");
    let email = ("git_committer_email", "bot@corp.test");
    let before = house.state();
    house.server.clear_requests();
    for (inputs, code) in [
        (vec![("ssh_private_signing_key", "hunter2hunter2"), email], "signing/key"),
        (vec![("ssh_private_signing_key", public.as_str()), email], "signing/key"),
        (vec![("ssh_private_signing_key", &locked), email], "signing/passphrase"),
        (
            vec![
                ("ssh_private_signing_key", locked.as_str()),
                ("ssh_key_passphrase", "wrong-one"),
                email,
            ],
            "signing/passphrase",
        ),
        (
            vec![
                ("ssh_private_signing_key", private.as_str()),
                ("ssh_public_signing_key", &public),
                email,
            ],
            "signing/public-key",
        ),
        (vec![("ssh_private_signing_key", private.as_str())], "release/signing-author"),
        (
            vec![("ssh_private_signing_key", private.as_str()), ("gpg_private_key", &other), email],
            "release/signing-keys",
        ),
        (vec![("gpg_private_key", "hunter2hunter2"), email], "signing/key"),
        (vec![("signoff_commit", "true")], "release/signoff-author"),
    ] {
        let outcome = house.run(&inputs);
        assert_eq!(outcome.exit, Exit::BadInput, "{code}: {}", outcome.log);
        assert!(outcome.log.contains(code), "{code}: {}", outcome.log);
        let shown = outcome.log.lines().filter(|line| !line.starts_with("::add-mask::"));
        assert_eq!(shown.filter(|line| line.contains("hunter2")).count(), 0, "{}", outcome.log);
        assert_eq!(outcome.output("released"), "false");
    }
    assert_eq!(house.server.mutations(), Vec::<String>::new());
    assert_eq!(
        (house.state(), git(&house.work, &["status", "--porcelain"])),
        (before, String::new())
    );
}

#[test]
fn signed_releases_are_finished_by_the_next_run() {
    for number in 1.. {
        let house = House::new();
        let (private, _) = key(&house, "key", "");
        let inputs = [
            ("ssh_private_signing_key", private.as_str()),
            ("git_committer_email", "bot@corp.test"),
        ];
        house.server.inject(Fault::mutation(number).before().status(403).always());
        if house.run(&inputs).exit == Exit::Done {
            assert!(number > 8, "blobs, tree, commit, branch, tag object, tag, draft: {number}");
            break;
        }
        house.server.clear_faults();
        let outcome = house.run(&inputs);
        assert_eq!(outcome.exit, Exit::Done, "{number}: {}", outcome.log);
        assert_eq!(git(&house.bare, &["rev-list", "--count", "main"]), "2", "{number}");
        verify(&house, "verify-commit", "main");
        verify(&house, "verify-tag", "v1.0.0");
        house.state();
    }
}

#[test]
fn a_sign_off_ends_the_message_in_both_ways() {
    for mode in ["api", "git"] {
        let house = House::new();
        let inputs = [
            ("signoff_commit", "true"),
            ("git_committer_name", "Ann"),
            ("git_committer_email", "ann@corp.test"),
            ("publish_mode", mode),
            ("vcs_release", "false"),
        ];
        assert_eq!(house.run(&inputs).exit, Exit::Done);
        let trailers = git(&house.bare, &["log", "-1", "--format=%(trailers)", "main"]);
        assert_eq!(trailers.trim(), "Signed-off-by: Ann <ann@corp.test>");
        house.pull();
        let again = house.run(&inputs);
        assert_eq!((again.exit, again.output("released")), (Exit::Done, "false"), "{}", again.log);
    }
}

#[test]
fn tag_only_tags_the_commit_there_is() {
    let house = House::new();
    let tip = house.head();
    let outcome = house.run(&[("release_mode", "tag-only")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("commit_sha"), tip);
    assert_eq!(
        git(&house.bare, &["rev-parse", "main", "v1.0.0^{commit}"]),
        format!("{tip}\n{tip}")
    );
    let stamped = std::fs::read_to_string(house.work.join("pyproject.toml")).unwrap();
    assert!(stamped.contains("version = \"1.0.0\""), "for the build: {stamped}");
    assert_eq!(house.server.releases("org", "demo").len(), 1);
    let again = house.run_in(&house.checkout("main", &tip), &[("release_mode", "tag-only")]);
    assert_eq!((again.exit, again.output("released")), (Exit::Done, "false"), "{}", again.log);
}
