//! What is locked, held against what is declared.

use action_kit::Context;
use pixi_workspace::predict::Usage;
use pixi_workspace::{Finding, Machine, View};

use crate::check::VARIABLE;
use crate::diagnosis::{self, Case, Given};
use crate::settings::{Cuda, Settings};
use crate::subject::Subject;
use crate::variants::{self, Variants};

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
            let wanted = variants::Wanted {
                lock,
                row: &row.platform,
                environment: view.name(),
                platform: &declared.name,
                declared: cuda.as_deref(),
                required: named(&settings.require_cuda, view.name()),
                cpu_allowed: named(&settings.allow_cpu, view.name()),
                version: subject.pixi.version,
            };
            findings.extend(variants::findings(&Variants::of(lock, row), &wanted));
        }
    }
    findings
}
