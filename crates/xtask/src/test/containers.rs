//! The engine, the images, and the stories that run in containers.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::Shared;
use super::suites::{counted, descriptions};
use crate::engine::Engine;
use crate::pipeline::Outcome;
use crate::process::Log;
use crate::project::{ENGINE, FEATURES, Project};
use crate::{image, pixi, release, staged};

/// Starts the engine that the following stages share; it ends with the run.
pub(super) fn engine(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    match Engine::start(shared.project, log)? {
        Ok(engine) => {
            let note = engine.host().unwrap_or("the one of this machine").to_owned();
            shared.engine.set(engine).ok().context("the engine was started twice")?;
            Ok(Outcome::passed(note))
        }
        Err(why) => Ok(Outcome::NotRun(why)),
    }
}

/// The product's image from a staged tree, its size and its content.
pub(super) fn image(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let engine = shared.engine()?;
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("tree");
    staged::write(shared.project, &tree, log)?;
    engine.build(&tree, image::PRODUCT, log)?;
    image::check_content(shared.project, engine, image::PRODUCT, log)?;
    Ok(Outcome::passed(image::check_size(engine, image::PRODUCT, log)?))
}

/// The GitHub stand-in, static, without optimisation.
pub(super) fn stand_in_binary(project: &Project) -> PathBuf {
    release::binary(project, "github-stand-in", release::AMD64, "debug")
}

/// The GitHub stand-in as an image.
pub(super) fn stand_in_image(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    if let Some(missing) = release::missing_target(shared.project, release::AMD64, log)? {
        return Ok(Outcome::NotRun(missing));
    }
    let package = ["--package", "github-stand-in", "--bin", "github-stand-in"];
    shared
        .project
        .cargo()
        .args(["build", "--locked", "--target", release::AMD64])
        .args(package)
        .run(log)?;
    let binary = stand_in_binary(shared.project);
    image::single_program(shared.engine()?, &binary, "github-stand-in", image::STAND_IN, log)?;
    Ok(Outcome::passed(""))
}

/// The stories of action-tests that need containers.
pub(super) fn stories(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let engine = shared.engine()?;
    let before = engine.containers(log)?;
    let mut cargo = shared.project.cargo().without_ci();
    cargo = cargo.args(["test", "--locked", "--workspace", "--test", "container"]);
    cargo = cargo.args(FEATURES).args(ENGINE);
    for (name, path) in descriptions(shared)?.into_iter().flatten() {
        cargo = cargo.env(name, path);
    }
    cargo = cargo
        .env("ACTION_TESTS_ENGINE", engine.host().unwrap_or("unix:///var/run/docker.sock"))
        .env("ACTION_TESTS_IMAGE", image::PRODUCT)
        .env("ACTION_TESTS_JOB_IMAGE", image::JOB)
        .env("ACTION_TESTS_GITHUB_IMAGE", image::STAND_IN)
        .env("ACTION_TESTS_PIXI_RELEASES", pixi::folder(shared.project));
    let outcome = counted(cargo, "", log)?;
    let left: Vec<String> =
        engine.containers(log)?.into_iter().filter(|id| !before.contains(id)).collect();
    // Only on an engine of our own do we know that nobody else started them.
    if engine.host().is_some() && !left.is_empty() {
        bail!("the stories left {} containers behind: {}", left.len(), left.join(", "));
    }
    Ok(outcome)
}
