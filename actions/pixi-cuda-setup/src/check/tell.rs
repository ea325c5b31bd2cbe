//! Telling what was found: log, annotations, JSON, SARIF, report, outputs.

use std::fmt::Write as _;

use action_kit::{Action as _, Context};
use diagnostics::{Diagnostic, Exit, Failure, Severity};
use pixi_workspace::Finding;
use report::{Tool, sarif};
use serde_json::{Value, json};

use super::{Examined, exit, grouped, left};
use crate::answer::{self, Answer, EnvironmentFacts, RowFacts};
use crate::settings::Settings;
use crate::{Action, report as own_report};

/// Tells all of it, and how the run ends.
///
/// # Errors
/// `ignore` names no finding; a file or output that cannot be written.
pub fn tell(context: &Context, settings: &Settings, examined: &Examined) -> Result<Exit, Failure> {
    let Examined { subject, answer, findings, .. } = examined;
    let findings = left(findings.clone(), settings, Action::definition())?;
    let told = grouped(&findings);
    for finding in &told {
        context.log.diagnostic(&finding.diagnostic());
    }
    outputs(context, answer, &findings)?;
    let lint = context.command() == crate::definition::LINT_DOCKER;
    if context.inputs.flag("json") == Some(true) {
        context.log.result(document(context.command(), answer, &findings).to_string());
    } else if context.runner.in_actions() {
        context.log.info(text(answer, &findings));
    } else if !lint {
        context.log.result(text(answer, &findings));
    }
    if let Some(path) = context.inputs.path("sarif") {
        write_sarif(context, &path, subject.manifest.source.name(), &told)?;
    }
    context.report(&own_report::markdown(answer, &told))?;
    Ok(exit(&findings, settings.fail_on))
}

/// The form every action's JSON has.
pub(super) fn document(mode: &str, answer: &Answer, findings: &[Finding]) -> Value {
    let mut result = serde_json::to_value(answer).unwrap_or_default();
    let findings: Vec<Value> = findings.iter().map(answer::finding).collect();
    if let Some(result) = result.as_object_mut() {
        result.insert("findings".to_owned(), findings.into());
    }
    json!({
        "schema": answer::SCHEMA,
        "action": "pixi-cuda-setup",
        "version": env!("CARGO_PKG_VERSION"),
        "mode": mode,
        "steps": [],
        "result": result,
    })
}

/// Sets the outputs that say what was found.
///
/// # Errors
/// A defect.
pub fn outputs(context: &Context, answer: &Answer, findings: &[Finding]) -> Result<(), Diagnostic> {
    let set = |name: &str, value: &str| context.outputs.set(name, value);
    let requested: Vec<&EnvironmentFacts> =
        answer.environments.iter().filter(|one| one.requested).collect();
    let names: Vec<&str> = requested.iter().map(|one| one.name.as_str()).collect();
    let variants: serde_json::Map<String, Value> = requested
        .iter()
        .map(|one| (one.name.clone(), taken(one).map_or("none", |row| row.variant).into()))
        .collect();
    let bytes: u64 =
        requested.iter().filter_map(|one| taken(one)).map(|row| row.download_bytes).sum();
    set("pixi-version", &answer.pixi.version)?;
    set("environments", &names.join(" "))?;
    set("cuda-override", answer.cuda_override.exported.as_deref().unwrap_or_default())?;
    set("cuda-variant", &Value::Object(variants).to_string())?;
    set(
        "lock-version",
        &answer.lock.version.map_or_else(String::new, |format| format.to_string()),
    )?;
    set("disk-estimate-mb", &bytes.div_ceil(1_000_000).to_string())?;
    let findings: Vec<Value> = findings.iter().map(answer::finding).collect();
    set("findings", &Value::from(findings).to_string())
}

/// The row that is installed here: the one pixi takes, else the only one there is.
pub(super) fn taken(environment: &EnvironmentFacts) -> Option<&RowFacts> {
    let row = environment.prediction.as_ref().and_then(|said| said.install.row.as_ref());
    let rows = &environment.rows;
    rows.iter()
        .find(|one| Some(&one.platform) == row)
        .or_else(|| rows.iter().find(|one| one.locked))
}

/// What a person reads who ran the command.
fn text(answer: &Answer, findings: &[Finding]) -> String {
    let fits = answer.verdict();
    let mut text = format!("pixi {} ({}): {fits}\n", answer.pixi.version, answer.pixi.because);
    for environment in &answer.environments {
        let mark = if environment.requested { "*" } else { " " };
        let _ = writeln!(text, "{mark} {}", environment.name);
        for row in &environment.rows {
            let _ = writeln!(text, "    {}: {}", row.platform, row_text(row));
        }
        if let Some(said) = environment.prediction.as_ref().filter(|_| environment.requested) {
            let row = said.install.row.as_deref().unwrap_or("none");
            let (install, run) = (said.install.outcome, said.run.outcome);
            let _ = writeln!(text, "    on this platform: install {install}, run {run}, row {row}");
        }
    }
    if answer.cuda_override.needed {
        let value = answer.cuda_override.value.as_deref().unwrap_or_default();
        let _ = writeln!(text, "CONDA_OVERRIDE_CUDA={value} is needed without a GPU");
    }
    let count = |severity| findings.iter().filter(|one| one.severity == severity).count();
    let _ = write!(
        text,
        "{} errors, {} warnings, {} notices",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Notice)
    );
    text
}

fn row_text(row: &RowFacts) -> String {
    if !row.locked {
        return "not locked".to_owned();
    }
    let frameworks: Vec<String> = row
        .frameworks
        .iter()
        .map(|one| format!("{} {} ({})", one.name, one.version, one.variant))
        .collect();
    let mut parts =
        vec![if frameworks.is_empty() { "no framework".to_owned() } else { frameworks.join(", ") }];
    parts.extend(row.declared_cuda.as_ref().map(|version| format!("declares cuda {version}")));
    parts.extend(row.cuda_level.as_ref().map(|level| format!("CUDA {level}")));
    parts.push(own_report::megabytes(row.download_bytes));
    parts.join("; ")
}

/// Writes the SARIF file so that nobody sees half of it.
fn write_sarif(
    context: &Context,
    given: &std::path::Path,
    manifest: &str,
    findings: &[Finding],
) -> Result<(), Failure> {
    let definition = Action::definition();
    let diagnostics: Vec<Diagnostic> = findings.iter().map(Finding::diagnostic).collect();
    let tool = Tool {
        name: definition.name,
        version: env!("CARGO_PKG_VERSION"),
        address: env!("CARGO_PKG_REPOSITORY"),
    };
    let log = sarif(tool, definition.explanations, &diagnostics, manifest);
    let path = context.working_directory()?.join(given);
    let failed = |error: std::io::Error| {
        let message = format!("cannot write `{}`: {error}", given.display());
        Diagnostic::outside("settings/sarif", message)
            .with_help("name a file in a folder that exists and may be written")
    };
    let folder = path.parent().unwrap_or(std::path::Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    serde_json::to_writer_pretty(&mut file, &log).map_err(|error| failed(error.into()))?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    let told = context.paths.host(&path).unwrap_or(path);
    context.outputs.set("sarif", told.to_string_lossy())?;
    Ok(())
}
