//! The images of a test run, and what must be true of the product's.

use std::path::Path;

use anyhow::{Result, bail};

use crate::engine::Engine;
use crate::process::{Log, Run};
use crate::project::Project;
use crate::release::{COMPRESSED_BUDGET, IMAGE_BUDGET, within};

/// The product's image in a run's engine.
pub(crate) const PRODUCT: &str = "actions:test";
/// The GitHub stand-in as a service container.
pub(crate) const STAND_IN: &str = "github-stand-in:test";
/// The job image of act.
pub(crate) const JOB: &str = "act-runner:local";

/// Sizes within the budget; the text is for the table.
pub(crate) fn check_size(engine: &Engine, tag: &str, log: &Log) -> Result<String> {
    let raw = within("raw", engine.image_size(tag, log)?, IMAGE_BUDGET)?;
    let compressed = within("compressed", engine.compressed_size(tag, log)?, COMPRESSED_BUDGET)?;
    Ok(format!("{raw}, {compressed}"))
}

/// What runners and actions rely on, seen from inside.
pub(crate) fn check_content(
    project: &Project,
    engine: &Engine,
    tag: &str,
    log: &Log,
) -> Result<()> {
    let inside = |user: &str, entrypoint: &str, arguments: &[&str]| {
        engine
            .docker()
            .args([
                "run",
                "--rm",
                "--network",
                "none",
                "--user",
                user,
                "--entrypoint",
                entrypoint,
                tag,
            ])
            .args(arguments)
            .output(log)
    };
    for action in project.actions()? {
        let version = inside("0:0", &format!("/{action}"), &["--version"])?;
        if !version.starts_with(&format!("{action} ")) {
            bail!("`/{action} --version` said `{version}`");
        }
    }
    // A Kubernetes runner starts with `tail`, then runs `sh -e`; the owner of a workspace is any id.
    inside(
        "1001:1001",
        "/bin/sh",
        &["-e", "-c", "echo works >/tmp/file; read line </tmp/file; [ $line = works ]"],
    )?;
    let passwd = inside("1001:1001", "tail", &["-n", "1", "/etc/passwd"])?;
    if !passwd.starts_with("nobody:") {
        bail!("`tail /etc/passwd` said `{passwd}`");
    }
    inside(
        "1001:1001",
        "/bin/sh",
        &["-c", "[ -s /etc/ssl/certs/ca-certificates.crt ] && [ -s /usr/share/doc/busybox/GPL-2 ]"],
    )?;
    Ok(())
}

/// An image `FROM scratch` with one static program as its entry point.
pub(crate) fn single_program(
    engine: &Engine,
    binary: &Path,
    name: &str,
    tag: &str,
    log: &Log,
) -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::copy(binary, folder.path().join(name))?;
    std::fs::create_dir(folder.path().join("empty"))?;
    let dockerfile =
        format!("FROM scratch\nCOPY empty /tmp\nCOPY {name} /{name}\nENTRYPOINT [\"/{name}\"]\n");
    std::fs::write(folder.path().join("Dockerfile"), dockerfile)?;
    engine.build(folder.path(), tag, log)
}

/// A Debian root filesystem, made once and kept under .tools.
pub(crate) fn root_filesystem(
    project: &Project,
    name: &str,
    suite: &str,
    packages: &[String],
    log: &Log,
) -> Result<std::path::PathBuf> {
    let folder = project.tools_dir().join("images");
    std::fs::create_dir_all(&folder)?;
    let tar = folder.join(format!("{name}.tar"));
    let stamp = folder.join(format!("{name}.txt"));
    let content = format!("{suite} {}", packages.join(","));
    if tar.is_file() && std::fs::read_to_string(&stamp).is_ok_and(|old| old == content) {
        return Ok(tar);
    }
    let work = folder.join(format!("{name}.part"));
    Run::new("mmdebstrap")
        .args(["--quiet", "--variant=minbase", "--format=tar"])
        .arg(format!("--include={}", packages.join(",")))
        // Documentation is of no use in a job.
        .arg("--dpkgopt=path-exclude=/usr/share/man/*")
        .arg("--dpkgopt=path-exclude=/usr/share/locale/*")
        .arg(suite)
        .arg(&work)
        .run(log)?;
    std::fs::rename(&work, &tar)?;
    std::fs::write(&stamp, content)?;
    Ok(tar)
}
