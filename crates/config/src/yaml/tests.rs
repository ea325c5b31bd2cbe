use diagnostics::render_terminal;
use proptest::prelude::*;

use super::*;
use crate::{Node, Value};

fn read(text: &str) -> Tree {
    parse_yaml(&Source::file("f.yml", text)).expect(text)
}

fn problems(text: &str) -> Vec<String> {
    let failure = parse_yaml(&Source::file("f.yml", text)).expect_err(text);
    failure.diagnostics.iter().map(|d| render_terminal(d, false)).collect()
}

#[test]
fn scalars_keep_their_text() {
    let tree =
        read("a: 1.10\nb: '1.10'\nc: yes\nd: 0x1F\ne:\nf: True\ng: !!str 5\nh: ~\ni: 1_000\n");
    let value = |key: &str| tree.get(key).unwrap().value.clone();
    assert_eq!(value("a"), Value::Number("1.10".to_owned()));
    assert_eq!(value("b"), Value::String("1.10".to_owned()));
    assert_eq!(value("c"), Value::String("yes".to_owned()));
    assert_eq!(value("d"), Value::Number("0x1F".to_owned()));
    assert_eq!(value("e"), Value::Null);
    assert_eq!(value("f"), Value::Bool(true));
    assert_eq!(value("g"), Value::String("5".to_owned()));
    assert_eq!(value("h"), Value::Null);
    assert_eq!(value("i"), Value::String("1_000".to_owned()));
}

#[test]
fn spans_are_bytes_whatever_the_characters_and_line_ends() {
    let lf = "# 漢字\né: ü # ö\n'k é': [字, \"\\u00e9\", { z: 1.10 }]  # x\nlist:\n  - &n 'é'\n  - *n\ntail: 2\n";
    for (mark, ending) in [("", "\n"), ("", "\r\n"), ("\u{FEFF}", "\n"), ("\u{FEFF}", "\r\n")] {
        let tree = read(&format!("{mark}{}", lf.replace('\n', ending)));
        let raw = |path: &[&str]| tree.raw(tree.get_path(path).unwrap());
        assert_eq!(raw(&["é"]), "ü");
        assert_eq!(raw(&["k é"]), "[字, \"\\u00e9\", { z: 1.10 }]");
        assert_eq!(raw(&["k é", "0"]), "字");
        assert_eq!(raw(&["k é", "1"]), "\"\\u00e9\"");
        assert_eq!(raw(&["k é", "2"]), "{ z: 1.10 }");
        assert_eq!(raw(&["list", "0"]), "'é'");
        let alias = tree.get("list.1").unwrap();
        assert_eq!(alias.as_str(), Some("é"));
        assert_eq!(tree.raw(alias), "'é'", "the value stands at the anchor");
        assert_eq!(tree.source().contents().get(alias.place().clone()), Some("*n"));
        assert_eq!(raw(&["tail"]), "2");
        let (key, _) = &tree.root().entries().unwrap()[1];
        assert_eq!(tree.source().contents().get(key.span.clone()), Some("'k é'"));
        assert_eq!(raw(&["list"]), format!("- &n 'é'{ending}  - *n"));
    }
}

#[test]
fn block_texts_and_block_tables() {
    let tree = read("a: |\n  one\n  two\nb: &x !!map\n  c: 1\n  d: 2\n\n# end\ne: {f: 1, g}\n");
    assert_eq!(tree.get("a").unwrap().as_str(), Some("one\ntwo\n"));
    assert_eq!(tree.raw(tree.get("a").unwrap()), "one\n  two\n");
    assert_eq!(tree.raw(tree.get("b").unwrap()), "c: 1\n  d: 2");
    assert_eq!(tree.raw(tree.get("e").unwrap()), "{f: 1, g}");
    assert_eq!(tree.get("e.g").unwrap().value, Value::Null);
    assert_eq!(tree.raw(tree.get("e.g").unwrap()), "");
    for text in ["", "# only\n", "---\n", "--- \n...\n"] {
        assert_eq!(read(text).root().value, Value::Null, "{text:?}");
    }
}

#[test]
fn what_is_wrong_is_said_all_of_it() {
    let text = "é: 1\nbase: &b {x: 1}\n<<: *b\né: 2\nt: !Ref x\nn: !!int x\n";
    let failure = parse_yaml(&Source::file("f.yml", text)).unwrap_err();
    let found = failure.diagnostics.iter().map(|found| {
        (found.code, text.get(found.labels[0].span.clone()).unwrap(), found.message.as_str())
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            ("config/merge-key", "<<", "merge keys (`<<`) are not part of YAML 1.2"),
            ("config/duplicate-key", "é", "duplicate key `é`"),
            ("config/syntax", "!Ref x", "YAML: the tag `!Ref` is not understood here"),
            ("config/syntax", "!!int x", "YAML: the tag `!!int` is not understood here"),
        ]
    );
}

