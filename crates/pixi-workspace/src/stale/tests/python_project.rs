//! Rows about `pyproject.toml`.

use super::python::locked;
use super::world::{Expected, Fresh, Stale, Unknown, edited, expect};
use crate::lock::Lock;
use crate::stage::{named, version};
use crate::stale::{Kind, Verdict, judge};

const TEXT: &str = r#"[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["purepkg>=1"]

[project.optional-dependencies]
io = ["filelock"]

[dependency-groups]
dev = ["ruff"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.pixi.workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]
"#;

fn lock() -> Lock {
    locked(7, &[("purepkg", "1.1.0", &[])])
}

fn found(edits: &[(&str, &str)], lock: &Lock) -> Verdict {
    let pixi = version("0.77.0");
    judge(&named("pyproject.toml", &edited(TEXT, edits), pixi), lock, pixi)
}

#[test]
fn edits_of_pyproject() {
    let cases: [(&str, (&str, &str), Expected); 9] = [
        ("project version", ("0.1.0", "0.2.0"), Fresh),
        ("project name", ("\"demo\"", "\"other\""), Fresh),
        ("`[build-system]`", ("hatchling\"]", "hatchling>=1\"]"), Fresh),
        (
            "other tools' tables",
            ("[tool.pixi.w", "[tool.ruff]\nline-length = 90\n\n[tool.pixi.w"),
            Fresh,
        ),
        ("`[project] dependencies` met", ("purepkg>=1", "purepkg>=1,<2"), Fresh),
        (
            "`[project] dependencies` not met",
            ("purepkg>=1", "purepkg>=2"),
            Stale(
                Kind::PythonRequirement,
                "'purepkg' with specifiers '>=2' does not match the locked version '1.1.0'",
            ),
        ),
        (
            "`[project] dependencies` that do not apply",
            ("[\"purepkg>=1\"]", "[\"purepkg>=1\", \"tomli; python_version < '3.11'\"]"),
            Fresh,
        ),
        ("`requires-python`: locked python fits", (">=3.10", ">= 3.10, < 3.13"), Fresh),
        (
            "`requires-python`: locked python does not fit",
            (">=3.10", ">=3.13"),
            Stale(
                Kind::Requirement,
                "the requirement 'python >=3.13' could not be satisfied (required by '<environment>')",
            ),
        ),
    ];
    expect("the base", &found(&[], &lock()), Fresh, "0.77.0");
    for (row, edit, expected) in cases {
        expect(row, &found(&[edit], &lock()), expected, "0.77.0");
    }
}

#[test]
fn groups_and_extras_join_features_of_their_name() {
    let environments = "[tool.pixi.environments]\ndefault = [\"dev\"]\n\n[tool.pixi.w";
    let unmet = Stale(
        Kind::PythonRequirement,
        "the requirement 'ruff' could not be satisfied (required by '<environment>')",
    );
    let edit = [("[tool.pixi.w", environments)];
    expect("dependency group not met", &found(&edit, &lock()), unmet, "0.77.0");
    let both = locked(7, &[("purepkg", "1.1.0", &[]), ("ruff", "0.1", &[])]);
    expect("dependency group met", &found(&edit, &both), Fresh, "0.77.0");
}

#[test]
fn the_project_itself_in_the_environment() {
    let edit = [(
        "[tool.pixi.w",
        "[tool.pixi.pypi-dependencies]\ndemo = { path = \".\", editable = true }\n\n[tool.pixi.w",
    )];
    let unmet = Stale(
        Kind::PythonRequirement,
        "the requirement 'demo' could not be satisfied (required by '<environment>')",
    );
    expect("path dependency added", &found(&edit, &lock()), unmet, "0.77.0");
    let mut with = lock();
    let demo = crate::stage::lock(7, &["linux-64"], &[("default", "linux-64", &["pypi: . 0.1.0"])]);
    with.packages.extend(demo.packages);
    let last = with.packages.len() - 1;
    with.environments[0].rows[0].packages.push(last);
    let why = "`demo` is a project in a folder, whose metadata pixi reads";
    expect("path dependency", &found(&edit, &with), Unknown(why), "0.77.0");
}
