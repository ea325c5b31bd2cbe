//! A repository, its server, and runs of the action.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use action_kit::{Process, run_with};
use diagnostics::Exit;
use github_stand_in::{GitHub, Permissions, Server, Settings, seed};
use tempfile::TempDir;

pub(crate) const TOKEN: &str = "ghs_0123456789abcdef0123";

pub(crate) const PYPROJECT: &str = r#"[project]
name = "demo"
version = "0.0.0"  # stamped

[tool.semantic_release]
version_toml = ["pyproject.toml:project.version"]

[tool.semantic_release.branches.main]
match = "main"

[tool.semantic_release.branches.develop]
match = "develop"
prerelease = true
prerelease_token = "dev"
"#;

/// A working tree, the bare repository behind the stand-in, and the stand-in.
pub(crate) struct House {
    pub(crate) server: Server,
    pub(crate) work: PathBuf,
    pub(crate) bare: PathBuf,
    pub(crate) folder: TempDir,
}

/// How a run ended and what it left.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) exit: Exit,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) log: String,
    pub(crate) stderr: String,
    pub(crate) summary: String,
}

impl Outcome {
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }
}

pub(crate) fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

impl House {
    /// A project with one feature, pushed.
    pub(crate) fn new() -> Self {
        Self::with(PYPROJECT)
    }

    pub(crate) fn with(pyproject: &str) -> Self {
        Self::on(pyproject, Settings::default())
    }

    /// On a server with these settings.
    pub(crate) fn on(pyproject: &str, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (work, bare) = (folder.path().join("work"), folder.path().join("bare.git"));
        std::fs::create_dir(&work).unwrap();
        git(&work, &["init", "--quiet", "--initial-branch=main"]);
        std::fs::write(work.join("pyproject.toml"), pyproject).unwrap();
        git(&work, &["add", "."]);
        git(&work, &["commit", "--quiet", "-m", "feat: begin"]);
        seed::bare_clone(&work, &bare).unwrap();
        git(&work, &["remote", "add", "origin", bare.to_str().unwrap()]);
        let server = GitHub::builder()
            .repository_with("org", "demo", &bare, settings)
            .token(TOKEN, Permissions::release())
            .start()
            .unwrap();
        Self { server, work, bare, folder }
    }

    /// Commits without changing files, and pushes.
    pub(crate) fn commit(&self, message: &str) {
        git(&self.work, &["commit", "--quiet", "--allow-empty", "-m", message]);
        git(&self.work, &["push", "--quiet", "origin", "HEAD"]);
    }

    /// Brings the working tree to where the server is.
    pub(crate) fn pull(&self) {
        git(&self.work, &["fetch", "--quiet", "--tags", "--force", "origin"]);
        let branch = git(&self.work, &["branch", "--show-current"]);
        git(&self.work, &["reset", "--quiet", "--hard", &format!("origin/{branch}")]);
        git(&self.work, &["clean", "--quiet", "-fd"]);
    }

    /// A fresh checkout of a branch at a commit, as `actions/checkout` with `fetch-depth: 0` makes it.
    pub(crate) fn checkout(&self, branch: &str, commit: &str) -> PathBuf {
        let path = self.folder.path().join(format!("checkout-{commit}-{}", rand()));
        let target = path.to_str().unwrap();
        git(self.folder.path(), &["clone", "--quiet", self.bare.to_str().unwrap(), target]);
        git(&path, &["checkout", "--quiet", "-B", branch, commit]);
        path
    }

    pub(crate) fn head(&self) -> String {
        git(&self.work, &["rev-parse", "HEAD"])
    }

