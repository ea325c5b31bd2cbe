//! Versions, with python-semantic-release's idea of a prerelease: a token and a counter.

use std::cmp::Ordering;
use std::fmt;

use crate::number::Number;

/// How far a release moves the version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing to release.
    #[default]
    None,
    /// Only the counter of a prerelease.
    Prerelease,
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
}

impl Level {
    /// The word in outputs and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Prerelease => "prerelease",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// A version.
///
/// `Eq` compares everything, build metadata and the token of full versions included, as the test
/// for "already released" does; [`Version::precedence`] orders by semver without build metadata.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// First number.
    pub major: Number,
    /// Second number.
    pub minor: Number,
    /// Third number.
    pub patch: Number,
    /// The token of the prerelease, or of the line this version was read for.
    pub token: String,
    /// The counter; `Some` makes it a prerelease. Zero is not printed.
    pub revision: Option<Number>,
    /// What follows `+`; empty for nothing.
    pub build: String,
}

/// Why a text is not a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Not semver 2.0.
    #[error("it is not a semantic version")]
    NotSemver,
    /// A prerelease without a counter.
    #[error("its prerelease part is not of the form `token.number`")]
    NoCounter,
}

impl Version {
    /// 0.0.0, what a history without releases starts from.
    pub fn initial(token: &str) -> Self {
        Self {
            major: Number::zero(),
            minor: Number::zero(),
            patch: Number::zero(),
            token: token.to_owned(),
            revision: None,
            build: String::new(),
        }
    }

    /// Reads a semantic version. `token` is kept for full versions.
    ///
    /// # Errors
    /// The text is not a semantic version, or a prerelease without `token.number` at its start.
    pub fn parse(text: &str, token: &str) -> Result<Self, VersionError> {
        let semver = VersionError::NotSemver;
        let (rest, build) = match text.split_once('+') {
            Some((rest, build)) => (rest, Some(build)),
            None => (text, None),
        };
        let (core, pre) = match rest.split_once('-') {
            Some((core, pre)) => (core, Some(pre)),
            None => (rest, None),
        };
        let mut numbers = core.split('.').map(|part| plain_number(part).ok_or(semver));
        let mut number = || numbers.next().unwrap_or(Err(semver));
        let (major, minor, patch) = (number()?, number()?, number()?);
        let too_many = core.split('.').count() != 3;
        if too_many || !build.is_none_or(is_build) || !pre.is_none_or(is_prerelease) {
            return Err(semver);
        }
        let (token, revision) = match pre {
            None => (token.to_owned(), None),
            Some(pre) => {
                let (token, revision) = counter(pre).ok_or(VersionError::NoCounter)?;
                (token.to_owned(), Some(revision))
            }
        };
        let build = build.unwrap_or_default().to_owned();
        Ok(Self { major, minor, patch, token, revision, build })
    }

    /// Whether there is a counter, be it zero.
    pub const fn is_prerelease(&self) -> bool {
        self.revision.is_some()
    }

    /// Same numbers, token and counter; build metadata does not count.
    pub fn is_same(&self, other: &Self) -> bool {
        self.core() == other.core() && self.token == other.token && self.revision == other.revision
    }

    const fn core(&self) -> (&Number, &Number, &Number) {
        (&self.major, &self.minor, &self.patch)
    }

    /// Semver order, build metadata ignored. Tokens compare by their dotted pieces as text, a
    /// longer token after its prefix, then the counters.
    pub fn precedence(&self, other: &Self) -> Ordering {
        self.core().cmp(&other.core()).then_with(|| match (&self.revision, &other.revision) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(mine), Some(theirs)) => {
                self.token.split('.').cmp(other.token.split('.')).then_with(|| mine.cmp(theirs))
            }
        })
    }

    /// The version `level` further on; build metadata is dropped, a prerelease starts at 1.
    #[must_use]
    pub fn bump(&self, level: Level) -> Self {
        let zero = Number::zero;
        let (major, minor, patch) = match level {
            Level::Major => (self.major.next(), zero(), zero()),
            Level::Minor => (self.major.clone(), self.minor.next(), zero()),
            Level::Patch => (self.major.clone(), self.minor.clone(), self.patch.next()),
            Level::Prerelease | Level::None => {
                (self.major.clone(), self.minor.clone(), self.patch.clone())
            }
        };
        let revision = match level {
            Level::None => self.revision.clone(),
            Level::Prerelease => {
                Some(self.revision.as_ref().map_or_else(Number::one, Number::next))
            }
            _ => self.revision.as_ref().map(|_| Number::one()),
        };
        let token = self.token.clone();
        Self { major, minor, patch, token, revision, build: String::new() }
    }

    /// The level that leads from `other` to this version.
    pub fn difference(&self, other: &Self) -> Level {
        if self.major != other.major {
            Level::Major
        } else if self.minor != other.minor {
            Level::Minor
        } else if self.patch != other.patch {
            Level::Patch
        } else if self.revision != other.revision {
            Level::Prerelease
        } else {
            Level::None
        }
    }

    /// The same numbers as a prerelease; a counter of zero or none becomes 1.
    #[must_use]
    pub fn to_prerelease(&self, token: &str, revision: Option<Number>) -> Self {
        let counted = |number: &Number| !number.is_zero();
        let revision = revision
            .filter(counted)
            .or_else(|| self.revision.clone().filter(counted))
            .unwrap_or_else(Number::one);
        Self {
            token: if token.is_empty() { self.token.clone() } else { token.to_owned() },
            revision: Some(revision),
            build: String::new(),
            ..self.clone()
        }
    }

    /// The same numbers as a full version.
    #[must_use]
    pub fn to_full(&self) -> Self {
        Self { revision: None, build: String::new(), ..self.clone() }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if let Some(revision) = self.revision.as_ref().filter(|revision| !revision.is_zero()) {
            write!(f, "-{}.{revision}", self.token)?;
        }
        if !self.build.is_empty() {
            write!(f, "+{}", self.build)?;
        }
        Ok(())
    }
}

