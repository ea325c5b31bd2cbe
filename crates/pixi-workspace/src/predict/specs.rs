//! The virtual packages that locked packages ask for.

use std::collections::HashSet;

use conda::{Fit, MatchSpec, Record};

use crate::lock::{Conda, Lock, Package};
use crate::machine::VirtualPackage;
use crate::{DeclaredRow, View};

/// A need for a virtual package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The package that has it.
    pub package: String,
    /// The need.
    pub spec: MatchSpec,
}

/// What pixi before 0.71 compares with the machine; it passes over the others.
pub(super) const CHECKED: [&str; 5] = ["__glibc", "__cuda", "__osx", "__win", "__linux"];

/// The same since 0.71.
pub(super) const CHECKED_SINCE_ROWS: [&str; 7] =
    ["__glibc", "__musl", "__eglibc", "__cuda", "__osx", "__win", "__linux"];

/// The specs for virtual packages in `depends` of the packages, in the lock's order, each once:
/// nearly every package of Linux has the same `__glibc >=2.17,<3.0.a0`.
pub(super) fn depends(packages: &[&Package]) -> Vec<MatchSpec> {
    let mut seen = HashSet::new();
    packages
        .iter()
        .filter_map(|package| package.conda())
        .flat_map(|conda| &conda.depends)
        .filter(|text| text.starts_with("__") && seen.insert(text.as_str()))
        .filter_map(|text| text.parse().ok())
        .collect()
}

/// The `__cuda` specs in `depends` of a row.
pub fn cuda_depends(view: &View<'_>, lock: &Lock, row: &DeclaredRow) -> Vec<Spec> {
    of_cuda(&view.locked_packages(lock, row), |conda| &conda.depends)
}

/// The `__cuda` specs in `constrains` of a row; the solver looks at them, install does not.
pub fn cuda_constrains(view: &View<'_>, lock: &Lock, row: &DeclaredRow) -> Vec<Spec> {
    of_cuda(&view.locked_packages(lock, row), |conda| &conda.constrains)
}

fn of_cuda(packages: &[&Package], list: impl Fn(&Conda) -> &Vec<String>) -> Vec<Spec> {
    let specs = |package: &Package| -> Vec<Spec> {
        let texts = package.conda().map(&list).into_iter().flatten();
        texts
            .filter(|text| text.starts_with("__cuda"))
            .filter_map(|text| {
                Some(Spec { package: package.name.clone(), spec: text.parse().ok()? })
            })
            .filter(|one| one.spec.name == "__cuda")
            .collect()
    };
    packages.iter().flat_map(|package| specs(package)).collect()
}

/// The specs that a machine does not meet, in order, among those pixi compares.
pub(super) fn unmet<'s>(
    specs: &'s [MatchSpec],
    machine: &[VirtualPackage],
    checked: &[&str],
) -> Vec<&'s MatchSpec> {
    specs
        .iter()
        .filter(|spec| checked.contains(&spec.name.as_str()))
        .filter(|spec| !machine.iter().any(|provided| meets(spec, provided)))
        .collect()
}

/// The same as a set: sorted by text, each once.
pub(super) fn sorted(specs: Vec<&MatchSpec>) -> Vec<MatchSpec> {
    let mut texts: Vec<(String, &MatchSpec)> =
        specs.into_iter().map(|spec| (spec.to_string(), spec)).collect();
    texts.sort_by(|a, b| a.0.cmp(&b.0));
    texts.dedup_by(|a, b| a.0 == b.0);
    texts.into_iter().map(|(_, spec)| spec.clone()).collect()
}

fn meets(spec: &MatchSpec, provided: &VirtualPackage) -> bool {
    let record = Record {
        name: &provided.name,
        version: &provided.version,
        build: &provided.build,
        build_number: None,
        sha256: "",
    };
    spec.matches(&record) != Fit::No
}

/// The declared packages that a machine does not provide at that version or higher.
pub(super) fn missing<'d>(
    declared: impl IntoIterator<Item = &'d (String, String)>,
    machine: &[VirtualPackage],
) -> Vec<(String, String)> {
    declared
        .into_iter()
        .filter(|(name, text)| {
            let version = text.split_once('=').map_or(text.as_str(), |(version, _)| version);
            let Ok(version) = version.parse::<conda::Version>() else { return true };
            !machine.iter().any(|one| one.name == *name && one.version >= version)
        })
        .cloned()
        .collect()
}
