//! A Docker engine of our own for one run: private data, ended by its id; or the one that is there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process::{Log, Run, Service, on_path};
use crate::project::Project;

/// An engine that answers.
#[derive(Debug)]
pub(crate) struct Engine {
    host: Option<String>,
    // Dropped in this order: the engine ends before its folders go.
    service: Option<Service>,
    data: Option<PathBuf>,
    sockets: Option<tempfile::TempDir>,
}

impl Engine {
    /// Starts an engine, or takes the one that is there when this user may not start one.
    /// `Ok(Err(why))`: no engine is possible on this machine.
    pub(crate) fn start(project: &Project, log: &Log) -> Result<Result<Self, String>> {
        if on_path("docker").is_none() {
            return Ok(Err("the docker client is missing; `--install` installs it".to_owned()));
        }
        if !nix::unistd::geteuid().is_root() {
            return Ok(if Run::new("docker").arg("version").run(log).is_ok() {
                Ok(Self { host: None, service: None, data: None, sockets: None })
            } else {
                Err("needs root, or a Docker engine that answers this user".to_owned())
            });
        }
        if on_path("dockerd").is_none() {
            return Ok(Err("dockerd is missing; `--install` installs it".to_owned()));
        }
        match Self::start_own(project, log) {
            // Root inside a container that may not make namespaces or mounts.
            Err(error) if refused(&format!("{error:#}")) => {
                Ok(Err(format!("this machine lets no engine run: {error:#}")))
            }
            started => started.map(Ok),
        }
    }

    fn start_own(project: &Project, log: &Log) -> Result<Self> {
        // A socket's path has at most 107 bytes, so it does not go below the project.
        let sockets = tempfile::Builder::new().prefix("engine-").tempdir()?;
        let data = project.tools_dir().join(format!("run/engine-{}", std::process::id()));
        std::fs::create_dir_all(&data)?;
        let host = format!("unix://{}", sockets.path().join("docker.sock").display());
        let output = match log {
            Log::File(path) => path.clone(),
            Log::Terminal => sockets.path().join("log"),
        };
        let mut service = Run::new("dockerd")
            .arg("--data-root")
            .arg(&data)
            .arg("--exec-root")
            .arg(sockets.path().join("exec"))
            .arg("--pidfile")
            .arg(sockets.path().join("pid"))
            .args(["--host", &host])
            .serve("dockerd", &output)?;
        let probe = host.clone();
        service.wait_until(Duration::from_mins(1), || {
            Run::new("docker")
                .env("DOCKER_HOST", &probe)
                .args(["version", "--format", "{{.Server.Version}}"])
                .finish()
                .is_ok_and(|done| done.code == Some(0))
        })?;
        Ok(Self {
            host: Some(host),
            service: Some(service),
            data: Some(data),
            sockets: Some(sockets),
        })
    }

    /// The value of `DOCKER_HOST`; `None` means the client's default.
    pub(crate) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// A program that talks to this engine.
    pub(crate) fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Run {
        let run = Run::new(program);
        match &self.host {
            Some(host) => run.env("DOCKER_HOST", host),
            None => run,
        }
    }

    /// The docker client, with the classic builder: the one act uses.
    pub(crate) fn docker(&self) -> Run {
        self.program("docker").env("DOCKER_BUILDKIT", "0")
    }

    /// Builds an image from a folder that has a `Dockerfile`.
    pub(crate) fn build(&self, folder: &Path, tag: &str, log: &Log) -> Result<()> {
        // No token or setting of a CI runner has a place in an image.
        self.docker().args(["build", "--quiet", "--tag", tag]).arg(folder).run(log)
    }

    /// Imports a root filesystem. `changes` are Dockerfile instructions such as `ENV A=b`.
    pub(crate) fn import(&self, tar: &Path, tag: &str, changes: &[&str], log: &Log) -> Result<()> {
        let mut run = self.docker().arg("import");
        for change in changes {
            run = run.args(["--change", change]);
        }
        run.arg(tar).arg(tag).run(log)
    }

    /// Size of an image's content in bytes, uncompressed.
    pub(crate) fn image_size(&self, tag: &str, log: &Log) -> Result<u64> {
        let text =
            self.docker().args(["image", "inspect", "--format", "{{.Size}}", tag]).output(log)?;
        text.trim().parse().context("docker gave no size")
    }

    /// Bytes of an image as a gzip-compressed archive, as registries keep its layers.
    pub(crate) fn compressed_size(&self, tag: &str, log: &Log) -> Result<u64> {
        let folder = tempfile::tempdir()?;
        let tar = folder.path().join("image.tar");
        self.docker().args(["save", "--output"]).arg(&tar).arg(tag).run(log)?;
        Run::new("gzip").arg(&tar).run(log)?;
        Ok(std::fs::metadata(folder.path().join("image.tar.gz"))?.len())
    }

    /// Containers that still exist, for the check that a test left none behind.
    pub(crate) fn containers(&self, log: &Log) -> Result<Vec<String>> {
        let text = self.docker().args(["ps", "--all", "--quiet"]).output(log)?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // The service must be gone before its folders can be removed.
        drop(self.service.take());
        let sockets = self.sockets.take().map(tempfile::TempDir::keep);
        for folder in [self.data.take(), sockets].into_iter().flatten() {
            if let Err(error) = remove(&folder) {
                crate::say::line(&format!("{} could not be removed: {error:#}", folder.display()));
            }
        }
    }
}

/// Whether the kernel refused, as opposed to an engine that is broken.
fn refused(message: &str) -> bool {
    let message = message.to_lowercase();
    ["operation not permitted", "permission denied"].iter().any(|text| message.contains(text))
}

/// Removes a folder of an engine that has ended. The engine leaves a mount behind when a container
/// used the host's network, and removing through a mount is never right.
fn remove(folder: &Path) -> Result<()> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mut below: Vec<&Path> =
        mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(Path::new).collect();
    below.retain(|mount| mount.starts_with(folder));
    // The innermost first.
    for mount in below.iter().rev() {
        nix::mount::umount(*mount).with_context(|| format!("{} is mounted", mount.display()))?;
    }
    Ok(std::fs::remove_dir_all(folder)?)
}
