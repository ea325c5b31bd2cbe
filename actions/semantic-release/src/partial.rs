//! `v1` and `v1.2`, which move along with releases.

use crate::tags::TagFormat;
use crate::version::Version;

/// A tag that moves along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialTag {
    /// Its name.
    pub name: String,
    /// `major`, `minor` or `patch`.
    pub level: &'static str,
    /// What the names of the releases it may stand for start with; empty: of this one only.
    pub line: String,
}

/// The tags that a release moves: none for a prerelease, whose line they do not stand for.
pub fn of(format: &TagFormat, version: &Version) -> Vec<PartialTag> {
    if version.is_prerelease() {
        return Vec::new();
    }
    let (before, after) = format.around();
    let Version { major, minor, patch, .. } = version;
    let tag = |level, text: &str, line: bool| PartialTag {
        name: format!("{before}{text}{after}"),
        level,
        line: if line { format!("{before}{text}.") } else { String::new() },
    };
    let minor = format!("{major}.{minor}");
    let mut tags = vec![tag("major", &major.to_string(), true), tag("minor", &minor, true)];
    if !version.build.is_empty() {
        tags.push(tag("patch", &format!("{minor}.{patch}"), false));
    }
    tags
}

/// Whether no full release of the tag's line is newer. An older line's release must not take the
/// tag back.
pub fn is_newest<'t>(
    tag: &PartialTag,
    format: &TagFormat,
    version: &Version,
    names: impl IntoIterator<Item = &'t str>,
) -> bool {
    tag.line.is_empty()
        || names.into_iter().filter(|name| name.starts_with(&tag.line)).all(|name| {
            let Some(Ok(other)) = format.version(name, &version.token) else { return true };
            other.is_prerelease() || other.precedence(version).is_le()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text, "rc").unwrap()
    }

    #[test]
    fn names() {
        for (format, text, expected) in [
            ("v{version}", "1.2.3", "v1 v1.2"),
            ("v{version}", "1.2.3+b1", "v1 v1.2 v1.2.3"),
            ("pkg-{version}-x", "10.0.3", "pkg-10-x pkg-10.0-x"),
            ("v{version}", "1.2.3-rc.1", ""),
        ] {
            let format = TagFormat::parse(format).unwrap();
            let tags = of(&format, &version(text));
            let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
            assert_eq!(names.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn an_older_line_takes_nothing_back() {
        let format = TagFormat::parse("v{version}").unwrap();
        for (text, others, expected) in [
            ("1.1.5", "v1.1.4 v1.2.0", [false, true]),
            ("1.1.5", "v1.1.4 v1.1.5 v2.0.0 v10.0.0", [true, true]),
            ("1.1.5", "v1.1.6", [false, false]),
            ("1.1.5", "v1.2.0-rc.1 v1.x", [true, true]),
            ("1.1.5", "", [true, true]),
        ] {
            let tags = of(&format, &version(text));
            let newest = |tag| is_newest(tag, &format, &version(text), others.split(' '));
            assert_eq!([newest(&tags[0]), newest(&tags[1])], expected, "{text} {others}");
        }
    }
}
