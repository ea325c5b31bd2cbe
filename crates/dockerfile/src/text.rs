//! A text put together from pieces of a source, which knows where each of its bytes came from.

use std::fmt;
use std::ops::{Deref, Range};

/// A text and its places in the source: a word without its quotes, a line without its
/// continuations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    value: String,
    /// Where a run of bytes begins: in the value, and in the source. Sorted by the former.
    pieces: Vec<(usize, usize)>,
    span: Range<usize>,
}

impl Text {
    /// An empty text at a place.
    pub fn empty(at: usize) -> Self {
        Self { value: String::new(), pieces: Vec::new(), span: at..at }
    }

    /// A part of a source, as it stands there.
    pub fn part(source: &str, range: Range<usize>) -> Self {
        let mut text = Self::empty(range.start);
        text.push_str(source.get(range.clone()).unwrap_or_default(), range.start);
        text
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// The bytes of the source it covers, quotes and continuations between them too.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Widens what it covers: the quotes around a word.
    pub(crate) fn cover(&mut self, range: Range<usize>) {
        if self.value.is_empty() && self.span.is_empty() {
            self.span = range;
        } else {
            self.span = self.span.start.min(range.start)..self.span.end.max(range.end);
        }
    }

    /// Adds what stands at a place of the source.
    pub(crate) fn push_str(&mut self, text: &str, at: usize) {
        if text.is_empty() {
            return;
        }
        self.follow(at);
        if self.value.is_empty() && self.span.is_empty() {
            self.span = at..at;
        }
        self.value.push_str(text);
        self.span = self.span.start.min(at)..self.span.end.max(at + text.len());
    }

    /// Adds a character that stands at a place of the source, in so many bytes.
    pub(crate) fn push(&mut self, character: char, at: usize, width: usize) {
        self.follow(at);
        if self.value.is_empty() && self.span.is_empty() {
            self.span = at..at;
        }
        self.value.push(character);
        self.span = self.span.start.min(at)..self.span.end.max(at + width);
    }

    /// Adds another text.
    pub(crate) fn push_text(&mut self, other: &Self) {
        if other.value.is_empty() {
            return;
        }
        if self.value.is_empty() && self.span.is_empty() {
            self.span = other.span();
        }
        let offset = self.value.len();
        self.pieces.extend(other.pieces.iter().map(|(at, source)| (at + offset, *source)));
        self.value.push_str(&other.value);
        self.span = self.span.start.min(other.span.start)..self.span.end.max(other.span.end);
    }

    fn follow(&mut self, at: usize) {
        let offset = self.value.len();
        let expected = self.pieces.last().map(|(value, source)| source + (offset - value));
        if expected != Some(at) {
            self.pieces.push((offset, at));
        }
    }

    /// Where a byte of the text stands in the source.
    pub fn place(&self, offset: usize) -> usize {
        let after = self.pieces.partition_point(|(value, _)| *value <= offset);
        match after.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some((value, source)) => {
                (source + (offset - value)).clamp(self.span.start, self.span.end)
            }
            None => self.span.start,
        }
    }

    /// What a range of the text covers in the source.
    pub fn places(&self, range: Range<usize>) -> Range<usize> {
        let start = self.place(range.start);
        let end = match range.end.checked_sub(1) {
            Some(last) if last >= range.start => (self.place(last) + 1).max(start),
            _ => start,
        };
        start..end.min(self.span.end.max(start))
    }

    /// A part of the text; an empty one where the range does not fit.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let value = self.value.get(range.clone()).unwrap_or_default().to_owned();
        let mut pieces = Vec::new();
        if !value.is_empty() {
            let first = self.pieces.partition_point(|(at, _)| *at <= range.start);
            pieces.push((0, self.place(range.start)));
            let rest = self.pieces.get(first..).unwrap_or_default();
            let inside = rest.iter().take_while(|(at, _)| *at < range.end);
            pieces.extend(inside.map(|(at, source)| (at - range.start, *source)));
        }
        Self { value, pieces, span: self.places(range) }
    }

    /// Without white space at both ends.
    #[must_use]
    pub fn trim(&self) -> Self {
        let start = self.value.len() - self.value.trim_start().len();
        let end = self.value.trim_end().len();
        self.slice(start..end.max(start))
    }

    /// Before and after the first of a character.
    pub fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let at = self.value.find(separator)?;
        Some((self.slice(0..at), self.slice(at + separator.len_utf8()..self.value.len())))
    }

    /// The parts between a character.
    pub fn split(&self, separator: char) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, found) in self.value.match_indices(separator) {
            parts.push(self.slice(start..at));
            start = at + found.len();
        }
        parts.push(self.slice(start..self.value.len()));
        parts
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.value == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.value == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_knows_its_place() {
        let source = "ab \\\n  cd 'e f'";
        let mut text = Text::part(source, 0..3);
        text.push_str("  cd ", 5);
        text.push_text(&Text::part(source, 11..14));
        assert_eq!(text, "ab   cd e f");
        assert_eq!(text.span(), 0..14);
        assert_eq!(text.slice(5..7), Text::part(source, 7..9));
        assert_eq!(text.slice(1..7).span(), 1..9);
        assert_eq!(text.places(8..11), 11..14);
        let parts: Vec<_> =
            text.split(' ').iter().map(|part| (part.to_string(), part.span())).collect();
        assert_eq!(parts[0], ("ab".to_owned(), 0..2));
        assert_eq!(parts.last().unwrap(), &("f".to_owned(), 13..14));
        assert_eq!(text.slice(5..99), "");
        assert_eq!(text.trim(), text);
    }
}
