//! The checks themselves.

use diagnostics::{Diagnostic, Severity, Source, visible_line};
use github::{Commit, PullRequest};
use history::Oid;

use super::asked::Asked;
use super::preview::Preview;
use crate::settings::{Settings, select};

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    Title,
    Commits,
    Description,
    Issue,
    Mergeable,
    Branch,
}

impl Check {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Commits => "commits",
            Self::Description => "description",
            Self::Issue => "linked issue",
            Self::Mergeable => "conflicts",
            Self::Branch => "branch name",
        }
    }
}

/// How a check went.
pub(super) struct Checked {
    pub(super) check: Check,
    /// How bad it is.
    pub(super) severity: Option<Severity>,
    /// For people; may hold foreign text.
    pub(super) text: String,
}

impl Checked {
    pub(super) fn is_ok(&self) -> bool {
        self.severity.is_none()
    }
}

/// Everything that was found out.
#[derive(Default)]
pub(super) struct Report {
    pub(super) results: Vec<Checked>,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) preview: Option<Preview>,
}

/// Commits with a finding of their own; the rest is counted.
const SHOWN: usize = 10;

impl Report {
    pub(super) fn fine(&mut self, check: Check, text: impl Into<String>) {
        self.results.push(Checked { check, severity: None, text: text.into() });
    }

    /// Something was judged and is not as it should be.
    pub(super) fn wrong(&mut self, check: Check, severity: Severity, finding: Diagnostic) {
        self.results.push(Checked {
            check,
            severity: Some(severity),
            text: finding.message.clone(),
        });
        self.findings.push(finding);
    }

    pub(super) fn title(
        &mut self,
        title: &str,
        settings: &Settings,
        level: Option<Severity>,
    ) -> Result<(), Diagnostic> {
        let Some(level) = level else { return Ok(()) };
        if is_conventional(title, false, settings)? {
            self.fine(Check::Title, title);
            return Ok(());
        }
        let shown = visible_line(title);
        let message = format!("the title `{shown}` says nothing to the commit parser");
        let source = Source::text("title of the pull request", title);
        let finding = finding(level, "release/pr-title", message)
            .with_label(&source, 0..title.len(), "")
            .with_help(HELP);
        self.wrong(Check::Title, level, finding);
        Ok(())
    }

    pub(super) fn commits(
        &mut self,
        commits: &[Commit],
        settings: &Settings,
        level: Option<Severity>,
    ) -> Result<(), Diagnostic> {
        let Some(level) = level else { return Ok(()) };
        let mut wrong = Vec::new();
        let mut count = 0;
        for commit in commits {
            if commit.parents.len() > 1 {
                continue;
            }
            count += 1;
            if !is_conventional(&commit.message, false, settings)? {
                wrong.push(commit);
            }
        }
        if wrong.is_empty() {
            self.fine(Check::Commits, format!("{count} read, merges left out"));
            return Ok(());
        }
        for commit in wrong.iter().take(SHOWN) {
            let subject = commit.message.lines().next().unwrap_or_default();
            let id: String = commit.id.to_string().chars().take(7).collect();
            let message = format!(
                "commit {id} `{}` says nothing to the commit parser",
                visible_line(subject)
            );
            self.findings.push(finding(level, "release/pr-commit", message).with_help(HELP));
        }
        let text = format!("{} of {count} say nothing to the commit parser", wrong.len());
        self.results.push(Checked { check: Check::Commits, severity: Some(level), text });
        Ok(())
    }

    pub(super) fn description(
        &mut self,
        pull: &PullRequest,
        minimum: usize,
        level: Option<Severity>,
    ) {
        let Some(level) = level else { return };
        let length = described(pull.body.as_deref().unwrap_or_default());
        if length >= minimum {
            return self.fine(Check::Description, format!("{length} characters"));
        }
        let message = match length {
            0 => "there is no description".to_owned(),
            _ => format!("the description has {length} characters, {minimum} are asked for"),
        };
        let finding = finding(level, "release/pr-description", message)
            .with_help("say what changes and why; comments and blanks do not count");
        self.wrong(Check::Description, level, finding);
    }

