//! `changelog`: the file of what was released, and the notes of one release.

use diagnostics::Exit;

use crate::house::{House, PYPROJECT, git};

/// Two releases, made here, and a feature after them.
fn released(pyproject: &str) -> House {
    let house = House::with(pyproject);
    git(&house.work, &["tag", "-a", "v1.0.0", "-m", "v1.0.0"]);
    house.commit("feat(api): add a thing");
    house.commit("docs: explain it\n\nNOTICE: read the manual");
    git(&house.work, &["tag", "-a", "v1.1.0", "-m", "v1.1.0"]);
    house.commit("fix: mend it");
    git(&house.work, &["push", "--quiet", "--tags", "origin"]);
    house
}

fn text(house: &House, name: &str) -> String {
    std::fs::read_to_string(house.work.join(name)).unwrap()
}

/// Where the headings stand, in this order.
fn in_order(text: &str, parts: &[&str]) -> bool {
    let places: Vec<_> = parts.iter().map(|part| text.find(part)).collect();
    places.iter().all(Option::is_some) && places.is_sorted()
}

#[test]
fn a_changelog_of_all_of_history_and_no_commit() {
    let house = released(PYPROJECT);
    let head = house.head();
    let outcome = house.run(&[("mode", "changelog")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let made = text(&house, "CHANGELOG.md");
    let headings =
        ["<!-- version list -->", "## Unreleased", "### Bug Fixes", "## v1.1.0 (", "## v1.0.0 ("];
    assert!(in_order(&made, &headings), "{made}");
    assert!(made.contains("### Additional Release Information\n\n- Read the manual"), "{made}");
    assert_eq!(
        (outcome.output("changelog_path"), outcome.output("changed"), outcome.output("released")),
        ("CHANGELOG.md", "true", "false")
    );
    assert_eq!(house.head(), head, "nothing is committed");
    let again = house.run(&[("mode", "changelog")]);
    assert_eq!((again.exit, again.output("changed")), (Exit::Done, "false"), "{}", again.log);
    assert_eq!(text(&house, "CHANGELOG.md"), made);
    assert!(house.server.releases("org", "demo").is_empty());
}

#[test]
fn new_sections_go_to_the_flag_and_hand_written_text_stays() {
    let house = released(PYPROJECT);
    let old = "# My own title\n\nHello.\n\n<!-- version list -->\n\n## v1.0.0 (old)\n\n- by hand\n";
    std::fs::write(house.work.join("CHANGELOG.md"), old).unwrap();
    git(&house.work, &["add", "."]);
    git(&house.work, &["commit", "--quiet", "-m", "chore: write by hand"]);
    let dry = house.command(&house.work, &["--noop", "changelog"]);
    assert_eq!((dry.exit, text(&house, "CHANGELOG.md").as_str()), (Exit::Done, old), "{}", dry.log);
    let outcome = house.command(&house.work, &["changelog"]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let made = text(&house, "CHANGELOG.md");
    let parts = [
        "# My own title\n\nHello.",
        "## Unreleased",
        "## v1.1.0 (",
        "## v1.0.0 (old)\n\n- by hand",
    ];
    assert!(in_order(&made, &parts), "{made}");
    assert_eq!(made.matches("## v1.0.0").count(), 1);
    std::fs::write(house.work.join("CHANGELOG.md"), "# No flag\n").unwrap();
    let outcome = house.command(&house.work, &["changelog"]);
    assert!(outcome.stderr.contains("release/no-insertion-flag"), "{}", outcome.stderr);
    assert_eq!(text(&house, "CHANGELOG.md"), "# No flag\n");
}

#[test]
fn restructured_text_and_left_out_commits() {
    let house = released(&PYPROJECT.replace(
        "[tool.semantic_release.branches.main]",
        "[tool.semantic_release.changelog]\nmode = \"init\"\nexclude_commit_patterns = [\"docs: .*\"]\ndefault_templates = { changelog_file = \"NEWS.rst\", output_format = \"rst\" }\n\n[tool.semantic_release.branches.main]",
    ));
    let outcome = house.run(&[("mode", "changelog")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let made = text(&house, "NEWS.rst");
    let parts =
        [".. _changelog-unreleased:\n\nUnreleased\n==========\n\nBug Fixes\n---------", "v1.1.0 ("];
    assert!(in_order(&made, &parts), "{made}");
    assert!(!made.contains("Explain it"), "{made}");
}

#[test]
fn the_notes_of_a_release_are_posted() {
    let house = released(&PYPROJECT.replace("[project]\n", "[project]\nlicense = \"MIT\"\n"));
    let inputs = [("mode", "changelog"), ("post_to_release_tag", "v1.1.0")];
    let dry = house.run(&[&inputs[..], &[("no_operation_mode", "true")]].concat());
    assert_eq!(dry.exit, Exit::Done, "{}", dry.log);
    assert!(dry.log.contains("would post these notes to v1.1.0"), "{}", dry.log);
    assert!(house.server.releases("org", "demo").is_empty());
    let outcome = house.run(&inputs);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let releases = house.server.releases("org", "demo");
    let body = releases[0].body.clone().unwrap();
    for part in [
        "_This release is published under the MIT License._",
        "- **api**: Add a thing",
        "/compare/v1.0.0...v1.1.0)",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(!body.contains("Mend it") && !releases[0].draft, "{body}");
    assert_eq!((outcome.output("tag"), outcome.output("version")), ("v1.1.0", "1.1.0"));
    assert_eq!(outcome.output("release_notes").trim_end(), body.trim_end());
    assert!(!outcome.output("release_id").is_empty());
    let again = house.run(&inputs);
    assert_eq!((again.exit, again.output("changed")), (Exit::Done, "false"), "{}", again.log);
    assert_eq!(house.server.releases("org", "demo").len(), 1);
    assert_eq!(house.server.violations(), Vec::<String>::new());
}

#[test]
fn notes_for_no_release_change_nothing() {
    let house = released(PYPROJECT);
    git(&house.work, &["switch", "--quiet", "--orphan", "other"]);
    git(&house.work, &["commit", "--quiet", "--allow-empty", "-m", "feat: elsewhere"]);
    git(&house.work, &["tag", "v7.0.0"]);
    git(&house.work, &["switch", "--quiet", "main"]);
    git(&house.work, &["tag", "v1.2.0"]);
    for (tag, exit, message) in [
        ("release-1", Exit::BadInput, "is not of the tag format"),
        ("v7.0.0", Exit::BadInput, "is not in the history"),
        ("v1.2.0", Exit::Outside, "is not on the server"),
    ] {
        let outcome = house.run(&[("mode", "changelog"), ("post_to_release_tag", tag)]);
        assert_eq!(outcome.exit, exit, "{tag}: {}", outcome.log);
        assert!(outcome.log.contains(message), "{message}: {}", outcome.log);
        assert!(!house.work.join("CHANGELOG.md").exists(), "{tag}");
    }
    assert!(house.server.releases("org", "demo").is_empty());
}
