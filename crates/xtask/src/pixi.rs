//! The stand-in of pixi as a release that actions download: its files, and a server on loopback.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::process::{Log, Run, Service};
use crate::project::Project;
use crate::registry::free_port;
use crate::release;

/// The version the stand-in plays.
const VERSION: &str = "0.77.0";
/// The name of the archive for this machine.
const ARCHIVE: &str = "pixi-x86_64-unknown-linux-musl.tar.gz";

/// The folder that [`build`] writes: laid out as github.com and its API lay out releases of pixi.
pub(crate) fn folder(project: &Project) -> PathBuf {
    project.target_dir().join("pixi-releases")
}

/// Builds the stand-in, static, and writes the files of its release.
pub(crate) fn build(project: &Project, log: &Log) -> Result<()> {
    let package = ["--package", "pixi-stand-in", "--bin", "pixi-stand-in", "--no-default-features"];
    project
        .cargo()
        .args(["build", "--locked", "--target", release::AMD64])
        .args(package)
        .run(log)?;
    let binary = release::binary(project, "pixi-stand-in", release::AMD64, "debug");
    let folder = folder(project);
    // What an earlier version left would only confuse.
    let _ = std::fs::remove_dir_all(&folder);
    let files = folder.join(format!("prefix-dev/pixi/releases/download/v{VERSION}"));
    std::fs::create_dir_all(&files)?;
    let work = tempfile::tempdir()?;
    std::fs::copy(binary, work.path().join("pixi"))?;
    Run::new("tar")
        .args(["--create", "--gzip", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"])
        .arg("--file")
        .arg(files.join(ARCHIVE))
        .arg("--directory")
        .arg(work.path())
        .arg("pixi")
        .run(log)?;
    let digest = Run::new("sha256sum").arg(ARCHIVE).dir(&files).output(log)?;
    std::fs::write(files.join(format!("{ARCHIVE}.sha256")), format!("{digest}\n"))?;
    let listed = serde_json::json!([{
        "tag_name": format!("v{VERSION}"), "draft": false, "prerelease": false,
        "assets": [{"name": ARCHIVE, "state": "uploaded"}],
    }]);
    let api = folder.join("repos/prefix-dev/pixi");
    std::fs::create_dir_all(&api)?;
    Ok(std::fs::write(api.join("releases"), listed.to_string())?)
}

/// A server of that folder, ended by its id.
#[derive(Debug)]
pub(crate) struct Releases {
    port: u16,
    _service: Service,
}

impl Releases {
    /// Starts it on a free port of loopback.
    pub(crate) fn start(project: &Project, log: &Path) -> Result<Self> {
        let port = free_port()?;
        let listen = format!("127.0.0.1:{port}");
        let mut service = Run::new("busybox")
            .args(["httpd", "-f", "-p", &listen, "-h"])
            .arg(folder(project))
            .serve("the releases of pixi", log)?;
        service.wait_until(Duration::from_secs(20), || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
        })?;
        Ok(Self { port, _service: service })
    }

    /// The variables of a job for which this is github.com.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        let base = format!("http://127.0.0.1:{}", self.port);
        [("GITHUB_API_URL", base.clone()), ("GITHUB_SERVER_URL", base)]
    }
}
