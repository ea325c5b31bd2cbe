//! semantic-release beside python-semantic-release: the same repositories, the same commands.

use anyhow::Result;

use super::Shared;
use crate::pipeline::Outcome;
use crate::process::Log;
use crate::release;

/// How long the sample of every run takes.
const SAMPLE_SECONDS: &str = "60";
/// The generated repositories of `--full`.
const FULL_SEEDS: &str = "0:600";
/// Names a folder of bare repositories whose histories `--full` compares.
const HISTORIES: &str = "ACTION_TESTS_HISTORIES";

/// Generated repositories; in full also the histories of public ones.
pub(super) fn same_answers(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let Some(python) = shared.tools.peer() else {
        let why = "python-semantic-release is missing; `--install` installs it";
        return Ok(Outcome::NotRun(why.to_owned()));
    };
    let binary = release::binary(shared.project, "semantic-release", release::AMD64, "release");
    let compare = |script: &str| {
        let script = shared.project.path("action-tests/differential").join(script);
        shared.project.run(&python).without_ci().arg(script).arg("--ours").arg(&binary)
    };
    let sample = if shared.full {
        compare("compare.py").args(["--seeds", FULL_SEEDS])
    } else {
        compare("compare.py").args(["--seconds", SAMPLE_SECONDS])
    };
    let note = last_line(&sample.output(log)?);
    if !shared.full {
        return Ok(Outcome::passed(note));
    }
    let Some(folder) = std::env::var_os(HISTORIES) else {
        return Ok(Outcome::passed(format!(
            "{note}; public histories NOT compared: set {HISTORIES}"
        )));
    };
    let histories = last_line(&compare("histories.py").arg("--histories").arg(folder).output(log)?);
    Ok(Outcome::passed(format!("{note}; {histories}")))
}

fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or_default().to_owned()
}
