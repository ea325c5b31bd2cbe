//! What can be wrong with a settings file.

use std::ops::Range;

use diagnostics::{Diagnostic, Source, visible_line};

use crate::{Format, MAX_ALIASED_NODES, MAX_BYTES, MAX_DEPTH, Value, nearest};

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub source: Source,
    /// Bytes of it.
    pub span: Range<usize>,
}

/// What is wrong with a settings file; becomes a [`Diagnostic`] of exit class 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The text is not of its format.
    #[error("{}: {what}", .format.name())]
    Syntax {
        /// The format it was read as.
        format: Format,
        /// What is wrong.
        what: String,
        /// Where.
        place: Place,
        /// The remedy.
        help: Option<String>,
    },
    /// A key is there twice.
    #[error("duplicate key `{key}`")]
    Duplicate {
        /// The key.
        key: String,
        /// The second one.
        place: Place,
        /// The bytes of the first one.
        first: Range<usize>,
    },
    /// The file is larger than [`MAX_BYTES`].
    #[error("`{name}` has {size} bytes, more than the {MAX_BYTES} that are read")]
    TooLarge {
        /// The file.
        name: String,
        /// Its size in bytes.
        size: usize,
    },
    /// Tables and lists are nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep {
        /// Where the limit is passed.
        place: Place,
    },
    /// The anchors and aliases of a YAML file stand for more than [`MAX_ALIASED_NODES`] nodes.
    #[error("anchors and aliases stand for more than {MAX_ALIASED_NODES} values")]
    TooManyAliases {
        /// Where the limit is passed.
        place: Place,
    },
    /// A YAML merge key.
    #[error("merge keys (`<<`) are not part of YAML 1.2")]
    MergeKey {
        /// The key.
        place: Place,
    },
    /// A key nobody knows.
    #[error("unknown key `{}`", visible_line(.key))]
    UnknownKey {
        /// The key.
        key: String,
        /// The path of its table; empty for the root.
        table: String,
        /// The keys there are.
        known: Box<[String]>,
        /// The key's place.
        place: Place,
    },
    /// A value of another type.
    #[error("{} must be {expected}, found {}", named(.key), described(.found))]
    WrongType {
        /// The path of the value.
        key: String,
        /// What it must be, with its article.
        expected: Box<str>,
        /// What it is.
        found: Box<Value>,
        /// Where.
        place: Place,
    },
    /// An integer outside its range.
    #[error("`{key}` must be {}, found `{found}`", range(*.lowest, *.highest))]
    OutOfRange {
        /// The path of the value.
        key: String,
        /// The number as written.
        found: String,
        /// The lowest allowed.
        lowest: i64,
        /// The highest allowed.
        highest: i64,
        /// Where.
        place: Place,
    },
    /// A word that is not among the choices.
    #[error("`{key}` must be one of {}, found `{}`", listed(.choices), visible_line(.found))]
    NotAChoice {
        /// The path of the value.
        key: String,
        /// The word.
        found: String,
        /// The words there are.
        choices: Box<[String]>,
        /// Where.
        place: Place,
    },
    /// A key that must be there is not.
    #[error("missing key `{key}`{}", within(.table))]
    Missing {
        /// The key.
        key: String,
        /// The path of its table; empty for the root.
        table: String,
        /// The table.
        place: Place,
    },
    /// A format version this program does not know.
    #[error("settings of schema {found} are not understood, only of schema {supported}")]
    Schema {
        /// The version in the file.
        found: i64,
        /// The version that is understood.
        supported: i64,
        /// Where.
        place: Place,
    },
    /// Several files that could be the settings.
    #[error("several settings files: {}", found.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "))]
    Ambiguous {
        /// Their paths.
        found: Vec<String>,
    },
}

