//! Who owns the files of a job.

use std::collections::BTreeSet;
use std::os::unix::fs::{MetadataExt as _, lchown};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::report::NewFile;

/// Gives a folder and everything in it to a user and group.
///
/// # Errors
/// The owner of something cannot be changed.
pub fn give(folder: &Path, (user, group): (u32, u32)) -> anyhow::Result<()> {
    for path in walk(folder) {
        lchown(&path, Some(user), Some(group))
            .with_context(|| format!("cannot change the owner of {}", path.display()))?;
    }
    Ok(())
}

/// Every file and folder below, the folder itself first; links are not followed.
pub fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            found.push(entry.path());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            }
        }
    }
    found
}

/// What exists, to be compared later.
#[derive(Debug)]
pub struct Snapshot {
    folders: Vec<PathBuf>,
    known: BTreeSet<(PathBuf, u64)>,
}

impl Snapshot {
    /// Looks at these folders.
    pub fn take(folders: &[&Path]) -> Self {
        let folders: Vec<PathBuf> = folders.iter().map(|folder| (*folder).to_owned()).collect();
        let known = folders.iter().flat_map(|folder| walk(folder)).map(identified).collect();
        Self { folders, known }
    }

    /// Files and folders that are there now and were not, or were another file (renamed over).
    pub fn new_files(&self) -> Vec<NewFile> {
        let mut found: Vec<NewFile> = Vec::new();
        for path in self.folders.iter().flat_map(|folder| walk(folder)) {
            let entry = identified(path);
            let Ok(metadata) = std::fs::symlink_metadata(&entry.0) else { continue };
            if !self.known.contains(&entry) && !found.iter().any(|known| known.path == entry.0) {
                let (uid, gid) = (metadata.uid(), metadata.gid());
                found.push(NewFile { path: entry.0, uid, gid });
            }
        }
        found
    }
}

fn identified(path: PathBuf) -> (PathBuf, u64) {
    let number = std::fs::symlink_metadata(&path).map_or(0, |metadata| metadata.ino());
    (path, number)
}
