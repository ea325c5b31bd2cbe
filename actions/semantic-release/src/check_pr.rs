//! `check-pr`: what a pull request must be like, and what it would release.
//!
//! Everything about the pull request comes from the API and is data: its code is neither checked
//! out nor run. The settings are those of the base commit, which its author cannot change.

mod asked;
mod checks;
mod page;
mod preview;
mod server;

use action_kit::Context;
use diagnostics::{Diagnostic, Exit, Failure, Severity};
use serde_json::json;

use crate::settings::{self, ReadOptions, Settings};
use crate::{inputs, session};
use asked::Asked;
use checks::{Check, Report};

/// The sub-command.
pub const COMMAND: &str = "check-pr";

/// Runs the checks.
///
/// # Errors
/// Bad input, no such pull request, a server that cannot be asked.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let (wishes, warnings) = inputs::read(context)?;
    context.outputs.set("dry-run", wishes.dry_run.to_string())?;
    for warning in &warnings {
        context.log.diagnostic(warning);
    }
    let asked = Asked::read(context)?;
    if let Some(title) = &asked.title {
        let directory = context.working_directory()?;
        let tree = session::configuration::read(context, &directory)?;
        let settings = read_settings(context, tree.as_ref(), &wishes)?;
        let mut report = Report::default();
        report.title(title, &settings, asked.levels.title)?;
        return end(context, &asked, &report, None);
    }
    let cancel = &context.cancel;
    let server = server::Server::connect(context, &asked)?;
    let pull = cancel.unless(server.pull(&asked)).await?;
    let tree = cancel.unless(server.configuration(context, &pull)).await?;
    let settings = read_settings(context, tree.as_ref(), &wishes)?;
    let commits = cancel.unless(server.commits(&pull)).await?;
    let mut report = Report::default();
    report.title(&pull.title, &settings, asked.levels.title)?;
    report.commits(&commits, &settings, asked.levels.commits)?;
    report.description(&pull, asked.minimum, asked.levels.description);
    cancel.unless(server.issue(&mut report, asked.levels.issue)).await?;
    report.mergeable(&pull, asked.levels.mergeable);
    report.branch(&pull, &settings, &asked)?;
    let files = cancel.unless(server.files(&settings)).await?;
    let preview =
        preview::preview(context, &wishes, &settings, &pull, &commits, &files, asked.style);
    report.preview = Some(preview);
    let page = (!wishes.dry_run && asked.comment).then_some(&server);
    let url = match page {
        Some(server) => cancel.unless(server.comment(context, &report)).await?,
        None => None,
    };
    end(context, &asked, &report, url.as_deref())
}

fn read_settings(
    context: &Context,
    tree: Option<&config::Tree>,
    wishes: &inputs::Wishes,
) -> Result<Settings, Failure> {
    let env = |name: &str| context.env(name).map(str::to_owned);
    let directory = context.working_directory()?;
    let options = ReadOptions {
        strict: wishes.strict_config,
        env: &env,
        directory: &directory,
        compat: wishes.compat,
        parser: context.inputs.text("parser"),
        lock_files: None,
    };
    let (mut settings, warnings) = settings::read(tree, &options)?;
    wishes.reading.apply(&mut settings.reading);
    for warning in &warnings {
        context.log.diagnostic(warning);
    }
    Ok(settings)
}

/// Findings, outputs, summary, exit code.
fn end(
    context: &Context,
    asked: &Asked,
    report: &Report,
    url: Option<&str>,
) -> Result<Exit, Failure> {
    let outputs = &context.outputs;
    for finding in &report.findings {
        context.log.diagnostic(finding);
    }
    let is_ok = |check: Check| {
        let result = report.results.iter().find(|result| result.check == check);
        result.map(|result| result.is_ok().to_string()).unwrap_or_default()
    };
    outputs.set("title_ok", is_ok(Check::Title))?;
    if let Some(preview::Preview::Known(version)) = &report.preview {
        outputs.set("next_version", version.next.clone().unwrap_or_default())?;
        outputs.set("bump", version.bump.word())?;
    }
    outputs.set("comment_url", url.unwrap_or_default())?;
    outputs.set("changed", url.is_some().to_string())?;
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code,
                "severity": finding.severity.word(),
                "message": finding.message,
                "help": finding.help,
            })
        })
        .collect();
    outputs.set("findings", json!(findings).to_string())?;
    context.report(&page::page(report))?;
    let Some(limit) = asked.fail_on else { return Ok(Exit::Done) };
    let failing = report.findings.iter().filter(|finding| finding.severity >= limit);
    let worst = failing.map(exit_of).max_by_key(|exit| *exit == Exit::BadInput);
    Ok(worst.unwrap_or(Exit::Done))
}

/// What was judged and found wrong is 1; what could not be judged is 2.
fn exit_of(finding: &Diagnostic) -> Exit {
    match finding.severity {
        Severity::Error => finding.exit,
        _ => Exit::CheckFailed,
    }
}
