//! Build strings: exact, glob, or regex.

use std::fmt;
use std::str::FromStr;

use regex_lite::Regex;

/// What a build string looks like.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// This text, in upper or lower case.
    Exact(String),
    /// A text with `*`, and then `?` and `[...]` too.
    Glob(String),
    /// `^...$`.
    Regex(String, Regex),
}

/// A pattern that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedPattern {
    /// A glob.
    #[error("invalid glob: {0}")]
    Glob(String),
    /// A regex.
    #[error("invalid regex: {0}")]
    Regex(String),
}

impl Pattern {
    /// What was written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Exact(text) | Self::Glob(text) | Self::Regex(text, _) => text,
        }
    }

    /// Whether a build string fits, in upper or lower case.
    pub fn matches(&self, build: &str) -> bool {
        match self {
            Self::Exact(text) => text.eq_ignore_ascii_case(build),
            Self::Glob(text) => {
                let pattern: Vec<char> = text.chars().map(|c| c.to_ascii_lowercase()).collect();
                let build: Vec<char> = build.chars().map(|c| c.to_ascii_lowercase()).collect();
                glob(&pattern, &build)
            }
            Self::Regex(_, regex) => regex.is_match(build),
        }
    }
}

impl FromStr for Pattern {
    type Err = MalformedPattern;

    fn from_str(text: &str) -> Result<Self, MalformedPattern> {
        if text.starts_with('^') && text.ends_with('$') {
            return Regex::new(&format!("(?i){text}"))
                .map(|regex| Self::Regex(text.to_owned(), regex))
                .map_err(|_| MalformedPattern::Regex(text.to_owned()));
        }
        if !text.contains('*') {
            return Ok(Self::Exact(text.to_owned()));
        }
        let pattern: Vec<char> = text.chars().collect();
        // Two stars stand for folders and so between slashes only.
        let has_stray_stars = text.split('/').any(|part| part != "**" && part.contains("**"));
        if has_stray_stars || has_open_class(&pattern) {
            return Err(MalformedPattern::Glob(text.to_owned()));
        }
        Ok(Self::Glob(text.to_owned()))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A class `[...]` at the start of a pattern: what is in it, whether it is negated, and the rest.
fn class(pattern: &[char]) -> Option<(&[char], bool, &[char])> {
    let (inside, is_negated) = match pattern.strip_prefix(&['[', '!']) {
        Some(inside) => (inside, true),
        None => (pattern.strip_prefix(&['['])?, false),
    };
    // The first character may be `]` itself.
    let end = 1 + inside.iter().skip(1).position(|c| *c == ']')?;
    Some((inside.get(..end)?, is_negated, inside.get(end + 1..)?))
}

fn has_open_class(mut pattern: &[char]) -> bool {
    while let Some((first, rest)) = pattern.split_first() {
        pattern = match (first, class(pattern)) {
            ('[', None) => return true,
            ('[', Some((_, _, rest))) => rest,
            _ => rest,
        };
    }
    false
}

fn class_has(mut class: &[char], wanted: char) -> bool {
    while let Some((first, rest)) = class.split_first() {
        class = match rest {
            ['-', last, rest @ ..] => {
                if (*first..=*last).contains(&wanted) {
                    return true;
                }
                rest
            }
            rest => {
                if *first == wanted {
                    return true;
                }
                rest
            }
        };
    }
    false
}

/// Whether a pattern fits a text, in time proportional to the product of their lengths.
fn glob(mut pattern: &[char], mut text: &[char]) -> bool {
    let mut retry: Option<(&[char], &[char])> = None;
    loop {
        if let Some(rest) = pattern.strip_prefix(&['*']) {
            pattern = rest;
            retry = Some((rest, text));
            continue;
        }
        let step = match (pattern.split_first(), text.split_first()) {
            (None, None) => return true,
            (Some(('[', _)), Some((c, rest))) => class(pattern)
                .filter(|(class, is_negated, _)| class_has(class, *c) != *is_negated)
                .map(|(_, _, after)| (after, rest)),
            (Some(('?', after)), Some((_, rest))) => Some((after, rest)),
            (Some((wanted, after)), Some((c, rest))) if wanted == c => Some((after, rest)),
            _ => None,
        };
        if let Some(step) = step {
            (pattern, text) = step;
            continue;
        }
        // The last star takes one character more.
        let Some((after, from)) = retry else { return false };
        let Some((_, rest)) = from.split_first() else { return false };
        retry = Some((after, rest));
        (pattern, text) = (after, rest);
    }
}
