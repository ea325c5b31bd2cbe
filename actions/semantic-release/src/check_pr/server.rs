//! What the server says about a pull request, and the comment on it.

use std::path::{Component, Path};

use action_kit::Context;
use config::Tree;
use diagnostics::{Diagnostic, Failure, Severity, Source};
use github::{Commit, GitHub, Kind, PullRequest, Repository};

use super::asked::Asked;
use super::checks::{Check, Report, finding};
use super::page;
use crate::parser::Parser;
use crate::remote;
use crate::settings::Settings;

/// The repository on the server.
pub(super) struct Server {
    repository: Repository,
    number: u64,
}

impl Server {
    /// Where to ask.
    pub(super) fn connect(context: &Context, asked: &Asked) -> Result<Self, Failure> {
        let runner = &context.runner;
        let number = asked.number(context)?;
        let (owner, name) = runner.repository().ok_or_else(remote::no_remote)?;
        let token = context.inputs.secret("github_token").or_else(|| context.token());
        let token = token.inspect(|token| context.log.mask(token)).ok_or_else(|| {
            Diagnostic::bad_input("release/no-token", "there is no token for GitHub's API")
                .with_help("set input `github_token`, or variable `GH_TOKEN`; reading is enough")
        })?;
        let endpoints = remote::runner_endpoints(context);
        let github = GitHub::new(remote::client(context, &[]), endpoints, Some(token));
        Ok(Self { repository: github.repository(owner, name), number })
    }

    /// The pull request, when GitHub knows whether it can be merged or the patience is over.
    pub(super) async fn pull(&self, asked: &Asked) -> Result<PullRequest, Failure> {
        let patience = asked.levels.mergeable.map(|_| asked.patience).unwrap_or_default();
        let pull = self.repository.settled_pull(self.number, patience).await;
        pull.map_err(Diagnostic::from)?.ok_or_else(|| {
            let name = self.repository.full_name();
            let message = format!("there is no pull request {} in {name}", self.number);
            Diagnostic::bad_input("release/pr-number", message)
                .with_help("check the number; the token must be able to read pull requests")
                .into()
        })
    }

    /// The configuration file as the base commit has it.
    pub(super) async fn configuration(
        &self,
        context: &Context,
        pull: &PullRequest,
    ) -> Result<Option<Tree>, Failure> {
        let named = context.inputs.path("config_file");
        let file = named.as_deref().unwrap_or_else(|| Path::new("pyproject.toml"));
        let directory = context.working_directory()?;
        let base = context.base_dir().canonicalize().unwrap_or_else(|_| context.base_dir().into());
        let directory = directory.canonicalize().unwrap_or(directory);
        let path = below(&base, &directory.join(file)).ok_or_else(|| {
            let message = format!("`{}` is not a file of the repository", file.display());
            Diagnostic::bad_input("release/config-file", message).with_help(
                "name a file of the repository: the settings are those of the base commit",
            )
        })?;
        let sha = pull.base.sha.to_string();
        let found = self.repository.file(&path, &sha).await.map_err(Diagnostic::from)?;
        let Some(found) = found else {
            if named.is_none() {
                return Ok(None);
            }
            let message = format!("the base commit has no file `{path}`");
            return Err(Diagnostic::bad_input("release/config-file", message)
                .with_help("the settings are those of the base commit; merge the file first")
                .into());
        };
        let text = String::from_utf8(found.bytes).map_err(|_| {
            let message = format!("configuration file `{path}` is not UTF-8 text");
            Diagnostic::bad_input("release/config-file", message).with_help("save it as UTF-8")
        })?;
        let is_json = Path::new(&path).extension().is_some_and(|extension| extension == "json");
        let source = Source::file(path, text);
        let tree =
            if is_json { config::parse_json(&source)? } else { config::parse_toml(&source)? };
        Ok(Some(tree))
    }

    /// Its commits, oldest first.
    pub(super) async fn commits(&self, pull: &PullRequest) -> Result<Vec<Commit>, Failure> {
        if pull.commits > github::LISTED_COMMITS {
            let message = format!(
                "the pull request has {} commits, GitHub lists {}",
                pull.commits,
                github::LISTED_COMMITS
            );
            return Err(Diagnostic::bad_input("release/pr-size", message)
                .with_help("split it, or squash its commits")
                .into());
        }
        let commits = self.repository.pull_commits(self.number).await;
        Ok(commits.map_err(Diagnostic::from)?)
    }

    /// The paths it changes, where the parser asks for them.
    pub(super) async fn files(&self, settings: &Settings) -> Result<Vec<String>, Failure> {
        if !matches!(settings.parser, Parser::Monorepo(_)) {
            return Ok(Vec::new());
        }
        Ok(self.repository.pull_files(self.number).await.map_err(Diagnostic::from)?)
    }

    /// Whether an issue is closed by it.
    pub(super) async fn issue(
        &self,
        report: &mut Report,
        level: Option<Severity>,
    ) -> Result<(), Failure> {
        let Some(level) = level else { return Ok(()) };
        let issues = self.repository.closing_issues(self.number).await;
        let issues = issues.map_err(Diagnostic::from)?;
        if issues.is_empty() {
            let message = "no issue is closed by this pull request";
            let finding = finding(level, "release/pr-issue", message).with_help(
                "write `Closes #NUMBER` in the description, or link an issue on the page",
            );
            report.wrong(Check::Issue, level, finding);
        } else {
            let numbers: Vec<String> =
                issues.iter().map(|issue| format!("#{}", issue.number)).collect();
            report.fine(Check::Issue, numbers.join(", "));
        }
        Ok(())
    }

    /// Keeps one comment up to date; a token that may only read gives a notice.
    pub(super) async fn comment(
        &self,
        context: &Context,
        report: &Report,
    ) -> Result<Option<String>, Failure> {
        let body = page::comment(report);
        match self.repository.keep_comment(self.number, page::MARKER, &body).await {
            Ok(comment) => {
                context.log.info(format!("comment: {}", comment.html_url));
                Ok(Some(comment.html_url))
            }
            Err(error) if matches!(error.kind(), Kind::Forbidden | Kind::NotFound) => {
                let notice = Diagnostic::notice(
                    "release/pr-comment",
                    "the token may not comment on this pull request",
                );
                context.log.diagnostic(&notice.with_help(
                    "give the job `permissions: pull-requests: write`; on pull requests from forks the token can only read, the job summary has the same text",
                ));
                Ok(None)
            }
            Err(error) => Err(Diagnostic::from(error).into()),
        }
    }
}

/// A path as the repository has it, when it lies in it.
fn below(root: &Path, path: &Path) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.strip_prefix(root).ok()?.components() {
        match part {
            Component::ParentDir => drop(parts.pop()?),
            Component::Normal(part) => parts.push(part.to_str()?),
            _ => {}
        }
    }
    Some(parts.join("/"))
}
