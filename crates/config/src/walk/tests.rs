use diagnostics::{Exit, render_terminal};

use super::*;
use crate::{parse_json, parse_toml, parse_yaml};

fn toml(text: &str) -> Tree {
    parse_toml(&Source::file("f.toml", text)).expect(text)
}

fn messages(problems: Problems) -> Vec<String> {
    let failure = problems.into_result().expect_err("problems");
    failure
        .diagnostics
        .into_iter()
        .map(|found| format!("{}: {}", found.code, found.message))
        .collect()
}

#[test]
fn every_type_is_read() {
    let tree = toml(
        "name = 'x'\non = true\nn = 0x10\nf = 1.5\nmode = 'init'\nlist = ['a', 'b']\n\
         [sub]\nk = 'v'\n[[many]]\nid = 1\n[[many]]\nid = 2\n",
    );
    let problems = Problems::default();
    let table = tree.table(&problems).unwrap();
    assert_eq!(table.string("name").unwrap().value, "x");
    assert!(table.bool("on").unwrap().value);
    assert_eq!(table.integer("n", 0..=99).unwrap().value, 16);
    assert!((table.number("f").unwrap().value - 1.5).abs() < f64::EPSILON);
    assert_eq!(table.choice("mode", &[("update", 1), ("init", 2)]).unwrap().value, 2);
    let list = table.list("list").unwrap();
    assert_eq!(list.value.iter().map(|item| item.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(tree.source().contents().get(list.value[1].span.clone()), Some("'b'"));
    let sub = table.table("sub").unwrap();
    assert_eq!((sub.path(), sub.string("k").unwrap().value.as_str()), ("sub", "v"));
    sub.finish(Unknown::Error);
    let ids = table.tables("many").unwrap().into_iter().map(|item| {
        let id = item.required("id", |table, key| table.integer(key, 0..=9)).unwrap().value;
        item.finish(Unknown::Error);
        id
    });
    assert_eq!(ids.collect::<Vec<_>>(), [1, 2]);
    assert!(table.string("absent").is_none());
    table.finish(Unknown::Error);
    assert_eq!(problems.into_result(), Ok(vec![]));
}

#[test]
fn all_problems_at_once_in_the_order_of_the_file() {
    let tree = toml(
        "tag_fromat = 'v'\nversion = 1.10\njobs = 99\nmode = 'updte'\nlist = ['a', 2, 'b']\n\
         flag = 'yes'\nnan = nan\nsub = 1\n[deep]\nx = 1\n",
    );
    let problems = Problems::default();
    let table = tree.table(&problems).unwrap();
    table.accept(&["tag_format"]);
    assert!(table.string("version").is_none());
    assert!(table.integer("jobs", 1..=64).is_none());
    assert!(table.choice("mode", &[("update", ()), ("init", ())]).is_none());
    assert_eq!(table.list("list").unwrap().value.len(), 2);
    assert!(table.bool("flag").is_none());
    assert!(table.number("nan").is_none());
    assert!(table.table("sub").is_none());
    let deep = table.table("deep").unwrap();
    assert!(deep.required("name", Table::string).is_none());
    deep.finish(Unknown::Error);
    table.finish(Unknown::Error);
    assert_eq!(
        messages(problems),
        [
            "config/unknown-key: unknown key `tag_fromat`",
            "config/wrong-type: `version` must be a string, found the number `1.10`",
            "config/wrong-value: `jobs` must be an integer from 1 to 64, found `99`",
            "config/wrong-value: `mode` must be one of `update`, `init`, found `updte`",
            "config/wrong-type: `list[1]` must be a string, found the number `2`",
            "config/wrong-type: `flag` must be `true` or `false`, found a string",
            "config/wrong-type: `nan` must be a finite number, found the number `nan`",
            "config/wrong-type: `sub` must be a table, found the number `1`",
            "config/missing-key: missing key `name` in `deep`",
            "config/unknown-key: unknown key `x`",
        ]
    );
}

#[test]
fn problems_show_place_and_remedy() {
    let tree = toml("[tool.semantic_release]\nversion = 1.10\ntag_fromat = \"v\"\n");
    let problems = Problems::default();
    let table = tree.get_table(&["tool", "semantic_release"], &problems).unwrap();
    table.string("tag_format");
    table.string("version");
    table.finish(Unknown::Error);
    let shown: String = problems
        .into_result()
        .unwrap_err()
        .diagnostics
        .iter()
        .map(|found| render_terminal(found, false))
        .collect();
    insta::assert_snapshot!(shown, @r#"
    error[config/wrong-type]: `tool.semantic_release.version` must be a string, found the number `1.10`
     --> f.toml:2:11
      |
    2 | version = 1.10
      |           ^^^^
      |
      = help: write `"1.10"`
    error[config/unknown-key]: unknown key `tag_fromat`
     --> f.toml:3:1
      |
    3 | tag_fromat = "v"
      | ^^^^^^^^^^ not a key of this table
      |
      = help: did you mean `tag_format`?
    "#);
}

#[test]
fn unknown_keys_of_other_tools_formats_are_warnings() {
    let tree = toml("[tool.semantic_release]\nnew_key = 1\n");
    let problems = Problems::default();
    let path = ["tool", "semantic_release"];
    tree.get_table(&path, &problems).unwrap().finish(Unknown::Warn);
    assert!(!problems.has_errors());
    let warnings = problems.into_result().unwrap();
    assert_eq!((warnings[0].severity, warnings[0].exit), (Severity::Warning, Exit::Done));
}

#[test]
fn tables_are_found_by_path_or_not_at_all() {
    let problems = Problems::default();
    let tree = toml("[tool]\npoetry = 1\n");
    assert!(tree.get_table(&["tool", "semantic_release"], &problems).is_none());
    assert!(tree.get_table(&["semantic_release"], &problems).is_none());
    assert!(!problems.has_errors());
    assert!(tree.get_table(&["tool", "poetry", "x"], &problems).is_none());
    assert_eq!(
        messages(problems),
        ["config/wrong-type: `tool.poetry` must be a table, found the number `1`"]
    );
}

#[test]
fn free_keys_keep_the_order_of_the_file() {
    let text = "branches:\n  main: {match: m}\n  'a b': {match: x}\n  dev: {match: d}\nenv:\n  B: b\n  A: 1\n";
    let tree = parse_yaml(&Source::file("f.yml", text)).unwrap();
    let problems = Problems::default();
    let table = tree.table(&problems).unwrap();
    let groups = table.named_tables("branches").unwrap();
    let read = groups.into_iter().map(|(name, group)| {
        let pair = (name.value, group.path().to_owned(), group.string("match").unwrap().value);
        group.finish(Unknown::Error);
        pair
    });
    let expected = [
        ("main", "branches.main", "m"),
        ("a b", "branches.\"a b\"", "x"),
        ("dev", "branches.dev", "d"),
    ];
    let expected =
        expected.map(|(name, path, value)| (name.to_owned(), path.to_owned(), value.to_owned()));
    assert_eq!(read.collect::<Vec<_>>(), expected);
    assert_eq!(table.named_strings("env").unwrap().len(), 1);
    table.finish(Unknown::Error);
    assert_eq!(
        messages(problems),
        ["config/wrong-type: `env.A` must be a string, found the number `1`"]
    );
}

#[test]
fn null_is_absent() {
    let tree = parse_json(&Source::file("f.json", "{\"a\": null, \"b\": null}")).unwrap();
    let problems = Problems::default();
    let table = tree.table(&problems).unwrap();
    assert!(table.string("a").is_none());
    assert!(table.required("b", Table::string).is_none());
    table.finish(Unknown::Error);
    assert_eq!(messages(problems), ["config/missing-key: missing key `b`"]);
}

#[test]
fn empty_files_are_tables_and_other_roots_are_not() {
    let problems = Problems::default();
    let empty = parse_yaml(&Source::file("f.yml", "# nothing\n")).unwrap();
    empty.table(&problems).unwrap().finish(Unknown::Error);
    assert!(!problems.has_errors());
    let list = parse_json(&Source::file("f.json", "[1]")).unwrap();
    assert!(list.table(&problems).is_none());
    assert_eq!(messages(problems), ["config/wrong-type: the file must be a table, found a list"]);
}

#[test]
fn a_wrong_value_behind_an_alias_shows_both_places() {
    let tree = parse_yaml(&Source::file("f.yml", "a: &x 5\nb: *x\n")).unwrap();
    let problems = Problems::default();
    let table = tree.table(&problems).unwrap();
    table.accept(&["a"]);
    table.string("b");
    table.finish(Unknown::Error);
    let failure = problems.into_result().unwrap_err();
    let spans: Vec<_> =
        failure.diagnostics[0].labels.iter().map(|label| label.span.clone()).collect();
    assert_eq!(spans, [11..13, 6..7]);
}

#[test]
fn the_schema_key_is_there_and_known() {
    for (text, expected) in [
        ("schema = 1\n", vec![]),
        ("", vec!["config/missing-key: missing key `schema`"]),
        (
            "schema = 2\n",
            vec!["config/schema: settings of schema 2 are not understood, only of schema 1"],
        ),
        ("schema = '1'\n", vec!["config/wrong-type: `schema` must be an integer, found a string"]),
    ] {
        let tree = toml(text);
        let problems = Problems::default();
        let table = tree.table(&problems).unwrap();
        table.schema(1);
        table.finish(Unknown::Error);
        if expected.is_empty() {
            assert_eq!(problems.into_result(), Ok(vec![]), "{text}");
        } else {
            assert_eq!(messages(problems), expected, "{text}");
        }
    }
}

#[test]
fn a_table_that_is_never_finished_is_a_bug() {
    let tree = toml("typo = 1\n");
    let problems = Problems::default();
    let _ = tree.table(&problems).unwrap().string("name");
    assert_eq!(problems.into_result().unwrap_err().exit(), Exit::Bug);
}
