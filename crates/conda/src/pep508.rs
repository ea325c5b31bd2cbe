//! Requirements of Python packages, PEP 508: `torch[opt]>=2.5; sys_platform == 'linux'`.

mod environment;
mod marker;
mod parse;

use std::fmt;

pub use environment::MarkerEnvironment;
pub use marker::{Marker, Term};

use crate::pep440::{MalformedSpecifiers, Specifiers};

/// A requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The package, normalised.
    pub name: String,
    /// The extras asked for, normalised.
    pub extras: Vec<String>,
    /// The versions that fit.
    pub specifiers: Specifiers,
    /// `@ url`: where it comes from.
    pub url: Option<String>,
    /// When it counts; absent: always.
    pub marker: Option<Marker>,
}

/// A text that is no requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedRequirement {
    /// The name or what follows it.
    #[error("`{0}` is not a requirement")]
    Form(String),
    /// The versions.
    #[error(transparent)]
    Specifiers(#[from] MalformedSpecifiers),
    /// The marker.
    #[error("`{0}` is not a marker")]
    Marker(String),
}

impl Requirement {
    /// Whether it counts in an environment, for a package asked for with some extras (normalised).
    pub fn applies(&self, environment: &MarkerEnvironment, extras: &[String]) -> bool {
        self.marker.as_ref().is_none_or(|marker| marker.evaluate(environment, extras))
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if !self.extras.is_empty() {
            write!(f, "[{}]", self.extras.join(","))?;
        }
        write!(f, "{}", self.specifiers)?;
        if let Some(url) = &self.url {
            write!(f, " @ {url}")?;
        }
        if let Some(marker) = &self.marker {
            write!(f, " ; {marker}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
