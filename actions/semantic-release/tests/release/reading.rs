//! The switches between what a commit says and what it counts for.

use diagnostics::Exit;

use crate::house::{House, Outcome, PYPROJECT, git};

const SQUASH: &str =
    "fix: a small repair (#7)\n\n* feat: an idea\n\n* feat!: a breaking idea\n\n* docs: words";

fn configured(extra: &str) -> House {
    House::with(&PYPROJECT.replace("version_toml", &format!("{extra}\nversion_toml")))
}

/// The release after the first one.
fn after(house: &House, messages: &[&str], inputs: &[(&str, &str)]) -> Outcome {
    git(&house.work, &["tag", "v1.2.3"]);
    for message in messages {
        house.commit(message);
    }
    house.run(&[inputs, &[("no_operation_mode", "true")]].concat())
}

#[test]
fn a_bullet_of_a_squash_counts_as_far_as_the_switch_says() {
    for (key, input, version, told) in [
        ("", "", "2.0.0", "this bullet made it major: fix: a small repair"),
        ("squash = \"title-only\"", "", "1.2.4", "| patch | fix: a small repair"),
        ("squash = \"split-capped\"", "", "1.2.4", "| patch | fix: a small repair"),
        ("squash = \"title-only\"", "split", "2.0.0", "this bullet made it major"),
    ] {
        let house = configured(key);
        let inputs: &[(&str, &str)] = if input.is_empty() { &[] } else { &[("squash", input)] };
        let outcome = after(&house, &[SQUASH], inputs);
        assert_eq!(outcome.output("version"), version, "{key} {input} {}", outcome.log);
        assert!(outcome.summary.contains(told), "{key}: {}", outcome.summary);
        let has_idea = outcome.output("release_notes").contains("An idea");
        assert_eq!(has_idea, !key.contains("title-only") || !input.is_empty(), "{key}");
    }
}

#[test]
fn a_commit_and_its_revert_cancel_out_where_that_is_wanted() {
    let feat = "feat: an idea (#1)";
    let revert = "Revert \"feat: an idea (#1)\" (#2)\n\nReverts org/demo#1";
    let house = configured("revert = \"cancel\"");
    let outcome = after(&house, &[feat, revert], &[]);
    assert_eq!((outcome.output("released"), outcome.output("version")), ("false", "1.2.3"));
    assert!(outcome.summary.contains("taken back by"), "{}", outcome.summary);
    house.commit("fix: another thing");
    let outcome = house.run(&[("no_operation_mode", "true")]);
    assert_eq!(outcome.output("version"), "1.2.4", "{}", outcome.log);
    assert!(!outcome.output("release_notes").to_lowercase().contains("idea"));
    let outcome = house.run(&[("no_operation_mode", "true"), ("revert", "keep")]);
    assert_eq!(outcome.output("version"), "1.3.0", "python-semantic-release's answer");
    let house = configured("revert = \"cancel\"");
    let outcome = after(&house, &["Revert \"feat: begin\""], &[]);
    assert_eq!(outcome.output("version"), "1.2.4", "{}", outcome.log);
    assert!(outcome.output("release_notes").contains("Reverts"), "{}", outcome.log);
}

