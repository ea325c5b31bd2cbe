//! Which versions fit: `>=1.2,<2`, `1.2.*`, `~=1.2|==3`.

mod bounds;
mod parse;

use std::fmt;
use std::str::FromStr;

pub use bounds::Bound;

use crate::Version;

/// Which versions fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionSpec {
    /// `*`: every version.
    Any,
    /// A comparison with one version.
    Compare(Operator, Version),
    /// `,`: all of them.
    All(Vec<Self>),
    /// `|`: one of them.
    Either(Vec<Self>),
}

/// How a version is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `=1.2` and `1.2.*`.
    StartsWith,
    /// `!=1.2.*`.
    NotStartsWith,
    /// `~=`.
    Compatible,
}

/// A text that is no version spec.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedSpec {
    /// An operator that does not exist, such as `=>`.
    #[error("invalid operator '{0}'")]
    Operator(String),
    /// A star where none can stand, such as `>*`.
    #[error("'*' is incompatible with '{0}' operator")]
    Glob(String),
    /// `^...$`, or a star within a version.
    #[error("regex constraints are not supported")]
    Regex,
    /// A bare version where pixi wants an operator.
    #[error("missing range specifier for '{0}'. Did you mean '=={0}' or '{0}.*'?")]
    Ambiguous(String),
    /// No version, or none that can be read.
    #[error("malformed version string '{0}': {1}")]
    Version(String, &'static str),
    /// Something behind the spec.
    #[error("encountered more characters but expected none: '{0}'")]
    Rest(String),
}

/// How strictly a spec is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// As in `depends` of packages: `1.2` is `==1.2`, stars are forgiven.
    Lenient,
    /// As `requires-pixi` and command lines: a bare version is an error.
    Strict,
}

impl VersionSpec {
    /// Reads a spec.
    ///
    /// # Errors
    /// The text is no spec.
    pub fn parse(text: &str, strictness: Strictness) -> Result<Self, MalformedSpec> {
        parse::spec(text, strictness)
    }

    /// Reads the spec of a dependency in a pixi manifest: strictly, but a bare version is taken as
    /// `==` (and pixi warns).
    ///
    /// # Errors
    /// The text is no spec, or a form that pixi refuses in a manifest (`==1.2.*`).
    pub fn in_manifest(text: &str) -> Result<Self, MalformedSpec> {
        match Self::parse(text, Strictness::Strict) {
            Err(MalformedSpec::Ambiguous(version)) => Self::parse(text, Strictness::Lenient)
                .map_err(|_| MalformedSpec::Ambiguous(version)),
            result => result,
        }
    }

    /// Whether a version fits.
    pub fn matches(&self, version: &Version) -> bool {
        match self {
            Self::Any => true,
            Self::Compare(operator, limit) => operator.holds(version, limit),
            Self::All(specs) => specs.iter().all(|spec| spec.matches(version)),
            Self::Either(specs) => specs.iter().any(|spec| spec.matches(version)),
        }
    }

    /// Whether every version fits.
    pub fn is_any(&self) -> bool {
        *self == Self::Any
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, is_within: bool) -> fmt::Result {
        let (specs, mark) = match self {
            Self::Any => return f.write_str("*"),
            Self::Compare(operator @ (Operator::StartsWith | Operator::NotStartsWith), version) => {
                return write!(f, "{operator}{version}.*");
            }
            Self::Compare(operator, version) => return write!(f, "{operator}{version}"),
            Self::All(specs) => (specs, ','),
            Self::Either(specs) => (specs, '|'),
        };
        let is_grouped = is_within && mark == '|';
        if is_grouped {
            f.write_str("(")?;
        }
        for (position, spec) in specs.iter().enumerate() {
            if position > 0 {
                write!(f, "{mark}")?;
            }
            spec.write(f, mark == ',')?;
        }
        if is_grouped { f.write_str(")") } else { Ok(()) }
    }
}

impl Operator {
    fn holds(self, version: &Version, limit: &Version) -> bool {
        match self {
            Self::Equal => version == limit,
            Self::NotEqual => version != limit,
            Self::Greater => version > limit,
            Self::GreaterEqual => version >= limit,
            Self::Less => version < limit,
            Self::LessEqual => version <= limit,
            Self::StartsWith => version.starts_with(limit),
            Self::NotStartsWith => !version.starts_with(limit),
            Self::Compatible => version.is_compatible_with(limit),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "==",
            Self::NotEqual | Self::NotStartsWith => "!=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::StartsWith => "",
            Self::Compatible => "~=",
        })
    }
}

impl fmt::Display for VersionSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

impl FromStr for VersionSpec {
    type Err = MalformedSpec;

    /// Leniently, as in `depends`.
    fn from_str(text: &str) -> Result<Self, MalformedSpec> {
        Self::parse(text, Strictness::Lenient)
    }
}

#[cfg(test)]
mod tests;
