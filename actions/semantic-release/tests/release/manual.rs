//! The manual says what is there, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

/// The rows of the field's feature table.
const ROWS: std::ops::RangeInclusive<u32> = 1..=82;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// The names of all test functions, and of the stages of the test command.
fn shown() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open =
        ["actions", "crates", "action-tests"].map(|folder| project().join(folder)).to_vec();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for line in text.lines() {
                    if let Some((_, rest)) = line.split_once("fn ") {
                        names.extend(rest.split('(').next().map(str::to_owned));
                    }
                    // A stage's name, on the line of its call or on one of its own.
                    let stage = line.split_once("stage(\"").map(|(_, rest)| rest);
                    if let Some(rest) = stage.or_else(|| line.trim().strip_prefix('"')) {
                        names.extend(rest.split('"').next().map(str::to_owned));
                    }
                }
            }
        }
    }
    names
}

/// The cells of a table row.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split(" | ").map(str::trim).collect()
}

#[test]
fn every_row_of_the_feature_table_is_answered() {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("\n## Feature table\n").unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let rows: Vec<Vec<&str>> = section
        .lines()
        .filter(|line| line.starts_with("| ") && line.chars().nth(2).unwrap().is_ascii_digit())
        .map(cells)
        .collect();
    let numbers: Vec<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(numbers, ROWS.collect::<Vec<_>>(), "rows in order, each once");
    let shown = shown();
    for row in rows {
        assert_eq!(row.len(), 4, "{row:?}");
        match row[2].split([':', ',']).next().unwrap() {
            "yes" => {
                let quoted = row[3].split('`').skip(1).step_by(2);
                let named: Vec<&str> = quoted.filter(|name| !name.starts_with("cargo ")).collect();
                assert!(!named.is_empty(), "row {} names no test", row[0]);
                for name in named {
                    let function = name.rsplit("::").next().unwrap();
                    assert!(shown.contains(function), "row {}: there is no test `{name}`", row[0]);
                }
            }
            "no" => assert!(row[3].len() > 20, "row {} needs a reason", row[0]),
            other => panic!("row {}: `{other}` is neither yes nor no", row[0]),
        }
    }
}
