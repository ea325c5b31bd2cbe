//! Which branch is of which kind, and the versions it may release.

use std::cmp::Ordering;

use diagnostics::Diagnostic;

use super::Range;
use crate::glob::Glob;
use crate::version::Version;

/// The kind of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Fixes an older line.
    Maintenance,
    /// Releases full versions.
    Release,
    /// Releases prereleases with this token.
    Prerelease(String),
}

/// A branch, or a pattern for branches, as it is written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The name or pattern.
    pub name: Glob,
    /// `channel`, where it is written; `Some(None)` stands for `false`.
    pub channel: Option<Channel>,
    /// `range`.
    pub range: Option<String>,
    /// `prerelease`.
    pub prerelease: Option<Token>,
}

/// `channel` as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// `false`: the default channel.
    Default,
    /// A name; `${name}` stands for the branch's.
    Named(String),
}

/// `prerelease` as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// `true`: the branch's name.
    Name,
    /// A token; `${name}` stands for the branch's name.
    Text(String),
}

/// A branch that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// The channel of its releases; `None` for the default one.
    pub channel: Option<String>,
    /// The versions it may release; `None` for a prerelease branch.
    pub range: Option<Range>,
}

/// A branch with the versions of the tags in its history.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Versions, prereleases too.
    pub versions: Vec<Version>,
}

struct Expanded<'w> {
    found: Found,
    written: &'w Written,
}

impl Expanded<'_> {
    fn text(&self, text: &str) -> String {
        text.replace("${name}", &self.found.name)
    }

    /// The channel; a branch of its own name where none is written.
    fn channel(&self) -> Option<String> {
        match &self.written.channel {
            None => Some(self.found.name.clone()),
            Some(Channel::Default) => None,
            Some(Channel::Named(name)) => Some(self.text(name)).filter(|name| !name.is_empty()),
        }
    }

    fn latest(&self) -> Option<&Version> {
        newest(self.found.versions.iter().filter(|version| !version.is_prerelease()))
    }
}

fn newest<'v>(versions: impl Iterator<Item = &'v Version>) -> Option<&'v Version> {
    versions.max_by(|a, b| a.precedence(b))
}

/// The lowest version of `of` above every version of `lower`; without any there, the lowest full
/// one.
fn first(of: &Found, lower: &[Expanded<'_>]) -> Option<Version> {
    let all = newest(lower.iter().flat_map(|branch| &branch.found.versions));
    let fits = |version: &&Version| match all {
        Some(all) => version.precedence(all) == Ordering::Greater,
        None => !version.is_prerelease(),
    };
    of.versions.iter().filter(fits).min_by(|a, b| a.precedence(b)).cloned()
}

fn higher(a: Version, b: Version) -> Version {
    if a.precedence(&b) == Ordering::Greater { a } else { b }
}

/// The names `written` matches among `names`, each once, in the order in which they are written.
pub fn expand<'w>(written: &'w [Written], names: &[String]) -> Vec<(String, &'w Written)> {
    let mut left: Vec<&String> = names.iter().collect();
    let mut found = Vec::new();
    for written in written {
        let (taken, rest) = left.into_iter().partition(|name| written.name.matches(name));
        left = rest;
        found.extend(taken.into_iter().map(|name: &String| (name.clone(), written)));
    }
    found
}

