//! Command `setup` as a step of a job: what the steps after it have.

use runner_stand_in::{Job, Runner, Step, StepReport};

use crate::house::{House, TOKEN};

const ACTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/action.yml");
const CUDA: &str = include_str!("../../../../crates/pixi-workspace/tests/locks/v6-cuda.yaml");
const CPU: &str = include_str!("../../../../crates/pixi-workspace/tests/locks/v6-cpu.yaml");

const MANIFEST: &str = r#"[workspace]
name = "classifier"
channels = ["conda-forge"]
platforms = ["linux-64"]

[system-requirements]
cuda = "12.1"

[dependencies]
python = "3.12.*"
pytorch-gpu = ">=2.9"

[environments]
prod = []
"#;

/// Prints what later steps have.
const LATER: &str = "pixi --version; echo \"cuda=[$CONDA_OVERRIDE_CUDA] locked=[$PIXI_LOCKED] frozen=[$PIXI_FROZEN]\"";

fn job(house: &House, lock: &str, env: &[(&str, &str)]) -> (Job, tempfile::TempDir) {
    house.list(&["0.77.0", "0.67.2", "0.48.2"]);
    let folder = tempfile::tempdir().unwrap();
    let mut runner = Runner::process(env!("CARGO_BIN_EXE_pixi-cuda-setup"))
        .github("api_url", house.server.url(""))
        .github("server_url", house.server.url(""))
        .token(TOKEN);
    for (name, value) in env {
        runner = runner.env(name, *value);
    }
    let job = runner.job(folder.path()).unwrap();
    std::fs::write(job.workspace().join("pixi.toml"), MANIFEST).unwrap();
    std::fs::write(job.workspace().join("pixi.lock"), lock).unwrap();
    (job, folder)
}

fn setup(job: &mut Job, inputs: &[(&str, &str)]) -> StepReport {
    let step = Step::action(ACTION).id("pixi").with("mode", "setup");
    job.step(inputs.iter().fold(step, |step, (name, value)| step.with(*name, *value))).unwrap()
}

fn later(job: &mut Job) -> String {
    job.step(Step::run(LATER)).unwrap().text()
}

#[test]
fn later_steps_have_pixi_the_override_and_the_lock() {
    let house = House::new();
    let (mut job, _folder) = job(&house, CUDA, &[]);
    let report = setup(&mut job, &[("fail-on", "never")]);
    assert_eq!(report.exit, 0, "{}", report.text());
    assert_eq!(report.output("pixi-version"), Some("0.67.2"), "it writes the format of the lock");
    let has = later(&mut job);
    assert!(has.contains("pixi 0.67.2"), "{has}");
    if pixi_cuda_setup::host::driver().is_some() {
        return;
    }
    let value = report.output("cuda-override").unwrap();
    assert!(value.starts_with("12."), "{value}");
    assert!(has.contains(&format!("cuda=[{value}] locked=[true] frozen=[]")), "{has}");
}

#[test]
fn an_override_of_the_job_stays_and_so_does_its_lock() {
    let house = House::new();
    let env = [("CONDA_OVERRIDE_CUDA", "12.9"), ("PIXI_FROZEN", "true")];
    let (mut job, _folder) = job(&house, CUDA, &env);
    let report = setup(&mut job, &[("fail-on", "never"), ("pixi-version", "0.77.0")]);
    assert_eq!(report.exit, 0, "{}", report.text());
    assert!(report.text().contains("the job sets PIXI_FROZEN to `true`"), "{}", report.text());
    assert!(!job.exported().contains_key("CONDA_OVERRIDE_CUDA"));
    let has = later(&mut job);
    assert!(has.contains("pixi 0.77.0"), "{has}");
    assert!(has.contains("cuda=[12.9] locked=[] frozen=[true]"), "{has}");
}

#[test]
fn a_check_that_fails_installs_nothing() {
    let house = House::new();
    let (mut job, _folder) = job(&house, CPU, &[]);
    let report = setup(&mut job, &[]);
    assert_eq!(report.exit, 1, "{}", report.text());
    assert!(job.path_additions().is_empty() && job.exported().is_empty());
    assert!(house.server.asked().iter().all(|target| target.starts_with("/repos")));
    let report = setup(&mut job, &[("fail-on", "never"), ("dry-run", "true")]);
    assert_eq!((report.exit, report.output("dry-run")), (0, Some("true")), "{}", report.text());
    assert!(job.path_additions().is_empty() && job.exported().is_empty());
}
