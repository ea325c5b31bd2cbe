//! Messages that are corrected after the merge: a commit cannot be changed, what it counts for can.

use std::path::Path;

use action_kit::Context;
use config::{Problems, Spanned, Tree, Unknown};
use diagnostics::{Diagnostic, Failure, Source};
use history::Commit;

use crate::conventional::Piece;
use crate::conventional::header::split_pull_request;
use crate::parser::{Changed, Parser};
use crate::survey::Read;

/// The corrected messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    entries: Vec<Override>,
}

/// What stands in for a commit's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The commit's name or its beginning, seven digits or more, in lower case.
    pub commit: String,
    /// The message; `None` when the commit counts for nothing.
    pub message: Option<String>,
    /// Where it stands, for people.
    pub place: String,
}

/// The fewest digits that name a commit.
const SHORTEST: usize = 7;

impl Overrides {
    /// Reads a file: commit names, each with a message or `ignore`.
    ///
    /// # Errors
    /// Every problem of the file.
    pub fn of_file(tree: &Tree, shown: &str) -> Result<Self, Failure> {
        let problems = Problems::default();
        let mut entries: Vec<Override> = Vec::new();
        let table = tree.table(&problems);
        for (key, node) in tree.root().entries().unwrap_or_default() {
            let Some(table) = &table else { break };
            let Some(message) = table.field(&key.text).and_then(|field| field.string()) else {
                continue;
            };
            let commit = key.text.to_ascii_lowercase();
            let is_name = (SHORTEST..=40).contains(&commit.len())
                && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            let problem = if !is_name {
                Some((
                    format!("`{}` is not the name of a commit", key.text),
                    "write seven or more digits of it, as `git log` shows them",
                ))
            } else if message.value.trim().is_empty() {
                Some((
                    "the message is empty".to_owned(),
                    "write the right message, or `ignore` for a commit that counts for nothing",
                ))
            } else {
                None
            };
            if let Some((text, help)) = problem {
                table.problems().push(message.error("release/overrides", text).with_help(help));
                continue;
            }
            let line = tree
                .source()
                .contents()
                .get(..node.place().start)
                .map_or(1, |before| before.matches('\n').count() + 1);
            let text = message.value.trim();
            entries.push(Override {
                commit,
                message: (text != "ignore").then(|| text.to_owned()),
                place: format!("{shown}:{line}"),
            });
        }
        if let Some(table) = table {
            table.finish(Unknown::Error);
        }
        problems.into_result()?;
        Ok(Self { entries })
    }

    /// Adds one; those that are there already win.
    pub fn add(&mut self, new: Override) {
        self.entries.push(new);
    }

    /// The correction of a commit.
    pub fn of(&self, commit: &Commit) -> Option<&Override> {
        if self.entries.is_empty() {
            return None;
        }
        let name = commit.id.to_string();
        self.entries.iter().find(|entry| name.starts_with(&entry.commit))
    }
}

/// Reads the file of corrected messages.
///
/// # Errors
/// A file that is missing, lies outside the repository or has problems.
pub fn load(
    context: &Context,
    directory: &Path,
    file: &Spanned<String>,
) -> Result<Overrides, Failure> {
    let path = directory.join(&file.value);
    let error = |why: &str| {
        let message = format!("`{}` {why}", file.value);
        file.error("release/overrides", message)
            .with_help("name a file of the repository, relative to the working directory")
    };
    if let Some(why) = crate::settings::refuse(directory, Some(Path::new(&file.value))) {
        return Err(error(&why).into());
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|cause| error(&format!("cannot be read: {cause}")))?;
    let shown = context.paths.shown(&path);
    let format = config::Format::of_path(&file.value).unwrap_or(config::Format::Toml);
    let tree = config::parse(format, &Source::file(shown.clone(), text))?;
    Overrides::of_file(&tree, &shown)
}

impl Override {
    /// The commit as it is corrected.
    ///
    /// # Errors
    /// Those of the parser.
    pub fn read(
        &self,
        commit: &Commit,
        parser: &Parser,
        changed: Changed<'_>,
    ) -> Result<Read, Diagnostic> {
        let remark = format!("corrected by {}", self.place);
        let mut read = Read::new(commit.clone(), Vec::new());
        match &self.message {
            Some(message) => {
                read.pieces = Self::pieces(message, commit, parser, changed)?;
                read.commit.message.clone_from(message);
                read.remark = Some(remark);
            }
            None => read.cancel(remark),
        }
        Ok(read)
    }

    /// The pieces of the corrected message: every line that begins like a conventional commit
    /// begins one, and all of them count, whatever is done with squash merges.
    fn pieces(
        message: &str,
        original: &Commit,
        parser: &Parser,
        changed: Changed<'_>,
    ) -> Result<Vec<Piece>, Diagnostic> {
        let pull_request = split_pull_request(original.subject()).map(|(_, number)| number);
        let mut pieces = Vec::new();
        for message in messages(message) {
            let parents = original.parents.first().copied().into_iter().collect();
            let said = Commit { message, parents, ..original.clone() };
            pieces.extend(parser.parse(&said, changed)?);
        }
        if let Some(number) = pull_request {
            for parsed in pieces.iter_mut().filter_map(|piece| piece.parsed.as_mut()) {
                if parsed.pull_request.is_empty() {
                    parsed.pull_request.clone_from(&number);
                }
            }
        }
        Ok(pieces)
    }
}

/// The types at which release-please cuts a message too.
const TYPES: [&str; 11] =
    ["feat", "fix", "docs", "style", "refactor", "perf", "test", "build", "ci", "chore", "revert"];

/// One message for each line that begins like a conventional commit.
fn messages(text: &str) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for line in text.lines() {
        match messages.last_mut() {
            Some(message) if !is_header(line) => {
                message.push('\n');
                message.push_str(line);
            }
            _ => messages.push(line.to_owned()),
        }
    }
    messages.iter().map(|message| message.trim().to_owned()).collect()
}

fn is_header(line: &str) -> bool {
    let Some((kind, subject)) = line.split_once(": ") else { return false };
    let kind = kind.strip_suffix('!').unwrap_or(kind);
    let kind = kind.split_once('(').map_or(kind, |(kind, _)| kind);
    TYPES.contains(&kind) && !subject.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Source;

    fn read(text: &str) -> Result<Overrides, Failure> {
        let tree = config::parse_toml(&Source::file("overrides.toml", text))?;
        Overrides::of_file(&tree, "overrides.toml")
    }

    #[test]
    fn a_file_of_corrections() {
        let overrides = read("# why\n1234567 = \"fix: a b\"\nABCDEF0123 = \"ignore\"\n").unwrap();
        assert_eq!(overrides.entries[0].message.as_deref(), Some("fix: a b"));
        assert_eq!(overrides.entries[0].place, "overrides.toml:2");
        assert_eq!(overrides.entries[1].commit, "abcdef0123");
        assert_eq!(overrides.entries[1].message, None);
        for wrong in ["123456 = \"fix: a\"", "v1 = \"fix: a\"", "1234567 = \"\"", "1234567 = 3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn several_messages_in_one() {
        assert_eq!(
            messages("feat: an idea\n\nwith a body: yes\nfix(a)!: another\nchore: third\n\nfix:x"),
            ["feat: an idea\n\nwith a body: yes", "fix(a)!: another", "chore: third\n\nfix:x"]
        );
    }
}
