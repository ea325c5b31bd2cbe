use diagnostics::render_terminal;
use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Tree, Failure> {
    parse_json(&Source::file("f.json", text))
}

fn as_serde(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(raw) | Value::Datetime(raw) => match raw.parse::<i64>() {
            Ok(whole) => whole.into(),
            Err(_) => raw.parse::<f64>().expect("a number").into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::Sequence(items) => items.iter().map(as_serde).collect(),
        Value::Mapping(entries) => {
            entries.iter().map(|(key, node)| (key.text.clone(), as_serde(node))).collect()
        }
    }
}

#[test]
fn values_keep_their_text_and_place() {
    let tree = read(
        "\u{FEFF}{ \"é\": [1.10, -0, 1e+3],\r\n  \"b\": {\"c\": \"\\u00e9\\ud83d\\ude00\\/\"} }\n",
    )
    .unwrap();
    let raw = |path: &[&str]| tree.raw(tree.get_path(path).unwrap());
    assert_eq!(raw(&["é"]), "[1.10, -0, 1e+3]");
    assert_eq!(raw(&["é", "0"]), "1.10");
    assert_eq!(raw(&["b", "c"]), "\"\\u00e9\\ud83d\\ude00\\/\"");
    assert_eq!(tree.get("b.c").unwrap().as_str(), Some("é😀/"));
}

#[test]
fn what_is_wrong_is_said() {
    for (text, message, marked) in [
        ("", "expected a value, found the end of the file", ""),
        ("{\"a\": 1,}", "comma before the closing brace", "}"),
        ("[1, ]", "comma before the closing bracket", "]"),
        ("[1 2]", "expected a comma or the end of the list or table", "2"),
        ("{\"a\" 1}", "expected `:` after the key", "1"),
        ("{a: 1}", "expected a key in double quotes", "a"),
        ("{\"a\": 1", "this brace is not closed", "{"),
        ("[1, [2]", "this bracket is not closed", "["),
        ("[", "this bracket is not closed", "["),
        ("{\"a\": \"x\n\"}", "a string is not closed on its line", "\"x"),
        ("\"\\q\"", "unknown escape in a string", "\\q"),
        ("\"\\ud800\"", "unknown escape in a string", "\\ud800"),
        ("\"\\ud800\\u0041\"", "unknown escape in a string", "\\ud800\\u0041"),
        ("\"\t\"", "control character in a string", "\t"),
        ("01", "`01` is not a number", "01"),
        ("[1.]", "`1.` is not a number", "1."),
        ("-", "`-` is not a number", "-"),
        ("[nil]", "unknown word `nil`", "nil"),
        ("['a']", "strings take double quotes", "'"),
        ("{} // x", "unexpected text after the value", "/"),
        ("/* x */ {}", "comments are not part of JSON", "/"),
        ("{\"é\": ]}", "expected a value", "]"),
    ] {
        let failure = read(text).expect_err(text);
        let diagnostic = &failure.diagnostics[0];
        assert_eq!(diagnostic.message, format!("JSON: {message}"), "{text}");
        assert_eq!(text.get(diagnostic.labels[0].span.clone()), Some(marked), "{text}");
        assert!(diagnostic.help.is_some(), "{text}");
    }
}

#[test]
fn every_duplicate_is_shown() {
    let failure = read("{\"a\": 1, \"b\": {\"c\": 1, \"\\u0063\": 2},\n \"a\": 2}").unwrap_err();
    let shown: Vec<_> = failure.diagnostics.iter().map(|d| render_terminal(d, false)).collect();
    assert_eq!(shown.len(), 2);
    assert!(shown[0].contains("duplicate key `c`"), "{}", shown[0]);
    assert!(shown[1].contains("f.json:2:2"), "{}", shown[1]);
}

#[test]
fn depth_is_limited() {
    for text in ["[".repeat(1_000_000), "{\"a\":".repeat(100_000)] {
        assert_eq!(read(&text).unwrap_err().diagnostics[0].code, "config/limit");
    }
    assert!(read(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_ok());
}

fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".*".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::hash_map(".{0,4}", inner, 0..5)
                .prop_map(|entries| entries.into_iter().collect::<serde_json::Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn what_another_program_wrote_is_read_back(value in values()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let tree = read(&text).unwrap();
            prop_assert_eq!(as_serde(tree.root()), value.clone());
            crate::tests::check_spans(&tree);
        }
    }

    #[test]
    fn the_same_texts_are_refused(tokens in crate::tests::tokens()) {
        let text = tokens.strip_prefix('\u{FEFF}').unwrap_or(&tokens);
        let theirs = serde_json::from_str::<serde_json::Value>(text);
        match read(&tokens) {
            // Numbers of any size are text for us.
            Ok(_) => prop_assert!(
                theirs.as_ref().map_or_else(|error| error.to_string().contains("out of range"), |_| true),
                "{:?}", theirs
            ),
            // Duplicates are the one thing only we refuse.
            Err(failure) => prop_assert!(
                theirs.is_err() || failure.diagnostics[0].code == "config/duplicate-key"
            ),
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}") {
        let _ = read(&text);
    }
}
