//! A project with a CUDA environment, and jobs that work in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use runner_stand_in::{Job, Runner, Step, StepReport};

use crate::cache::Cache;
use crate::composite::{Played, play};
use crate::releases::{Releases, VERSION};

/// The project's manifest, `default` and `gpu` with CUDA, and its lock, whose first line is for the
/// stand-in of pixi. Workflows in act work on the same project.
const MANIFEST: &str = include_str!("../../../act/pixi/pixi.toml");
const LOCK: &str = include_str!("../../../act/pixi/pixi.lock");

/// What jobs share: the server of releases, the cache, the project.
pub(crate) struct House {
    pub(crate) releases: Releases,
    pub(crate) cache: Cache,
    folder: tempfile::TempDir,
    /// A home of the host's user that outlives a job.
    pub(crate) home: PathBuf,
}

/// One job.
pub(crate) struct Place {
    pub(crate) job: Job,
    /// The variables of the job.
    pub(crate) env: BTreeMap<String, String>,
    /// Whether it runs in a container of its own.
    pub(crate) in_container: bool,
    calls: PathBuf,
}

impl House {
    pub(crate) fn new() -> Self {
        let releases = Releases::start(Path::new(env!("CARGO_BIN_EXE_pixi-stand-in")));
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("pixi-home");
        std::fs::create_dir(&home).unwrap();
        open(folder.path());
        open(&home);
        Self { releases, cache: Cache::new(), folder, home }
    }

    /// A job whose workspace is the project, at the same path each time.
    pub(crate) fn job(&self) -> Place {
        self.job_with(&[], |runner| runner, false)
    }

    /// The same with variables, on another runner.
    pub(crate) fn job_with(
        &self,
        env: &[(&str, &str)],
        configure: impl FnOnce(Runner) -> Runner,
        in_container: bool,
    ) -> Place {
        let folder = self.folder.path().join("job");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        std::fs::create_dir(&folder).unwrap();
        // In the workspace, which every kind of step sees.
        let calls = folder.canonicalize().unwrap().join("work/demo/demo/calls.txt");
        let url = self.releases.url();
        let mut runner = Runner::process(env!("CARGO_BIN_EXE_action-under-test"))
            .github("api_url", &url)
            .github("server_url", &url)
            .token("ghs_0123456789abcdef0123");
        let mut variables: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in env {
            variables.insert((*name).to_owned(), (*value).to_owned());
        }
        variables.insert("PIXI_HOME".to_owned(), self.home.display().to_string());
        variables.insert("PIXI_STAND_IN_CALLS".to_owned(), calls.display().to_string());
        for (name, value) in &variables {
            runner = runner.env(name, value);
        }
        let runner = configure(runner.visible(self.folder.path()));
        let job = runner.job(&folder).unwrap();
        assert_eq!(calls.parent(), Some(job.workspace()));
        std::fs::write(&calls, "").unwrap();
        std::fs::set_permissions(&calls, std::os::unix::fs::PermissionsExt::from_mode(0o666))
            .unwrap();
        std::fs::write(job.workspace().join("pixi.toml"), MANIFEST).unwrap();
        std::fs::write(job.workspace().join("pixi.lock"), LOCK).unwrap();
        let mut place = Place { job, env: variables, in_container, calls };
        place.job.settle().unwrap();
        place
    }

    /// Plays the action in a job. The platform is fixed: so is the lock's.
    pub(crate) fn play(&mut self, place: &mut Place, with: &[(&str, &str)]) -> Played {
        let fixed = [("platform", "linux-64"), ("pixi-version", VERSION)];
        let all: Vec<(&str, &str)> = fixed
            .into_iter()
            .filter(|(name, _)| !with.iter().any(|(given, _)| given == name))
            .chain(with.iter().copied())
            .collect();
        play(place, &mut self.cache, &all)
    }
}

impl Place {
    /// What pixi was called with, one line a call.
    pub(crate) fn calls(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.calls).unwrap();
        text.lines().filter(|line| !line.contains("--version")).map(str::to_owned).collect()
    }

    /// A later step of the workflow.
    pub(crate) fn later(&mut self, script: &str) -> StepReport {
        self.job.step(Step::run(script)).unwrap()
    }

    /// Changes a file of the project.
    pub(crate) fn edit(&mut self, file: &str, from: &str, to: &str) {
        let path = self.job.workspace().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        self.job.settle().unwrap();
    }
}

/// For everybody: steps run as the runner's user.
fn open(folder: &Path) {
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
}
