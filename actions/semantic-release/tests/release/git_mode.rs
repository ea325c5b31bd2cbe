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
fn without_git_the_way_out_is_named() {
    let house = House::new();
    let mut variables = house.variables(&house.work);
    variables.insert("PATH".to_owned(), "/nonexistent".to_owned());
    variables.insert("INPUT_PUBLISH_MODE".to_owned(), "git".to_owned());
    let outcome = crate::house::run(&house.work, variables, &[]);
    assert_eq!(outcome.exit, Exit::BadInput);
    assert!(outcome.log.contains("publish/no-git"), "{}", outcome.log);
}
