//! The release workflow of the plan classifier-training, as its team has it but for the two
//! `uses:` lines, run by real act on both of its branches.
//!
//! Third-party actions are stand-ins with the inputs of the real ones; the build command runs in
//! an image with Python and the wheels it asks for, since nothing can be pulled.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::act::{REPOSITORY, Story, expect, release_tree, stand_in_repository};
use super::{Shared, tool};
use crate::image;
use crate::pipeline::Outcome;
use crate::process::{Log, on_path};
use crate::sample::{self, git};
use crate::stand_in::StandIn;

/// The plan's files, in the project.
const PLAN: &str = "action-tests/act/classifier-training";
/// The third-party actions of the workflow, as it names them, and their stand-ins.
const STAND_INS: [(&str, &str); 3] = [
    ("actions/checkout@v4", "checkout"),
    ("prefix-dev/setup-pixi@v0.8.1", "setup-pixi"),
    ("pypa/gh-action-pypi-publish@release/v1", "gh-action-pypi-publish"),
];
/// An image with Python, where the build runs.
const BUILD_IMAGE: &str = "python-build:local";

/// Python and the wheels that `pip install build && python -m build` asks for.
pub(super) fn build_image(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    if on_path("mmdebstrap").is_none() {
        return Ok(Outcome::NotRun("mmdebstrap is missing; `--install` installs it".to_owned()));
    }
    let Some(wheels) = wheels(shared, log)? else {
        return Ok(Outcome::NotRun("the wheels are missing; `--install` fetches them".to_owned()));
    };
    let suite = shared.tools.text("python-image", "suite")?;
    let packages = shared.tools.list("python-image", "packages")?;
    let tar = image::root_filesystem(shared.project, "python", &suite, &packages, log)?;
    let engine = shared.engine()?;
    engine.import(&tar, "python-root:local", &[], log)?;
    let folder = tempfile::tempdir()?;
    let copied = folder.path().join("wheels");
    std::fs::create_dir(&copied)?;
    for entry in std::fs::read_dir(&wheels)? {
        let entry = entry?;
        std::fs::copy(entry.path(), copied.join(entry.file_name()))?;
    }
    // Debian's Python refuses pip outside of a virtual environment; the usual images do not.
    let dockerfile = "FROM python-root:local\nCOPY wheels /wheels\n\
                      ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels PIP_BREAK_SYSTEM_PACKAGES=1\n";
    std::fs::write(folder.path().join("Dockerfile"), dockerfile)?;
    engine.build(folder.path(), BUILD_IMAGE, log)?;
    Ok(Outcome::passed(format!("{suite} with {}", packages.join(", "))))
}

/// The folder of wheels; `None` where they are missing and nothing may be installed.
fn wheels(shared: &Shared<'_>, log: &Log) -> Result<Option<PathBuf>> {
    let wanted: Vec<String> = shared
        .tools
        .table("build-wheels")?
        .iter()
        .map(|(name, version)| format!("{name}=={version}"))
        .collect();
    let folder = shared.project.tools_dir().join("wheels");
    let stamp = folder.with_extension("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|old| old == wanted.join("\n")) {
        return Ok(Some(folder));
    }
    if !shared.install {
        return Ok(None);
    }
    shared
        .project
        .run(shared.project.tools_dir().join("python/bin/pip"))
        .args(["download", "--quiet", "--disable-pip-version-check", "--no-input"])
        .args(["--only-binary", ":all:", "--dest"])
        .arg(&folder)
        .args(&wanted)
        .run(log)?;
    std::fs::write(&stamp, wanted.join("\n"))?;
    Ok(Some(folder))
}

