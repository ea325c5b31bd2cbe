//! `BEHAVIOUR.md` and the tests name each other.

use std::collections::BTreeSet;
use std::path::Path;

/// The tests of this program, as `module::name`.
fn tests() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/behaviour");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for part in text.split("#[test]\n").skip(1) {
            let name = part.trim_start().strip_prefix("fn ").unwrap();
            found.insert(format!("{module}::{}", name.split('(').next().unwrap()));
        }
    }
    found
}

/// The tests the list names: in backticks at the end of each line that starts with a dash.
fn listed() -> Vec<String> {
    let list = include_str!("../../BEHAVIOUR.md");
    let mut names = Vec::new();
    for line in list.lines().filter(|line| line.starts_with("- ")) {
        let name = line.trim_end().strip_suffix('`').and_then(|line| line.rsplit('`').next());
        names.push(name.unwrap_or_else(|| panic!("no test at the end of: {line}")).to_owned());
    }
    names
}

#[test]
fn every_line_names_a_test_that_exists() {
    let tests = tests();
    for name in listed() {
        assert!(tests.contains(&name), "BEHAVIOUR.md names {name}, which is no test");
    }
}

#[test]
fn every_test_of_a_behaviour_is_in_the_list() {
    let listed: BTreeSet<String> = listed().into_iter().collect();
    let missing: Vec<String> = tests()
        .into_iter()
        .filter(|name| !name.starts_with("list::") && !name.starts_with("descriptions::"))
        .filter(|name| !listed.contains(name))
        .collect();
    assert!(missing.is_empty(), "not in BEHAVIOUR.md: {missing:#?}");
}
