//! The `emoji` parser: a shortcode or character at the start of the subject tells the level.

use diagnostics::Diagnostic;
use fancy_regex::Regex;

use super::{alternatives, compile, merge};
use crate::conventional::{self, Parsed, Piece, header, paragraphs, squash};
use crate::pytext::{is_word, strip};
use crate::version::Level;

/// The options of the parser; defaults are python-semantic-release's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Emojis that make a major release.
    pub major_tags: Vec<String>,
    /// Emojis that make a minor release.
    pub minor_tags: Vec<String>,
    /// Emojis that make a patch release.
    pub patch_tags: Vec<String>,
    /// Emojis that are understood besides.
    pub allowed_tags: Vec<String>,
    /// Level of everything else.
    pub default_bump_level: Level,
    /// Read closing footers.
    pub parse_linked_issues: bool,
    /// Split squash merges.
    pub parse_squash_commits: bool,
    /// Leave out commits with more than one parent.
    pub ignore_merge_commits: bool,
}

const MINOR: [&str; 6] = [
    ":sparkles:",
    ":children_crossing:",
    ":lipstick:",
    ":iphone:",
    ":egg:",
    ":chart_with_upwards_trend:",
];
const PATCH: [&str; 14] = [
    ":ambulance:",
    ":lock:",
    ":bug:",
    ":zap:",
    ":goal_net:",
    ":alien:",
    ":wheelchair:",
    ":speech_balloon:",
    ":mag:",
    ":apple:",
    ":penguin:",
    ":checkered_flag:",
    ":robot:",
    ":green_apple:",
];

impl Default for Options {
    fn default() -> Self {
        let list = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        let others = list(&[":memo:", ":checkmark:"]);
        Self {
            major_tags: list(&[":boom:"]),
            minor_tags: list(&MINOR),
            patch_tags: list(&PATCH),
            allowed_tags: [list(&[":boom:"]), list(&MINOR), list(&PATCH), others].concat(),
            default_bump_level: Level::None,
            parse_linked_issues: false,
            parse_squash_commits: true,
            ignore_merge_commits: true,
        }
    }
}

impl Options {
    /// The defaults of python-semantic-release 10.6 and later, which understand two more.
    #[must_use]
    pub fn newer() -> Self {
        let mut options = Self::default();
        options.allowed_tags.extend([":construction_worker:", ":recycle:"].map(str::to_owned));
        options
    }
}

/// The parser.
#[derive(Clone, Debug)]
pub struct Emoji {
    options: Options,
    /// All emojis, in the order in which they are tried.
    emojis: Vec<String>,
    /// Emoji and scope at the start of a subject.
    start: Regex,
}

impl Emoji {
    /// Prepares a parser.
    ///
    /// # Errors
    /// A defect: the emojis are escaped.
    pub fn new(options: Options) -> Result<Self, Diagnostic> {
        let mut emojis: Vec<String> = Vec::new();
        let Options { allowed_tags, patch_tags, minor_tags, major_tags, .. } = &options;
        for emoji in allowed_tags.iter().chain(patch_tags).chain(minor_tags).chain(major_tags) {
            if !emojis.contains(emoji) {
                emojis.push(emoji.clone());
            }
        }
        emojis.reverse();
        let start = compile(&format!(r"\A({})(?:\(([^)]+)\))?:?", alternatives(&emojis)))?;
        Ok(Self { options, emojis, start })
    }

    pub(super) fn ignores_merges(&self) -> bool {
        self.options.ignore_merge_commits
    }

    /// The pieces of a commit. Every message has a meaning here, `Other` if nothing else.
    pub fn parse(&self, message: &str, is_merge: bool) -> Vec<Piece> {
        if is_merge && self.options.ignore_merge_commits {
            return merge(message);
        }
        let starts = |text: &str| self.emojis.iter().any(|emoji| text.starts_with(emoji.as_str()));
        let messages = if self.options.parse_squash_commits {
            let start = squash::Start {
                begins: &starts,
                bullet: &|text| {
                    // A character that is no part of a word must follow.
                    self.emojis.iter().any(|emoji| {
                        let rest = text.strip_prefix(emoji.as_str());
                        rest.and_then(|rest| rest.chars().next()).is_some_and(|c| !is_word(c))
                    })
                },
            };
            squash::split(message, &start)
        } else {
            vec![message.to_owned()]
        };
        conventional::pieces(messages, |message| Some(self.read(message)))
    }

