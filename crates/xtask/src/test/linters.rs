//! The judges of what is not Rust.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::{Shared, tool};
use crate::dist;
use crate::pipeline::Outcome;
use crate::process::Log;

/// Unwraps a tool or ends the stage with its reason.
macro_rules! tool {
    ($shared:expr, $name:expr) => {
        match tool($shared, $name) {
            Ok(path) => path,
            Err(outcome) => return Ok(outcome),
        }
    };
}

pub(super) fn hadolint(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let hadolint = tool!(shared, "hadolint");
    let files = ["Dockerfile", "Dockerfile.prebuilt"];
    shared.project.run(hadolint).arg("--no-color").args(files).run(log)?;
    Ok(Outcome::passed(files.join(", ")))
}

pub(super) fn zizmor(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let zizmor = tool!(shared, "zizmor");
    let mut files = vec![PathBuf::from(".github")];
    files.extend(shared.project.manifests()?);
    files.extend(act_workflows(shared)?);
    let folder = tempfile::tempdir()?;
    files.extend(release_tree(shared, folder.path())?);
    shared
        .project
        .run(zizmor)
        .args(["--offline", "--no-progress", "--color=never"])
        .args(&files)
        .run(log)?;
    Ok(Outcome::passed("workflows, actions, release tree"))
}

pub(super) fn schemas(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let check = tool!(shared, "check-jsonschema");
    let judge = |schema: &str, files: &[PathBuf]| {
        shared.project.run(&check).args(["--builtin-schema", schema]).args(files).run(log)
    };
    let folder = tempfile::tempdir()?;
    let mut actions = shared.project.manifests()?;
    actions.extend(release_tree(shared, folder.path())?);
    judge("vendor.github-actions", &actions)?;
    let mut workflows = own_workflows(shared)?;
    workflows.extend(act_workflows(shared)?);
    judge("vendor.github-workflows", &workflows)?;
    Ok(Outcome::passed(format!("{} actions, {} workflows", actions.len(), workflows.len())))
}

pub(super) fn actionlint(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let actionlint = tool!(shared, "actionlint");
    let mut workflows = own_workflows(shared)?;
    workflows.extend(act_workflows(shared)?);
    workflows.extend(yaml_files(shared, "action-tests/act/classifier-training")?);
    let mut run = shared.project.run(actionlint).arg("-no-color");
    // actionlint looks for the entry point beside action.yml; ours is a path inside the image.
    run = run.args(["-ignore", r#"^file "/[a-z-]+" does not exist in .+ at "entrypoint" key"#]);
    if let Some(shellcheck) = shared.tools.find("shellcheck") {
        run = run.arg("-shellcheck").arg(shellcheck);
    }
    run.args(&workflows).run(log)?;
    Ok(Outcome::passed(format!("{} workflows", workflows.len())))
}

pub(super) fn shellcheck(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let shellcheck = tool!(shared, "shellcheck");
    let scripts = [".ci/run", "image/rootfs.sh"];
    shared.project.run(shellcheck).args(scripts).run(log)?;
    Ok(Outcome::passed(scripts.join(", ")))
}

// Paths are relative to the project, where every program of ours runs.

/// The manifests of a release tree, written for the judges.
fn release_tree(shared: &Shared<'_>, folder: &Path) -> Result<Vec<PathBuf>> {
    let tree = folder.join("tree");
    let image = dist::Image {
        registry: "registry.example".to_owned(),
        repository: "org/actions".to_owned(),
        digest: format!("sha256:{}", "0".repeat(64)),
    };
    dist::write(shared.project, &tree, &image)?;
    Ok(dist::folders().map(|folder| tree.join(folder).join("action.yml")).collect())
}

fn own_workflows(shared: &Shared<'_>) -> Result<Vec<PathBuf>> {
    yaml_files(shared, ".github/workflows")
}

fn act_workflows(shared: &Shared<'_>) -> Result<Vec<PathBuf>> {
    yaml_files(shared, "action-tests/act")
}

/// The YAML files of a folder; none at all is an error, since nothing would be checked.
fn yaml_files(shared: &Shared<'_>, folder: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(shared.project.path(folder))?
        .filter_map(|entry| Some(Path::new(folder).join(entry.ok()?.file_name())))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .collect();
    if files.is_empty() {
        bail!("{folder} has no workflow");
    }
    files.sort();
    Ok(files)
}
