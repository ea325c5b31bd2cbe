//! Where the configuration file may lie. It comes with the repository, so whoever writes a pull
//! request decides what it is; a message about it shows lines of it.

use std::path::{Component, Path, PathBuf};

/// The file that is read when none is named.
const DEFAULT: &str = "pyproject.toml";

/// Why a configuration file must not be opened; `None` when it may be, or is not there.
///
/// A link must not lead out of the repository or into `.git`: the process's environment and the
/// checkout's token would end up in the log. A pipe or device would never end. A file elsewhere is
/// read when its own path was `named`.
pub(crate) fn refuse(directory: &Path, named: Option<&Path>) -> Option<String> {
    let path = directory.join(named.unwrap_or_else(|| Path::new(DEFAULT)));
    let real = path.canonicalize().ok()?;
    let metadata = real.metadata().ok()?;
    if metadata.is_dir() {
        return Some("is a directory".to_owned());
    }
    if !metadata.is_file() {
        return Some("is no regular file".to_owned());
    }
    let root = directory.ancestors().find(|folder| folder.join(".git").exists());
    let root = root.unwrap_or(directory);
    let named_elsewhere = !without_dots(&path).starts_with(root);
    let below = real.strip_prefix(root);
    let inside = below.is_ok_and(|below| below.components().all(|part| part.as_os_str() != ".git"));
    if !inside && !named_elsewhere {
        return Some("is not a file of the repository".to_owned());
    }
    let limit = config::MAX_BYTES;
    (metadata.len() > u64::try_from(limit).unwrap_or(u64::MAX))
        .then(|| format!("has {} bytes, more than the {limit} that are read", metadata.len()))
}

/// The path as it is written, without `.` and `..`.
fn without_dots(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_out_of_the_repository_are_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        let secret = outside.path().join("secret");
        std::fs::write(&secret, "TOKEN").unwrap();
        let top = tempfile::tempdir().unwrap();
        let root = top.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join(".git")).unwrap();
        std::fs::create_dir(root.join("sub")).unwrap();
        std::fs::write(root.join(".git/config"), "").unwrap();
        std::fs::write(root.join("a.toml"), "").unwrap();
        std::fs::File::create(root.join("large.toml")).unwrap().set_len(1 << 40).unwrap();
        symlink("../a.toml", root.join("sub/pyproject.toml")).unwrap();
        symlink(&secret, root.join("pyproject.toml")).unwrap();
        symlink(".git/config", root.join("git.toml")).unwrap();
        symlink("/dev/zero", root.join("zero.toml")).unwrap();
        symlink("/proc/self/environ", root.join("environ.toml")).unwrap();
        let refused =
            |directory: &Path, named: Option<&str>| refuse(directory, named.map(Path::new));
        let not_ours = Some("is not a file of the repository".to_owned());
        assert_eq!(refused(&root, None), not_ours);
        assert_eq!(refused(&root, Some("git.toml")), not_ours);
        assert_eq!(refused(&root, Some("environ.toml")), not_ours);
        assert_eq!(refused(&root, Some("sub/../environ.toml")), not_ours);
        assert_eq!(refused(&root, Some("zero.toml")), Some("is no regular file".to_owned()));
        assert_eq!(refused(&root, Some(".")), Some("is a directory".to_owned()));
        assert!(refused(&root, Some("large.toml")).is_some_and(|why| why.contains("more than")));
        assert_eq!(refused(&root, Some("a.toml")), None);
        assert_eq!(refused(&root, Some("none.toml")), None);
        assert_eq!(refused(&root.join("sub"), None), None, "a link within the repository");
        assert_eq!(refused(&root, secret.to_str()), None, "the user named it");
    }
}
