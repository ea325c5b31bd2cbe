//! The last release of a branch, and the next version.

use std::cmp::Ordering;

use super::{Kind, Node};
use crate::number::Number;
use crate::version::{Level, Version};

impl Node {
    /// Whether a tag can be the last release of the branch. A prerelease needs the branch's token,
    /// and its channel where it has a note; without a note the token is enough.
    pub fn counts(&self, tag: &str, version: &Version) -> bool {
        if !version.is_prerelease() {
            return true;
        }
        let Some(line) = &self.line else { return false };
        let Kind::Prerelease(token) = &line.kind else { return false };
        let has_token = version.token.split('.').any(|part| part == token);
        has_token && self.channels.get(tag).is_none_or(|channels| channels.contains(&line.channel))
    }

    /// The next version. `last` is the last release of the branch, `highest` the highest version in
    /// its history, prereleases too.
    pub fn next(&self, last: Option<&Version>, highest: Option<&Version>, level: Level) -> Version {
        let token = match self.line.as_ref().map(|line| &line.kind) {
            Some(Kind::Prerelease(token)) => Some(token.as_str()),
            _ => None,
        };
        let begin = |version: Version, token: &str| {
            version.to_full().to_prerelease(token, Some(Number::one()))
        };
        let initial = || Version { major: Number::one(), ..Version::initial("") };
        match (last, token) {
            (None, None) => initial(),
            (None, Some(token)) => begin(initial(), token),
            (Some(last), None) => increase(last, level),
            (Some(last), Some(token)) if last.is_prerelease() => {
                let counted = last.bump(Level::Prerelease);
                let raised = begin(increase(highest.unwrap_or(last), level), token);
                if counted.precedence(&raised) == Ordering::Greater { counted } else { raised }
            }
            (Some(last), Some(token)) => begin(increase(last, level), token),
        }
    }
}

/// semver's `inc`: a prerelease of the wanted kind becomes the full version it leads to.
fn increase(version: &Version, level: Level) -> Version {
    let leads_there = version.is_prerelease()
        && match level {
            Level::Major => version.minor.is_zero() && version.patch.is_zero(),
            Level::Minor => version.patch.is_zero(),
            _ => true,
        };
    if leads_there { version.to_full() } else { version.to_full().bump(level) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn increases_as_semver_does() {
        for (from, level, to) in [
            ("1.1.0-b.1", Level::Minor, "1.1.0"),
            ("1.1.0-b.1", Level::Patch, "1.1.0"),
            ("1.1.0-b.1", Level::Major, "2.0.0"),
            ("2.0.0-b.1", Level::Major, "2.0.0"),
            ("1.1.1-b.1", Level::Minor, "1.2.0"),
            ("1.1.1", Level::Patch, "1.1.2"),
        ] {
            let version = Version::parse(from, "").unwrap();
            assert_eq!(increase(&version, level).to_string(), to, "{from} {level:?}");
        }
    }
}
