//! Writing with the git on PATH, as a developer does.

use diagnostics::Exit;

use crate::house::{House, git};

#[test]
fn a_release_from_the_command_line() {
    let house = House::new();
    let flags = ["version", "--no-vcs-release"];
    let outcome = house.command(&house.work, &flags);
    assert_eq!((outcome.exit, outcome.log.as_str()), (Exit::Done, "1.0.0\n"), "{}", outcome.stderr);
    let commit = git(&house.bare, &["rev-parse", "main"]);
    assert_eq!(git(&house.bare, &["rev-parse", "v1.0.0^{commit}"]), commit);
    assert_eq!(
        git(&house.work, &["rev-parse", "HEAD", "v1.0.0^{commit}"]),
        format!("{commit}\n{commit}")
    );
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
    let again = house.command(&house.work, &flags);
    assert_eq!((again.exit, again.log.as_str()), (Exit::Done, "1.0.0\n"), "{}", again.stderr);
    assert_eq!(git(&house.bare, &["rev-list", "--count", "main"]), "2");
    house.state();
}

#[test]
fn a_commit_that_was_pushed_without_its_tag_is_found() {
    let house = House::new();
    let tip = house.head();
    let outcome = house.command(&house.work, &["version", "--no-vcs-release", "--no-tag"]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.stderr);
    for start in [house.checkout("main", &tip), house.checkout("main", "origin/main")] {
        let outcome = house.command(&start, &["version", "--no-vcs-release"]);
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.stderr);
        assert_eq!(git(&house.bare, &["rev-list", "--count", "main"]), "2");
        assert_eq!(
            git(&house.bare, &["rev-parse", "v1.0.0^{commit}"]),
            git(&house.bare, &["rev-parse", "main"])
        );
        git(&house.bare, &["tag", "-d", "v1.0.0"]);
    }
    house.state();
}

#[test]
fn without_a_push_all_stays_here_and_nothing_is_released() {
    let house = House::new();
    let before = house.state();
    house.server.clear_requests();
    for attempt in ["first", "second"] {
        let outcome = house.command(&house.work, &["version", "--no-push"]);
        assert_eq!(outcome.exit, Exit::Done, "{attempt}: {}", outcome.stderr);
        assert_eq!(outcome.log, "1.0.0\n");
    }
    assert_eq!(git(&house.work, &["log", "--format=%s"]), "1.0.0\nfeat: begin");
    assert_eq!(git(&house.work, &["describe", "--exact-match"]), "v1.0.0");
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
    assert!(git(&house.work, &["show", "v1.0.0:pyproject.toml"]).contains("\"1.0.0\""));
    assert_eq!(house.state(), before);
    assert!(house.server.requests().is_empty());
}

#[test]
fn each_part_can_be_left_out() {
    // Without commit and tag there is no push, without a push no release.
    for (flags, commits, tags) in [
        (&["--no-commit", "--no-tag"][..], "1", ""),
        (&["--no-commit", "--no-push"], "1", "v1.0.0"),
        (&["--no-tag", "--no-push"], "2", ""),
        (&["--no-changelog", "--no-push"], "2", "v1.0.0"),
    ] {
        let house = House::new();
        let before = house.state();
        let outcome = house.command(&house.work, &[&["version"], flags].concat());
        assert_eq!(outcome.exit, Exit::Done, "{flags:?}: {}", outcome.stderr);
        assert_eq!(git(&house.work, &["rev-list", "--count", "HEAD"]), commits, "{flags:?}");
        assert_eq!(git(&house.work, &["tag"]), tags, "{flags:?}");
        let stamped = std::fs::read_to_string(house.work.join("pyproject.toml")).unwrap();
        assert!(stamped.contains("\"1.0.0\""), "{flags:?}");
        let changelog = house.work.join("CHANGELOG.md").exists();
        assert_eq!(changelog, !flags.contains(&"--no-changelog"), "{flags:?}");
        assert_eq!(house.state(), before, "{flags:?}");
    }
}

#[test]
fn a_clone_without_remote_is_told_to_add_one() {
    let house = House::new();
    git(&house.work, &["remote", "remove", "origin"]);
    let outcome = house.command(&house.work, &["version", "--no-vcs-release"]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("git remote add origin"), "{}", outcome.stderr);
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
}

#[test]
fn without_git_the_way_out_is_named() {
    let house = House::new();
    let mut variables = house.variables(&house.work);
    variables.insert("PATH".to_owned(), "/nonexistent".to_owned());
    variables.insert("INPUT_PUBLISH_MODE".to_owned(), "git".to_owned());
    let outcome = crate::house::run(&house.work, variables, &[]);
    assert_eq!(outcome.exit, Exit::BadInput);
    assert!(outcome.log.contains("publish/no-git"), "{}", outcome.log);
}