#[test]
fn syntax_errors_name_the_remedy() {
    for (text, message, place) in [
        ("a:\n\t- b\n", "a tab where only blanks may indent", "2:2"),
        ("é: b: c\n", "a `: ` that does not belong here", "1:5"),
        ("a: 'x\n", "this quote is not closed", "1:4"),
        ("a: *nope\n", "this alias names no anchor", "1:4"),
        ("a: &x [*x]\n", "this alias is part of its own anchor", "1:8"),
        ("a: @x\n", "a value cannot start like this", "1:4"),
        ("a: [1,\n", "a value is missing", "2:1"),
        ("a: b\0c: d\n", "a character that YAML does not allow", "1:5"),
        ("a: 1\n---\nb: 1\n", "a second document starts here", "2:1"),
        ("? [a]\n: 1\n", "a key must be a plain or quoted text", "1:3"),
        ("a: &x b\n*x : c\n", "a key must be a plain or quoted text", "2:1"),
        ("&x a: 1\n", "an anchor on a key", "1:4"),
    ] {
        let shown = problems(text);
        assert!(shown[0].contains(&format!("YAML: {message}\n")), "{text:?}: {}", shown[0]);
        assert!(shown[0].contains(&format!("f.yml:{place}\n")), "{text:?}: {}", shown[0]);
        assert!(shown[0].contains("= help: "), "{text:?}: {}", shown[0]);
    }
}

#[test]
fn aliases_are_expanded_within_a_budget() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb = format!("{bomb}a{level}: &a{level} [{inner}]\n");
    }
    let wide = format!("a: &a {}\nb: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(20));
    let chain: String = (1..70).fold("a0: &a0 [x]\n".to_owned(), |text, level| {
        format!("{text}a{level}: &a{level} [*a{}]\n", level - 1)
    });
    for text in [bomb, wide, chain] {
        let shown = problems(&text);
        assert!(shown[0].starts_with("error[config/limit]"), "{}", shown[0]);
    }
}

#[test]
fn depth_is_limited() {
    let block =
        (0..70).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<Vec<_>>().concat();
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(1000), block] {
        let shown = problems(&text);
        assert!(shown[0].starts_with("error[config/"), "{}", shown[0]);
    }
    read(&format!("{}{}", "[".repeat(60), "]".repeat(60)));
}

/// YAML of our own writing: what was meant, and how it may be written.
fn documents() -> impl Strategy<Value = (Node, String)> {
    let node = |value| Node::new(0..0, value);
    let leaf = prop_oneof![
        Just((Value::Null, "null".to_owned())),
        any::<bool>().prop_map(|value| (Value::Bool(value), value.to_string())),
        any::<i32>().prop_map(|value| (Value::Number(value.to_string()), value.to_string())),
        "[a-zé漢 ]{0,6}".prop_map(|text| (Value::String(text.clone()), format!("'{text}'"))),
        "\\PC{0,6}".prop_map(|text| {
            let quoted = serde_json::to_string(&text).expect("a string");
            (Value::String(text), quoted)
        }),
    ];
    let leaf = leaf.prop_map(move |(value, text)| (node(value), text));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop::collection::vec(inner, 0..4).prop_map(move |items| {
            let texts: Vec<_> = items.iter().map(|(_, text)| text.clone()).collect();
            let items = items.into_iter().map(|(node, _)| node).collect();
            (node(Value::Sequence(items)), format!("[{}]", texts.join(" , ")))
        })
    })
}

fn without_spans(node: &Node) -> Node {
    let value = match &node.value {
        Value::Sequence(items) => Value::Sequence(items.iter().map(without_spans).collect()),
        other => other.clone(),
    };
    Node::new(0..0, value)
}

proptest! {
    #[test]
    fn what_was_written_is_read((meant, text) in documents()) {
        prop_assume!(!text.contains(['\u{FEFF}', '\u{FFFE}', '\u{FFFF}']));
        let tree = read(&format!("k: {text}\n"));
        let found = tree.get("k").unwrap();
        prop_assert_eq!(without_spans(found), meant);
        prop_assert_eq!(tree.raw(found), text);
        crate::tests::check_spans(&tree);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}") {
        let _ = parse_yaml(&Source::file("f.yml", text));
    }

    #[test]
    fn no_tokens_make_it_panic_and_spans_are_whole(tokens in crate::tests::tokens()) {
        if let Ok(tree) = parse_yaml(&Source::file("f.yml", tokens)) {
            crate::tests::check_spans(&tree);
        }
    }
}
