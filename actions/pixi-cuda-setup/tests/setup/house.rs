//! A workspace, a server of releases, and runs of the action.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use action_kit::{Process, run_with};
use diagnostics::Exit;
use serde_json::json;
use tempfile::TempDir;

use crate::program::{archive, file, pixi, sha256};
use crate::server::{Reply, Server};

pub(crate) const TOKEN: &str = "ghs_0123456789abcdef0123";

/// A workspace, the runner's folders beside it, and a server that plays github.com.
pub(crate) struct House {
    pub(crate) server: Server,
    pub(crate) work: PathBuf,
    pub(crate) temp: PathBuf,
    pub(crate) folder: TempDir,
}

/// How a run ended and what it left.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) exit: Exit,
    pub(crate) outputs: BTreeMap<String, String>,
    /// What later steps get: `NAME=value`.
    pub(crate) env: Vec<String>,
    /// What was put on their PATH.
    pub(crate) path: Vec<String>,
    /// Everything that was said.
    pub(crate) log: String,
}

impl Outcome {
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).map_or("", String::as_str)
    }

    /// What a later step calls by name: the first `pixi` on its PATH.
    pub(crate) fn calls(&self) -> String {
        let folder = self.path.last().expect("a folder on the PATH");
        said(&Path::new(folder).join("pixi"))
    }
}

