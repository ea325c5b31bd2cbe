//! The dialect of node's semantic-release: conventional-commits-parser 6 with the presets
//! `angular` and `conventionalcommits`, and the rules of commit-analyzer 13.
//!
//! It differs from python-semantic-release in ways that decide versions: a breaking note counts at
//! the start of any line and in any case, `feat!:` is nothing for `angular`, squash bodies are not
//! split, merges are read like other commits, and a revert is a patch.

mod message;
mod rules;

use std::collections::HashMap;

use diagnostics::Diagnostic;
use history::Commit;

use crate::conventional::header::split_pull_request;
use crate::conventional::{Parsed, Piece};
use crate::survey::Read;
use crate::version::Level;

pub use message::{Message, Preset, RevertOf};
pub use rules::{Rule, Rules};

/// The parser, with its rules.
#[derive(Clone, Debug)]
pub struct Node {
    preset: Preset,
    patterns: message::Patterns,
    rules: Rules,
}

impl Node {
    /// The parser of a preset. Rules of the user come before the built-in ones.
    ///
    /// # Errors
    /// A defect: the patterns are fixed.
    pub fn new(preset: Preset, rules: Vec<Rule>) -> Result<Self, Diagnostic> {
        Ok(Self { preset, patterns: message::Patterns::new(preset)?, rules: Rules::new(rules) })
    }

    /// The message taken apart; `None` for an empty one.
    pub fn message(&self, text: &str) -> Option<Message> {
        Message::parse(text, &self.patterns)
    }

    /// The one piece of a message.
    pub fn parse(&self, text: &str) -> Vec<Piece> {
        let parsed = self.message(text).and_then(|message| self.parsed(&message));
        vec![Piece { message: text.to_owned(), parsed }]
    }

    fn parsed(&self, message: &Message) -> Option<Parsed> {
        let level = self.rules.level(message);
        let kind = message.kind();
        if kind.is_empty() && level == Level::None {
            return None;
        }
        let subject = match (&message.revert, message.field("subject")) {
            (_, Some(subject)) if !kind.is_empty() => subject.to_owned(),
            (Some(revert), _) => revert.header.clone(),
            _ => message.header.clone(),
        };
        let (subject, pull_request) = match split_pull_request(&subject) {
            Some((subject, number)) => (subject, number),
            None => (subject, String::new()),
        };
        let (kind, category) = match kind {
            _ if message.revert.is_some() => ("revert", "reverts"),
            "feat" | "feature" => (kind, "features"),
            "fix" => (kind, "bug fixes"),
            "perf" => (kind, "performance improvements"),
            "" => ("other", "other changes"),
            kind => (kind, kind),
        };
        // What the presets' notes leave out, as long as it releases nothing.
        let told = matches!(kind, "feat" | "feature" | "fix" | "perf" | "revert");
        Some(Parsed {
            level,
            kind: kind.to_owned(),
            category: category.to_owned(),
            scope: message.field("scope").unwrap_or_default().to_owned(),
            marked_breaking: self.patterns.is_marked(&message.header),
            descriptions: vec![subject],
            breaking: message.notes.clone(),
            pull_request,
            hidden: !told && level == Level::None,
            ..Parsed::default()
        })
    }

    /// The preset.
    pub fn preset(&self) -> Preset {
        self.preset
    }

    /// Takes away commits that a newer one reverts, and the reverts: the header and the whole
    /// name of the commit must be right. `commits` are newest first.
    pub fn cancel_reverts(&self, commits: &mut [Read]) {
        let mut held: HashMap<(String, String), Vec<usize>> = HashMap::new();
        let mut pairs = Vec::new();
        for (index, read) in commits.iter().enumerate() {
            let Some(message) = self.message(&read.commit.message) else { continue };
            let key = (message.header.trim().to_owned(), read.commit.id.to_string());
            if let Some(by) = held.get_mut(&key).filter(|by| !by.is_empty()) {
                pairs.push((index, by.remove(0)));
            } else if let Some(revert) = message.revert {
                let key = (revert.header.trim().to_owned(), revert.hash);
                held.entry(key).or_default().push(index);
            }
        }
        let name = |commits: &[Read], index: usize| -> String {
            commits.get(index).map(|read: &Read| read.commit.id.short()).unwrap_or_default()
        };
        for (target, by) in pairs {
            let (taken, back) = (name(commits, target), name(commits, by));
            if let Some(read) = commits.get_mut(target) {
                read.cancel(format!("taken back by {back}"));
            }
            if let Some(read) = commits.get_mut(by) {
                read.cancel(format!("takes back {taken}, which was not released"));
            }
        }
    }

    /// The one piece of a commit.
    pub fn parse_commit(&self, commit: &Commit) -> Vec<Piece> {
        self.parse(&commit.message)
    }
}
