//! Problem matchers: regular expressions that turn log lines into annotations.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use regex::Regex;
use serde_json::Value;

use crate::command::Properties;
use crate::issue::{Annotation, Severity};
use crate::layout::PathMap;

/// One matcher, its patterns matched on consecutive lines.
#[derive(Clone, Debug)]
pub struct Matcher {
    owner: String,
    severity: Option<String>,
    patterns: Vec<Pattern>,
    /// What earlier lines of a match gave.
    found: Vec<(String, String)>,
    at: usize,
}

#[derive(Clone, Debug)]
struct Pattern {
    regex: Regex,
    /// Group number of each of `file`, `fromPath`, `line`, `column`, `severity`, `code`, `message`.
    groups: Vec<(String, usize)>,
}

/// Where the file behind an `add-matcher` or `remove-matcher` command lies on the host.
pub fn locate(file: &str, paths: &PathMap, workspace: &str) -> PathBuf {
    let file = paths.to_host(file);
    if file.starts_with('/') { PathBuf::from(file) } else { Path::new(workspace).join(file) }
}

/// Reads a matcher file.
///
/// # Errors
/// The file cannot be read, is not JSON, or holds no usable pattern.
pub fn load(file: &Path) -> anyhow::Result<Vec<Matcher>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read matcher file {}", file.display()))?;
    let json: Value = serde_json::from_str(&text).context("matcher file is not JSON")?;
    let list = json.get("problemMatcher").and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default().iter().map(Matcher::from_json).collect()
}

impl Matcher {
    /// Who the matcher belongs to.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    fn from_json(json: &Value) -> anyhow::Result<Self> {
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let patterns = json.get("pattern").and_then(Value::as_array).context("no `pattern`")?;
        let patterns = patterns.iter().map(|pattern| {
            let expression =
                pattern.get("regexp").and_then(Value::as_str).context("no `regexp`")?;
            let keys = ["file", "fromPath", "line", "column", "severity", "code", "message"];
            let groups = keys.iter().filter_map(|key| {
                let group = pattern.get(*key).and_then(Value::as_u64)?;
                Some(((*key).to_owned(), usize::try_from(group).ok()?))
            });
            Ok(Pattern { regex: Regex::new(expression)?, groups: groups.collect() })
        });
        Ok(Self {
            owner: text("owner").context("no `owner`")?,
            severity: text("severity"),
            patterns: patterns.collect::<anyhow::Result<_>>()?,
            found: Vec::new(),
            at: 0,
        })
    }

    /// Feeds one line without colour codes; an annotation when the last pattern matched.
    pub fn feed(&mut self, line: &str, paths: &PathMap, workspace: &str) -> Option<Annotation> {
        let pattern = self.patterns.get(self.at)?;
        let Some(captures) = pattern.regex.captures(line) else {
            self.reset();
            return None;
        };
        for (key, group) in &pattern.groups {
            if let Some(text) = captures.get(*group) {
                self.found.push((key.clone(), text.as_str().to_owned()));
            }
        }
        self.at += 1;
        if self.at < self.patterns.len() {
            return None;
        }
        let annotation = self.annotation(paths, workspace);
        self.reset();
        annotation
    }

    /// Forgets what earlier lines gave.
    pub fn reset(&mut self) {
        self.at = 0;
        self.found.clear();
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.found.iter().rev().find(|(known, _)| known == key).map(|(_, text)| text.as_str())
    }

    fn annotation(&self, paths: &PathMap, workspace: &str) -> Option<Annotation> {
        let message = self.get("message").filter(|message| !message.trim().is_empty())?;
        let severity = self.get("severity").or(self.severity.as_deref()).unwrap_or("error");
        let severity = if severity.is_empty() { "error" } else { severity };
        let mut properties = Properties::default();
        for (key, name) in [("line", "line"), ("column", "col")] {
            if let Some(number) = self.get(key).and_then(|text| text.parse::<u32>().ok()) {
                properties.set(name, number.to_string());
            }
        }
        if let Some(code) = self.get("code").filter(|code| !code.trim().is_empty()) {
            properties.set("code", code.trim());
        }
        if let Some(file) = self.get("file").and_then(|file| self.file(file, paths, workspace)) {
            properties.set("file", file);
        }
        Some(Annotation { severity: Severity::of(severity)?, message: message.into(), properties })
    }

    /// The path relative to the workspace, if the file exists there.
    fn file(&self, file: &str, paths: &PathMap, workspace: &str) -> Option<String> {
        let from = self.get("fromPath").and_then(|from| Path::new(from).parent());
        let file = match from {
            Some(folder) if !file.starts_with('/') => folder.join(file),
            _ => PathBuf::from(file),
        };
        let file = if file.is_absolute() {
            PathBuf::from(paths.to_host(&file.to_string_lossy()))
        } else {
            Path::new(workspace).join(file)
        };
        let file = std::fs::canonicalize(file).ok()?;
        let root = std::fs::canonicalize(workspace).ok()?;
        Some(file.strip_prefix(root).ok()?.to_string_lossy().into_owned())
    }
}

/// A line without its colour codes.
pub fn without_colour(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let codes = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        rest = codes.strip_prefix('m').unwrap_or(codes);
    }
    plain.push_str(rest);
    plain
}
