//! A message as conventional-commits-parser takes it apart.

use std::collections::BTreeMap;

use diagnostics::Diagnostic;
use fancy_regex::Regex;

use crate::parser::compile;

/// How headers, notes and reverts look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// `conventional-changelog-angular`, node's default: `feat!:` is no header.
    #[default]
    Angular,
    /// `conventional-changelog-conventionalcommits`.
    ConventionalCommits,
}

impl Preset {
    /// The words of the setting.
    pub const CHOICES: [(&str, Self); 2] =
        [("angular", Self::Angular), ("conventionalcommits", Self::ConventionalCommits)];
}

/// JavaScript's `\s`.
const SPACE: &str = r"[\t\n\x{b}\x{c}\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]";
/// JavaScript's `.`.
const ANY: &str = r"[^\n\r\x{2028}\x{2029}]";
const WORD: &str = "[0-9A-Za-z_]";

fn is_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}

/// The patterns of a preset.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    header: Regex,
    breaking_header: Option<Regex>,
    note: Regex,
    revert: Regex,
    action: Regex,
    url: Regex,
}

impl Patterns {
    pub(super) fn new(preset: Preset) -> Result<Self, Diagnostic> {
        let is_angular = preset == Preset::Angular;
        let header =
            |mark: &str| compile(&format!(r"\A({WORD}*)(?:\(({ANY}*)\))?{mark}: ({ANY}*)\z"));
        let keywords =
            if is_angular { "BREAKING CHANGE" } else { "BREAKING CHANGE|BREAKING-CHANGE" };
        let hash = if is_angular {
            format!(r"({WORD}{{7,40}})(?!{WORD})")
        } else {
            format!(r"({WORD}*)\.")
        };
        let actions = "close|closes|closed|fix|fixes|fixed|resolve|resolves|resolved";
        Ok(Self {
            header: header(if is_angular { "" } else { "!?" })?,
            breaking_header: if is_angular { None } else { Some(header("!")?) },
            note: compile(&format!(
                r"(?i)\A(?:{SPACE}|[|*])*(?:{keywords})(?::|{SPACE})+({ANY}*)"
            ))?,
            revert: compile(&format!(
                r#"(?i)\A(?:Revert|revert:){SPACE}"?((?s:.)+?)"?{SPACE}*This reverts commit {hash}"#
            ))?,
            action: compile(&format!(r"(?i)(?:{actions}){SPACE}+({ANY}*?)(?=(?:{actions})|\z)"))?,
            url: compile(r"\bhttps?://(?:www\.)?[-a-zA-Z0-9@:%_+.~#?&/=]+\b")?,
        })
    }

    /// `!` before the colon, where that breaks.
    pub(super) fn is_marked(&self, header: &str) -> bool {
        self.breaking_header
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(header).unwrap_or(false))
    }

    /// The line names an issue: `#12`, or after `closes` and the like where such a word is there.
    fn names_issue(&self, line: &str) -> bool {
        let mut sentences: Vec<&str> = self
            .action
            .captures_iter(line)
            .filter_map(|found| Some(found.ok()?.get(1)?.as_str()))
            .collect();
        if sentences.is_empty() && !self.action.is_match(line).unwrap_or(false) {
            sentences.push(line);
        }
        sentences.into_iter().any(|sentence| {
            !self.url.is_match(sentence).unwrap_or(false)
                && sentence.split('#').skip(1).any(|after| {
                    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                    let rest = after.trim_start_matches(is_word);
                    rest.len() < after.len()
                        && (rest.is_empty()
                            || rest.starts_with(|c: char| is_space(c) || ",;)]".contains(c)))
                })
        })
    }
}

/// What a revert says it takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevertOf {
    /// The header of the commit.
    pub header: String,
    /// Its name.
    pub hash: String,
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The first line.
    pub header: String,
    /// `type`, `scope`, `subject`, and the fields a message can set by lines `-name-`.
    fields: BTreeMap<String, String>,
    /// The texts of the breaking changes.
    pub notes: Vec<String>,
    /// It is a revert.
    pub revert: Option<RevertOf>,
}

