//! What the lock says of CUDA, and the command that makes it follow the manifest.

use conda::{MatchSpec, Version};
use pixi_workspace::lock::{Lock, Row};

use super::edits::Edited;
use crate::variants::{Framework, Origin, Variant, Variants};

/// Every row of the lock.
fn rows(lock: &Lock) -> impl Iterator<Item = &Row> {
    lock.environments.iter().flat_map(|environment| &environment.rows)
}

fn all(lock: &Lock) -> impl Iterator<Item = Variants> {
    rows(lock).map(|row| Variants::of(lock, row))
}

/// Whether a framework of a conda channel is locked.
pub fn has_conda_framework(lock: &Lock) -> bool {
    all(lock).any(|row| row.frameworks.iter().any(|one| one.origin == Origin::Conda))
}

/// The locked version of `cuda-version`.
pub fn locked_toolkit(lock: &Lock) -> Option<String> {
    let mut levels = all(lock).filter_map(|row| row.toolkit);
    levels.find(|level| level.package == "cuda-version").map(|level| level.version)
}

/// The CUDA that the locked packages need of a machine, and where that is from: the highest lower
/// bound of their `__cuda` specs, else the major version they are built for.
pub fn needed_cuda(lock: &Lock) -> Option<(String, String)> {
    let mut bounds: Vec<Version> = Vec::new();
    let mut level = None;
    for row in all(lock) {
        for asks in row.depends.iter().chain(&row.constrains) {
            let spec = asks.spec.parse::<MatchSpec>().ok().and_then(|spec| spec.version);
            bounds.extend(spec.and_then(|spec| spec.lower_bound()).map(|bound| bound.version));
        }
        level = level.or_else(|| row.level().map(str::to_owned));
    }
    let major = level.and_then(|level| level.split('.').next().map(str::to_owned));
    let bound = bounds.into_iter().max().map(|bound| bound.to_string());
    let version = bound.or(major)?;
    let version = if version.contains('.') { version } else { format!("{version}.0") };
    Some((version, "pixi.lock".to_owned()))
}

/// The command after which the lock fits the edited manifest.
///
/// A lock keeps the builds it has as long as they fit, CPU builds under a new CUDA declaration too;
/// updating the framework itself makes pixi choose again. Names that are not locked are an error to
/// pixi.
pub fn command(lock: Option<&Lock>, edited: &Edited) -> String {
    let top = lock.filter(|_| edited.declares_cuda).and_then(top);
    top.map_or_else(|| "pixi lock".to_owned(), |top| format!("pixi update {top}"))
}

/// The framework to update: one that is locked as a CPU build first.
fn top(lock: &Lock) -> Option<String> {
    let found: Vec<Framework> = all(lock)
        .flat_map(|row| row.frameworks)
        .filter(|framework| framework.origin == Origin::Conda)
        .collect();
    let cpu = found.iter().find(|framework| framework.variant == Variant::Cpu);
    cpu.or(found.first()).map(|framework| framework.top_package.clone())
}
