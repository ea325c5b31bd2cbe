//! Which crate may depend on which.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::project::Project;

/// What part of the project a crate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// `actions/NAME`: one product binary.
    Action,
    /// `crates/NAME`: linked into products.
    Library,
    /// `action-tests/NAME`: stand-ins and scenarios.
    Test,
    /// `crates/xtask`.
    Xtask,
}

/// One workspace member, with its ordinary (not dev, not build) dependencies.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) part: Part,
    pub(crate) folder: PathBuf,
    pub(crate) needs: Vec<String>,
}

/// The workspace's members.
pub(crate) fn packages(project: &Project) -> Result<Vec<Package>> {
    let metadata = MetadataCommand::new()
        .manifest_path(project.path("Cargo.toml"))
        .no_deps()
        .exec()
        .context("failed to read the workspace with `cargo metadata`")?;
    metadata
        .packages
        .iter()
        .map(|package| {
            let folder = package.manifest_path.parent().context("a manifest without folder")?;
            let folder = folder.as_std_path().to_owned();
            let needs = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal)
                .map(|dependency| dependency.name.clone())
                .collect();
            let part = part(folder.strip_prefix(project.path(""))?);
            Ok(Package { name: package.name.to_string(), part, folder, needs })
        })
        .collect()
}

fn part(relative: &Path) -> Part {
    if relative.starts_with("actions") {
        Part::Action
    } else if relative.starts_with("action-tests") {
        Part::Test
    } else if relative.ends_with("xtask") {
        Part::Xtask
    } else {
        Part::Library
    }
}

/// Whether a member needs a crate, itself or through other members.
pub(crate) fn reaches(packages: &[Package], from: &str, wanted: &str) -> bool {
    let mut seen = vec![from];
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        let package = packages.iter().find(|package| package.name == name);
        for need in package.into_iter().flat_map(|package| &package.needs) {
            if need == wanted {
                return true;
            }
            if !seen.contains(&need.as_str()) {
                seen.push(need);
                open.push(need);
            }
        }
    }
    false
}

/// Every forbidden arrow.
pub(super) fn check(packages: &[Package]) -> Vec<String> {
    let mut violations = Vec::new();
    for package in packages {
        for need in &package.needs {
            let ours = packages.iter().find(|other| other.name == *need);
            if let Some(reason) = forbidden(package, need, ours) {
                violations.push(format!("{} -> {need}: {reason}", package.name));
            }
        }
    }
    violations
}

fn forbidden(from: &Package, to: &str, ours: Option<&Package>) -> Option<&'static str> {
    let product = matches!(from.part, Part::Action | Part::Library);
    if let Some(ours) = ours {
        if ours.part == Part::Action && from.part == Part::Action {
            return Some("no action depends on an action");
        }
        if ours.part == Part::Action && from.part == Part::Library {
            return Some("a library does not know the actions");
        }
        if product && matches!(ours.part, Part::Test | Part::Xtask) {
            return Some("stand-ins are never part of a product");
        }
        if from.name == "diagnostics" {
            return Some("diagnostics stands below everything");
        }
        if from.name == "action-kit" && to != "diagnostics" {
            return Some("action-kit knows the runner only, no network, no git, no domain");
        }
        if from.name == "fetch" && !["diagnostics", "http-client"].contains(&to) {
            return Some("fetch reads from git servers over http-client, and knows nothing else");
        }
        if from.name == "conda" {
            return Some("conda is versions and specs, and needs nothing of ours");
        }
        if from.name == "pixi-workspace" && !["conda", "config", "diagnostics"].contains(&to) {
            return Some(
                "pixi-workspace reads texts and judges them, and knows no runner or network",
            );
        }
        let alone =
            ["config", "dockerfile", "effects", "engine", "history", "http-client", "report"];
        if alone.contains(&from.name.as_str()) && to != "diagnostics" {
            return Some("this crate stands on diagnostics alone");
        }
    }
    if !product {
        return None;
    }
    match to {
        // A socket of this machine, where nothing of what http-client is for exists.
        "hyper" | "hyper-util" if from.name == "engine" => None,
        "reqwest" | "hyper" | "hyper-util" | "ureq" | "rustls" if from.name != "http-client" => {
            Some("only http-client builds HTTP clients")
        }
        "octocrab" if from.name != "github" => Some("only github speaks to GitHub"),
        "gix" | "gix-pack" if from.name != "history" => Some("only history reads git objects"),
        "anyhow" => Some("products have typed errors"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, part: Part, needs: &[&str]) -> Package {
        let needs = needs.iter().map(|need| (*need).to_owned()).collect();
        Package { name: name.to_owned(), part, folder: PathBuf::new(), needs }
    }

    #[test]
    fn each_forbidden_arrow_is_found() {
        for (name, part, need) in [
            ("diagnostics", Part::Library, "config"),
            ("action-kit", Part::Library, "http-client"),
            ("action-kit", Part::Library, "github"),
            ("layer-cache", Part::Action, "semantic-release"),
            ("config", Part::Library, "semantic-release"),
            ("semantic-release", Part::Action, "github-stand-in"),
            ("github", Part::Library, "reqwest"),
            ("publish", Part::Library, "gix"),
            ("semantic-release", Part::Action, "anyhow"),
            ("publish", Part::Library, "octocrab"),
            ("engine", Part::Library, "reqwest"),
            ("publish", Part::Library, "hyper"),
            ("fetch", Part::Library, "config"),
            ("fetch", Part::Library, "gix-pack"),
        ] {
            let packages = [
                package(name, part, &[need]),
                package("config", Part::Library, &[]),
                package("http-client", Part::Library, &[]),
                package("github", Part::Library, &[]),
                package("semantic-release", Part::Action, &[]),
                package("github-stand-in", Part::Test, &[]),
            ];
            // The package under test stands first; one of the same name may follow.
            assert_eq!(check(&packages).len(), 1, "{name} -> {need}");
        }
    }

    #[test]
    fn ordinary_arrows_are_fine() {
        let packages = [
            package("diagnostics", Part::Library, &["thiserror"]),
            package("action-kit", Part::Library, &["diagnostics", "clap"]),
            package("http-client", Part::Library, &["diagnostics", "reqwest"]),
            package("history", Part::Library, &["diagnostics", "gix"]),
            package("engine", Part::Library, &["diagnostics", "hyper"]),
            package("semantic-release", Part::Action, &["action-kit", "history"]),
            package("github-stand-in", Part::Test, &["anyhow"]),
        ];
        assert_eq!(check(&packages), Vec::<String>::new());
    }
}
