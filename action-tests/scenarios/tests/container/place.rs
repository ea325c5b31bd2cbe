//! What every story needs: engine and images, a repository with something to release, the GitHub
//! stand-in as a service.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use runner_stand_in::{Engine, Job, Runner, Step, StepReport};

/// A token of a workflow run, nobody's secret.
pub(crate) const TOKEN: &str = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";
/// Where the stand-in listens in its container.
const PORT: u16 = 8080;

pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        // A story without its surroundings has shown nothing, so it must not pass.
        panic!("{name} is not set: `cargo xtask test` runs these stories with what they need")
    })
}

/// The engine of this run.
pub(crate) fn engine() -> Engine {
    Engine::at(variable("ACTION_TESTS_ENGINE"))
}

/// The image of the actions.
pub(crate) fn image() -> String {
    variable("ACTION_TESTS_IMAGE")
}

/// An image with bash and Python.
pub(crate) fn job_image() -> String {
    variable("ACTION_TESTS_JOB_IMAGE")
}

/// A folder for one story.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A job whose workspace is a repository with a released version and two commits since.
    pub(crate) fn job(&self, configure: impl FnOnce(Runner) -> Runner) -> Job {
        let runner = Runner::container(image(), engine()).repository("octo/demo").token(TOKEN);
        let seed = self.folder.path().join("seed");
        make_repository(&seed);
        let head = git(&seed, &["rev-parse", "HEAD"]);
        let runner = configure(runner.github("sha", head));
        let folder = self.folder.path().join("job");
        std::fs::create_dir(&folder).unwrap();
        let mut job = runner.job(&folder).unwrap();
        git(&seed, &["clone", "--quiet", "--bare", ".", &self.bare().to_string_lossy()]);
        git(&seed, &["clone", "--quiet", ".", &job.workspace().to_string_lossy()]);
        // As a checkout of GitHub leaves it.
        let origin = "https://github.com/octo/demo";
        git(job.workspace(), &["remote", "set-url", "origin", origin]);
        job.settle().unwrap();
        job
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The repository as the server has it.
    pub(crate) fn bare(&self) -> PathBuf {
        self.folder.path().join("demo.git")
    }
}

fn make_repository(folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    let project = "[project]\nname = \"demo\"\nversion = \"1.4.2\"  # stamped\n\n\
                   [tool.semantic_release]\nversion_toml = [\"pyproject.toml:project.version\"]\n";
    std::fs::write(folder.join("pyproject.toml"), project).unwrap();
    commit(folder, "feat: begin");
    git(folder, &["tag", "v1.4.2"]);
    std::fs::write(folder.join("a.txt"), "a\n").unwrap();
    commit(folder, "fix: close the file\n\n::set-output name=version::9.9.9\n##[error]no");
    std::fs::write(folder.join("b.txt"), "b\n").unwrap();
    commit(folder, "feat: write `b` <script>alert(1)</script>");
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", message]);
}

/// Runs git without the user's own settings; gives its output.
#[track_caller]
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "safe.directory=*"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ada Example")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada Example")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The semantic-release action of this repository.
pub(crate) fn semantic_release() -> Step {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Step::action(root.join("actions/semantic-release/action.yml")).id("release")
}

/// What must be true after every step, however it ended: nothing of the contract was broken.
#[track_caller]
pub(crate) fn assert_contract(report: &StepReport) {
    let log = report.text();
    assert!(report.issues.is_empty(), "{:?}\n{log}", report.issues);
    assert!(report.disagreements.is_empty(), "{:?}\n{log}", report.disagreements);
    assert!(report.dead_exports.is_empty(), "{:?}\n{log}", report.dead_exports);
    assert!(report.foreign_files.is_empty(), "{:?}\n{log}", report.foreign_files);
    assert!(!report.survived, "the container survived\n{log}");
    assert!(!log.contains("dubious ownership"), "{log}");
    assert!(!log.contains(TOKEN), "{log}");
    let line = report.command_line.as_deref().unwrap_or_default();
    assert!(!line.contains(TOKEN), "{line}");
}

/// A network of the engine, removed with this value.
pub(crate) struct Network {
    pub(crate) name: String,
}

impl Network {
    pub(crate) fn new() -> Self {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/uuid").unwrap();
        let name = format!("github_network_{}", id.trim().replace('-', ""));
        engine().output(&["network", "create", &name]).unwrap();
        Self { name }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        engine().output(&["network", "rm", &self.name]).ok();
    }
}

/// The GitHub stand-in in a container of the job's network, as `services:` would start it; removed
/// with this value.
pub(crate) struct Service {
    id: String,
}

impl Service {
    pub(crate) fn start(network: &Network, bare: &Path) -> Self {
        let image = variable("ACTION_TESTS_GITHUB_IMAGE");
        let volume = format!("{}:/demo.git", bare.display());
        let listen = format!("0.0.0.0:{PORT}");
        let run = ["run", "--detach", "--network", &network.name, "--network-alias", "github"];
        let program = ["--volume", &volume, &image, "--listen", &listen];
        let what = ["--repository", "octo/demo=/demo.git", "--token", TOKEN];
        let id = engine().output(&[&run[..], &program[..], &what[..]].concat()).unwrap();
        let service = Self { id };
        let deadline = Instant::now() + Duration::from_secs(20);
        while !service.log().contains("http://") {
            assert!(Instant::now() < deadline, "the stand-in does not start: {}", service.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }

    fn log(&self) -> String {
        engine().output(&["logs", &self.id]).unwrap()
    }

    /// Stops answering; connections are still taken.
    pub(crate) fn pause(&self) {
        engine().output(&["pause", &self.id]).unwrap();
    }

    /// Answers again.
    pub(crate) fn resume(&self) {
        engine().output(&["unpause", &self.id]).unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        engine().output(&["rm", "--force", &self.id]).ok();
    }
}

/// A runner whose GitHub is the service.
pub(crate) fn with_service(runner: Runner, network: &Network) -> Runner {
    let base = format!("http://github:{PORT}");
    runner
        .network(&network.name)
        .github("api_url", &base)
        .github("graphql_url", format!("{base}/graphql"))
        .github("server_url", &base)
}
