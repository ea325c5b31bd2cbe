//! The methods of Python's `str`.

use minijinja::value::{Kwargs, Rest, Tuple, from_args};
use minijinja::{Error, State, Value};

use super::values::{List, no_method, wrong};
use crate::pytext::is_space;

/// Calls a method of a text, and what other values have in common.
pub(super) fn method(
    _: &mut State<'_, '_>,
    value: &Value,
    name: &str,
    args: &[Value],
) -> Result<Value, Error> {
    let Some(text) = value.as_str() else { return other(value, name, args) };
    if let Some(made) = plain(text, name) {
        from_args::<()>(args)?;
        return Ok(made);
    }
    match name {
        "split" | "rsplit" => split(text, args, name == "rsplit"),
        "strip" | "lstrip" | "rstrip" => strip(text, name, args),
        "startswith" | "endswith" => {
            let (given,): (Value,) = from_args(args)?;
            let has = |part: &Value| {
                let part = part.as_str().unwrap_or_default();
                if name == "startswith" { text.starts_with(part) } else { text.ends_with(part) }
            };
            let any = if given.as_str().is_some() {
                has(&given)
            } else {
                given.try_iter()?.any(|part| has(&part))
            };
            Ok(Value::from(any))
        }
        "replace" => {
            let (old, new, count): (&str, &str, Option<i64>) = from_args(args)?;
            let count = count.and_then(|count| usize::try_from(count).ok());
            Ok(Value::from(match count {
                Some(count) => text.replacen(old, new, count),
                None => text.replace(old, new),
            }))
        }
        "join" => {
            let (items,): (Value,) = from_args(args)?;
            let items: Result<Vec<String>, Error> = items
                .try_iter()?
                .map(|item| {
                    item.as_str().map(str::to_owned).ok_or_else(|| wrong("join takes texts only"))
                })
                .collect();
            Ok(Value::from(items?.join(text)))
        }
        "format" => {
            let args = minijinja::formatting::format(
                minijinja::formatting::FormatStyle::StrFormat,
                text,
                args,
            )?;
            Ok(Value::from(args))
        }
        "splitlines" => {
            let (keep, kwargs): (Option<bool>, Kwargs) = from_args(args)?;
            let keep = keep.or(kwargs.get("keepends")?).unwrap_or(false);
            kwargs.assert_all_used()?;
            Ok(List::texts(lines(text, keep)))
        }
        "find" | "rfind" | "index" | "rindex" | "count" => search(text, name, args),
        "removeprefix" | "removesuffix" => {
            let (part,): (&str,) = from_args(args)?;
            let rest = if name == "removeprefix" {
                text.strip_prefix(part)
            } else {
                text.strip_suffix(part)
            };
            Ok(Value::from(rest.unwrap_or(text)))
        }
        "partition" | "rpartition" => {
            let (at,): (&str,) = from_args(args)?;
            let is_left = name == "partition";
            let found = if is_left { text.split_once(at) } else { text.rsplit_once(at) };
            let parts = match found {
                Some((before, after)) => [before, at, after],
                None if is_left => [text, "", ""],
                None => ["", "", text],
            };
            Ok(Value::from(Tuple::from(parts.map(Value::from))))
        }
        "center" | "ljust" | "rjust" | "zfill" => justify(text, name, args),
        _ => Err(no_method()),
    }
}

/// Methods without arguments.
fn plain(text: &str, name: &str) -> Option<Value> {
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let all = |test: fn(char) -> bool| Value::from(!text.is_empty() && text.chars().all(test));
    Some(match name {
        "upper" => Value::from(text.to_uppercase()),
        "lower" | "casefold" => Value::from(text.to_lowercase()),
        "capitalize" => Value::from(capitalize(text)),
        "title" => Value::from(title(text)),
        "swapcase" => Value::from(
            text.chars()
                .flat_map(|c| {
                    let swapped: Vec<char> = if c.is_uppercase() {
                        c.to_lowercase().collect()
                    } else {
                        c.to_uppercase().collect()
                    };
                    swapped
                })
                .collect::<String>(),
        ),
        "isdigit" | "isdecimal" | "isnumeric" => all(char::is_numeric),
        "isalpha" => all(char::is_alphabetic),
        "isalnum" => all(char::is_alphanumeric),
        "isspace" => all(is_space),
        "isascii" => Value::from(text.is_ascii()),
        "isupper" => Value::from(letters().count() > 0 && letters().all(char::is_uppercase)),
        "islower" => Value::from(letters().count() > 0 && letters().all(char::is_lowercase)),
        _ => return None,
    })
}

pub(super) fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters.as_str().to_lowercase().chars()).collect()
}

/// `str.title`: a capital after everything that is no letter.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    for c in text.chars() {
        if in_word {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        in_word = c.is_alphabetic();
    }
    out
}

