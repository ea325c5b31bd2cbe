//! Match specs: which packages fit, `pytorch >=2.5 *cuda*`.

mod parse;
mod pattern;

use std::fmt;
use std::str::FromStr;

pub use pattern::{MalformedPattern, Pattern};

use crate::{MalformedSpec, Version, VersionSpec};

/// Which packages fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchSpec {
    /// The package, lower case.
    pub name: String,
    /// The version; absent: any.
    pub version: Option<VersionSpec>,
    /// The build string.
    pub build: Option<Pattern>,
    /// The build number.
    pub build_number: Option<BuildNumber>,
    /// The channel, as written.
    pub channel: Option<String>,
    /// The subdir.
    pub subdir: Option<String>,
    /// What else stood in brackets (`md5`, `sha256`, `url`, `when`, ...): names and values. Of
    /// these only the hashes are compared.
    pub others: Vec<(String, String)>,
}

/// Which build numbers fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildNumber {
    /// `==`, `!=`, `<`, `<=`, `>` or `>=`.
    pub operator: &'static str,
    /// The number it is compared with.
    pub number: u64,
}

/// What is known of a package.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    /// Its name, lower case.
    pub name: &'r str,
    /// Its version.
    pub version: &'r Version,
    /// The build string.
    pub build: &'r str,
    /// The build number, where it is known.
    pub build_number: Option<u64>,
    /// The SHA-256, hexadecimal; empty where it is not known.
    pub sha256: &'r str,
}

/// Whether a package fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The spec asks for something that is not known here, such as a licence.
    Unclear,
}

/// A text that is no match spec.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedMatchSpec {
    /// There is no name.
    #[error("missing package name")]
    NoName,
    /// The name has characters that no name has.
    #[error("'{0}' is not a valid package name")]
    Name(String),
    /// What stands in brackets cannot be read.
    #[error("invalid bracket")]
    Bracket,
    /// A key in brackets that pixi does not know.
    #[error("invalid bracket key: {0}")]
    Key(String),
    /// `; if`, or more than one semicolon.
    #[error("more than one semicolon in match spec, or the '; if' syntax")]
    Semicolon,
    /// Version and build cannot be told apart.
    #[error("unable to parse version spec: {0}")]
    VersionAndBuild(String),
    /// The version.
    #[error(transparent)]
    Version(#[from] MalformedSpec),
    /// The build string.
    #[error(transparent)]
    Pattern(#[from] MalformedPattern),
    /// `md5` or `sha256`.
    #[error("unable to parse hash digest from hex")]
    Hash,
    /// The build number.
    #[error("invalid build number spec: {0}")]
    BuildNumber(String),
}

impl MatchSpec {
    /// Every package of a name.
    pub fn of_name(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: None,
            build: None,
            build_number: None,
            channel: None,
            subdir: None,
            others: Vec::new(),
        }
    }

    /// Whether a package fits. Channel and subdir are not compared, as pixi does not.
    pub fn matches(&self, record: &Record<'_>) -> Fit {
        if self.name != record.name {
            return Fit::No;
        }
        if self.version.as_ref().is_some_and(|spec| !spec.matches(record.version)) {
            return Fit::No;
        }
        if self.build.as_ref().is_some_and(|pattern| !pattern.matches(record.build)) {
            return Fit::No;
        }
        let mut fit = Fit::Yes;
        if let Some(wanted) = self.build_number {
            match record.build_number {
                Some(number) if !wanted.matches(number) => return Fit::No,
                Some(_) => {}
                None => fit = Fit::Unclear,
            }
        }
        for (key, value) in &self.others {
            match key.as_str() {
                "sha256" if !record.sha256.is_empty() => {
                    if !value.eq_ignore_ascii_case(record.sha256) {
                        return Fit::No;
                    }
                }
                "fn" | "namespace" => {}
                _ => fit = Fit::Unclear,
            }
        }
        fit
    }

    /// Whether it asks for a virtual package, `__cuda`.
    pub fn is_virtual(&self) -> bool {
        self.name.starts_with("__")
    }
}

impl BuildNumber {
    /// Whether a number fits.
    pub fn matches(self, number: u64) -> bool {
        match self.operator {
            "!=" => number != self.number,
            "<" => number < self.number,
            "<=" => number <= self.number,
            ">" => number > self.number,
            ">=" => number >= self.number,
            _ => number == self.number,
        }
    }
}

impl FromStr for BuildNumber {
    type Err = MalformedMatchSpec;

    fn from_str(text: &str) -> Result<Self, MalformedMatchSpec> {
        let digits = text.trim_start_matches(['=', '!', '<', '>']);
        let wrong = || MalformedMatchSpec::BuildNumber(text.to_owned());
        let marks = text.strip_suffix(digits).unwrap_or_default();
        let operator = match marks {
            "" | "==" => "==",
            "!=" => "!=",
            "<" => "<",
            "<=" => "<=",
            ">" => ">",
            ">=" => ">=",
            _ => return Err(wrong()),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        Ok(Self { operator, number: digits.parse().map_err(|_| wrong())? })
    }
}

impl fmt::Display for BuildNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.operator, self.number)
    }
}

impl FromStr for MatchSpec {
    type Err = MalformedMatchSpec;

    /// Leniently, as pixi reads `depends` and `constrains` of packages.
    fn from_str(text: &str) -> Result<Self, MalformedMatchSpec> {
        parse::match_spec(text)
    }
}

impl fmt::Display for MatchSpec {
    /// As pixi writes it: `channel/subdir::name version build[key=...]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subdir_of_channel = self
            .subdir
            .as_deref()
            .filter(|subdir| self.channel.is_some() && crate::archive::is_subdir(subdir));
        if let Some(channel) = &self.channel {
            f.write_str(channel)?;
            if let Some(subdir) = subdir_of_channel {
                write!(f, "/{subdir}")?;
            }
            f.write_str("::")?;
        }
        f.write_str(&self.name)?;
        let mut keys: Vec<String> = Vec::new();
        let version = self.version.as_ref().map(ToString::to_string);
        // What the short form cannot say: a build alone, a version with a segment of one underscore.
        let is_odd =
            |version: &String| ["._", ".-", "__", "--"].iter().any(|m| version.contains(m));
        let is_short = version.as_ref().is_some_and(|version| !is_odd(version));
        if let (true, Some(version)) = (is_short, &version) {
            write!(f, " {version}")?;
            if let Some(build) = &self.build {
                write!(f, " {build}")?;
            }
        } else {
            keys.extend(version.map(|version| format!("version={}", quoted(&version))));
            keys.extend(self.build.iter().map(|build| format!("build={}", quoted(build.as_str()))));
        }
        if let Some(number) = self.build_number {
            keys.push(format!("build_number=\"{number}\""));
        }
        if let (None, Some(subdir)) = (subdir_of_channel, &self.subdir) {
            keys.push(format!("subdir={}", quoted(subdir)));
        }
        keys.extend(self.others.iter().map(|(key, value)| format!("{key}={}", quoted(value))));
        if keys.is_empty() { Ok(()) } else { write!(f, "[{}]", keys.join(", ")) }
    }
}

/// A value in the quotes it does not contain.
fn quoted(value: &str) -> String {
    let quote = if value.contains('"') { '\'' } else { '"' };
    format!("{quote}{value}{quote}")
}

#[cfg(test)]
mod tests;
