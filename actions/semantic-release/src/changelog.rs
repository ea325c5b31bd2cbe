//! The changelog and release notes, with the text of python-semantic-release's default templates.

mod rst;
mod section;

use std::fmt::Write as _;

use crate::pytext::strip;

pub(crate) use rst::from_markdown;
pub(crate) use section::autofit;
pub use section::{Entry, Format, Links, Section};

/// The width at which lines of the changelog are wrapped, in characters.
pub const CHANGELOG_WIDTH: usize = 100;
/// The width for release notes, which GitHub wraps itself.
pub const NOTES_WIDTH: usize = 1000;
/// The longest text of a GitHub release is 125,000 characters; this leaves room for what says that
/// there was more.
const NOTES_LIMIT: usize = 124_000;
/// What marks the place for new sections in a Markdown changelog.
pub const INSERTION_FLAG: &str = "<!-- version list -->";
/// The same in reStructuredText.
pub const RST_INSERTION_FLAG: &str = "..\n    version list";

/// A changelog after an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Updated {
    /// The new text.
    Text(String),
    /// The file has text, but not the insertion flag: nothing to do.
    NoFlag,
}

/// How sections are put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Addresses of commits, pull requests and comparisons.
    pub links: Links,
    /// The very first release says "Initial Release" only.
    pub mask_initial_release: bool,
    /// What marks the place for new sections.
    pub insertion_flag: String,
    /// The markup of the changelog; notes are Markdown always.
    pub format: Format,
}

impl Style {
    /// A whole changelog, newest section first; the last one is the first release. With
    /// `with_flag` it can be updated later.
    pub fn whole(&self, sections: &[Section], with_flag: bool) -> String {
        self.history(None, sections, with_flag)
    }

    /// The same with what is not released yet on top.
    pub fn history(
        &self,
        unreleased: Option<&Section>,
        sections: &[Section],
        with_flag: bool,
    ) -> String {
        let mut text = String::from(match self.format {
            Format::Markdown => "# CHANGELOG\n\n",
            Format::Rst => ".. _changelog:\n\n=========\nCHANGELOG\n=========\n\n",
        });
        if with_flag {
            text.push_str(&self.insertion_flag);
            text.push('\n');
        }
        text.push_str(&self.unreleased(unreleased));
        for (index, section) in sections.iter().enumerate() {
            let is_first = index + 1 == sections.len();
            text.push('\n');
            text.push_str(&self.body(section, is_first));
            text.push('\n');
        }
        finish(&text)
    }

    /// A changelog with one more section behind the insertion flag. A section that is there
    /// already is not written twice. Line ends stay as they are in `previous`.
    pub fn update(&self, previous: &str, section: &Section, is_first: bool) -> Updated {
        self.refresh(previous, None, Some((section, is_first)))
    }

    /// The same with what is not released yet, and the newest release, where there is one and
    /// whether it is the first.
    pub fn refresh(
        &self,
        previous: &str,
        unreleased: Option<&Section>,
        newest: Option<(&Section, bool)>,
    ) -> Updated {
        let windows = previous.contains("\r\n");
        let previous = previous.replace('\r', "");
        let Some((top, bottom)) = previous.split_once(&self.insertion_flag) else {
            return Updated::NoFlag;
        };
        // As it will stand in the file, so that the next run looks for headings in the same text.
        let bottom = strip(bottom);
        let flag = strip(&self.insertion_flag);
        let mut text = match strip(top) {
            "" => format!("{flag}\n"),
            top => format!("{top}\n\n{flag}\n"),
        };
        text.push_str(&self.unreleased(unreleased));
        let newest = newest.filter(|(section, is_first)| {
            *is_first && self.mask_initial_release || !bottom.contains(&self.mark(section))
        });
        if let Some((section, is_first)) = newest {
            text.push('\n');
            text.push_str(&self.body(section, is_first));
            text.push('\n');
        }
        if !bottom.is_empty() {
            text.push('\n');
            text.push_str(bottom);
            text.push('\n');
        }
        let text = finish(&text);
        Updated::Text(if windows { text.replace('\n', "\r\n") } else { text })
    }

