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
    shared.project.run(&shellcheck).args(scripts).run(log)?;
    let folder = tempfile::tempdir()?;
    let mut steps = Vec::new();
    for manifest in shared.project.manifests()? {
        let text = std::fs::read_to_string(shared.project.path(&manifest))?;
        for script in run_blocks(&text) {
            let file = folder.path().join(format!("step-{}.bash", steps.len()));
            std::fs::write(&file, format!("#!/usr/bin/env bash\n{script}"))?;
            steps.push(file);
        }
    }
    if steps.is_empty() {
        bail!("no composite action has a script");
    }
    // Backquotes in messages stand for themselves, and variables come from `env:`.
    shared.project.run(&shellcheck).arg("--exclude=SC2016,SC2153").args(&steps).run(log)?;
    Ok(Outcome::passed(format!("{}, {} steps of actions", scripts.join(", "), steps.len())))
}

/// The scripts of a manifest's steps: what is indented below `run: |`.
fn run_blocks(manifest: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = manifest.lines().peekable();
    let depth = |line: &str| line.len() - line.trim_start().len();
    while let Some(line) = lines.next() {
        if !line.trim_start().starts_with("run: |") {
            continue;
        }
        let mut block = String::new();
        let indent = depth(line);
        while let Some(line) = lines.next_if(|next| next.is_empty() || depth(next) > indent) {
            block.push_str(line.get(indent + 2..).unwrap_or_default());
            block.push('\n');
        }
        blocks.push(block);
    }
    blocks
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

#[cfg(test)]
mod tests {
    #[test]
    fn scripts_are_taken_out_of_manifests() {
        let manifest =
            "steps:\n  - run: |\n      echo a\n\n        echo b\n    shell: bash\n  - run: true\n";
        let manifest = manifest.replace("- run: |", "- id: x\n    run: |");
        assert_eq!(super::run_blocks(&manifest), ["echo a\n\n  echo b\n"]);
    }
}
