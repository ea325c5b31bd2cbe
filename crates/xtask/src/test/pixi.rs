//! `pixi-cuda-setup` and its composite action in real act: from a checkout, and as users write it.

use std::path::Path;

use anyhow::Result;

use super::act::{Story, expect, release_tree, stand_in_repository};
use super::{Shared, service_log, tool};
use crate::pipeline::Outcome;
use crate::pixi::{self, Releases};
use crate::process::{Log, on_path};
use crate::sample::{self, git};
use crate::{release, staged};

/// What the composite action restores and saves with, by the commit it names.
const CACHE: &str = "actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae";
/// The project of the stories, in the repository.
const PROJECT: &str = "action-tests/act/pixi";

/// The stand-in of pixi, static, as a release.
pub(super) fn stand_in(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    if let Some(missing) = release::missing_target(shared.project, release::AMD64, log)? {
        return Ok(Outcome::NotRun(missing));
    }
    pixi::build(shared.project, log)?;
    Ok(Outcome::passed("as a release"))
}

/// `uses: ./actions/pixi-cuda-setup` and `…/full`, built by act from the tree.
pub(super) fn checkout(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let act = match tool(shared, "act") {
        Ok(act) => act,
        Err(outcome) => return Ok(outcome),
    };
    let work = tempfile::tempdir()?;
    let tree = work.path().join("demo");
    staged::write(shared.project, &tree, log)?;
    copy_project(shared, &tree.join("project"))?;
    git(&tree).args(["init", "--quiet", "--initial-branch=main"]).run(log)?;
    sample::commit(&tree, "feat: begin", log)?;
    let story = Story { shared, act, work: work.path(), workspace: &tree, log };
    let said = run(&story, "action-tests/act/pixi-checkout.yml", &[])?;
    expect(&said, &["next step runs pixi 0.77.0", "next step is in gpu"])?;
    Ok(Outcome::passed("`uses: ./actions/pixi-cuda-setup/full` installed and activated"))
}

/// A workflow written for setup-pixi with another `uses:` line, from the release tree.
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
    let workspace = work.path().join("demo");
    copy_project(shared, &workspace)?;
    let workflow = ".github/workflows/test.yml";
    let text = std::fs::read_to_string(shared.project.path("action-tests/act/pixi-published.yml"))?;
    sample::write(&workspace, workflow, &text)?;
    git(&workspace).args(["init", "--quiet", "--initial-branch=main"]).run(log)?;
    sample::commit(&workspace, "feat: begin", log)?;
    let story = Story { shared, act, work: work.path(), workspace: &workspace, log };
    let mapping = format!("org/actions@v1={}", tree.display());
    let said = run(&story, workflow, &["--local-repository", &mapping])?;
    expect(
        &said,
        &[
            "first job is in gpu with override 12.0",
            "second job restored true",
            "the lock has nothing for `app >=2`",
            "a failed install failed",
        ],
    )?;
    Ok(Outcome::passed("`uses: org/actions/pixi-cuda-setup/full@v1` in the place of setup-pixi"))
}

/// Runs a workflow against a server of releases of its own.
fn run(story: &Story<'_>, workflow: &str, more: &[&str]) -> Result<String> {
    let releases = Releases::start(story.shared.project, &service_log(story.log))?;
    let cache = story.work.join("cache");
    stand_in_repository(story.shared, "cache", CACHE, &cache, story.log)?;
    let mapping = format!("{CACHE}={}", cache.display());
    let all = [&["--local-repository", &mapping], more].concat();
    story.run(&releases.variables(), workflow, &all)
}

fn copy_project(shared: &Shared<'_>, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for file in ["pixi.toml", "pixi.lock"] {
        std::fs::copy(shared.project.path(PROJECT).join(file), folder.join(file))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use config::Node;
    use diagnostics::Source;
    use pixi_cuda_setup::definition::full::SETUP_PIXI;

    use crate::project::Project;

    /// Else it would show nothing about changing the `uses:` line alone.
    #[test]
    fn the_workflow_gives_only_what_setup_pixi_takes() {
        let path = Project::find().unwrap().path("action-tests/act/pixi-published.yml");
        let text = std::fs::read_to_string(path).unwrap();
        let workflow = config::parse_yaml(&Source::file("workflow", text)).unwrap();
        let jobs = workflow.get("jobs").and_then(Node::entries).unwrap();
        let mut found = 0;
        for (_, job) in jobs {
            for step in job.get("steps").unwrap().items().unwrap() {
                let uses = step.get("uses").and_then(Node::as_str).unwrap_or_default();
                if !uses.starts_with("org/actions/pixi-cuda-setup/full@") {
                    continue;
                }
                found += 1;
                for (key, _) in step.get("with").and_then(Node::entries).unwrap_or_default() {
                    assert!(SETUP_PIXI.contains(&key.text.as_str()), "{}", key.text);
                }
            }
        }
        assert_eq!(found, 3);
    }
}
