//! Reading a version.

use std::str::FromStr;

use super::{Local, MalformedVersion, Phase, Version};

/// Spellings of a prerelease; a longer one comes before its start.
const PHASES: [(&str, Phase); 8] = [
    ("alpha", Phase::Alpha),
    ("a", Phase::Alpha),
    ("beta", Phase::Beta),
    ("b", Phase::Beta),
    ("preview", Phase::Candidate),
    ("pre", Phase::Candidate),
    ("rc", Phase::Candidate),
    ("c", Phase::Candidate),
];

impl FromStr for Version {
    type Err = MalformedVersion;

    fn from_str(text: &str) -> Result<Self, MalformedVersion> {
        let trimmed = text.trim();
        let lower = trimmed.to_ascii_lowercase();
        read(&lower, trimmed).ok_or_else(|| MalformedVersion(text.to_owned()))
    }
}

fn read(lower: &str, text: &str) -> Option<Version> {
    let (public, local) = match lower.split_once('+') {
        Some((public, local)) => (public, locals(local)?),
        None => (lower, Vec::new()),
    };
    let mut rest = public.strip_prefix('v').unwrap_or(public);
    let mut epoch = 0;
    if let Some((before, behind)) = rest.split_once('!') {
        epoch = number(before)?;
        rest = behind;
    }
    let mut release = Vec::new();
    loop {
        release.push(eat_number(&mut rest)?);
        match rest.strip_prefix('.') {
            Some(behind) if behind.starts_with(|c: char| c.is_ascii_digit()) => rest = behind,
            _ => break,
        }
    }
    let pre = PHASES
        .iter()
        .find_map(|(word, phase)| eat_word(&mut rest, word).map(|number| (*phase, number)));
    let post = eat_implicit_post(&mut rest)
        .or_else(|| ["post", "rev", "r"].iter().find_map(|word| eat_word(&mut rest, word)));
    let dev = eat_word(&mut rest, "dev");
    rest.is_empty().then(|| Version { text: text.into(), epoch, release, pre, post, dev, local })
}

fn number(digits: &str) -> Option<u64> {
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

fn eat_number(rest: &mut &str) -> Option<u64> {
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = number(rest.strip_suffix(behind)?)?;
    *rest = behind;
    Some(number)
}

/// `-1`: a post release without the word.
fn eat_implicit_post(rest: &mut &str) -> Option<u64> {
    let mut behind = rest.strip_prefix('-')?;
    let number = eat_number(&mut behind)?;
    *rest = behind;
    Some(number)
}

/// `.dev2`, `-rc-1`, `a`: a word with separators, and its number, 0 without one. A number that is
/// too large stays behind, so that the whole text is malformed.
fn eat_word(rest: &mut &str, word: &str) -> Option<u64> {
    let start = rest.strip_prefix(['-', '_', '.']).unwrap_or(rest);
    let behind = start.strip_prefix(word)?;
    *rest = behind.strip_prefix(['-', '_', '.']).unwrap_or(behind);
    Some(eat_number(rest).unwrap_or_default())
}

fn locals(text: &str) -> Option<Vec<Local>> {
    text.split(['-', '_', '.'])
        .map(|part| {
            let is_valid =
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            match (is_valid, digits) {
                (false, _) => None,
                (true, true) => part.parse().ok().map(Local::Number),
                (true, false) => Some(Local::Text(part.into())),
            }
        })
        .collect()
}
