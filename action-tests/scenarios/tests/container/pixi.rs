//! A team sets pixi up: the image checks the project and installs pixi, steps of the host use it.

use std::path::Path;
use std::time::{Duration, Instant};

use runner_stand_in::{Job, Runner, Step, StepReport};

use crate::place::{Network, TOKEN, assert_contract, engine, image, variable};

const MANIFEST: &str = include_str!("../../../act/pixi/pixi.toml");
const LOCK: &str = include_str!("../../../act/pixi/pixi.lock");

/// A server of pixi's releases in the job's network, as `services:` would start one; removed with
/// this value. The shell of the image brings a server along.
struct Releases {
    id: String,
}

impl Releases {
    fn start(network: &Network) -> Self {
        let volume = format!("{}:/www:ro", variable("ACTION_TESTS_PIXI_RELEASES"));
        let run = ["run", "--detach", "--network", &network.name, "--network-alias", "releases"];
        let image = image();
        let what = ["--volume", &volume, "--entrypoint", "/bin/busybox", &image];
        let serve = ["httpd", "-f", "-p", "8080", "-h", "/www"];
        let service = Self { id: engine().output(&[&run[..], &what, &serve].concat()).unwrap() };
        let deadline = Instant::now() + Duration::from_secs(20);
        let running = ["inspect", "--format", "{{.State.Running}}", &service.id];
        while engine().output(&running).unwrap() != "true" {
            assert!(Instant::now() < deadline, "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }
}

impl Drop for Releases {
    fn drop(&mut self) {
        engine().output(&["rm", "--force", &self.id]).ok();
    }
}

/// A job whose workspace is the project.
fn job(folder: &Path, configure: impl FnOnce(Runner) -> Runner) -> Job {
    let runner = Runner::container(image(), engine()).repository("octo/demo").token(TOKEN);
    let mut job = configure(runner).job(folder).unwrap();
    std::fs::write(job.workspace().join("pixi.toml"), MANIFEST).unwrap();
    std::fs::write(job.workspace().join("pixi.lock"), LOCK).unwrap();
    job.settle().unwrap();
    job
}

fn pixi(mode: &str) -> Step {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Step::action(root.join("actions/pixi-cuda-setup/action.yml"))
        .id("pixi")
        .with("mode", mode)
        .with("platform", "linux-64")
        .with("environments", "gpu")
        .with("pixi-version", "0.77.0")
}

fn setup(job: &mut Job) -> StepReport {
    let url =
        "http://releases:8080/prefix-dev/pixi/releases/download/{{version}}/{{pixiFile}}.tar.gz";
    let step = pixi("setup").with("pixi-url", url).with("insecure-hosts", "releases");
    let report = job.step(step).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    assert_contract(&report);
    report
}

#[test]
fn a_step_of_the_host_calls_the_installed_pixi_by_name() {
    let network = Network::new();
    let _releases = Releases::start(&network);
    for (name, old) in [("now", false), ("before 2.329", true)] {
        let folder = tempfile::tempdir().unwrap();
        let mut job = job(folder.path(), |runner| {
            let runner = runner.network(&network.name);
            if old { runner.without_runner_temp() } else { runner }
        });
        let report = setup(&mut job);
        assert_eq!(report.output("pixi-version"), Some("0.77.0"), "{name}");
        assert_eq!(report.output("cuda-override"), Some("12.0"), "{name}");
        let command = report.output("install-command").unwrap().to_owned();
        assert_eq!(command, "pixi install -v --locked -e gpu", "{name}");
        // As users do it, and `run` later: the override reaches both.
        let later = job.step(Step::run(format!(
            "set -e; test \"$(command -v pixi)\" = \"$EXPECTED\"; {command}; pixi run -e gpu hello"
        ))
        .env("EXPECTED", "${{ steps.pixi.outputs.pixi-path }}"));
        let later = later.unwrap();
        assert!(later.succeeded(), "{name}: {}", later.text());
        // A second setup finds it there.
        let again = setup(&mut job);
        assert_eq!(again.output("changed"), Some("false"), "{name}: {}", again.text());
    }
}

#[test]
fn a_check_needs_no_network_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job(folder.path(), |runner| runner);
    let report = job.step(pixi("check")).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    assert_contract(&report);
    assert!(report.output("cuda-variant").unwrap().contains("cuda"), "{:?}", report.outputs);
    assert!(report.env.is_empty() && report.path.is_empty());
    assert!(report.new_files.iter().all(|file| !file.path.starts_with(job.workspace())));

    let cpu = LOCK.replace("cuda129_mkl_py312_hf472749_302", "cpu_mkl_py312_hf472749_102");
    std::fs::write(job.workspace().join("pixi.lock"), cpu.replace("  - __cuda\n", "")).unwrap();
    job.settle().unwrap();
    let report = job.step(pixi("check")).unwrap();
    assert_ne!(report.exit, 0, "CUDA is declared, CPU is locked: {}", report.text());
    assert!(report.text().contains("pixi update pytorch"), "{}", report.text());
    assert_contract(&report);
}

#[test]
fn a_log_in_the_workspace_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job(folder.path(), |runner| runner);
    let log = "Error:   \u{d7} Failed to load lock file from `/home/runner/work/demo/demo/pixi.lock`\n  \
               \u{2570}\u{2500}\u{25b6} missing `version` field in lock file\n";
    std::fs::write(job.workspace().join("install.log"), log).unwrap();
    job.settle().unwrap();
    let report = job.step(pixi("explain-log").with("log-file", "install.log")).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    assert!(report.annotations[0].message.contains("a pointer of Git LFS, or empty"));
    assert_contract(&report);
}
