//! A small YAML tree with the runner's meaning of scalars (`YamlObjectReader.cs`).

use anyhow::{Context as _, bail};
use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::Dialect;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A scalar as text.
    Scalar(String),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping in order, keys unique.
    Mapping(Vec<(String, Node)>),
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        if let Self::Scalar(text) = self { Some(text) } else { None }
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> Option<&[(String, Self)]> {
        if let Self::Mapping(entries) = self { Some(entries) } else { None }
    }

    /// The items of a sequence.
    pub fn items(&self) -> Option<&[Self]> {
        if let Self::Sequence(items) = self { Some(items) } else { None }
    }

    /// A value of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?.iter().find(|(known, _)| known == key).map(|(_, node)| node)
    }
}

/// Parses one document. Anchors are refused, as the runner refuses them.
///
/// # Errors
/// Text that is not YAML, anchors, doubled keys, keys that are no scalars.
pub fn parse(text: &str, dialect: Dialect) -> anyhow::Result<Node> {
    let mut events = Parser::new_from_str(text).filter_map(|event| match event {
        Ok((Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _)) => None,
        Ok((event, _)) => Some(Ok(event)),
        Err(error) => Some(Err(anyhow::Error::msg(error.to_string()))),
    });
    let first = events.next().context("the document is empty")??;
    node(first, &mut events, dialect)
}

type Events<'a, 'input> = &'a mut dyn Iterator<Item = anyhow::Result<Event<'input>>>;

fn node<'i>(event: Event<'i>, events: Events<'_, 'i>, dialect: Dialect) -> anyhow::Result<Node> {
    match event {
        Event::Scalar(text, style, 0, _) => Ok(Node::Scalar(match style {
            ScalarStyle::Plain => scalar(&text, dialect),
            _ => text.into_owned(),
        })),
        Event::SequenceStart(0, _) => {
            let mut items = Vec::new();
            loop {
                match events.next().context("the sequence does not end")?? {
                    Event::SequenceEnd => return Ok(Node::Sequence(items)),
                    event => items.push(node(event, &mut *events, dialect)?),
                }
            }
        }
        Event::MappingStart(0, _) => {
            let mut entries: Vec<(String, Node)> = Vec::new();
            loop {
                let key = match events.next().context("the mapping does not end")?? {
                    Event::MappingEnd => return Ok(Node::Mapping(entries)),
                    event => node(event, &mut *events, dialect)?,
                };
                let key = key.text().context("a key must be a scalar")?.to_owned();
                if entries.iter().any(|(known, _)| *known == key) {
                    bail!("'{key}' is already defined");
                }
                let value = events.next().context("the mapping does not end")??;
                entries.push((key, node(value, &mut *events, dialect)?));
            }
        }
        Event::DocumentEnd | Event::StreamEnd => bail!("the document is empty"),
        _ => bail!("anchors are not supported"),
    }
}

/// What a plain scalar becomes as text: the runner reads booleans, numbers and nulls, act takes the
/// text as written but for nulls.
pub fn scalar(text: &str, dialect: Dialect) -> String {
    match text {
        "" | "null" | "Null" | "NULL" | "~" => String::new(),
        _ if dialect == Dialect::Act => text.to_owned(),
        "true" | "True" | "TRUE" => "true".to_owned(),
        "false" | "False" | "FALSE" => "false".to_owned(),
        _ => number(text).map_or_else(|| text.to_owned(), general),
    }
}

fn number(text: &str) -> Option<f64> {
    let all =
        |text: &str, digits: &str| !text.is_empty() && text.chars().all(|c| digits.contains(c));
    for (prefix, base, digits) in [("0x", 16, "0123456789abcdefABCDEF"), ("0o", 8, "01234567")] {
        if let Some(rest) = text.strip_prefix(prefix) {
            let value = u32::from_str_radix(rest, base).ok().filter(|_| all(rest, digits))?;
            // Read as 32 bits with a sign.
            return Some(f64::from(i32::from_ne_bytes(value.to_ne_bytes())));
        }
    }
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    match text {
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ if [".inf", ".Inf", ".INF"].contains(&bare) => {
            return Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        _ => {}
    }
    let (mantissa, exponent) =
        bare.split_once(['e', 'E']).map_or((bare, None), |(mantissa, exp)| (mantissa, Some(exp)));
    let digits = "0123456789";
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_mantissa = (all(whole, digits) && (part.is_empty() || all(part, digits)))
        || (whole.is_empty() && all(part, digits));
    let is_exponent = exponent
        .is_none_or(|exponent| all(exponent.strip_prefix(['+', '-']).unwrap_or(exponent), digits));
    (is_mantissa && is_exponent).then(|| text.parse().ok()).flatten()
}

/// A double as .NET prints it with `G15`: fifteen digits, an exponent from 15 digits on.
fn general(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let text = format!("{value:.14e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let sign = if mantissa.starts_with('-') { "-" } else { "" };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return format!("{sign}0");
    }
    if (-5..15).contains(&exponent) {
        let point = exponent + 1;
        let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
        let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
        return if point <= 0 {
            format!("{sign}0.{}{digits}", zeros(-point))
        } else if point >= count {
            format!("{sign}{digits}{}", zeros(point - count))
        } else {
            let (whole, part) = digits.split_at(usize::try_from(point).unwrap_or_default());
            format!("{sign}{whole}.{part}")
        };
    }
    let (first, rest) = digits.split_at(1);
    let rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{first}{rest}E{exponent_sign}{:02}", exponent.abs())
}
