//! One version's changes.

use std::collections::BTreeMap;

use super::rst;
use crate::pytext::{capitalize_first, is_space, strip, title};

/// The markup of a changelog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Markdown.
    #[default]
    Markdown,
    /// reStructuredText.
    Rst,
}

/// A change as the changelog shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The heading it goes under, in lower case.
    pub category: String,
    /// Scope; empty for none.
    pub scope: String,
    /// The subject, without a pull request.
    pub subject: String,
    /// What breaks.
    pub breaking: Vec<String>,
    /// Notices.
    pub notices: Vec<String>,
    /// Pull request, `#12`; empty for none.
    pub pull_request: String,
    /// The commit, 40 hexadecimal digits.
    pub commit: String,
}

/// The changes of one version, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// `v1.2.3`, whatever the tag looks like.
    pub version: String,
    /// `2026-11-21`.
    pub date: String,
    /// The changes.
    pub entries: Vec<Entry>,
}

/// Addresses on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    repository: String,
}

impl Links {
    /// Addresses of a repository.
    pub fn new(server: &str, owner: &str, name: &str) -> Self {
        Self { repository: format!("{}/{owner}/{name}", server.trim_end_matches('/')) }
    }

    /// A commit.
    pub fn commit(&self, id: &str) -> String {
        format!("{}/commit/{id}", self.repository)
    }

    /// A file as it is at a tag.
    pub fn file(&self, tag: &str, path: &str) -> String {
        format!("{}/blob/{tag}/{path}", self.repository)
    }

    /// What changed between two tags.
    pub fn compare(&self, from: &str, to: &str) -> String {
        format!("{}/compare/{from}...{to}", self.repository)
    }

    /// The page of a release.
    pub fn release(&self, tag: &str) -> String {
        format!("{}/releases/tag/{tag}", self.repository)
    }

    fn pull_request(&self, number: &str) -> String {
        let digits = number.trim_start_matches(['#', '!']).trim_start_matches('0');
        format!("{}/pull/{}", self.repository, if digits.is_empty() { "0" } else { digits })
    }
}

impl Entry {
    fn with_scope(&self, text: &str) -> String {
        if self.scope.is_empty() { text.to_owned() } else { format!("**{}**: {text}", self.scope) }
    }

    /// Label and address of the pull request and the commit.
    fn references(&self, links: &Links) -> Vec<(String, String)> {
        let mut references = Vec::new();
        if !self.pull_request.is_empty() {
            references.push((self.pull_request.clone(), links.pull_request(&self.pull_request)));
        }
        references.push((self.commit.chars().take(7).collect(), links.commit(&self.commit)));
        references
    }

    fn summary(&self, links: &Links, format: Format) -> String {
        let references = self.references(links);
        let last = references.len() - 1;
        let shown =
            references.into_iter().enumerate().map(|(index, (label, address))| match format {
                Format::Rst => format!("`{label}`_"),
                Format::Markdown if index == last => format!("[`{label}`]({address})"),
                Format::Markdown => format!("[{label}]({address})"),
            });
        let shown: Vec<String> = shown.collect();
        let subject = capitalize_first(&self.subject);
        self.with_scope(&format!("{subject} ({})", shown.join(", ")))
    }

    fn paragraphs(&self, paragraphs: &[String], format: Format) -> String {
        let shown: Vec<String> = paragraphs
            .iter()
            .filter(|paragraph| !strip(paragraph).is_empty())
            .map(|paragraph| strip(&capitalize_first(paragraph)).to_owned())
            .collect();
        let text = self.with_scope(strip(&shown.join("\n\n")));
        text.replace("\n\n", &format!("\n\n{} ", format.bullet()))
    }
}

impl Format {
    const fn bullet(self) -> char {
        match self {
            Self::Markdown => '-',
            Self::Rst => '*',
        }
    }

    /// A heading of the second level, the version's.
    pub(super) fn version(self, section: &Section) -> String {
        let heading = format!("{} ({})", section.version, section.date);
        match self {
            Self::Markdown => format!("## {heading}\n"),
            Self::Rst => format!(
                ".. _changelog-{}:\n\n{heading}\n{}\n",
                section.version,
                rst::underline(&heading, '=')
            ),
        }
    }

    /// A heading and its bullets; bullets that differ in case only are shown once.
    fn list(self, heading: &str, lines: impl Iterator<Item = String>, width: usize) -> String {
        let mut seen = std::collections::HashSet::new();
        let bullets: Vec<String> = lines
            .map(|line| format!("{} {line}", self.bullet()))
            .map(|line| if self == Self::Rst { rst::from_markdown(&line) } else { line })
            .map(|line| wrap(&line, width))
            .filter(|line| seen.insert(line.to_lowercase()))
            .collect();
        let bullets = bullets.join("\n\n");
        match self {
            Self::Markdown => format!("\n### {heading}\n\n{bullets}\n"),
            Self::Rst => format!("\n{heading}\n{}\n\n{bullets}\n", rst::underline(heading, '-')),
        }
    }
}

