//! `package-lock.json` and `npm-shrinkwrap.json`.

use config::{Node, parse_json};
use diagnostics::Source;

use super::workspace::string;
use super::{Manifest, Package, Problem, folder, relative};

pub(super) fn package(top: &str, manifest: &Manifest, listed: bool) -> Option<Package> {
    let tree = parse_json(&Source::file(manifest.path.clone(), manifest.after.clone())).ok()?;
    let place = folder(&manifest.path);
    let version = string(&tree, "version")?;
    let name = string(&tree, "name").unwrap_or_else(|| place.to_owned());
    let folder = relative(top, place);
    let required = listed || folder == ".";
    Some(Package { name, version, folder, required, tree: None })
}

pub(super) fn apply(source: &Source, packages: &[Package]) -> Result<String, Problem> {
    let tree = parse_json(source)?;
    let mut changes: Vec<(Vec<&str>, &str)> = Vec::new();
    for package in packages {
        let is_root = package.folder == ".";
        let place = if is_root { "" } else { package.folder.as_str() };
        let own = vec!["packages", place, "version"];
        let top = vec!["version"];
        let count = changes.len();
        for path in [Some(own), Some(top).filter(|_| is_root)].into_iter().flatten() {
            if tree.get_path(&path).and_then(Node::as_str).is_some() {
                changes.push((path, &package.version));
            }
        }
        if changes.len() == count && package.required {
            return Err(Problem::Missing(Box::new(package.clone())));
        }
    }
    let changes: Vec<(&[&str], &str)> =
        changes.iter().map(|(path, new)| (path.as_slice(), *new)).collect();
    Ok(text_edit::json::set_strings(source, &changes)?)
}
