//! Texts to values.

use diagnostics::{Diagnostic, Secret, visible_line};

use crate::definition::{Input, Kind};

/// Characters of a wrong value that a message repeats.
const LONGEST_SHOWN: usize = 80;

/// A value of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Flag(bool),
    Integer(i64),
    List(Vec<String>),
    Secret(Secret),
}

impl Value {
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Flag(flag) => flag.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::List(items) => items.join("\n"),
            Self::Secret(_) => "***".to_owned(),
        }
    }
}

/// Reads a text by the kind of its input; `source` names where it stands, for the message.
pub(crate) fn parse(input: &Input, text: &str, source: &str) -> Result<Value, Diagnostic> {
    if input.secret {
        return Ok(Value::Secret(Secret::new(text)));
    }
    let wrong = |expected: &str| {
        let found: String = visible_line(text).chars().take(LONGEST_SHOWN).collect();
        let message = format!("{source} takes {expected}, found `{found}`");
        Diagnostic::bad_input("input/value", message)
    };
    match input.kind {
        Kind::Path if text.contains('\0') => Err(wrong("a path without NUL")),
        Kind::Text | Kind::Path => Ok(Value::Text(text.to_owned())),
        Kind::Bool => boolean(text).map(Value::Flag).ok_or_else(|| {
            let help = match text.to_ascii_lowercase().as_str() {
                "yes" | "on" | "1" | "y" | "true" => "write `true`",
                "no" | "off" | "0" | "n" | "false" => "write `false`",
                _ => "write `true` or `false`",
            };
            wrong("a boolean").with_help(help)
        }),
        Kind::Integer { min, max } => match text.parse::<i64>() {
            Ok(number) if (min..=max).contains(&number) => Ok(Value::Integer(number)),
            _ => Err(wrong("a whole number").with_help(bounds(min, max))),
        },
        Kind::Choice(choices) if choices.contains(&text) => Ok(Value::Text(text.to_owned())),
        Kind::Choice(choices) => Err(wrong("one of a few words").with_help(choose(text, choices))),
        Kind::List => {
            let items = text.split('\n').map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::List(items.map(str::to_owned).collect()))
        }
    }
}

/// The booleans of YAML 1.2's core schema, in its six spellings.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn bounds(min: i64, max: i64) -> String {
    match (min, max) {
        (i64::MIN, i64::MAX) => "write it in digits".to_owned(),
        (_, i64::MAX) => format!("write a number from {min} up"),
        _ => format!("write a number from {min} to {max}"),
    }
}

/// The help for a choice that is none: the nearest, and all.
pub(crate) fn choose(text: &str, choices: &[&str]) -> String {
    let all = choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ");
    match nearest(text, choices.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? there are {all}"),
        None => format!("there are {all}"),
    }
}

/// The name most like `text`, when one is like it at all.
pub(crate) fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    let text = plain(text);
    names
        .map(|name| (strsim::normalized_damerau_levenshtein(&text, &plain(name)), name))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Kind, text: &str) -> Result<Value, Diagnostic> {
        parse(&Input::new("x", "").kind(kind), text, "input `x`")
    }

    #[test]
    fn six_booleans_and_no_others() {
        for text in ["true", "True", "TRUE"] {
            assert_eq!(read(Kind::Bool, text), Ok(Value::Flag(true)));
        }
        for text in ["false", "False", "FALSE"] {
            assert_eq!(read(Kind::Bool, text), Ok(Value::Flag(false)));
        }
        for (text, help) in
            [("yes", "write `true`"), ("0", "write `false`"), ("tRUE", "write `true`")]
        {
            let error = read(Kind::Bool, text).unwrap_err();
            assert_eq!(error.help.as_deref(), Some(help), "{text}");
            assert_eq!(error.message, format!("input `x` takes a boolean, found `{text}`"));
        }
    }

    #[test]
    fn numbers_have_bounds() {
        let kind = Kind::Integer { min: 0, max: 4 };
        assert_eq!(read(kind, "4"), Ok(Value::Integer(4)));
        for text in ["5", "-1", "1.0", "0x1", "99999999999999999999"] {
            let error = read(kind, text).unwrap_err();
            assert_eq!(error.help.as_deref(), Some("write a number from 0 to 4"));
        }
    }

    #[test]
    fn choices_suggest_the_nearest() {
        let kind = Kind::Choice(&["version", "publish"]);
        assert_eq!(read(kind, "publish"), Ok(Value::Text("publish".to_owned())));
        let help = read(kind, "publsh").unwrap_err().help.unwrap();
        assert_eq!(help, "did you mean `publish`? there are `version`, `publish`");
        let help = read(kind, "zzz").unwrap_err().help.unwrap();
        assert_eq!(help, "there are `version`, `publish`");
    }

    #[test]
    fn lists_are_lines() {
        let list = read(Kind::List, " a \n\n b b\r\n").unwrap();
        assert_eq!(list, Value::List(vec!["a".to_owned(), "b b".to_owned()]));
    }

    #[test]
    fn a_secret_is_never_judged_or_shown() {
        let input = Input::new("token", "").kind(Kind::Bool).secret();
        let value = parse(&input, "hunter2hunter2", "input `token`").unwrap();
        assert_eq!(value.shown(), "***");
        assert!(!format!("{value:?}").contains("hunter2"));
    }
}
