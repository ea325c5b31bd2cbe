//! Where the manifest is, by pixi's own rule.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use config::{MAX_BYTES, parse_toml};
use diagnostics::{Diagnostic, Source};

use super::Kind;

/// Why there is no manifest; the texts are pixi's.
#[derive(Debug, thiserror::Error)]
pub enum Undiscovered {
    /// No manifest from the start directory upwards.
    #[error("could not find pixi.toml or pyproject.toml with tool.pixi at directory {}", .0.display())]
    NotFound(PathBuf),
    /// Only `pyproject.toml` files of other tools.
    #[error("found pyproject.toml without tool.pixi section at directory {}", .0.display())]
    WithoutPixi(PathBuf),
    /// The path that was asked for does not exist.
    #[error("could not find '{}'", .0.display())]
    Missing(PathBuf),
    /// The file that was asked for has another name, or the directory has no manifest.
    #[error("unrecognized manifest file format of {}", .0.display())]
    Unrecognized(PathBuf),
    /// A file or directory cannot be read.
    #[error("cannot read {}: {}", .path.display(), .why)]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// A manifest is no text, or far too large for one.
    #[error("{} is not a text of at most {MAX_BYTES} bytes", .0.display())]
    NotText(PathBuf),
}

impl From<Undiscovered> for Diagnostic {
    fn from(error: Undiscovered) -> Self {
        let (code, help) = match &error {
            Undiscovered::NotFound(_) => (
                "manifest/not-found",
                "run in the folder of the workspace, or name the file with `manifest-path`",
            ),
            Undiscovered::WithoutPixi(_) => (
                "manifest/not-found",
                "add `[tool.pixi.workspace]` (`pixi init` does), or name the file with \
                 `manifest-path`",
            ),
            Undiscovered::Missing(_) => (
                "manifest/not-found",
                "check `manifest-path`: it is taken relative to `working-directory`",
            ),
            Undiscovered::Unrecognized(_) => (
                "manifest/not-found",
                "name a pixi.toml, pyproject.toml or mojoproject.toml, or the folder that has one",
            ),
            Undiscovered::Unreadable { .. } => {
                ("manifest/unreadable", "check the path and its permissions")
            }
            Undiscovered::NotText(_) => ("manifest/unreadable", "is this the right file?"),
        };
        Self::bad_input(code, error.to_string()).with_help(help)
    }
}

/// The manifest that pixi would use: from `start` upwards, in one directory `pixi.toml`, then
/// `pyproject.toml` with `tool.pixi`, then `mojoproject.toml`; or the one that `--manifest-path`
/// names, a file or a directory. A manifest of a package alone belongs to a workspace further up.
///
/// The result is absolute, with symbolic links of the directories resolved as pixi does.
///
/// # Errors
/// Where there is none, or it cannot be read.
pub fn discover(start: &Path, manifest_path: Option<&Path>) -> Result<PathBuf, Undiscovered> {
    let mut foreign = false;
    let mut next = match manifest_path {
        None => Some(resolved(start)?),
        Some(named) => {
            let named = start.join(named);
            if !named.exists() {
                return Err(Undiscovered::Missing(named));
            }
            let named = resolved(&named)?;
            let found = if named.is_dir() { in_directory(&named) } else { Some(named.clone()) };
            let Some(kind) = found.as_deref().and_then(Kind::of) else {
                return Err(Undiscovered::Unrecognized(named));
            };
            let found = found.unwrap_or_default();
            if !matches!(belongs(&found, kind)?, Belongs::Package) {
                return Ok(found);
            }
            found.parent().and_then(Path::parent).map(Path::to_path_buf)
        }
    };
    let beginning = next.clone().unwrap_or_default();
    while let Some(directory) = next {
        if let Some(found) = in_directory(&directory)
            && let Some(kind) = Kind::of(&found)
        {
            match belongs(&found, kind)? {
                Belongs::Workspace => return Ok(found),
                Belongs::Package => {}
                Belongs::Others => foreign = true,
            }
        }
        next = directory.parent().map(Path::to_path_buf);
    }
    Err(if foreign {
        Undiscovered::WithoutPixi(beginning)
    } else {
        Undiscovered::NotFound(beginning)
    })
}

fn resolved(path: &Path) -> Result<PathBuf, Undiscovered> {
    path.canonicalize().map_err(|why| Undiscovered::Unreadable { path: path.to_path_buf(), why })
}

/// The manifest of one directory: the first of the three names that is a file.
fn in_directory(directory: &Path) -> Option<PathBuf> {
    [Kind::Pixi, Kind::Pyproject, Kind::Mojoproject]
        .into_iter()
        .map(|kind| directory.join(kind.file_name()))
        .find(|path| path.is_file())
}

/// What a file is to the search.
enum Belongs {
    /// The manifest that is looked for, or one so wrong that pixi stops at it.
    Workspace,
    /// The manifest of a package in a workspace.
    Package,
    /// A `pyproject.toml` of other tools.
    Others,
}

fn belongs(path: &Path, kind: Kind) -> Result<Belongs, Undiscovered> {
    let source = Source::file(path.to_string_lossy().into_owned(), text_of(path)?);
    if kind == Kind::Pyproject && !source.contents().contains("pixi") {
        return Ok(Belongs::Others);
    }
    let Ok(tree) = parse_toml(&source) else {
        // Reading it will say what is wrong; a foreign file need not be read.
        let is_ours = kind != Kind::Pyproject || source.contents().contains("[tool.pixi");
        return Ok(if is_ours { Belongs::Workspace } else { Belongs::Others });
    };
    let root = match kind {
        Kind::Pyproject => tree.get_path(&["tool", "pixi"]),
        Kind::Pixi | Kind::Mojoproject => Some(tree.root()),
    };
    let Some(root) = root else { return Ok(Belongs::Others) };
    let has = |name| root.get(name).is_some();
    let is_package = has("package") && !has("workspace") && !has("project");
    Ok(if is_package { Belongs::Package } else { Belongs::Workspace })
}

/// The text of a file, with a limit on its size.
fn text_of(path: &Path) -> Result<String, Undiscovered> {
    let unreadable = |why| Undiscovered::Unreadable { path: path.to_path_buf(), why };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_BYTES {
        return Err(Undiscovered::NotText(path.to_path_buf()));
    }
    String::from_utf8(bytes).map_err(|_| Undiscovered::NotText(path.to_path_buf()))
}

#[cfg(test)]
mod tests;
