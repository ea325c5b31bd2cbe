//! `cargo xtask demo`: a real release from real commits, against a stand-in for GitHub.

mod outputs;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::process::{Log, Run};
use crate::project::Project;
use crate::sample::{self, git};
use crate::say;
use crate::stand_in::{StandIn, TOKEN};

/// The profile of the demo: the release profile without link-time optimisation.
const PROFILE: &str = "demo";
/// Who owns the repository on the stand-in.
const OWNER: &str = "demo";

/// The programs of the story.
#[derive(Debug)]
pub(crate) struct Programs {
    /// The semantic-release binary.
    pub(crate) action: PathBuf,
    /// The github-stand-in binary.
    pub(crate) stand_in: PathBuf,
    /// Where the stand-in's messages go.
    pub(crate) service_log: PathBuf,
}

/// Builds the programs and tells the story.
pub(crate) fn run(project: &Project, repository: Option<&PathBuf>) -> Result<()> {
    let start = Instant::now();
    say::heading("Building semantic-release and the stand-in for GitHub");
    say::line("(the release profile without link-time optimisation, which takes minutes more)");
    let packages = ["--package", "semantic-release", "--package", "github-stand-in", "--bins"];
    project
        .cargo()
        .args(["build", "--locked", "--profile", PROFILE])
        .args(packages)
        .run(&Log::Terminal)?;
    say::line(&format!("built in {:.0} s", start.elapsed().as_secs_f64()));
    let work = tempfile::Builder::new().prefix("demo-").tempdir()?;
    let programs = Programs {
        action: project.target_dir().join(PROFILE).join("semantic-release"),
        stand_in: project.target_dir().join(PROFILE).join("github-stand-in"),
        service_log: work.path().join("stand-in.log"),
    };
    let version = story(&programs, repository.map(PathBuf::as_path), &Log::Terminal)?;
    say::heading("Next");
    say::line(&format!("  {version} was released on the stand-in only; the copy is gone again."));
    say::line("  cargo xtask demo --repo PATH   the same with a copy of a repository of yours");
    say::line("  cargo xtask test --install     everything CI checks");
    say::line("  actions/semantic-release/README.md has the workflow to copy");
    Ok(())
}

