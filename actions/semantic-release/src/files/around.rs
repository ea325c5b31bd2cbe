//! The files around the stamped ones: which lock files there are.

use config::Spanned;
use diagnostics::{Diagnostic, Source};

use super::{Place, Planned, read};
use crate::locks::{self, Files, Lock, LockFiles, Manifest};
use crate::settings::Settings;

/// The lock files to keep in step with the planned files.
///
/// # Errors
/// A path of the settings that names no lock file of the repository.
pub(super) fn locks(
    place: &Place<'_>,
    settings: &Settings,
    planned: &[Planned],
) -> Result<Vec<Lock>, Diagnostic> {
    let mode = &settings.lock_files;
    let listed = match mode {
        LockFiles::Off => return Ok(Vec::new()),
        LockFiles::Auto => &[],
        LockFiles::List(items) => items.as_slice(),
    };
    let located = |item: &Spanned<String>| Ok((place.locate(item)?, item.clone()));
    let listed = listed.iter().map(located).collect::<Result<Vec<_>, Diagnostic>>()?;
    let mut manifests = Vec::new();
    for file in planned {
        let before = place.repository.file_at(place.tip, &file.path)?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        manifests.push(Manifest {
            path: file.path.clone(),
            before: before.and_then(|file| text(&file.contents)),
            after: text(&file.contents).unwrap_or_default(),
        });
    }
    locks::find(mode, listed, &manifests, &Around { place, planned })
}

/// Where a lock file is named; those that were found stand nowhere.
pub(super) fn item(lock: &Lock) -> Spanned<String> {
    let found =
        || Spanned { value: lock.path.clone(), span: 0..0, source: Source::text("lock_files", "") };
    lock.item.clone().unwrap_or_else(found)
}

/// The working tree, as the release would have it.
struct Around<'a> {
    place: &'a Place<'a>,
    planned: &'a [Planned],
}

impl Files for Around<'_> {
    fn text(&self, path: &str) -> Option<String> {
        if let Some(file) = self.planned.iter().find(|file| file.path == path) {
            return String::from_utf8(file.contents.clone()).ok();
        }
        let path = self.place.root.join(path);
        // A link may lead anywhere, and reading a pipe would never end.
        path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
        String::from_utf8(read(&path).ok()??).ok()
    }

    fn folders(&self, path: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.place.root.join(path)).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let mut names: Vec<String> =
            folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}
