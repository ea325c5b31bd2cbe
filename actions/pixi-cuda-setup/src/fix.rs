//! Command `fix`: what a manifest lacks is added, every other byte stays.
//!
//! The lock never follows an edit of the manifest by itself; the command that makes it follow is
//! said.

pub mod edits;
pub mod elsewhere;
mod explain;
pub mod follow;
mod steps;

use std::fmt::Write as _;

use action_kit::{Context, escape_markdown};
use diagnostics::{Diagnostic, Exit, Failure, Severity, Source};
use effects::{How, Plan, Same, Step, carry_out};
use pixi_workspace::PixiVersion;

use crate::neighbours::Neighbours;
use crate::settings::{self, Cuda, Environments, Fix, Settings};
use crate::subject::{self, Files};
use crate::watcher::Watcher;
use edits::{Edited, Wanted};
use steps::{Edit, World};

pub use explain::EXPLANATIONS;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// What was added, or would have been: one line each; empty where nothing is missing.
    pub changes: Vec<String>,
    /// Whether the manifest was written.
    pub is_written: bool,
    /// The command that makes the lock follow, where there are changes.
    pub follow: Option<String>,
}

impl Fixed {
    /// The failure of a run that goes on with `--locked`: the lock does not fit any more.
    pub fn lock_stays(&self) -> Option<Diagnostic> {
        let command = self.follow.as_deref().filter(|_| self.is_written)?;
        Some(
            Diagnostic::check_failed(
                "fix/lock-stays",
                "the manifest was edited, and pixi.lock does not follow by itself",
            )
            .with_note("`locked` was asked for, and `pixi install --locked` would refuse it")
            .with_help(format!("run `{command}`, and commit pixi.lock with the manifest")),
        )
    }
}

/// Command `fix`.
///
/// # Errors
/// A manifest that cannot be read or edited, a CUDA version that nobody names; with `locked`, that
/// the lock does not fit any more.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let settings = settings::read(context)?;
    let files = Files::read(context, &settings)?;
    let pixi = subject::assumed(&settings, &files)?;
    let fixed = Box::pin(apply(context, &settings, &files, pixi.version)).await?;
    match fixed.lock_stays() {
        Some(diagnostic) if settings.locked == Some(true) => Err(diagnostic.into()),
        _ => Ok(Exit::Done),
    }
}

/// Does what `fix` asks for: nothing, a diff, or the edit. For `setup` too.
///
/// # Errors
/// As [`run`], but for the lock.
pub async fn apply(
    context: &Context,
    settings: &Settings,
    files: &Files,
    version: PixiVersion,
) -> Result<Fixed, Failure> {
    let is_command = context.command() == crate::definition::FIX;
    let how = settings.fix.unwrap_or(if is_command { Fix::Diff } else { Fix::Off });
    let nothing = Fixed { changes: Vec::new(), is_written: false, follow: None };
    if how == Fix::Off {
        return Ok(nothing);
    }
    let edited = planned(context, settings, files, version)?;
    for note in &edited.notes {
        context.log.info(note);
    }
    let dry_run = context.inputs.flag("dry-run") == Some(true) || how == Fix::Diff;
    context.outputs.set("changed", (!edited.changes.is_empty()).to_string())?;
    let plan = plan_of(files, &edited)?;
    if is_command {
        let mode = if dry_run { "dry-run" } else { "apply" };
        let json = plan.to_json("pixi-cuda-setup", env!("CARGO_PKG_VERSION"), mode);
        context.plan(&json.map_err(Diagnostic::from)?, &plan.to_string())?;
    }
    if edited.changes.is_empty() {
        context.log.info("the manifest lacks nothing");
        return Ok(nothing);
    }
    let source = files.document.source();
    let shown = diff(source, &edited.text);
    if is_command {
        context.log.result(shown.trim_end());
    } else {
        context.log.info(shown.trim_end());
    }
    if !dry_run {
        let mut world = World { path: files.document.path().to_owned() };
        let mut planner = Same(plan.clone());
        let mut watcher = Watcher { context };
        let carried = carry_out(plan, &mut planner, &mut world, &mut watcher).await;
        let report = carried.map_err(|stopped| stopped.failure)?;
        debug_assert!(report.finished.iter().all(|step| step.how != How::Found));
    }
    let command = follow::command(files.lock.as_ref().ok(), &edited);
    context.log.diagnostic(&told(source, &edited, &command, dry_run));
    context.report(&markdown(source, &edited, &command, dry_run))?;
    Ok(Fixed { changes: edited.changes, is_written: !dry_run, follow: Some(command) })
}

