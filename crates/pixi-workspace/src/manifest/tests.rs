use std::path::Path;

use diagnostics::Severity;

use super::*;
use crate::{Finding, PixiVersion};

mod forms;
mod refused;
mod whole;

/// Reads a text as the file of a name, by pixi 0.`minor`.
fn read_as(name: &str, text: &str, minor: u64) -> (Manifest, Vec<Finding>) {
    let source = Source::file(name, text);
    let version = PixiVersion::new(0, minor, 0);
    read(&source, Path::new(name), version).expect(text)
}

/// A `pixi.toml`.
fn pixi(text: &str, minor: u64) -> (Manifest, Vec<Finding>) {
    read_as("pixi.toml", text, minor)
}

/// A `pixi.toml` of a workspace and what is added to it.
fn with(added: &str, minor: u64) -> (Manifest, Vec<Finding>) {
    let head = "[workspace]\nchannels = [\"conda-forge\"]\nplatforms = [\"linux-64\"]\n";
    pixi(&format!("{head}{added}"), minor)
}

/// A `pixi.toml` with these platforms.
fn with_platforms(platforms: &str, added: &str, minor: u64) -> (Manifest, Vec<Finding>) {
    pixi(
        &format!("[workspace]\nchannels = [\"conda-forge\"]\nplatforms = {platforms}\n{added}"),
        minor,
    )
}

/// Severity and code of each finding.
fn codes(findings: &[Finding]) -> Vec<(Severity, &'static str)> {
    findings.iter().map(|finding| (finding.severity, finding.code)).collect()
}
