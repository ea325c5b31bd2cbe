//! Lines of the file, joined where they continue.

use std::ops::Range;

use crate::{Problem, Text};

/// A parser directive: `# escape=`, `# syntax=`, `# check=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The name, lower case.
    pub name: String,
    /// The value.
    pub value: Text,
    /// The line.
    pub span: Range<usize>,
}

/// The lines of a text, ends included.
pub(crate) struct Lines<'t> {
    text: &'t str,
    at: usize,
}

/// An instruction on one line, its continuations joined.
pub(crate) struct Logical {
    pub(crate) text: Text,
    pub(crate) span: Range<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } }
    }

    /// The next line without its end, and the position after that end.
    pub(crate) fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        self.at += rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        let line = self.text.get(start..self.at)?;
        Some(start..start + line.trim_end_matches(['\r', '\n']).len())
    }

    pub(crate) fn str(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Where the next line begins.
    pub(crate) fn position(&self) -> usize {
        self.at
    }
}

pub(crate) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// Directives, then instructions.
pub(crate) struct Reader<'t> {
    pub(crate) lines: Lines<'t>,
    pub(crate) escape: char,
    pub(crate) directives: Vec<Directive>,
    pub(crate) blank_continuations: Vec<Range<usize>>,
    is_past_directives: bool,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            lines: Lines::new(text),
            escape: '\\',
            directives: Vec::new(),
            blank_continuations: Vec::new(),
            is_past_directives: false,
        }
    }

    /// The next instruction; comments and blank lines are passed over.
    pub(crate) fn next(&mut self, problems: &mut Vec<Problem>) -> Option<Logical> {
        loop {
            let mut line = self.lines.next()?;
            let text = self.lines.str(&line);
            line.start += text.len() - text.trim_start().len();
            line.start = line.start.min(line.end);
            self.directive(&line, problems);
            let text = self.lines.str(&line);
            if text.is_empty() || is_comment(text) {
                continue;
            }
            return Some(self.joined(line));
        }
    }

    fn joined(&mut self, first: Range<usize>) -> Logical {
        let mut span = first.clone();
        let mut text = Text::empty(first.start);
        let mut line = first;
        loop {
            let (kept, continues) = self.continuation(&line);
            text.push_str(self.lines.str(&kept), kept.start);
            span.end = line.end;
            if !continues {
                break;
            }
            let Some(next) = self.continued() else { break };
            line = next;
        }
        Logical { text, span }
    }

    /// The next line of a continued instruction.
    fn continued(&mut self) -> Option<Range<usize>> {
        loop {
            let line = self.lines.next()?;
            let text = self.lines.str(&line);
            if is_comment(text) {
                continue;
            }
            if text.trim_start().is_empty() {
                self.blank_continuations.push(line);
                continue;
            }
            return Some(line);
        }
    }

    /// What stands before the escape character at the end of a line, if it is there and not itself
    /// escaped.
    fn continuation(&self, line: &Range<usize>) -> (Range<usize>, bool) {
        let text = self.lines.str(line).trim_end_matches([' ', '\t']);
        match text.strip_suffix(self.escape) {
            Some(before) if !before.ends_with(self.escape) => {
                (line.start..line.start + before.len(), true)
            }
            _ => (line.clone(), false),
        }
    }

    /// Takes a directive; the first line that is none ends them.
    fn directive(&mut self, line: &Range<usize>, problems: &mut Vec<Problem>) {
        if self.is_past_directives {
            return;
        }
        let Some((name, value)) = directive(self.lines.str(line)) else {
            self.is_past_directives = true;
            return;
        };
        if self.directives.iter().any(|directive| directive.name == name) {
            let message = format!("only one {name} parser directive can be used");
            problems.push(Problem::new(message, line.clone()));
            return;
        }
        let value = Text::part(self.lines.text, line.start + value.start..line.start + value.end);
        if name == "escape" {
            match value.as_str() {
                "\\" => self.escape = '\\',
                "`" => self.escape = '`',
                other => {
                    let message = format!("invalid escape token '{other}' does not match ` or \\");
                    problems.push(Problem::new(message, value.span()));
                }
            }
        }
        self.directives.push(Directive { name, value, span: line.clone() });
    }
}

/// Name and place of the value in `# name = value`.
fn directive(line: &str) -> Option<(String, Range<usize>)> {
    let inner = line.strip_prefix('#')?.trim_start();
    let (name, value) = inner.split_once('=')?;
    let name = name.trim_end().to_ascii_lowercase();
    let value = value.trim();
    if !matches!(name.as_str(), "escape" | "syntax" | "check") || value.is_empty() {
        return None;
    }
    let end = line.trim_end().len();
    Some((name, end.checked_sub(value.len())?..end))
}
