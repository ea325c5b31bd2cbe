//! Files that templates read, and those they are made of: of the repository only.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use minijinja::Error;

use super::values::wrong;
use crate::files::is_git;

/// The longest file that is read, in bytes.
const LIMIT: u64 = 16 * 1024 * 1024;

/// Reads files of the repository.
#[derive(Debug, Default)]
pub struct Reader {
    /// The top of the working tree, real path.
    root: PathBuf,
    /// Where relative paths start.
    directory: PathBuf,
    /// What files count as, whatever they are here; by path below the root.
    instead: BTreeMap<String, Option<Vec<u8>>>,
}

impl Reader {
    /// A reader for a working tree.
    pub fn new(root: &Path, directory: &Path) -> Self {
        Self { root: root.to_owned(), directory: directory.to_owned(), instead: BTreeMap::new() }
    }

    /// The same with other contents for some files; `None` is a file that is not there.
    #[must_use]
    pub fn instead(mut self, files: BTreeMap<String, Option<Vec<u8>>>) -> Self {
        self.instead = files;
        self
    }

    /// The text of a file; nothing when there is none, as python-semantic-release has it.
    pub(super) fn read(&self, path: &str) -> Result<String, Error> {
        if path.is_empty() {
            return Ok(String::new());
        }
        let named = |why: &str| wrong(format!("`{path}` {why}"));
        let plain = normal(&self.directory.join(path));
        let below = plain
            .strip_prefix(&self.root)
            .map_err(|_| named("is outside the repository and is not read"))?;
        let bytes = match below.to_str().and_then(|below| self.instead.get(below)) {
            Some(instead) => instead.clone(),
            None => read_inside(&self.root, &plain).map_err(|why| named(&why))?,
        };
        String::from_utf8(bytes.unwrap_or_default()).map_err(|_| named("is not UTF-8 text"))
    }
}

/// A path without `.` and `..`, links not looked at.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

/// The bytes of a regular file that really lies below `root`, and not in a `.git`; `None` when
/// there is no file.
pub(super) fn read_inside(root: &Path, path: &Path) -> Result<Option<Vec<u8>>, String> {
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    let below = real.strip_prefix(root).map_err(|_| "is outside the repository and is not read")?;
    if below.components().any(|part| is_git(part.as_os_str())) {
        return Err("belongs to git and is not read".to_owned());
    }
    if !real.is_file() {
        return Err("is no regular file".to_owned());
    }
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let file = std::fs::File::open(&real).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LIMIT) {
        return Err(format!("is larger than {} MiB", LIMIT / 1024 / 1024));
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_repository() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let root = top.join("repo");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::create_dir_all(root.join(".git")).unwrap();
        std::fs::write(root.join(".git/config"), "secret").unwrap();
        std::fs::write(root.join("a.txt"), "a\r\n").unwrap();
        std::fs::write(root.join("bytes"), [0xff]).unwrap();
        std::fs::write(top.join("outside"), "secret").unwrap();
        std::os::unix::fs::symlink(top.join("outside"), root.join("link")).unwrap();
        std::os::unix::fs::symlink(root.join(".git"), root.join("hidden")).unwrap();
        std::os::unix::fs::symlink("a.txt", root.join("good-link")).unwrap();
        let reader = Reader::new(&root, &root.join("sub"));
        let absolute = root.join("a.txt").display().to_string();
        for (path, expected) in [
            ("../a.txt", Ok("a\r\n")),
            ("../good-link", Ok("a\r\n")),
            (absolute.as_str(), Ok("a\r\n")),
            ("missing", Ok("")),
            ("", Ok("")),
            ("../../outside", Err("outside")),
            ("/etc/passwd", Err("outside")),
            ("../link", Err("outside")),
            ("../.git/config", Err("git")),
            ("../hidden/config", Err("git")),
            ("../bytes", Err("UTF-8")),
            (".", Err("no regular file")),
        ] {
            let read = reader.read(path);
            match (&read, expected) {
                (Ok(text), Ok(expected)) => assert_eq!(text, expected, "{path}"),
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{path}: {error}");
                }
                _ => panic!("{path}: {read:?}"),
            }
        }
        let instead = BTreeMap::from([("a.txt".to_owned(), Some(b"b".to_vec()))]);
        assert_eq!(reader.instead(instead).read("../a.txt").unwrap(), "b");
    }
}
