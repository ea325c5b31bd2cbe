//! A text that diagnostics point into.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A named text: a configuration file, an action input, a commit message.
#[derive(Clone, Debug)]
pub struct Source {
    name: Arc<str>,
    text: Arc<Text>,
    is_file: bool,
}

#[derive(Debug)]
struct Text {
    contents: Arc<str>,
    /// Where the lines start, once somebody asked: a lock has a hundred thousand of them.
    lines: OnceLock<Vec<usize>>,
}

/// A place in a text, counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Source {
    /// A file; `name` is its path as users know it, relative to the repository where possible.
    pub fn file(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text = Text { contents: text.into(), lines: OnceLock::new() };
        Self { name: name.into(), text: Arc::new(text), is_file: true }
    }

    /// A text that is not a file (an input, a commit message); annotations on it carry no path.
    pub fn text(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { is_file: false, ..Self::file(name, text) }
    }

    /// The name shown before line and column.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn contents(&self) -> &str {
        &self.text.contents
    }

    /// Whether annotations may name this source as a file of the repository.
    pub fn is_file(&self) -> bool {
        self.is_file
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let lines = self.text.lines.get_or_init(|| {
            let ends = self.contents().match_indices('\n');
            std::iter::once(0).chain(ends.map(|(end, _)| end + 1)).collect()
        });
        let line = lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|last| lines.get(last)).copied().unwrap_or(0);
        let column = self.contents().get(start..offset).unwrap_or_default().chars().count() + 1;
        Position { line, column }
    }

    /// A span cut to the text and moved to character boundaries.
    pub fn clamp(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.floor(span.start);
        let mut end = span.end.clamp(start, self.contents().len());
        while !self.contents().is_char_boundary(end) {
            end += 1;
        }
        start..end
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.contents().len());
        while !self.contents().is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        let is_same =
            || Arc::ptr_eq(&self.text, &other.text) || self.contents() == other.contents();
        self.name == other.name && self.is_file == other.is_file && is_same()
    }
}

impl Eq for Source {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_stop_at_the_end() {
        let source = Source::file("a.toml", "aß = 1\nb\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        assert_eq!(source.position(2), Position { line: 1, column: 2 }, "inside ß");
        assert_eq!(source.position(8), Position { line: 2, column: 1 });
        assert_eq!(source.position(99), Position { line: 3, column: 1 });
        assert_eq!(source, Source::file("a.toml", "aß = 1\nb\n"));
        assert_ne!(source, Source::file("a.toml", "aß = 1\n"));
    }

    #[test]
    fn spans_are_cut_to_characters() {
        let source = Source::text("x", "aß");
        assert_eq!(source.clamp(&(2..2)), 1..3);
        assert_eq!(source.clamp(&(7..9)), 3..3);
    }
}
