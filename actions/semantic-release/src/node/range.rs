//! Ranges of versions: `1.x`, `1.2.x`, and what is left of them.

use std::cmp::Ordering;
use std::fmt;

use crate::number::Number;
use crate::version::Version;

/// From a version on, and up to but without another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The lowest version.
    pub min: Version,
    /// The first version beyond it.
    pub max: Option<Version>,
}

impl Range {
    /// Reads `N.x`, `N.x.x` or `N.N.x`.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let is_x = |part: &str| part.eq_ignore_ascii_case("x");
        let (major, minor) = match parts.as_slice() {
            [major, last] if is_x(last) => (*major, None),
            [major, middle, last] if is_x(last) && is_x(middle) => (*major, None),
            [major, minor, last] if is_x(last) => (*major, Some(*minor)),
            _ => return None,
        };
        let major = Number::parse(major)?;
        let at = |major: Number, minor: Number| Version { major, minor, ..Version::initial("") };
        Some(match minor.map(Number::parse) {
            None => Self {
                min: at(major.clone(), Number::zero()),
                max: Some(at(major.next(), Number::zero())),
            },
            Some(minor) => {
                let minor = minor?;
                let max = at(major.clone(), minor.next());
                Self { min: at(major, minor), max: Some(max) }
            }
        })
    }

    /// `N.x` and `N.x.x`.
    pub fn is_major(text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        let major = lower.strip_suffix(".x.x").or_else(|| lower.strip_suffix(".x"));
        major.is_some_and(|major| Number::parse(major).is_some())
    }

    /// Whether a version is in it.
    pub fn contains(&self, version: &Version) -> bool {
        version.precedence(&self.min) != Ordering::Less
            && self.max.as_ref().is_none_or(|max| version.precedence(max) == Ordering::Less)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ">={}", self.min)?;
        self.max.as_ref().map_or(Ok(()), |max| write!(f, " <{max}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let shown = |text: &str| Range::parse(text).map(|range| range.to_string());
        for (text, expected) in [
            ("1.x", Some(">=1.0.0 <2.0.0")),
            ("1.x.x", Some(">=1.0.0 <2.0.0")),
            ("1.2.X", Some(">=1.2.0 <1.3.0")),
            ("1.2", None),
            ("v1.x", None),
            ("1.2.3.x", None),
            ("x", None),
        ] {
            assert_eq!(shown(text).as_deref(), expected, "{text}");
        }
        assert!(Range::is_major("1.x.x") && Range::is_major("12.x") && !Range::is_major("1.2.x"));
    }
}
