//! What holds for any text.

use proptest::prelude::*;

use super::lock;

const V7: &str = include_str!("../../../tests/locks/v7-pypi.yaml");

/// Pieces of locks in any order, with indents that may fit.
fn pieces() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "version: 6",
        "version: 7",
        "platforms:",
        "environments:",
        "packages:",
        "- name: p1",
        "default:",
        "channels:",
        "p1:",
        "- conda: a-1-0.conda",
        "- pypi: .",
        "conda: x",
        "- kind: conda",
        "url: x",
        "- conda_source: a[1] @ .",
        "[",
        "{",
        "}",
        "- ",
        "'",
        "\"",
        "&a",
        "*a",
        "? x",
        "---",
        "<<<<<<< ",
        "\t",
        "# ",
        "ü: ß",
        "|",
        "!!int x",
        "%YAML 1.2",
    ]);
    let line =
        (0_usize..8, words).prop_map(|(indent, word)| format!("{}{word}\n", " ".repeat(indent)));
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = lock(&text);
    }

    #[test]
    fn pieces_in_any_order_are_read_or_refused(text in pieces()) {
        let _ = lock(&text);
    }

    #[test]
    fn a_lock_with_a_hole_has_its_places_in_the_text(at in 0..V7.len(), length in 0_usize..300) {
        let after = V7.get(at + length..).unwrap_or_default();
        let text = format!("{}{after}", V7.get(..at).unwrap_or_default());
        match lock(&text) {
            Ok(lock) => for package in &lock.packages {
                prop_assert!(text.get(package.span.clone()).is_some());
            },
            Err(trouble) => prop_assert!(text.get(trouble.span).is_some()),
        }
    }
}
