//! `.dockerignore`, with the patterns of moby's `patternmatcher`.

use std::ops::Range;

use diagnostics::Source;

use crate::{Problem, Text};

/// A `.dockerignore` file.
#[derive(Clone, Debug)]
pub struct Dockerignore {
    /// Its text.
    pub source: Source,
    /// The patterns in order: the last that fits decides.
    pub patterns: Vec<Pattern>,
    /// Patterns that are none.
    pub problems: Vec<Problem>,
}

/// One pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As written, without blanks around it.
    pub text: Text,
    /// Whether it takes back what earlier ones leave out: `!`.
    pub is_exception: bool,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// This character.
    Literal(char),
    /// `?`: one character that is no slash.
    One,
    /// `*`: any number of them.
    Segment,
    /// `**` at the end: anything.
    Anything,
    /// `**/`: nothing, or anything up to a slash.
    Folders,
    /// `[a-z]`, `[^a-z]`.
    Class(bool, Vec<(char, char)>),
}

/// The names of the files that are looked for beside a Dockerfile and at the root of the context,
/// the first that exists counts: `NAME.dockerignore` beside the Dockerfile, then `.dockerignore`
/// of the context.
pub fn candidates(dockerfile: &str) -> [String; 2] {
    [format!("{dockerfile}.dockerignore"), ".dockerignore".to_owned()]
}

/// Reads a `.dockerignore`.
pub fn parse(source: &Source) -> Dockerignore {
    let text = source.contents();
    let mut file =
        Dockerignore { source: source.clone(), patterns: Vec::new(), problems: Vec::new() };
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let range = at..at + length;
        at += length;
        if text.get(range.clone()).is_some_and(|line| line.starts_with('#')) {
            continue;
        }
        let line = Text::part(text, range).trim();
        if line.is_empty() {
            continue;
        }
        match pattern(&line) {
            Ok(Some(pattern)) => file.patterns.push(pattern),
            Ok(None) => {}
            Err(message) => file.problems.push(Problem::new(message, line.span())),
        }
    }
    file
}

fn pattern(line: &Text) -> Result<Option<Pattern>, String> {
    let (is_exception, rest) = match line.strip_prefix('!') {
        Some(rest) => (true, rest.trim()),
        None => (false, line.as_str()),
    };
    if rest.is_empty() {
        return Err("illegal exclusion pattern: \"!\"".to_owned());
    }
    let cleaned = clean(rest);
    if is_exception && cleaned == "/" {
        return Err("illegal exclusion pattern: \"!\"".to_owned());
    }
    let bare = match cleaned.strip_prefix('/') {
        Some(below) if !below.is_empty() => below,
        _ => cleaned.as_str(),
    };
    let (is_exception, bare) = match bare.strip_prefix('!') {
        // What stands behind the slash is read again: `/!name` is an exception.
        Some(rest) if !is_exception => (true, rest.trim()),
        _ => (is_exception, bare.trim()),
    };
    let parts = parts(bare).ok_or_else(|| format!("syntax error in pattern: {rest}"))?;
    Ok(Some(Pattern { text: line.clone(), is_exception, parts }))
}

/// Without `.`, `..` and double slashes, as Go's `filepath.Clean`.
fn clean(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match kept.last() {
                Some(last) if *last != ".." => {
                    kept.pop();
                }
                _ if !is_rooted => kept.push(part),
                _ => {}
            },
            part => kept.push(part),
        }
    }
    let joined = kept.join("/");
    match (is_rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut characters = pattern.chars().peekable();
    // `**name` is a suffix of the path, not of its last part.
    if let Some(suffix) = pattern.strip_prefix("**")
        && !suffix.starts_with('/')
        && !suffix.contains(['*', '?', '[', '\\'])
    {
        parts.push(Part::Anything);
        parts.extend(suffix.chars().map(Part::Literal));
        return Some(parts);
    }
    while let Some(character) = characters.next() {
        parts.push(match character {
            '*' if characters.peek() == Some(&'*') => {
                characters.next();
                let has_slash = characters.peek() == Some(&'/');
                if has_slash {
                    characters.next();
                }
                if characters.peek().is_none() { Part::Anything } else { Part::Folders }
            }
            '*' => Part::Segment,
            '?' => Part::One,
            '\\' => Part::Literal(characters.next()?),
            '[' => class(&mut characters)?,
            literal => Part::Literal(literal),
        });
    }
    Some(parts)
}

