//! A registry on loopback for one run: Debian's docker-registry, ended by its id.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::engine::Engine;
use crate::process::{Log, Run, Service};

/// A registry that answers.
#[derive(Debug)]
pub(crate) struct Registry {
    port: u16,
    _service: Service,
    _data: tempfile::TempDir,
}

impl Registry {
    /// Starts a registry on a free port.
    pub(crate) fn start(log: &Path) -> Result<Self> {
        let data = tempfile::Builder::new().prefix("registry-").tempdir()?;
        let port = free_port()?;
        let config = data.path().join("config.yml");
        std::fs::write(&config, configuration(port, &data.path().join("store")))?;
        let mut service =
            Run::new("docker-registry").arg("serve").arg(&config).serve("docker-registry", log)?;
        service.wait_until(Duration::from_secs(20), || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
        })?;
        Ok(Self { port, _service: service, _data: data })
    }

    /// Host and port.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The name under which [`Self::push`] pushes.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{}/{name}:test", self.host())
    }

    /// Pushes an image of the engine under `name`; the digest it got.
    pub(crate) fn push(&self, engine: &Engine, tag: &str, name: &str, log: &Log) -> Result<String> {
        let target = self.name(name);
        engine.docker().args(["tag", tag, &target]).run(log)?;
        engine.docker().args(["push", "--quiet", &target]).run(log)?;
        let digests = engine
            .docker()
            .args(["image", "inspect", "--format", "{{join .RepoDigests \"\\n\"}}", &target])
            .output(log)?;
        let prefix = format!("{}/{name}@", self.host());
        let digest = digests.lines().find_map(|line| line.strip_prefix(&prefix));
        Ok(digest.context("the pushed image has no digest")?.to_owned())
    }
}

/// A port of loopback that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn configuration(port: u16, store: &Path) -> String {
    format!(
        "version: 0.1\nlog: {{level: warn}}\nhttp: {{addr: \"127.0.0.1:{port}\"}}\n\
         storage: {{filesystem: {{rootdirectory: \"{}\"}}, delete: {{enabled: true}}}}\n",
        store.display()
    )
}
