//! `release_rules`, in commit-analyzer's form.

use config::{Field, Table, Unknown, Value};

use crate::glob::Glob;
use crate::parser::node::Rule;
use crate::version::Level;

/// The fields a rule may ask for.
const FIELDS: [&str; 7] = ["type", "scope", "subject", "header", "tag", "emoji", "component"];

/// Reads the rules under a key; problems go to the table.
pub(super) fn read(table: &Table<'_>, key: &str) -> Vec<Rule> {
    let Some(field) = table.field(key) else { return Vec::new() };
    if field.node().as_str().is_some() {
        let problem = field
            .spanned(())
            .error("release/release-rules", "rules in a JavaScript module cannot be read")
            .with_help("write the rules here, as a list");
        table.problems().push(problem);
        return Vec::new();
    }
    field.tables().unwrap_or_default().into_iter().filter_map(rule).collect()
}

fn rule(table: Table<'_>) -> Option<Rule> {
    let flag = |key: &str| table.bool(key).is_some_and(|value| value.value);
    let (breaking, revert) = (flag("breaking"), flag("revert"));
    let mut fields = Vec::new();
    for name in FIELDS {
        let Some(field) = table.field(name) else { continue };
        if field.node().value == Value::Null {
            fields.push((name.to_owned(), None));
            continue;
        }
        let Some(text) = field.string() else { continue };
        match Glob::new(&text.value) {
            Ok(glob) => fields.push((name.to_owned(), Some(glob))),
            Err(error) => table.problems().push(
                text.error("release/release-rules", format!("`{}`: {error}", text.value))
                    .with_help("write a word or a pattern with `*`"),
            ),
        }
    }
    let release = table.required("release", |table, key| {
        let field = table.field(key)?;
        match &field.node().value {
            Value::Bool(false) | Value::Null => Some(Level::None),
            Value::String(word) => level(word).or_else(|| wrong(table, &field)),
            _ => wrong(table, &field),
        }
    });
    table.finish(Unknown::Error);
    Some(Rule { breaking, revert, fields, release: release? })
}

fn level(word: &str) -> Option<Level> {
    [Level::Major, Level::Minor, Level::Patch].into_iter().find(|level| level.word() == word)
}

fn wrong<T>(table: &Table<'_>, field: &Field<'_>) -> Option<T> {
    let problem = field
        .spanned(())
        .error("release/release-rules", "`release` is none of the levels that can be released")
        .with_help("write `major`, `minor`, `patch` or `false`");
    table.problems().push(problem);
    None
}
