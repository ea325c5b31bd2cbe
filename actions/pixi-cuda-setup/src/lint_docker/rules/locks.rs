//! Whether a build takes the lock as it is.

use diagnostics::Source;
use dockerfile::ignore;
use pixi_workspace::lock::Trouble;
use pixi_workspace::predict::Usage;
use pixi_workspace::{Finding, Holds, PixiVersion};

use super::super::calls::Verb;
use super::super::stages::Run;
use super::super::{Build, Lint, paths};
use super::written::line_with;

const LOCK: &str = "pixi.lock";

/// The lock as seen from the build context.
pub(in super::super) fn path(build: &Build<'_>) -> String {
    let folder = paths::parent_of_relative(build.manifest);
    if folder.is_empty() { LOCK.to_owned() } else { format!("{folder}/{LOCK}") }
}

fn is_missing(trouble: &Trouble) -> bool {
    matches!(trouble.kind, pixi_workspace::lock::Kind::Missing)
}

/// Whether a source of `COPY` with wildcards fits a path.
pub(in super::super) fn fits(source: &str, path: &str) -> bool {
    let bare = source.trim_start_matches("./").trim_start_matches('/');
    let file = ignore::parse(&Source::text("pattern", bare));
    file.patterns.iter().any(|pattern| pattern.fits(path))
}

/// `COPY pixi.lock* ./`: passes without a lock.
pub(super) fn optional(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let lock = path(&lint.build);
    let copies = lint.model.copies.iter().filter(|copy| copy.is_context);
    for source in copies.flat_map(|copy| &copy.sources) {
        if !source.contains(['*', '?', '[']) || !fits(source, &lock) {
            continue;
        }
        // A wildcard for everything is no statement about the lock.
        if source.trim_start_matches("./") == "*" {
            continue;
        }
        let message = format!("`{source}` also fits nothing: a build without the lock passes");
        let code = "docker/lock-optional";
        let finding = match lint.facts.lock {
            Err(trouble) if is_missing(trouble) => {
                Finding::error(code, message).note("there is no lock now")
            }
            _ => Finding::warning(code, message),
        };
        let name = match source.strip_suffix('*').filter(|rest| rest.ends_with(LOCK)) {
            Some(rest) => rest.to_owned(),
            None if fits(source, lint.build.manifest) => format!("{} {lock}", lint.build.manifest),
            None => lock.clone(),
        };
        findings.push(
            finding
                .at(lint.source(), &source.span())
                .remedy(format!("write `{name}` instead of `{source}`")),
        );
    }
}

/// A `.dockerignore` that leaves the lock out.
pub(super) fn left_out(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = lint.build.ignore else { return };
    let lock = path(&lint.build);
    let Some(pattern) = file.deciding(&lock).filter(|pattern| !pattern.is_exception) else {
        return;
    };
    let fails = lint.model.runs.iter().any(|run| run.is_ours && run.call.usage != Usage::Update);
    let message = format!("`{}` leaves {lock} out of the build", &*pattern.text);
    let code = "docker/lock-left-out";
    let finding =
        if fails { Finding::error(code, message) } else { Finding::warning(code, message) };
    let remedy = if pattern.text == *lock || pattern.text == *LOCK {
        "remove this line".to_owned()
    } else {
        format!("add the line `!{lock}` at the end of {}", file.source.name())
    };
    let finding = finding.at(&file.source, &pattern.text.span()).remedy(remedy);
    findings.push(if fails {
        finding.prevents("lock file not up-to-date with the workspace")
    } else {
        finding.note("this build solves anew, differently every time")
    });
}

/// An install where the manifest is and the lock is not.
pub(super) fn not_copied(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    if lint.facts.lock.is_err() {
        return;
    }
    let lock = path(&lint.build);
    let without =
        lint.model.runs.iter().find(|run| run.is_ours && !run.has_lock && installs(lint, run));
    let Some(run) = without else { return };
    let finding = Finding::error(
        "docker/lock-not-copied",
        format!("the manifest is copied, and {lock} is not"),
    )
    .at(lint.source(), &run.call.span)
    .remedy(format!("write `COPY {} {lock} ./`", lint.build.manifest));
    findings.push(match run.call.usage {
        Usage::Update => finding.note("this build solves anew, differently every time"),
        _ => finding.prevents("lock file not up-to-date with the workspace"),
    });
}

/// An install that may change what is locked.
pub(super) fn unlocked(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in lint.model.runs.iter().filter(|run| run.is_ours) {
        if run.call.usage != Usage::Update || !installs(lint, run) {
            continue;
        }
        let verb = run.call.words.get(run.call.verb_at).map_or("install", |word| word.as_str());
        let implied = if run.call.verb == Verb::Install { "" } else { " installs here, and" };
        findings.push(
            Finding::warning(
                "docker/unlocked",
                format!("`pixi {verb}`{implied} solves anew when the lock does not fit the manifest"),
            )
            .at(lint.source(), &run.call.span)
            .note("the image then holds what nobody locked; without CUDA declared that is a CPU build")
            .remedy(format!("write `{}`", line_with(&run.call, &["--locked"]))),
        );
    }
}

/// Whether a call installs something that is not there yet.
pub(in super::super) fn installs(lint: &Lint<'_>, run: &Run) -> bool {
    match run.call.verb {
        Verb::Install => true,
        Verb::Run | Verb::ShellHook | Verb::Shell if !run.call.is_as_is => {
            let is_there = |name: &&str| {
                run.installed.iter().any(|installed| {
                    installed.environment.as_deref().is_none_or(|known| known == *name)
                })
            };
            !lint.targets(&run.call).iter().all(is_there)
        }
        _ => false,
    }
}

/// `pixi lock --check` writes.
pub(super) fn check_writes(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in &lint.model.runs {
        if run.call.verb != Verb::LockCheck {
            continue;
        }
        let written = if run.version >= PixiVersion::new(0, 64, 0) {
            line_with(&run.call, &["--dry-run"])
        } else {
            "pixi install --locked".to_owned()
        };
        findings.push(
            Finding::notice("docker/lock-check", "`pixi lock --check` also writes the lock")
                .at(lint.source(), &run.call.span)
                .note("it fails on every lock before format 7 with pixi >= 0.68, where `install --locked` passes")
                .holds(Holds::since(47))
                .remedy(format!("write `{written}`")),
        );
    }
}

/// `--frozen` on a platform that the lock does not have installs nothing, and passes.
pub(super) fn frozen_without_row(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in lint.model.runs.iter().filter(|run| run.is_ours) {
        if run.call.usage != Usage::Frozen {
            continue;
        }
        for name in lint.targets(&run.call) {
            let Some(prediction) = lint.predicted(run, name, &run.overrides()) else {
                continue;
            };
            if !prediction.installs_nothing {
                continue;
            }
            let row = prediction.row.as_deref().unwrap_or(lint.facts.subdir);
            findings.push(
                Finding::error(
                    "docker/frozen-installs-nothing",
                    format!("the lock has no row for `{row}` of environment `{name}`: `--frozen` installs nothing and ends with 0"),
                )
                .at(lint.source(), &run.call.span)
                .prevents(format!("The {name} environment has been installed."))
                .environment(name)
                .platform(row)
                .remedy("run `pixi lock` and commit pixi.lock"),
            );
        }
    }
}
