//! The slow stages of `--full`.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{Shared, TestStage, stage, tool};
use crate::pipeline::Outcome;
use crate::process::{Log, Run, on_path};
use crate::{image, release, staged, tools};

/// The image built by `Dockerfile`.
const FROM_SOURCE: &str = "actions:from-source";
/// A root filesystem with Rust, so that nothing is pulled.
const BUILDER: &str = "actions-builder:local";

pub(super) fn stages<'a>() -> Vec<TestStage<'a>> {
    vec![
        stage("arm64", &[], &["system packages", "release build", "tests"], arm64),
        stage("image from source", &["engine"], &["act, published form"], image_from_source),
        stage("cargo tools", &[], &["arm64"], |shared, log| {
            tools::cargo(&shared.tools, shared.install, log)
        }),
        stage("dependencies", &[], &["cargo tools"], dependencies),
    ]
}

/// The other architecture: built without link-time optimisation, started by an emulator.
fn arm64(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    if let Some(missing) = release::missing_target(shared.project, release::ARM64, log)? {
        return Ok(Outcome::NotRun(missing));
    }
    for program in ["aarch64-linux-gnu-gcc", "qemu-aarch64-static"] {
        if on_path(program).is_none() {
            return Ok(Outcome::NotRun(format!("{program} is missing; `--install` installs it")));
        }
    }
    release::build(shared.project, release::ARM64, "demo", log)?;
    for action in shared.project.actions()? {
        let binary = release::binary(shared.project, &action, release::ARM64, "demo");
        let said = Run::new("qemu-aarch64-static").arg(binary).arg("--version").output(log)?;
        if !said.starts_with(&action) {
            bail!("`{action} --version` said `{said}`");
        }
    }
    Ok(Outcome::passed("built, started under an emulator"))
}

/// `Dockerfile` as it is, with a builder image made here instead of a pulled one.
fn image_from_source(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let engine = shared.engine()?;
    if on_path("mmdebstrap").is_none() {
        return Ok(Outcome::NotRun("mmdebstrap is missing; `--install` installs it".to_owned()));
    }
    let suite = shared.tools.text("builder-image", "suite")?;
    let packages = shared.tools.list("builder-image", "packages")?;
    let debian = image::root_filesystem(shared.project, "builder", &suite, &packages, log)?;
    let work = tempfile::tempdir_in(shared.project.tools_dir())?;
    let tar = work.path().join("builder.tar");
    std::fs::copy(debian, &tar)?;
    add_rust(shared, &tar, work.path(), log)?;
    engine.import(
        &tar,
        BUILDER,
        &[
            "ENV PATH=/rust/cargo/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "ENV RUSTUP_HOME=/rust/rustup",
            "ENV CARGO_HOME=/rust/cargo",
            "ENV CARGO_NET_OFFLINE=true",
        ],
        log,
    )?;
    let tree = work.path().join("tree");
    staged::write_sources(shared.project, &tree, log)?;
    std::fs::copy(shared.project.path("Dockerfile"), tree.join("Dockerfile"))?;
    let argument = format!("BUILDER_IMAGE={BUILDER}");
    engine
        .docker()
        .args(["build", "--tag", FROM_SOURCE, "--build-arg", &argument])
        .arg(&tree)
        .run(log)?;
    image::check_content(shared.project, engine, FROM_SOURCE, log)?;
    Ok(Outcome::passed(image::check_size(engine, FROM_SOURCE, log)?))
}

/// Adds the active toolchain and the crates of Cargo.lock to a root filesystem.
fn add_rust(shared: &Shared<'_>, tar: &Path, work: &Path, log: &Log) -> Result<()> {
    let sysroot = shared.project.run("rustc").args(["--print", "sysroot"]).output(log)?;
    let sysroot = Path::new(sysroot.trim());
    let name = sysroot.file_name().context("a toolchain has a name")?;
    // A folder of its own: the engine refuses a tar that names a folder twice.
    let root = work.join("root");
    let (rustup, cargo) = (root.join("rust/rustup"), root.join("rust/cargo"));
    std::fs::create_dir_all(rustup.join("toolchains"))?;
    std::fs::create_dir_all(cargo.join("bin"))?;
    Run::new("cp").arg("--archive").arg(sysroot).arg(rustup.join("toolchains")).run(log)?;
    // 700 MB of manuals would only slow the import down.
    let _ = std::fs::remove_dir_all(rustup.join("toolchains").join(name).join("share"));
    let settings = format!(
        "version = \"12\"\nprofile = \"minimal\"\ndefault_toolchain = \"{}\"\n",
        name.to_string_lossy()
    );
    std::fs::write(rustup.join("settings.toml"), settings)?;
    let program = on_path("rustup").context("rustup is not on this machine")?;
    std::fs::copy(std::fs::canonicalize(program)?, cargo.join("bin/rustup"))?;
    for proxy in ["cargo", "rustc"] {
        std::os::unix::fs::symlink("rustup", cargo.join("bin").join(proxy))?;
    }
    shared
        .project
        .cargo()
        .args(["fetch", "--locked", "--quiet"])
        .env("CARGO_HOME", &cargo)
        .run(log)?;
    let _ = std::fs::remove_dir_all(cargo.join("registry/src"));
    Run::new("tar")
        .args(["--append", "--owner=0", "--group=0", "--numeric-owner", "--file"])
        .arg(tar)
        .arg("--directory")
        .arg(&root)
        .arg("rust")
        .run(log)
}

/// Licences, advisories, bans and sources.
fn dependencies(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let deny = match tool(shared, "cargo-deny") {
        Ok(path) => path,
        Err(outcome) => return Ok(outcome),
    };
    let checks = ["bans", "licenses", "sources"];
    shared.project.run(&deny).arg("check").args(checks).run(log)?;
    // The advisories come from a git repository that not every machine reaches.
    let advisories = shared.project.run(&deny).args(["check", "advisories"]).finish()?;
    log.line(&advisories.stderr);
    let note = match advisories.code {
        Some(0) => "advisories",
        _ if advisories.stderr.contains("failed to fetch advisory database") => {
            "advisories NOT judged: their database was not reached"
        }
        _ => bail!("an advisory concerns one of the dependencies"),
    };
    Ok(Outcome::passed(format!("{}, {note}", checks.join(", "))))
}
