//! What every release rests on.

use diagnostics::Exit;

use crate::house::{House, PYPROJECT, TOKEN, git};

#[test]
fn tags_alone_decide_whatever_the_files_say() {
    let house = House::with(&PYPROJECT.replace("0.0.0", "9.9.9"));
    git(&house.work, &["tag", "v1.2.3"]);
    git(&house.work, &["tag", "other-7.0.0"]);
    house.commit("fix: a thing");
    let outcome = house.run(&[("no_operation_mode", "true")]);
    assert_eq!(outcome.output("version"), "1.2.4", "{}", outcome.log);
}

#[test]
fn build_metadata_ends_the_version() {
    let house = House::new();
    let outcome = house.run(&[("build_metadata", "build.5"), ("no_operation_mode", "true")]);
    assert_eq!(outcome.output("version"), "1.0.0+build.5", "{}", outcome.log);
    assert_eq!(outcome.output("tag"), "v1.0.0+build.5");
}

#[test]
fn one_commit_and_an_annotated_tag_in_both_ways() {
    for mode in ["api", "git"] {
        let house = House::new();
        let before = house.head();
        let outcome = house.run(&[("publish_mode", mode)]);
        assert_eq!(outcome.exit, Exit::Done, "{mode}: {}", outcome.log);
        assert_eq!(git(&house.bare, &["rev-parse", "main^"]), before, "{mode}");
        assert_eq!(git(&house.bare, &["log", "-1", "--format=%s", "main"]), "1.0.0", "{mode}");
        assert_eq!(git(&house.bare, &["cat-file", "-t", "v1.0.0"]), "tag", "{mode}");
        let heads = git(&house.bare, &["rev-parse", "main", "v1.0.0^{commit}"]);
        let (branch, tag) = heads.split_once('\n').unwrap();
        assert_eq!(branch, tag, "{mode}");
    }
}

#[test]
fn the_token_is_masked_and_shown_nowhere() {
    let house = House::new();
    let outcome = house.run(&[("verbosity", "2"), ("log-level", "trace")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let shown = |line: &&str| line.contains(TOKEN) && !line.starts_with("::add-mask::");
    assert!(outcome.log.contains(&format!("::add-mask::{TOKEN}")), "{}", outcome.log);
    assert_eq!(outcome.log.lines().find(shown), None);
    for text in outcome.outputs.values().chain([&outcome.summary, &outcome.stderr]) {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn inputs_and_messages_are_data() {
    let house = House::new();
    house.commit("feat: $(touch owned) `touch owned` ${{ github.token }}\n\n::error::body\n::set-env name=PATH::x");
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    for line in outcome.log.lines() {
        assert!(!line.starts_with("::error") && !line.starts_with("::set-env"), "{line}");
    }
    for (input, value) in [
        ("prerelease_token", "x;touch owned"),
        ("build_metadata", "$(touch owned)"),
        ("force_version", "1.0.0\n::error::input"),
        ("branch", "--upload-pack=touch owned"),
    ] {
        let outcome = house.run(&[(input, value)]);
        assert!(!outcome.log.lines().any(|line| line == "::error::input"), "{}", outcome.log);
        assert_ne!(outcome.output("released"), "true", "{input}: {}", outcome.log);
    }
    assert!(!house.work.join("owned").exists());
    house.state();
}

#[test]
fn a_commit_without_a_tag_ends_well() {
    let house = House::new();
    let tip = house.head();
    let outcome = house.run(&[("tag", "false")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(git(&house.bare, &["rev-parse", "main^"]), tip, "the commit is there");
    assert_eq!(outcome.output("commit_sha"), git(&house.bare, &["rev-parse", "main"]));
    assert_eq!(git(&house.bare, &["tag"]), "");
    assert_eq!(house.server.releases("org", "demo").len(), 0);
}
