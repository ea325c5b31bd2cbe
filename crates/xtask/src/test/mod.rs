//! `cargo xtask test`: everything CI checks, in stages.

mod act;
mod checks;
mod containers;
mod differential;
mod full;
mod linters;
mod pixi;
mod seed;
mod suites;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::OnceLock;

use anyhow::{Context as _, Result};

use crate::engine::Engine;
use crate::pipeline::{self, Outcome, Stage};
use crate::process::Log;
use crate::project::Project;
use crate::say;
use crate::tools::{self, Tools};
use crate::{boundaries, cold_start, generate, release};

/// What the person asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// Install what is missing.
    pub(crate) install: bool,
    /// Run the slow stages too.
    pub(crate) full: bool,
    /// Only these stages and what they need; empty means all.
    pub(crate) only: Vec<String>,
}

/// What all stages share.
#[derive(Debug)]
struct Shared<'a> {
    project: &'a Project,
    tools: Tools,
    install: bool,
    full: bool,
    engine: OnceLock<Engine>,
}

impl Shared<'_> {
    /// The engine, in stages that need stage `engine`.
    fn engine(&self) -> Result<&Engine> {
        self.engine.get().context("the engine is not running")
    }
}

/// Runs the stages; the exit code is 1 when one failed.
pub(crate) fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    let shared = Shared {
        project,
        tools: Tools::read(project)?,
        install: options.install,
        full: options.full,
        engine: OnceLock::new(),
    };
    let logs = project.tools_dir().join("logs");
    say::line(&format!("logs of the stages are in {}", logs.display()));
    let mut all = everyday();
    if options.full {
        all.extend(full::stages());
    }
    let stages = pipeline::only(all, &options.only)?;
    let good = pipeline::run(&stages, &shared, &logs)?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

type TestStage<'a> = Stage<Shared<'a>>;

/// One stage of this pipeline.
fn stage<'a>(
    name: &'static str,
    needs: &'static [&'static str],
    after: &'static [&'static str],
    run: fn(&Shared<'a>, &Log) -> Result<Outcome>,
) -> TestStage<'a> {
    Stage { name, needs, after, run }
}

/// The stages of every run, in the order of the table.
fn everyday<'a>() -> Vec<TestStage<'a>> {
    let mut stages = vec![
        stage("system packages", &[], &[], |shared, log| {
            tools::system(&shared.tools, shared.install, shared.full, log)
        }),
        stage("python tools", &[], &["system packages"], |shared, log| {
            tools::python(&shared.tools, shared.install, log)
        }),
        stage("npm packages", &[], &["system packages"], |shared, log| {
            tools::npm(&shared.tools, shared.install, log)
        }),
        stage("release build", &[], &["system packages"], checks::release_build),
        stage("fmt", &[], &[], checks::fmt),
        stage("boundaries", &[], &[], |shared, _| {
            Ok(Outcome::passed(boundaries::check(shared.project)?))
        }),
        stage("clippy", &[], &["fmt", "system packages"], checks::clippy),
        stage(
            "go tools",
            &[],
            &["system packages", "python tools", "npm packages"],
            |shared, log| tools::go(&shared.tools, shared.install, log),
        ),
        stage("tests", &[], &["clippy", "npm packages"], suites::tests),
        stage("generated files", &[], &["tests"], |shared, log| {
            generate::run_with(shared.project, true, log)?;
            Ok(Outcome::passed("as the definitions say"))
        }),
        stage("hadolint", &[], &["python tools"], linters::hadolint),
        stage("zizmor", &[], &["python tools"], linters::zizmor),
        stage("schemas", &[], &["python tools"], linters::schemas),
        stage("shellcheck", &[], &["python tools"], linters::shellcheck),
        stage("actionlint", &[], &["go tools"], linters::actionlint),
        stage("binary size", &["release build"], &[], |shared, _| {
            Ok(Outcome::passed(release::check_sizes(shared.project)?))
        }),
        stage("cold start", &["release build"], &["tests"], |shared, _| {
            Ok(Outcome::passed(cold_start::check_all(shared.project)?))
        }),
        stage(
            "same answers",
            &["release build", "python tools"],
            &["tests"],
            differential::same_answers,
        ),
        stage("engine", &[], &["system packages"], containers::engine),
        stage("image", &["engine", "release build"], &["go tools"], containers::image),
        stage(
            "stand-in image",
            &["engine"],
            &["tests", "generated files"],
            containers::stand_in_image,
        ),
        stage("pixi stand-in", &[], &["tests", "generated files"], pixi::stand_in),
        stage(
            "containers",
            &["image", "stand-in image", "job image", "pixi stand-in"],
            &["tests"],
            containers::stories,
        ),
    ];
    stages.extend(in_act());
    stages
}

/// The stages that run workflows.
fn in_act<'a>() -> Vec<TestStage<'a>> {
    vec![
        stage("job image", &["engine"], &["system packages"], act::job_image),
        stage("demo", &["release build", "stand-in image"], &["containers"], checks::demo),
        stage(
            "act, from a checkout",
            &["image", "job image", "stand-in image"],
            // The stories count the engine's containers.
            &["go tools", "containers"],
            act::checkout,
        ),
        stage(
            "act, published form",
            &["image", "job image", "stand-in image"],
            &["act, from a checkout"],
            act::published,
        ),
        stage(
            "act, pixi-cuda-setup",
            &["image", "job image", "pixi stand-in"],
            &["act, published form"],
            pixi::checkout,
        ),
        stage(
            "act, in place of setup-pixi",
            &["image", "job image", "pixi stand-in"],
            &["act, pixi-cuda-setup"],
            pixi::published,
        ),
        stage("build image", &["engine"], &["job image", "python tools"], seed::build_image),
        stage(
            "act, a plan's own workflow",
            &["image", "job image", "build image", "stand-in image"],
            &["act, published form", "act, in place of setup-pixi"],
            seed::classifier_training,
        ),
    ]
}

/// A tool of the run, or the reason for the table.
fn tool(shared: &Shared<'_>, program: &str) -> Result<PathBuf, Outcome> {
    shared
        .tools
        .find(program)
        .ok_or_else(|| Outcome::NotRun(format!("{program} is missing; `--install` installs it")))
}

/// A log for a service that runs beside a stage.
fn service_log(log: &Log) -> PathBuf {
    match log {
        Log::File(path) => path.with_extension("service.log"),
        Log::Terminal => std::env::temp_dir().join("xtask-service.log"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_waits_only_for_stages_that_exist() {
        let mut all = everyday();
        all.extend(full::stages());
        let names: Vec<&str> = all.iter().map(|stage| stage.name).collect();
        for stage in &all {
            for name in stage.needs.iter().chain(stage.after) {
                assert!(names.contains(name), "{} waits for `{name}`", stage.name);
            }
        }
    }
}
