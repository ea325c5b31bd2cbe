//! Real act on the engine of the run: from a checkout, and in the published form.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::containers::stand_in_binary;
use super::{Shared, service_log, tool};
use crate::dist;
use crate::image;
use crate::pipeline::Outcome;
use crate::process::{Log, on_path};
use crate::registry::Registry;
use crate::sample::{self, git};
use crate::staged;
use crate::stand_in::{StandIn, TOKEN};

/// The repository of the story on the stand-in; act takes it from the git remote.
pub(super) const REPOSITORY: &str = "acme/weather";
/// What the story's commits ask for after v1.4.2.
const TAG: &str = "v1.5.0";

/// A root filesystem as job image: nothing is pulled.
pub(super) fn job_image(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    if on_path("mmdebstrap").is_none() {
        return Ok(Outcome::NotRun("mmdebstrap is missing; `--install` installs it".to_owned()));
    }
    let suite = shared.tools.text("job-image", "suite")?;
    let packages = shared.tools.list("job-image", "packages")?;
    let tar = image::root_filesystem(shared.project, "job", &suite, &packages, log)?;
    shared.engine()?.import(&tar, image::JOB, &[], log)?;
    Ok(Outcome::passed(format!("{suite} with {}", packages.join(", "))))
}

/// `uses: ./actions/semantic-release`, built by act from the tree.
pub(super) fn checkout(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let act = match tool(shared, "act") {
        Ok(act) => act,
        Err(outcome) => return Ok(outcome),
    };
    let work = tempfile::tempdir()?;
    let tree = work.path().join("weather");
    staged::write(shared.project, &tree, log)?;
    sample::make(&tree, log)?;
    let story = Story { shared, act, work: work.path(), workspace: &tree, log };
    let said = story.release("action-tests/act/checkout.yml", &[])?;
    expect(&said, &[&format!("next step saw {TAG}")])?;
    Ok(Outcome::passed(format!("`uses: ./actions/semantic-release` released {TAG}")))
}

/// `uses: org/actions/semrel@v1`, from the release tree, the image by digest from a registry.
pub(super) fn published(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
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

    let workspace = work.path().join("weather");
    sample::make(&workspace, log)?;
    let workflow = ".github/workflows/release.yml";
    let text = std::fs::read_to_string(shared.project.path("action-tests/act/published.yml"))?;
    sample::write(&workspace, workflow, &text)?;
    sample::commit(&workspace, "ci: release", log)?;
    let story = Story { shared, act, work: work.path(), workspace: &workspace, log };
    let mapping = format!("org/actions@v1={}", tree.display());
    let said = story.release(workflow, &["--local-repository", &mapping])?;
    expect(
        &said,
        &[
            &format!("next step saw {TAG}"),
            &format!("next job saw {TAG}"),
            "second run released nothing",
        ],
    )?;
    Ok(Outcome::passed(format!("`uses: org/actions/semrel@v1` by digest released {TAG}")))
}

/// The release tree, with its image in a registry that lives as long as the value.
pub(super) fn release_tree(
    shared: &Shared<'_>,
    work: &Path,
    log: &Log,
) -> Result<(PathBuf, Registry)> {
    let engine = shared.engine()?;
    let registry = Registry::start(&service_log(log))?;
    let digest = registry.push(engine, image::PRODUCT, "org/actions", log)?;
    let tree = work.join("release-tree");
    let place =
        dist::Image { registry: registry.host(), repository: "org/actions".to_owned(), digest };
    dist::write(shared.project, &tree, &place)?;
    // A copy in the engine would hide that the digest cannot be pulled.
    engine.docker().args(["image", "rm"]).arg(registry.name("org/actions")).run(log)?;
    Ok((tree, registry))
}

