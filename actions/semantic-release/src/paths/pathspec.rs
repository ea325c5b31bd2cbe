//! Paths as `git add` reads them.

use std::path::{Path, PathBuf};

use fancy_regex::Regex;

use super::{entries, has_magic};
use crate::parser::filters::translate;

/// The files a path stands for, sorted: a file is itself, a folder all files below it, and in a
/// pattern `*` takes slashes too. What is inside `.git` is never meant.
pub fn pathspec(directory: &Path, path: &str) -> Vec<PathBuf> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let literal = directory.join(path);
    if literal.is_file() {
        return vec![literal];
    }
    if literal.is_dir() {
        return files(&literal);
    }
    if !has_magic(path) {
        return Vec::new();
    }
    // Folders before the first pattern need no search.
    let plain = path.split(['*', '?', '[']).next().unwrap_or_default();
    let start = plain.rsplit_once('/').map_or(directory.to_owned(), |(to, _)| directory.join(to));
    let whole = directory.join(path);
    let Ok(regex) = Regex::new(&translate(&whole.to_string_lossy())) else { return Vec::new() };
    let mut found = files(&start);
    found.retain(|file| regex.is_match(file.to_string_lossy().as_ref()).unwrap_or_default());
    found
}

/// All files below a folder. Links to folders are not followed.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for (name, path) in entries(folder) {
        if path.is_dir() && !path.is_symlink() {
            if name != ".git" {
                all.extend(files(&path));
            }
        } else if path.is_file() {
            all.push(path);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_git_does_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for file in ["uv.lock", "dist/a.whl", "dist/sub/b.whl", "dist/.c", ".git/x.whl"] {
            std::fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            std::fs::write(root.join(file), "x").unwrap();
        }
        for (path, expected) in [
            ("uv.lock", "uv.lock"),
            ("./uv.lock", "uv.lock"),
            ("dist", "dist/.c dist/a.whl dist/sub/b.whl"),
            ("dist/", "dist/.c dist/a.whl dist/sub/b.whl"),
            ("dist/*.whl", "dist/a.whl dist/sub/b.whl"),
            ("*.whl", "dist/a.whl dist/sub/b.whl"),
            ("dist/?.whl", "dist/a.whl"),
            ("none", ""),
            ("none/*", ""),
        ] {
            let found: Vec<String> = pathspec(root, path)
                .iter()
                .map(|path| path.strip_prefix(root).unwrap().display().to_string())
                .collect();
            assert_eq!(found.join(" "), expected, "{path}");
        }
    }
}
