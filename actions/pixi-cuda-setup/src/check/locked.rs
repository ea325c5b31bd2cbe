//! What is locked, held against what is declared.

use action_kit::Context;
use diagnostics::Severity;
use pixi_workspace::predict::Usage;
use pixi_workspace::stale::Verdict;
use pixi_workspace::{Finding, Machine, View};

use crate::check::VARIABLE;
use crate::diagnosis::{self, Case, Given};
use crate::settings::{Cuda, Settings};
use crate::subject::{Subject, unknown};
use crate::variants::{self, Variants};

/// Why the lock does not fit the manifest. Only `--locked` refuses such a lock; without it pixi
/// solves anew, and with `--frozen` it installs what was.
pub(super) fn stale(verdict: &Verdict, subject: &Subject, settings: &Settings) -> Vec<Finding> {
    let is_refused = subject.is_locked(settings);
    let told = |finding: Finding| if is_refused { finding } else { at_most_warning(finding) };
    verdict.findings(subject.pixi.version).into_iter().map(told).collect()
}

fn at_most_warning(mut finding: Finding) -> Finding {
    finding.severity = finding.severity.min(Severity::Warning);
    finding
}

/// What follows for environments, rows and the override that is in force.
pub(super) fn diagnosis(
    context: &Context,
    subject: &Subject,
    settings: &Settings,
    views: &[View<'_>],
    machine: &Machine,
) -> Vec<Finding> {
    let usage = match (settings.frozen, subject.is_locked(settings)) {
        (true, _) => Usage::Frozen,
        (false, true) => Usage::Locked,
        (false, false) => Usage::Update,
    };
    let requested = &subject.environments;
    let case = Case { views, requested, lock: subject.lock(), machine, usage };
    let mut findings = diagnosis::findings(&case);
    let given = match (context.variable(VARIABLE), &settings.cuda) {
        (Some(text), _) => Some(Given::new(text, None)),
        (None, Cuda::Version(version)) => {
            let place = (version.source.clone(), version.span.clone());
            Some(Given::new(&version.value, Some(place)))
        }
        _ => None,
    };
    findings.extend(given.iter().flat_map(|given| diagnosis::of_override(&case, given)));
    findings
}

/// What `require-cuda` names and nothing can be said about: a gate that judged nothing has not
/// passed.
pub(super) fn unjudged(subject: &Subject, settings: &Settings, views: &[View<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in &settings.require_cuda {
        let is_all = name.value == "*";
        let mut meant = views.iter().filter(|view| is_all || view.name() == name.value).peekable();
        if meant.peek().is_none() {
            findings.extend(unknown(&subject.manifest, name));
        }
        let is_locked = |view: &View<'_>| {
            subject.lock().is_some_and(|lock| {
                let mut here = view.rows().iter().filter(|row| row.subdir == subject.subdir);
                here.any(|row| view.locked_row(lock, row).is_some())
            })
        };
        findings.extend(meant.filter(|view| !is_locked(view)).map(|view| {
            let message = format!(
                "`{}` must be CUDA, and no lock says what it holds on {}",
                view.name(),
                subject.subdir
            );
            Finding::error("cuda/not-judged", message)
                .at(&name.source, &name.span)
                .environment(view.name())
                .remedy("run `pixi lock` and commit pixi.lock, or take it out of `require-cuda`")
        }));
    }
    findings
}

/// The variants of every row of every environment.
pub(super) fn variants(subject: &Subject, settings: &Settings, views: &[View<'_>]) -> Vec<Finding> {
    let Some(lock) = subject.lock() else { return Vec::new() };
    let named = |list: &[config::Spanned<String>], name: &str| {
        list.iter().any(|one| one.value == name || one.value == "*")
    };
    let mut findings = Vec::new();
    for view in views {
        for declared in view.rows() {
            let Some(row) = view.locked_row(lock, declared) else { continue };
            let cuda = view.declared_cuda(declared).map(|declared| declared.version);
            // A plain row beside one for CUDA is for the machines without.
            let is_spare = cuda.is_none()
                && view.rows().iter().any(|other| {
                    other.subdir == declared.subdir && view.declared_cuda(other).is_some()
                });
            let wanted = variants::Wanted {
                lock,
                row: &row.platform,
                environment: view.name(),
                platform: &declared.name,
                declared: cuda.as_deref(),
                required: !is_spare && named(&settings.require_cuda, view.name()),
                cpu_allowed: named(&settings.allow_cpu, view.name()),
                version: subject.pixi.version,
            };
            let found = variants::findings(&Variants::of(lock, row), &wanted);
            // What is not installed here, such as win-64 under a `cuda` for all, fails nobody.
            let is_elsewhere = declared.subdir != subject.subdir;
            findings.extend(
                found
                    .into_iter()
                    .map(|finding| if is_elsewhere { at_most_warning(finding) } else { finding }),
            );
        }
    }
    findings
}
