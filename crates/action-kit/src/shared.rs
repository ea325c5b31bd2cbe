//! A folder that later steps share.

use std::path::{Path, PathBuf};

use diagnostics::Diagnostic;
use nix::unistd::{AccessFlags, access};

use crate::context::{Context, ignored_folder};
use crate::paths::{Candidate, Paths};

/// A folder for things that later steps use, the same one for every step of the job.
///
/// Nothing is made before [`SharedFolder::create`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedFolder {
    ours: PathBuf,
    theirs: PathBuf,
    /// The folder of the workspace that has to ignore itself.
    ignored: Option<PathBuf>,
}

impl SharedFolder {
    /// The folder as this run sees it.
    pub fn path(&self) -> &Path {
        &self.ours
    }

    /// The folder as later steps see it.
    pub fn theirs(&self) -> &Path {
        &self.theirs
    }

    /// Makes a folder below it; empty for itself.
    ///
    /// # Errors
    /// It cannot be made; something else than a folder is in its place.
    pub fn create(&self, below: impl AsRef<Path>) -> std::io::Result<PathBuf> {
        if let Some(folder) = &self.ignored {
            ignored_folder(folder)?;
        }
        let path = self.ours.join(below);
        std::fs::create_dir_all(&path)?;
        Ok(path)
    }
}

impl Context {
    /// The folder `name` that later steps share: on the runner in its temporary directory or, where
    /// that is not mounted (before runner 2.329) and in a job container, in the home it gives to
    /// actions, both of which end with the job; under act in the tool cache, which act keeps. Where
    /// none of them can be used it is a folder of the workspace that ignores itself. `None` where
    /// nobody plays the runner.
    ///
    /// # Errors
    /// Its place on the host is not known.
    pub fn shared_folder(&self, name: &str) -> Result<Option<SharedFolder>, Diagnostic> {
        if !self.runner.in_actions() {
            return Ok(None);
        }
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let usable = |path: &Path| access(path, AccessFlags::W_OK | AccessFlags::X_OK).is_ok();
        let is_mounted = |path: &Path| is_mount(&mounts, path) && usable(path);
        let temp = self.runner.environment().get("RUNNER_TEMP").map(Path::new);
        let temp = temp.filter(|path| path.is_dir() && usable(path));
        let Candidate { folder, is_workspace } = self.paths.shared(temp, &is_mounted);
        let (ours, ignored) = if is_workspace {
            let folder = folder.join(format!(".{name}"));
            (folder.clone(), Some(folder))
        } else {
            (folder.join(name), None)
        };
        let theirs = self.paths.host(&ours)?;
        Ok(Some(SharedFolder { ours, theirs, ignored }))
    }

    /// A variable that is not the runner's, as it is: an empty one is there too.
    pub fn variable(&self, name: &str) -> Option<&str> {
        let mut variables = self.runner.environment().iter();
        variables.find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Whether later steps see what this run sees: a plain shell, or a `run:` step.
    pub fn sees_what_steps_see(&self) -> bool {
        Paths::is_same(&self.paths)
    }
}

/// Whether something is mounted at a path, by the text of `/proc/self/mountinfo`: the fifth field
/// of a line, in which blanks are `\040`.
fn is_mount(mountinfo: &str, path: &Path) -> bool {
    let Some(path) = path.to_str() else { return false };
    let written = path.replace('\\', "\\134").replace(' ', "\\040");
    mountinfo.lines().any(|line| line.split(' ').nth(4) == Some(written.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_found_by_their_own_path() {
        let mountinfo = "22 1 0:21 / / rw - overlay overlay rw\n\
            36 22 8:1 /work/_temp /github/runner_temp rw,relatime - ext4 /dev/sda1 rw\n\
            37 22 8:1 /a /mnt/two\\040words rw - ext4 /github/home rw\n";
        for path in ["/", "/github/runner_temp", "/mnt/two words"] {
            assert!(is_mount(mountinfo, Path::new(path)), "{path}");
        }
        for path in ["/github", "/github/home", "/work/_temp", "/mnt/two"] {
            assert!(!is_mount(mountinfo, Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_folder_of_the_workspace_ignores_itself() {
        let root = tempfile::tempdir().unwrap();
        let ours = root.path().join(".demo");
        let theirs = ours.clone();
        let shared = SharedFolder { ignored: Some(ours.clone()), ours: ours.clone(), theirs };
        assert_eq!(shared.create("bin").unwrap(), ours.join("bin"));
        assert_eq!(std::fs::read_to_string(ours.join(".gitignore")).unwrap(), "*\n");
        std::fs::remove_dir_all(&ours).unwrap();
        std::os::unix::fs::symlink("/tmp", &ours).unwrap();
        assert!(shared.create("bin").is_err(), "a link may lead anywhere");
    }
}
