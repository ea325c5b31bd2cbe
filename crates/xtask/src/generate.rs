//! `cargo xtask generate [--check]`: files that follow from the actions' definitions.
//!
//! The work is done by `examples/generate.rs`, which links the actions; this program does not, so
//! that it compiles quickly.

use anyhow::Result;

use crate::process::Log;
use crate::project::{FEATURES, Project};

/// Builds the generator and runs it.
pub(crate) fn run(project: &Project, check: bool) -> Result<()> {
    run_with(project, check, &Log::Terminal)
}

/// The same, with the output in a log.
pub(crate) fn run_with(project: &Project, check: bool, log: &Log) -> Result<()> {
    // The selection and features of the test build, so that nothing is compiled twice.
    let build = ["build", "--quiet", "--workspace", "--example", "generate"];
    project.cargo().args(build).args(FEATURES).run(log)?;
    let mut generator = project.run(project.target_dir().join("debug/examples/generate"));
    if check {
        generator = generator.arg("--check");
    }
    generator.arg(project.path("")).run(log)
}
