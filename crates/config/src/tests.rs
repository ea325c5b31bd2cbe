//! Shared by the tests of the three readers.

use proptest::prelude::*;

use crate::{Node, Tree, Value};

/// The punctuation of all three formats in any order.
pub(crate) fn tokens() -> impl Strategy<Value = String> {
    let tokens = vec![
        "[",
        "]",
        "{",
        "}",
        "=",
        ".",
        ",",
        ":",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "#",
        "a",
        "b",
        "é",
        "漢",
        "😀",
        "1",
        "1.10",
        "-",
        "- ",
        "+",
        "\\",
        "\\u",
        "&x ",
        "*x",
        "!",
        "!!str ",
        "|",
        "|\n",
        ">-\n",
        "? ",
        ": ",
        "%",
        "@",
        "`",
        "---\n",
        "...\n",
        "<<",
        "\u{FEFF}",
        "\0",
        "\u{85}",
        "null",
        "true",
        "2026-11-21",
        "0x",
        "e",
        "/",
    ];
    prop::collection::vec(prop::sample::select(tokens), 0..40).prop_map(|tokens| tokens.concat())
}

/// Every span can be cut out of the text, and the text of numbers is what the tree holds.
pub(crate) fn check_spans(tree: &Tree) {
    fn check(text: &str, node: &Node) {
        let raw = text.get(node.span.clone());
        assert!(raw.is_some(), "{node:?} in {text:?}");
        assert!(text.get(node.place().clone()).is_some(), "{node:?} in {text:?}");
        match &node.value {
            Value::Number(number) | Value::Datetime(number) => {
                assert!(
                    raw.is_some_and(|raw| raw.contains(number.as_str())),
                    "{node:?} in {text:?}"
                );
            }
            Value::Sequence(items) => items.iter().for_each(|item| check(text, item)),
            Value::Mapping(entries) => {
                for (key, node) in entries {
                    assert!(text.get(key.span.clone()).is_some(), "{key:?} in {text:?}");
                    check(text, node);
                }
            }
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
    check(tree.source().contents(), tree.root());
}
