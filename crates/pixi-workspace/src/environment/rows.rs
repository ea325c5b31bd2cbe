//! The platforms of an environment.

use std::ops::Range;

use super::requirements::is_higher;
use super::{Requirements, group};
use crate::manifest::{Environment, Feature, Manifest, Platform};
use crate::{Era, PixiVersion};

/// A platform an environment can be installed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredRow {
    /// What pixi calls it: the subdir of a bare one, else the given name or one made up
    /// (`linux-64-cuda-12-0`).
    pub name: String,
    /// The conda subdir.
    pub subdir: String,
    /// The virtual packages declared beyond the subdir's defaults, names and versions as written.
    pub virtual_packages: Vec<(String, String)>,
    /// The bytes of the entry in `platforms`.
    pub span: Range<usize>,
}

impl DeclaredRow {
    /// The version declared of a virtual package, defaults left out.
    pub fn virtual_package(&self, name: &str) -> Option<&str> {
        self.virtual_packages.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// What it declares that is not the subdir's default anyway.
    pub fn customised(&self) -> impl Iterator<Item = &(String, String)> {
        self.virtual_packages
            .iter()
            .filter(|(name, version)| !super::locked::is_default(&self.subdir, name, version))
    }

    /// What it is solved with: declared packages, then the defaults that nothing declared replaces.
    pub fn all_virtual_packages(&self) -> Vec<(String, String)> {
        let is_libc = |name: &str| matches!(name, "__glibc" | "__musl" | "__eglibc");
        let mut all = self.virtual_packages.clone();
        for (name, version) in default_virtual_packages(&self.subdir) {
            let replaced = |known: &str| known == name || is_libc(known) && is_libc(name);
            if !self.virtual_packages.iter().any(|(known, _)| replaced(known)) {
                all.push((name.to_owned(), version.to_owned()));
            }
        }
        all
    }

    /// Whether `[target.<selector>]` is about it.
    pub fn fits(&self, selector: &str) -> bool {
        match selector {
            "linux" => self.subdir.starts_with("linux-"),
            "osx" | "macos" => self.subdir.starts_with("osx-"),
            "win" => self.subdir.starts_with("win-"),
            "unix" => !self.subdir.starts_with("win-"),
            other if other.contains('*') => glob(other, &self.name),
            other => other == self.subdir || other == self.name,
        }
    }

    /// Whether it is a bare subdir.
    pub fn is_bare(&self) -> bool {
        self.name == self.subdir
    }
}

/// What pixi assumes of every machine of a subdir; versions as a lock of format 7 records them.
pub fn default_virtual_packages(subdir: &str) -> Vec<(&'static str, &'static str)> {
    let (family, architecture) = subdir.split_once('-').unwrap_or((subdir, ""));
    let mut packages = match family {
        "linux" => vec![("__unix", "0=0"), ("__linux", "4.18"), ("__glibc", "2.28")],
        "osx" => vec![("__unix", "0=0"), ("__osx", "13.0")],
        "win" => vec![("__win", "10.0")],
        "emscripten" => vec![("__unix", "0=0")],
        _ => Vec::new(),
    };
    let archspec = match (family, architecture) {
        (_, "64") => Some("0=x86_64"),
        ("osx", "arm64") => Some("0=m1"),
        (_, "32") => Some("0=x86"),
        (_, "aarch64" | "arm64") => Some("0=aarch64"),
        (_, "ppc64le") => Some("0=ppc64le"),
        (_, "ppc64") => Some("0=ppc64"),
        (_, "s390x") => Some("0=s390x"),
        (_, "riscv64") => Some("0=riscv64"),
        _ => None,
    };
    packages.extend(archspec.map(|build| ("__archspec", build)));
    packages
}

/// Whether every platform is a subdir and no more: then system requirements count, and pixi from
/// 0.71 on makes platforms of them.
pub(super) fn are_all_bare(manifest: &Manifest) -> bool {
    manifest.workspace.platforms.iter().all(|platform| platform.name == platform.subdir)
}

/// The rows of an environment, in declared order.
pub(super) fn rows(
    manifest: &Manifest,
    environment: &Environment,
    features: &[&Feature],
    version: PixiVersion,
) -> Vec<DeclaredRow> {
    if version.era() == Era::Rows && !are_all_bare(manifest) {
        return rich(&manifest.workspace.platforms, features);
    }
    let members = group(manifest, environment);
    let all = members.iter().flat_map(|member| super::features_of(manifest, member));
    let joined = Requirements::of(all);
    subdirs(manifest, features, version)
        .into_iter()
        .map(|(subdir, span)| {
            let (virtual_packages, name) = if version.era() == Era::Rows {
                let union = union(features, &subdir);
                let name = made_up_name(&subdir, &union);
                (union, name)
            } else {
                (joined.on(&subdir), subdir.clone())
            };
            DeclaredRow { name, subdir, virtual_packages, span }
        })
        .collect()
}

/// What the tables of the features amount to on a subdir from 0.71 on: the highest of each, a
/// default that is written out left aside, so that `libc = "2.17"` of another feature stands.
fn union(features: &[&Feature], subdir: &str) -> Vec<(String, String)> {
    let mut union: Vec<(String, String)> = Vec::new();
    for (name, version) in
        features.iter().flat_map(|feature| Requirements::of([*feature]).on(subdir))
    {
        match union.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if is_higher(&version, known) => *known = version,
            Some(_) => {}
            None => union.push((name, version)),
        }
    }
    union
}

