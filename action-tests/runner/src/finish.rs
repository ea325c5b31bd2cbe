//! After a step: file commands, the result, and what is handed on.

use std::path::Path;

use crate::file_commands::{self, Pairs};
use crate::issue::Severity;
use crate::job::{Job, Seen};
use crate::ownership::Snapshot;
use crate::prepare::Prepared;
use crate::report::{Conclusion, StepReport};
use crate::step::Stage;
use crate::step_state::StepState;
use crate::summary::{self, Summary};
use crate::{Dialect, act, cancel::Cancel, compare};

/// Processes the files of a step that has ended, whatever its exit code.
pub(crate) fn finish(
    job: &mut Job,
    prepared: &Prepared,
    seen: Seen,
    snapshot: &Snapshot,
) -> anyhow::Result<StepReport> {
    let Seen { mut state, bytes, ended, outside, command_line } = seen;
    let disagreements = disagreements(prepared, &bytes);
    let mut issues = Vec::new();
    let summary = match job.runner.dialect {
        Dialect::Runner => runner_files(job, prepared, &mut state, &mut issues),
        Dialect::Act => act_files(prepared, &mut state, &mut issues),
    };
    let job_failed = job.runner.dialect == Dialect::Act && !issues.is_empty();
    let timed_out = matches!(prepared.step.cancel, Some(Cancel::Timeout(_)));
    let conclusion = if ended.cancelled && !timed_out && job.runner.dialect == Dialect::Runner {
        Conclusion::Cancelled
    } else if ended.exit != 0 || state.failed || ended.cancelled {
        Conclusion::Failure
    } else {
        Conclusion::Success
    };
    job.failed |= job_failed || conclusion != Conclusion::Success;

    for entry in &state.path {
        file_commands::prepend_path(&mut job.path, entry);
    }
    job.env.extend(state.exported_env.clone());
    if let Some(id) = &prepared.step.id {
        job.step_outputs.entry(id.clone()).or_default().extend(state.outputs.clone());
    }
    // act hands what pre saved to main and post, and nothing else.
    if job.runner.dialect == Dialect::Runner || prepared.step.stage == Stage::Pre {
        job.state.entry(prepared.key.clone()).or_default().extend(state.state.clone());
    }

    let new_files = snapshot.new_files();
    let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(job.workspace())?);
    let foreign_files = new_files.iter().filter(|file| file.uid != owner).cloned().collect();
    let report = StepReport {
        exit: ended.exit,
        conclusion,
        job_failed,
        dead_exports: dead_exports(job, &state),
        log: state.log,
        outputs: state.outputs,
        env: state.exported_env,
        path: state.path,
        state: state.state,
        summary,
        annotations: state.issues.recorded().to_vec(),
        issues,
        commands: state.commands,
        masks: state.masker.values().to_vec(),
        new_files,
        foreign_files,
        outside,
        disagreements,
        survived: ended.survived,
        cancelled: ended.cancelled,
        took_to_end: ended.took_to_end,
        command_line,
        variables: prepared.variables.clone(),
        arguments: prepared.arguments.clone(),
    };
    job.masker = state.masker;
    job.matchers = state.matchers;
    job.telemetry = state.telemetry;
    Ok(report)
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}

fn disagreements(prepared: &Prepared, bytes: &[(crate::console::Stream, Vec<u8>)]) -> Vec<String> {
    let files = &prepared.files;
    let named = [
        ("GITHUB_OUTPUT", &files.output),
        ("GITHUB_ENV", &files.env),
        ("GITHUB_STATE", &files.state),
    ];
    let mut found: Vec<_> =
        named.iter().flat_map(|(name, path)| compare::pairs(name, &read(path))).collect();
    found.extend(compare::path(&read(&files.path)));
    found.extend(compare::commands(bytes));
    found
}

