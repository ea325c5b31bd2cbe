//! What a scalar means: YAML 1.2.2, section 10.3.2 (core schema).

use saphyr_parser::{ScalarStyle, Tag};

use crate::Value;

/// The value of a scalar; an error names a tag that is unknown or does not fit.
pub(super) fn value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let resolved =
        if style == ScalarStyle::Plain { plain(text) } else { Value::String(text.to_owned()) };
    let Some(tag) = tag else { return Ok(resolved) };
    if !tag.is_yaml_core_schema() {
        // `!` alone: not resolved, a string.
        let only = tag.suffix.is_empty() && matches!(tag.handle.as_str(), "" | "!")
            || tag.handle.is_empty() && tag.suffix == "!";
        return if only { Ok(Value::String(text.to_owned())) } else { Err(tag.to_string()) };
    }
    let fits = match tag.suffix.as_str() {
        "str" => return Ok(Value::String(text.to_owned())),
        "null" => plain(text) == Value::Null,
        "bool" => matches!(plain(text), Value::Bool(_)),
        "int" => is_integer(text),
        "float" => is_float(text) || is_integer(text),
        _ => false,
    };
    if fits { Ok(plain(text)) } else { Err(format!("!!{}", tag.suffix)) }
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        number if is_integer(number) || is_float(number) => Value::Number(number.to_owned()),
        other => Value::String(other.to_owned()),
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn is_integer(text: &str) -> bool {
    let of = |digits: &str, radix| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    digits(unsigned(text))
        || text.strip_prefix("0o").is_some_and(|rest| of(rest, 8))
        || text.strip_prefix("0x").is_some_and(|rest| of(rest, 16))
}

fn is_float(text: &str) -> bool {
    if matches!(text, ".nan" | ".NaN" | ".NAN")
        || matches!(unsigned(text), ".inf" | ".Inf" | ".INF")
    {
        return true;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match unsigned(mantissa).split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned(mantissa), None),
    };
    let mantissa = match fraction {
        None => digits(whole),
        Some(fraction) if whole.is_empty() => digits(fraction),
        Some(fraction) => digits(whole) && (fraction.is_empty() || digits(fraction)),
    };
    mantissa && exponent.is_none_or(|text| digits(unsigned(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_core_scalars_are_not_strings() {
        for number in [
            "0", "-12", "+3", "007", "0o17", "0xFf", "1.10", ".5", "5.", "-1e3", "1.5E-2", ".inf",
            "-.INF", ".NaN",
        ] {
            assert_eq!(plain(number), Value::Number(number.to_owned()));
        }
        for text in [
            "1.2.3",
            "1_000",
            "0b1",
            "12:30:45",
            "2001-01-01",
            "yes",
            "No",
            "on",
            "off",
            "y",
            "+",
            ".",
            "e3",
            "1e",
            "-0x1",
            "tRUE",
            "nUll",
            "inf",
            "nan",
            "0o8",
            "0x",
            "=",
            "<<",
        ] {
            assert_eq!(plain(text), Value::String(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn tags_of_the_core_schema_are_held_to() {
        let tag = |suffix: &str| Tag {
            handle: "tag:yaml.org,2002:".to_owned(),
            suffix: suffix.to_owned(),
        };
        let text = Value::String("5".to_owned());
        assert_eq!(value("5", ScalarStyle::Plain, Some(&tag("str"))), Ok(text));
        let number = Value::Number("5".to_owned());
        assert_eq!(value("5", ScalarStyle::DoubleQuoted, Some(&tag("int"))), Ok(number));
        assert_eq!(value("x", ScalarStyle::Plain, Some(&tag("int"))), Err("!!int".to_owned()));
        assert_eq!(
            value("eA==", ScalarStyle::Plain, Some(&tag("binary"))),
            Err("!!binary".to_owned())
        );
    }
}
