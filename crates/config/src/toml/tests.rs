use diagnostics::render_terminal;
use proptest::prelude::*;

use super::*;
use crate::{Node, Value};

fn read(text: &str) -> Tree {
    parse_toml(&Source::file("f.toml", text)).expect(text)
}

fn problems(text: &str) -> Vec<String> {
    let failure = parse_toml(&Source::file("f.toml", text)).expect_err(text);
    failure.diagnostics.iter().map(|d| render_terminal(d, false)).collect()
}

/// The whole tree on one line, numbers as written.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(raw) | Value::Datetime(raw) => raw.clone(),
        Value::String(text) => format!("{text:?}"),
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Value::Mapping(entries) => {
            let entries =
                entries.iter().map(|(key, node)| format!("{}: {}", key.text, shown(node)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn tables_values_and_their_order() {
    for (text, expected) in [
        ("", "{}"),
        ("b = 1.10\na = 0x1F\nc = 1_000\n", "{b: 1.10, a: 0x1F, c: 1_000}"),
        ("a.b.c = 1\na.d = true\n", "{a: {b: {c: 1}, d: true}}"),
        ("[x.y]\nk = 'v'\n[x]\nl = 2\n", "{x: {y: {k: \"v\"}, l: 2}}"),
        ("[b.c.d]\n[a]\n[b.c]\nk = 1\n", "{b: {c: {d: {}, k: 1}}, a: {}}"),
        ("[[p]]\nn = 1\n[[p]]\nn = 2\n[p.q]\nr = 3\n", "{p: [{n: 1}, {n: 2, q: {r: 3}}]}"),
        ("a = { b.c = 1, d = [1, { e = 2 }] }\n", "{a: {b: {c: 1}, d: [1, {e: 2}]}}"),
        // TOML 1.1: line breaks and a comma at the end of an inline table, `\e` and `\x`.
        ("a = {\n  b = 1, # why\n}\nc = \"\\x41\\e\"\n", "{a: {b: 1}, c: \"A\\u{1b}\"}"),
        ("d = 2026-11-21T08:30Z\n", "{d: 2026-11-21T08:30Z}"),
        ("\"a.b\" = \"\"\"\nx\\\n   y\"\"\"\r\n", "{a.b: \"xy\"}"),
        ("\u{FEFF}a = 1\r\n", "{a: 1}"),
        ("f = inf\ng = -nan\n", "{f: inf, g: -nan}"),
    ] {
        assert_eq!(shown(read(text).root()), expected, "{text}");
    }
}

#[test]
fn every_value_and_key_has_its_bytes() {
    let tree = read(
        "\u{FEFF}# é\r\n[tool.'x y']\r\nversion = \"1.é\" # c\r\nlist = [ 1.10, { a = 2 } ]\r\n",
    );
    let raw = |path: &[&str]| tree.raw(tree.get_path(path).unwrap()).to_owned();
    assert_eq!(raw(&["tool", "x y", "version"]), "\"1.é\"");
    assert_eq!(raw(&["tool", "x y", "list"]), "[ 1.10, { a = 2 } ]");
    assert_eq!(raw(&["tool", "x y", "list", "0"]), "1.10");
    assert_eq!(raw(&["tool", "x y", "list", "1"]), "{ a = 2 }");
    assert_eq!(raw(&["tool", "x y"]), "[tool.'x y']");
    let (key, _) = &tree.get("tool").unwrap().entries().unwrap()[0];
    assert_eq!(tree.source().contents().get(key.span.clone()), Some("'x y'"));
}

#[test]
fn every_duplicate_is_shown_with_its_first() {
    let shown = problems("a = 1\n[t]\nb = 1\nb = 2\na = 0\n[t]\n[u]\n\"c\" = 1\nc = 2\n");
    assert_eq!(shown.len(), 3, "{shown:?}");
    insta::assert_snapshot!(shown[2], @r#"
    error[config/duplicate-key]: duplicate key `c`
     --> f.toml:9:1
      |
    9 | c = 2
      | ^ again here
      |
     ::: f.toml:8:1
      |
    8 | "c" = 1
      | --- first here
      |
      = help: keep one of the two
    "#);
}

#[test]
fn tables_are_not_opened_or_extended_twice() {
    for text in [
        "a.b = 1\n[a]\n",
        "[a]\nb.c = 1\n[a.b]\n",
        "[a.b]\n[a]\nb.c = 1\n",
        "[a.b.c]\n[a]\nb.c.d = 1\n",
        "[a.b]\n[a]\nb = 1\n",
        "a = [{}]\n[[a]]\n",
        "[[a]]\n[a]\n",
        "[a]\n[[a]]\n",
        "a = { b = 1 }\n[a.c]\n",
        "a = { b = 1 }\na.c = 2\n",
        "a = { b = { c = 1 }, b.d = 2 }\n",
        "a = { b = 1, b = 2 }\n",
        "a = 1\na.b = 2\n",
    ] {
        assert_eq!(problems(text).len(), 1, "{text}");
    }
}

#[test]
fn syntax_errors_of_several_lines_at_once() {
    let shown = problems("name = hello\nsize: 3\nlast =\nok = 1\nopen = \"x\n");
    insta::assert_snapshot!(shown.concat(), @r#"
    error[config/syntax]: TOML: this is not a value
     --> f.toml:1:8
      |
    1 | name = hello
      |        ^^^^^
      |
      = help: put text in quotes: `"…"`
    error[config/syntax]: TOML: a `:` where TOML has `=`
     --> f.toml:2:7
      |
    2 | size: 3
      |       ^
      |
      = help: write `key = value`
    error[config/syntax]: TOML: the value is missing
     --> f.toml:3:7
      |
    3 | last =
      |       ^
      |
      = help: add it after the `=`, or remove the line
    error[config/syntax]: TOML: this string is not closed on its line or holds a control character
     --> f.toml:5:10
      |
    5 | open = "x
      |          ^
      |
      = help: add the closing `"`; write control characters as `\u00XX`
    "#);
}

#[test]
fn depth_is_limited_in_every_way_of_nesting() {
    for text in [
        format!("a = {}1{}\n", "[".repeat(65), "]".repeat(65)),
        format!("a = {}1{}\n", "{ b = ".repeat(65), " }".repeat(65)),
        format!("{}x = 1\n", "a.".repeat(100_000)),
        format!("[{}x]\n", "a.".repeat(100_000)),
        format!("[[{}x]]\n", "a.".repeat(64)),
        format!("a = {{ {}x = 1 }}\n", "a.".repeat(100_000)),
        format!("[{}x]\n{}y = 1\n", "a.".repeat(40), "b.".repeat(40)),
    ] {
        let shown = problems(&text);
        assert!(shown[0].starts_with("error[config/limit]"), "{}", shown[0]);
    }
    read(&format!("a = {}1{}\n", "[".repeat(60), "]".repeat(60)));
}

/// The same text read by `toml_edit`, keys sorted; `None` where it refuses.
fn judged(text: &str) -> Option<String> {
    text.parse::<toml_edit::DocumentMut>().ok().map(|document| judged_item(document.as_item()))
}

fn judged_item(item: &toml_edit::Item) -> String {
    use toml_edit::{Item, Value};
    if let Some(table) = item.as_table_like() {
        let entries = table.iter().map(|(key, item)| format!("{key}: {}", judged_item(item)));
        let mut entries: Vec<_> = entries.collect();
        entries.sort();
        return format!("{{{}}}", entries.join(", "));
    }
    let items: Vec<Item> = match item {
        Item::ArrayOfTables(tables) => {
            tables.iter().map(|table| Item::Table(table.clone())).collect()
        }
        Item::Value(Value::Array(items)) => {
            items.iter().map(|item| Item::Value(item.clone())).collect()
        }
        Item::Value(Value::String(text)) => return format!("{:?}", text.value()),
        Item::Value(other) => return other.clone().decorated("", "").to_string(),
        Item::None | Item::Table(_) => return String::new(),
    };
    format!("[{}]", items.iter().map(judged_item).collect::<Vec<_>>().join(", "))
}

fn sorted(node: &Node) -> Node {
    let value = match &node.value {
        Value::Sequence(items) => Value::Sequence(items.iter().map(sorted).collect()),
        Value::Mapping(entries) => {
            let mut entries: Vec<_> =
                entries.iter().map(|(key, node)| (key.clone(), sorted(node))).collect();
            entries.sort_by(|(a, _), (b, _)| a.text.cmp(&b.text));
            Value::Mapping(entries)
        }
        other => other.clone(),
    };
    Node { value, ..node.clone() }
}

/// The one thing `toml_edit` lets pass: a dotted key that goes into what a header made, on its way
/// or as a list. TOML forbids both ("append to array with dotted keys", "redefine by header").
fn lenient(text: &str) -> bool {
    let dotted = |line: &str| line.split('=').next().is_some_and(|key| key.contains('.'));
    let header = |line: &str| line.starts_with('[') && line.contains('.');
    text.lines().any(|line| !line.starts_with('[') && dotted(line)) && text.lines().any(header)
}

/// Headers and keys over few names, so that they often meet.
fn documents() -> impl Strategy<Value = String> {
    let path = || prop::collection::vec("[a-c]", 1..4).prop_map(|keys| keys.join("."));
    let value = prop::sample::select(vec![
        "1",
        "'s'",
        "[]",
        "{ a = 1 }",
        "[1, { b = 2 }]",
        "{ a.b = 1, a.c = 2 }",
    ]);
    let line = prop_oneof![
        2 => path().prop_map(|path| format!("[{path}]\n")),
        1 => path().prop_map(|path| format!("[[{path}]]\n")),
        3 => (path(), value).prop_map(|(path, value)| format!("{path} = {value}\n")),
    ];
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn tables_are_made_as_another_reader_makes_them(text in documents()) {
        let ours = parse_toml(&Source::file("f.toml", text.as_str()));
        match (ours, judged(&text)) {
            (Ok(tree), Some(theirs)) => prop_assert_eq!(shown(&sorted(tree.root())), theirs),
            (Ok(tree), None) => prop_assert!(false, "only ours accepts: {}", shown(tree.root())),
            (Err(_), Some(theirs)) => prop_assert!(lenient(&text), "only ours refuses: {}", theirs),
            (Err(_), None) => {}
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}") {
        let _ = parse_toml(&Source::file("f.toml", text));
    }

    #[test]
    fn no_tokens_make_it_panic_and_spans_are_whole(tokens in crate::tests::tokens()) {
        if let Ok(tree) = parse_toml(&Source::file("f.toml", tokens)) {
            crate::tests::check_spans(&tree);
        }
    }
}
