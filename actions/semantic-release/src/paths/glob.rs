//! Patterns as Python's `glob` reads them.

use std::path::{Path, PathBuf};

use fancy_regex::Regex;

use super::{entries, has_magic};
use crate::parser::filters::translate;

/// Folders below one another that `**` goes into: a link in a circle must end.
const DEEPEST: usize = 64;

/// The files a pattern stands for, sorted. `*`, `?` and `[…]` stay within a name and leave names
/// with a dot in front alone, `**` is any number of folders.
pub fn glob(directory: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![if pattern.starts_with('/') { "/".into() } else { directory.to_owned() }];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        found = match part {
            "**" => found.iter().flat_map(|folder| below(folder, 0)).collect(),
            _ if has_magic(part) => found.iter().flat_map(|at| matching(at, part)).collect(),
            _ => found.into_iter().map(|folder| folder.join(part)).collect(),
        };
        found.retain(|path| path.exists());
    }
    found.retain(|path| path.is_file() && !pattern.ends_with('/'));
    found.sort();
    found.dedup();
    found
}

fn matching(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let Ok(regex) = Regex::new(&translate(pattern)) else { return Vec::new() };
    let takes = |name: &str| {
        (pattern.starts_with('.') || !name.starts_with('.'))
            && regex.is_match(name).unwrap_or_default()
    };
    let all = entries(folder).into_iter();
    all.filter(|(name, _)| takes(name)).map(|(_, path)| path).collect()
}

/// The folder itself and everything below it that is not hidden.
fn below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    if depth < DEEPEST && folder.is_dir() {
        for (_, path) in entries(folder).into_iter().filter(|(name, _)| !name.starts_with('.')) {
            all.extend(below(&path, depth + 1));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected: what Python 3.11 answers, files only.
    #[test]
    fn as_python_does_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for file in
            ["dist/a.whl", "dist/b.tar.gz", "dist/.c", "dist/sub/d.whl", "dist/.hid/e.whl", "f.whl"]
        {
            std::fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            std::fs::write(root.join(file), "x").unwrap();
        }
        std::os::unix::fs::symlink(root.join("dist"), root.join("dist/sub/round")).unwrap();
        for (pattern, expected) in [
            ("dist/*", "dist/a.whl dist/b.tar.gz"),
            ("dist/.*", "dist/.c"),
            ("dist/a.whl", "dist/a.whl"),
            ("dist/[ab].*", "dist/a.whl dist/b.tar.gz"),
            ("dist/[!a].*", "dist/b.tar.gz"),
            ("dist/?.whl", "dist/a.whl"),
            ("*/*/*.whl", "dist/sub/d.whl"),
            ("dist/", ""),
            ("dist", ""),
            ("none/*", ""),
            ("dist/[", ""),
            ("./dist/*.whl", "./dist/a.whl"),
            ("**", "f.whl dist/a.whl dist/b.tar.gz dist/sub/d.whl"),
            ("**/*.whl", "f.whl dist/a.whl dist/sub/d.whl"),
            ("dist/**/*.whl", "dist/a.whl dist/sub/d.whl"),
        ] {
            let mut found: Vec<String> = glob(root, pattern)
                .iter()
                .map(|path| path.strip_prefix(root).unwrap().display().to_string())
                .filter(|path| !path.contains("round"))
                .collect();
            let mut expected: Vec<&str> = expected.split_whitespace().collect();
            expected.sort_unstable();
            found.sort();
            let expected: Vec<&str> =
                expected.iter().map(|path| path.trim_start_matches("./")).collect();
            assert_eq!(found, expected, "{pattern}");
        }
        let absolute = format!("{}/dist/*.whl", root.display());
        assert_eq!(glob(Path::new("/nowhere"), &absolute), [root.join("dist/a.whl")]);
    }
}