fn class(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Part> {
    let is_negated = characters.peek() == Some(&'^');
    if is_negated {
        characters.next();
    }
    let mut ranges = Vec::new();
    loop {
        let low = match characters.next()? {
            ']' if !ranges.is_empty() => return Some(Part::Class(is_negated, ranges)),
            ']' | '-' => return None,
            '\\' => characters.next()?,
            low => low,
        };
        let high = if characters.peek() == Some(&'-') {
            characters.next();
            match characters.next()? {
                ']' | '-' => return None,
                '\\' => characters.next()?,
                high => high,
            }
        } else {
            low
        };
        ranges.push((low, high));
    }
}

impl Pattern {
    /// Whether it fits a path, without looking at the folders above.
    pub fn fits(&self, path: &str) -> bool {
        let mut states = vec![false; self.parts.len() + 1];
        self.enter(&mut states, 0);
        for character in path.chars() {
            let mut next = vec![false; states.len()];
            for (position, part) in self.parts.iter().enumerate() {
                if states.get(position) != Some(&true) {
                    continue;
                }
                match part {
                    Part::Literal(literal) if *literal == character => {
                        self.enter(&mut next, position + 1);
                    }
                    Part::One if character != '/' => self.enter(&mut next, position + 1),
                    Part::Segment if character != '/' => self.enter(&mut next, position),
                    Part::Anything => self.enter(&mut next, position),
                    Part::Folders => {
                        // Stay within; go on only after a slash.
                        if let Some(state) = next.get_mut(position) {
                            *state = true;
                        }
                        if character == '/' {
                            self.enter(&mut next, position + 1);
                        }
                    }
                    Part::Class(is_negated, ranges) => {
                        let is_in =
                            ranges.iter().any(|(low, high)| (*low..=*high).contains(&character));
                        if is_in != *is_negated {
                            self.enter(&mut next, position + 1);
                        }
                    }
                    _ => {}
                }
            }
            states = next;
        }
        // A `**` that stays within has not reached what follows it.
        states.last() == Some(&true)
    }

    fn enter(&self, states: &mut [bool], position: usize) {
        let mut position = position;
        while let Some(state) = states.get_mut(position) {
            *state = true;
            if !matches!(
                self.parts.get(position),
                Some(Part::Segment | Part::Anything | Part::Folders)
            ) {
                break;
            }
            position += 1;
        }
    }
}

impl Dockerignore {
    /// Whether a path (with slashes, relative to the context) is left out. What is left out takes
    /// what is below it along, unless an exception says otherwise.
    pub fn matches(&self, path: &str) -> bool {
        self.deciding(path).is_some_and(|pattern| !pattern.is_exception)
    }

    /// The pattern that decides about a path.
    pub fn deciding(&self, path: &str) -> Option<&Pattern> {
        let path = clean(path);
        let path = path.trim_start_matches('/');
        let folders = path.match_indices('/').map(|(at, _)| path.get(..at).unwrap_or_default());
        let places: Vec<&str> = folders.chain([path]).collect();
        let mut decided: Option<&Pattern> = None;
        for pattern in &self.patterns {
            let is_left_out = decided.is_some_and(|decided| !decided.is_exception);
            if pattern.is_exception == is_left_out && places.iter().any(|place| pattern.fits(place))
            {
                decided = Some(pattern);
            }
        }
        decided
    }

    /// Whether everything below a folder is left out, whatever it is called.
    pub fn leaves_out_folder(&self, folder: &str) -> bool {
        self.matches(folder) && self.matches(&format!("{folder}/any/thing"))
    }

    /// Where a pattern stands.
    pub fn place(pattern: &Pattern) -> Range<usize> {
        pattern.text.span()
    }
}

#[cfg(test)]
mod tests;