/// Digits without a leading zero.
fn plain_number(text: &str) -> Option<Number> {
    (text == "0" || !text.starts_with('0')).then(|| Number::parse(text)).flatten()
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Dotted identifiers after `+`.
pub(crate) fn is_build(text: &str) -> bool {
    text.split('.').all(is_identifier)
}

fn is_prerelease(text: &str) -> bool {
    text.split('.').all(|part| {
        is_identifier(part)
            && (!part.bytes().all(|byte| byte.is_ascii_digit()) || plain_number(part).is_some())
    })
}

/// The longest token that is followed by a dot and digits; what comes after the digits is not
/// looked at.
fn counter(pre: &str) -> Option<(&str, Number)> {
    pre.rmatch_indices('.').find_map(|(dot, _)| {
        let rest = pre.get(dot + 1..)?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let revision = Number::parse(rest.get(..end)?)?;
        let token = pre.get(..dot).filter(|token| !token.is_empty())?;
        Some((token, revision))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(text: &str) -> Version {
        Version::parse(text, "rc").unwrap()
    }

    #[test]
    fn what_counts_as_a_version() {
        for (text, token, revision, shown) in [
            ("1.2.3", "rc", None, "1.2.3"),
            ("1.2.3+b.01", "rc", None, "1.2.3+b.01"),
            ("1.2.3-dev.4+x", "dev", Some("4"), "1.2.3-dev.4+x"),
            ("1.2.3-rc.1.2", "rc.1", Some("2"), "1.2.3-rc.1.2"),
            ("1.2.3-rc.1.beta", "rc", Some("1"), "1.2.3-rc.1"),
            ("1.2.3-rc.1a", "rc", Some("1"), "1.2.3-rc.1"),
            ("1.2.3-rc.0", "rc", Some("0"), "1.2.3"),
            ("1.2.3-a-b.7", "a-b", Some("7"), "1.2.3-a-b.7"),
        ] {
            let version = v(text);
            assert_eq!(version.token, token, "{text}");
            assert_eq!(version.revision.as_ref().map(ToString::to_string).as_deref(), revision);
            assert_eq!(version.to_string(), shown, "{text}");
        }
        let no = |text: &str| Version::parse(text, "rc").unwrap_err();
        for text in [
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "1.2.3-",
            "1.2.3+",
            "1.2.3-01.1",
            "v1.2.3",
            "1.2.3-a..1",
            "",
        ] {
            assert_eq!(no(text), VersionError::NotSemver, "{text}");
        }
        for text in ["1.2.3-rc1", "1.2.3-alpha", "1.2.3-1"] {
            assert_eq!(no(text), VersionError::NoCounter, "{text}");
        }
    }

    #[test]
    fn order() {
        let sorted = [
            "0.9.9",
            "1.0.0-alpha.2",
            "1.0.0-alpha.10",
            "1.0.0-alpha.x.1",
            "1.0.0-beta.1",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1-rc.1",
            "1.10.0",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(v(pair[0]).precedence(&v(pair[1])), Ordering::Less, "{pair:?}");
        }
        assert_eq!(v("1.0.0+a").precedence(&v("1.0.0+b")), Ordering::Equal);
        assert!(v("1.0.0+a").is_same(&v("1.0.0+b")) && v("1.0.0+a") != v("1.0.0+b"));
    }

    #[test]
    fn bumps_and_differences() {
        assert_eq!(v("1.2.3").bump(Level::Minor).to_string(), "1.3.0");
        assert_eq!(v("1.2.3-rc.4").bump(Level::Major).to_string(), "2.0.0-rc.1");
        assert_eq!(v("1.2.3-rc.4").bump(Level::Prerelease).to_string(), "1.2.3-rc.5");
        assert_eq!(v("1.2.3").to_prerelease("dev", None).to_string(), "1.2.3-dev.1");
        assert_eq!(v("1.2.3-rc.4").to_full().to_string(), "1.2.3");
        assert_eq!(v("1.3.0-rc.1").difference(&v("1.2.9")), Level::Minor);
        assert_eq!(v("1.2.0-rc.1").difference(&v("1.2.0")), Level::Prerelease);
    }
}
