//! node's semantic-release: its dialect, frozen from commit-analyzer 13.0.1 with
//! conventional-commits-parser 6.4.0, and its configuration.

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
