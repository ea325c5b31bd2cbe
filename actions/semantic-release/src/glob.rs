//! Globs as node's micromatch reads them: `*`, `?`, `[a-z]`, `{a,b}`, `{1..3}`, `@(a|b)`, `+(a)`,
//! `?(a)`, `*(a)`, `!(a)` and a leading `!`.

use fancy_regex::Regex;

/// A compiled glob.
#[derive(Clone, Debug)]
pub struct Glob {
    text: String,
    negated: bool,
    regex: Regex,
}

/// A glob that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GlobError(String);

/// What braces may multiply to, so that a line cannot fill the memory.
const MOST_ALTERNATIVES: usize = 1000;

impl Glob {
    /// Reads a glob.
    ///
    /// # Errors
    /// An empty glob, or one that is too large.
    pub fn new(text: &str) -> Result<Self, GlobError> {
        let bangs = text.len() - text.trim_start_matches('!').len();
        let is_group = text.get(bangs..).is_some_and(|rest| rest.starts_with('('));
        let bangs = if is_group { bangs.saturating_sub(1) } else { bangs };
        let pattern = text.get(bangs..).unwrap_or_default();
        if pattern.is_empty() {
            return Err(GlobError("the pattern is empty".to_owned()));
        }
        let alternatives = braces(pattern)?;
        let parts: Vec<String> = alternatives.iter().map(|part| translate(part)).collect();
        let regex = Regex::new(&format!(r"(?s)\A(?:{})\z", parts.join("|")))
            .map_err(|error| GlobError(error.to_string()))?;
        Ok(Self { text: text.to_owned(), negated: bangs % 2 == 1, regex })
    }

    /// Whether a text fits, all of it.
    pub fn matches(&self, text: &str) -> bool {
        text == self.text || self.regex.is_match(text).unwrap_or(false) != self.negated
    }

    /// The glob as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Multiplies out `{a,b}` and `{1..3}`; others stay as they are.
fn braces(pattern: &str) -> Result<Vec<String>, GlobError> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(next) = open.pop() {
        match first_braces(&next) {
            Some(expanded) => open.extend(expanded.into_iter().rev()),
            None => done.push(next),
        }
        if done.len() + open.len() > MOST_ALTERNATIVES {
            return Err(GlobError("the braces multiply to too many patterns".to_owned()));
        }
    }
    Ok(done)
}

fn first_braces(text: &str) -> Option<Vec<String>> {
    let mut start = None;
    let (mut depth, mut commas) = (0_usize, Vec::new());
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => {
                if depth == 0 {
                    start = Some(at);
                    commas.clear();
                }
                depth += 1;
            }
            ',' if depth == 1 => commas.push(at),
            '}' if depth > 0 => {
                depth -= 1;
                let Some(start) = start.filter(|_| depth == 0) else { continue };
                let (before, after) = (text.get(..start)?, text.get(at + 1..)?);
                let whole = |part: &str| format!("{before}{part}{after}");
                if commas.is_empty() {
                    if let Some(range) = numbers(text.get(start + 1..at)?) {
                        return Some(range.iter().map(|part| whole(part)).collect());
                    }
                    continue;
                }
                let mut parts = Vec::new();
                let mut from = start + 1;
                for comma in commas.iter().copied().chain([at]) {
                    parts.push(whole(text.get(from..comma)?));
                    from = comma + 1;
                }
                return Some(parts);
            }
            _ => {}
        }
    }
    None
}

fn numbers(text: &str) -> Option<Vec<String>> {
    let (from, to) = text.split_once("..")?;
    let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
    let (low, high) = (from.min(to), from.max(to));
    (high - low < 1000).then(|| (low..=high).map(|number| number.to_string()).collect())
}

fn translate(pattern: &str) -> String {
    // A star at the start of a part of the path takes no hidden name, and not nothing.
    let mut out = String::new();
    let characters: Vec<char> = pattern.chars().collect();
    let mut groups: Vec<char> = Vec::new();
    let mut index = 0;
    let at = |index: usize| characters.get(index).copied();
    while let Some(c) = at(index) {
        index += 1;
        let starts_part = index == 1 || at(index.wrapping_sub(2)) == Some('/');
        match c {
            '@' | '+' | '?' | '*' | '!' if at(index) == Some('(') => {
                groups.push(c);
                out.push_str(if c == '!' { "(?:(?!(?:" } else { "(?:" });
                index += 1;
            }
            ')' if !groups.is_empty() => match groups.pop() {
                Some('!') => {
                    // Nothing of the group may stand between here and what follows.
                    let rest: String = characters.iter().skip(index).collect();
                    let rest = if rest.contains(')') && !groups.is_empty() {
                        String::new()
                    } else {
                        translate(&rest)
                    };
                    out.extend([")", &rest, r"\z)[^/]*?)"]);
                }
                Some('@') | None => out.push(')'),
                Some(kind) => {
                    out.push(')');
                    out.push(kind);
                }
            },
            '|' if !groups.is_empty() => out.push('|'),
            '*' => {
                let mut double = false;
                while at(index) == Some('*') {
                    double = true;
                    index += 1;
                }
                if starts_part {
                    out.push_str(r"(?!\.)(?=.)");
                }
                out.push_str(if double { ".*?" } else { "[^/]*?" });
            }
            '?' => out.push_str("[^/]"),
            '[' => match class(&characters, index) {
                Some((class, next)) => {
                    out.push_str(&class);
                    index = next;
                }
                None => out.push_str(r"\["),
            },
            '\\' => {
                if let Some(next) = at(index) {
                    out.push_str(&crate::pattern::escape(&next.to_string()));
                    index += 1;
                }
            }
            c => out.push_str(&crate::pattern::escape(&c.to_string())),
        }
    }
    out
}

fn class(characters: &[char], start: usize) -> Option<(String, usize)> {
    let end = characters.iter().enumerate().skip(start + 1).find(|(_, c)| **c == ']')?.0;
    let mut out = String::from("[");
    for (index, c) in characters.get(start..end)?.iter().enumerate() {
        match c {
            '!' | '^' if index == 0 => out.push('^'),
            '[' | '\\' | '&' | '~' | '^' => {
                out.push('\\');
                out.push(*c);
            }
            c => out.push(*c),
        }
    }
    out.push(']');
    Some((out, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, fits, not) in [
            ("main", vec!["main"], vec!["mainline", "xmain"]),
            (
                "+([0-9])?(.{+([0-9]),x}).x",
                vec!["1.x", "12.3.x", "1.x.x"],
                vec!["x", "1.2", "v1.x", "1.2.3.x"],
            ),
            ("release-*", vec!["release-", "release-1"], vec!["release-1/2", "release"]),
            ("{next,beta-[ab]}", vec!["next", "beta-a"], vec!["beta-c", "{next,beta-[ab]"]),
            ("!(no-release)", vec!["core", ""], vec!["no-release"]),
            ("!docs", vec!["core"], vec!["docs"]),
            ("v{1..3}", vec!["v1", "v3"], vec!["v4"]),
            ("*", vec!["a"], vec!["a/b", ".a", ""]),
            ("**", vec!["a/b"], vec![]),
            ("feat?", vec!["feats"], vec!["feat"]),
            ("@(a|b)c", vec!["ac", "bc"], vec!["abc"]),
        ] {
            let compiled = Glob::new(glob).unwrap();
            for text in fits {
                assert!(compiled.matches(text), "{glob} {text}");
            }
            for text in not {
                assert!(!compiled.matches(text), "{glob} {text}");
            }
        }
        assert!(Glob::new("").is_err());
    }
}
