//! The parser's complaints in words that help.

use diagnostics::Source;
use saphyr_parser::ScanError;

use super::span::Offsets;
use crate::{ConfigError, Format, Place};

/// Which complaint means what, and the remedy; the first that fits counts.
const WORDS: &[(&str, &str, &str)] = &[
    ("unknown anchor", "this alias names no anchor", "define it before with `&name`"),
    ("tabs disallowed", "a tab where only blanks may indent", "indent with blanks"),
    (
        "mapping values are not allowed",
        "a `: ` that does not belong here",
        "put the value in quotes if it holds `: `, else look at the indentation of this line",
    ),
    (
        "scanning a quoted scalar, found unexpected end",
        "this quote is not closed",
        "add the closing quote",
    ),
    ("unexpected character", "a value cannot start like this", "put the value in quotes"),
    (
        "expected node content",
        "a value is missing",
        "add the value, or close the bracket or brace before",
    ),
    ("recursion limit", "nested too deeply", "flatten the structure"),
    (
        "unprintable character",
        "a character that YAML does not allow",
        "remove it, or escape it in double quotes",
    ),
    (
        "block end",
        "the indentation does not fit",
        "align this line with the others of its table or list",
    ),
];

pub(super) fn reworded(source: &Source, error: &ScanError, offsets: &Offsets) -> ConfigError {
    let at = error.marker().index();
    let place = Place { source: source.clone(), span: offsets.byte(at)..offsets.byte(at + 1) };
    let (what, help) = match WORDS.iter().find(|(theirs, ..)| error.info().contains(theirs)) {
        Some((_, what, help)) => ((*what).to_owned(), *help),
        None => (
            error.info().to_owned(),
            "look at the indentation and quotes of this line and the one before",
        ),
    };
    ConfigError::Syntax { format: Format::Yaml, what, place, help: Some(help.to_owned()) }
}
