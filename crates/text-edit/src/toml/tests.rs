use config::parse_toml;
use diagnostics::{Diagnostic, Failure};
use proptest::prelude::*;

use super::*;
use crate::value::same_but;

fn set(text: &str, path: &[&str], new: &str) -> Result<String, EditError> {
    set_string(&Source::file("pyproject.toml", text), path, new)
}

#[test]
fn only_the_value_changes() {
    for (before, path, after) in [
        (
            "\u{FEFF}# é\r\n[project]  # p\r\nname = 'x'\r\nversion   =  '1.0.0'   # stamped\r\n\r\n[tool]\r\n",
            "project.version",
            "\u{FEFF}# é\r\n[project]  # p\r\nname = 'x'\r\nversion   =  '1.1.0'   # stamped\r\n\r\n[tool]\r\n",
        ),
        ("project.version = \"1.0.0\"", "project.version", "project.version = \"1.1.0\""),
        (
            "[tool]\npoetry = { name = \"x\" ,version=\"1.0.0\" }\n",
            "tool.poetry.version",
            "[tool]\npoetry = { name = \"x\" ,version=\"1.1.0\" }\n",
        ),
        (
            "[[package]]\nname = 'a'\nversion = '0'\n[[package]]\nname = 'b'\nversion = '1'\n",
            "package.1.version",
            "[[package]]\nname = 'a'\nversion = '0'\n[[package]]\nname = 'b'\nversion = '1.1.0'\n",
        ),
        ("v = \"\"\"\r\n1.0\"\"\"\r\n", "v", "v = \"\"\"\r\n1.1.0\"\"\"\r\n"),
        ("v = '''1.0'''\n", "v", "v = '''1.1.0'''\n"),
        (
            "\"project\".'version' = \"1.0.0\" # \"1.0.0\"\n",
            "project.version",
            "\"project\".'version' = \"1.1.0\" # \"1.0.0\"\n",
        ),
        ("v = '1.1.0'\n", "v", "v = '1.1.0'\n"),
    ] {
        let path: Vec<_> = path.split('.').collect();
        assert_eq!(set(before, &path, "1.1.0").unwrap(), after);
        assert_eq!(get_string(&Source::file("f", after), &path).unwrap(), "1.1.0");
    }
}

#[test]
fn quotes_give_way_only_where_they_must() {
    for (old, new, written) in [
        ("'x'", "it's", "\"it's\""),
        ("'x'", "a\"b", "'a\"b'"),
        ("'''x'''", "it's", "\"it's\""),
        ("\"x\"", "a\"b\\c\n\u{1}", "\"a\\\"b\\\\c\\n\\u0001\""),
        ("\"\"\"x\"\"\"", "a\"\"\"b", "\"\"\"a\\\"\\\"\\\"b\"\"\""),
        ("'x'", "two\nlines", "\"two\\nlines\""),
    ] {
        assert_eq!(set(&format!("v = {old}\n"), &["v"], new).unwrap(), format!("v = {written}\n"));
    }
}

#[test]
fn what_cannot_be_edited_is_said_with_its_place() {
    let text = "[project]\nname = 'x'\nverison = '1'\nnumber = 1.0\n[[p]]\nv = '1'\n";
    for (path, message, help) in [
        ("project.version", "`project.version` is not in the file", "did you mean `verison`?"),
        ("projct.version", "`projct.version` is not in the file", "did you mean `project`?"),
        ("tool.x.y", "`tool.x.y` is not in the file", "add `tool`"),
        ("project.name.x", "`project.name.x` is not in the file", "add `x`"),
        ("p.v", "`p.v` is not in the file", "add `v`"),
        ("p.7.v", "`p.7.v` is not in the file", "add `7`"),
        ("project.number", "`project.number` is not a string", "write the value in quotes"),
        ("project", "`project` is not a string", "write the value in quotes"),
    ] {
        let path: Vec<_> = path.split('.').collect();
        let diagnostic = Diagnostic::from(set(text, &path, "2").unwrap_err());
        assert_eq!(diagnostic.message, message);
        assert!(diagnostic.help.unwrap().starts_with(help), "{message}");
        assert_eq!(diagnostic.labels.len(), 1, "{message}");
    }
    let failure = Failure::from(set("a = 1\na = 2\nb = 1\nb = 2\n", &["a"], "3").unwrap_err());
    assert_eq!(failure.diagnostics.len(), 2, "every problem of an unreadable file");
}

#[test]
fn a_change_elsewhere_is_noticed() {
    let tree = |text: &str| parse_toml(&Source::file("f", text)).unwrap();
    let old = tree("a = '1'\nb = { c = ['x'] }\n");
    for (edited, fine) in [
        ("a = '2'\nb = { c = ['x'] }\n", true),
        ("a = '3'\nb = { c = ['x'] }\n", false),
        ("a = '2'\nb = { c = ['y'] }\n", false),
        ("a = '2'\nb = { c = ['x', 'x'] }\n", false),
        ("a = '2'\nb = { d = ['x'] }\n", false),
        ("a = '2'\n", false),
        ("a = '2'\nb = { c = ['x'] }\nd = 1\n", false),
    ] {
        assert_eq!(
            same_but(old.root(), tree(edited).root(), &[(&["a"][..], "2")]),
            fine,
            "{edited}"
        );
    }
}

proptest! {
    #[test]
    fn every_byte_outside_the_value_stays(
        before in "(# \\PC{0,10}\n|[a-c]{1,3}1 = \"\\\\\\\\u00e9\"\n){0,3}",
        old in prop::sample::select(vec!["\"1\"", "'1'", "'''1'''", "\"\"\"\n1\"\"\"", "''"]),
        after in " {0,3}(# \\PC{0,10})?\r?\n(\\[t\\]\r?\n)?",
        new in "\\PC{0,12}|[\u{0}-\u{ff}]{0,6}",
    ) {
        let text = format!("{before}version = {old}{after}");
        prop_assume!(parse_toml(&Source::file("f", text.as_str())).is_ok());
        let edited = set(&text, &["version"], &new).unwrap();
        let (head, tail) = (format!("{before}version = "), after.as_str());
        prop_assert!(edited.starts_with(&head) && edited.ends_with(tail), "{}", edited);
        // Another reader sees the new value and nothing else changed.
        let judge = |text: &str| text.parse::<toml_edit::DocumentMut>().expect("TOML");
        let (mut old, edited) = (judge(&text), judge(&edited));
        prop_assert_eq!(edited["version"].as_str(), Some(new.as_str()));
        old["version"] = edited["version"].clone();
        prop_assert_eq!(old.to_string().replace("\r\n", "\n"), edited.to_string().replace("\r\n", "\n"));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", path in "[a-c]{1,2}") {
        let _ = set(&text, &[&path], "1");
    }
}
