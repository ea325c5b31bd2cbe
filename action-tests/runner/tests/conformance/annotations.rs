//! Annotations: places, limits, problem matchers.

use runner_stand_in::Dialect;
use runner_stand_in::command::Properties;
use runner_stand_in::commands::Commands;
use runner_stand_in::issue::{Severity, validate_place};
use runner_stand_in::layout::PathMap;
use runner_stand_in::matcher;
use runner_stand_in::step_state::StepState;

use crate::place::Place;

/// A matcher file with one matcher on one line.
pub(crate) const MATCHER: &str = r#"{"problemMatcher": [{"owner": "demo", "pattern": [
    {"regexp": "^ERROR: (?:([^ :]+): )?(.+)$", "file": 1, "message": 2}
]}]}"#;

/// The place that is left of these properties.
#[track_caller]
fn assert_place(given: &[(&str, &str)], left: &[(&str, &str)]) {
    let mut properties = Properties::default();
    for (name, value) in given {
        properties.set(name, *value);
    }
    validate_place(&mut properties);
    let mut found: Vec<_> = properties.iter().collect();
    found.sort_unstable();
    assert_eq!(found, left);
}

#[test]
fn n1_columns_over_several_lines_are_dropped() {
    let given = [("line", "1"), ("endLine", "2"), ("col", "1"), ("endColumn", "2")];
    assert_place(&given, &[("endLine", "2"), ("line", "1")]);
}

#[test]
fn n2_columns_without_a_line_are_dropped() {
    assert_place(&[("col", "1"), ("endColumn", "2")], &[]);
}

#[test]
fn n3_an_end_line_alone_is_the_line_too() {
    assert_place(&[("endLine", "1")], &[("endLine", "1"), ("line", "1")]);
}

#[test]
fn n4_an_end_column_alone_is_the_column_too() {
    let left = [("col", "2"), ("endColumn", "2"), ("line", "1")];
    assert_place(&[("line", "1"), ("endColumn", "2")], &left);
}

#[test]
fn n5_an_empty_line_is_filled_from_the_end_line() {
    assert_place(&[("line", ""), ("endLine", "3")], &[("endLine", "3"), ("line", "3")]);
}

#[test]
fn n6_a_reversed_range_of_lines_is_dropped() {
    assert_place(&[("line", "4"), ("endLine", "3")], &[]);
}

#[test]
fn n7_a_reversed_range_of_columns_is_dropped() {
    let given = [("line", "1"), ("endLine", "1"), ("col", "3"), ("endColumn", "2")];
    assert_place(&given, &[("endLine", "1"), ("line", "1")]);
}

#[test]
fn n8_a_range_on_one_line_is_kept() {
    let given = [("line", "1"), ("endLine", "1"), ("col", "1"), ("endColumn", "2")];
    let left = [("col", "1"), ("endColumn", "2"), ("endLine", "1"), ("line", "1")];
    assert_place(&given, &left);
}

#[test]
fn n9_a_point_gets_no_end() {
    let left = [("col", "1"), ("file", "test.txt"), ("line", "1")];
    assert_place(&[("line", "1"), ("col", "1"), ("file", "test.txt")], &left);
}

#[test]
fn n10_ten_of_a_severity_are_recorded() {
    let report = Place::new().run(
        "for i in $(seq 15); do echo ::error::e$i; done; for i in $(seq 14); do echo ::warning::w; done",
    );
    assert_eq!(report.annotations_of(Severity::Error).len(), 10);
    assert_eq!(report.annotations_of(Severity::Warning).len(), 10);
    assert_eq!(report.log.len(), 29, "the log has them all");
    assert!(report.succeeded(), "errors fail no step");
}

#[test]
fn n11_long_messages_are_cut() {
    let mut state = StepState::new(Dialect::Runner);
    Commands::default().line(&format!("::error::{}", "x".repeat(5000)), &mut state);
    assert_eq!(state.issues.recorded()[0].message.len(), 4096);
}

#[test]
fn n12_container_paths_become_relative_to_the_repository() {
    let mut state = StepState::new(Dialect::Runner);
    state.workspace = "/home/runner/work/demo/demo".into();
    state.paths = PathMap::identity().with(state.workspace.as_ref(), "/github/workspace");
    for line in [
        "::error file=/github/workspace/src/a.rs,line=1::x",
        "::error file=src/a.rs,line=1::x",
        "::error file=/home/runner/work/demo/demo/src/a.rs,line=1::x",
    ] {
        Commands::default().line(line, &mut state);
        assert_eq!(state.issues.recorded().last().unwrap().get("file"), Some("src/a.rs"), "{line}");
    }
}

#[test]
fn n13_matched_paths_are_those_of_the_repository() {
    let place = Place::new();
    let workspace = place.path().to_string_lossy().into_owned();
    std::fs::write(place.path().join("some-file.txt"), "").unwrap();
    std::fs::write(place.path().join("m.json"), MATCHER).unwrap();
    let paths = PathMap::identity().with(place.path(), "/github/workspace");
    let mut matchers = matcher::load(&place.path().join("m.json")).unwrap();
    for file in ["/github/workspace/some-file.txt", "some-file.txt"] {
        let line = format!("ERROR: {file}: it broke");
        let issue = matchers[0].feed(&line, &paths, &workspace).unwrap();
        assert_eq!(issue.get("file"), Some("some-file.txt"));
        assert_eq!(issue.message, "it broke");
    }
    let line = "ERROR: /github/workspace/none.txt: it broke";
    assert_eq!(matchers[0].feed(line, &paths, &workspace).unwrap().get("file"), None);
}

#[test]
fn n14_debug_has_a_line_each() {
    let mut state = StepState::new(Dialect::Runner);
    let line = "::debug::one%0Atwo%0D%0Athree";
    Commands::default().line(line, &mut state);
    assert!(state.log.is_empty(), "only with step debug");
    state.debug = true;
    Commands::default().line(line, &mut state);
    assert_eq!(state.log, ["##[debug]one", "##[debug]two", "##[debug]three"]);
}
