//! Versions of Python packages and their specifiers, PEP 440.

mod parse;
mod specifiers;

use std::cmp::Ordering;
use std::fmt;

pub use specifiers::{Comparison, MalformedSpecifiers, Specifier, Specifiers};

/// A version of a Python package.
#[derive(Clone, Debug)]
pub struct Version {
    text: Box<str>,
    epoch: u64,
    release: Vec<u64>,
    pre: Option<(Phase, u64)>,
    post: Option<u64>,
    dev: Option<u64>,
    local: Vec<Local>,
}

/// What a prerelease is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Alpha,
    Beta,
    Candidate,
}

/// A part of the local version; numbers come after letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Local {
    Text(Box<str>),
    Number(u64),
}

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version of a Python package")]
pub struct MalformedVersion(pub String);

impl Version {
    /// What was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The numbers: 3, 11 and 4 of `3.11.4`.
    pub fn release(&self) -> &[u64] {
        &self.release
    }

    /// What stands behind `+`, `cu124`; absent without one.
    pub fn local(&self) -> Option<String> {
        if self.local.is_empty() {
            return None;
        }
        let parts: Vec<String> = self.local.iter().map(ToString::to_string).collect();
        Some(parts.join("."))
    }

    /// Whether it is a development version, alpha, beta or release candidate.
    pub fn is_prerelease(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    /// The numbers without the zeros at the end.
    fn significant(&self) -> &[u64] {
        let zeros = self.release.iter().rev().take_while(|number| **number == 0).count();
        self.release.get(..self.release.len() - zeros).unwrap_or_default()
    }

    fn has_same_release(&self, other: &Self) -> bool {
        self.epoch == other.epoch && self.significant() == other.significant()
    }

    /// The order without the local part.
    fn cmp_public(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| self.significant().cmp(other.significant()))
            .then_with(|| self.pre_key().cmp(&other.pre_key()))
            .then_with(|| self.post.cmp(&other.post))
            .then_with(|| self.dev.unwrap_or(u64::MAX).cmp(&other.dev.unwrap_or(u64::MAX)))
    }

    /// `1.0.dev1` comes before `1.0a1`, `1.0` after `1.0rc1`.
    fn pre_key(&self) -> (u8, Option<(Phase, u64)>) {
        match self.pre {
            Some(pre) => (1, Some(pre)),
            None if self.post.is_none() && self.dev.is_some() => (0, None),
            None => (2, None),
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_public(other).then_with(|| self.local.cmp(&other.local))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

impl fmt::Display for Version {
    /// The normal form: `1.0rc1`, whatever was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch > 0 {
            write!(f, "{}!", self.epoch)?;
        }
        for (position, number) in self.release.iter().enumerate() {
            let dot = if position > 0 { "." } else { "" };
            write!(f, "{dot}{number}")?;
        }
        if let Some((phase, number)) = self.pre {
            let letters = match phase {
                Phase::Alpha => "a",
                Phase::Beta => "b",
                Phase::Candidate => "rc",
            };
            write!(f, "{letters}{number}")?;
        }
        if let Some(number) = self.post {
            write!(f, ".post{number}")?;
        }
        if let Some(number) = self.dev {
            write!(f, ".dev{number}")?;
        }
        match self.local() {
            Some(local) => write!(f, "+{local}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
