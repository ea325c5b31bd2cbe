//! The packages of a Cargo workspace and their versions.

use std::collections::BTreeSet;

use config::{Node, Tree, parse_toml};
use diagnostics::Source;

use super::cargo::items;
use super::{Files, Manifest, Package, ancestors, folder, join, normal, relative};

/// All packages below the lock whose version may have changed: those with a stamped manifest, and
/// where the workspace's own version is stamped, those that inherit it.
pub(super) fn packages<'m>(
    top: &str,
    manifests: impl Iterator<Item = &'m Manifest>,
    files: &dyn Files,
) -> Vec<Package> {
    let stamped: BTreeSet<String> = manifests.map(|manifest| manifest.path.clone()).collect();
    let root = join(top, "Cargo.toml");
    let mut folders: BTreeSet<String> =
        stamped.iter().map(|path| folder(path).to_owned()).collect();
    let inherited = read(&root, files).and_then(|tree| string(&tree, "workspace.package.version"));
    let mut members = BTreeSet::new();
    if stamped.contains(&root) && inherited.is_some() {
        members = self::members(top, files);
        folders.extend(members.iter().cloned());
    }
    let mut packages = Vec::new();
    for place in folders {
        // A lock further down is another workspace's business.
        let nearest =
            ancestors(&place).find(|above| files.text(&join(above, "Cargo.lock")).is_some());
        if nearest != Some(top) {
            continue;
        }
        let Some(tree) = read(&join(&place, "Cargo.toml"), files) else { continue };
        let Some(name) = string(&tree, "package.name") else { continue };
        let inherits = tree
            .get("package.version.workspace")
            .is_some_and(|node| node.value == config::Value::Bool(true));
        let own = string(&tree, "package.version");
        let Some(version) = own.or_else(|| inherited.clone().filter(|_| inherits)) else {
            continue;
        };
        let required = place == top || members.contains(&place);
        packages.push(Package {
            name,
            version,
            folder: relative(top, &place),
            required,
            tree: None,
        });
    }
    packages
}

/// The folders of the members, and of what they need by path.
fn members(top: &str, files: &dyn Files) -> BTreeSet<String> {
    let root = read(&join(top, "Cargo.toml"), files);
    let list = |key: &str| -> Vec<String> {
        let node = root.as_ref().and_then(|root| root.get_path(&["workspace", key]));
        let texts = node.and_then(items).unwrap_or_default().iter();
        texts.filter_map(Node::as_str).map(normal).collect()
    };
    let excluded: BTreeSet<String> =
        list("exclude").iter().flat_map(|pattern| expand(top, pattern, files)).collect();
    let mut found: BTreeSet<String> = list("members")
        .iter()
        .flat_map(|pattern| expand(top, pattern, files))
        .filter(|folder| !excluded.contains(folder))
        .filter(|folder| files.text(&join(folder, "Cargo.toml")).is_some())
        .collect();
    found.insert(top.to_owned());
    let mut open: Vec<String> = found.iter().cloned().collect();
    while let Some(folder) = open.pop() {
        let Some(tree) = read(&join(&folder, "Cargo.toml"), files) else { continue };
        for path in path_dependencies(&tree) {
            let Some(place) = resolve(&folder, &path) else { continue };
            let is_below = place == top || top.is_empty() || place.starts_with(&format!("{top}/"));
            if is_below && !excluded.contains(&place) && found.insert(place.clone()) {
                open.push(place);
            }
        }
    }
    found
}

fn path_dependencies(tree: &Tree) -> Vec<String> {
    let tables =
        ["dependencies", "dev-dependencies", "build-dependencies", "workspace.dependencies"];
    let paths = tables.into_iter().filter_map(|table| tree.get(table)?.entries());
    paths
        .flatten()
        .filter_map(|(_, dependency)| dependency.get("path").and_then(Node::as_str))
        .map(str::to_owned)
        .collect()
}

/// The folders a pattern of `members` names.
fn expand(top: &str, pattern: &str, files: &dyn Files) -> Vec<String> {
    let mut found = vec![top.to_owned()];
    for part in pattern.split('/').filter(|part| *part != ".") {
        let below = |folder: &String| -> Vec<String> {
            if part.contains(['*', '?']) {
                let names = files.folders(folder).into_iter();
                names.filter(|name| is_match(part, name)).map(|name| join(folder, &name)).collect()
            } else {
                resolve(folder, part).into_iter().collect()
            }
        };
        found = found.iter().flat_map(below).collect();
    }
    found
}

/// Whether a name fits a pattern with `*` and `?`.
fn is_match(pattern: &str, name: &str) -> bool {
    match pattern.chars().next() {
        None => name.is_empty(),
        Some('*') => {
            let rest = pattern.get(1..).unwrap_or_default();
            name.char_indices()
                .map(|(at, _)| at)
                .chain([name.len()])
                .any(|at| is_match(rest, name.get(at..).unwrap_or_default()))
        }
        Some(wanted) => name.chars().next().is_some_and(|first| {
            (wanted == '?' || wanted == first)
                && is_match(
                    pattern.get(wanted.len_utf8()..).unwrap_or_default(),
                    name.get(first.len_utf8()..).unwrap_or_default(),
                )
        }),
    }
}

/// A path from a folder, seen from the root; `None` when it leads out of the repository.
pub(super) fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

fn read(path: &str, files: &dyn Files) -> Option<Tree> {
    parse_toml(&Source::file(path.to_owned(), files.text(path)?)).ok()
}

pub(super) fn string(tree: &Tree, path: &str) -> Option<String> {
    tree.get(path).and_then(Node::as_str).map(str::to_owned)
}
