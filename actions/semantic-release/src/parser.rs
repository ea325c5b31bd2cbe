//! The commit parsers: how a message becomes a level and an entry of the changelog.

pub mod emoji;
pub mod filters;
pub mod monorepo;
pub mod node;
pub mod scipy;
pub mod strict;
pub mod tag;

use std::path::Path;

use diagnostics::Diagnostic;
use fancy_regex::Regex;
use history::Commit;

use crate::conventional::{self, Piece};

/// The parser of a repository, with its options.
#[derive(Clone, Debug)]
pub enum Parser {
    /// `conventional`, and `angular`, which differs in small things only.
    Conventional(conventional::Options),
    /// `conventional-strict`.
    Strict(conventional::Options),
    /// `node`.
    Node(Box<node::Node>),
    /// `conventional-monorepo`.
    Monorepo(Box<monorepo::Monorepo>),
    /// `emoji`.
    Emoji(Box<emoji::Emoji>),
    /// `scipy`.
    Scipy(Box<scipy::Scipy>),
    /// `tag`, deprecated.
    Tag(tag::Tag),
}

/// A test of a file: the top of the repository, and the path below it.
pub type Takes<'t> = dyn Fn(&Path, &str) -> bool + 't;

/// Asks whether the commit changed a file that the given test takes.
pub type Changed<'c> = &'c dyn Fn(&Takes<'_>) -> Result<bool, Diagnostic>;

impl Parser {
    /// The pieces of a commit, in order.
    ///
    /// # Errors
    /// History that cannot be read, a pattern that backtracks without end.
    pub fn parse(&self, commit: &Commit, changed: Changed<'_>) -> Result<Vec<Piece>, Diagnostic> {
        let (message, is_merge) = (commit.message.as_str(), commit.is_merge());
        Ok(match self {
            Self::Conventional(options) => conventional::parse(message, is_merge, options),
            Self::Strict(options) => strict::parse(message, is_merge, options),
            Self::Node(parser) => parser.parse_commit(commit),
            Self::Monorepo(parser) => parser.parse(message, is_merge, changed)?,
            Self::Emoji(parser) => parser.parse(message, is_merge),
            Self::Scipy(parser) => parser.parse(message, is_merge),
            Self::Tag(parser) => parser.parse(message),
        })
    }

    /// Whether commits with more than one parent are left out.
    pub fn ignores_merges(&self) -> bool {
        match self {
            Self::Conventional(options) | Self::Strict(options) => options.ignore_merge_commits,
            Self::Monorepo(parser) => parser.ignores_merges(),
            Self::Emoji(parser) => parser.ignores_merges(),
            Self::Scipy(parser) => parser.ignores_merges(),
            Self::Node(_) | Self::Tag(_) => false,
        }
    }
}

/// One of the words, longest alternatives not preferred: the first in the list that fits.
fn alternatives(words: &[String]) -> String {
    let escaped: Vec<String> = words.iter().map(|word| crate::pattern::escape(word)).collect();
    escaped.join("|")
}

/// An expression made of fixed parts and escaped words.
fn compile(expression: &str) -> Result<Regex, Diagnostic> {
    Regex::new(expression).map_err(|error| Diagnostic::bug(error.to_string()))
}

/// A merge that is left out.
fn merge(message: &str) -> Vec<Piece> {
    vec![Piece { message: message.to_owned(), parsed: None }]
}
