//! Manifests and locks for tests, in a few lines.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use diagnostics::Source;

use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::{PixiVersion, lock, manifest};

pub(crate) fn version(text: &str) -> PixiVersion {
    text.parse().expect(text)
}

/// A `pixi.toml` as a version of pixi reads it; what it would refuse is not looked at.
pub(crate) fn manifest(text: &str, version: PixiVersion) -> Manifest {
    named("pixi.toml", text, version)
}

pub(crate) fn named(name: &str, text: &str, version: PixiVersion) -> Manifest {
    let source = Source::file(name, text);
    manifest::read(&source, Path::new(name), version).expect("TOML").0
}

/// A lock. Platforms: `name subdir __cuda=12.1 …`, of which a name alone is a bare one with the
/// defaults, and `name -` one without virtual packages. Rows: environment, platform, packages as
/// `name-version-build | depends; … | constrains; …`; a package of Python has no second dash in
/// front: `pypi: URL`.
pub(crate) fn lock(format: u8, platforms: &[&str], rows: &[(&str, &str, &[&str])]) -> Lock {
    let mut text = format!("version: {format}\n");
    if format >= 7 {
        text.push_str("platforms:\n");
        for platform in platforms {
            text.push_str(&platform_entry(platform));
        }
    }
    let mut environments: BTreeMap<&str, Vec<(&str, &[&str])>> = BTreeMap::new();
    for (environment, row, packages) in rows {
        environments.entry(environment).or_default().push((row, packages));
    }
    text.push_str("environments:\n");
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (environment, rows) in environments {
        write!(text, "  {environment}:\n    channels:\n    - url: https://conda.anaconda.org/conda-forge/\n    packages:\n").expect("text");
        for (row, packages) in rows {
            let end = if packages.is_empty() { " []" } else { "" };
            writeln!(text, "      {row}:{end}").expect("text");
            for package in packages {
                let (line, entry) = package_entry(package);
                writeln!(text, "      - {line}").expect("text");
                all.insert(line, entry);
            }
        }
    }
    text.push_str(if all.is_empty() { "packages: []\n" } else { "packages:\n" });
    for (line, entry) in all {
        write!(text, "- {line}\n{entry}").expect("text");
    }
    match lock::read(&Source::file("pixi.lock", text.as_str())) {
        Ok(lock) => lock,
        Err(trouble) => panic!("{trouble:?}\n{text}"),
    }
}

fn platform_entry(text: &str) -> String {
    let mut words = text.split_whitespace();
    let name = words.next().expect("a name");
    let subdir = words.next().unwrap_or(name);
    if subdir == "-" {
        return format!("- name: {name}\n");
    }
    let mut entry = format!("- name: {name}\n");
    if subdir != name {
        writeln!(entry, "  subdir: {subdir}").expect("text");
    }
    entry.push_str("  virtual-packages:\n");
    let declared: Vec<&str> = words.collect();
    for one in &declared {
        writeln!(entry, "  - {one}").expect("text");
    }
    for (name, version) in crate::environment::default_virtual_packages(subdir) {
        if !declared.iter().any(|one| one.split('=').next() == Some(name)) {
            writeln!(entry, "  - {name}={version}").expect("text");
        }
    }
    entry
}

fn package_entry(text: &str) -> (String, String) {
    let sha256 = "0".repeat(64);
    if let Some(rest) = text.strip_prefix("pypi: ") {
        let (location, version) = rest.split_once(' ').unwrap_or((rest, "1.0"));
        let file = location.rsplit('/').next().unwrap_or(location);
        let name = file.split('-').next().unwrap_or(file).trim_start_matches('.');
        let name = if name.is_empty() { "demo" } else { name };
        return (
            format!("pypi: {location}"),
            format!("  name: {name}\n  version: {version}\n  sha256: {sha256}\n"),
        );
    }
    let mut parts = text.split('|').map(str::trim);
    let archive = parts.next().expect("an archive");
    let mut entry = format!("  sha256: {sha256}\n");
    for key in ["depends", "constrains"] {
        let specs: Vec<&str> = parts.next().unwrap_or_default().split(';').map(str::trim).collect();
        if specs.iter().any(|spec| !spec.is_empty()) {
            writeln!(entry, "  {key}:").expect("text");
            for spec in specs {
                writeln!(entry, "  - '{spec}'").expect("text");
            }
        }
    }
    entry.push_str("  purls: []\n");
    (format!("conda: https://conda.anaconda.org/conda-forge/linux-64/{archive}.conda"), entry)
}
