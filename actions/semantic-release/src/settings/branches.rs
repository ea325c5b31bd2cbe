//! Which branch releases what.

use config::Table;
use diagnostics::Diagnostic;

use crate::node::Range;
use crate::pattern::{Pattern, PatternError};

/// A group of branches.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The group's name.
    pub group: String,
    /// As written.
    pub pattern: String,
    /// Matched from the start of the branch's name.
    pub matcher: Pattern,
    /// Its releases are prereleases.
    pub prerelease: bool,
    /// The token of its prereleases.
    pub token: String,
    /// The versions it may release.
    pub range: Option<Range>,
    /// The channel of its releases, for later steps.
    pub channel: Option<String>,
}

impl Branch {
    /// The one group there is without configuration.
    pub(super) fn default_group() -> Result<Self, PatternError> {
        Ok(Self {
            group: "main".to_owned(),
            pattern: DEFAULT_MATCH.to_owned(),
            matcher: Pattern::new(DEFAULT_MATCH)?,
            prerelease: false,
            token: DEFAULT_TOKEN.to_owned(),
            range: None,
            channel: None,
        })
    }
}

const DEFAULT_MATCH: &str = "(main|master)";
const DEFAULT_TOKEN: &str = "rc";

/// The first group that a branch belongs to, in the order of the file.
///
/// # Errors
/// A pattern that backtracks without end.
pub fn select<'b>(branches: &'b [Branch], name: &str) -> Result<Option<&'b Branch>, Diagnostic> {
    for branch in branches {
        let matches = branch.matcher.matches(name).map_err(|error| {
            Diagnostic::bad_input(
                "release/branch-pattern",
                format!(
                    "branch group `{}` cannot be matched against `{name}`: {error}",
                    branch.group
                ),
            )
            .with_help("write the pattern without nested repetitions")
        })?;
        if matches {
            return Ok(Some(branch));
        }
    }
    Ok(None)
}

pub(super) fn read(table: &Table<'_>, unknown: config::Unknown) -> Option<Vec<Branch>> {
    let groups = table.named_tables("branches")?;
    let mut branches = Vec::new();
    for (name, group) in groups {
        let pattern = group.string("match");
        let written = pattern.as_ref().map_or(DEFAULT_MATCH, |pattern| pattern.value.as_str());
        let written = if written == "*" { ".*" } else { written };
        let token = group.string("prerelease_token");
        let channel = group.string("channel").map(|channel| channel.value);
        let range = group.string("range").and_then(|text| {
            let range = Range::parse(&text.value);
            if range.is_none() {
                let message = format!("`{}` is not a range of versions", text.value);
                group
                    .problems()
                    .push(text.error("release/range", message).with_help("write `1.x` or `1.2.x`"));
            }
            range
        });
        let prerelease = group.bool("prerelease").is_some_and(|value| value.value);
        if let Some(token) = token.as_ref().filter(|token| !is_token(&token.value)) {
            group.problems().push(
                token
                    .error(
                        "release/prerelease-token",
                        format!("`{}` is not a prerelease token", token.value),
                    )
                    .with_help("use letters, digits and hyphens: `rc`, `dev`, `beta`"),
            );
        }
        match Pattern::new(written) {
            Ok(matcher) => branches.push(Branch {
                group: name.value,
                pattern: written.to_owned(),
                matcher,
                prerelease,
                token: token.map_or_else(|| DEFAULT_TOKEN.to_owned(), |token| token.value),
                range,
                channel,
            }),
            Err(error) => {
                let message = format!("`{written}` is not a regular expression: {error}");
                let place = pattern.as_ref().map_or_else(
                    || Diagnostic::bad_input("release/branch-pattern", message.clone()),
                    |pattern| pattern.error("release/branch-pattern", message.clone()),
                );
                group.problems().push(place.with_help(
                    "the pattern is matched from the start of the branch's name, as Python's `re.match` does",
                ));
            }
        }
        group.finish(unknown);
    }
    Some(branches)
}

/// What makes `1.0.0-TOKEN.1` a semantic version that is read back the same way.
pub(crate) fn is_token(token: &str) -> bool {
    crate::version::Version::parse(&format!("1.0.0-{token}.1"), "")
        .is_ok_and(|version| version.token == token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        for token in ["rc", "dev", "a-b", "rc.x", "0", "1a"] {
            assert!(is_token(token), "{token}");
        }
        for token in ["", "a b", "é", "a+b", "01", "a.", "a_b", "a;b"] {
            assert!(!is_token(token), "{token}");
        }
    }
}