impl ConfigError {
    /// The code, as in [`crate::EXPLANATIONS`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "config/syntax",
            Self::Duplicate { .. } => "config/duplicate-key",
            Self::TooLarge { .. } | Self::TooDeep { .. } | Self::TooManyAliases { .. } => {
                "config/limit"
            }
            Self::MergeKey { .. } => "config/merge-key",
            Self::UnknownKey { .. } => "config/unknown-key",
            Self::WrongType { .. } => "config/wrong-type",
            Self::OutOfRange { .. } | Self::NotAChoice { .. } => "config/wrong-value",
            Self::Missing { .. } => "config/missing-key",
            Self::Schema { .. } => "config/schema",
            Self::Ambiguous { .. } => "config/two-files",
        }
    }

    fn place(&self) -> Option<&Place> {
        match self {
            Self::TooLarge { .. } | Self::Ambiguous { .. } => None,
            Self::Syntax { place, .. }
            | Self::Duplicate { place, .. }
            | Self::TooDeep { place }
            | Self::TooManyAliases { place }
            | Self::MergeKey { place }
            | Self::UnknownKey { place, .. }
            | Self::WrongType { place, .. }
            | Self::OutOfRange { place, .. }
            | Self::NotAChoice { place, .. }
            | Self::Missing { place, .. }
            | Self::Schema { place, .. } => Some(place),
        }
    }

    fn label(&self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "again here",
            Self::UnknownKey { .. } => "not a key of this table",
            Self::Missing { .. } => "in this table",
            _ => "",
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Syntax { help, .. } => return help.clone(),
            Self::Duplicate { .. } => "keep one of the two".to_owned(),
            Self::TooLarge { .. } => {
                "settings are not that large; is this the right file?".to_owned()
            }
            Self::TooDeep { .. } => "flatten the structure".to_owned(),
            Self::TooManyAliases { .. } => "write the values out instead of `*aliases`".to_owned(),
            Self::MergeKey { .. } => {
                "write the merged keys out, or give the whole value an alias: `key: *name`"
                    .to_owned()
            }
            Self::UnknownKey { key, known, .. } => {
                match nearest(key, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if known.is_empty() => "remove it: this table has no keys".to_owned(),
                    None => format!("remove it; the keys are {}", listed(known)),
                }
            }
            Self::WrongType { expected, found, .. } => retype(expected, found),
            Self::OutOfRange { lowest, highest, .. } => format!("use {}", range(*lowest, *highest)),
            Self::NotAChoice { found, choices, .. } => {
                match nearest(found, choices.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("use one of {}", listed(choices)),
                }
            }
            Self::Missing { key, .. } => format!("add `{key}`"),
            Self::Schema { found, supported, .. } if found > supported => {
                "use a newer release of this action".to_owned()
            }
            Self::Schema { supported, .. } => format!("write `schema = {supported}`"),
            Self::Ambiguous { .. } => {
                "keep one of them, or name the one to use with the `config` input".to_owned()
            }
        })
    }
}

impl From<ConfigError> for Diagnostic {
    fn from(error: ConfigError) -> Self {
        let mut diagnostic = Self::bad_input(error.code(), error.to_string());
        if let Some(place) = error.place() {
            diagnostic = diagnostic.with_label(&place.source, place.span.clone(), error.label());
        }
        if let ConfigError::Duplicate { place, first, .. } = &error {
            diagnostic = diagnostic.with_label(&place.source, first.clone(), "first here");
        }
        diagnostic.help = error.help();
        diagnostic
    }
}

fn named(path: &str) -> String {
    if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") }
}

fn within(table: &str) -> String {
    if table.is_empty() { String::new() } else { format!(" in `{table}`") }
}

fn described(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("the boolean `{value}`"),
        Value::Number(raw) => format!("the number `{raw}`"),
        Value::Datetime(raw) => format!("the date `{raw}`"),
        Value::String(_) => "a string".to_owned(),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a table".to_owned(),
    }
}

fn retype(expected: &str, found: &Value) -> String {
    match (expected, found) {
        ("a string", Value::Number(raw) | Value::Datetime(raw)) => format!("write `\"{raw}\"`"),
        ("a string", Value::Bool(value)) => format!("write `\"{value}\"`"),
        ("a list of strings" | "a list", Value::String(_)) => {
            "put it in brackets: `[\"…\"]`".to_owned()
        }
        ("an integer" | "a number" | "`true` or `false`", Value::String(_)) => {
            "write it without quotes".to_owned()
        }
        _ => format!("make it {expected}"),
    }
}

fn range(lowest: i64, highest: i64) -> String {
    match (lowest, highest) {
        (i64::MIN, i64::MAX) => "an integer".to_owned(),
        (lowest, i64::MAX) => format!("an integer of at least {lowest}"),
        (i64::MIN, highest) => format!("an integer of at most {highest}"),
        (lowest, highest) => format!("an integer from {lowest} to {highest}"),
    }
}

fn listed(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
