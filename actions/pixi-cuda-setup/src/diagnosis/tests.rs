mod of_overrides;
mod of_rows;

use std::fmt::Write;
use std::path::Path;

use diagnostics::Severity;
use pixi_workspace::lock::Lock;
use pixi_workspace::manifest::Manifest;
use pixi_workspace::{PixiVersion, lock, manifest};

use super::*;

/// A manifest and a lock, and the pixi that looks at them.
struct Stage {
    manifest: Manifest,
    lock: Option<Lock>,
    version: PixiVersion,
    usage: Usage,
    requested: Vec<String>,
}

const CUDA: &[&str] = &["libtorch-2.9.1-cuda129_h1_302 | __cuda"];
const CPU: &[&str] = &["libtorch-2.9.1-cpu_h2_102"];

impl Stage {
    fn new(pixi: &str, text: &str) -> Self {
        let version: PixiVersion = pixi.parse().expect(pixi);
        let source = Source::file("pixi.toml", text);
        let (manifest, _) = manifest::read(&source, Path::new("pixi.toml"), version).expect("TOML");
        let requested = manifest.environments.iter().map(|one| one.name.value.clone()).collect();
        Self { manifest, lock: None, version, usage: Usage::Locked, requested }
    }

    /// Platforms as `name subdir __cuda=12.1`, a name alone for a bare one; rows as environment,
    /// platform and packages `name-version-build | depends | constrains`.
    fn locked(mut self, format: u8, platforms: &[&str], rows: &[(&str, &str, &[&str])]) -> Self {
        let mut text = format!("version: {format}\n");
        if format >= 7 {
            text.push_str("platforms:\n");
            for platform in platforms {
                let mut words = platform.split(' ');
                let name = words.next().expect("a name");
                writeln!(text, "- name: {name}").expect("text");
                if let Some(subdir) = words.next() {
                    writeln!(text, "  subdir: {subdir}").expect("text");
                }
                text.push_str("  virtual-packages:\n  - __unix=0=0\n");
                for one in words {
                    writeln!(text, "  - {one}").expect("text");
                }
            }
        }
        text.push_str("environments:\n");
        let mut last = "";
        let mut packages = std::collections::BTreeMap::new();
        for (environment, row, list) in rows {
            if *environment != last {
                writeln!(text, "  {environment}:\n    channels:\n    - url: https://conda.anaconda.org/conda-forge/\n    packages:").expect("text");
                last = environment;
            }
            writeln!(text, "      {row}:").expect("text");
            for one in *list {
                let mut parts = one.split('|').map(str::trim);
                let archive = parts.next().expect("an archive");
                let line = format!(
                    "conda: https://conda.anaconda.org/conda-forge/linux-64/{archive}.conda"
                );
                writeln!(text, "      - {line}").expect("text");
                let mut entry = String::new();
                for (key, spec) in ["depends", "constrains"].into_iter().zip(parts) {
                    if !spec.is_empty() {
                        writeln!(entry, "  {key}:\n  - '{spec}'").expect("text");
                    }
                }
                packages.insert(line, entry);
            }
        }
        text.push_str("packages:\n");
        for (line, entry) in packages {
            write!(text, "- {line}\n{entry}").expect("text");
        }
        match lock::read(&Source::file("pixi.lock", text.as_str())) {
            Ok(lock) => self.lock = Some(lock),
            Err(trouble) => panic!("{trouble:?}\n{text}"),
        }
        self
    }

    fn with<R>(&self, judge: impl FnOnce(&Case<'_>) -> R) -> R {
        let views = View::all(&self.manifest, self.version);
        let machine = Machine::without_gpu("linux-64");
        judge(&Case {
            views: &views,
            requested: &self.requested,
            lock: self.lock.as_ref(),
            machine: &machine,
            usage: self.usage,
        })
    }

    /// The findings of a code.
    fn of(&self, code: &str) -> Vec<Finding> {
        let mut found = self.with(findings);
        found.retain(|finding| finding.code == code);
        found
    }

    fn of_value(&self, value: &str) -> Vec<Finding> {
        self.with(|case| of_override(case, &Given::new(value, None)))
    }
}

/// The text that a finding points at.
fn pointed(finding: &Finding) -> &str {
    let (source, span) = finding.place.as_ref().expect("a place");
    source.contents().get(span.clone()).expect("within")
}

fn only(mut findings: Vec<Finding>) -> Finding {
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

#[test]
fn every_code_is_explained_once() {
    let mut codes: Vec<&str> = EXPLANATIONS.iter().map(|one| one.code).collect();
    codes.sort_unstable();
    let before = codes.len();
    codes.dedup();
    assert_eq!((codes.len(), before), (12, 12));
}

#[test]
fn a_model_project_has_nothing_to_be_said() {
    let stage = Stage::new(
        "0.77.0",
        r#"
[workspace]
channels = ["conda-forge"]
platforms = [{ name = "gpu", platform = "linux-64", cuda = "12.1" }, "linux-64", "osx-arm64"]
[dependencies]
pytorch = "*"
[feature.gpu]
platforms = ["gpu"]
[feature.gpu.dependencies]
pytorch-gpu = "*"
[feature.cpu]
platforms = ["linux-64", "osx-arm64"]
[environments]
default = ["cpu"]
gpu = ["gpu"]
"#,
    )
    .locked(
        7,
        &["linux-64", "osx-arm64", "p1 linux-64 __cuda=12.1"],
        &[("default", "linux-64", CPU), ("default", "osx-arm64", CPU), ("gpu", "p1", CUDA)],
    );
    assert_eq!(stage.with(findings), []);
    assert_eq!(stage.of_value("12.1"), []);
    assert_eq!(stage.of_value("13.0"), []);
}
