//! What `pyproject.toml` says of the project, whichever file the configuration is in.

use std::path::{Path, PathBuf};

use config::{Node, Tree};
use diagnostics::Source;

/// `project.license-expression`, else `project.license` or its `text`. A file that cannot be read
/// says nothing.
pub(super) fn license(directory: &Path) -> Option<String> {
    license_of(&tree(directory)?)
}

/// The same of a `pyproject.toml` that is at hand.
pub(crate) fn license_in(text: &str) -> Option<String> {
    license_of(&config::parse_toml(&Source::text("pyproject.toml", text)).ok()?)
}

fn license_of(tree: &Tree) -> Option<String> {
    let named = tree.get("project.license-expression").or_else(|| tree.get("project.license"))?;
    let text = named.as_str().or_else(|| named.get("text").and_then(Node::as_str))?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// `project.name`.
pub(super) fn name(directory: &Path) -> Option<String> {
    tree(directory)?.get("project.name")?.as_str().map(str::to_owned)
}

/// The nearest `pyproject.toml`, from the working directory up to the top of the repository.
fn tree(directory: &Path) -> Option<Tree> {
    let mut folders = Vec::new();
    for folder in directory.ancestors() {
        folders.push(folder);
        if folder.join(".git").exists() {
            break;
        }
    }
    let path: PathBuf =
        folders.iter().map(|folder| folder.join("pyproject.toml")).find(|path| path.exists())?;
    if super::place::refuse(path.parent()?, None).is_some() {
        return None;
    }
    let text = std::fs::read_to_string(&path).ok()?;
    config::parse_toml(&Source::file(path.display().to_string(), text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_names_the_license() {
        let top = tempfile::tempdir().unwrap();
        let package = top.path().join("packages/one");
        std::fs::create_dir_all(&package).unwrap();
        std::fs::create_dir(top.path().join(".git")).unwrap();
        assert_eq!(license(&package), None);
        let write = |folder: &Path, text: &str| {
            std::fs::write(folder.join("pyproject.toml"), text).unwrap();
        };
        write(top.path(), "[project]\nlicense = \"MIT\"\n");
        assert_eq!(license(&package).as_deref(), Some("MIT"));
        write(
            &package,
            "[project]\nlicense = {text = \"BSD\"}\nlicense-expression = \"Apache-2.0\"\n",
        );
        assert_eq!(license(&package).as_deref(), Some("Apache-2.0"));
        write(&package, "[project]\nlicense = {text = \"BSD\"}\n");
        assert_eq!(license(&package).as_deref(), Some("BSD"));
        write(&package, "[project]\nlicense = {file = \"LICENSE\"}\n");
        assert_eq!(license(&package), None);
    }
}
