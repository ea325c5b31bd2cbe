use proptest::prelude::*;

use super::*;

fn added(text: &str, path: &[&str], raw: &str) -> String {
    let (key, table) = path.split_last().expect("a key");
    add(&Source::file("f.toml", text), table, key, raw).expect(text)
}

const PROD: &[&str] = &["environments", "prod"];
const PIXI: &[&str] = &["tool", "pixi", "environments", "prod"];

/// A path, the text, and the text with `[]` under that path.
type Case = (&'static [&'static str], &'static str, &'static str);

const CASES: &[Case] = &[
    // Behind the last line of the section, whatever follows.
    (PROD, "[environments]\ngpu = []\n", "[environments]\ngpu = []\nprod = []\n"),
    (
        PROD,
        "[environments]\ngpu = [\n  \"a\",\n] # why\n\n# more\n[tasks]\n",
        "[environments]\ngpu = [\n  \"a\",\n] # why\nprod = []\n\n# more\n[tasks]\n",
    ),
    (PROD, "[environments]\n[tasks]\n", "[environments]\nprod = []\n[tasks]\n"),
    (PROD, "[environments] # all\n\n[tasks]\n", "[environments] # all\nprod = []\n\n[tasks]\n"),
    (PROD, "  [environments]\n  a = []\n", "  [environments]\n  a = []\n  prod = []\n"),
    (
        PROD,
        "[environments]\na = []\nb.features = []\n[environments.c]\nfeatures = []\n",
        "[environments]\na = []\nb.features = []\nprod = []\n[environments.c]\nfeatures = []\n",
    ),
    // Line endings and a last line without one.
    (PROD, "[environments]\r\na = []\r\n", "[environments]\r\na = []\r\nprod = []\r\n"),
    (PROD, "[environments]\na = []", "[environments]\na = []\nprod = []"),
    (PROD, "[environments]", "[environments]\nprod = []"),
    (PROD, "\u{feff}[environments]\n", "\u{feff}[environments]\nprod = []\n"),
    // A new section.
    (PROD, "", "[environments]\nprod = []\n"),
    (PROD, "[tasks]\na = \"b\"\n", "[tasks]\na = \"b\"\n\n[environments]\nprod = []\n"),
    (PROD, "[tasks]\na = \"b\"", "[tasks]\na = \"b\"\n\n[environments]\nprod = []"),
    (PROD, "[tasks]\n\n", "[tasks]\n\n[environments]\nprod = []\n"),
    (
        PIXI,
        "[tool.pixi.workspace]\na = 1\n\n[tool.pixi.tasks]\nb = \"c\" # d\n\n# Ruff.\n[tool.ruff]\n",
        "[tool.pixi.workspace]\na = 1\n\n[tool.pixi.tasks]\nb = \"c\" # d\n\n[tool.pixi.environments]\nprod = []\n\n# Ruff.\n[tool.ruff]\n",
    ),
    (
        PIXI,
        "[tool.pixi.tasks]\n[tool.ruff]\n",
        "[tool.pixi.tasks]\n\n[tool.pixi.environments]\nprod = []\n\n[tool.ruff]\n",
    ),
    (
        &["target", "linux", "dependencies", "x"],
        "[target.linux-64.dependencies]\na = \"*\"\n\n[tasks]\n",
        "[target.linux-64.dependencies]\na = \"*\"\n\n[target.linux.dependencies]\nx = []\n\n[tasks]\n",
    ),
    // Only tables below it have headers.
    (
        PROD,
        "[tasks]\n\n# The GPU.\n[environments.gpu]\nfeatures = []\n",
        "[tasks]\n\n[environments]\nprod = []\n\n# The GPU.\n[environments.gpu]\nfeatures = []\n",
    ),
    // Braces and dots.
    (PROD, "environments = { a = [] }\n", "environments = { a = [], prod = [] }\n"),
    (PROD, "environments = {a=[]}\n", "environments = {a=[], prod = []}\n"),
    (PROD, "environments = {}\n", "environments = { prod = [] }\n"),
    (PROD, "environments = { }\n", "environments = { prod = [] }\n"),
    (
        PROD,
        "environments.a = []\nenvironments.b = [] # b\nname = 1\n",
        "environments.a = []\nenvironments.b = [] # b\nenvironments.prod = []\nname = 1\n",
    ),
    (
        PIXI,
        "[tool]\npixi.environments.a = []\nruff.x = 1\n",
        "[tool]\npixi.environments.a = []\npixi.environments.prod = []\nruff.x = 1\n",
    ),
    (
        PIXI,
        "[tool.pixi]\nenvironments = { a = [] }\n",
        "[tool.pixi]\nenvironments = { a = [], prod = [] }\n",
    ),
    (
        PIXI,
        "[tool.pixi]\nchannels = []\n[tool.ruff]\n",
        "[tool.pixi]\nchannels = []\n\n[tool.pixi.environments]\nprod = []\n\n[tool.ruff]\n",
    ),
    (
        PIXI,
        "[tool]\npixi = { channels = [] }\n",
        "[tool]\npixi = { channels = [], environments.prod = [] }\n",
    ),
    // Names that need quotes, and arrays of tables beside.
    (&["a b", "c"], "[\"a b\"]\n", "[\"a b\"]\nc = []\n"),
    (
        PROD,
        "[[index]]\na = [[1], [2]]\n[environments]\n[[index]]\nb = 1\n",
        "[[index]]\na = [[1], [2]]\n[environments]\nprod = []\n[[index]]\nb = 1\n",
    ),
];

