//! What is locked, held against what is declared.

use pixi_workspace::{Finding, View};

use crate::settings::Settings;
use crate::subject::Subject;
use crate::variants::{self, Variants};

/// The findings of every row of every environment.
pub(super) fn findings(subject: &Subject, settings: &Settings, views: &[View<'_>]) -> Vec<Finding> {
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