/// What a program says.
pub(crate) fn said(program: &Path) -> String {
    let run = || Command::new(program).arg("--version").output();
    let is_busy = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ExecutableFileBusy;
    let mut output = run();
    // Another test's child holds it open for a moment.
    while output.as_ref().is_err_and(is_busy) {
        output = run();
    }
    let output = output.unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// The folder of a release on the server.
pub(crate) fn release(version: &str) -> String {
    format!("/prefix-dev/pixi/releases/download/v{version}")
}

/// The archive of a release on the server.
pub(crate) fn archive_path(version: &str) -> String {
    format!("{}/{}.tar.gz", release(version), file())
}

impl House {
    /// With one release, 0.77.0.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (work, temp) = (folder.path().join("work"), folder.path().join("_temp"));
        std::fs::create_dir(&work).unwrap();
        std::fs::create_dir(&temp).unwrap();
        let house = Self { server: Server::start(), work, temp, folder };
        house.publish("0.77.0");
        house
    }

    /// Puts a release on the server.
    pub(crate) fn publish(&self, version: &str) -> Vec<u8> {
        let bytes = archive(&pixi(version));
        self.serve(version, bytes.clone());
        bytes
    }

    /// Puts something there as the archive of a release, with the right digest.
    pub(crate) fn serve(&self, version: &str, bytes: Vec<u8>) {
        let path = archive_path(version);
        let line = format!("{}  {}.tar.gz\n", sha256(&bytes), file());
        self.server.put(&format!("{path}.sha256"), Reply::Whole(line.into_bytes()));
        self.server.put(&path, Reply::Whole(bytes));
    }

    /// Puts the list of releases on the server: twenty a page, as it is asked for; the server
    /// knows no queries, so there is one page.
    pub(crate) fn list(&self, versions: &[&str]) {
        let listed = versions.iter().map(|version| {
            let asset = json!({"name": format!("{}.tar.gz", file()), "state": "uploaded"});
            json!({"tag_name": format!("v{version}"), "draft": false, "prerelease": false, "assets": [asset]})
        });
        let body = listed.collect::<serde_json::Value>().to_string();
        self.server.put("/repos/prefix-dev/pixi/releases", Reply::Whole(body.into_bytes()));
        for version in versions {
            self.publish(version);
        }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.work.join(name), text).unwrap();
    }

    /// The variables of a step.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        for name in ["output", "env", "path", "summary"] {
            std::fs::write(self.folder.path().join(name), "").unwrap();
        }
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let inside = |name: &str| text(&self.folder.path().join(name));
        [
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_REPOSITORY", "org/demo".to_owned()),
            ("GITHUB_API_URL", self.server.url("")),
            ("GITHUB_SERVER_URL", self.server.url("")),
            ("GITHUB_WORKSPACE", text(&self.work)),
            ("GITHUB_OUTPUT", inside("output")),
            ("GITHUB_ENV", inside("env")),
            ("GITHUB_PATH", inside("path")),
            ("GITHUB_STEP_SUMMARY", inside("summary")),
            ("RUNNER_TEMP", text(&self.temp)),
            ("INPUT_MODE", "install".to_owned()),
            ("INPUT_TOKEN", TOKEN.to_owned()),
            ("PATH", "/usr/bin:/bin".to_owned()),
            ("HOME", inside("home")),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    /// Runs the action as a step of a workflow.
    pub(crate) fn run(&self, inputs: &[(&str, &str)]) -> Outcome {
        self.run_with(inputs, &[])
    }

    /// The same with further variables.
    pub(crate) fn run_with(&self, inputs: &[(&str, &str)], more: &[(&str, &str)]) -> Outcome {
        let mut variables = self.variables();
        for (name, value) in inputs {
            variables.insert(format!("INPUT_{}", name.to_uppercase()), (*value).to_owned());
        }
        for (name, value) in more {
            variables.insert((*name).to_owned(), (*value).to_owned());
        }
        self.start(variables, &[])
    }

    /// Runs it as a command: flags, no runner.
    pub(crate) fn command(&self, flags: &[&str], more: &[(&str, &str)]) -> Outcome {
        let mut variables = self.variables();
        variables.retain(|name, _| !name.starts_with("INPUT_") && name != "GITHUB_ACTIONS");
        for (name, value) in more {
            variables.insert((*name).to_owned(), (*value).to_owned());
        }
        self.start(variables, &[&["install"], flags].concat())
    }

    fn start(&self, variables: BTreeMap<String, String>, flags: &[&str]) -> Outcome {
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let (process, streams) = Process::in_memory(variables, flags, &self.work);
        let exit = run_with::<pixi_cuda_setup::Action>(process);
        let read = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap();
        let env = heredocs(&read("env"));
        Outcome {
            exit,
            outputs: heredocs(&read("output")).into_iter().collect(),
            env: env.into_iter().map(|(name, value)| format!("{name}={value}")).collect(),
            path: read("path").lines().map(str::to_owned).collect(),
            log: format!("{}{}", streams.stdout(), streams.stderr()),
        }
    }

    /// Every file below the runner's temporary folder and the home folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.temp.clone(), self.folder.path().join("home")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    let path = entry.path();
                    let path = path.strip_prefix(self.folder.path()).unwrap();
                    found.push(path.to_str().unwrap().to_owned());
                }
            }
        }
        found.retain(|path| !path.starts_with("_temp/pixi-cuda-setup-plan-"));
        found.sort();
        found
    }

    /// Holds a failed run against the promise: nothing was installed, later steps are told nothing,
    /// and the message names what is given here.
    pub(crate) fn assert_failed(&self, outcome: &Outcome, exit: Exit, code: &str, says: &[&str]) {
        assert_eq!(outcome.exit, exit, "{code}: {}", outcome.log);
        assert!(outcome.log.contains(code), "{code}: {}", outcome.log);
        for text in says {
            assert!(outcome.log.contains(text), "{code}, {text}: {}", outcome.log);
        }
        assert_eq!(self.files(), Vec::<String>::new(), "{code}");
        assert_eq!((&outcome.env, &outcome.path), (&Vec::new(), &Vec::new()), "{code}");
        assert_eq!(outcome.output("changed"), "false", "{code}");
        assert_eq!(outcome.output("pixi-path"), "", "{code}");
        assert_quiet(outcome);
    }
}

/// No secret is anywhere.
pub(crate) fn assert_quiet(outcome: &Outcome) {
    for line in outcome.log.lines().filter(|line| !line.starts_with("::add-mask::")) {
        for secret in [TOKEN, "hidden-0123456789"] {
            assert!(!line.contains(secret), "{line}");
        }
    }
    for value in outcome.outputs.values() {
        assert!(!value.contains(TOKEN) && !value.contains("hidden-0123456789"), "{value}");
    }
}

/// The runner's reading of a file of heredocs.
fn heredocs(text: &str) -> Vec<(String, String)> {
    let mut lines = text.lines();
    let mut pairs = Vec::new();
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").expect("a heredoc");
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        pairs.push((name.to_owned(), value.join("\n")));
    }
    pairs
}