/// A release from main, and a prerelease from develop.
pub(super) fn classifier_training(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let act = match tool(shared, "act") {
        Ok(act) => act,
        Err(outcome) => return Ok(outcome),
    };
    if on_path("docker-registry").is_none() {
        return Ok(Outcome::NotRun(
            "docker-registry is missing; `--install` installs it".to_owned(),
        ));
    }
    let work = tempfile::tempdir()?;
    let (tree, _registry) = release_tree(shared, work.path(), log)?;
    let mut mappings = vec![format!("org/actions@v1={}", tree.display())];
    for (action, stand_in) in STAND_INS {
        let folder = work.path().join(stand_in);
        stand_in_repository(shared, stand_in, action, &folder, log)?;
        mappings.push(format!("{action}={}", folder.display()));
    }
    let workspace = work.path().join("classifier-training");
    plan(shared, &workspace, log)?;
    let story = Story { shared, act, work: work.path(), workspace: &workspace, log };
    let (server, bare) = story.serve()?;
    let mut more = vec!["--secret=PYPI_TOKEN=pypi-0123456789".to_owned()];
    more.push(format!("--env=SEMREL_BUILD_IMAGE={BUILD_IMAGE}"));
    for mapping in &mappings {
        more.extend(["--local-repository".to_owned(), mapping.clone()]);
    }
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    for (branch, tag, wheel) in
        [("main", "v1.5.0", "1.5.0"), ("develop", "v1.5.0-dev.1", "1.5.0.dev1")]
    {
        git(&workspace).args(["switch", "--quiet", branch]).run(log)?;
        let said = story.run(&server.variables(), ".github/workflows/release.yml", &more)?;
        let files = [
            format!("classifier_training-{wheel}-py3-none-any.whl"),
            format!("classifier_training-{wheel}.tar.gz"),
        ];
        let lines = files.clone().map(|file| format!("would upload {file}"));
        expect(&said, &lines.each_ref().map(String::as_str))?;
        judge(&server, tag, &files)?;
    }
    git(&bare).args(["fsck", "--strict", "--no-dangling"]).run(log)?;
    Ok(Outcome::passed("the plan's release.yml released v1.5.0 and v1.5.0-dev.1"))
}

/// The plan's repository: released as 1.4.2, with a feature since then on each branch.
fn plan(shared: &Shared<'_>, folder: &Path, log: &Log) -> Result<()> {
    std::fs::create_dir(folder)?;
    git(folder).args(["init", "--quiet", "--initial-branch=main"]).run(log)?;
    let source = shared.project.path(PLAN);
    for (from, to) in [
        ("pyproject.toml", "pyproject.toml"),
        ("pixi.toml", "pixi.toml"),
        ("release.yml", ".github/workflows/release.yml"),
        ("src/classifier_training/__init__.py", "src/classifier_training/__init__.py"),
    ] {
        sample::write(folder, to, &std::fs::read_to_string(source.join(from))?)?;
    }
    sample::commit(folder, "feat: train a classifier", log)?;
    git(folder).args(["tag", "v1.4.2"]).run(log)?;
    git(folder).args(["branch", "develop"]).run(log)?;
    for (branch, message) in [
        ("main", "feat: read configurations"),
        ("develop", "feat(train): resume from a checkpoint"),
    ] {
        git(folder).args(["switch", "--quiet", branch]).run(log)?;
        sample::write(folder, &format!("docs/{branch}.md"), "# What is new\n")?;
        sample::commit(folder, message, log)?;
    }
    Ok(())
}

/// The release of the tag is there, published, with these files.
fn judge(server: &StandIn, tag: &str, files: &[String]) -> Result<()> {
    let release = server.get(&format!("/repos/{REPOSITORY}/releases/tags/{tag}"))?;
    let assets = release.get("assets").and_then(Value::as_array).context("no assets")?;
    let mut names: Vec<&str> =
        assets.iter().filter_map(|asset| asset.get("name")?.as_str()).collect();
    names.sort_unstable();
    if names != files {
        bail!("the release of {tag} has {names:?}, expected {files:?}");
    }
    if release.get("prerelease").and_then(Value::as_bool) != Some(tag.contains('-')) {
        bail!("the release of {tag} is wrong about being a prerelease");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use config::{Node, Tree};
    use diagnostics::Source;

    use super::*;
    use crate::project::Project;

    fn read(project: &Project, path: &str) -> Tree {
        let text = std::fs::read_to_string(project.path(path)).unwrap();
        config::parse_yaml(&Source::file(path, text)).unwrap()
    }

    /// act passes over inputs that an action does not declare; the runner warns of them.
    #[test]
    fn the_workflow_gives_third_party_actions_only_what_they_take() {
        let project = Project::find().unwrap();
        let workflow = read(&project, &format!("{PLAN}/release.yml"));
        let jobs = workflow.get("jobs").and_then(Node::entries).unwrap();
        let steps: Vec<&Node> =
            jobs.iter().flat_map(|(_, job)| job.get("steps").unwrap().items().unwrap()).collect();
        for (action, name) in STAND_INS {
            let manifest = read(&project, &format!("action-tests/act/stand-ins/{name}/action.yml"));
            let inputs = manifest.get("inputs").and_then(Node::entries).unwrap();
            let is_it = |step: &&&Node| step.get("uses").and_then(Node::as_str) == Some(action);
            let mut used = 0;
            for step in steps.iter().filter(is_it) {
                used += 1;
                for (key, _) in step.get("with").and_then(Node::entries).unwrap_or_default() {
                    assert!(
                        inputs.iter().any(|(input, _)| input.text == key.text),
                        "{action} has no input `{}`",
                        key.text
                    );
                }
            }
            assert!(used > 0, "{action} is not used");
        }
    }
}
