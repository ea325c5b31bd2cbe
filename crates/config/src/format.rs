//! Which format a file has.

use diagnostics::{Failure, Source};

use crate::{ConfigError, MAX_BYTES, Tree, parse_json, parse_toml, parse_yaml};

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// TOML 1.1.
    Toml,
    /// YAML 1.2, core schema, one document.
    Yaml,
    /// JSON (RFC 8259).
    Json,
}

impl Format {
    /// The format a file name tells, by its extension.
    pub fn of_path(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "yml" | "yaml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The name people use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        }
    }
}

/// Reads a text of a known format.
///
/// # Errors
/// A diagnostic for each syntax error, duplicate key and limit that was passed.
pub fn parse(format: Format, source: &Source) -> Result<Tree, Failure> {
    match format {
        Format::Toml => parse_toml(source),
        Format::Yaml => parse_yaml(source),
        Format::Json => parse_json(source),
    }
}

/// Refuses what is too large to be settings.
pub(crate) fn check_size(source: &Source) -> Result<(), ConfigError> {
    let size = source.contents().len();
    if size > MAX_BYTES {
        return Err(ConfigError::TooLarge { name: source.name().to_owned(), size });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_the_format() {
        for (path, format) in [
            ("pyproject.toml", Some(Format::Toml)),
            (".github/layers.yml", Some(Format::Yaml)),
            ("a.b/VALUES.YAML", Some(Format::Yaml)),
            (".releaserc.json", Some(Format::Json)),
            ("Makefile", None),
            (".releaserc", None),
        ] {
            assert_eq!(Format::of_path(path), format, "{path}");
        }
    }

    #[test]
    fn a_huge_file_is_refused_in_every_format() {
        let source = Source::file("big", " ".repeat(MAX_BYTES + 1));
        for format in [Format::Toml, Format::Yaml, Format::Json] {
            let failure = parse(format, &source).expect_err("too large");
            assert_eq!(failure.diagnostics[0].code, "config/limit", "{format:?}");
        }
    }
}
