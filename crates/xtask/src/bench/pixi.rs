//! `cargo xtask bench pixi`: a whole check of a large and of a normal workspace, beside one pass of
//! the YAML event parser over the same lock.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::measure::{Cost, median};
use super::row;
use crate::process::Log;
use crate::project::Project;
use crate::{release, say};

/// What is checked, and what it may take.
struct Shape {
    name: &'static str,
    environments: usize,
    /// Bytes of the lock, about.
    bytes: usize,
    /// CPU time.
    limit: Duration,
    /// CPU time, in passes of the event parser.
    passes: Option<f64>,
    /// Peak memory in KiB.
    peak: u64,
}

const SHAPES: [Shape; 2] = [
    Shape {
        name: "large",
        environments: 20,
        bytes: 5_000_000,
        limit: Duration::from_millis(250),
        passes: Some(3.0),
        peak: 64 * 1024,
    },
    Shape {
        name: "normal",
        environments: 3,
        bytes: 300_000,
        limit: Duration::from_millis(30),
        passes: None,
        peak: 16 * 1024,
    },
];
/// Rounds, of which the median counts.
const ROUNDS: usize = 11;

/// The example that makes workspaces and is the floor.
const EXAMPLE: &str = "lock_speed";

const DOCKERFILE: &str = "FROM ghcr.io/prefix-dev/pixi:0.77.0 AS build\nWORKDIR /app\n\
    COPY pixi.toml pixi.lock ./\nRUN CONDA_OVERRIDE_CUDA=12.9 pixi install --locked -e gpu-01\n\
    COPY . .\nFROM ubuntu:24.04\nCOPY --from=build /app /app\n\
    CMD [\"/app/.pixi/envs/gpu-01/bin/python\", \"-m\", \"demo\"]\n";
const WORKFLOW: &str = "on: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  test:\n\
    \x20   runs-on: ubuntu-24.04\n    env:\n      CONDA_OVERRIDE_CUDA: \"12.9\"\n    steps:\n\
    \x20     - uses: actions/checkout@v4\n      - uses: prefix-dev/setup-pixi@v0.9.6\n\
    \x20       with:\n          environments: gpu-01\n      - run: pixi run -e gpu-01 test\n";

/// Measures on each workspace and prints the tables; a limit that does not hold is an error.
pub(crate) fn run(project: &Project, binary: &Path) -> Result<()> {
    let build = ["build", "--locked", "--quiet", "--target", release::AMD64, "--release"];
    let example = ["--package", "pixi-workspace", "--example", EXAMPLE];
    project.cargo().args(build).args(example).run(&Log::Terminal)?;
    let example = Path::new("examples").join(EXAMPLE).to_string_lossy().into_owned();
    let parser = release::binary(project, &example, release::AMD64, "release");
    let folder = tempfile::tempdir()?;
    let mut broken = Vec::new();
    for shape in SHAPES {
        let workspace = folder.path().join(shape.name);
        let bytes = make(&shape, &workspace, project, &parser)?;
        say::heading(&format!(
            "{}: {bytes} bytes of lock, {} environments",
            shape.name, shape.environments
        ));
        let (floor, ours) = measured(&shape, &workspace, &parser, binary)?;
        row("check: pixi-cuda-setup", ours);
        row("  one pass of the event parser", floor);
        let ratio = ours.cpu.as_secs_f64() / floor.cpu.as_secs_f64();
        say::line(&format!("    that is {ratio:.1} times the pass"));
        let name = shape.name;
        if ours.cpu > shape.limit {
            broken.push(format!("{name}: {:.0?} of {:.0?} CPU", ours.cpu, shape.limit));
        }
        if let Some(passes) = shape.passes.filter(|passes| ratio > *passes) {
            broken.push(format!("{name}: {ratio:.1} passes instead of {passes}"));
        }
        if ours.peak > shape.peak {
            broken.push(format!("{name}: {} of {} KiB", ours.peak, shape.peak));
        }
    }
    if broken.is_empty() { Ok(()) } else { bail!("over the limit: {}", broken.join("; ")) }
}

/// Writes the workspace with a Dockerfile and workflows; the bytes of its lock.
fn make(shape: &Shape, workspace: &Path, project: &Project, example: &Path) -> Result<u64> {
    let workflows = workspace.join(".github/workflows");
    std::fs::create_dir_all(&workflows)?;
    std::fs::create_dir(workspace.join(".git"))?;
    for (file, text) in [
        ("Dockerfile", DOCKERFILE),
        (".dockerignore", ".pixi\n.git\n"),
        (".gitignore", ".pixi/\n*.egg-info\n"),
    ] {
        std::fs::write(workspace.join(file), text)?;
    }
    for file in ["test.yml", "release.yml", "nightly.yaml"] {
        std::fs::write(workflows.join(file), WORKFLOW)?;
    }
    let (environments, bytes) = (shape.environments.to_string(), shape.bytes.to_string());
    project
        .run(example)
        .arg("--write")
        .arg(workspace)
        .args([environments, bytes])
        .output(&Log::Terminal)?;
    Ok(workspace.join("pixi.lock").metadata()?.len())
}

/// The medians of parser and check, measured in turns so that a slow moment hits both.
fn measured(shape: &Shape, workspace: &Path, parser: &Path, binary: &Path) -> Result<(Cost, Cost)> {
    let mut floors = Vec::new();
    let mut checks = Vec::new();
    for _ in 0..ROUNDS {
        floors.push(median(1, workspace, parser, &["--events", "pixi.lock"])?.0);
        let check = ["check", "--json", "--environment", "*", "--fail-on", "never"];
        let (cost, said) = median(1, workspace, binary, &check)?;
        checks.push(cost);
        right(shape, &said)?;
    }
    let middle = |mut costs: Vec<Cost>| {
        costs.sort_by_key(|cost| cost.cpu);
        costs.get(costs.len() / 2).copied().unwrap_or_default()
    };
    Ok((middle(floors), middle(checks)))
}

/// Whether the answer is the one the workspace was made for: its environments say what they are.
fn right(shape: &Shape, said: &str) -> Result<()> {
    let answer: Value = serde_json::from_str(said).context("the answer is not JSON")?;
    let environments = list(&answer, "/result/environments");
    if environments.len() != shape.environments {
        bail!("{} environments instead of {}", environments.len(), shape.environments);
    }
    for environment in environments {
        let name = word(environment, "/name");
        for row in list(environment, "/rows") {
            let (platform, variant) = (word(row, "/platform"), word(row, "/variant"));
            let is_cuda = name.starts_with("gpu") && platform == "gpu";
            let expected = if is_cuda { "cuda" } else { "cpu" };
            if variant != expected {
                bail!("{name} on {platform}: {variant} instead of {expected}");
            }
        }
    }
    if word(&answer, "/result/up-to-date/answer") != "yes" {
        let why = answer.pointer("/result/up-to-date/reasons/0").unwrap_or(&Value::Null);
        bail!("the lock is up to date: {why}");
    }
    let is_stuck = |finding: &Value| word(finding, "/code") == "cuda/cpu-locked";
    if !list(&answer, "/result/findings").iter().any(is_stuck) {
        bail!("nothing is said about CPU builds under a declared CUDA");
    }
    Ok(())
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn word<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
