//! Installing tools with the ordinary clients, or saying what is missing.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{Tools, folder_name};
use crate::pipeline::Outcome;
use crate::process::{Log, Run, on_path};

/// Debian packages and Rust targets.
pub(crate) fn system(tools: &Tools, install: bool, full: bool, log: &Log) -> Result<Outcome> {
    let mut wanted = tools.table("apt")?;
    if full {
        wanted.extend(tools.table("apt-full")?);
    }
    let missing: Vec<(String, String)> =
        wanted.into_iter().filter(|(program, _)| on_path(program).is_none()).collect();
    let targets = missing_targets(tools, log)?;
    if !install {
        let mut names: Vec<String> = missing.into_iter().map(|(program, _)| program).collect();
        names.extend(targets.into_iter().map(|target| format!("target {target}")));
        return Ok(found(&names));
    }
    if !targets.is_empty() {
        tools.project.run("rustup").args(["target", "add"]).args(&targets).run(log)?;
    }
    if missing.is_empty() {
        return Ok(Outcome::passed("all there"));
    }
    let mut packages: Vec<&str> = missing.iter().map(|(_, package)| package.as_str()).collect();
    packages.sort_unstable();
    packages.dedup();
    apt(&["update"], log)?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(&packages);
    apt(&arguments, log)?;
    for (program, package) in &missing {
        if on_path(program).is_none() {
            bail!("package {package} was installed, but `{program}` is not on PATH");
        }
    }
    Ok(Outcome::passed(format!("installed {}", packages.join(", "))))
}

fn apt(arguments: &[&str], log: &Log) -> Result<()> {
    if on_path("apt-get").is_none() {
        bail!("apt-get is not on this machine; install by hand: {}", arguments.join(" "));
    }
    let run = if nix::unistd::geteuid().is_root() {
        Run::new("apt-get")
    } else {
        // Never a password prompt: there is nobody to answer it.
        Run::new("sudo").args(["--non-interactive", "apt-get"])
    };
    run.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).run(log)
}

fn missing_targets(tools: &Tools, log: &Log) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for target in tools.list("rust", "targets")? {
        if crate::release::missing_target(&tools.project, &target, log)?.is_some() {
            missing.push(target);
        }
    }
    Ok(missing)
}

fn found(missing: &[String]) -> Outcome {
    if missing.is_empty() {
        Outcome::passed("all there")
    } else {
        Outcome::NotRun(format!("missing: {}; `--install` installs them", missing.join(", ")))
    }
}

/// Whether the stamp says that exactly this was installed.
fn stamped(stamp: &Path, text: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|old| old == text)
}

/// Python packages in virtual environments of ours: the judges in one, and the peer that
/// semantic-release is compared with in another, since each wants its own dependencies.
pub(crate) fn python(tools: &Tools, install: bool, log: &Log) -> Result<Outcome> {
    let judges = environment(tools, "python", install, log)?;
    match environment(tools, "peer", install, log)? {
        Outcome::Passed { .. } => Ok(judges),
        missing @ Outcome::NotRun(_) => Ok(missing),
    }
}

