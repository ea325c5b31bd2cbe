//! What is asked of a pull request.

use std::time::Duration;

use action_kit::Context;
use diagnostics::{Diagnostic, Failure, Severity};

use crate::pattern::Pattern;

/// How severe it is when a check fails; `None` leaves the check out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Levels {
    pub(super) title: Option<Severity>,
    pub(super) commits: Option<Severity>,
    pub(super) description: Option<Severity>,
    pub(super) issue: Option<Severity>,
    pub(super) mergeable: Option<Severity>,
    pub(super) branch: Option<Severity>,
}

/// How the pull request will be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Squashed: the title and the list of commits; a single commit keeps its message.
    Squash,
    /// Squashed: the title alone.
    SquashTitle,
    /// Squashed: title and description.
    SquashDescription,
    /// Merged or rebased: every commit counts.
    Merge,
}

/// What is asked.
pub(super) struct Asked {
    /// Only this title is checked, without a server.
    pub(super) title: Option<String>,
    pub(super) number: Option<u64>,
    pub(super) levels: Levels,
    /// Characters a description must have.
    pub(super) minimum: usize,
    pub(super) patience: Duration,
    pub(super) branch: Option<Pattern>,
    pub(super) style: Style,
    pub(super) comment: bool,
    pub(super) fail_on: Option<Severity>,
}

impl Asked {
    /// Reads the inputs.
    pub(super) fn read(context: &Context) -> Result<Self, Failure> {
        let inputs = &context.inputs;
        let level = |name: &str, default: Option<Severity>| match inputs.text(name) {
            None => default,
            Some("off") => None,
            Some("notice") => Some(Severity::Notice),
            Some("warning") => Some(Severity::Warning),
            Some(_) => Some(Severity::Error),
        };
        let count = |name: &str, default: u64| {
            inputs.integer(name).and_then(|count| u64::try_from(count).ok()).unwrap_or(default)
        };
        let levels = Levels {
            title: level("check_title", Some(Severity::Error)),
            commits: level("check_commits", Some(Severity::Warning)),
            description: level("check_description", Some(Severity::Warning)),
            issue: level("check_issue", None),
            mergeable: level("check_mergeable", Some(Severity::Error)),
            branch: level("check_branch", Some(Severity::Error)),
        };
        Ok(Self {
            title: inputs.text("title").map(str::to_owned),
            number: inputs.integer("pull_request").and_then(|number| u64::try_from(number).ok()),
            levels,
            minimum: usize::try_from(count("min_description", 1)).unwrap_or(usize::MAX),
            patience: Duration::from_secs(count("mergeable_wait", 60)),
            branch: pattern(context)?,
            style: match inputs.text("merge_style") {
                Some("squash-title") => Style::SquashTitle,
                Some("squash-description") => Style::SquashDescription,
                Some("merge") => Style::Merge,
                _ => Style::Squash,
            },
            comment: inputs.flag("comment").unwrap_or(true),
            fail_on: match inputs.text("fail-on") {
                Some("never") => None,
                Some("notice") => Some(Severity::Notice),
                Some("warning") => Some(Severity::Warning),
                _ => Some(Severity::Error),
            },
        })
    }

    /// The number of the pull request: the input, else the event's.
    pub(super) fn number(&self, context: &Context) -> Result<u64, Failure> {
        if let Some(number) = self.number {
            return Ok(number);
        }
        let event = context.runner.event()?;
        let number = event.pointer("/pull_request/number").and_then(serde_json::Value::as_u64);
        number.ok_or_else(|| {
            Diagnostic::bad_input("release/pr-number", "there is no pull request in this run's event")
                .with_help("run on `pull_request` or `pull_request_target`, or set input `pull_request` to the number; `--title TEXT` checks a title alone")
                .into()
        })
    }
}

fn pattern(context: &Context) -> Result<Option<Pattern>, Failure> {
    let Some(text) = context.inputs.text("branch_pattern") else { return Ok(None) };
    Pattern::new(text).map(Some).map_err(|error| {
        let source = context.inputs.source("branch_pattern");
        let message = format!("`{text}` is not a regular expression: {error}");
        Diagnostic::bad_input("release/branch-pattern", message)
            .with_label(&source, 0..source.contents().len(), "")
            .with_help(
                "the pattern is matched from the start of the name; end it with `$` for the whole",
            )
            .into()
    })
}
