//! Versions as Python's packages write them.
//!
//! `pip` and `PyPI` turn `1.3.0-dev.1` into `1.3.0.dev1` themselves; whoever looks for the file name
//! or the version on `PyPI` needs that spelling. Rules: PEP 440, its normal form as the library
//! `packaging` writes it.

use crate::version::Version;

/// The normal form of a version; `None` where PEP 440 has none, as for `1.0.0-nightly.1`.
pub fn of(version: &Version) -> Option<String> {
    normal(&version.to_string())
}

/// The normal form of `X.Y.Z`, with a prerelease and build metadata.
fn normal(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (public, local) = match text.split_once('+') {
        Some((public, local)) => (public, Some(local)),
        None => (text.as_str(), None),
    };
    let (release, mut rest) = public.split_once('-').unwrap_or((public, ""));
    let mut normal = release.to_owned();
    // One of each, in this order.
    for kinds in [PRE, POST, DEV] {
        if let Some((spelling, number, after)) = part(rest, kinds) {
            normal.push_str(spelling);
            normal.push_str(number);
            rest = after;
        }
    }
    if !rest.is_empty() {
        return None;
    }
    if let Some(local) = local {
        normal.push('+');
        normal.push_str(&local_part(local)?);
    }
    Some(normal)
}

/// Words and what they are written as; longer words first.
type Kinds = &'static [(&'static str, &'static str)];

const PRE: Kinds = &[
    ("alpha", "a"),
    ("beta", "b"),
    ("preview", "rc"),
    ("pre", "rc"),
    ("rc", "rc"),
    ("a", "a"),
    ("b", "b"),
    ("c", "rc"),
];
const POST: Kinds = &[("post", ".post"), ("rev", ".post"), ("r", ".post")];
const DEV: Kinds = &[("dev", ".dev")];

/// A word and its number at the start, and what comes after; a word without a number counts as 0.
fn part(text: &str, kinds: Kinds) -> Option<(&'static str, &str, &str)> {
    let text = skip_separator(text);
    kinds.iter().find_map(|(word, spelling)| {
        let rest = text.strip_prefix(word)?;
        let numbered = skip_separator(rest);
        let end = numbered.find(|c: char| !c.is_ascii_digit()).unwrap_or(numbered.len());
        let (number, after) = numbered.split_at_checked(end)?;
        if !number.is_empty() {
            let plain = number.trim_start_matches('0');
            return Some((*spelling, if plain.is_empty() { "0" } else { plain }, after));
        }
        // `rc-x`, `alphabet`: not this word.
        (rest.is_empty() || rest.starts_with(['-', '_', '.'])).then_some((*spelling, "0", rest))
    })
}

fn skip_separator(text: &str) -> &str {
    text.strip_prefix(['-', '_', '.']).unwrap_or(text)
}

/// `abc.001` becomes `abc.1`; `None` where a piece is empty.
fn local_part(text: &str) -> Option<String> {
    let pieces: Vec<&str> = text.split(['-', '_', '.']).collect();
    let good = |piece: &&str| !piece.is_empty() && piece.chars().all(|c| c.is_ascii_alphanumeric());
    if !pieces.iter().all(good) {
        return None;
    }
    let plain = pieces.into_iter().map(|piece| {
        let is_number = piece.chars().all(|c| c.is_ascii_digit());
        let short = piece.trim_start_matches('0');
        match (is_number, short) {
            (true, "") => "0",
            (true, short) => short,
            (false, _) => piece,
        }
    });
    Some(plain.collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked with `packaging.version.Version`, which refuses what is empty here.
    #[test]
    fn normal_forms() {
        for (text, expected) in [
            ("1.3.0", "1.3.0"),
            ("1.3.0-dev.1", "1.3.0.dev1"),
            ("1.3.0-rc.1", "1.3.0rc1"),
            ("1.3.0-RC.12", "1.3.0rc12"),
            ("1.3.0-c.1", "1.3.0rc1"),
            ("1.3.0-pre.1", "1.3.0rc1"),
            ("1.3.0-preview.1", "1.3.0rc1"),
            ("1.3.0-alpha.2", "1.3.0a2"),
            ("1.3.0-a.2", "1.3.0a2"),
            ("1.3.0-beta.3", "1.3.0b3"),
            ("1.3.0-b.3", "1.3.0b3"),
            ("1.3.0-post.4", "1.3.0.post4"),
            ("1.3.0-rc.1.dev.2", "1.3.0rc1.dev2"),
            ("1.3.0-rc.1.post.2.dev.3", "1.3.0rc1.post2.dev3"),
            ("1.3.0-alpha.dev.3", "1.3.0a0.dev3"),
            ("1.3.0+build.007", "1.3.0+build.7"),
            ("1.3.0-dev.1+Linux-x86", "1.3.0.dev1+linux.x86"),
            ("1.3.0+00", "1.3.0+0"),
            ("1.3.0-rc.99999999999999999999999", "1.3.0rc99999999999999999999999"),
            ("1.3.0-nightly.1", ""),
            ("1.3.0-rc.1.2", ""),
            ("1.3.0-dev.1.rc.2", ""),
            ("1.3.0-alphabet.1", ""),
            ("1.3.0-feature-x.1", ""),
            ("1.3.0+a--b", ""),
        ] {
            assert_eq!(normal(text).unwrap_or_default(), expected, "{text}");
        }
        let version = Version::parse("2.0.0-dev.1", "rc").unwrap();
        assert_eq!(of(&version).as_deref(), Some("2.0.0.dev1"));
    }
}
