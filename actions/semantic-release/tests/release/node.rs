//! node's semantic-release: its dialect, frozen from commit-analyzer 13.0.1 with
//! conventional-commits-parser 6.4.0, and its configuration.

use crate::house::{House, git};
use semantic_release::glob::Glob;
use semantic_release::parser::node::{Node, Preset, Rule};
use semantic_release::version::Level;

/// Message, levels under the presets `angular` and `conventionalcommits`, level under [`own`]
/// rules, number of breaking notes, what is reverted.
type Frozen = (String, String, String, String, usize, Option<String>);

/// Rules as users write them.
fn own() -> Vec<Rule> {
    let rule = |fields: &[(&str, &str)], release| {
        let field =
            |(name, glob): &(&str, &str)| ((*name).to_owned(), Some(Glob::new(glob).unwrap()));
        Rule { breaking: false, revert: false, fields: fields.iter().map(field).collect(), release }
    };
    vec![
        rule(&[("type", "docs")], Level::Patch),
        rule(&[("type", "feat"), ("scope", "x")], Level::None),
        rule(&[("scope", "a*")], Level::Minor),
        rule(&[("subject", "*b*")], Level::Major),
        Rule { breaking: true, ..rule(&[("type", "chore")], Level::Minor) },
        Rule { revert: true, ..rule(&[], Level::None) },
        rule(&[("type", "{perf,test}")], Level::Minor),
        rule(&[("scope", "!(x)"), ("type", "refactor")], Level::Patch),
        rule(&[("type", "build"), ("scope", "?(a|x)")], Level::Patch),
        rule(&[("type", "fix"), ("scope", "x")], Level::Minor),
        rule(&[("type", "fix")], Level::None),
    ]
}

#[test]
fn messages_count_for_what_commit_analyzer_says() {
    let frozen: Vec<Frozen> = serde_json::from_str(include_str!("node_messages.json")).unwrap();
    let angular = Node::new(Preset::Angular, Vec::new()).unwrap();
    let conventional = Node::new(Preset::ConventionalCommits, Vec::new()).unwrap();
    let ruled = Node::new(Preset::Angular, own()).unwrap();
    let level = |node: &Node, message: &str| {
        let pieces = node.parse(message);
        pieces[0].parsed.as_ref().map_or("none", |parsed| parsed.level.word()).to_owned()
    };
    assert_eq!(frozen.len(), 400);
    for (message, by_angular, by_conventional, by_own, notes, revert) in frozen {
        assert_eq!(level(&angular, &message), by_angular, "angular: {message:?}");
        assert_eq!(level(&conventional, &message), by_conventional, "conventional: {message:?}");
        assert_eq!(level(&ruled, &message), by_own, "own rules: {message:?}");
        let parsed = angular.message(&message).unwrap_or_default();
        assert_eq!(parsed.notes.len(), notes, "{message:?}");
        let reverted = parsed.revert.map(|revert| format!("{}|{}", revert.header, revert.hash));
        assert_eq!(reverted, revert, "{message:?}");
    }
}

mod configuration {
    use diagnostics::Exit;

    use crate::house::{House, Outcome, PYPROJECT, git};

    const DRY: [(&str, &str); 1] = [("no_operation_mode", "true")];

    /// A project that is configured by `.releaserc.json`, first release tagged `v1.0.0`.
    fn house(name: &str, text: &str) -> House {
        let house = House::with("[project]\nname = \"demo\"\n");
        std::fs::write(house.work.join(name), text).unwrap();
        git(&house.work, &["add", "."]);
        git(&house.work, &["commit", "--quiet", "-m", "chore: configure"]);
        git(&house.work, &["push", "--quiet", "origin", "main"]);
        house
    }

    /// Makes a branch and pushes it, with a tag on its tip where one is given.
    fn branch(house: &House, name: &str, from: &str, commits: &[&str], tag: &str) {
        git(&house.work, &["switch", "--quiet", "-c", name, from]);
        for message in commits {
            house.commit(message);
        }
        git(&house.work, &["push", "--quiet", "origin", "HEAD"]);
        if !tag.is_empty() {
            git(&house.work, &["tag", tag]);
        }
        git(&house.work, &["fetch", "--quiet", "origin"]);
    }

    fn on(house: &House, branch: &str) -> Outcome {
        git(&house.work, &["switch", "--quiet", branch]);
        house.run(&DRY)
    }

