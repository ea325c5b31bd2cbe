//! `uv.lock`, `poetry.lock` and `pixi.lock`.

use config::{Node, parse_toml, parse_yaml};
use diagnostics::Source;
use sha2::{Digest as _, Sha256};

use super::cargo::items;
use super::workspace::string;
use super::{Files, Kind, Manifest, Package, Problem, folder, in_python, join, normal, relative};

pub(super) fn package(
    top: &str,
    kind: Kind,
    listed: bool,
    manifest: &Manifest,
    files: &dyn Files,
) -> Option<Package> {
    let tree = parse_toml(&Source::file(manifest.path.clone(), manifest.after.clone())).ok()?;
    let place = folder(&manifest.path);
    let key = |key: &str| {
        string(&tree, &format!("project.{key}"))
            .or_else(|| string(&tree, &format!("tool.poetry.{key}")))
    };
    let (name, version) = (key("name")?, key("version")?);
    let folder = relative(top, place);
    let required = kind.names_itself() && (listed || folder == ".");
    let tree = (kind == Kind::Pixi).then(|| {
        let rest = ["setup.py", "setup.cfg"].map(|name| files.text(&join(place, name)));
        let hash = |manifest: &str| {
            let texts = [Some(manifest), rest[0].as_deref(), rest[1].as_deref()];
            tree_hash(texts.into_iter().flatten())
        };
        (manifest.before.as_deref().map(hash).unwrap_or_default(), hash(&manifest.after))
    });
    Some(Package { name, version, folder, required, tree })
}

/// What pixi keeps of `pyproject.toml`, `setup.py` and `setup.cfg`: rattler's
/// `PypiSourceTreeHashable`, which takes CRLF for LF.
pub(super) fn tree_hash<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.replace("\r\n", "\n"));
    }
    let hex = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
    hash.finalize().iter().flat_map(hex).flatten().collect()
}

/// The entry whose `source` is a folder: `editable`, `virtual` or `directory`. Where the version
/// is dynamic it has none, and nothing to change.
pub(super) fn uv(source: &Source, packages: &[Package]) -> Result<String, Problem> {
    let is_own = |entry: &Node, package: &Package| {
        let place = entry.get("source").and_then(|source| {
            ["editable", "virtual", "directory"].iter().find_map(|kind| source.get(kind)?.as_str())
        });
        place.is_some_and(|place| normal(place) == package.folder)
    };
    toml(source, packages, is_own)
}

/// The project itself is not in it; one that another project needs by path is.
pub(super) fn poetry(source: &Source, packages: &[Package]) -> Result<String, Problem> {
    let is_own = |entry: &Node, package: &Package| {
        let text = |key: &str| entry.get("source")?.get(key)?.as_str();
        text("type") == Some("directory")
            && text("url").is_some_and(|url| normal(url) == package.folder)
    };
    toml(source, packages, is_own)
}

fn toml(
    source: &Source,
    packages: &[Package],
    is_own: impl Fn(&Node, &Package) -> bool,
) -> Result<String, Problem> {
    let tree = parse_toml(source)?;
    let entries = tree.get("package").and_then(items).unwrap_or_default();
    let mut changes: Vec<(String, String)> = Vec::new();
    for package in packages {
        let own: Vec<(usize, &Node)> =
            entries.iter().enumerate().filter(|(_, entry)| is_own(entry, package)).collect();
        if own.is_empty() && package.required {
            return Err(Problem::Missing(Box::new(package.clone())));
        }
        for (index, _) in own.into_iter().filter(|(_, entry)| entry.get("version").is_some()) {
            changes.push((index.to_string(), in_python(&package.version)?));
        }
    }
    let paths: Vec<[&str; 3]> =
        changes.iter().map(|(index, _)| ["package", index.as_str(), "version"]).collect();
    let changes: Vec<(&[&str], &str)> = paths
        .iter()
        .zip(&changes)
        .map(|(path, (_, new))| (path.as_slice(), new.as_str()))
        .collect();
    Ok(text_edit::toml::set_strings(source, &changes)?)
}

/// The entries that name a folder: `path` up to format 5, `pypi` since. Version and hash of the
/// project's files change; a hash that was wrong before stays wrong.
pub(super) fn pixi(source: &Source, packages: &[Package]) -> Result<String, Problem> {
    let tree = parse_yaml(source)?;
    let entries = tree.get("packages").and_then(items).unwrap_or_default();
    let mut changes: Vec<(String, &str, String)> = Vec::new();
    for package in packages {
        for (index, entry) in entries.iter().enumerate() {
            let text = |key: &str| entry.get(key).and_then(Node::as_str);
            let is_python = entry.get("pypi").is_some() || text("kind") == Some("pypi");
            let place = text("pypi").or_else(|| text("path")).filter(|_| is_python);
            if !place.is_some_and(|place| !place.contains("://") && normal(place) == package.folder)
            {
                continue;
            }
            if entry.get("version").is_some() {
                changes.push((index.to_string(), "version", in_python(&package.version)?));
            }
            let hash = package.tree.as_ref().filter(|(old, _)| text("sha256") == Some(old));
            if let Some((_, new)) = hash {
                changes.push((index.to_string(), "sha256", new.clone()));
            }
        }
    }
    let paths: Vec<[&str; 3]> =
        changes.iter().map(|(index, key, _)| ["packages", index.as_str(), key]).collect();
    let changes: Vec<(&[&str], &str)> = paths
        .iter()
        .zip(&changes)
        .map(|(path, (.., new))| (path.as_slice(), new.as_str()))
        .collect();
    Ok(text_edit::yaml::set_scalars(source, &changes)?)
}
