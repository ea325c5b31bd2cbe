//! Documents below an instruction: `<<EOF`.

use std::ops::Range;

use crate::expand::words;
use crate::lines::Lines;
use crate::{Problem, Text};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The word it ends with.
    pub name: String,
    /// Whether variables are put in: the word has no quotes.
    pub is_expanded: bool,
    /// Whether tabs at the front of lines are dropped: `<<-`.
    pub is_chomped: bool,
    /// The number before `<<`, 0 without.
    pub descriptor: u32,
    /// Its lines, tabs dropped where they are to be.
    pub content: Text,
    /// Its lines and the last one.
    pub span: Range<usize>,
}

impl Heredoc {
    /// The interpreter of a `#!` line.
    pub fn interpreter(&self) -> Option<&str> {
        self.content.strip_prefix("#!")?.lines().next().map(str::trim)
    }
}

/// What `<<` announces.
pub(crate) struct Announced {
    name: String,
    is_expanded: bool,
    is_chomped: bool,
    descriptor: u32,
}

/// A word as the announcement of a document.
pub(crate) fn announced(word: &str) -> Option<Announced> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = word.get(..word.len() - rest.len())?;
    let rest = rest.strip_prefix("<<")?;
    let (is_chomped, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start();
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let bare = words(rest, false, false).ok()?;
    let raw = words(rest, true, false).ok()?;
    let ([name], [raw]) = (bare.as_slice(), raw.as_slice()) else { return None };
    let quotes = |text: &str| text.matches(['\'', '"']).count();
    Some(Announced {
        is_expanded: quotes(name) == quotes(raw),
        name: name.clone(),
        is_chomped,
        descriptor: digits.parse().unwrap_or(0),
    })
}

/// The documents a line announces.
pub(crate) fn of_line(line: &str) -> Vec<Announced> {
    if !line.contains("<<") {
        return Vec::new();
    }
    let words = words(line, true, true).unwrap_or_default();
    words.iter().filter_map(|word| announced(word)).collect()
}

/// Reads the documents that follow a line.
pub(crate) fn read(
    announced: Vec<Announced>,
    lines: &mut Lines<'_>,
    instruction: &Range<usize>,
    problems: &mut Vec<Problem>,
) -> Vec<Heredoc> {
    let mut documents = Vec::new();
    for Announced { name, is_expanded, is_chomped, descriptor } in announced {
        let start = lines.position();
        let mut content = Text::empty(start);
        let mut end = start;
        let mut is_terminated = false;
        while let Some(line) = lines.next() {
            let whole = line.start..lines.position();
            let text = lines.str(&line);
            let dropped = text.len() - text.trim_start_matches('\t').len();
            let tabs = if is_chomped { dropped } else { 0 };
            if *lines.str(&(line.start + tabs..line.end)) == name {
                end = line.end;
                is_terminated = true;
                break;
            }
            end = whole.end;
            content.push_str(lines.str(&(whole.start + tabs..whole.end)), whole.start + tabs);
        }
        documents.push(Heredoc {
            name,
            is_expanded,
            is_chomped,
            descriptor,
            content,
            span: start..end.max(start),
        });
        if !is_terminated {
            problems.push(Problem::new("unterminated heredoc", instruction.clone()));
            break;
        }
    }
    documents
}