    const RC: &str = r#"{
        "branches": ["+([0-9])?(.{+([0-9]),x}).x", "main", "next", {"name": "beta", "prerelease": true}],
        "plugins": ["@semantic-release/commit-analyzer"]
    }"#;

    #[test]
    fn release_maintenance_and_prerelease_branches_have_their_versions() {
        let house = house(".releaserc.json", RC);
        let first = house.run(&DRY);
        assert_eq!(first.output("version"), "1.0.0", "{}", first.log);
        git(&house.work, &["tag", "v1.0.0"]);
        assert_eq!(house.run(&DRY).output("released"), "false");
        branch(&house, "beta", "main", &["feat: an idea"], "");
        let beta = on(&house, "beta");
        assert_eq!((beta.output("version"), beta.output("channel")), ("1.1.0-beta.1", "beta"));
        git(&house.work, &["tag", "v1.1.0-beta.1"]);
        house.commit("fix: a repair");
        assert_eq!(on(&house, "beta").output("version"), "1.1.0-beta.2");
        house.commit("feat: x\n\nbreaking change: y");
        assert_eq!(on(&house, "beta").output("version"), "2.0.0-beta.1");
        branch(&house, "next", "main", &["feat: another"], "v1.1.0");
        git(&house.work, &["switch", "--quiet", "main"]);
        house.commit("fix: a patch of the first line");
        assert_eq!(on(&house, "main").output("version"), "1.0.1");
        house.commit("feat: what `next` has released already");
        let out = on(&house, "main");
        assert_eq!(out.exit, Exit::BadInput, "{}", out.log);
        assert!(
            out.log.contains(">=1.0.0 <1.1.0") && out.log.contains("asks for minor"),
            "{}",
            out.log
        );
        branch(&house, "1.0.x", "v1.0.0", &["fix: an old one"], "");
        let old = on(&house, "1.0.x");
        assert_eq!(old.exit, Exit::BadInput, "{}", old.log);
        assert!(
            old.log.contains("release/range"),
            "main has released nothing beyond 1.0.0: {}",
            old.log
        );
        branch(&house, "topic", "main", &[], "");
        assert_eq!(on(&house, "topic").output("version"), "");
    }

    #[test]
    fn the_channel_of_a_prerelease_is_in_its_note() {
        let house = house(
            ".releaserc",
            "branches:\n  - main\n  - name: beta\n    prerelease: rc\n    channel: edge\nplugins: ['@semantic-release/commit-analyzer']\n",
        );
        git(&house.work, &["tag", "v1.0.0"]);
        branch(&house, "beta", "main", &["feat: an idea"], "v1.1.0-rc.1");
        house.commit("fix: a repair");
        assert_eq!(
            on(&house, "beta").output("version"),
            "1.1.0-rc.2",
            "no note: the token is enough"
        );
        let note = |text: &str| {
            git(
                &house.work,
                &[
                    "notes",
                    "--ref",
                    "semantic-release-v1.1.0-rc.1",
                    "add",
                    "-f",
                    "-m",
                    text,
                    "v1.1.0-rc.1",
                ],
            );
        };
        note(r#"{"channels":["edge"]}"#);
        let outcome = on(&house, "beta");
        assert_eq!((outcome.output("version"), outcome.output("channel")), ("1.1.0-rc.2", "edge"));
        note(r#"{"channels":["other"]}"#);
        let outcome = on(&house, "beta");
        assert_eq!(outcome.output("released"), "false", "1.1.0-rc.1 is taken: {}", outcome.log);
    }

    #[test]
    fn plugins_decide_what_is_made() {
        let text = r#"{"branches": "main", "tagFormat": "demo-${version}", "plugins": [
            ["@semantic-release/commit-analyzer", {"preset": "conventionalcommits", "releaseRules": [{"type": "docs", "release": "patch"}]}],
            "@semantic-release/release-notes-generator",
            ["@semantic-release/changelog", {"changelogFile": "NEWS.md"}],
            "@semantic-release/npm",
            ["@semantic-release/git", {"message": "release: ${nextRelease.version}\n\n${nextRelease.notes}"}],
            "@semantic-release/github"
        ]}"#;
        let house = house(".releaserc.json", text);
        std::fs::write(
            house.work.join("package.json"),
            "{\n  \"name\": \"demo\",\n  \"version\": \"0.0.0\"\n}\n",
        )
        .unwrap();
        git(&house.work, &["add", "."]);
        house.commit("docs: words");
        let outcome = house.run(&[]);
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
        assert_eq!(outcome.output("tag"), "demo-1.0.0");
        assert!(house.file("main", "package.json").contains("\"version\": \"1.0.0\""));
        assert!(house.file("main", "NEWS.md").contains("v1.0.0"));
        assert_eq!(git(&house.bare, &["log", "-1", "--format=%s", "main"]), "release: 1.0.0");
        assert_eq!(house.server.releases("org", "demo").len(), 1);
        let bare = super::configuration::house(
            "package.json",
            r#"{"name": "x", "version": "0.0.0", "release": {"branches": ["main"], "plugins": ["@semantic-release/commit-analyzer"]}}"#,
        );
        let outcome = bare.run(&[]);
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
        assert_eq!(
            git(&bare.bare, &["rev-parse", "v1.0.0^{commit}"]),
            git(&bare.bare, &["rev-parse", "main"])
        );
        assert_eq!(bare.server.releases("org", "demo").len(), 0, "no plugin asks for it");
    }

    #[test]
    fn what_cannot_run_here_is_refused_by_name() {
        let plugins = |plugins: &str| format!(r#"{{"branches": ["main"], "plugins": {plugins}}}"#);
        for (name, text, told) in [
            (".releaserc.json", plugins(r#"["@semantic-release/exec"]"#), "build_command"),
            (
                ".releaserc.json",
                plugins(r#"["semantic-release-slack"]"#),
                "`semantic-release-slack` cannot run here",
            ),
            (
                ".releaserc.json",
                plugins(r#"[["@semantic-release/commit-analyzer", {"preset": "atom"}]]"#),
                "no preset `atom`",
            ),
            (".releaserc.json", r#"{"extends": "x"}"#.to_owned(), "`extends` is not supported"),
            (".releaserc.json", r#"{"branches": ["x"]}"#.to_owned(), ""),
            (
                ".releaserc.json",
                r#"{"branches": ["main", {"name": "a", "range": "2"}]}"#.to_owned(),
                "",
            ),
            ("release.config.js", String::new(), "`release.config.js` is a program"),
        ] {
            let outcome = house(name, &text).run(&DRY);
            let expected = if told.is_empty() { Exit::Done } else { Exit::BadInput };
            assert_eq!(outcome.exit, expected, "{text} {}", outcome.log);
            assert!(outcome.log.contains(told), "{text}: {}", outcome.log);
        }
        let both = House::with(PYPROJECT);
        std::fs::write(both.work.join(".releaserc"), RC).unwrap();
        let outcome = both.run(&DRY);
        assert_eq!(outcome.exit, Exit::BadInput);
        assert!(outcome.log.contains("release/two-configurations"), "{}", outcome.log);
        let named = both.run(&[("config_file", ".releaserc"), DRY[0]]);
        assert_eq!(named.exit, Exit::Done, "{}", named.log);
        assert_eq!(both.run(&[("config_file", "pyproject.toml"), DRY[0]]).exit, Exit::Done);
    }

    #[test]
    fn a_branch_group_may_have_a_range_too() {
        let group = "[tool.semantic_release.branches.main]\nmatch = \"main\"";
        let house = House::with(
            &PYPROJECT.replace(group, &format!("{group}\nrange = \"1.x\"\nchannel = \"stable\"")),
        );
        git(&house.work, &["tag", "v1.4.0"]);
        house.commit("feat: an idea");
        let outcome = house.run(&DRY);
        assert_eq!((outcome.output("version"), outcome.output("channel")), ("1.5.0", "stable"));
        house.commit("feat!: another");
        let outcome = house.run(&DRY);
        assert_eq!(outcome.exit, Exit::BadInput);
        assert!(
            outcome.log.contains("2.0.0 is out of the range of branch `main`, >=1.0.0 <2.0.0"),
            "{}",
            outcome.log
        );
        assert!(outcome.log.contains("asks for major: feat!: another"), "{}", outcome.log);
    }
}

/// One history as semantic-release 24.2.9 released it.
#[derive(serde::Deserialize)]
struct History {
    config: serde_json::Value,
    story: Vec<Vec<String>>,
}

/// Random histories with merges, maintenance and prerelease branches; every answer and channel is
/// what the real tool said at that point.
#[test]
fn histories_are_released_as_node_released_them() {
    let histories: Vec<History> =
        serde_json::from_str(include_str!("node_histories.json")).unwrap();
    for history in histories {
        let house = House::with("[project]\nname = \"demo\"\n");
        let work = &house.work;
        let plugins = ["@semantic-release/commit-analyzer"];
        let rc = serde_json::json!({"branches": history.config, "plugins": plugins});
        std::fs::write(work.join(".releaserc.json"), rc.to_string()).unwrap();
        std::fs::write(work.join(".git/info/exclude"), ".releaserc.json\n").unwrap();
        for step in &history.story {
            let step: Vec<&str> = step.iter().map(String::as_str).collect();
            match step.as_slice() {
                ["commit", message] => {
                    git(work, &["commit", "--quiet", "--allow-empty", "-m", message]);
                }
                ["switch", name] => {
                    git(work, &["checkout", "--quiet", name]);
                }
                ["branch", name, from] => {
                    git(work, &["checkout", "--quiet", "-b", name, from]);
                }
                ["merge", name] => {
                    let message = format!("Merge {name}");
                    git(work, &["merge", "--quiet", "--no-ff", "-m", &message, name]);
                }
                ["release", expected, channel] => {
                    git(work, &["push", "--quiet", "--all", "origin"]);
                    git(work, &["fetch", "--quiet", "origin"]);
                    let outcome = house.run(&[("no_operation_mode", "true")]);
                    let place = || format!("{:?} {}", history.config, outcome.log);
                    if let Some(code) = expected.strip_prefix("E:") {
                        assert!(outcome.log.contains(code), "{}", place());
                    } else if *expected == "none" {
                        assert_eq!(outcome.output("released"), "false", "{}", place());
                    } else {
                        assert_eq!(outcome.output("version"), *expected, "{}", place());
                        assert_eq!(outcome.output("channel"), *channel, "{}", place());
                        let tag = format!("v{expected}");
                        git(work, &["tag", &tag]);
                        let channel = (!channel.is_empty()).then_some(channel);
                        let note = serde_json::json!({"channels": [channel]}).to_string();
                        let name = format!("semantic-release-{tag}");
                        git(work, &["notes", "--ref", &name, "add", "-f", "-m", &note, &tag]);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
