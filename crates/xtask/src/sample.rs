//! Sample repositories, made by the real git.

use std::path::Path;

use anyhow::Result;

use crate::process::{Log, Run};

/// One commit: its message, and a file it writes.
struct Change {
    message: &'static str,
    file: &'static str,
    text: &'static str,
}

const PYPROJECT: &str = "\
[project]
name = \"weather\"
version = \"1.4.2\"            # stamped by the release
description = \"Forecasts from our own stations\"

[tool.semantic_release]
version_toml = [\"pyproject.toml:project.version\"]
";

/// A small project with a released version and work since then.
const STORY: [Change; 6] = [
    Change {
        message: "feat(forecast): hourly forecasts\n\nThe model's three-hour steps are interpolated.",
        file: "src/forecast.py",
        text: "def hourly(steps):\n    return [value for value in steps for _ in range(3)]\n",
    },
    Change {
        message: "fix(stations): a silent station no longer stops the import",
        file: "src/stations.py",
        text: "def mean(values):\n    return sum(values) / len(values) if values else None\n",
    },
    Change {
        message: "docs: how the stations are calibrated",
        file: "docs/calibration.md",
        text: "# Calibration\n\nOnce a year, against the reference station.\n",
    },
    Change {
        message: "perf(import): read the archive once\n\nCloses: #42",
        file: "src/archive.py",
        text: "def read(path):\n    with open(path) as file:\n        return file.read().splitlines()\n",
    },
    Change {
        message: "feat: export as CSV with `--csv`",
        file: "src/export.py",
        text: "def csv(rows):\n    return \"\\n\".join(\",\".join(row) for row in rows)\n",
    },
    Change { message: "chore: tidy", file: "src/__init__.py", text: "" },
];

/// git with an identity and without the user's own settings.
pub(crate) fn git(folder: &Path) -> Run {
    Run::new("git")
        .dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Ada Example")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada Example")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org")
}

/// Makes the sample project in `folder`, on branch main, released as v1.4.2.
pub(crate) fn make(folder: &Path, log: &Log) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    git(folder).args(["init", "--quiet", "--initial-branch=main"]).run(log)?;
    write(folder, "pyproject.toml", PYPROJECT)?;
    write(folder, "src/stations.py", "def mean(values):\n    return sum(values) / len(values)\n")?;
    commit(folder, "feat: means of all stations", log)?;
    git(folder).args(["tag", "v1.4.2"]).run(log)?;
    add_story(folder, log)
}

/// Commits the story of the sample project on top of what `folder` has.
pub(crate) fn add_story(folder: &Path, log: &Log) -> Result<()> {
    for change in &STORY {
        write(folder, change.file, change.text)?;
        commit(folder, change.message, log)?;
    }
    Ok(())
}

/// Writes a file of the repository.
pub(crate) fn write(folder: &Path, file: &str, text: &str) -> Result<()> {
    let path = folder.join(file);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(std::fs::write(path, text)?)
}

/// Commits everything.
pub(crate) fn commit(folder: &Path, message: &str, log: &Log) -> Result<()> {
    git(folder).args(["add", "--all"]).run(log)?;
    git(folder).args(["commit", "--quiet", "--message", message]).run(log)
}
