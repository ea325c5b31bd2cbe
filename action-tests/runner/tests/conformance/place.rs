//! A job in a temporary folder, with small scripts in place of an action's binary.

use std::path::{Path, PathBuf};

use runner_stand_in::{Job, Runner, Step, StepReport};

/// A temporary folder with a manifest and scripts.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a shell script that can be run.
    pub(crate) fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode).unwrap();
        path
    }

    /// Writes a manifest.
    pub(crate) fn manifest(&self, text: &str) -> PathBuf {
        let path = self.path().join("action.yml");
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The plainest manifest.
    pub(crate) fn plain_manifest(&self) -> PathBuf {
        self.manifest("name: n\ndescription: d\nruns:\n  using: docker\n  image: Dockerfile\n")
    }

    /// A folder for the job.
    pub(crate) fn job(&self, runner: Runner) -> Job {
        let folder = self.path().join("job");
        std::fs::create_dir_all(&folder).unwrap();
        runner.job(&folder).unwrap()
    }

    /// Runs one script as an action on the runner.
    pub(crate) fn run(&self, script: &str) -> StepReport {
        let runner = Runner::process(self.script("action", script));
        self.job(runner).step(Step::action(self.plain_manifest())).unwrap()
    }

    /// Runs one script as an action under act.
    pub(crate) fn run_under_act(&self, script: &str) -> (Job, StepReport) {
        let mut job = self.job(Runner::process(self.script("action", script)).act());
        let report = job.step(Step::action(self.plain_manifest()).id("a")).unwrap();
        (job, report)
    }
}