    /// The notes of the release of `tag`. With a `previous` tag they link to all changes.
    pub fn notes(
        &self,
        section: &Section,
        is_first: bool,
        previous: Option<&str>,
        tag: &str,
        license: Option<&str>,
    ) -> String {
        let mut text = self.notes_body(section, is_first, license);
        let masked = is_first && self.mask_initial_release;
        if let Some(previous) = previous.filter(|_| !masked) {
            let link = self.links.compare(previous, tag);
            let _ = write!(text, "\n---\n\n**Detailed Changes**: [{previous}...{tag}]({link})");
        }
        finish(&cut(text, NOTES_LIMIT))
    }

    /// What tells that a changelog has a section.
    fn mark(&self, section: &Section) -> String {
        match self.format {
            Format::Markdown => format!("# {} ", section.version),
            Format::Rst => format!("{} (", section.version),
        }
    }

    /// What is not released yet, with the blank line before it.
    fn unreleased(&self, section: Option<&Section>) -> String {
        let Some(section) = section else { return String::new() };
        let heading = match self.format {
            Format::Markdown => "\n## Unreleased\n",
            Format::Rst => "\n.. _changelog-unreleased:\n\nUnreleased\n==========\n",
        };
        format!("{heading}{}\n", section.changes(&self.links, self.format, CHANGELOG_WIDTH))
    }

    fn body(&self, section: &Section, is_first: bool) -> String {
        let mut text = self.format.version(section);
        match self.format {
            _ if !(is_first && self.mask_initial_release) => {
                text.push_str(&section.changes(&self.links, self.format, CHANGELOG_WIDTH));
            }
            Format::Markdown => text.push_str("\n- Initial Release"),
            Format::Rst => text.push_str("\n* Initial Release"),
        }
        text
    }

    fn notes_body(&self, section: &Section, is_first: bool, license: Option<&str>) -> String {
        let mut text = Format::Markdown.version(section);
        if let Some(license) = license.filter(|license| !license.is_empty()) {
            let _ = write!(text, "\n_This release is published under the {license} License._\n");
        }
        if is_first && self.mask_initial_release {
            text.push_str("\n- Initial Release");
        } else {
            text.push_str(&section.changes(&self.links, Format::Markdown, NOTES_WIDTH));
        }
        text
    }
}

/// Notes that fit into a GitHub release.
pub(crate) fn fit(notes: String) -> String {
    if notes.chars().nth(NOTES_LIMIT).is_none() { notes } else { finish(&cut(notes, NOTES_LIMIT)) }
}

/// A text of at most `limit` characters, cut at the end of a line.
fn cut(text: String, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text };
    let kept = text.get(..end).unwrap_or_default();
    let kept = kept.rsplit_once('\n').map_or(kept, |(lines, _)| lines);
    format!("{kept}\n\n*There is more; the changelog has all of it.*\n")
}