/// The packages of one table of tools.toml, in the folder of its name.
fn environment(tools: &Tools, name: &str, install: bool, log: &Log) -> Result<Outcome> {
    let wanted: Vec<String> =
        tools.table(name)?.iter().map(|(name, version)| format!("{name}=={version}")).collect();
    let folder = tools.project.tools_dir().join(name);
    let stamp = folder.join("installed");
    if stamped(&stamp, &wanted.join("\n")) {
        return Ok(Outcome::passed("all there"));
    }
    if !install {
        return Ok(found(&wanted));
    }
    let python = on_path("python3").context("python3 is not on this machine")?;
    tools.project.run(python).args(["-m", "venv", "--clear"]).arg(&folder).run(log)?;
    tools
        .project
        .run(folder.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--no-input"])
        .args(&wanted)
        .run(log)?;
    std::fs::write(&stamp, wanted.join("\n"))?;
    Ok(Outcome::passed(wanted.join(", ")))
}

/// npm packages, only fetched and unpacked: none of their code runs.
pub(crate) fn npm(tools: &Tools, install: bool, log: &Log) -> Result<Outcome> {
    let mut missing = Vec::new();
    for (name, version) in tools.table("npm")? {
        if tools.npm_package(&name)?.is_none() {
            missing.push((name, version));
        }
    }
    if missing.is_empty() || !install {
        let names: Vec<String> =
            missing.into_iter().map(|(name, version)| format!("{name}@{version}")).collect();
        return Ok(found(&names));
    }
    let folder = tools.project.tools_dir().join("npm");
    std::fs::create_dir_all(&folder)?;
    for (name, version) in &missing {
        let work = tempfile::tempdir_in(&folder)?;
        tools
            .project
            .run("npm")
            .args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
            .arg(work.path())
            .arg(format!("{name}@{version}"))
            .run(log)?;
        let archive = std::fs::read_dir(work.path())?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
            .with_context(|| format!("npm wrote no archive for {name}"))?;
        let unpacked = work.path().join("unpacked");
        std::fs::create_dir(&unpacked)?;
        Run::new("tar")
            .args(["--extract", "--no-same-owner", "--strip-components=1", "--file"])
            .arg(&archive)
            .arg("--directory")
            .arg(&unpacked)
            .run(log)?;
        std::fs::rename(&unpacked, folder.join(folder_name(name, version)))?;
    }
    Ok(Outcome::passed(format!("fetched {}", missing.len())))
}

/// Go programs, into .tools/bin.
pub(crate) fn go(tools: &Tools, install: bool, log: &Log) -> Result<Outcome> {
    let stamps = tools.project.tools_dir().join("go");
    let mut missing = Vec::new();
    for program in tools.go_programs()? {
        let present = tools.bin().join(&program.name).is_file();
        if !(present && stamped(&stamps.join(&program.name), &program.version)) {
            missing.push(program);
        }
    }
    if missing.is_empty() || !install {
        let names: Vec<String> = missing
            .into_iter()
            .map(|program| format!("{} {}", program.name, program.version))
            .collect();
        return Ok(found(&names));
    }
    if on_path("go").is_none() {
        return Ok(Outcome::NotRun(
            "Go is not on this machine; Go 1.25 or newer is needed".to_owned(),
        ));
    }
    std::fs::create_dir_all(&stamps)?;
    for program in &missing {
        tools
            .project
            .run("go")
            .args(["install", "-trimpath"])
            .arg(format!("{}@{}", program.package, program.version))
            .env("GOBIN", tools.bin())
            .env("GOFLAGS", "")
            .env("CGO_ENABLED", "0")
            .run(log)?;
        std::fs::write(stamps.join(&program.name), &program.version)?;
    }
    Ok(Outcome::passed(format!("built {}", missing.len())))
}

/// Programs from crates.io for `--full`, into .tools/bin.
pub(crate) fn cargo(tools: &Tools, install: bool, log: &Log) -> Result<Outcome> {
    let stamps = tools.project.tools_dir().join("cargo");
    let mut missing = Vec::new();
    for (name, version) in tools.table("cargo-full")? {
        if !(tools.bin().join(&name).is_file() && stamped(&stamps.join(&name), &version)) {
            missing.push((name, version));
        }
    }
    if missing.is_empty() || !install {
        let names: Vec<String> =
            missing.into_iter().map(|(name, version)| format!("{name} {version}")).collect();
        return Ok(found(&names));
    }
    std::fs::create_dir_all(&stamps)?;
    for (name, version) in &missing {
        tools
            .project
            .cargo()
            .args(["install", "--locked", "--quiet", "--root"])
            .arg(tools.project.tools_dir())
            .args(["--version", version, name])
            .run(log)?;
        std::fs::write(stamps.join(name), version)?;
    }
    Ok(Outcome::passed(format!("built {}", missing.len())))
}
