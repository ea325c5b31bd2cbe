//! What a project sees over its releases.

use diagnostics::Exit;

use crate::house::{House, PYPROJECT, git};

#[test]
fn a_first_release_from_main() {
    let house = House::new();
    house.commit("fix(core): repair the thing (#7)");
    let tip = house.head();
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    for (name, value) in [
        ("released", "true"),
        ("version", "1.0.0"),
        ("tag", "v1.0.0"),
        ("is_prerelease", "false"),
        ("link", "https://github.com/org/demo/releases/tag/v1.0.0"),
        ("previous_version", ""),
        ("previous_tag", ""),
        ("bump", "major"),
        ("changed", "true"),
        ("dry-run", "false"),
    ] {
        assert_eq!(outcome.output(name), value, "{name}");
    }
    let commit = git(&house.bare, &["rev-parse", "main"]);
    assert_eq!(outcome.output("commit_sha"), commit);
    assert_eq!(
        git(&house.bare, &["rev-parse", "main^", "v1.0.0^{commit}"]),
        format!("{tip}\n{commit}")
    );
    assert!(house.file("main", "pyproject.toml").contains("version = \"1.0.0\"  # stamped"));
    assert!(house.file("main", "CHANGELOG.md").ends_with("- Initial Release"));
    let here = std::fs::read_to_string(house.work.join("pyproject.toml")).unwrap();
    assert!(here.contains("version = \"1.0.0\""), "later steps build from the stamped files");
    let releases = house.server.releases("org", "demo");
    assert_eq!(releases.len(), 1);
    assert!(!releases[0].draft && !releases[0].prerelease && releases[0].latest);
    assert!(outcome.summary.contains("| minor | feat: begin |"), "{}", outcome.summary);
    assert!(outcome.output("reason").contains("\"level\":\"patch\""));
    house.state();
}

#[test]
fn nothing_to_release_is_green_and_strict_is_not() {
    let house = House::new();
    house.run(&[]);
    house.pull();
    house.commit("docs: say more");
    let before = house.state();
    let outcome = house.run(&[]);
    assert_eq!((outcome.exit, outcome.output("released")), (Exit::Done, "false"));
    assert_eq!((outcome.output("version"), outcome.output("previous_version")), ("1.0.0", "1.0.0"));
    assert_eq!(outcome.output("changed"), "false");
    assert_eq!(house.run(&[("strict", "true")]).exit, Exit::BadInput);
    assert_eq!(house.state(), before);
    git(&house.work, &["switch", "--quiet", "-c", "topic"]);
    let outcome = house.run(&[]);
    assert_eq!(
        (outcome.exit, outcome.output("released"), outcome.output("version")),
        (Exit::Done, "false", "")
    );
    assert_eq!(house.run(&[("strict", "true")]).exit, Exit::BadInput);
}