    /// The variables of a step.
    pub(crate) fn variables(&self, directory: &Path) -> BTreeMap<String, String> {
        let files = self.folder.path().join(format!("files-{}", rand()));
        std::fs::create_dir(&files).unwrap();
        for name in ["output", "summary"] {
            std::fs::write(files.join(name), "").unwrap();
        }
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        [
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_REPOSITORY", "org/demo".to_owned()),
            ("GITHUB_API_URL", self.server.api_url()),
            ("GITHUB_GRAPHQL_URL", self.server.graphql_url()),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("GITHUB_WORKSPACE", text(directory.to_owned())),
            ("GITHUB_OUTPUT", text(files.join("output"))),
            ("GITHUB_STEP_SUMMARY", text(files.join("summary"))),
            ("RUNNER_TEMP", text(files)),
            ("INPUT_GITHUB_TOKEN", TOKEN.to_owned()),
            ("PATH", std::env::var("PATH").unwrap()),
            ("HOME", text(self.folder.path().to_owned())),
            // The day on which the stand-in's clock starts.
            ("SOURCE_DATE_EPOCH", "1767225600".to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    /// Runs the action in the working tree.
    pub(crate) fn run(&self, inputs: &[(&str, &str)]) -> Outcome {
        self.run_in(&self.work, inputs)
    }

    /// Runs the action as a step of a workflow.
    pub(crate) fn run_in(&self, directory: &Path, inputs: &[(&str, &str)]) -> Outcome {
        let mut variables = self.variables(directory);
        for (name, value) in inputs {
            variables.insert(format!("INPUT_{}", name.to_uppercase()), (*value).to_owned());
        }
        run(directory, variables, &[])
    }

    /// Runs it as a command: flags, no runner.
    pub(crate) fn command(&self, directory: &Path, flags: &[&str]) -> Outcome {
        let mut variables = self.variables(directory);
        variables.retain(|name, _| !name.starts_with("INPUT_") && name != "GITHUB_ACTIONS");
        variables.insert("GH_TOKEN".to_owned(), TOKEN.to_owned());
        run(directory, variables, flags)
    }

    /// What GitHub holds in the end, in one text: branch, tags, releases.
    pub(crate) fn state(&self) -> String {
        let mut lines = Vec::new();
        for line in git(&self.bare, &["log", "--format=%s|%an", "main"]).lines() {
            lines.push(format!("commit {line}"));
        }
        let tags = git(
            &self.bare,
            &["for-each-ref", "--format=%(refname:short) %(objecttype) %(*subject)", "refs/tags"],
        );
        lines.extend(tags.lines().map(|line| format!("tag {line}")));
        for release in self.server.releases("org", "demo") {
            lines.push(format!(
                "release {} draft={} prerelease={} latest={}\n{}",
                release.tag_name,
                release.draft,
                release.prerelease,
                release.latest,
                release.body.unwrap_or_default()
            ));
        }
        git(&self.bare, &["fsck", "--strict", "--no-dangling"]);
        assert_eq!(self.server.violations(), Vec::<String>::new());
        lines.join("\n")
    }

    pub(crate) fn file(&self, revision: &str, path: &str) -> String {
        git(&self.bare, &["show", &format!("{revision}:{path}")])
    }
}

/// A number of its own for each folder.
fn rand() -> usize {
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

pub(crate) fn run(
    directory: &Path,
    variables: BTreeMap<String, String>,
    flags: &[&str],
) -> Outcome {
    let output = variables.get("GITHUB_OUTPUT").cloned().unwrap();
    let summary = variables.get("GITHUB_STEP_SUMMARY").cloned().unwrap();
    let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    let (process, streams) = Process::in_memory(variables, flags, directory);
    let exit = run_with::<semantic_release::Action>(process);
    Outcome {
        exit,
        outputs: read_outputs(Path::new(&output)),
        log: streams.stdout(),
        stderr: streams.stderr(),
        summary: std::fs::read_to_string(summary).unwrap(),
    }
}

/// The runner's reading of an output file of heredocs.
pub(crate) fn read_outputs(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let mut outputs = BTreeMap::new();
    while let Some(line) = lines.next() {
        let (name, delimiter) =
            line.split_once("<<").unwrap_or_else(|| panic!("no heredoc: {line}"));
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}
