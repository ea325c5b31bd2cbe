//! How much a row downloads, and what it takes on disk.

use std::collections::BTreeSet;

use diagnostics::Explanation;
use pixi_workspace::Finding;
use pixi_workspace::lock::{Lock, PackageKind, Row};

/// What an unpacked package takes, measured by its archive, in tenths: an estimate for CUDA
/// packages, not a measurement.
const UNPACKED_TENTHS: u64 = 35;

/// What a repository may cache on GitHub, in bytes.
const CACHE_LIMIT: u64 = 10_000_000_000;

/// Every code about sizes.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "host/disk",
        title: "the disk is probably too small",
        text: "The lock says how large the conda archives are; unpacked they take about 3.5 times that, which \
is an estimate. Sizes of Python wheels are not in a lock, and those of CUDA are large: they come on top. Free \
space in a step before, or install fewer environments.",
    },
    Explanation {
        code: "host/cache-size",
        title: "the environment takes most of the repository's cache",
        text: "GitHub keeps 10 GB of caches for a repository and drops the oldest. Environments with CUDA take \
gigabytes each, so a few keys push each other out. Cache fewer environments, save from the main branch alone, or \
do not cache.",
    },
];

/// What is downloaded for a row, or for several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Bytes of the conda archives whose size the lock says.
    pub download: u64,
    /// Packages of any kind.
    pub packages: usize,
    /// Wheels: no lock says their size.
    pub wheels_without_size: usize,
    /// conda packages without a size: from source, or from channels that do not say.
    pub conda_without_size: usize,
}

impl Size {
    /// What a row downloads.
    pub fn of(lock: &Lock, row: &Row) -> Self {
        Self::of_all(lock, [row])
    }

    /// What several rows download: a package that they share counts once, since pixi keeps it in
    /// its cache and links it.
    pub fn of_all<'l>(lock: &Lock, rows: impl IntoIterator<Item = &'l Row>) -> Self {
        let positions: BTreeSet<usize> =
            rows.into_iter().flat_map(|row| row.packages.iter().copied()).collect();
        let mut size = Self::default();
        for package in positions.iter().filter_map(|position| lock.packages.get(*position)) {
            size.packages += 1;
            match &package.kind {
                PackageKind::Conda(conda) | PackageKind::CondaSource(conda) => match conda.size {
                    Some(bytes) => size.download = size.download.saturating_add(bytes),
                    None => size.conda_without_size += 1,
                },
                PackageKind::Pypi(python) if !python.is_path => size.wheels_without_size += 1,
                PackageKind::Pypi(_) => {}
            }
        }
        size
    }

    /// Packages whose size the lock does not say.
    pub fn without_size(&self) -> usize {
        self.wheels_without_size + self.conda_without_size
    }

    /// Bytes on disk after the installation: an estimate, without what has no size.
    pub fn installed(&self) -> u64 {
        self.download.saturating_mul(UNPACKED_TENTHS) / 10
    }

    /// Whole megabytes to download, rounded up.
    pub fn download_megabytes(&self) -> u64 {
        self.download.div_ceil(1_000_000)
    }

    /// The finding where the free bytes are fewer than the estimate.
    pub fn disk(&self, free: u64) -> Option<Finding> {
        if self.installed() <= free {
            return None;
        }
        let message = format!(
            "installing takes about {}, and {} are free",
            gigabytes(self.installed()),
            gigabytes(free)
        );
        let finding = Finding::warning("host/disk", message)
            .note(format!(
                "an estimate: 3.5 times the {} of conda archives in the lock",
                gigabytes(self.download)
            ))
            .prevents("No space left on device (os error 28)")
            .remedy("free space in a step before (`sudo rm -rf /usr/share/dotnet /usr/local/lib/android /opt/ghc`), or install fewer environments");
        Some(match self.without_size() {
            0 => finding,
            count => finding
                .note(format!("{count} packages come on top: the lock does not say their size")),
        })
    }

    /// The notice where caching the installed environments takes more than half of what a
    /// repository may cache; an archive of them is about as large as what was downloaded.
    pub fn cache(&self) -> Option<Finding> {
        (self.download > CACHE_LIMIT / 2).then(|| {
            let message = format!(
                "each cache of these environments takes about {} of the repository's {}",
                gigabytes(self.download),
                gigabytes(CACHE_LIMIT)
            );
            Finding::notice("host/cache-size", message)
                .remedy("save the cache on the main branch only, or set `cache: false`")
        })
    }
}

/// `3.5 GB`, in decimal units as disks and GitHub count; `87 MB` below one.
pub fn gigabytes(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        return format!("{} MB", bytes.div_ceil(1_000_000));
    }
    let tenths = bytes / 100_000_000;
    format!("{}.{} GB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(text: &str) -> Lock {
        let source = diagnostics::Source::file("pixi.lock", text);
        pixi_workspace::lock::read(&source).expect("a lock")
    }

    #[test]
    fn shared_packages_count_once_and_wheels_have_no_size() {
        let rows = lock(include_str!("../../../crates/pixi-workspace/tests/locks/v7-rows.yaml"));
        let default = rows.environment("default").expect("default");
        let cpu = rows.environment("cpu").expect("cpu");
        let one = Size::of(&rows, &default.rows[0]);
        let both = Size::of_all(&rows, [&default.rows[0], &cpu.rows[0]]);
        assert_eq!(one, both, "what `cpu` has, `default` has too");
        assert_eq!((one.without_size(), one.packages), (0, 11));
        let expected: u64 = rows.packages(&default.rows[0]).filter_map(|p| p.conda()?.size).sum();
        assert_eq!(one.download, expected);
        assert_eq!(one.installed(), expected * 35 / 10);

        let wheels = lock(include_str!("../../../crates/pixi-workspace/tests/locks/v6-pypi.yaml"));
        let plain = wheels.environment("plain").expect("plain");
        assert_eq!(Size::of(&wheels, &plain.rows[0]).wheels_without_size, 7);
        let folder = wheels.environment("default").expect("default");
        assert_eq!(Size::of(&wheels, &folder.rows[0]).wheels_without_size, 2, "not the project");
    }

    #[test]
    fn a_small_disk_is_told_before_it_is_full() {
        let size = Size { download: 4_000_000_000, wheels_without_size: 3, ..Size::default() };
        assert_eq!(size.disk(14_000_000_000), None);
        let finding = size.disk(13_900_000_000).expect("too small");
        assert_eq!(finding.code, "host/disk");
        assert_eq!(finding.message, "installing takes about 14.0 GB, and 13.9 GB are free");
        assert!(finding.notes[0].starts_with("an estimate: 3.5 times the 4.0 GB"));
        assert!(finding.notes[1].starts_with("3 packages come on top"));
        assert_eq!(size.cache(), None);
        let large = Size { download: 5_100_000_000, ..Size::default() };
        assert_eq!(large.cache().expect("large").code, "host/cache-size");
        let absurd = Size { download: u64::MAX, ..Size::default() };
        assert!(absurd.disk(1).is_some());
    }

    #[test]
    fn sizes_are_shown_in_decimal_units() {
        let shown = [0, 1, 999_000_000, 1_000_000_000, 12_349_000_000].map(gigabytes);
        assert_eq!(shown, ["0 MB", "1 MB", "999 MB", "1.0 GB", "12.3 GB"]);
    }
}
