//! All Dockerfiles and workflows around a manifest.

use diagnostics::Source;
use dockerfile::ignore;
use pixi_workspace::lock::{Lock, Trouble};
use pixi_workspace::manifest::Manifest;
use pixi_workspace::{Finding, PixiVersion};

use super::{Build, Facts, Level, in_activation, lint};
use crate::neighbours::Neighbours;
use crate::sizes::Size;
use crate::variants::{Overall, Variants};
use crate::workflows;

/// What Dockerfiles and workflows are held against.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// The lock, or why it cannot be read.
    pub lock: Result<&'a Lock, &'a Trouble>,
    /// The pixi in use.
    pub version: PixiVersion,
    /// The conda subdir.
    pub subdir: &'a str,
    /// The activation scripts that the manifest names, read.
    pub scripts: &'a [Source],
    /// Free bytes where images are built, if that is known.
    pub free_disk: Option<u64>,
}

/// Everything there is to say about the Dockerfiles. The folder of the manifest is taken for the
/// context of builds.
pub fn dockerfiles(neighbours: &Neighbours, about: &Around<'_>) -> Vec<Finding> {
    let levels = about.levels();
    let overrides = workflows::overrides(&neighbours.workflows);
    let facts = Facts {
        manifest: about.manifest,
        lock: about.lock,
        version: about.version,
        subdir: about.subdir,
        levels: &levels,
        workflows: &overrides,
        free_disk: about.free_disk,
    };
    let name = about.manifest.path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "pixi.toml".to_owned());
    let mut findings = Vec::new();
    for neighbour in &neighbours.dockerfiles {
        let file = dockerfile::parse(&neighbour.source);
        let ignore = neighbour.ignore.as_ref().map(ignore::parse);
        let mentions = neighbour.source.contents().contains("pixi");
        // BuildKit stops at the first.
        findings.extend(file.problems.first().filter(|_| mentions).map(|problem| {
            Finding::error("docker/syntax", problem.message.clone())
                .at(&neighbour.source, &problem.span)
        }));
        let build = Build { file: &file, ignore: ignore.as_ref(), manifest: &name };
        findings.extend(lint(&facts, &build));
    }
    findings
}

/// Everything there is to say about workflows, and about what activation does to the search path
/// of libraries.
pub fn others(neighbours: &Neighbours, about: &Around<'_>) -> Vec<Finding> {
    let has_cuda = about.levels().iter().any(|level| level.is_cuda);
    let mut findings = in_activation(about.manifest, about.scripts, has_cuda);
    let facts = workflows::Facts {
        manifest: about.manifest,
        version: about.version,
        subdir: about.subdir,
        has_lock: about.lock.is_ok(),
    };
    findings.extend(workflows::lint(&facts, &neighbours.workflows));
    findings
}

impl Around<'_> {
    fn levels(&self) -> Vec<Level> {
        self.lock.map(|lock| levels(lock, self.subdir)).unwrap_or_default()
    }
}

/// What a lock has for each environment on a subdir; the row with CUDA counts where there is one.
pub fn levels(lock: &Lock, subdir: &str) -> Vec<Level> {
    let of = |environment: &pixi_workspace::lock::LockedEnvironment| {
        let rows = environment.rows.iter().filter(|row| lock.subdir(row) == subdir);
        let level = |row| {
            let variants = Variants::of(lock, row);
            let cuda = variants.level().map(str::to_owned);
            let size = Size::of(lock, row);
            Level {
                environment: environment.name.clone(),
                is_cuda: matches!(variants.overall, Overall::Cuda | Overall::Mixed)
                    || cuda.is_some(),
                cuda,
                download: size.download,
                installed: size.installed(),
            }
        };
        rows.map(level).max_by_key(|level| level.is_cuda)
    };
    lock.environments.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use pixi_workspace::{lock, manifest};

    use super::*;
    use crate::neighbours::Dockerfile;

    #[test]
    fn everything_around_is_looked_at() {
        let text = concat!(
            "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n",
            "[system-requirements]\ncuda = \"12.1\"\n",
            "[activation.env]\nLD_LIBRARY_PATH = \"/usr/local/cuda/compat\"\n",
        );
        let version = PixiVersion::new(0, 77, 0);
        let source = Source::file("pixi.toml", text);
        let (manifest, _) = manifest::read(&source, Path::new("pixi.toml"), version).unwrap();
        let lock = lock::read(&Source::file(
            "pixi.lock",
            concat!(
                "version: 6\nenvironments:\n  default:\n    channels:\n    - url: https://conda.anaconda.org/conda-forge/\n    packages:\n      linux-64:\n",
                "      - conda: https://conda.anaconda.org/conda-forge/linux-64/pytorch-2.9.1-cuda129_mkl_py312_h1_302.conda\n",
                "packages:\n- conda: https://conda.anaconda.org/conda-forge/linux-64/pytorch-2.9.1-cuda129_mkl_py312_h1_302.conda\n",
                "  sha256: 0000000000000000000000000000000000000000000000000000000000000000\n  depends:\n  - __cuda\n  size: 25000000\n",
            ),
        ))
        .unwrap();
        let docker = "FROM ghcr.io/prefix-dev/pixi:latest\nCOPY pixi.toml pixi.lock ./\nRUN pixi install\nRNU x\n";
        let neighbours = Neighbours {
            dockerfiles: vec![
                Dockerfile { source: Source::file("Dockerfile", docker), ignore: None },
                Dockerfile { source: Source::file("other/Dockerfile", "{{ a }}\n"), ignore: None },
            ],
            workflows: vec![Source::file(
                "ci.yml",
                "env: { CONDA_OVERRIDE_CUDA: none }\njobs: {}\n",
            )],
            gitignores: Vec::new(),
        };
        let about = Around {
            manifest: &manifest,
            lock: Ok(&lock),
            version,
            subdir: "linux-64",
            scripts: &[],
            free_disk: Some(1_000_000),
        };
        let mut found = dockerfiles(&neighbours, &about);
        found.extend(others(&neighbours, &about));
        let codes: Vec<_> = found.into_iter().map(|finding| finding.code).collect();
        assert_eq!(
            codes,
            [
                "docker/syntax",
                "docker/pixi-unpinned",
                "docker/driver-variables",
                "docker/override-missing",
                "docker/unlocked",
                "docker/disk",
                "cuda/library-path",
                "workflow/override-word",
            ]
        );
        assert_eq!(levels(&lock, "linux-64")[0].cuda.as_deref(), Some("12.9"));
        assert_eq!(levels(&lock, "osx-arm64"), []);
    }
}
