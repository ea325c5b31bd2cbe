//! The `scipy` parser: `ENH: subject` or `ENH: scope: subject`.

use diagnostics::Diagnostic;
use fancy_regex::Regex;

use super::{alternatives, compile, merge};
use crate::conventional::{self, Parsed, Piece, header, paragraphs, squash};
use crate::pytext::strip;
use crate::version::Level;

/// The options of the parser; defaults are python-semantic-release's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Types that make a major release.
    pub major_tags: Vec<String>,
    /// Types that make a minor release.
    pub minor_tags: Vec<String>,
    /// Types that make a patch release.
    pub patch_tags: Vec<String>,
    /// All types that are understood.
    pub allowed_tags: Vec<String>,
    /// Level of the types that are in none of the lists.
    pub default_level_bump: Level,
    /// Split squash merges.
    pub parse_squash_commits: bool,
    /// Leave out commits with more than one parent.
    pub ignore_merge_commits: bool,
}

impl Default for Options {
    fn default() -> Self {
        let list = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        let allowed = [
            "API", "DEP", "ENH", "FEAT", "BLD", "BUG", "MAINT", "DEV", "BENCH", "DOC", "STY",
            "TST", "REL", "TEST",
        ];
        Self {
            major_tags: list(&["API", "DEP"]),
            minor_tags: list(&["ENH", "FEAT"]),
            patch_tags: list(&["BLD", "BUG", "MAINT"]),
            allowed_tags: list(&allowed),
            default_level_bump: Level::None,
            parse_squash_commits: true,
            ignore_merge_commits: true,
        }
    }
}

/// The parser.
#[derive(Clone, Debug)]
pub struct Scipy {
    options: Options,
    /// What comes before the subject.
    prefix: Regex,
    /// The whole message.
    message: Regex,
}

impl Scipy {
    /// Prepares a parser.
    ///
    /// # Errors
    /// A defect: the types are escaped.
    pub fn new(options: Options) -> Result<Self, Diagnostic> {
        let types = alternatives(&options.allowed_tags);
        let prefix = format!(r"\A({types})(?::[\t ]*([^:\n]+))?:[\t ]+");
        let message = compile(&format!(r"(?s){prefix}([^\n]+)(?:\n\n(.+))?"))?;
        Ok(Self { options, prefix: compile(&prefix)?, message })
    }

    pub(super) fn ignores_merges(&self) -> bool {
        self.options.ignore_merge_commits
    }

    /// The pieces of a commit, in order.
    pub fn parse(&self, message: &str, is_merge: bool) -> Vec<Piece> {
        if is_merge && self.options.ignore_merge_commits {
            return merge(message);
        }
        let messages = if self.options.parse_squash_commits {
            let types = &self.options.allowed_tags;
            let start = squash::Start {
                begins: &|text| self.prefix.is_match(text).unwrap_or_default(),
                bullet: &|text| squash::starts_with_word(text, types),
            };
            squash::split(message, &start)
        } else {
            vec![message.to_owned()]
        };
        conventional::pieces(messages, |message| self.read(message))
    }

    fn read(&self, message: &str) -> Option<Parsed> {
        let found = self.message.captures(message).ok().flatten()?;
        let part = |index| found.get(index).map_or("", |part| part.as_str());
        let (kind, subject) = (part(1), part(3));
        let (subject, pull_request) = match header::split_pull_request(subject) {
            Some((subject, number)) => (strip(&subject).to_owned(), number),
            None => (subject.to_owned(), String::new()),
        };
        let level = self.level(kind);
        let mut parsed = Parsed {
            level,
            kind: kind.to_owned(),
            category: category(kind).to_owned(),
            scope: part(2).to_owned(),
            pull_request,
            ..Parsed::default()
        };
        for paragraph in std::iter::once(subject.clone()).chain(paragraphs::split(part(4))) {
            parsed.file(paragraph, true);
        }
        if level == Level::Major {
            parsed.breaking = parsed.descriptions.drain(..).skip(1).collect();
            parsed.descriptions = vec![subject];
        }
        Some(parsed)
    }

    fn level(&self, kind: &str) -> Level {
        let has = |tags: &[String]| tags.iter().any(|tag| tag == kind);
        if has(&self.options.major_tags) {
            Level::Major
        } else if has(&self.options.minor_tags) {
            Level::Minor
        } else if has(&self.options.patch_tags) {
            Level::Patch
        } else {
            self.options.default_level_bump
        }
    }
}

/// The heading a type goes under.
fn category(kind: &str) -> &str {
    match kind {
        "API" | "DEP" => "breaking",
        "BLD" | "BUG" | "MAINT" => "fix",
        "BENCH" | "DEV" | "STY" | "TST" | "REL" | "TEST" => "none",
        "DOC" => "documentation",
        "ENH" | "FEAT" => "feature",
        "REV" => "other",
        _ => "None",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(message: &str) -> Vec<Option<(Level, String, String)>> {
        let pieces = Scipy::new(Options::default()).unwrap().parse(message, false);
        let told = |parsed: Parsed| (parsed.level, parsed.scope, parsed.descriptions.join("|"));
        pieces.into_iter().map(|piece| piece.parsed.map(told)).collect()
    }

    #[test]
    fn messages() {
        let told =
            |level, scope: &str, text: &str| Some((level, scope.to_owned(), text.to_owned()));
        for (message, expected) in [
            ("API: a b\n\nwhy", vec![told(Level::Major, "", "a b")]),
            ("ENH: linalg: a b", vec![told(Level::Minor, "linalg", "a b")]),
            ("BUG: see http://x", vec![told(Level::Patch, "", "see http://x")]),
            ("DOC: a (#3)\n\nmore", vec![told(Level::None, "", "a|more")]),
            ("REV: a", vec![None]),
            ("enh: a", vec![None]),
            ("ENH:a", vec![None]),
            ("ENH: a\n\n* BUG: b", vec![told(Level::Minor, "", "a"), told(Level::Patch, "", "b")]),
        ] {
            assert_eq!(parse(message), expected, "{message:?}");
        }
    }

    #[test]
    fn what_breaks_is_the_body() {
        let parser = Scipy::new(Options::default()).unwrap();
        let parsed = parser.parse("DEP: a\n\nb\n\nNOTICE: c", false).remove(0).parsed.unwrap();
        assert_eq!(
            (parsed.category.as_str(), parsed.breaking.join("|")),
            ("breaking", "b".to_owned())
        );
        assert_eq!(parsed.notices, ["c"]);
    }
}