/// The branches that are there, by kind, with the versions each may release.
///
/// # Errors
/// Everything that is wrong with them.
pub fn lines(branches: Vec<(Found, &Written)>) -> Result<Vec<Line>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let (mut maintenance, mut release, mut prerelease) = (Vec::new(), Vec::new(), Vec::new());
    for (found, written) in branches {
        let branch = Expanded { found, written };
        if written.range.is_some() || Range::parse(&branch.found.name).is_some() {
            let text = written.range.as_ref().map(|text| branch.text(text));
            let text = text.unwrap_or_else(|| branch.found.name.clone());
            match Range::parse(&text) {
                Some(range) => maintenance.push((text, range, branch)),
                None => problems.push(wrong(
                    format!("`{text}` is no range for maintenance branch `{}`", branch.found.name),
                    "write `1.x`, `1.x.x` or `1.2.x`",
                )),
            }
        } else if written.prerelease.is_some() {
            prerelease.push(branch);
        } else {
            release.push(branch);
        }
    }
    if release.is_empty() || release.len() > 3 {
        let names: Vec<&str> = release.iter().map(|branch| branch.found.name.as_str()).collect();
        problems.push(wrong(
            format!("{} release branches are there, not one to three: {}", release.len(), names.join(", ")),
            "name one to three branches without `range` and `prerelease` that exist on the server; fetch all branches (`fetch-depth: 0`)",
        ));
    }
    let mut lines = maintained(maintenance, &release, &mut problems);
    lines.extend(released(&release));
    let mut tokens: Vec<String> = Vec::new();
    for branch in &prerelease {
        let name = branch.found.name.clone();
        let token = match &branch.written.prerelease {
            Some(Token::Text(text)) => branch.text(text),
            _ => name.clone(),
        };
        if !crate::settings::is_token(&token) {
            problems.push(wrong(
                format!("`{token}` is no prerelease token for branch `{name}`"),
                "use letters, digits and hyphens: `beta`",
            ));
        }
        if tokens.contains(&token) {
            problems.push(wrong(
                format!("two prerelease branches have the token `{token}`"),
                "give each a token of its own",
            ));
        }
        tokens.push(token.clone());
        let channel = branch.channel();
        lines.push(Line { name, kind: Kind::Prerelease(token), channel, range: None });
    }
    if problems.is_empty() { Ok(lines) } else { Err(problems) }
}

fn wrong(message: String, help: &str) -> Diagnostic {
    Diagnostic::bad_input("release/node-branches", message).with_help(help)
}

fn maintained(
    mut branches: Vec<(String, Range, Expanded<'_>)>,
    release: &[Expanded<'_>],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Line> {
    branches.sort_by(|a, b| a.0.cmp(&b.0));
    let initial = || Version { major: crate::number::Number::one(), ..Version::initial("") };
    let newest_below = newest(branches.iter().flat_map(|branch| &branch.2.found.versions));
    let main = release.first();
    let first = main.and_then(|main| {
        let fits = |version: &&Version| match newest_below {
            Some(all) => version.precedence(all) == Ordering::Greater,
            None => !version.is_prerelease(),
        };
        main.found.versions.iter().filter(fits).min_by(|a, b| a.precedence(b))
    });
    let base = first.or_else(|| main.and_then(Expanded::latest)).cloned().unwrap_or_else(initial);
    let mut lines: Vec<Line> = Vec::new();
    let mut before: Option<(&str, &Range)> = None;
    for (text, range, branch) in &branches {
        if let Some((other, same)) = before.filter(|(_, other)| *other == range) {
            problems.push(wrong(
                format!("two maintenance branches have the range {same}: `{other}` and `{text}`"),
                "give each a range of its own",
            ));
        }
        let follows = before.filter(|(other, _)| Range::is_major(text) && !Range::is_major(other));
        let floor =
            follows.and_then(|(_, other)| other.max.clone()).unwrap_or_else(|| range.min.clone());
        let lowest = higher(branch.latest().cloned().unwrap_or_else(initial), floor);
        let max = range.max.clone().filter(|max| max.precedence(&base) != Ordering::Greater);
        lines.push(Line {
            name: branch.found.name.clone(),
            kind: Kind::Maintenance,
            channel: branch.channel(),
            range: Some(Range { min: lowest, max: Some(max.unwrap_or_else(|| base.clone())) }),
        });
        before = Some((text, range));
    }
    lines
}

fn released(branches: &[Expanded<'_>]) -> Vec<Line> {
    let initial = Version { major: crate::number::Number::one(), ..Version::initial("") };
    let mut last = branches.first().and_then(Expanded::latest).cloned().unwrap_or(initial);
    let mut lines = Vec::new();
    for (index, branch) in branches.iter().enumerate() {
        if let Some(latest) = branch.latest() {
            last = higher(latest.clone(), last);
        }
        let lower = branches.get(..=index).unwrap_or_default();
        let max = branches.get(index + 1).and_then(|next| first(&next.found, lower));
        let channel = match (&branch.written.channel, index) {
            (None, 0) => None,
            _ => branch.channel(),
        };
        lines.push(Line {
            name: branch.found.name.clone(),
            kind: Kind::Release,
            channel,
            range: Some(Range { min: last.clone(), max }),
        });
    }
    lines
}
