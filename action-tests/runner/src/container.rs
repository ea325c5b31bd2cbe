//! Container mode: the runner's own `docker run` line (`DockerCommandManager.cs`).

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cancel::Target;
use crate::environment::Variables;
use crate::image::{escaped_option, split_arguments};

/// The docker client and the engine it talks to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// The client.
    pub client: PathBuf,
    /// `DOCKER_HOST` for the client; its own default if none.
    pub host: Option<String>,
}

impl Engine {
    /// The ordinary client with the engine at this address, such as `unix:///run/docker.sock`.
    pub fn at(host: impl Into<String>) -> Self {
        let debian = PathBuf::from("/usr/bin/docker");
        let client = if debian.exists() { debian } else { PathBuf::from("docker") };
        Self { client, host: Some(host.into()) }
    }

    /// The engine's socket on the host.
    pub fn socket(&self) -> PathBuf {
        let path = self.host.as_deref().and_then(|host| host.strip_prefix("unix://"));
        path.unwrap_or("/var/run/docker.sock").into()
    }

    /// The client, to be given arguments.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.client);
        command.envs(self.host.iter().map(|host| ("DOCKER_HOST", host)));
        command.stdin(Stdio::null());
        command
    }

    /// Runs the client and gives its standard output.
    ///
    /// # Errors
    /// The client cannot be started or fails; what it said on standard error is in the message.
    pub fn output(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command().args(arguments).output().context("cannot start docker")?;
        if !output.status.success() {
            bail!(
                "docker {} failed: {}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// One `docker run`.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The container's name.
    pub name: String,
    /// The label the runner finds its containers by.
    pub label: String,
    /// Working directory in the container.
    pub directory: String,
    /// Variables; the command line names them, the client's environment has their values.
    pub variables: Variables,
    /// `--entrypoint`.
    pub entrypoint: Option<String>,
    /// The job's network.
    pub network: Option<String>,
    /// Host path and container path.
    pub mounts: Vec<(PathBuf, String)>,
    /// The image.
    pub image: String,
    /// The arguments as one text, quoted as the runner does it.
    pub arguments: String,
}

/// The name of a container: letters, digits and `_` of the image, and six hexadecimal digits.
pub fn container_name(image: &str, suffix: &str) -> String {
    let kept = image.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_');
    let name: String = kept.skip_while(char::is_ascii_digit).collect();
    format!("{name}_{suffix}")
}

impl Run {
    /// The command line after `docker`, word for word.
    pub fn command_line(&self) -> String {
        let mut words = vec![
            "run".to_owned(),
            format!("--name {}", self.name),
            format!("--label {}", self.label),
            format!("--workdir {}", self.directory),
            "--rm".to_owned(),
        ];
        let own = ["GITHUB_ACTIONS", "CI"];
        let names = self.variables.keys().filter(|name| *name != own[0]);
        // CI stands in the list with the others where somebody set it to something else.
        let ci_is_ours = self.variables.get("CI").is_none_or(|value| value == "true");
        words.extend(
            names
                .filter(|name| !(ci_is_ours && *name == own[1]))
                .map(|name| escaped_option("-e", name)),
        );
        words.push("-e GITHUB_ACTIONS=true".to_owned());
        if ci_is_ours {
            words.push("-e CI=true".to_owned());
        }
        words.extend(self.entrypoint.iter().map(|entry| format!("--entrypoint \"{entry}\"")));
        words.extend(self.network.iter().map(|network| format!("--network {network}")));
        words.extend(
            self.mounts
                .iter()
                .map(|(host, inside)| format!("-v \"{}\":\"{inside}\"", host.display())),
        );
        words.push(self.image.clone());
        format!("{} {}", words.join(" "), self.arguments.trim_start()).trim_end().to_owned()
    }

    /// Starts the client: no TTY, standard input closed.
    ///
    /// # Errors
    /// The client cannot be started.
    pub fn start(&self, engine: &Engine) -> anyhow::Result<(Child, ContainerTarget)> {
        let mut command = Command::new(&engine.client);
        let path = std::env::var_os("PATH").unwrap_or_default();
        command
            .env_clear()
            .env("PATH", path)
            .envs(&self.variables)
            .envs(engine.host.iter().map(|host| ("DOCKER_HOST", host)))
            .args(split_arguments(&self.command_line()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().context("cannot start docker")?;
        let client = Pid::from_raw(i32::try_from(child.id()).context("process id")?);
        Ok((child, ContainerTarget { client, name: self.name.clone(), engine: engine.clone() }))
    }
}

/// A container behind its client.
#[derive(Debug)]
pub struct ContainerTarget {
    client: Pid,
    name: String,
    engine: Engine,
}

impl Target for ContainerTarget {
    fn signal(&self, signal: Signal) {
        kill(self.client, signal).ok();
    }

    fn survives(&self) -> bool {
        let filter = format!("name=^/{}$", self.name);
        let running = self.engine.output(&["ps", "--quiet", "--filter", &filter]);
        running.is_ok_and(|ids| !ids.is_empty())
    }

    fn destroy(&self) {
        kill(self.client, Signal::SIGKILL).ok();
        self.engine.output(&["rm", "--force", &self.name]).ok();
    }
}
