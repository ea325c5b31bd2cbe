//! The `tag` parser of python-semantic-release 1.0, deprecated there.

use crate::conventional::{Parsed, Piece, paragraphs};
use crate::pytext::{is_space, strip};
use crate::version::Level;

/// The parser: a mark anywhere in the message tells the level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The mark of a minor release.
    pub minor_tag: String,
    /// The mark of a patch release.
    pub patch_tag: String,
}

impl Default for Tag {
    fn default() -> Self {
        Self { minor_tag: ":sparkles:".to_owned(), patch_tag: ":nut_and_bolt:".to_owned() }
    }
}

impl Tag {
    /// The commit as one piece; merges count as any other.
    pub fn parse(&self, message: &str) -> Vec<Piece> {
        vec![Piece { message: message.to_owned(), parsed: self.read(message) }]
    }

    fn read(&self, message: &str) -> Option<Parsed> {
        let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
        if subject.is_empty() {
            return None;
        }
        let (level, category, tag) = if message.contains(&self.minor_tag) {
            (Level::Minor, "feature", &self.minor_tag)
        } else if message.contains(&self.patch_tag) {
            (Level::Patch, "fix", &self.patch_tag)
        } else {
            return None;
        };
        let paragraphs = paragraphs::split(body.strip_prefix('\n').unwrap_or_default());
        let breaking: Vec<String> = paragraphs.iter().filter_map(|text| breaking(text)).collect();
        let (level, category) =
            if breaking.is_empty() { (level, category) } else { (Level::Major, "breaking") };
        let subject = strip(&subject.replace(tag.as_str(), "")).to_owned();
        Some(Parsed {
            level,
            kind: category.to_owned(),
            category: category.to_owned(),
            descriptions: std::iter::once(subject).chain(paragraphs).collect(),
            breaking,
            ..Parsed::default()
        })
    }
}

/// The text of a breaking-change paragraph, which may be empty here.
fn breaking(paragraph: &str) -> Option<String> {
    let rest = ["BREAKING CHANGE:", "BREAKING-CHANGE:"]
        .iter()
        .find_map(|start| paragraph.strip_prefix(start))?;
    let rest = rest.strip_prefix(is_space).unwrap_or(rest);
    Some(rest.split('\n').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        for (message, expected) in [
            (":sparkles: a", Some((Level::Minor, "feature", "a"))),
            ("a\n\nb :nut_and_bolt:", Some((Level::Patch, "fix", "a"))),
            (":nut_and_bolt: a\n\nBREAKING CHANGE:", Some((Level::Major, "breaking", "a"))),
            ("a :sparkles: b", Some((Level::Minor, "feature", "a  b"))),
            ("feat: a", None),
            ("\n:sparkles:", None),
        ] {
            let parsed = Tag::default().parse(message).remove(0).parsed;
            let told = parsed.as_ref().map(|parsed| {
                (parsed.level, parsed.category.as_str(), parsed.descriptions[0].as_str())
            });
            assert_eq!(told, expected, "{message:?}");
        }
    }
}
