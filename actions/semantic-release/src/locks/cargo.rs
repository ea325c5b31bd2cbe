//! `Cargo.lock`.

use config::{Node, parse_toml};
use diagnostics::Source;

use super::{Package, Problem};

pub(super) fn apply(source: &Source, packages: &[Package]) -> Result<String, Problem> {
    let tree = parse_toml(source)?;
    let entries = tree.get("package").and_then(items).unwrap_or_default();
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let mut changes: Vec<(Vec<String>, String)> = Vec::new();
    for package in packages {
        // What comes from elsewhere has a source.
        let own = entries.iter().position(|entry| {
            text(entry, "name").as_deref() == Some(&package.name) && entry.get("source").is_none()
        });
        let Some(own) = own else {
            if package.required {
                return Err(Problem::Missing(Box::new(package.clone())));
            }
            continue;
        };
        let old = entries.get(own).and_then(|entry| text(entry, "version")).unwrap_or_default();
        let at = |index: usize, rest: &[&str]| -> Vec<String> {
            let index = index.to_string();
            ["package", index.as_str()].iter().chain(rest).map(|key| (*key).to_owned()).collect()
        };
        changes.push((at(own, &["version"]), package.version.clone()));
        // Where two packages have this name, others name it with its version.
        let named = format!("{} {old}", package.name);
        for (index, entry) in entries.iter().enumerate() {
            let needed = entry.get("dependencies").and_then(items).unwrap_or_default();
            for (place, dependency) in needed.iter().enumerate() {
                if dependency.as_str() == Some(&named) {
                    let path = at(index, &["dependencies", &place.to_string()]);
                    changes.push((path, format!("{} {}", package.name, package.version)));
                }
            }
        }
    }
    let paths: Vec<Vec<&str>> =
        changes.iter().map(|(path, _)| path.iter().map(String::as_str).collect()).collect();
    let changes: Vec<(&[&str], &str)> = paths
        .iter()
        .zip(&changes)
        .map(|(path, (_, new))| (path.as_slice(), new.as_str()))
        .collect();
    Ok(text_edit::toml::set_strings(source, &changes)?)
}

/// The items of a list.
pub(super) fn items(node: &Node) -> Option<&[Node]> {
    match &node.value {
        config::Value::Sequence(items) => Some(items),
        _ => None,
    }
}
