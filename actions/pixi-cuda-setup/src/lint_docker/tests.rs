mod of_calls;
mod of_environments;
mod of_images;
mod of_locks;
mod of_overrides;
mod of_whole_files;

use std::fmt::Write;
use std::path::Path;

use diagnostics::Severity;
use dockerfile::ignore;
use pixi_workspace::{lock, manifest};

use super::*;

/// Manifest, lock and the rest, against which Dockerfiles are held.
struct Bench {
    manifest: String,
    lock: Option<String>,
    pixi: &'static str,
    ignore: Option<&'static str>,
    workflow: Option<&'static str>,
    levels: Vec<Level>,
    free_disk: Option<u64>,
}

/// `default` with development tools, `prod` without, both with CUDA.
const MANIFEST: &str = r#"[workspace]
name = "training"
channels = ["conda-forge"]
platforms = ["linux-64"]

[dependencies]
python = "3.12.*"
pytorch = "*"

[system-requirements]
cuda = "12.1"

[feature.dev.dependencies]
pytest = "*"

[environments]
default = ["dev"]
prod = []
"#;

const CUDA: &[&str] = &["python-3.12.1-h1_0", "pytorch-2.9.1-cuda129_py312_h1_302 | __cuda"];
const CPU: &[&str] = &["python-3.12.1-h1_0", "pytorch-2.9.1-cpu_py312_h1_102"];

/// A lock of format 6: environments, and packages `name-version-build | depends`.
fn lock_6(environments: &[(&str, &[&str])]) -> String {
    let mut text = "version: 6\nenvironments:\n".to_owned();
    let mut packages: Vec<String> = Vec::new();
    for (environment, list) in environments {
        writeln!(
            text,
            "  {environment}:\n    channels:\n    - url: https://conda.anaconda.org/conda-forge/\n    packages:\n      linux-64:"
        )
        .unwrap();
        for one in *list {
            let mut parts = one.split('|').map(str::trim);
            let line = format!(
                "- conda: https://conda.anaconda.org/conda-forge/linux-64/{}.conda\n",
                parts.next().unwrap()
            );
            write!(text, "      {line}").unwrap();
            let mut entry = format!("{line}  sha256: {}\n", "0".repeat(64));
            if let Some(depends) = parts.next() {
                writeln!(entry, "  depends:\n  - {depends}").unwrap();
            }
            if !packages.contains(&entry) {
                packages.push(entry);
            }
        }
    }
    text + "packages:\n" + &packages.concat()
}

fn level(environment: &str, cuda: Option<&str>) -> Level {
    Level {
        environment: environment.to_owned(),
        is_cuda: cuda.is_some(),
        cuda: cuda.map(str::to_owned),
        download: 2_100_000_000,
        installed: 8_400_000_000,
    }
}

impl Bench {
    /// Both environments locked with CUDA 12.9; `.pixi` stays out of the context.
    fn new() -> Self {
        Self {
            manifest: MANIFEST.to_owned(),
            lock: Some(lock_6(&[("default", CUDA), ("prod", CUDA)])),
            pixi: "0.77.0",
            ignore: Some(".pixi\n"),
            workflow: None,
            levels: vec![level("default", Some("12.9")), level("prod", Some("12.9"))],
            free_disk: None,
        }
    }

    fn lint(&self, text: &str) -> Vec<Finding> {
        let version: PixiVersion = self.pixi.parse().unwrap();
        let source = Source::file("pixi.toml", self.manifest.as_str());
        let (manifest, _) = manifest::read(&source, Path::new("pixi.toml"), version).unwrap();
        let lock = match &self.lock {
            Some(text) => lock::read(&Source::file("pixi.lock", text.as_str())),
            None => Err(Trouble::missing("pixi.lock")),
        };
        let workflow = self.workflow.map(|text| Source::file(".github/workflows/ci.yml", text));
        let workflows = crate::workflows::overrides(workflow.as_slice());
        let facts = Facts {
            manifest: &manifest,
            lock: lock.as_ref(),
            version,
            subdir: "linux-64",
            levels: &self.levels,
            workflows: &workflows,
            free_disk: self.free_disk,
        };
        let file = dockerfile::parse(&Source::file("Dockerfile", text));
        assert_eq!(file.problems, [], "{text}");
        let ignore = self.ignore.map(|text| ignore::parse(&Source::file(".dockerignore", text)));
        lint(&facts, &Build { file: &file, ignore: ignore.as_ref(), manifest: "pixi.toml" })
    }

    /// Codes and lines.
    fn codes(&self, text: &str) -> Vec<(&'static str, usize)> {
        self.lint(text).iter().map(|finding| (finding.code, line(finding))).collect()
    }

    /// The findings of a code.
    fn of(&self, code: &str, text: &str) -> Vec<Finding> {
        let mut all = self.lint(text);
        all.retain(|finding| finding.code == code);
        all
    }
}

fn line(finding: &Finding) -> usize {
    let (source, span) = finding.place.as_ref().unwrap();
    source.position(span.start).line
}

fn only(mut findings: Vec<Finding>) -> Finding {
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let finding = findings.remove(0);
    assert!(EXPLANATIONS.iter().any(|one| one.code == finding.code), "{}", finding.code);
    assert!(finding.place.is_some() && finding.remedy.is_some());
    finding
}

fn remedy(finding: &Finding) -> &str {
    finding.remedy.as_deref().unwrap()
}
