//! The manual says what is there, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use action_kit::Action as _;
use runner_stand_in::manual;

/// The crates that end up in the binary.
const CRATES: [&str; 13] = [
    "actions/semantic-release",
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

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

#[test]
fn every_row_of_the_feature_table_is_answered() {
    manual::check_feature_table(project(), include_str!("../../README.md"), 82).unwrap();
}

#[test]
fn every_code_is_explained() {
    let definition = semantic_release::Action::definition();
    let explained: BTreeSet<&str> =
        definition.explanations.iter().copied().flatten().map(|known| known.code).collect();
    manual::check_codes(project(), &CRATES, &explained).unwrap();
}
