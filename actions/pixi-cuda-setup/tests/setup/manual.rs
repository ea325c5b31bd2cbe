//! The manual says what is there, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use action_kit::Action as _;
use runner_stand_in::manual;

/// The crates that end up in the binary.
const CRATES: [&str; 11] = [
    "actions/pixi-cuda-setup",
    "crates/action-kit",
    "crates/conda",
    "crates/config",
    "crates/diagnostics",
    "crates/dockerfile",
    "crates/effects",
    "crates/http",
    "crates/pixi-workspace",
    "crates/report",
    "crates/text-edit",
];

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

#[test]
fn every_row_of_the_feature_table_is_answered() {
    manual::check_feature_table(project(), include_str!("../../README.md"), 54).unwrap();
}

#[test]
fn every_code_is_explained() {
    let definition = pixi_cuda_setup::Action::definition();
    let explained: BTreeSet<&str> =
        definition.explanations.iter().copied().flatten().map(|known| known.code).collect();
    manual::check_codes(project(), &CRATES, &explained).unwrap();
}
