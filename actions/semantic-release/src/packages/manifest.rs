//! What a package is called and which packages it needs, from the manifest its own tool reads.

use std::collections::BTreeSet;

use config::{Node, Tree, parse_json, parse_toml};
use diagnostics::{Failure, Source};

/// The manifests that are looked at, in this order; the first that names the package counts.
pub const FILES: [&str; 3] = ["pyproject.toml", "package.json", "Cargo.toml"];

/// Name and needs of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// As it is written; `None` where no manifest names it.
    pub name: Option<String>,
    /// The names of what it needs to run, in the form of [`normal`].
    pub needs: BTreeSet<String>,
}

/// A name as package indexes compare it (PEP 503): lower case, one hyphen for each run of `-`,
/// `_` and `.`. Scopes of npm stay.
pub fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            c => normal.extend(c.to_lowercase()),
        }
    }
    normal
}

/// Reads the manifests of one directory; `read` gives the text of a file of it.
///
/// # Errors
/// A manifest that cannot be read as what it is.
pub fn read(directory: &str, read: impl Fn(&str) -> Option<String>) -> Result<Manifest, Failure> {
    let mut manifest = Manifest::default();
    for file in FILES {
        let Some(text) = read(file) else { continue };
        let source = Source::file(format!("{directory}/{file}"), text);
        let found = match file {
            "pyproject.toml" => python(&parse_toml(&source)?),
            "package.json" => node(&parse_json(&source)?),
            _ => cargo(&parse_toml(&source)?),
        };
        manifest.name = manifest.name.or(found.name);
        manifest.needs.extend(found.needs);
    }
    Ok(manifest)
}

fn text(tree: &Tree, path: &[&str]) -> Option<String> {
    tree.get_path(path).and_then(Node::as_str).map(str::to_owned)
}

fn keys(node: Option<&Node>) -> impl Iterator<Item = String> + '_ {
    node.and_then(Node::entries).unwrap_or_default().iter().map(|(key, _)| normal(&key.text))
}

/// The names of a list of requirements (PEP 508): what stands before an extra, a version or a
/// marker.
fn requirements(node: Option<&Node>) -> impl Iterator<Item = String> + '_ {
    let items = node.and_then(Node::items).unwrap_or_default().iter().filter_map(Node::as_str);
    items.filter_map(|item| {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name = item.trim_start().split(|c| !is_name(c)).next()?;
        (!name.is_empty()).then(|| normal(name))
    })
}

fn python(tree: &Tree) -> Manifest {
    let name = text(tree, &["project", "name"]).or_else(|| text(tree, &["tool", "poetry", "name"]));
    let mut needs: BTreeSet<String> =
        requirements(tree.get_path(&["project", "dependencies"])).collect();
    let extras = tree.get_path(&["project", "optional-dependencies"]).and_then(Node::entries);
    for (_, extra) in extras.unwrap_or_default() {
        needs.extend(requirements(Some(extra)));
    }
    needs.extend(keys(tree.get_path(&["tool", "poetry", "dependencies"])));
    Manifest { name, needs }
}

fn node(tree: &Tree) -> Manifest {
    let tables = ["dependencies", "optionalDependencies", "peerDependencies"];
    let needs = tables.iter().flat_map(|table| keys(tree.get_path(&[table]))).collect();
    Manifest { name: text(tree, &["name"]), needs }
}

fn cargo(tree: &Tree) -> Manifest {
    let mut tables = vec![tree.root()];
    if let Some(targets) = tree.get_path(&["target"]).and_then(Node::entries) {
        tables.extend(targets.iter().map(|(_, target)| target));
    }
    let mut needs = BTreeSet::new();
    for table in tables {
        for kind in ["dependencies", "build-dependencies"] {
            for (key, value) in table.get(kind).and_then(Node::entries).unwrap_or_default() {
                // A renamed dependency names its package.
                let package = value.get("package").and_then(Node::as_str);
                needs.insert(normal(package.unwrap_or(&key.text)));
            }
        }
    }
    Manifest { name: text(tree, &["package", "name"]), needs }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &'static str, text: &'static str) -> (Option<String>, Vec<String>) {
        let manifest = read("p", |name| (name == file).then(|| text.to_owned())).unwrap();
        (manifest.name, manifest.needs.into_iter().collect())
    }

    #[test]
    fn manifests_of_three_tools() {
        for (file, text, name, needs) in [
            (
                "pyproject.toml",
                "[project]\nname = 'My.Core'\ndependencies = ['Other_Lib[x]>=1; python_version>\"3\"', 'b']\n[project.optional-dependencies]\nx = ['c~=1']\n",
                "My.Core",
                vec!["b", "c", "other-lib"],
            ),
            (
                "pyproject.toml",
                "[tool.poetry]\nname = 'p'\n[tool.poetry.dependencies]\npython = '^3.11'\nCore = {path = '../core'}\n",
                "p",
                vec!["core", "python"],
            ),
            (
                "package.json",
                "{\"name\": \"@org/app\", \"dependencies\": {\"@org/lib\": \"^1\"}, \"devDependencies\": {\"x\": \"1\"}}",
                "@org/app",
                vec!["@org/lib"],
            ),
            (
                "Cargo.toml",
                "[package]\nname = 'a'\n[dependencies]\nb = {package = 'b_c', path = '../b'}\n[target.'cfg(unix)'.dependencies]\nd = '1'\n",
                "a",
                vec!["b-c", "d"],
            ),
        ] {
            let needs: Vec<String> = needs.into_iter().map(str::to_owned).collect();
            assert_eq!(of(file, text), (Some(name.to_owned()), needs), "{text}");
        }
        assert_eq!(of("setup.cfg", "x"), (None, Vec::new()));
    }

    #[test]
    fn names_compare_as_indexes_compare_them() {
        assert_eq!(normal("My__Core.-x"), "my-core-x");
        assert_eq!(normal("@Org/a_b"), "@org/a-b");
    }
}
