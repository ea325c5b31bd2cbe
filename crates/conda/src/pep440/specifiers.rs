//! Specifiers: `>=1.2,!=1.3.*`.

use std::fmt;
use std::str::FromStr;

use super::Version;

/// Which versions of a Python package fit: all of the specifiers must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specifiers(pub Vec<Specifier>);

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specifier {
    /// How.
    pub comparison: Comparison,
    /// With which version.
    pub version: Version,
}

/// How a version is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `~=`.
    Compatible,
    /// `==`.
    Equal,
    /// `==1.2.*`.
    EqualStar,
    /// `!=`.
    NotEqual,
    /// `!=1.2.*`.
    NotEqualStar,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `===`: in the normal form, local part and all.
    Identical,
}

/// A text that is no list of specifiers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a version specifier: {reason}")]
pub struct MalformedSpecifiers {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Specifiers {
    /// Whether a version fits. A prerelease is judged like any other version, as uv judges what is
    /// locked.
    pub fn contains(&self, version: &Version) -> bool {
        self.0.iter().all(|specifier| specifier.contains(version))
    }
}

impl Specifier {
    /// Whether a version fits.
    pub fn contains(&self, version: &Version) -> bool {
        let limit = &self.version;
        // Without a local part in the specifier, that of the version plays no part.
        let order =
            if limit.local.is_empty() { version.cmp_public(limit) } else { version.cmp(limit) };
        match self.comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::LessEqual => order.is_le(),
            Comparison::GreaterEqual => order.is_ge(),
            Comparison::Less => {
                let is_earlier_phase = version.is_prerelease()
                    && !limit.is_prerelease()
                    && version.has_same_release(limit);
                order.is_lt() && !is_earlier_phase
            }
            Comparison::Greater => {
                let is_later_phase = version.post.is_some()
                    && limit.post.is_none()
                    && version.has_same_release(limit);
                order.is_gt() && !is_later_phase
            }
            Comparison::EqualStar => starts_with(version, limit),
            Comparison::NotEqualStar => !starts_with(version, limit),
            Comparison::Compatible => {
                let kept = limit.release.len().saturating_sub(1);
                let prefix = limit.release.get(..kept).unwrap_or_default();
                order.is_ge()
                    && version.epoch == limit.epoch
                    && release_starts_with(&version.release, prefix)
            }
            Comparison::Identical => version.to_string() == limit.to_string(),
        }
    }
}

/// Whether a version begins with what stands before the star.
fn starts_with(version: &Version, prefix: &Version) -> bool {
    version.epoch == prefix.epoch && release_starts_with(&version.release, &prefix.release)
}

fn release_starts_with(release: &[u64], prefix: &[u64]) -> bool {
    prefix
        .iter()
        .enumerate()
        .all(|(position, wanted)| release.get(position).copied().unwrap_or_default() == *wanted)
}

impl FromStr for Specifiers {
    type Err = MalformedSpecifiers;

    fn from_str(text: &str) -> Result<Self, MalformedSpecifiers> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        // A comma at the end is allowed.
        let list = text.strip_suffix(',').unwrap_or(text);
        list.split(',').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for Specifier {
    type Err = MalformedSpecifiers;

    fn from_str(text: &str) -> Result<Self, MalformedSpecifiers> {
        let wrong = |reason| MalformedSpecifiers { text: text.to_owned(), reason };
        let bare = text.trim();
        let (comparison, rest) = [
            ("===", Comparison::Identical),
            ("~=", Comparison::Compatible),
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessEqual),
            (">=", Comparison::GreaterEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ]
        .into_iter()
        .find_map(|(mark, comparison)| Some((comparison, bare.strip_prefix(mark)?)))
        .ok_or_else(|| wrong("an operator is missing"))?;
        let rest = rest.trim();
        let (comparison, version) = match (comparison, rest.strip_suffix(".*")) {
            (Comparison::Equal, Some(prefix)) => (Comparison::EqualStar, prefix),
            (Comparison::NotEqual, Some(prefix)) => (Comparison::NotEqualStar, prefix),
            (comparison, _) => (comparison, rest),
        };
        let version: Version = version.parse().map_err(|_| wrong("that is no version"))?;
        let is_star = matches!(comparison, Comparison::EqualStar | Comparison::NotEqualStar);
        let has_release_only = version.pre.is_none()
            && version.post.is_none()
            && version.dev.is_none()
            && version.local.is_empty();
        if is_star && !has_release_only {
            return Err(wrong("a star cannot stand here"));
        }
        let is_plain =
            matches!(comparison, Comparison::Equal | Comparison::NotEqual | Comparison::Identical);
        if !is_plain && !version.local.is_empty() {
            return Err(wrong("a local version can be compared with == and != only"));
        }
        if comparison == Comparison::Compatible && version.release.len() < 2 {
            return Err(wrong("~= needs two numbers at least"));
        }
        Ok(Self { comparison, version })
    }
}

impl fmt::Display for Specifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, star) = match self.comparison {
            Comparison::Compatible => ("~=", ""),
            Comparison::Equal => ("==", ""),
            Comparison::EqualStar => ("==", ".*"),
            Comparison::NotEqual => ("!=", ""),
            Comparison::NotEqualStar => ("!=", ".*"),
            Comparison::Less => ("<", ""),
            Comparison::LessEqual => ("<=", ""),
            Comparison::Greater => (">", ""),
            Comparison::GreaterEqual => (">=", ""),
            Comparison::Identical => ("===", ""),
        };
        write!(f, "{mark}{}{star}", self.version)
    }
}

impl fmt::Display for Specifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, specifier) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(",")?;
            }
            write!(f, "{specifier}")?;
        }
        Ok(())
    }
}
