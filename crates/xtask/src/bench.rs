//! `cargo xtask bench`: cold start, the next version on a long history against git itself, and the
//! benches that crates bring.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::cold_start;
use crate::process::Log;
use crate::project::Project;
use crate::sample::git;
use crate::{release, say};

/// Commits of the generated history.
const COMMITS: usize = 20_000;
/// One tag every so many commits.
const COMMITS_PER_TAG: usize = 50;
/// Runs of which the fastest counts.
const RUNS: usize = 7;

/// Builds the release binary and measures.
pub(crate) fn run(project: &Project) -> Result<()> {
    let log = Log::Terminal;
    release::build(project, release::AMD64, "release", &log)?;
    let binary = release::binary(project, "semantic-release", release::AMD64, "release");

    say::heading("Cold start");
    say::line(&format!("  {}", cold_start::check(&binary)?));

    say::heading(&format!("Next version: {COMMITS} commits, {} tags", COMMITS / COMMITS_PER_TAG));
    let folder = tempfile::tempdir()?;
    let quiet = Log::File(folder.path().join("git.log"));
    let repository = folder.path().join("repository");
    long_history(&repository, &quiet)?;
    let next = format!("1.{}.0", COMMITS / COMMITS_PER_TAG);
    let ours = fastest(|| {
        let done = crate::process::Run::new(&binary)
            .without_ci()
            .dir(&repository)
            .args(["version", "--print"])
            .finish()?;
        if done.code != Some(0) {
            bail!("semantic-release ended with {:?}: {}", done.code, done.stderr);
        }
        // The newest commits hold one feature: a wrong answer must not be measured.
        if done.stdout.trim() != next {
            bail!("expected {next}, semantic-release printed `{}`", done.stdout.trim());
        }
        Ok(())
    })?;
    let last = format!("v1.{}.0", COMMITS / COMMITS_PER_TAG - 1);
    let range = format!("{last}..HEAD");
    let floor = fastest(|| {
        for arguments in [
            &["for-each-ref", "refs/tags"][..],
            &["merge-base", "--is-ancestor", &last, "HEAD"],
            &["log", "--format=%H%n%B", &range],
        ] {
            let done = git(&repository).args(arguments).finish()?;
            if done.code != Some(0) {
                bail!("git {} ended with {:?}", arguments.join(" "), done.code);
            }
        }
        Ok(())
    })?;
    let ratio = ours.as_secs_f64() / floor.as_secs_f64();
    say::line(&format!("  semantic-release version --print   {ours:.1?}"));
    say::line(&format!(
        "  git: tags, one ancestor, one range {floor:.1?}  (ours is {ratio:.1} times that)"
    ));

    for (package, bench) in benches(project)? {
        say::heading(&format!("Bench {bench} of {package}"));
        project
            .cargo()
            .args(["bench", "--locked", "--package", &package, "--bench", &bench])
            .run(&log)?;
    }
    Ok(())
}

fn fastest(work: impl Fn() -> Result<()>) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        work()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

/// A repository with a long history, through `git fast-import`.
fn long_history(repository: &Path, log: &Log) -> Result<()> {
    std::fs::create_dir_all(repository)?;
    git(repository).args(["init", "--quiet", "--initial-branch=main"]).run(log)?;
    let mut stream = String::new();
    for index in 1..=COMMITS {
        let message = if index % COMMITS_PER_TAG == 1 {
            format!("feat: number {index}\n")
        } else {
            format!("fix: number {index}\n")
        };
        let time = 1_600_000_000 + index;
        // Writing to a String does not fail.
        let _ = write!(
            stream,
            "commit refs/heads/main\nmark :{index}\ncommitter Ada Example <ada@example.org> {time} +0000\n\
             data {}\n{message}M 100644 inline file.txt\ndata {}\n{index}\n",
            message.len(),
            index.to_string().len(),
        );
        // The newest commits stay unreleased.
        if index % COMMITS_PER_TAG == 0 && index < COMMITS {
            let _ = write!(
                stream,
                "reset refs/tags/v1.{}.0\nfrom :{index}\n\n",
                index / COMMITS_PER_TAG
            );
        }
    }
    let file = repository.join(".git/import");
    std::fs::write(&file, stream)?;
    let import =
        "git fast-import --quiet < .git/import && git reset --quiet --hard main && git gc --quiet";
    crate::process::Run::new("sh").args(["-c", import]).dir(repository).run(log)
}

/// Benches of workspace members: package and bench name.
fn benches(project: &Project) -> Result<Vec<(String, String)>> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(project.path("Cargo.toml"))
        .no_deps()
        .exec()
        .context("failed to read the workspace")?;
    let mut found = Vec::new();
    for package in metadata.packages {
        for target in package.targets.iter().filter(|target| target.is_bench()) {
            found.push((package.name.to_string(), target.name.clone()));
        }
    }
    Ok(found)
}