    pub(super) fn mergeable(&mut self, pull: &PullRequest, level: Option<Severity>) {
        let Some(level) = level else { return };
        if pull.state != "open" {
            return self.fine(Check::Mergeable, "closed");
        }
        let finding = match pull.mergeable {
            Some(true) => return self.fine(Check::Mergeable, "none"),
            Some(false) => {
                let base = visible_line(&pull.base.branch);
                finding(level, "release/pr-conflict", format!("there are conflicts with `{base}`"))
                    .with_help(format!("merge `{base}` into this branch, or rebase onto it"))
            }
            // What cannot be judged has not passed.
            None => {
                let message = "GitHub does not say whether this can be merged";
                let unknown = match level {
                    Severity::Error => Diagnostic::bad_input("release/pr-mergeable", message),
                    _ => finding(level, "release/pr-mergeable", message.to_owned()),
                };
                unknown.with_help("run again in a while, or raise `mergeable_wait`")
            }
        };
        self.wrong(Check::Mergeable, level, finding);
    }

    pub(super) fn branch(
        &mut self,
        pull: &PullRequest,
        settings: &Settings,
        asked: &Asked,
    ) -> Result<(), Diagnostic> {
        let (Some(level), Some(pattern)) = (asked.levels.branch, &asked.branch) else {
            return Ok(());
        };
        let name = &pull.head.branch;
        // `develop` into `main` is how releases are made.
        if !pull.is_from_fork() && select(&settings.branches, name)?.is_some() {
            self.fine(Check::Branch, "a release branch");
            return Ok(());
        }
        let matches = pattern.matches(name).map_err(|error| {
            let message = format!("`branch_pattern` cannot be matched: {error}");
            Diagnostic::bad_input("release/branch-pattern", message)
                .with_help("write the pattern without nested repetitions")
        })?;
        if matches {
            self.fine(Check::Branch, name.as_str());
            return Ok(());
        }
        let message = format!("branch `{}` does not match `branch_pattern`", visible_line(name));
        let finding = finding(level, "release/pr-branch", message)
            .with_help("rename the branch; GitHub keeps the pull request when that is done on its page of branches");
        self.wrong(Check::Branch, level, finding);
        Ok(())
    }
}

const HELP: &str = "write `type(scope): subject`, for example `fix(api): answer in time`; the types are those of `commit_parser_options`";

/// A finding of a level.
pub(super) fn finding(
    level: Severity,
    code: &'static str,
    message: impl Into<String>,
) -> Diagnostic {
    match level {
        Severity::Error => Diagnostic::check_failed(code, message),
        Severity::Warning => Diagnostic::warning(code, message),
        Severity::Notice => Diagnostic::notice(code, message),
    }
}

/// Whether a message says something to the parser. Reverts do where they cancel, and so do the
/// release commits of a branch that is promoted.
pub(super) fn is_conventional(
    message: &str,
    is_merge: bool,
    settings: &Settings,
) -> Result<bool, Diagnostic> {
    let bug = |error: crate::pattern::PatternError| Diagnostic::bug(error.to_string());
    let is_release =
        settings.commit_message.pattern().map_err(bug)?.matches(message).map_err(bug)?;
    let is_revert = settings.reading.cancel_reverts
        && (message.starts_with("Revert \"") || message.starts_with("Reapply \""));
    if is_release || is_revert {
        return Ok(true);
    }
    let commit = commit(NOBODY, message, is_merge)?;
    let pieces = settings.parser.parse(&commit, &|_| Ok(true))?;
    Ok(pieces.first().is_some_and(|piece| piece.parsed.is_some()))
}

/// An object name that stands for none.
pub(super) const NOBODY: &str = "0000000000000000000000000000000000000000";

/// A commit as the parsers take it.
pub(super) fn commit(
    id: &str,
    message: &str,
    is_merge: bool,
) -> Result<history::Commit, Diagnostic> {
    let id: Oid = id.parse()?;
    let person = || history::Person { name: String::new(), email: String::new() };
    let time = history::Time { seconds: 0, offset: 0 };
    let parents = vec![id; if is_merge { 2 } else { 1 }];
    let (author, message) = (person(), message.to_owned());
    Ok(history::Commit { id, parents, message, author, authored: time, committed: time })
}

/// Characters of a description, without blanks at its ends and comments of a template.
fn described(text: &str) -> usize {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept.trim().chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_a_template_are_no_description() {
        for (text, length) in [
            ("", 0),
            (" \r\n", 0),
            ("<!-- say why -->\r\n", 0),
            ("<!-- a --> ab <!-- c", 2),
            ("why", 3),
        ] {
            assert_eq!(described(text), length, "{text}");
        }
    }
}
