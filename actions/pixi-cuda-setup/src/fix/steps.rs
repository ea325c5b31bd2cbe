//! The edit as a step.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use diagnostics::{Diagnostic, Failure};
use effects::{Applied, Effect, Outputs, Probe, Values};
use serde::Serialize;

/// A file with a new text.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Edit {
    /// The file, as users know it.
    pub(super) file: String,
    /// What is added.
    pub(super) changes: Vec<String>,
    /// Its text before.
    #[serde(skip)]
    pub(super) before: String,
    /// Its text after.
    #[serde(skip)]
    pub(super) after: String,
}

/// Where the file is.
pub(super) struct World {
    /// Its path.
    pub(super) path: PathBuf,
}

impl Effect for Edit {
    type World = World;

    async fn probe(&self, world: &mut World, _: &Values) -> Result<Probe, Failure> {
        let bytes = std::fs::read(&world.path).map_err(|error| failed(&self.file, &error))?;
        Ok(match bytes {
            bytes if bytes == self.after.as_bytes() => Probe::Done(Outputs::new()),
            bytes if bytes == self.before.as_bytes() => Probe::NotDone,
            _ => Probe::Conflict(format!("`{}` changed while it was looked at", self.file)),
        })
    }

    async fn apply(&self, world: &mut World, _: &Values) -> Result<Applied, Failure> {
        write(&world.path, self.after.as_bytes()).map_err(|error| failed(&self.file, &error))?;
        Ok(Applied::nothing())
    }
}

fn failed(file: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::outside("fix/unwritable", format!("cannot write `{file}`: {error}"))
        .with_help("check its permissions and those of its folder, and the space there")
}

/// Writes a file so that nobody sees half of it; its mode stays, and where it is a symbolic link,
/// the file it leads to is written.
fn write(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or_else(|| Path::new("/"));
    let permissions = std::fs::metadata(&path)?.permissions();
    let mut file = tempfile::Builder::new().prefix(".pixi-cuda-setup-").tempfile_in(folder)?;
    file.write_all(contents)?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_keeps_mode_and_link_and_leaves_nothing_behind() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pixi.toml");
        std::fs::write(&path, "old").expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("a mode");
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink("pixi.toml", &link).expect("a link");
        write(&link, b"new").expect("written");
        assert_eq!(std::fs::read(&path).expect("text"), b"new");
        assert!(std::fs::symlink_metadata(&link).expect("a link").is_symlink());
        assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o640);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 2);
    }
}
