//! Formatting, lints, and the release binaries.

use anyhow::Result;

use super::{Shared, service_log};
use crate::pipeline::Outcome;
use crate::process::Log;
use crate::project::{ENGINE, FEATURES};
use crate::{demo, release};

pub(super) fn fmt(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    shared.project.cargo().args(["fmt", "--all", "--check", "--", "--color", "never"]).run(log)?;
    Ok(Outcome::passed(""))
}

pub(super) fn clippy(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let lint = ["clippy", "--locked", "--workspace", "--all-targets"];
    shared
        .project
        .cargo()
        .args(lint)
        .args(FEATURES)
        .args(ENGINE)
        .args(["--", "-D", "warnings"])
        .run(log)?;
    Ok(Outcome::passed("no warning"))
}

/// One release build serves size, cold start, image and act.
pub(super) fn release_build(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    if let Some(missing) = release::missing_target(shared.project, release::AMD64, log)? {
        return Ok(Outcome::NotRun(missing));
    }
    release::build(shared.project, release::AMD64, "release", log)?;
    Ok(Outcome::passed("static, amd64"))
}

/// The README's first command, with the binaries of this run.
pub(super) fn demo(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let programs = demo::Programs {
        action: release::binary(shared.project, "semantic-release", release::AMD64, "release"),
        stand_in: super::containers::stand_in_binary(shared.project),
        service_log: service_log(log),
    };
    let version = demo::story(&programs, None, log)?;
    Ok(Outcome::passed(format!("released {version}")))
}
