//! Which row of a lock is the one of a declared platform.

use conda::Version;

use super::{DeclaredRow, View, default_virtual_packages};
use crate::Era;
use crate::lock::{Lock, LockedEnvironment, LockedPlatform, Package, Row};

impl View<'_> {
    /// The environment in a lock.
    pub fn locked_in<'l>(&self, lock: &'l Lock) -> Option<&'l LockedEnvironment> {
        lock.environment(self.name())
    }

    /// The row of a lock that holds the packages for a declared platform; `None` where it has none,
    /// and pixi then installs nothing.
    ///
    /// Before format 7 rows are subdirs. Pixi from 0.71 on knows a row of format 7 by its subdir
    /// and virtual packages, whatever it is called; a bare row serves every platform of its subdir
    /// that declares no more than it was solved with, or every one if it does not say what with.
    pub fn locked_row<'l>(&self, lock: &'l Lock, row: &DeclaredRow) -> Option<&'l Row> {
        let name = self.locked_platform(lock, row)?;
        self.locked_in(lock)?.rows.iter().find(|locked| locked.platform == name)
    }

    /// The packages locked for a declared platform; none where it has no row.
    pub fn locked_packages<'l>(&self, lock: &'l Lock, row: &DeclaredRow) -> Vec<&'l Package> {
        self.locked_row(lock, row).map(|locked| lock.packages(locked).collect()).unwrap_or_default()
    }

    /// Whether a platform of a lock is a declared one: subdir and virtual packages by value.
    pub fn is_same_platform(&self, platform: &LockedPlatform, row: &DeclaredRow) -> bool {
        is_same(platform, row)
    }

    /// The platform of format 7 that is a declared one, in any environment of the lock.
    pub fn locked_platform<'l>(&self, lock: &'l Lock, row: &DeclaredRow) -> Option<&'l str> {
        if lock.version < 7 || self.version().era() != Era::Rows {
            return lock
                .environments
                .iter()
                .flat_map(|environment| &environment.rows)
                .map(|locked| locked.platform.as_str())
                .find(|name| *name == row.subdir);
        }
        let named = |name: &str| lock.platforms.iter().find(|platform| platform.name == name);
        let platform = named(&row.name)
            .or_else(|| lock.platforms.iter().find(|platform| is_same(platform, row)));
        let platform =
            platform.or_else(|| named(&row.subdir).filter(|platform| covers(platform, row)))?;
        Some(&platform.name)
    }
}

/// Whether a locked platform and a declared one are one: subdir and virtual packages by value,
/// defaults left out.
fn is_same(locked: &LockedPlatform, row: &DeclaredRow) -> bool {
    let customised: Vec<&(String, String)> = locked
        .virtual_packages
        .iter()
        .flatten()
        .filter(|(name, version)| !is_default(&row.subdir, name, version))
        .collect();
    let declared: Vec<&(String, String)> = row
        .virtual_packages
        .iter()
        .filter(|(name, version)| !is_default(&row.subdir, name, version))
        .collect();
    locked.subdir == row.subdir
        && customised.len() == declared.len()
        && declared.iter().all(|(name, version)| {
            customised.iter().any(|(known, locked)| known == name && is_equal(locked, version))
        })
}

/// Whether a bare row was solved with all that a platform declares, to the letter.
fn covers(locked: &LockedPlatform, row: &DeclaredRow) -> bool {
    match locked.virtual_packages.as_deref() {
        None | Some([]) => true,
        Some(packages) => row.all_virtual_packages().iter().all(|one| packages.contains(one)),
    }
}

/// Whether a virtual package has the value that pixi assumes anyway.
pub(crate) fn is_default(subdir: &str, name: &str, version: &str) -> bool {
    default_virtual_packages(subdir)
        .iter()
        .any(|(known, value)| *known == name && is_equal(value, version))
}

/// Whether two versions, perhaps with a build string behind, are the same by value.
fn is_equal(one: &str, other: &str) -> bool {
    let split = |text: &str| -> (Option<Version>, String) {
        let (version, build) = text.split_once('=').unwrap_or((text, ""));
        (version.parse().ok(), build.to_owned())
    };
    one == other
        || matches!((split(one), split(other)), ((Some(a), x), (Some(b), y)) if a == b && x == y)
}
