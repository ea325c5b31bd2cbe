//! The virtual packages that locked packages ask for.

use std::collections::HashMap;

use conda::{Fit, MatchSpec, Record};

use crate::lock::{Lock, Package};
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

const CUDA: &str = "__cuda";

/// The same since 0.71.
pub(super) const CHECKED_SINCE_ROWS: [&str; 7] =
    ["__glibc", "__musl", "__eglibc", "__cuda", "__osx", "__win", "__linux"];

/// The specs for virtual packages in `depends` of the packages, in the lock's order.
pub(super) fn depends(packages: &[&Package]) -> Vec<Spec> {
    specs(packages, "__", |package| package.conda().map(|conda| &conda.depends))
}

/// The `__cuda` specs in `depends` of a row.
pub fn cuda_depends(view: &View<'_>, lock: &Lock, row: &DeclaredRow) -> Vec<Spec> {
    let packages = view.locked_packages(lock, row);
    of_cuda(specs(&packages, CUDA, |package| package.conda().map(|conda| &conda.depends)))
}

/// The `__cuda` specs in `constrains` of a row; the solver looks at them, install does not.
pub fn cuda_constrains(view: &View<'_>, lock: &Lock, row: &DeclaredRow) -> Vec<Spec> {
    let packages = view.locked_packages(lock, row);
    of_cuda(specs(&packages, CUDA, |package| package.conda().map(|conda| &conda.constrains)))
}

fn of_cuda(mut specs: Vec<Spec>) -> Vec<Spec> {
    specs.retain(|one| one.spec.name == CUDA);
    specs
}

/// The specs that begin like this.
fn specs<'l>(
    packages: &[&'l Package],
    start: &str,
    list: impl Fn(&'l Package) -> Option<&'l Vec<String>>,
) -> Vec<Spec> {
    // Hundreds of packages ask for the same few things.
    let mut known: HashMap<&str, Option<MatchSpec>> = HashMap::new();
    let mut specs = Vec::new();
    for package in packages {
        let texts = list(package).into_iter().flatten().filter(|text| text.starts_with(start));
        for text in texts {
            let spec = known.entry(text).or_insert_with(|| text.parse().ok());
            specs.extend(spec.clone().map(|spec| Spec { package: package.name.clone(), spec }));
        }
    }
    specs
}

/// The specs that a machine does not meet, in order, among those pixi compares.
pub(super) fn unmet<'s>(
    specs: &'s [Spec],
    machine: &[VirtualPackage],
    checked: &[&str],
) -> Vec<&'s MatchSpec> {
    specs
        .iter()
        .map(|one| &one.spec)
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