/// Reads what is needed, and plans the edits.
fn planned(
    context: &Context,
    settings: &Settings,
    files: &Files,
    version: PixiVersion,
) -> Result<Edited, Failure> {
    let (manifest, findings) = files.document.read(version);
    if let Some(finding) = findings.iter().find(|one| one.code == "manifest/no-workspace") {
        return Err(finding.diagnostic().into());
    }
    let lock = files.lock.as_ref().ok();
    let environments = match &settings.environments {
        Environments::Default => vec!["prod".to_owned()],
        Environments::All => Vec::new(),
        Environments::Named(named) => named.iter().map(|name| name.value.clone()).collect(),
    };
    let cuda = match &settings.cuda {
        Cuda::Off => edits::CudaWish::Off,
        Cuda::Version(version) => edits::CudaWish::Version(version.value.clone()),
        Cuda::Auto => {
            let around = Neighbours::read(context, settings, files)?;
            let override_value = elsewhere::overrides(&around);
            match override_value.or_else(|| lock.and_then(follow::needed_cuda)) {
                Some((version, from)) => {
                    context.log.debug(format!("CUDA {version}, from {from}"));
                    edits::CudaWish::Version(version)
                }
                None => edits::CudaWish::Unknown,
            }
        }
    };
    let toolkit = lock.and_then(follow::locked_toolkit);
    let has_framework = lock.is_some_and(follow::has_conda_framework);
    let wanted = Wanted { environments, cuda, version, toolkit, has_framework };
    edits::plan(&manifest, &wanted)
}

fn plan_of(files: &Files, edited: &Edited) -> Result<Plan<Edit>, Failure> {
    let mut steps = Vec::new();
    if !edited.changes.is_empty() {
        let source = files.document.source();
        let edit = Edit {
            file: source.name().to_owned(),
            changes: edited.changes.clone(),
            before: source.contents().to_owned(),
            after: edited.text.clone(),
        };
        let summary = format!("edit {}: {}", source.name(), edited.changes.join("; "));
        steps.push(Step::new("manifest", summary, edit));
    }
    Ok(Plan::new(steps).map_err(Diagnostic::from)?)
}

/// The difference, as `git apply` takes it.
pub fn diff(source: &Source, after: &str) -> String {
    let name = source.name();
    similar::TextDiff::from_lines(source.contents(), after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}

/// What is said at the end.
fn told(source: &Source, edited: &Edited, command: &str, dry_run: bool) -> Diagnostic {
    let (verb, code) = if dry_run { ("lacks", "fix/missing") } else { ("now has", "fix/edited") };
    let message = format!("{} {verb} {}", source.name(), edited.changes.join(", "));
    let notice = Diagnostic::notice(code, message);
    debug_assert!(notice.severity == Severity::Notice);
    if dry_run {
        let help = "run `pixi-cuda-setup fix --fix write`, or set input `fix` to `write`";
        return notice.with_help(format!("{help}; then `{command}`"));
    }
    notice
        .with_note("pixi.lock does not follow by itself")
        .with_help(format!("run `{command}`, and commit pixi.lock with the manifest"))
}

fn markdown(source: &Source, edited: &Edited, command: &str, dry_run: bool) -> String {
    let verb = if dry_run { "lacks" } else { "now has" };
    let name = escape_markdown(source.name());
    let mut text = format!("### Manifest\n\n{name} {verb}:\n\n");
    for change in &edited.changes {
        let _ = writeln!(text, "- {}", escape_markdown(change));
    }
    let _ = writeln!(
        text,
        "\nThe lock does not follow by itself: run `{command}` and commit pixi.lock with the manifest."
    );
    text
}

#[cfg(test)]
mod tests;