impl Section {
    /// The headings and lists below the version's heading.
    pub fn changes(&self, links: &Links, format: Format, width: usize) -> String {
        // Headings sort without regard to case; within one, entries keep their order.
        let mut groups: BTreeMap<String, Vec<(&str, Vec<&Entry>)>> = BTreeMap::new();
        for entry in &self.entries {
            let same_case = groups.entry(entry.category.to_lowercase()).or_default();
            match same_case.iter_mut().find(|(category, _)| *category == entry.category) {
                Some((_, entries)) => entries.push(entry),
                None => same_case.push((&entry.category, vec![entry])),
            }
        }
        let groups: Vec<(&str, Vec<&Entry>)> = groups.into_values().flatten().collect();
        let mut text = String::new();
        for (category, entries) in &groups {
            let sorted = sorted(entries, |entry| &entry.subject);
            let bullets = sorted.into_iter().map(|entry| entry.summary(links, format));
            text.push_str(&format.list(&title(category), bullets, width));
        }
        // The default template looks at the newest change of each heading only.
        let newest: Vec<&Entry> =
            groups.iter().filter_map(|(_, entries)| entries.first().copied()).collect();
        text.push_str(&told(&newest, "Breaking Changes", |entry| &entry.breaking, format, width));
        text.push_str(&told(
            &newest,
            "Additional Release Information",
            |entry| &entry.notices,
            format,
            width,
        ));
        if format == Format::Rst {
            let references = groups.iter().flat_map(|(_, entries)| entries);
            text.push_str(&rst::targets(references.flat_map(|entry| entry.references(links))));
        }
        text
    }
}

fn told(
    entries: &[&Entry],
    heading: &str,
    of: impl Fn(&Entry) -> &[String],
    format: Format,
    width: usize,
) -> String {
    let first = |entry: &Entry| of(entry).first().cloned().unwrap_or_default();
    let telling: Vec<&Entry> =
        entries.iter().filter(|entry| !first(entry).is_empty()).copied().collect();
    if telling.is_empty() {
        return String::new();
    }
    let lines = sorted(&telling, |entry| of(entry).first().map_or("", String::as_str));
    let lines = lines.into_iter().map(|entry| entry.paragraphs(of(entry), format));
    format.list(heading, lines, width)
}

/// Entries without a scope first, then by scope; by text within, case ignored.
fn sorted<'e>(entries: &[&'e Entry], text: impl Fn(&Entry) -> &str) -> Vec<&'e Entry> {
    let mut sorted = entries.to_vec();
    sorted.sort_by_cached_key(|entry| {
        (!entry.scope.is_empty(), entry.scope.to_lowercase(), text(entry).to_lowercase())
    });
    sorted
}

/// Wraps text that is longer than `width` characters; following lines are indented by two.
fn wrap(text: &str, width: usize) -> String {
    autofit(text, width, 2)
}

/// Wraps text that is longer than `width` characters; following lines are indented.
pub(crate) fn autofit(text: &str, width: usize, indent: usize) -> String {
    let text = strip(text);
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let paragraphs: Vec<String> =
        text.split("\n\n").map(|paragraph| fill(paragraph, width, indent)).collect();
    strip(&paragraphs.join("\n\n")).to_owned()
}

fn fill(paragraph: &str, width: usize, indent: usize) -> String {
    let indent = " ".repeat(indent);
    let paragraph = paragraph.replace('\r', "").replace('\n', " ");
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in paragraph.trim_matches(is_space).split(' ').filter(|word| !word.is_empty()) {
        if line.is_empty() && lines.is_empty() {
            word.clone_into(&mut line);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(std::mem::replace(&mut line, format!("{indent}{word}")));
        }
    }
    lines.push(line);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(category: &str, scope: &str, subject: &str) -> Entry {
        Entry {
            category: category.to_owned(),
            scope: scope.to_owned(),
            subject: subject.to_owned(),
            breaking: Vec::new(),
            notices: Vec::new(),
            pull_request: String::new(),
            commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        }
    }

    #[test]
    fn order_duplicates_and_breaking_changes() {
        let mut breaking = entry("features", "api", "x");
        breaking.breaking = vec!["gone\n\nreally".to_owned(), "  ".to_owned(), "more".to_owned()];
        let mut hidden = entry("features", "", "older");
        hidden.breaking = vec!["not the newest".to_owned()];
        let entries = vec![
            breaking,
            hidden,
            entry("features", "", "Beta"),
            entry("features", "", "beta"),
            entry("bug fixes", "", "alpha"),
        ];
        let section = Section { version: "v1".to_owned(), date: String::new(), entries };
        let text = section.changes(&Links::new("https://h/", "o", "r"), Format::Markdown, 1000);
        let shown = text.replace(
            "([`0123456`](https://h/o/r/commit/0123456789abcdef0123456789abcdef01234567))",
            "(*)",
        );
        insta::assert_snapshot!(shown, @r"

        ### Bug Fixes

        - Alpha (*)

        ### Features

        - Beta (*)

        - Older (*)

        - **api**: X (*)

        ### Breaking Changes

        - **api**: Gone

        - really

        - More
        ");
    }

    #[test]
    fn wrapping_counts_characters() {
        assert_eq!(wrap("- ää öö üü", 7), "- ää öö\n  üü");
        assert_eq!(wrap("- a\n  b", 10), "- a\n  b");
        assert_eq!(wrap("- aaaaaaaaaaaa b", 6), "-\n  aaaaaaaaaaaa\n  b");
        assert_eq!(wrap("- aa bb\n\n- cc dd", 6), "- aa\n  bb\n\n- cc\n  dd");
    }
}