/// A repository of its own, as `--local-repository` wants it, with the ref the workflow names.
pub(super) fn stand_in_repository(
    shared: &Shared<'_>,
    name: &str,
    action: &str,
    folder: &Path,
    log: &Log,
) -> Result<()> {
    let source = shared.project.path("action-tests/act/stand-ins").join(name);
    std::fs::create_dir(folder)?;
    git(folder).args(["init", "--quiet", "--initial-branch=main"]).run(log)?;
    for manifest in ["action.yml", "restore/action.yml", "save/action.yml"] {
        if let Ok(text) = std::fs::read_to_string(source.join(manifest)) {
            sample::write(folder, manifest, &text)?;
        }
    }
    sample::commit(folder, "the stand-in", log)?;
    let reference = action.split_once('@').context("the action has no ref")?.1;
    git(folder).args(["tag", reference]).run(log)
}

/// Workflows run by act in a workspace, against a stand-in of their own.
pub(super) struct Story<'a> {
    pub(super) shared: &'a Shared<'a>,
    pub(super) act: PathBuf,
    pub(super) work: &'a Path,
    pub(super) workspace: &'a Path,
    pub(super) log: &'a Log,
}

impl Story<'_> {
    /// Runs the workflow and returns act's log; the one release on the stand-in is judged.
    fn release(&self, workflow: &str, more: &[&str]) -> Result<String> {
        let (server, bare) = self.serve()?;
        let said = self.run(&server.variables(), workflow, more)?;
        self.judge(&server, &bare)?;
        Ok(said)
    }

    /// A stand-in that has what the workspace has, and the bare repository behind it.
    pub(super) fn serve(&self) -> Result<(StandIn, PathBuf)> {
        let bare = self.work.join("github.git");
        git(self.work)
            .args(["clone", "--quiet", "--bare"])
            .arg(self.workspace)
            .arg(&bare)
            .run(self.log)?;
        let remote = format!("https://github.com/{REPOSITORY}.git");
        git(self.workspace).args(["remote", "add", "origin", &remote]).run(self.log)?;
        let stand_in = stand_in_binary(self.shared.project);
        let server = StandIn::start(&stand_in, REPOSITORY, &bare, &service_log(self.log))?;
        Ok((server, bare))
    }

    /// Runs a workflow on a push to the branch that is checked out, and returns act's log.
    pub(super) fn run(
        &self,
        variables: &[(&str, String)],
        workflow: &str,
        more: &[&str],
    ) -> Result<String> {
        let home = self.work.join("home");
        std::fs::create_dir_all(&home)?;
        let mut act = self
            .shared
            .engine()?
            .program(&self.act)
            .without_ci()
            .dir(self.workspace)
            // Not the settings of whoever runs the tests.
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .args(["push", "--rm", "--pull=false", "--no-cache-server", "--workflows", workflow])
            .arg(format!("--platform=ubuntu-latest={}", image::JOB))
            .arg(format!("--secret=GITHUB_TOKEN={TOKEN}"))
            .args(more);
        for (name, value) in variables {
            act = act.arg(format!("--env={name}={value}"));
        }
        let done = act.finish()?;
        let said = format!("{}{}", done.stdout, done.stderr);
        self.log.line(&said);
        if done.code != Some(0) {
            bail!("act ended with {:?}", done.code);
        }
        Ok(said)
    }

    /// What the stand-in has: one release with its tag on the branch, in a sound repository.
    fn judge(&self, server: &StandIn, bare: &Path) -> Result<()> {
        let releases = server.get(&format!("/repos/{REPOSITORY}/releases"))?;
        let releases = releases.as_array().context("the list of releases is no list")?;
        let tags: Vec<&str> =
            releases.iter().filter_map(|release| release.get("tag_name")?.as_str()).collect();
        if tags != [TAG] {
            bail!("expected the one release {TAG}, the stand-in has {tags:?}");
        }
        git(bare).args(["fsck", "--strict", "--no-dangling"]).run(self.log)?;
        let merged = git(bare).args(["tag", "--merged", "main"]).output(self.log)?;
        if !merged.lines().any(|tag| tag == TAG) {
            bail!("{TAG} is not on main, which has {merged:?}");
        }
        Ok(())
    }
}

/// What the workflow said, and that it said nothing it must not.
pub(super) fn expect(said: &str, lines: &[&str]) -> Result<()> {
    for line in lines {
        if !said.contains(line) {
            bail!("act's log has no line `{line}`");
        }
    }
    if said.contains(TOKEN) {
        bail!("the token stands in act's log");
    }
    Ok(())
}