#[test]
fn prereleases_on_develop_and_their_promotion() {
    let house = House::new();
    house.run(&[]);
    house.pull();
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    for (message, version) in [
        ("feat: first idea", "1.1.0-dev.1"),
        ("fix: repair the idea", "1.1.0-dev.2"),
        ("feat!: another idea", "2.0.0-dev.1"),
    ] {
        house.commit(message);
        let outcome = house.run(&[]);
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
        assert_eq!((outcome.output("version"), outcome.output("is_prerelease")), (version, "true"));
        house.pull();
    }
    git(&house.work, &["switch", "--quiet", "main"]);
    git(&house.work, &["merge", "--quiet", "--no-ff", "-m", "Merge develop", "develop"]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    let outcome = house.run(&[]);
    assert_eq!(outcome.output("version"), "2.0.0", "{}", outcome.log);
    assert_eq!(outcome.output("previous_version"), "2.0.0-dev.1", "the highest of all tags");
    assert_eq!(outcome.output("previous_tag"), "v1.0.0");
    let notes = outcome.output("release_notes");
    for part in ["First idea", "Repair the idea", "Another idea", "compare/v1.0.0...v2.0.0"] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    let latest: Vec<String> = house
        .server
        .releases("org", "demo")
        .into_iter()
        .filter(|release| release.latest)
        .map(|release| release.tag_name)
        .collect();
    assert_eq!(latest, ["v2.0.0"]);
    house.state();
}

#[test]
fn the_last_release_may_end_the_notes_as_python_semantic_release_has_it() {
    let house = House::new();
    house.run(&[]);
    house.pull();
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    house.commit("feat: first idea");
    house.run(&[]);
    house.pull();
    git(&house.work, &["switch", "--quiet", "main"]);
    git(&house.work, &["merge", "--quiet", "--ff-only", "develop"]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    let outcome = house.run(&[("notes_since", "last-release"), ("no_operation_mode", "true")]);
    let notes = outcome.output("release_notes");
    assert!(!notes.contains("First idea") && notes.contains("v1.1.0-dev.1...v1.1.0"), "{notes}");
}

#[test]
fn a_dry_run_plans_and_touches_nothing() {
    let house = House::new();
    let before = house.state();
    let mut variables = house.variables(&house.work);
    variables.remove("INPUT_GITHUB_TOKEN");
    variables.insert("INPUT_DRY-RUN".to_owned(), "true".to_owned());
    let outcome = crate::house::run(&house.work, variables, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!((outcome.output("released"), outcome.output("dry-run")), ("true", "true"));
    assert_eq!(outcome.output("commit_sha"), house.head());
    let plan: serde_json::Value = serde_json::from_str(outcome.output("plan")).unwrap();
    let steps: Vec<&str> =
        plan["steps"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(steps, ["file-1", "file-2", "commit", "tag", "draft-release", "publish-release"]);
    assert_eq!(house.server.requests().len(), 0, "no request at all");
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
    assert_eq!(house.state(), before);
}

#[test]
fn printing_gives_the_version_alone() {
    let house = House::new();
    for (flags, expected) in [
        (vec!["version", "--print"], "1.0.0\n"),
        (vec!["--strict", "version", "--print-tag"], "v1.0.0\n"),
        (vec!["version", "--print", "--minor"], "0.1.0\n"),
        (
            vec!["version", "--print", "--as-prerelease", "--prerelease-token", "beta"],
            "1.0.0-beta.1\n",
        ),
        (vec!["version", "--print", "--build-metadata", "b.1"], "1.0.0+b.1\n"),
        (vec!["version", "--print-last-released"], ""),
    ] {
        let outcome = house.command(&house.work, &flags);
        assert_eq!(
            (outcome.exit, outcome.log.as_str()),
            (Exit::Done, expected),
            "{flags:?} {}",
            outcome.stderr
        );
    }
    git(&house.work, &["tag", "v0.4.0"]);
    git(&house.work, &["tag", "odd", "HEAD^{tree}"]);
    git(&house.work, &["tag", "v9.0.0", "HEAD^{tree}"]);
    let print = |flag: &str| house.command(&house.work, &["version", flag]).log;
    assert_eq!(print("--print-last-released-tag"), "v9.0.0\n");
    assert_eq!(print("--print"), "1.0.0\n", "a tag on a tree releases nothing");
    git(&house.work, &["tag", "v1.0.0"]);
    assert_eq!((print("--print"), print("--print-tag")), ("1.0.0\n".into(), "v1.0.0\n".into()));
    assert_eq!(house.server.requests().len(), 0);
}

#[test]
fn parts_can_be_switched_off() {
    let house = House::new();
    let outcome = house.run(&[("commit", "false"), ("vcs_release", "false")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(
        git(&house.bare, &["rev-parse", "v1.0.0^{commit}", "main"]),
        format!("{0}\n{0}", house.head())
    );
    assert_eq!(house.server.releases("org", "demo").len(), 0);
    let house = House::new();
    let before = house.state();
    let outcome = house.run(&[("commit", "false"), ("tag", "false"), ("push", "false")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!((house.state(), house.server.requests().len()), (before, 0));
    assert!(house.work.join("CHANGELOG.md").exists());
    let house = House::new();
    let outcome = house.run(&[("tag", "false"), ("changelog", "false")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("commit_sha"), git(&house.bare, &["rev-parse", "main"]));
    assert_eq!(git(&house.bare, &["tag"]), "");
}

#[test]
fn configured_author_message_and_format_are_used() {
    let extra = "commit_message = \"chore(release): {version} [skip ci]\"\ntag_format = \"demo-{version}\"\nallow_zero_version = true\n";
    let house = House::with(&PYPROJECT.replace("version_toml", &format!("{extra}version_toml")));
    let outcome =
        house.run(&[("git_committer_name", "Bot"), ("git_committer_email", "bot@example.org")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("tag"), "demo-0.1.0");
    let log = git(&house.bare, &["log", "-1", "--format=%an <%ae>|%s", "main"]);
    assert_eq!(log, "Bot <bot@example.org>|chore(release): 0.1.0 [skip ci]");
}

#[test]
fn under_act_a_real_github_is_only_planned_for() {
    let house = House::new();
    let mut variables = house.variables(&house.work);
    variables.insert("ACT".to_owned(), "true".to_owned());
    variables.insert("GITHUB_API_URL".to_owned(), "https://api.github.invalid".to_owned());
    let outcome = crate::house::run(&house.work, variables, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!((outcome.output("dry-run"), outcome.output("released")), ("true", "true"));
    assert!(outcome.log.contains("apply-under-act"), "{}", outcome.log);
}

#[test]
fn warnings_fail_where_the_user_says_so() {
    let house = House::with(&PYPROJECT.replace("version_toml", "unknown_key = 1\nversion_toml"));
    let outcome = house.run(&[("fail-on", "warning")]);
    assert_eq!(outcome.exit, Exit::CheckFailed, "{}", outcome.log);
    assert!(outcome.log.contains("config/unknown-key") && outcome.log.contains("release/fail-on"));
    assert_eq!(house.server.requests().len(), 0);
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(outcome.log.contains("::warning"), "{}", outcome.log);
}

#[test]
fn an_update_goes_behind_the_flag_and_keeps_the_rest() {
    let house = House::new();
    let text = "# CHANGELOG\n\nOur own words.\n\n<!-- version list -->\n\n## v0.9.0 (2020-01-01)\n\n- by hand\n";
    std::fs::write(house.work.join("CHANGELOG.md"), text).unwrap();
    git(&house.work, &["add", "."]);
    git(&house.work, &["tag", "v1.4.0", "HEAD"]);
    git(&house.work, &["push", "--quiet", "origin", "v1.4.0"]);
    git(
        &house.work,
        &[
            "commit",
            "--quiet",
            "-m",
            "feat(api): a new call\n\nBREAKING CHANGE: the old one is gone",
        ],
    );
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    assert_eq!(house.run(&[]).output("version"), "2.0.0");
    let short = git(&house.bare, &["rev-parse", "--short=7", "main~1"]);
    let long = git(&house.bare, &["rev-parse", "main~1"]);
    let expected = format!(
        "# CHANGELOG\n\nOur own words.\n\n<!-- version list -->\n\n## v2.0.0 (2026-01-01)\n\n### Features\n\n\
         - **api**: A new call\n  ([`{short}`](https://github.com/org/demo/commit/{long}))\n\n\
         ### Breaking Changes\n\n- **api**: The old one is gone\n\n\n## v0.9.0 (2020-01-01)\n\n- by hand"
    );
    assert_eq!(house.file("main", "CHANGELOG.md"), expected);
    assert!(!house.server.releases("org", "demo")[0].body.clone().unwrap().contains("by hand"));
}

#[test]
fn a_forced_level_counts_from_all_tags_and_says_so() {
    let house = House::new();
    house.run(&[]);
    house.pull();
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    house.commit("feat: first idea");
    house.run(&[]);
    git(&house.work, &["switch", "--quiet", "--force", "main"]);
    house.pull();
    let outcome = house.run(&[("force", "patch")]);
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "1.1.1"), "{}", outcome.log);
    assert!(outcome.log.contains("release/forced-elsewhere"), "{}", outcome.log);
    assert_eq!(outcome.output("bump"), "minor");
}