impl Message {
    pub(super) fn parse(text: &str, patterns: &Patterns) -> Option<Self> {
        let text = text.trim_matches(is_space);
        if text.is_empty() {
            return None;
        }
        let lines: Vec<&str> = text
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
            .filter(|line| !line.trim_start_matches(is_space).starts_with("gpg:"))
            .collect();
        let (header, body) = lines.split_first()?;
        let mut message = Self { header: (*header).to_owned(), ..Self::default() };
        let captures = patterns
            .breaking_header
            .iter()
            .chain([&patterns.header])
            .find_map(|pattern| pattern.captures(header).ok().flatten());
        for (index, name) in ["type", "scope", "subject"].into_iter().enumerate() {
            let part = captures.as_ref().and_then(|captures| captures.get(index + 1));
            if let Some(part) = part.filter(|part| !part.as_str().is_empty()) {
                message.fields.insert(name.to_owned(), part.as_str().to_owned());
            }
        }
        let mut lines = Lines { lines: body, patterns };
        while !lines.lines.is_empty() {
            lines.meta(&mut message);
            lines.notes(&mut message);
            lines.next();
        }
        if message.notes.is_empty() && patterns.is_marked(header) {
            message.notes.push(message.field("subject").unwrap_or_default().to_owned());
        }
        for note in &mut message.notes {
            *note = note.trim_matches(['\r', '\n']).to_owned();
        }
        let captures = patterns.revert.captures(text).ok().flatten();
        message.revert = captures.map(|captures| {
            let part = |index| captures.get(index).map_or("", |part| part.as_str()).to_owned();
            RevertOf { header: part(1), hash: part(2) }
        });
        Some(message)
    }

    /// The type; empty for none.
    pub fn kind(&self) -> &str {
        self.field("type").unwrap_or_default()
    }

    /// A part of the header, or a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        if name == "header" {
            return Some(&self.header);
        }
        self.fields.get(name).map(String::as_str)
    }
}

struct Lines<'l> {
    lines: &'l [&'l str],
    patterns: &'l Patterns,
}

impl<'l> Lines<'l> {
    fn next(&mut self) -> Option<&'l str> {
        let (first, rest) = self.lines.split_first()?;
        self.lines = rest;
        Some(first)
    }

    /// Fields: a line `-name-`, and all that follows it.
    fn meta(&mut self, message: &mut Message) -> bool {
        let (mut field, mut found) = (None, false);
        while let Some(line) = self.lines.first() {
            let name = line.strip_prefix('-').and_then(|rest| rest.strip_suffix('-'));
            if let Some(name) = name.filter(|name| !name.contains(['\r', '\u{2028}', '\u{2029}'])) {
                field = (!name.is_empty()).then_some(name);
            } else if let Some(field) = field {
                let text = message.fields.entry(field.to_owned()).or_default();
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(line);
                found = true;
            } else {
                break;
            }
            self.next();
        }
        found
    }

    /// A breaking note and the lines that belong to it: up to the next note, field, or line that
    /// names an issue.
    fn notes(&mut self, message: &mut Message) -> bool {
        let Some(line) = self.lines.first() else { return false };
        let Some(captures) = self.patterns.note.captures(line).ok().flatten() else { return false };
        let mut note = captures.get(1).map_or("", |text| text.as_str()).to_owned();
        self.next();
        let place = message.notes.len();
        message.notes.push(String::new());
        while !self.lines.is_empty() {
            if self.meta(message) || self.notes(message) {
                break;
            }
            let Some(line) = self.next() else { break };
            if self.patterns.names_issue(line) {
                break;
            }
            if !note.is_empty() {
                note.push('\n');
            }
            note.push_str(line);
        }
        if let Some(slot) = message.notes.get_mut(place) {
            *slot = note;
        }
        true
    }
}
