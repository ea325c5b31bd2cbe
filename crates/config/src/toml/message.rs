//! The parser's complaints in words that help.

use std::collections::BTreeSet;

use diagnostics::{Diagnostic, Failure, Source};
use toml_parser::ParseError;

use crate::{ConfigError, Format, MAX_PROBLEMS, Place};

/// Which complaint means what, and the remedy; the first that fits counts. An empty message keeps
/// the parser's.
const WORDS: &[(&str, &str, &str)] = &[
    ("string values must be quoted", "this is not a value", "put text in quotes: `\"…\"`"),
    (
        "key with no value",
        "a key without a value",
        "write `key = value`; put keys with blanks in quotes",
    ),
    ("missing value", "the value is missing", "add it after the `=`, or remove the line"),
    (
        "invalid boolean",
        "this is not a value",
        "booleans are `true` and `false`; put text in quotes",
    ),
    (
        "missing escaped value",
        "unknown escape",
        "write a backslash as `\\\\`, or use single quotes",
    ),
    (
        "invalid multi-line",
        "this text in three quotes is not closed or holds a control character",
        "add the three closing quotes; write control characters as `\\u00XX`",
    ),
    (
        "invalid basic string",
        "this string is not closed on its line or holds a control character",
        "add the closing `\"`; write control characters as `\\u00XX`",
    ),
    (
        "invalid literal string",
        "this string is not closed on its line or holds a control character",
        "add the closing `'`",
    ),
    (
        "unexpected key or value",
        "more text than one value on a line",
        "start a new line, or put the whole value in quotes",
    ),
    (
        "missing comma between key",
        "a comma is missing, or the brace is not closed",
        "separate the pairs with commas and close the table with `}`",
    ),
    (
        "missing comma between array",
        "a comma is missing, or the bracket is not closed",
        "separate the items with commas and close the list with `]`",
    ),
    ("unclosed array table", "this header is not closed", "close it with `]]`"),
    ("unclosed table", "this header is not closed", "close it with `]`"),
    ("unclosed array", "this list is not closed", "close it with `]`"),
    ("unclosed inline table", "this table is not closed", "close it with `}`"),
    ("unquoted keys cannot be empty", "the key is missing", "write `key = value`"),
    (
        "leading zero",
        "a number with a zero in front",
        "remove the zero, or put the value in quotes",
    ),
    ("invalid fraction", "", "write digits after the point, as in `1.0`"),
    ("does not fit into 64 bits", "", "put it in quotes"),
    (
        "invalid date",
        "",
        "dates look like `2026-11-21`, times like `08:30:00`; put other text in quotes",
    ),
];

/// One diagnostic for each line that has an error; after the first error of a line the parser
/// only guesses.
pub(super) fn failure(source: &Source, errors: &[ParseError]) -> Failure {
    let mut lines = BTreeSet::new();
    let mut found = Vec::new();
    for error in errors.iter().take(MAX_PROBLEMS) {
        let span = error.unexpected().or(error.context());
        let span = span.map_or(0..0, |span| span.start()..span.end());
        if lines.insert(source.position(span.start).line) {
            found.push(Diagnostic::from(reworded(error, Place { source: source.clone(), span })));
        }
    }
    found.sort_by_key(|found| found.labels.first().map_or(0, |label| label.span.start));
    Failure::from(found)
}

fn reworded(error: &ParseError, place: Place) -> ConfigError {
    let theirs = error.description();
    if theirs.contains("max recursion depth") {
        return ConfigError::TooDeep { place };
    }
    let text = place.source.contents();
    let marked = text.get(place.span.clone()).unwrap_or_default();
    let before = text.get(..place.span.start).unwrap_or_default().trim_end_matches([' ', '\t']);
    let colon =
        before.ends_with(':') || text.get(before.len()..).is_some_and(|rest| rest.starts_with(':'));
    let (what, help) = match WORDS.iter().find(|(words, ..)| theirs.contains(words)) {
        Some(("string values must be quoted", ..)) if marked.is_empty() => {
            ("the value is missing", "add it after the `=`, or remove the line")
        }
        Some(("key with no value", ..)) if colon => {
            ("a `:` where TOML has `=`", "write `key = value`")
        }
        Some((_, "", help)) => (theirs, *help),
        Some((_, what, help)) => (*what, *help),
        None => (theirs, "look at the quotes and brackets of this line and the one before"),
    };
    let (what, help) = (what.to_owned(), Some(help.to_owned()));
    ConfigError::Syntax { format: Format::Toml, what, place, help }
}
