//! A place to run the demo action in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use action_kit::Process;
use diagnostics::Exit;

use crate::action::Demo;

/// A step: its files, its environment, its arguments.
pub(crate) struct Step {
    dir: tempfile::TempDir,
    environment: BTreeMap<String, String>,
    arguments: Vec<String>,
}

/// What a step left.
pub(crate) struct Left {
    pub(crate) exit: Exit,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) outputs: String,
    pub(crate) summary: String,
    dir: tempfile::TempDir,
}

impl Step {
    /// A plain command outside Actions.
    pub(crate) fn command(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
        Self { dir: tempfile::tempdir().unwrap(), environment: BTreeMap::new(), arguments }
    }

    /// A step of a workflow.
    pub(crate) fn in_actions(scenario: &str) -> Self {
        let mut step = Self::command(&[]);
        for file in
            ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"]
        {
            let path = step.path(file);
            std::fs::write(&path, "").unwrap();
            step = step.with(file, path.to_str().unwrap());
        }
        let temp = step.path("temp");
        std::fs::create_dir(&temp).unwrap();
        let workspace = step.dir.path().to_str().unwrap().to_owned();
        step.with("GITHUB_ACTIONS", "true")
            .with("GITHUB_WORKSPACE", &workspace)
            .with("RUNNER_TEMP", temp.to_str().unwrap())
            .with("INPUT_TOKEN", "token-of-the-run")
            .with("INPUT_SCENARIO", scenario)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn run(self) -> Left {
        self.run_in(|_| {})
    }

    /// Runs it after `prepare` saw the process.
    pub(crate) fn run_in(self, prepare: impl FnOnce(&mut Process)) -> Left {
        let (mut process, streams) =
            Process::in_memory(self.environment, self.arguments, self.dir.path());
        prepare(&mut process);
        let exit = action_kit::run_with::<Demo>(process);
        let read = |name| std::fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
        Left {
            exit,
            stdout: streams.stdout(),
            stderr: streams.stderr(),
            outputs: read("GITHUB_OUTPUT"),
            summary: read("GITHUB_STEP_SUMMARY"),
            dir: self.dir,
        }
    }
}

impl Left {
    /// A file of the step.
    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name)).unwrap()
    }

    /// The heredoc entries of a file, in order.
    pub(crate) fn entries(text: &str) -> Vec<(String, String)> {
        let mut entries = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let (name, delimiter) = line.split_once("<<").unwrap();
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            entries.push((name.to_owned(), value.join("\n")));
        }
        entries
    }

    /// An output.
    pub(crate) fn output(&self, name: &str) -> String {
        let entries = Self::entries(&self.outputs);
        entries.into_iter().find(|(known, _)| known == name).unwrap().1
    }
}
