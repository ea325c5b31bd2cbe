//! What the README promises to do otherwise than python-semantic-release is what the comparison
//! with it takes for intended.

use config::{Node, Value};
use diagnostics::Source;

const LIST: &str = include_str!("../../../../action-tests/differential/differences.toml");
const README: &str = include_str!("../../README.md");

/// The rows of the README's table, without the two lines of its head.
fn rows() -> Vec<&'static str> {
    let (_, rest) = README.split_once("## Differences from python-semantic-release\n").unwrap();
    let section = rest.split("\n## ").next().unwrap();
    section.lines().filter(|line| line.starts_with('|')).skip(2).collect()
}

#[test]
fn every_intended_difference_stands_in_the_readme() {
    let tree = config::parse_toml(&Source::text("differences.toml", LIST)).unwrap();
    let Value::Sequence(list) = &tree.get("difference").unwrap().value else { panic!("no list") };
    let rows = rows();
    for entry in list {
        let text = |key: &str| entry.get(key).and_then(Node::as_str).unwrap();
        let (what, psr, here, switch) = (text("what"), text("psr"), text("here"), text("switch"));
        let row = format!("| {what} | {psr} | {here} | {switch} |").replace("|  |", "| |");
        assert!(rows.contains(&row.as_str()), "the README lacks the row\n{row}");
    }
    assert!(list.len() > 5);
}
