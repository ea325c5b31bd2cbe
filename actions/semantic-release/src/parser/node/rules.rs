//! Which messages release what: commit-analyzer's rules.

use crate::glob::Glob;
use crate::version::Level;

use super::Message;

/// One rule of `releaseRules`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Only for messages with a breaking note.
    pub breaking: bool,
    /// Only for reverts.
    pub revert: bool,
    /// Fields and the pattern each must fit; `None` for a field that must be absent.
    pub fields: Vec<(String, Option<Glob>)>,
    /// What it releases.
    pub release: Level,
}

impl Rule {
    fn fits(&self, message: &Message) -> bool {
        (!self.breaking || !message.notes.is_empty())
            && (!self.revert || message.revert.is_some())
            && self.fields.iter().all(|(name, pattern)| match (message.field(name), pattern) {
                (Some(text), Some(pattern)) => pattern.matches(text),
                (text, None) => text.is_none(),
                (None, Some(_)) => false,
            })
    }
}

/// The rules of the user, and those that are built in.
#[derive(Clone, Debug)]
pub struct Rules {
    own: Vec<Rule>,
}

/// commit-analyzer's `default-release-rules.js`, apart from breaking changes and reverts.
const BUILT_IN: [(&str, &str, Level); 18] = [
    ("type", "feat", Level::Minor),
    ("type", "fix", Level::Patch),
    ("type", "perf", Level::Patch),
    ("emoji", ":racehorse:", Level::Patch),
    ("emoji", ":bug:", Level::Patch),
    ("emoji", ":penguin:", Level::Patch),
    ("emoji", ":apple:", Level::Patch),
    ("emoji", ":checkered_flag:", Level::Patch),
    ("tag", "BUGFIX", Level::Patch),
    ("tag", "FEATURE", Level::Minor),
    ("tag", "SECURITY", Level::Patch),
    ("tag", "Breaking", Level::Major),
    ("tag", "Fix", Level::Patch),
    ("tag", "Update", Level::Minor),
    ("tag", "New", Level::Minor),
    ("component", "perf", Level::Patch),
    ("component", "deps", Level::Patch),
    ("type", "FEAT", Level::Minor),
];

impl Rules {
    /// The user's rules first.
    pub(super) fn new(own: Vec<Rule>) -> Self {
        Self { own }
    }

    /// What a message releases: by the user's rules, and where none fits by the built-in ones.
    pub(super) fn level(&self, message: &Message) -> Level {
        self.by_own(message).unwrap_or_else(|| built_in(message))
    }

    /// `None` when no rule fits. Of several the highest counts, but one that releases nothing
    /// ends what stood before it (`compareReleaseTypes` with `indexOf(false)`).
    fn by_own(&self, message: &Message) -> Option<Level> {
        let mut found: Option<Level> = None;
        for rule in self.own.iter().filter(|rule| rule.fits(message)) {
            if rule.release == Level::None || rule.release > found.unwrap_or_default() {
                found = Some(rule.release);
            }
            if found == Some(Level::Major) {
                break;
            }
        }
        found
    }
}

fn built_in(message: &Message) -> Level {
    if !message.notes.is_empty() {
        return Level::Major;
    }
    let revert = if message.revert.is_some() { Level::Patch } else { Level::None };
    let rules = BUILT_IN.iter().chain(&[("type", "FIX", Level::Patch)]);
    let fitting = rules.filter(|(field, text, _)| message.field(field) == Some(text));
    fitting.map(|(.., level)| *level).chain([revert]).max().unwrap_or_default()
}