#[test]
fn keys_come_where_they_belong() {
    for (path, text, expected) in CASES {
        assert_eq!(added(text, path, "[]"), *expected, "{text}");
    }
}

#[test]
fn items_come_in_front_or_behind() {
    for (text, before, expected) in [
        ("p = [\"a\", \"b\"]\n", 0, "p = [{ x = 1 }, \"a\", \"b\"]\n"),
        ("p = [\"a\", \"b\"]\n", 1, "p = [\"a\", { x = 1 }, \"b\"]\n"),
        ("p = [\"a\"]\n", 1, "p = [\"a\", { x = 1 }]\n"),
        ("p = []\n", 0, "p = [{ x = 1 }]\n"),
        (
            "p = [\r\n  \"a\", # one\r\n  \"b\", # two\r\n]\r\n",
            1,
            "p = [\r\n  \"a\", # one\r\n  { x = 1 },\r\n  \"b\", # two\r\n]\r\n",
        ),
        ("p = [\n\t\"a\",\n]\n", 1, "p = [\n\t\"a\",\n\t{ x = 1 },\n]\n"),
    ] {
        let source = Source::file("f.toml", text);
        assert_eq!(add_item(&source, &["p"], before, "{ x = 1 }").expect(text), expected);
    }
    let source = Source::file("f.toml", "p = 1\n");
    assert!(matches!(add_item(&source, &["p"], 0, "1"), Err(EditError::Unplaced { .. })));
    assert!(matches!(add_item(&source, &["q"], 0, "1"), Err(EditError::Unplaced { .. })));
}

#[test]
fn what_cannot_be_added_is_refused() {
    let refused = |text: &str, table: &[&str], key: &str, raw: &str| {
        add(&Source::file("f.toml", text), table, key, raw).expect_err(text)
    };
    let error = refused("[a]\nb = 1\n", &["a"], "b", "2");
    assert_eq!(diagnostics::Diagnostic::from(error).code, "text-edit/exists");
    for (text, raw) in [("a = 1\n", "1"), ("a = \"x\"\n", "1"), ("[[a]]\n", "1")] {
        let error = refused(text, &["a"], "b", raw);
        assert_eq!(diagnostics::Diagnostic::from(error).code, "text-edit/unplaced");
    }
    assert!(matches!(
        refused("", &["a"], "b", "1\nc = 2"),
        EditError::Unplaced { .. } | EditError::Unreadable(_)
    ));
    assert!(matches!(refused("[a\n", &["a"], "b", "1"), EditError::Unreadable(_)));
}

/// Pieces that together make TOML of every shape.
fn piece() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "[a]\n",
        "[a.b]\n",
        "[c]\n",
        "  [a.d]\n",
        "# note\n",
        "\n",
        "x = 1\n",
        "  y.z = 2 # why\n",
        "b.w = [\n 1,\n]\n",
        "a = { b = {} }\n",
        "a.b.q = 3\n",
        "[[l]]\n",
        "m = \"\"\"\n[a]\n\"\"\"\n",
        "a = {b.c=1}\n",
        "\"a\".\"b\".r = 1\n",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn only_new_bytes_differ(pieces in prop::collection::vec(piece(), 0..9), dos: bool, cut: bool, mark: bool) {
        let mut text = pieces.concat();
        if cut { text.pop(); }
        if dos { text = text.replace('\n', "\r\n"); }
        if mark { text.insert(0, '\u{feff}'); }
        let source = Source::file("f.toml", text.as_str());
        match add(&source, &["a", "b"], "new", "\"v\"") {
            Ok(edited) => {
                // Something was put in at one place.
                let start = edited.bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count();
                let rest = text.len() - start;
                prop_assert!(edited.len() > text.len());
                prop_assert!(edited.as_bytes()[edited.len() - rest..] == text.as_bytes()[start..]);
                // Another reader sees the same, and a second run finds it there.
                let judge: toml_edit::DocumentMut = edited.trim_start_matches('\u{feff}').parse().expect("TOML");
                prop_assert_eq!(judge["a"]["b"]["new"].as_str(), Some("v"));
                let again = add(&Source::file("f.toml", edited), &["a", "b"], "new", "\"v\"");
                let is_there = matches!(again, Err(EditError::Exists { .. }));
                prop_assert!(is_there);
            }
            Err(EditError::Unreadable(_) | EditError::Exists { .. }) => {}
            Err(EditError::Unplaced { .. }) => {
                // Rare: the table is closed, a value, or made in two ways.
                let clash = text.contains("a = {") || text.contains("a.b.q") || text.contains("\"a\".") || text.contains("b.w");
                prop_assert!(clash, "{}", text);
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
