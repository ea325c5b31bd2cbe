//! A team that tags by hand: the push of the tag makes the release.

use std::path::{Path, PathBuf};

use diagnostics::Exit;

use crate::house::{House, Outcome, PYPROJECT, git, run};

/// Commits the files of a release, tags the commit and checks the tag out as a runner does.
fn tagged(house: &House, tag: &str, version: &str, changelog: &str) -> PathBuf {
    let path = house.work.join("pyproject.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let old = text.lines().find(|line| line.starts_with("version = ")).unwrap();
    let text = text.replace(old, &format!("version = \"{version}\"  # stamped"));
    std::fs::write(&path, text).unwrap();
    std::fs::write(house.work.join("CHANGELOG.md"), changelog).unwrap();
    git(&house.work, &["add", "."]);
    git(&house.work, &["commit", "--quiet", "-m", "release by hand"]);
    git(&house.work, &["tag", "-a", tag, "-m", tag]);
    git(&house.work, &["push", "--quiet", "origin", "main", tag]);
    let directory = house.checkout("main", tag);
    git(&directory, &["checkout", "--quiet", "--detach", tag]);
    directory
}

fn pushed(house: &House, directory: &Path, tag: &str, inputs: &[(&str, &str)]) -> Outcome {
    let mut variables = house.variables(directory);
    let sha = git(directory, &["rev-parse", &format!("{tag}^{{commit}}")]);
    for (name, value) in [
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_REF", &format!("refs/tags/{tag}")),
        ("GITHUB_REF_NAME", tag),
        ("GITHUB_REF_TYPE", "tag"),
        ("GITHUB_SHA", &sha),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    for (name, value) in inputs {
        variables.insert(format!("INPUT_{}", name.to_uppercase()), (*value).to_owned());
    }
    run(directory, variables, &[])
}

const CHANGELOG: &str = "# Changes\n\n## 2.1.0 (today)\n\n- what is new\n\n## 2.0.0\n\n- older\n";

#[test]
fn the_tag_is_released_as_it_is() {
    let house = House::new();
    let directory = tagged(&house, "v2.1.0", "2.1.0", CHANGELOG);
    let dry = pushed(&house, &directory, "v2.1.0", &[("no_operation_mode", "true")]);
    assert_eq!((dry.exit, dry.output("released")), (Exit::Done, "true"), "{}", dry.log);
    assert!(house.server.releases("org", "demo").is_empty());
    let outcome = pushed(&house, &directory, "v2.1.0", &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("version"), "2.1.0");
    assert_eq!(outcome.output("tag"), "v2.1.0");
    assert_eq!(outcome.output("release_notes"), "## 2.1.0 (today)\n\n- what is new\n");
    let releases = house.server.releases("org", "demo");
    assert_eq!(releases.len(), 1);
    assert!(!releases[0].draft && releases[0].tag_name == "v2.1.0");
    let before = house.state();
    let again = pushed(&house, &directory, "v2.1.0", &[]);
    assert_eq!((again.exit, again.output("released")), (Exit::Done, "false"), "{}", again.log);
    assert_eq!(house.state(), before);
}

#[test]
fn a_tag_that_lies_releases_nothing_and_says_where() {
    let house = House::new();
    let directory = tagged(&house, "v2.1.0", "2.0.9", "# Changes\n\n## 2.1.01\n\n- x\n");
    let outcome = pushed(&house, &directory, "v2.1.0", &[]);
    assert_eq!((outcome.exit, outcome.output("released")), (Exit::BadInput, "false"));
    for part in ["`pyproject.toml` does not say 2.1.0", "`CHANGELOG.md` has no section for 2.1.0"] {
        assert!(outcome.log.contains(part), "{part}: {}", outcome.log);
    }
    assert!(outcome.log.contains("file=pyproject.toml,line=3"), "{}", outcome.log);
    assert!(house.server.releases("org", "demo").is_empty());
}

#[test]
fn other_tags_and_insistence() {
    let house = House::new();
    let directory = tagged(&house, "v2", "2.1.0", CHANGELOG);
    for (inputs, message) in [
        (&[("trigger", "tag")][..], "names no version"),
        (&[("trigger", "branch")][..], "HEAD is detached"),
    ] {
        let outcome = pushed(&house, &directory, "v2", inputs);
        assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
        assert!(outcome.log.contains(message), "{message}: {}", outcome.log);
    }
    let outcome = pushed(&house, &directory, "v2", &[]);
    assert_eq!((outcome.exit, outcome.output("released")), (Exit::Done, "false"), "moving tags");
    let outcome = house.run(&[("trigger", "tag")]);
    assert!(outcome.log.contains("not started by the push of a tag"), "{}", outcome.log);
    // The tag is there, but something else is checked out.
    git(&house.work, &["tag", "v2.1.0", "HEAD~1"]);
    let outcome = pushed(&house, &house.work, "v2.1.0", &[]);
    assert!(outcome.log.contains("the checkout is at"), "{}", outcome.log);
    assert!(house.server.releases("org", "demo").is_empty());
}

#[test]
fn short_tags_follow_a_pushed_tag() {
    let house = House::with(&PYPROJECT.replace(
        "[tool.semantic_release]\n",
        "[tool.semantic_release]\nadd_partial_tags = true\n",
    ));
    let directory = tagged(&house, "v2.1.0", "2.1.0", CHANGELOG);
    let outcome = pushed(&house, &directory, "v2.1.0", &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let commit = |tag: &str| git(&house.bare, &["rev-parse", &format!("{tag}^{{commit}}")]);
    let released = commit("v2.1.0");
    for tag in ["v2", "v2.1"] {
        assert_eq!(commit(tag), released, "{tag}");
    }
    let again = pushed(&house, &directory, "v2.1.0", &[]);
    assert_eq!((again.exit, again.output("released")), (Exit::Done, "false"), "{}", again.log);
    // A run that was killed between the release and the short tag.
    git(&house.bare, &["update-ref", "-d", "refs/tags/v2"]);
    let again = pushed(&house, &directory, "v2.1.0", &[]);
    assert_eq!(again.exit, Exit::Done, "{}", again.log);
    assert_eq!(commit("v2"), released);
    // A hotfix of an older line does not take them back.
    let older = tagged(&house, "v2.0.1", "2.0.1", "# Changes\n\n## 2.0.1\n\n- y\n");
    assert_eq!(pushed(&house, &older, "v2.0.1", &[]).exit, Exit::Done);
    assert_eq!(commit("v2"), released);
    assert_eq!(commit("v2.0"), commit("v2.0.1"));
}