fn split(text: &str, args: &[Value], from_right: bool) -> Result<Value, Error> {
    let (positional, kwargs): (Rest<Value>, Kwargs) = from_args(args)?;
    let mut positional = positional.0.into_iter();
    let mut take = |name: &str| -> Result<Option<Value>, Error> {
        let value = match positional.next() {
            Some(value) => Some(value),
            None => kwargs.get::<Option<Value>>(name)?,
        };
        Ok(value.filter(|value| !value.is_none()))
    };
    let separator = take("sep")?;
    let limit = take("maxsplit")?.and_then(|limit| limit.as_usize());
    kwargs.assert_all_used()?;
    let pieces = limit.map_or(usize::MAX, |limit| limit.saturating_add(1));
    let Some(separator) = separator else {
        return Ok(List::texts(words(text, pieces, from_right)));
    };
    let separator = separator.as_str().ok_or_else(|| wrong("the separator must be a text"))?;
    if separator.is_empty() {
        return Err(wrong("empty separator"));
    }
    if from_right {
        let mut parts: Vec<&str> = text.rsplitn(pieces, separator).collect();
        parts.reverse();
        return Ok(List::texts(parts));
    }
    Ok(List::texts(text.splitn(pieces, separator)))
}

/// Split at runs of blanks.
fn words(text: &str, pieces: usize, from_right: bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_matches(is_space);
    while !rest.is_empty() {
        if parts.len() + 1 == pieces {
            parts.push(rest);
            break;
        }
        let cut = if from_right { rest.rfind(is_space) } else { rest.find(is_space) };
        let Some((head, tail)) = cut.and_then(|at| rest.split_at_checked(at)) else {
            parts.push(rest);
            break;
        };
        if from_right {
            parts.push(tail.trim_start_matches(is_space));
            rest = head.trim_end_matches(is_space);
        } else {
            parts.push(head);
            rest = tail.trim_start_matches(is_space);
        }
    }
    if from_right {
        parts.reverse();
    }
    parts
}

fn lines(text: &str, keep: bool) -> Vec<&str> {
    let is_end = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(is_end).unwrap_or(rest.len());
        let (line, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let after = tail.strip_prefix("\r\n").or_else(|| {
            let mut characters = tail.chars();
            characters.next().map(|_| characters.as_str())
        });
        rest = after.unwrap_or_default();
        let whole = text.len() - rest.len();
        let start = whole - (tail.len() - rest.len()) - line.len();
        lines.push(if keep { text.get(start..whole).unwrap_or(line) } else { line });
    }
    lines
}

fn strip(text: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let (characters,): (Option<&str>,) = from_args(args)?;
    let cut = |c: char| characters.map_or_else(|| is_space(c), |characters| characters.contains(c));
    Ok(Value::from(match name {
        "lstrip" => text.trim_start_matches(cut),
        "rstrip" => text.trim_end_matches(cut),
        _ => text.trim_matches(cut),
    }))
}

fn search(text: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let (part,): (&str,) = from_args(args)?;
    if name == "count" {
        let count =
            if part.is_empty() { text.chars().count() + 1 } else { text.matches(part).count() };
        return Ok(Value::from(count));
    }
    let found = if name.starts_with('r') { text.rfind(part) } else { text.find(part) };
    let at = found.and_then(|at| text.get(..at)).map(|before| before.chars().count());
    match at {
        Some(at) => Ok(Value::from(at)),
        None if name.ends_with("index") => Err(wrong("substring not found")),
        None => Ok(Value::from(-1)),
    }
}

fn justify(text: &str, name: &str, args: &[Value]) -> Result<Value, Error> {
    let (width, fill): (usize, Option<char>) = from_args(args)?;
    let missing = width.min(super::LINE_LIMIT).saturating_sub(text.chars().count());
    let fill = |count: usize| fill.unwrap_or(' ').to_string().repeat(count);
    Ok(Value::from(match name {
        "ljust" => format!("{text}{}", fill(missing)),
        "rjust" => format!("{}{text}", fill(missing)),
        "zfill" => {
            let (sign, digits) = match text.strip_prefix(['-', '+']) {
                Some(digits) => (text.strip_suffix(digits).unwrap_or_default(), digits),
                None => ("", text),
            };
            format!("{sign}{}{digits}", "0".repeat(missing))
        }
        _ => {
            let left = missing / 2 + (missing & width & 1);
            format!("{}{text}{}", fill(left), fill(missing - left))
        }
    }))
}

/// Methods of lists and mappings that templates did not make themselves.
fn other(value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let is_listing = matches!(
        value.kind(),
        minijinja::value::ValueKind::Seq | minijinja::value::ValueKind::Iterable
    );
    match name {
        "index" | "count" if is_listing => {
            let (wanted,): (Value,) = from_args(args)?;
            let items: Vec<Value> = value.try_iter()?.collect();
            if name == "count" {
                return Ok(Value::from(items.iter().filter(|item| **item == wanted).count()));
            }
            let at = items.iter().position(|item| *item == wanted);
            at.map(Value::from).ok_or_else(|| wrong("the item is not in the list"))
        }
        "copy" if is_listing => Ok(List::value(value.try_iter()?.collect())),
        "append" | "extend" if is_listing => {
            Err(wrong("this list cannot change; make a copy of it first with `| list`"))
        }
        _ => Err(no_method()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_does() {
        assert_eq!(words(" a  b c ", usize::MAX, false), ["a", "b", "c"]);
        assert_eq!(words(" a  b c ", 2, false), ["a", "b c"]);
        assert_eq!(words(" a  b c ", 2, true), ["a  b", "c"]);
        assert_eq!(words("  ", 2, true), Vec::<&str>::new());
        assert_eq!(lines("a\r\nb\n\nc", false), ["a", "b", "", "c"]);
        assert_eq!(lines("a\r\nb\n", true), ["a\r\n", "b\n"]);
        assert_eq!(title("it's a b-c"), "It'S A B-C");
        assert_eq!(capitalize("aBC"), "Abc");
    }
}