fn runner_files(
    job: &mut Job,
    prepared: &Prepared,
    state: &mut StepState,
    issues: &mut Vec<String>,
) -> Summary {
    let files = &prepared.files;
    let mut broken = |state: &mut StepState, name: &str, error: &str| {
        state.error(&format!("Unable to process file command '{name}' successfully."));
        state.error(error);
        state.failed = true;
        issues.push(format!("{name}: {error}"));
    };
    for entry in file_commands::parse_path(&read(&files.path)) {
        file_commands::prepend_path(&mut state.path, &entry);
    }
    let Pairs { pairs, mut error } = file_commands::read_pairs(&files.env);
    for (name, value) in pairs {
        if file_commands::is_blocked(&name) {
            state.error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
        } else if name.is_empty() {
            error = Some("a name must not be empty".to_owned());
            break;
        } else {
            state.exported_env.insert(name, value);
        }
    }
    if let Some(error) = error {
        broken(state, "env", &error);
    }
    let Pairs { pairs, mut error } = file_commands::read_pairs(&files.output);
    for (name, value) in pairs {
        if name.is_empty() {
            error = Some("a name must not be empty".to_owned());
            break;
        }
        state.set_output(&name, &value);
    }
    if let Some(error) = error {
        broken(state, "output", &error);
    }
    let Pairs { pairs, error } = file_commands::read_pairs(&files.state);
    state.state.extend(pairs);
    if let Some(error) = error {
        broken(state, "state", &error);
    }
    let summary = summary::read(Some(&files.summary), &state.masker);
    if let Summary::TooLarge(error) = &summary {
        state.error(error);
    }
    if let Some((artifacts, _)) = &files.artifacts
        && let Err(error) = job.subjects.process(artifacts, &job.layout.workspace, None)
    {
        broken(state, "artifacts", &error);
    }
    summary
}

fn act_files(prepared: &Prepared, state: &mut StepState, issues: &mut Vec<String>) -> Summary {
    let files = &prepared.files;
    let mut pairs = |name: &str, path: &Path| {
        let read = act::env_file::parse_pairs(&read(path));
        issues.extend(read.error.map(|error| format!("{name}: {error}")));
        read.pairs
    };
    let (env, saved, outputs) =
        (pairs("env", &files.env), pairs("state", &files.state), pairs("output", &files.output));
    state.exported_env.extend(env);
    state.state.extend(saved);
    state.outputs.extend(outputs);
    for entry in act::env_file::parse_path(&read(&files.path)) {
        file_commands::prepend_path(&mut state.path, &entry);
    }
    let summary = read(&files.summary);
    if summary.is_empty() {
        return Summary::None;
    }
    for line in summary.lines() {
        state.output(line);
    }
    Summary::Queued(summary)
}

/// Exports that later host-side steps cannot use.
fn dead_exports(job: &Job, state: &StepState) -> Vec<String> {
    let in_job_container = job.in_job_container();
    let is_dead = |path: &str| {
        let container = path.starts_with("/github/") && job.runner.dialect == Dialect::Runner;
        container && !(in_job_container && path.starts_with("/github/home"))
    };
    let seen_from_host = |path: &str| {
        // Every job of act runs in a container that has the tool cache.
        if job.runner.dialect == Dialect::Act {
            return job.layout.act_paths().to_host(path);
        }
        job.script_paths().to_host(path)
    };
    let paths = state
        .path
        .iter()
        .filter(|path| is_dead(path) || !Path::new(&seen_from_host(path)).is_dir())
        .map(|path| format!("GITHUB_PATH: {path}"));
    let env = state
        .exported_env
        .iter()
        .filter(|(_, value)| is_dead(value))
        .map(|(name, value)| format!("GITHUB_ENV: {name}={value}"));
    paths.chain(env).collect()
}

impl StepReport {
    /// Whether the runner or the action reported an error annotation.
    pub fn has_errors(&self) -> bool {
        !self.annotations_of(Severity::Error).is_empty()
    }
}
