//! Every code that can be printed is one that `explain` knows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use action_kit::Action as _;

/// The crates that end up in the binary.
const CRATES: [&str; 12] = [
    "crates/action-kit",
    "crates/config",
    "crates/diagnostics",
    "crates/effects",
    "crates/engine",
    "crates/fetch",
    "crates/github",
    "crates/history",
    "crates/http",
    "crates/publish",
    "crates/signing",
    "crates/text-edit",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// String literals of the form `area/name` with an area that has codes, and whatever stands first
/// in a call that makes a diagnostic.
fn codes(text: &str, areas: &BTreeSet<&str>) -> Vec<String> {
    let product = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let product: String = product
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let pieces = product.split('"');
    let calls = ["bad_input(", "outside(", "check_failed(", "warning(", "notice(", ".error("];
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    pieces
        .clone()
        .zip(pieces.skip(1))
        .filter(|(before, literal)| {
            let Some((area, name)) = literal.split_once('/') else { return false };
            let called = calls.iter().any(|call| before.trim_end().ends_with(call));
            is_word(area) && is_word(name) && (called || areas.contains(area))
        })
        .map(|(_, literal)| literal.to_owned())
        .collect()
}

#[test]
fn every_code_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let definition = semantic_release::Action::definition();
    let known: BTreeSet<&str> =
        definition.explanations.iter().copied().flatten().map(|known| known.code).collect();
    let areas: BTreeSet<&str> =
        known.iter().filter_map(|code| code.split_once('/')).map(|(area, _)| area).collect();
    let mut files = Vec::new();
    for name in CRATES.into_iter().chain(["actions/semantic-release"]) {
        sources(&root.join(name).join("src"), &mut files);
    }
    let mut found = BTreeSet::new();
    let mut unknown = Vec::new();
    for file in files {
        for code in codes(&std::fs::read_to_string(&file).unwrap(), &areas) {
            if !known.contains(code.as_str()) {
                unknown.push(format!("{}: {code}", file.display()));
            }
            found.insert(code);
        }
    }
    assert!(unknown.is_empty(), "`explain` does not know:\n{}", unknown.join("\n"));
    let idle: Vec<_> = known.iter().filter(|code| !found.contains(**code)).collect();
    assert!(idle.is_empty(), "explained, but nowhere printed: {idle:?}");
    assert!(found.len() > 50, "only {} codes found", found.len());
}