/// Platforms with virtual packages: those every feature allows, by name or subdir. Where a feature
/// names a platform of a subdir, the others of that subdir are out.
fn rich(platforms: &[Platform], features: &[&Feature]) -> Vec<DeclaredRow> {
    let named = |platform: &Platform| {
        features
            .iter()
            .filter_map(|feature| feature.platforms.as_ref())
            .flatten()
            .any(|name| name.value == platform.name)
    };
    let pinned: Vec<&str> = platforms
        .iter()
        .filter(|platform| named(platform))
        .map(|platform| platform.subdir.as_str())
        .collect();
    let allowed = |platform: &Platform| {
        features.iter().all(|feature| {
            feature.platforms.as_ref().is_none_or(|names| {
                names
                    .iter()
                    .any(|name| name.value == platform.name || name.value == platform.subdir)
            })
        })
    };
    platforms
        .iter()
        .filter(|platform| allowed(platform))
        .filter(|platform| named(platform) || !pinned.contains(&platform.subdir.as_str()))
        .map(|platform| DeclaredRow {
            name: platform.name.clone(),
            subdir: platform.subdir.clone(),
            virtual_packages: platform.virtual_packages.clone(),
            span: platform.span.clone(),
        })
        .collect()
}

/// The subdirs that every feature of an environment allows, each once.
fn subdirs(
    manifest: &Manifest,
    features: &[&Feature],
    version: PixiVersion,
) -> Vec<(String, Range<usize>)> {
    let declared: Vec<(String, Range<usize>)> = manifest
        .workspace
        .platforms
        .iter()
        .map(|platform| (platform.subdir.clone(), platform.span.clone()))
        .collect();
    let is_declared = |subdir: &str| declared.iter().any(|(known, _)| known == subdir);
    // A feature may name a subdir that the workspace does not; it counts where all agree. One that
    // names none stands for the workspace's before 0.71, for any since.
    let without_names = |subdir: &str| version.era() == Era::Rows || is_declared(subdir);
    let added = features
        .iter()
        .filter_map(|feature| feature.platforms.as_ref())
        .flatten()
        .filter(|name| conda::archive::is_subdir(&name.value))
        .map(|name| (name.value.clone(), name.span.clone()));
    let mut subdirs: Vec<(String, Range<usize>)> = Vec::new();
    for (subdir, span) in declared.iter().cloned().chain(added) {
        let allowed = features.iter().all(|feature| match &feature.platforms {
            Some(names) => names.iter().any(|name| name.value == subdir),
            None => without_names(&subdir),
        });
        if allowed && !subdirs.iter().any(|(known, _)| *known == subdir) {
            subdirs.push((subdir, span));
        }
    }
    subdirs
}

/// What pixi calls an unnamed platform with these virtual packages.
fn made_up_name(subdir: &str, virtual_packages: &[(String, String)]) -> String {
    const FIRST: [(&str, &str); 5] = [
        ("__cuda", "cuda"),
        ("__glibc", "glibc"),
        ("__linux", "linux"),
        ("__osx", "macos"),
        ("__win", "windows"),
    ];
    let mut name = subdir.to_owned();
    let mut add = |key: &str, version: &str| {
        let segments = version.split(|c: char| !c.is_ascii_alphanumeric());
        for segment in std::iter::once(key).chain(segments).filter(|segment| !segment.is_empty()) {
            name.push('-');
            name.push_str(segment);
        }
    };
    for (package, key) in FIRST {
        if let Some((_, version)) = virtual_packages.iter().find(|(known, _)| known == package) {
            add(key, version);
        }
    }
    let mut others: Vec<&(String, String)> = virtual_packages
        .iter()
        .filter(|(known, _)| !FIRST.iter().any(|(package, _)| package == known))
        .collect();
    others.sort();
    for (package, version) in others {
        add(&package.trim_start_matches('_').replace('_', "-"), version);
    }
    name
}

/// Whether a pattern with `*` fits the whole of a name.
fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.is_empty()
}
