//! From the parser's characters to bytes.

use std::ops::Range;

use saphyr_parser::Span;

/// The byte offset of every character of a text, where it is not one byte each.
pub(super) struct Offsets {
    /// Empty for ASCII.
    starts: Vec<usize>,
    length: usize,
    skipped: usize,
}

impl Offsets {
    /// Offsets of a text that starts `skipped` bytes into its file.
    pub(super) fn new(text: &str, skipped: usize) -> Self {
        let starts = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(start, _)| start).collect()
        };
        Self { starts, length: text.len(), skipped }
    }

    /// The byte at which a character starts; past the end, the end.
    pub(super) fn byte(&self, character: usize) -> usize {
        let found = if self.starts.is_empty() {
            character.min(self.length)
        } else {
            self.starts.get(character).copied().unwrap_or(self.length)
        };
        found + self.skipped
    }

    pub(super) fn bytes(&self, span: &Span) -> Range<usize> {
        self.byte(span.start.index())..self.byte(span.end.index())
    }
}

/// How many bytes of anchors, tags, blanks and comments stand before a value: the parser's spans
/// begin with its properties.
pub(super) fn properties(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let end = match rest.chars().next() {
            Some('#') => rest.find('\n'),
            Some('&' | '!') => rest.find(char::is_whitespace),
            _ => break,
        };
        rest = end.and_then(|end| rest.get(end..)).unwrap_or_default();
    }
    text.len() - rest.len()
}

/// How many bytes a string in quotes has: the parser's spans go on to the next word. `None` for a
/// text that does not begin with one.
pub(super) fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == '\\' && quote == '"' {
            characters.next();
        } else if c == quote {
            // In single quotes, two of them are one.
            let doubled =
                quote == '\'' && characters.peek().is_some_and(|(_, next)| *next == quote);
            if !doubled {
                return Some(at + quote.len_utf8());
            }
            characters.next();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_end_a_string() {
        for (text, length) in [
            ("'a' # b'", Some(3)),
            ("'a''b' ", Some(6)),
            ("\"a\\\"b\" \"", Some(6)),
            ("\"\\\\\"\"", Some(4)),
            ("''", Some(2)),
            ("'a", None),
            ("a'b'", None),
        ] {
            assert_eq!(quoted(text), length, "{text}");
        }
    }

    #[test]
    fn characters_become_bytes() {
        let offsets = Offsets::new("aé漢b", 3);
        assert_eq!([0, 1, 2, 3, 4, 9].map(|at| offsets.byte(at)), [3, 4, 6, 9, 10, 10]);
        let offsets = Offsets::new("ab", 0);
        assert_eq!([0, 2, 9].map(|at| offsets.byte(at)), [0, 2, 2]);
    }

    #[test]
    fn properties_are_skipped() {
        for (text, value) in [
            ("1.10", "1.10"),
            ("&x 1.10", "1.10"),
            ("&x !!str 'a !b'", "'a !b'"),
            ("!t # why\n  k", "k"),
            ("&x", ""),
        ] {
            assert_eq!(text.get(properties(text)..), Some(value));
        }
    }
}
