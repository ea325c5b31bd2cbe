//! The `conventional-monorepo` parser: commits count for the package whose files they change, or
//! whose prefix their scope carries.

use diagnostics::Diagnostic;
use fancy_regex::Regex;

use super::filters::Filters;
use super::{Changed, alternatives, merge};
use crate::conventional::{self, Options, Parsed, Piece, header::Header};
use crate::pattern::{PatternError, translate};

/// The parser.
#[derive(Clone, Debug)]
pub struct Monorepo {
    options: Options,
    filters: Filters,
    has_prefix: bool,
    /// A header whose scope carries the prefix.
    strict: Regex,
}

impl Monorepo {
    /// Prepares a parser. `scope_prefix` is a regular expression; `*` stands for any text.
    ///
    /// # Errors
    /// The prefix is no regular expression.
    pub fn new(
        options: Options,
        filters: Filters,
        scope_prefix: &str,
    ) -> Result<Self, PatternError> {
        let types = alternatives(&options.allowed_tags);
        let prefix = if scope_prefix == "*" { ".*".to_owned() } else { translate(scope_prefix) };
        let strict = format!(
            r"(?s)\A(?P<type>{types})\({prefix}(?P<scope>[^\n]+)?\)(?P<break>!)?:\s+(?P<subject>[^\n]+)"
        );
        let strict =
            Regex::new(&strict).map_err(|error| PatternError::Invalid(error.to_string()))?;
        Ok(Self { options, filters, has_prefix: !scope_prefix.is_empty(), strict })
    }

    pub(super) fn ignores_merges(&self) -> bool {
        self.options.ignore_merge_commits
    }

    /// The pieces of a commit, in order.
    ///
    /// # Errors
    /// History that cannot be read, a prefix that backtracks without end.
    pub fn parse(
        &self,
        message: &str,
        is_merge: bool,
        changed: Changed<'_>,
    ) -> Result<Vec<Piece>, Diagnostic> {
        if is_merge && self.options.ignore_merge_commits {
            return Ok(merge(message));
        }
        let is_relevant = changed(&|root, path| self.filters.takes(root, path))?;
        if !is_relevant && !self.has_prefix {
            // Nothing can count, but pull requests and the number of pieces do not matter either.
            return Ok(merge(message));
        }
        let mut pieces = Vec::new();
        for message in conventional::unsquash(message, &self.options) {
            pieces.push(Piece { parsed: self.read(&message, is_relevant)?, message });
        }
        conventional::share_pull_request(&mut pieces);
        Ok(pieces)
    }

    fn read(&self, message: &str, is_relevant: bool) -> Result<Option<Parsed>, Diagnostic> {
        let found = self.strict.captures(message).map_err(|error| {
            Diagnostic::bad_input("release/scope-prefix", error.to_string())
                .with_help("write `scope_prefix` without nested repetitions")
        })?;
        if let Some(found) = found {
            let text = |name| found.name(name).map(|part| part.as_str());
            if let (Some(kind), Some(subject)) = (text("type"), found.name("subject")) {
                let header = Header {
                    kind,
                    scope: text("scope"),
                    breaking: text("break").is_some(),
                    subject: subject.as_str(),
                    rest: message.get(subject.end()..).unwrap_or_default(),
                };
                return Ok(Some(conventional::parse_header(&header, &self.options)));
            }
        }
        if !is_relevant {
            return Ok(None);
        }
        let header = Header::match_at_start(message, &self.options.allowed_tags);
        Ok(header.map(|header| conventional::parse_header(&header, &self.options)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::Level;

    fn parse(message: &str, prefix: &str, file: &str) -> Vec<Option<(Level, String)>> {
        let root = std::path::Path::new("/r");
        let filters = Filters::new(["pkg"], root).unwrap();
        let parser = Monorepo::new(Options::default(), filters, prefix).unwrap();
        let pieces = parser.parse(message, false, &|takes| Ok(takes(root, file))).unwrap();
        let told = |parsed: Parsed| (parsed.level, parsed.scope);
        pieces.into_iter().map(|piece| piece.parsed.map(told)).collect()
    }

    #[test]
    fn files_and_prefixes() {
        let minor = |scope: &str| Some((Level::Minor, scope.to_owned()));
        for (message, prefix, file, expected) in [
            ("feat(pkg-cli): a b", "pkg-", "pkg/x", minor("cli")),
            ("feat(pkg-cli): a b", "", "pkg/x", minor("pkg-cli")),
            ("feat(pkg-cli): a b", "pkg-", "x", minor("cli")),
            ("feat(pkg-cli): a b", "", "x", None),
            ("feat(other): a b", "pkg-", "pkg/x", minor("other")),
            ("feat(other): a b", "pkg-", "x", None),
            ("feat: a b", "pkg-", "pkg/x", minor("")),
            ("feat: a b", "pkg-", "x", None),
            ("feat(pkg-): a b", "pkg-?", "x", minor("")),
            ("feat(any): a b", "*", "x", minor("")),
            ("a b", "pkg-", "pkg/x", None),
        ] {
            assert_eq!(parse(message, prefix, file), [expected], "{message} {prefix} {file}");
        }
        let two = parse("feat(pkg-a): b c\n\n* fix(pkg-d): e f", "pkg-", "x");
        assert_eq!(two, [minor("a"), Some((Level::Patch, "d".to_owned()))]);
    }

    #[test]
    fn a_prefix_must_be_an_expression() {
        let made = Monorepo::new(Options::default(), Filters::default(), "(");
        assert!(matches!(made, Err(PatternError::Invalid(_))));
    }
}