    fn read(&self, message: &str) -> Parsed {
        let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
        let (subject, pull_request) = match header::split_pull_request(subject) {
            Some((subject, number)) => (strip(&subject).to_owned(), number),
            None => (subject.to_owned(), String::new()),
        };
        let found = self.start.captures(&subject).ok().flatten();
        let part = |index| {
            found.as_ref().and_then(|found| found.get(index)).map(|part| part.as_str().to_owned())
        };
        let emoji = part(1).unwrap_or_else(|| "Other".to_owned());
        let scope = part(2).unwrap_or_default();
        let level = self.level(&emoji);
        let mut parsed = Parsed {
            level,
            kind: emoji.clone(),
            category: emoji,
            scope,
            pull_request,
            ..Parsed::default()
        };
        for paragraph in std::iter::once(subject).chain(paragraphs::split(body)) {
            parsed.file(paragraph, self.options.parse_linked_issues);
        }
        if level == Level::Major && parsed.descriptions.len() > 1 {
            parsed.breaking = parsed.descriptions.split_off(1);
        }
        parsed
    }

    fn level(&self, emoji: &str) -> Level {
        let has = |tags: &[String]| tags.iter().any(|tag| tag == emoji);
        let Options { patch_tags, minor_tags, major_tags, default_bump_level, .. } = &self.options;
        if has(major_tags) {
            Level::Major
        } else if has(minor_tags) {
            Level::Minor
        } else if has(patch_tags) {
            Level::Patch
        } else {
            *default_bump_level
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(message: &str) -> Vec<Level> {
        let parser = Emoji::new(Options::default()).unwrap();
        let pieces = parser.parse(message, false);
        pieces.into_iter().map(|piece| piece.parsed.unwrap().level).collect()
    }

    #[test]
    fn levels_of_messages() {
        use Level::{Major, Minor, None as Nothing, Patch};
        for (message, expected) in [
            (":boom: gone", vec![Major]),
            (":sparkles: new", vec![Minor]),
            (":bug:(api): fixed", vec![Patch]),
            (":memo: text", vec![Nothing]),
            ("no emoji :bug:", vec![Nothing]),
            (":sparkles: a\n\n* :bug: b\n\n- :boom: c", vec![Minor, Patch, Major]),
            (":sparkles: a\n\n* :bug:b", vec![Minor]),
            ("", vec![Nothing]),
        ] {
            assert_eq!(levels(message), expected, "{message:?}");
        }
        let parser = Emoji::new(Options::default()).unwrap();
        assert!(parser.parse(":bug: a", true)[0].parsed.is_none());
    }

    #[test]
    fn parts_of_a_message() {
        let options = Options { parse_linked_issues: true, ..Options::default() };
        let parser = Emoji::new(options).unwrap();
        let message = ":boom:(api): gone (#7)\n\nBecause.\n\nNOTICE: look\n\nCloses: #3";
        let parsed = parser.parse(message, false).remove(0).parsed.unwrap();
        assert_eq!((parsed.scope.as_str(), parsed.pull_request.as_str()), ("api", "#7"));
        assert_eq!(parsed.descriptions, [":boom:(api): gone"]);
        assert_eq!(
            (parsed.breaking, parsed.notices),
            (vec!["Because.".to_owned()], vec!["look".to_owned()])
        );
        assert_eq!(parsed.issues, ["#3"]);
        let plain = Emoji::new(Options::default()).unwrap();
        let parsed = plain.parse(":bug: a\n\nCloses: #3", false).remove(0).parsed.unwrap();
        assert_eq!(parsed.descriptions, [":bug: a", "Closes: #3"]);
    }
}
