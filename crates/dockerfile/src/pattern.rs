//! Shell patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`: `*` and `?`.

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Any number of characters.
    Star,
    /// One character.
    One,
    /// This character.
    Literal(char),
}

/// A pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<Part>);

impl Pattern {
    /// Reads a pattern; `Err` is the escape that is none.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '*' => Part::Star,
                '?' => Part::One,
                '\\' => match characters.peek() {
                    // Escaped for the sake of `${}`, not of the pattern.
                    Some('}' | '/') => continue,
                    Some(&escaped @ ('*' | '?' | '\\')) => {
                        characters.next();
                        Part::Literal(escaped)
                    }
                    other => {
                        let shown = other.copied().unwrap_or(char::REPLACEMENT_CHARACTER);
                        return Err(format!("invalid escape '\\{shown}'"));
                    }
                },
                literal => Part::Literal(literal),
            });
        }
        Ok(Self(parts))
    }

    /// How many characters at the front fit: as many or as few as can be.
    fn fits(&self, text: &[char], longest: bool) -> Option<usize> {
        let mut states = vec![false; self.0.len() + 1];
        self.enter(&mut states, 0);
        let mut found = None;
        for length in 0..=text.len() {
            if states.last() == Some(&true) {
                found = Some(length);
                if !longest {
                    break;
                }
            }
            let Some(character) = text.get(length) else { break };
            let mut next = vec![false; states.len()];
            for (position, part) in self.0.iter().enumerate() {
                if states.get(position) != Some(&true) {
                    continue;
                }
                match part {
                    Part::Star if *character != '\n' => self.enter(&mut next, position),
                    Part::One if *character != '\n' => self.enter(&mut next, position + 1),
                    Part::Literal(literal) if literal == character => {
                        self.enter(&mut next, position + 1);
                    }
                    _ => {}
                }
            }
            if !next.contains(&true) {
                break;
            }
            states = next;
        }
        found
    }

    fn enter(&self, states: &mut [bool], position: usize) {
        let mut position = position;
        while let Some(state) = states.get_mut(position) {
            *state = true;
            if self.0.get(position) != Some(&Part::Star) {
                break;
            }
            position += 1;
        }
    }

    /// Without what fits at the front.
    pub(crate) fn without_prefix(&self, text: &str, longest: bool) -> String {
        let characters: Vec<char> = text.chars().collect();
        let cut = self.fits(&characters, longest).unwrap_or(0);
        characters.get(cut..).unwrap_or_default().iter().collect()
    }

    /// Without what fits at the end.
    pub(crate) fn without_suffix(&self, text: &str, longest: bool) -> String {
        let backwards = Self(self.0.iter().rev().copied().collect());
        let characters: Vec<char> = text.chars().rev().collect();
        let cut = backwards.fits(&characters, longest).unwrap_or(0);
        characters.get(cut..).unwrap_or_default().iter().rev().collect()
    }

    /// With the first, or every, place that fits replaced.
    pub(crate) fn replace(&self, text: &str, with: &str, all: bool) -> String {
        let characters: Vec<char> = text.chars().collect();
        let mut replaced = String::new();
        let mut at = 0;
        let mut last_end = None;
        while at <= characters.len() {
            let rest = characters.get(at..).unwrap_or_default();
            match self.fits(rest, true) {
                Some(0) if last_end == Some(at) => {}
                Some(length) => {
                    replaced.push_str(with);
                    at += length;
                    last_end = Some(at);
                    if !all {
                        break;
                    }
                    if length > 0 {
                        continue;
                    }
                }
                None => {}
            }
            replaced.extend(characters.get(at));
            at += 1;
        }
        replaced.extend(characters.get(at..).unwrap_or_default());
        replaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_suffixes_are_cut() {
        let pattern = |text| Pattern::parse(text).expect(text);
        assert_eq!(pattern("*/").without_prefix("a/b/c", false), "b/c");
        assert_eq!(pattern("*/").without_prefix("a/b/c", true), "c");
        assert_eq!(pattern("/*").without_suffix("a/b/c", false), "a/b");
        assert_eq!(pattern("/*").without_suffix("a/b/c", true), "a");
        assert_eq!(pattern("?").without_prefix("ab", false), "b");
        assert_eq!(pattern("x").without_prefix("ab", true), "ab");
        assert_eq!(pattern("\\*").without_prefix("*a", true), "a");
        assert!(Pattern::parse("\\a").is_err());
    }

    #[test]
    fn places_are_replaced() {
        let pattern = |text| Pattern::parse(text).expect(text);
        assert_eq!(pattern("a").replace("banana", "o", true), "bonono");
        assert_eq!(pattern("a").replace("banana", "o", false), "bonana");
        assert_eq!(pattern("a*").replace("banana", "", false), "b");
        assert_eq!(pattern("*").replace("banana", "x", true), "x");
    }
}
