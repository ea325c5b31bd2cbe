//! reStructuredText, as python-semantic-release writes it.

use std::collections::HashSet;
use std::sync::LazyLock;

use fancy_regex::{Captures, Regex};

/// What a match becomes, of its first two parts.
type Shown = fn(&str, &str) -> String;

/// Expressions for Markdown inside a line, and what each match becomes.
static INLINE: LazyLock<Vec<(Regex, Shown)>> = LazyLock::new(|| {
    let rules: [(&str, Shown); 4] = [
        (r"(?<=\s)__(.+?)__(?=\s|\z)()", |text, _| format!("**{text}**")),
        (r"(?<=\s)_([^_].+?[^_])_(?=\s|\z)()", |text, _| format!("*{text}*")),
        (r"(?<=\s)(`[^`]+`)(?![`_])()", |text, _| format!("`{text}`")),
        (r"(?<=\s)\[([^\]]+)\]\(([^)]+)\)(?=\s|\z)", |text, link| format!("`{text} <{link}>`_")),
    ];
    rules
        .into_iter()
        .filter_map(|(rule, shown)| Regex::new(rule).ok().map(|rule| (rule, shown)))
        .collect()
});

/// Bold, italics, code and links of Markdown as reStructuredText has them. What does not stand
/// behind a blank stays as it is.
pub(crate) fn from_markdown(text: &str) -> String {
    let mut text = text.to_owned();
    for (rule, shown) in INLINE.iter() {
        let part = |found: &Captures<'_, str>, index| {
            found.get(index).map_or_else(String::new, |part| part.as_str().to_owned())
        };
        let replaced = rule.try_replacen(&text, 0, |found: &Captures<'_, str>| {
            shown(&part(found, 1), &part(found, 2))
        });
        // A text that takes too many steps is shown as it was written.
        if let Ok(replaced) = replaced {
            text = replaced.into_owned();
        }
    }
    text
}

/// A line as long as the heading.
pub(super) fn underline(heading: &str, line: char) -> String {
    heading.chars().map(|_| line).collect()
}

/// The addresses of labels, each once, sorted, case ignored; nothing when there are none.
pub(super) fn targets(references: impl Iterator<Item = (String, String)>) -> String {
    let mut seen = HashSet::new();
    let mut lines: Vec<String> = references
        .map(|(label, address)| format!(".. _{label}: {address}"))
        .filter(|line| seen.insert(line.to_lowercase()))
        .collect();
    lines.sort_by_cached_key(|line| line.to_lowercase());
    if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_markup() {
        for (text, expected) in [
            ("* do __it__ _now_", "* do **it** *now*"),
            ("* a_b_c x _y_z", "* a_b_c x _y_z"),
            ("* `code` and (`ref`_, `other`_)", "* ``code`` and (`ref`_, `other`_)"),
            ("* ``code``", "* ``code``"),
            ("* see [a b](http://x/y) too", "* see `a b <http://x/y>`_ too"),
            ("__start__", "__start__"),
        ] {
            assert_eq!(from_markdown(text), expected);
        }
        assert_eq!(INLINE.len(), 4);
    }

    #[test]
    fn addresses_once_and_sorted() {
        let of = |items: &[(&str, &str)]| {
            targets(items.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())))
        };
        assert_eq!(of(&[("b", "2"), ("#1", "x"), ("b", "2")]), "\n.. _#1: x\n.. _b: 2\n");
        assert_eq!(of(&[]), "");
    }
}
