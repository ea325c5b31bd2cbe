//! Why a lock cannot be read, said as what it is.
//!
//! pixi words all of these alike: a file it cannot load, and a sentence of its parser.

use std::ops::Range;

use diagnostics::Source;

use crate::{Finding, PixiVersion};

mod words;

pub(super) use words::{Asked, newer};

/// A lock that cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What it is.
    pub kind: Kind,
    /// The lock; empty where there is none.
    pub source: Source,
    /// The bytes of the place.
    pub span: Range<usize>,
}

/// What keeps a lock from being read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// There is no file.
    Missing,
    /// Nothing in it, comments alone, or `{}`.
    Empty,
    /// A pointer of Git LFS instead of the file.
    LfsPointer,
    /// Conflict markers of git: how many conflicts.
    Conflict(usize),
    /// A byte order mark in front.
    ByteOrderMark,
    /// A format that no pixi known here reads.
    Newer(u64),
    /// Format 1 to 3: pixi reads it, and solves anew.
    Older(u64),
    /// `version` is there, but no whole number: what it is.
    VersionNotInteger(String),
    /// No `version`, although there is something in it.
    NoVersion,
    /// Format 7 without `platforms`.
    NoPlatforms,
    /// The end is missing: how that shows.
    Truncated(String),
    /// Not YAML: the parser's words.
    NotYaml(String),
    /// YAML, but no lock: what does not fit.
    Inconsistent(String),
    /// Larger than [`super::MAX_BYTES`].
    TooLarge,
}

impl Trouble {
    pub(super) fn new(kind: Kind, source: &Source, span: Range<usize>) -> Self {
        Self { kind, span: source.clamp(&span), source: source.clone() }
    }

    /// The trouble of a lock that is not there; `name` is the path at which it was looked for.
    pub fn missing(name: &str) -> Self {
        Self::new(Kind::Missing, &Source::file(name, ""), 0..0)
    }

    /// The same as a finding: the true cause, what this version of pixi says about it when asked
    /// to install `--locked`, `--frozen` or neither, and what to do.
    pub fn finding(&self, version: PixiVersion, locked: bool, frozen: bool) -> Finding {
        words::finding(self, words::Asked { version, locked, frozen })
    }
}

/// What can be seen before the text is parsed.
pub(super) fn at_first_sight(source: &Source) -> Option<Trouble> {
    let text = source.contents();
    let trouble = |kind, span| Some(Trouble::new(kind, source, span));
    if text.len() > super::MAX_BYTES {
        return trouble(Kind::TooLarge, 0..0);
    }
    let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if bare.starts_with("version https://git-lfs") {
        return trouble(Kind::LfsPointer, 0..first_line(text));
    }
    if let Some(trouble) = conflict(source) {
        return Some(trouble);
    }
    if is_blank(bare) {
        return trouble(Kind::Empty, 0..first_line(text));
    }
    if bare.len() < text.len() {
        return trouble(Kind::ByteOrderMark, 0..'\u{FEFF}'.len_utf8());
    }
    None
}

/// Whether there are comments, blanks and document markers alone. Ends at the first line that has
/// more.
fn is_blank(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        line.is_empty() || line.starts_with('#') || matches!(line, "---" | "..." | "{}")
    })
}

fn first_line(text: &str) -> usize {
    text.find(['\r', '\n']).unwrap_or(text.len())
}

/// The first conflict that git left.
fn conflict(source: &Source) -> Option<Trouble> {
    let text = source.contents();
    let at = marker(text, "<<<<<<<").or_else(|| marker(text, ">>>>>>>"))?;
    let end = text.get(at..).map_or(0, first_line) + at;
    let count = text.lines().filter(|line| line.starts_with("<<<<<<<")).count();
    Some(Trouble::new(Kind::Conflict(count.max(1)), source, at..end))
}

/// Where a marker begins a line. A lock has no other line that begins like this.
fn marker(text: &str, marker: &str) -> Option<usize> {
    if text.starts_with(marker) {
        return Some(0);
    }
    text.match_indices(marker)
        .map(|(at, _)| at)
        .find(|at| at.checked_sub(1).and_then(|before| text.as_bytes().get(before)) == Some(&b'\n'))
}