#[test]
fn the_first_version_can_be_chosen() {
    let zero = "initial_version = \"0.1.0\"\nallow_zero_version = true";
    let house = configured(zero);
    let dry = [("no_operation_mode", "true")];
    house.commit("feat!: it breaks before it is there");
    assert_eq!(house.run(&dry).output("version"), "0.1.0");
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    assert_eq!(house.run(&dry).output("version"), "0.1.0-dev.1");
    git(&house.work, &["tag", "v0.1.0-dev.1"]);
    house.commit("feat!: once more");
    assert_eq!(house.run(&dry).output("version"), "0.1.0-dev.2");
    git(&house.work, &["switch", "--quiet", "main"]);
    git(&house.work, &["merge", "--quiet", "--ff-only", "develop"]);
    assert_eq!(house.run(&dry).output("version"), "0.1.0");
    git(&house.work, &["tag", "v0.1.0"]);
    house.commit("fix: a thing");
    assert_eq!(house.run(&dry).output("version"), "0.1.1");
    for (key, told) in [
        ("initial_version = \"0.1.0\"", "allow_zero_version = true"),
        ("initial_version = \"1.0\"", "is not a version"),
        ("initial_version = \"1.0.0-rc.1\"", "is not a full version"),
    ] {
        let outcome = configured(key).run(&dry);
        assert_eq!(outcome.exit, Exit::BadInput, "{key}");
        assert!(outcome.log.contains("release/initial-version"), "{}", outcome.log);
        assert!(outcome.log.contains(told), "{key}: {}", outcome.log);
    }
}

#[test]
fn an_exact_version_is_released_once() {
    let house = House::new();
    git(&house.work, &["tag", "v1.2.3"]);
    git(&house.work, &["push", "--quiet", "origin", "v1.2.3"]);
    house.commit("docs: no release of its own");
    for (version, told) in [
        ("1.2", "it is not a semantic version"),
        ("1.2.2", "does not come after 1.2.3"),
        ("1.2.3", "is taken"),
    ] {
        let outcome = house.run(&[("force_version", version)]);
        assert_eq!(outcome.exit, Exit::BadInput, "{version} {}", outcome.log);
        assert!(outcome.log.contains(told), "{version}: {}", outcome.log);
    }
    let both = house.run(&[("force_version", "2.0.0"), ("force", "major")]);
    assert_eq!(both.exit, Exit::BadInput);
    assert_eq!(
        house
            .run(&[("force_version", "1.4.0-rc.7"), ("no_operation_mode", "true")])
            .output("is_prerelease"),
        "true"
    );
    let outcome = house.run(&[("force_version", "7.0.0")]);
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "7.0.0"), "{}", outcome.log);
    assert!(outcome.summary.contains("asked for by input"), "{}", outcome.summary);
    let state = house.state();
    let again = house.run(&[("force_version", "7.0.0")]);
    assert_eq!((again.exit, again.output("changed")), (Exit::Done, "false"), "{}", again.log);
    house.pull();
    let again = house.run(&[("force_version", "7.0.0")]);
    assert_eq!((again.exit, again.output("released")), (Exit::Done, "false"), "{}", again.log);
    house.commit("docs: more");
    assert_eq!(house.run(&[("force_version", "7.0.0")]).exit, Exit::BadInput);
    assert_eq!(house.state().lines().count(), state.lines().count() + 1);
}

#[test]
fn a_footer_asks_for_a_version() {
    let footer = "chore: go on\n\nRelease-As: 3.1.0";
    let house = configured("release_as = \"on\"");
    let outcome = after(&house, &[footer, "fix: later"], &[]);
    assert_eq!(outcome.output("version"), "3.1.0", "{}", outcome.log);
    assert!(outcome.summary.contains("asked for by"), "{}", outcome.summary);
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    let dry = [("no_operation_mode", "true")];
    assert_eq!(house.run(&dry).output("version"), "3.1.0-dev.1");
    git(&house.work, &["tag", "v3.1.0-dev.1"]);
    house.commit("feat: more");
    assert_eq!(house.run(&dry).output("version"), "3.1.0-dev.2");
    assert_eq!(after(&House::new(), &[footer, "fix: later"], &[]).output("version"), "1.2.4");
    for value in ["1.0.0", "1.2.3", "soon"] {
        let house = configured("release_as = \"on\"");
        let outcome = after(&house, &[&format!("fix: x\n\nrelease-as: {value}")], &[]);
        assert_eq!(outcome.exit, Exit::BadInput, "{value}");
        assert!(outcome.log.contains("release/release-as"), "{}", outcome.log);
    }
}

