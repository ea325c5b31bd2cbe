//! Dockerfiles against manifest and lock.
//!
//! Each rule is a function over a [`Lint`]: what a Dockerfile does with pixi, stage by stage, and
//! what manifest and lock say about it. Nothing is read or run here.

mod around;
pub(crate) mod calls;
mod explain;
mod images;
mod library_path;
mod paths;
mod pixi;
mod predicted;
mod rules;
mod stages;

use diagnostics::Source;
use dockerfile::ignore::Dockerignore;
use dockerfile::{Dockerfile, Text};
use pixi_workspace::lock::{Lock, Trouble};
use pixi_workspace::manifest::Manifest;
use pixi_workspace::{Finding, Machine, PixiVersion, View};

use crate::workflows::OverrideValue;

pub use around::{Around, dockerfiles, levels, others};
pub use explain::EXPLANATIONS;
pub use library_path::in_activation;

/// What is known beside the Dockerfile.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    /// The manifest.
    pub manifest: &'f Manifest,
    /// The lock, or why it cannot be read.
    pub lock: Result<&'f Lock, &'f Trouble>,
    /// The pixi that is meant where the Dockerfile does not say which it installs.
    pub version: PixiVersion,
    /// The conda subdir the image is built for.
    pub subdir: &'f str,
    /// What is locked for each environment on that subdir.
    pub levels: &'f [Level],
    /// The overrides that workflows set.
    pub workflows: &'f [OverrideValue],
    /// Free bytes where images are built, if that is known.
    pub free_disk: Option<u64>,
}

/// What the lock has for an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// The environment.
    pub environment: String,
    /// Whether a CUDA build of a framework is locked, or the CUDA runtime.
    pub is_cuda: bool,
    /// The CUDA version, `12.9`.
    pub cuda: Option<String>,
    /// Bytes to download.
    pub download: u64,
    /// Bytes on disk after the installation, about.
    pub installed: u64,
}

/// A Dockerfile and how it is built.
#[derive(Clone, Copy, Debug)]
pub struct Build<'f> {
    /// The Dockerfile.
    pub file: &'f Dockerfile,
    /// What the build leaves out; none where there is no such file.
    pub ignore: Option<&'f Dockerignore>,
    /// The manifest as seen from the build context: `pixi.toml`, `sub/pyproject.toml`.
    pub manifest: &'f str,
}

/// A Dockerfile taken apart, with what is known beside it.
pub(crate) struct Lint<'f> {
    facts: Facts<'f>,
    build: Build<'f>,
    model: stages::Model,
    machine: Machine,
}

/// Everything there is to say about a Dockerfile; nothing where it does not use pixi.
pub fn lint(facts: &Facts<'_>, build: &Build<'_>) -> Vec<Finding> {
    let model = stages::model(facts, build);
    if !model.uses_pixi() {
        return Vec::new();
    }
    let machine = Machine::without_gpu(facts.subdir);
    let lint = Lint { facts: *facts, build: *build, model, machine };
    let mut findings = Vec::new();
    for rule in rules::RULES {
        rule(&lint, &mut findings);
    }
    let place = |finding: &Finding| finding.place.as_ref().map_or(0, |(_, span)| span.start);
    findings.sort_by_key(place);
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    once
}

impl<'f> Lint<'f> {
    fn source(&self) -> &Source {
        &self.build.file.source
    }

    fn view(&self, environment: &str, version: PixiVersion) -> Option<View<'f>> {
        View::new(self.facts.manifest, environment, version)
    }

    fn level(&self, environment: &str) -> Option<&'f Level> {
        self.facts.levels.iter().find(|level| level.environment == environment)
    }

    /// The name of the manifest as users know it.
    fn manifest(&self) -> &str {
        self.facts.manifest.source.name()
    }

    /// Which environments a call means; empty where only the build knows.
    fn targets<'c>(&'c self, call: &'c calls::Call) -> Vec<&'c str> {
        match &call.target {
            calls::Target::Named(names) => names.iter().map(|name| name.value.as_str()).collect(),
            calls::Target::Task(name) => vec![name.as_str()],
            calls::Target::All => {
                let all = &self.facts.manifest.environments;
                all.iter().map(|environment| environment.name.value.as_str()).collect()
            }
            calls::Target::Unknown => Vec::new(),
        }
    }
}

/// Where a text stands, for findings.
fn covering(words: &[Text]) -> std::ops::Range<usize> {
    let start = words.first().map_or(0, |word| word.span().start);
    start..words.last().map_or(start, |word| word.span().end).max(start)
}

#[cfg(test)]
mod tests;
