//! Tag names and versions, there and back.

use crate::version::{Version, VersionError};

/// A `tag_format`: fixed text around `{version}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagFormat {
    prefix: String,
    suffix: String,
}

/// Why a text is not a tag format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagFormatError {
    /// `{version}` is missing.
    #[error("the tag format does not contain `{{version}}`")]
    NoVersion,
    /// A brace that is not part of the one `{version}`.
    #[error("the tag format has braces other than one `{{version}}`")]
    Braces,
    /// Not a valid git ref.
    #[error("the tag format does not make a valid tag name")]
    NotARef,
}

impl TagFormat {
    /// Reads a format.
    ///
    /// # Errors
    /// Anything but fixed text around exactly one `{version}`.
    pub fn parse(format: &str) -> Result<Self, TagFormatError> {
        let (prefix, suffix) = format.split_once("{version}").ok_or(TagFormatError::NoVersion)?;
        if prefix.contains(['{', '}']) || suffix.contains(['{', '}']) {
            return Err(TagFormatError::Braces);
        }
        if !is_ref_name(&format!("{prefix}1.2.3{suffix}")) {
            return Err(TagFormatError::NotARef);
        }
        Ok(Self { prefix: prefix.to_owned(), suffix: suffix.to_owned() })
    }

    /// The tag of a version.
    pub fn tag(&self, version: &Version) -> String {
        format!("{}{version}{}", self.prefix, self.suffix)
    }

    /// The fixed text before and after the version.
    pub fn around(&self) -> (&str, &str) {
        (&self.prefix, &self.suffix)
    }

    /// The version a tag stands for: `None` when the name is not of this format. The name may go
    /// on after the format, and of several places where it could end the last one counts.
    pub fn version(&self, tag: &str, token: &str) -> Option<Result<Version, VersionError>> {
        let rest = tag.strip_prefix(self.prefix.as_str())?;
        let end = rest.rfind(self.suffix.as_str()).filter(|end| *end > 0)?;
        Some(Version::parse(rest.get(..end)?, token))
    }
}

/// The rules of `git check-ref-format` that a tag name can break.
fn is_ref_name(name: &str) -> bool {
    let bad = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
    !name.contains(bad)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.ends_with('.')
        && !name.starts_with('-')
        && name.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with('.')
                && std::path::Path::new(part).extension().is_none_or(|e| e != "lock")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (format, tag, version) in [
            ("v{version}", "v1.2.3", Some("1.2.3")),
            ("v{version}", "x1.2.3", None),
            ("{version}", "1.2.3-rc.1", Some("1.2.3-rc.1")),
            ("pkg/{version}-x", "pkg/1.2.3-x", Some("1.2.3")),
            ("pkg-{version}+x", "pkg-1.2.3+x-and-more", Some("1.2.3")),
            ("v{version}0", "v1.2.00", Some("1.2.0")),
        ] {
            let format = TagFormat::parse(format).unwrap();
            let read = format.version(tag, "rc").map(|version| version.unwrap().to_string());
            assert_eq!(read.as_deref(), version, "{tag}");
        }
        let format = TagFormat::parse("v{version}").unwrap();
        assert_eq!(format.version("v1", "rc"), Some(Err(VersionError::NotSemver)));
        assert_eq!(format.version("v", "rc"), None);
        assert_eq!(format.tag(&Version::parse("1.2.3", "rc").unwrap()), "v1.2.3");
    }

    #[test]
    fn formats_that_are_refused() {
        for (format, error) in [
            ("v", TagFormatError::NoVersion),
            ("v{version}{version}", TagFormatError::Braces),
            ("v{{x}}{version}", TagFormatError::Braces),
            ("v {version}", TagFormatError::NotARef),
            ("-{version}", TagFormatError::NotARef),
            ("a..{version}", TagFormatError::NotARef),
            ("{version}.lock", TagFormatError::NotARef),
        ] {
            assert_eq!(TagFormat::parse(format), Err(error), "{format}");
        }
    }
}