#[test]
fn a_wrong_message_is_corrected_after_the_merge() {
    let house = configured("overrides_file = \"overrides.toml\"\nreport_unparsed = \"warning\"");
    git(&house.work, &["tag", "v1.2.3"]);
    house.commit("feat!: not breaking at all (#12)");
    let (wrong, dry) = (house.head(), [("no_operation_mode", "true")]);
    house.commit("oops, a message");
    let odd = house.head();
    let write = |text: &str| std::fs::write(house.work.join("overrides.toml"), text).unwrap();
    assert_eq!(house.run(&dry).exit, Exit::BadInput, "the file is not there");
    write("");
    let outcome = house.run(&dry);
    assert_eq!(outcome.output("version"), "2.0.0");
    assert!(outcome.log.contains("release/unparsed"), "{}", outcome.log);
    assert!(outcome.log.contains("oops, a message"), "{}", outcome.log);
    let failing = house.run(&[("no_operation_mode", "true"), ("fail-on", "warning")]);
    assert_eq!(failing.exit, Exit::CheckFailed);
    write(&format!(
        "{} = \"fix: a repair\\nfix: another repair\"\n{odd} = \"ignore\"\n",
        wrong.split_at(9).0
    ));
    let outcome = house.run(&dry);
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "1.2.4"), "{}", outcome.log);
    assert!(!outcome.log.contains("release/unparsed"), "{}", outcome.log);
    assert!(
        outcome.summary.contains("corrected by overrides.toml:1: fix: a repair"),
        "{}",
        outcome.summary
    );
    let notes = outcome.output("release_notes");
    assert!(notes.contains("Another repair") && notes.contains("/pull/12"), "{notes}");
    write("abc = \"fix: x\"");
    assert!(house.run(&dry).log.contains("release/overrides"));
}

#[test]
fn other_dialects_can_be_asked_for() {
    for (key, inputs, version) in [
        ("commit_parser = \"node\"", vec![], "1.2.3"),
        ("", vec![("parser", "node")], "1.2.3"),
        (
            "commit_parser = \"node\"\ncommit_parser_options = { preset = \"conventionalcommits\" }",
            vec![],
            "2.0.0",
        ),
        (
            "commit_parser = \"node\"\ncommit_parser_options = { release_rules = [{ type = \"do*\", release = \"patch\" }] }",
            vec![],
            "1.2.4",
        ),
        ("commit_parser = \"conventional-strict\"", vec![], "2.0.0"),
        ("", vec![], "2.0.0"),
    ] {
        let house = configured(key);
        let outcome =
            after(&house, &["feat!: a breaking idea", "docs: words", "what is this"], &inputs);
        assert_eq!(outcome.output("version"), version, "{key} {inputs:?} {}", outcome.log);
        let reported = outcome.log.contains("release/unparsed");
        assert_eq!(reported, key.contains("strict"), "{key}: {}", outcome.log);
    }
    let house = configured(
        "commit_parser = \"node\"\ncommit_parser_options = { release_rules = [{ type = \"x\", release = \"huge\" }, { type = \"\" , release = false }] }",
    );
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::BadInput);
    for told in ["is none of the levels", "the pattern is empty", "release/release-rules"] {
        assert!(outcome.log.contains(told), "{told}: {}", outcome.log);
    }
    let house = configured("commit_parser = \"node\"");
    let (feat, hash) = {
        house.commit("feat: an idea");
        ("feat: an idea", house.head())
    };
    let revert = format!("Revert \"{feat}\"\n\nThis reverts commit {hash}.");
    assert_eq!(after(&house, &["fix: a thing"], &[]).output("version"), "1.2.4");
    git(&house.work, &["tag", "-d", "v1.2.3"]);
    git(&house.work, &["tag", "v1.2.3", "HEAD~2"]);
    assert_eq!(house.run(&[("no_operation_mode", "true")]).output("version"), "1.3.0");
    house.commit(&revert);
    let outcome = house.run(&[("no_operation_mode", "true")]);
    assert_eq!(outcome.output("version"), "1.2.4", "{}", outcome.log);
}
