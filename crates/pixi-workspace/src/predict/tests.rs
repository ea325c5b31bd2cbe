mod commands;
mod fixtures;
mod matrix;
mod texts;
mod values;

use super::*;
use crate::manifest::Manifest;
use crate::{Override, PixiVersion, stage};

/// CUDA and CPU builds of one package, as conda-forge's `libtorch`.
const CUDA: &[&str] = &["libtorch-2.9.1-cuda129_h1_302 | __cuda; libcublas >=12.9"];
const CPU: &[&str] = &["libtorch-2.9.1-cpu_h2_102"];

/// The manifests of the tables below; the subdir is that of the machine.
fn manifest(name: &str, version: PixiVersion) -> Manifest {
    let (platforms, rest) = match name {
        "plain" => (r#"["linux-64"]"#, ""),
        "declared" if version.era() == Era::Rows => {
            (r#"[{ platform = "linux-64", cuda = "12.1" }]"#, "")
        }
        "declared" => (r#"["linux-64"]"#, "[system-requirements]\ncuda = \"12.1\"\n"),
        "bare first" => (r#"["linux-64", { platform = "linux-64", cuda = "12.1" }]"#, ""),
        "cuda first" => (r#"[{ platform = "linux-64", cuda = "12.1" }, "linux-64"]"#, ""),
        "two cudas" => (
            r#"[{ platform = "linux-64", cuda = "13.0" }, { platform = "linux-64", cuda = "12.0" }]"#,
            "",
        ),
        other => panic!("no manifest {other}"),
    };
    let text = format!(
        "[workspace]\nname = \"x\"\nchannels = [\"conda-forge\"]\nplatforms = {platforms}\n{rest}\n[dependencies]\npytorch = \"*\"\n"
    );
    stage::manifest(&text, version)
}

/// The default environment of a manifest with its rows locked in the format of the version.
fn lock(
    version: PixiVersion,
    view: &View<'_>,
    packages: impl Fn(&DeclaredRow) -> Vec<String>,
) -> Lock {
    let mut platforms = Vec::new();
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for row in view.rows() {
        let declared: Vec<String> =
            row.virtual_packages.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        let name = if version.era() != Era::Rows || row.is_bare() {
            row.subdir.clone()
        } else {
            format!("p{}", platforms.len() + 1)
        };
        platforms.push(format!("{name} {}{}", row.subdir, declared.concat()));
        rows.push((name, packages(row)));
    }
    let packages: Vec<Vec<&str>> =
        rows.iter().map(|(_, list)| list.iter().map(String::as_str).collect()).collect();
    let rows: Vec<(&str, &str, &[&str])> = rows
        .iter()
        .zip(&packages)
        .map(|((name, _), list)| (view.name(), name.as_str(), list.as_slice()))
        .collect();
    let platforms: Vec<&str> = platforms.iter().map(String::as_str).collect();
    stage::lock(version.lock_format(), &platforms, &rows)
}

/// Rows with a declared cuda are locked with CUDA builds, others with CPU builds.
fn by_row(row: &DeclaredRow) -> Vec<String> {
    let list = if row.virtual_package("__cuda").is_some() { CUDA } else { CPU };
    list.iter().map(|&one| one.to_owned()).collect()
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|&one| one.to_owned()).collect()
}

/// A machine as hosted runners are.
fn runner() -> Machine {
    Machine::without_gpu("linux-64")
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Warning => "warn",
        Outcome::Error => "error",
    }
}
