//! The section of one version in a changelog somebody else may have written.

use crate::changelog::Format;

/// The section whose heading names the version: its heading and all up to the next heading of
/// the same or a higher level, without blank lines at the end. `None` where no heading names it.
pub(crate) fn find<'t>(text: &'t str, format: Format, version: &str) -> Option<&'t str> {
    match format {
        Format::Markdown => {
            let heading = text.lines().find(|line| {
                line.starts_with('#')
                    && names(line, version)
                    && text_edit::markdown::find_section(text, line).is_some()
            })?;
            text.get(text_edit::markdown::find_section(text, heading)?)
        }
        Format::Rst => rst(text, version),
    }
}

/// A title of reStructuredText: a line, and below it one of one repeated character that is at
/// least as long.
fn rst<'t>(text: &'t str, version: &str) -> Option<&'t str> {
    let mut found: Option<(usize, char)> = None;
    let mut end = text.len();
    let mut at = 0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for pair in lines.windows(2) {
        let [title, below] = pair else { continue };
        let (title, below) = (title.trim_end(), below.trim_end());
        let mark = below.chars().next().filter(char::is_ascii_punctuation);
        let mark = mark.filter(|mark| below.chars().all(|c| c == *mark));
        if let Some(mark) = mark
            && !title.is_empty()
            && below.chars().count() >= title.chars().count()
        {
            match found {
                Some((_, own)) if own == mark => {
                    end = at;
                    break;
                }
                None if names(title, version) => found = Some((at, mark)),
                _ => {}
            }
        }
        at += pair.first().copied().map_or(0, str::len);
    }
    let section = text.get(found?.0..end)?.trim_end();
    // The label of the next section, `.. _changelog-v1.0.0:`, is no part of this one.
    Some(match section.rsplit_once('\n') {
        Some((rest, last)) if last.starts_with(".. _") && last.ends_with(':') => rest.trim_end(),
        _ => section,
    })
}

/// Whether the heading holds the version as a word of its own, after a `v` or not.
fn names(heading: &str, version: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '+');
    heading.match_indices(version).any(|(at, _)| {
        let before = heading.get(..at).unwrap_or_default();
        let after = heading.get(at + version.len()..).unwrap_or_default();
        let before = before.strip_suffix('v').unwrap_or(before);
        !before.ends_with(|c: char| is_part(c) && c != '-') && !after.starts_with(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_of_several_tools() {
        let text = "# Changelog\n\n## v1.10.0 (2026-01-02)\n\nx\n\n## [1.1.0] - 2026-01-01\n\n### Added\n\n- y\n\n## v1.1.0-rc.1\n\nz\n";
        for (version, section) in [
            ("1.1.0", Some("## [1.1.0] - 2026-01-01\n\n### Added\n\n- y")),
            ("1.10.0", Some("## v1.10.0 (2026-01-02)\n\nx")),
            ("1.1.0-rc.1", Some("## v1.1.0-rc.1\n\nz")),
            ("1.1", None),
            ("10.0", None),
            ("2.0.0", None),
        ] {
            assert_eq!(find(text, Format::Markdown, version), section, "{version}");
        }
    }

    #[test]
    fn restructured_text() {
        let text = ".. _changelog:\n\n=========\nCHANGELOG\n=========\n\n.. _changelog-v1.1.0:\n\nv1.1.0 (2026-01-02)\n===================\n\nFeatures\n--------\n\n* x\n\n.. _changelog-v1.0.0:\n\nv1.0.0 (2026-01-01)\n===================\n\n* Initial Release\n";
        let section = "v1.1.0 (2026-01-02)\n===================\n\nFeatures\n--------\n\n* x";
        assert_eq!(find(text, Format::Rst, "1.1.0"), Some(section));
        assert!(find(text, Format::Rst, "1.0.0").unwrap().ends_with("Initial Release"));
        assert_eq!(find(text, Format::Rst, "3.0.0"), None);
    }

    #[test]
    fn a_heading_in_a_code_block_is_no_heading() {
        let text = "# C\n\n```\n# v1.0.0\n```\n\n## 1.0.0\n\nreal\n";
        assert_eq!(find(text, Format::Markdown, "1.0.0"), Some("## 1.0.0\n\nreal"));
    }
}