/// The story; returns the released version.
pub(crate) fn story(programs: &Programs, given: Option<&Path>, log: &Log) -> Result<String> {
    let work = tempfile::Builder::new().prefix("demo-").tempdir()?;
    let silent = Log::File(work.path().join("git.log"));
    let stage = Stage::set(work.path(), given, &silent)?;
    let server =
        StandIn::start(&programs.stand_in, &stage.repository, &stage.bare, &programs.service_log)?;

    heading(log, "The repository");
    stage.show(log, &["log", "--oneline", "--decorate", "--max-count=12"])?;

    heading(log, "The plan (dry-run: true); nothing is changed");
    let plan = stage.release(&programs.action, &server, true)?;
    block(log, &as_the_runner_shows(&plan.log));
    let releases = server.get(&format!("/repos/{}/releases", stage.repository))?;
    if releases.as_array().is_none_or(|releases| !releases.is_empty()) {
        bail!("a dry run must not release");
    }

    heading(log, "The release");
    let done = stage.release(&programs.action, &server, false)?;
    block(log, &as_the_runner_shows(&done.log));
    heading(log, "Outputs, for the next steps of a workflow");
    for (name, value) in &done.outputs {
        // The plan was shown above.
        let shown = if value.len() > 300 {
            format!("({} bytes)", value.len())
        } else {
            value.replace('\n', "\n    ")
        };
        log.line(&format!("  {name} = {shown}"));
    }
    let output = |name: &str| {
        done.outputs
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    if output("released") != "true" {
        log.line("no release: no commit since the last one asks for a new version");
        return if given.is_some() {
            Ok("nothing".to_owned())
        } else {
            bail!("the sample was not released")
        };
    }
    let tag = output("tag");

    heading(log, "Files changed by the release commit");
    git(&stage.clone).args(["fetch", "--quiet", "--tags", "origin"]).run(&silent)?;
    let commit = format!("{tag}^{{commit}}");
    stage.show(log, &["show", "--format=%h %s%n%an <%ae>", &commit])?;

    heading(log, "The release as the stand-in has it");
    let release = server.get(&format!("/repos/{}/releases/tags/{tag}", stage.repository))?;
    for field in ["name", "tag_name", "draft", "prerelease", "html_url", "body"] {
        let value = release.get(field).cloned().unwrap_or_default();
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        log.line(&format!("  {field}: {}", text.replace('\n', "\n    ")));
    }

    heading(log, "git fsck, git log (of the stand-in's repository)");
    stage.judge(log, &["fsck", "--strict", "--no-dangling"])?;
    log.line("  git fsck: nothing to complain about");
    let history =
        stage.judge(log, &["log", "--oneline", "--decorate", "--max-count=4", &stage.branch])?;
    block(log, &history);
    if !history.lines().next().unwrap_or_default().contains(&format!("tag: {tag}")) {
        bail!("the branch's newest commit does not carry {tag}");
    }
    Ok(output("version"))
}

fn heading(log: &Log, text: &str) {
    match log {
        Log::Terminal => say::heading(text),
        Log::File(_) => log.line(&format!("\n== {text} ==")),
    }
}

fn block(log: &Log, text: &str) {
    for line in text.lines() {
        log.line(&format!("  {line}"));
    }
}

/// The log without the commands to the runner, which it carries out instead of showing them.
fn as_the_runner_shows(text: &str) -> String {
    let mut shown = String::new();
    for line in text.lines().filter(|line| !line.starts_with("::add-mask::")) {
        let line = line.strip_prefix("::group::").unwrap_or(line);
        if line != "::endgroup::" {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    shown.replace(TOKEN, "***")
}

/// What a run of the action left.
#[derive(Debug)]
struct Ran {
    log: String,
    outputs: Vec<(String, String)>,
}

/// The repository on the stand-in, and a clone like `actions/checkout` makes.
#[derive(Debug)]
struct Stage {
    work: PathBuf,
    bare: PathBuf,
    clone: PathBuf,
    branch: String,
    repository: String,
}

impl Stage {
    fn set(work: &Path, given: Option<&Path>, log: &Log) -> Result<Self> {
        let (bare, clone) = (work.join("github.git"), work.join("workspace"));
        let source = if let Some(path) = given {
            std::fs::canonicalize(path)
                .with_context(|| format!("{} was not found", path.display()))?
        } else {
            let made = work.join("weather");
            sample::make(&made, log)?;
            made
        };
        let name = source.file_name().context("the root folder is no repository")?;
        // Copies, never links: the original is not touched, whatever happens here.
        let copy = ["clone", "--quiet", "--no-hardlinks"];
        git(work).args(copy).arg("--bare").arg(&source).arg(&bare).run(log)?;
        let branch = git(&bare).args(["symbolic-ref", "--short", "HEAD"]).output(log);
        let branch =
            branch.context("the repository's HEAD is detached; check a branch out first")?;
        git(work).args(copy).arg(&bare).arg(&clone).run(log)?;
        Ok(Self {
            work: work.to_owned(),
            bare,
            clone,
            branch: branch.trim().to_owned(),
            repository: format!("{OWNER}/{}", name.to_string_lossy()),
        })
    }

    /// Runs the action with the variables a runner gives it.
    fn release(&self, action: &Path, server: &StandIn, dry_run: bool) -> Result<Ran> {
        let runner = self.work.join(if dry_run { "runner-plan" } else { "runner" });
        let temp = runner.join("temp");
        std::fs::create_dir_all(&temp)?;
        let file = |name: &str| runner.join(name);
        for name in ["output", "env", "path", "state", "summary"] {
            std::fs::write(file(name), "")?;
        }
        std::fs::write(file("event.json"), "{}")?;
        let head = git(&self.clone).args(["rev-parse", "HEAD"]).finish()?.stdout;
        let mut run = Run::new(action).without_ci().dir(&self.clone);
        for (name, value) in server.variables() {
            run = run.env(name, value);
        }
        let reference = format!("refs/heads/{}", self.branch);
        let done = run
            .env("GITHUB_ACTIONS", "true")
            .env("CI", "true")
            .env("GITHUB_REPOSITORY", &self.repository)
            .env("GITHUB_REPOSITORY_OWNER", OWNER)
            .env("GITHUB_WORKSPACE", &self.clone)
            .env("GITHUB_SHA", head.trim())
            .env("GITHUB_REF", &reference)
            .env("GITHUB_REF_NAME", &self.branch)
            .env("GITHUB_REF_TYPE", "branch")
            .env("GITHUB_EVENT_NAME", "push")
            .env("GITHUB_EVENT_PATH", file("event.json"))
            .env("GITHUB_RUN_ID", "1")
            .env("GITHUB_RUN_ATTEMPT", "1")
            .env("GITHUB_ACTOR", "ada")
            .env("GITHUB_OUTPUT", file("output"))
            .env("GITHUB_ENV", file("env"))
            .env("GITHUB_PATH", file("path"))
            .env("GITHUB_STATE", file("state"))
            .env("GITHUB_STEP_SUMMARY", file("summary"))
            .env("RUNNER_TEMP", &temp)
            .env("INPUT_GITHUB_TOKEN", TOKEN)
            .env("INPUT_DRY-RUN", if dry_run { "true" } else { "" })
            .finish()?;
        let log = format!("{}{}", done.stdout, done.stderr);
        if done.code != Some(0) {
            bail!("semantic-release ended with {:?}:\n{log}", done.code);
        }
        let outputs = outputs::read(&std::fs::read_to_string(file("output"))?)?;
        Ok(Ran { log, outputs })
    }

    /// A git command in the clone, shown.
    fn show(&self, log: &Log, arguments: &[&str]) -> Result<()> {
        let done = git(&self.clone).args(arguments).finish()?;
        block(log, &done.stdout);
        if done.code == Some(0) {
            Ok(())
        } else {
            bail!("git {}: {}", arguments.join(" "), done.stderr)
        }
    }

    /// A git command in the stand-in's repository; anything but success is an error.
    fn judge(&self, log: &Log, arguments: &[&str]) -> Result<String> {
        let done = git(&self.bare).args(arguments).finish()?;
        if done.code != Some(0) {
            block(log, &done.stderr);
            bail!("git {} ended with {:?}", arguments.join(" "), done.code);
        }
        Ok(done.stdout)
    }
}