/// No blanks at the end, one line feed, no carriage returns.
fn finish(text: &str) -> String {
    let text = text.trim_end_matches(crate::pytext::is_space).replace('\r', "");
    format!("{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style() -> Style {
        Style {
            links: Links::new("https://github.com", "org", "repo"),
            mask_initial_release: true,
            insertion_flag: INSERTION_FLAG.to_owned(),
            format: Format::Markdown,
        }
    }

    fn section(version: &str) -> Section {
        let entry = Entry {
            category: "features".to_owned(),
            scope: String::new(),
            subject: "add a thing".to_owned(),
            breaking: Vec::new(),
            notices: Vec::new(),
            pull_request: "#12".to_owned(),
            commit: "63ec09b9e844e616dcaa7bae35a0b66671b59fbb".to_owned(),
        };
        Section { version: version.to_owned(), date: "2026-11-21".to_owned(), entries: vec![entry] }
    }

    #[test]
    fn a_new_changelog_and_its_update() {
        let first = style().whole(&[section("v1.0.0")], true);
        insta::assert_snapshot!(first, @r"
        # CHANGELOG

        <!-- version list -->

        ## v1.0.0 (2026-11-21)

        - Initial Release
        ");
        let Updated::Text(second) = style().update(&first, &section("v1.1.0"), false) else {
            panic!()
        };
        insta::assert_snapshot!(second, @r"
        # CHANGELOG

        <!-- version list -->

        ## v1.1.0 (2026-11-21)

        ### Features

        - Add a thing ([#12](https://github.com/org/repo/pull/12),
          [`63ec09b`](https://github.com/org/repo/commit/63ec09b9e844e616dcaa7bae35a0b66671b59fbb))


        ## v1.0.0 (2026-11-21)

        - Initial Release
        ");
        let again = style().update(&second, &section("v1.1.0"), false);
        assert_eq!(again, Updated::Text(second.clone()), "written twice");
        let windows = style().update(&first.replace('\n', "\r\n"), &section("v1.1.0"), false);
        assert_eq!(windows, Updated::Text(second.replace('\n', "\r\n")));
    }

    #[test]
    fn restructured_text() {
        let insertion_flag = RST_INSERTION_FLAG.to_owned();
        let style = Style { format: Format::Rst, insertion_flag, ..style() };
        let first = style.whole(&[section("v1.0.0")], true);
        let Updated::Text(second) = style.update(&first, &section("v1.1.0"), false) else {
            panic!()
        };
        insta::assert_snapshot!(second, @r"
        .. _changelog:

        =========
        CHANGELOG
        =========

        ..
            version list

        .. _changelog-v1.1.0:

        v1.1.0 (2026-11-21)
        ===================

        Features
        --------

        * Add a thing (`#12`_, `63ec09b`_)

        .. _#12: https://github.com/org/repo/pull/12
        .. _63ec09b: https://github.com/org/repo/commit/63ec09b9e844e616dcaa7bae35a0b66671b59fbb


        .. _changelog-v1.0.0:

        v1.0.0 (2026-11-21)
        ===================

        * Initial Release
        ");
        let again = style.update(&second, &section("v1.1.0"), false);
        assert_eq!(again, Updated::Text(second.clone()), "written twice");
    }

    #[test]
    fn a_file_without_the_flag_is_left_alone() {
        assert_eq!(style().update("# History\n", &section("v1.1.0"), false), Updated::NoFlag);
    }

    #[test]
    fn notes_fit_into_a_release() {
        let text = cut("äb\ncd\nef\n".to_owned(), 7);
        assert_eq!(text, "äb\ncd\n\n*There is more; the changelog has all of it.*\n");
        assert_eq!(cut("äb\n".to_owned(), 3), "äb\n");
    }

    #[test]
    fn notes_link_to_the_comparison() {
        let notes = style().notes(&section("v1.1.0"), false, Some("v1.0.0"), "v1.1.0", Some("MIT"));
        insta::assert_snapshot!(notes, @r"
        ## v1.1.0 (2026-11-21)

        _This release is published under the MIT License._

        ### Features

        - Add a thing ([#12](https://github.com/org/repo/pull/12), [`63ec09b`](https://github.com/org/repo/commit/63ec09b9e844e616dcaa7bae35a0b66671b59fbb))

        ---

        **Detailed Changes**: [v1.0.0...v1.1.0](https://github.com/org/repo/compare/v1.0.0...v1.1.0)
        ");
        let first = style().notes(&section("v1.0.0"), true, None, "v1.0.0", None);
        assert_eq!(first, "## v1.0.0 (2026-11-21)\n\n- Initial Release\n");
    }
}
