//! Where the binary goes: the runner old and new, a job container, act, a plain command. After the
//! action a step on the host calls it by name.

use std::path::Path;

use diagnostics::Exit;
use runner_stand_in::process::can_isolate;
use runner_stand_in::{Job, Runner, Step, StepReport};

use crate::house::{House, said};
use crate::program::pixi;

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/action.yml");

fn runner(house: &House) -> Runner {
    Runner::process(env!("CARGO_BIN_EXE_pixi-cuda-setup"))
        .github("api_url", house.server.url(""))
        .github("server_url", house.server.url(""))
        .token(crate::house::TOKEN)
}

fn install() -> Step {
    Step::action(MANIFEST).id("pixi").with("mode", "install").with("pixi-version", "0.77.0")
}

/// Installs, and calls the binary by name in a step on the host.
fn played(house: &House, runner: Runner) -> (Job, StepReport, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut job = runner.job(folder.path()).unwrap();
    let report = job.step(install()).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    let step = job
        .step(Step::run(
            "pixi --version; command -v pixi; test -w \"$PIXI_CACHE_DIR\" && echo writable",
        ))
        .unwrap();
    let said = step.text();
    assert!(said.contains("pixi 0.77.0"), "{said}");
    assert!(said.contains(report.output("pixi-path").unwrap()), "{said}");
    assert!(said.contains("writable"), "{said}");
    let again = job.step(install()).unwrap();
    assert!(
        !again.text().contains("stays as it is"),
        "its own exports are known: {}",
        again.text()
    );
    assert_eq!((again.exit, again.output("changed")), (0, Some("false")), "{}", again.text());
    assert!(house.server.seen().iter().all(|seen| seen.header("authorization").is_none()));
    (job, report, folder)
}

fn owner(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::uid(&path.symlink_metadata().unwrap())
}

#[test]
fn on_the_runner_it_is_in_its_temporary_folder() {
    let house = House::new();
    let (job, report, _folder) = played(&house, runner(&house));
    let place = job.layout().temp.join("pixi-cuda-setup/0.77.0/pixi");
    assert_eq!(report.output("pixi-path"), place.to_str());
    assert_eq!(job.exported()["PIXI_NO_PROGRESS"], "true");
    let cache = job.layout().temp.join("pixi-cuda-setup/cache");
    assert_eq!(Some(job.exported()["PIXI_CACHE_DIR"].as_str()), cache.to_str());
    for path in [&place, &cache, place.parent().unwrap()] {
        assert_eq!(owner(path), owner(job.workspace()), "{}", path.display());
    }
}

#[test]
fn before_2_329_it_is_in_the_home_of_actions() {
    let house = House::new();
    let (job, report, _folder) = played(&house, runner(&house).without_runner_temp());
    let folder = if can_isolate() { &job.layout().home } else { &job.layout().temp };
    let place = folder.join("pixi-cuda-setup/0.77.0/pixi");
    assert_eq!(report.output("pixi-path"), place.to_str());
}

#[test]
fn in_a_job_container_it_is_in_the_home_both_share() {
    let house = House::new();
    let (job, report, _folder) = played(&house, runner(&house).job_container());
    assert!(job.layout().home.join("pixi-cuda-setup/0.77.0/pixi").is_file() || !can_isolate());
    if can_isolate() {
        assert_eq!(report.output("pixi-path"), Some("/github/home/pixi-cuda-setup/0.77.0/pixi"));
    }
}

#[test]
fn under_act_it_is_in_the_tool_cache() {
    let house = House::new();
    let (job, report, _folder) = played(&house, runner(&house).act().job_container());
    if can_isolate() {
        let place = "/opt/hostedtoolcache/pixi-cuda-setup/0.77.0/pixi";
        assert_eq!(report.output("pixi-path"), Some(place));
        assert!(job.layout().tool_cache.join("pixi-cuda-setup/0.77.0/pixi").is_file());
    }
}

#[test]
fn under_act_without_a_tool_cache_it_is_in_a_folder_of_the_workspace_that_ignores_itself() {
    let house = House::new();
    let act = [("ACT", "true")];
    let outcome = house.run_with(&[("pixi-version", "0.77.0")], &act);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.calls(), "pixi 0.77.0");
    let folder = house.work.join(".pixi-cuda-setup");
    assert_eq!(outcome.output("pixi-path"), folder.join("0.77.0/pixi").to_str().unwrap());
    assert_eq!(std::fs::read_to_string(folder.join(".gitignore")).unwrap(), "*\n");
}

#[test]
fn a_container_of_the_runner_runs_nothing() {
    if !can_isolate() {
        return;
    }
    let house = House::new();
    // It says another version: only the host would notice.
    house.serve("0.77.0", crate::program::archive(&pixi("0.48.2")));
    let folder = tempfile::tempdir().unwrap();
    let mut job = runner(&house).job(folder.path()).unwrap();
    let report = job.step(install()).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    assert_eq!(report.output("pixi-version"), Some("0.77.0"));
}

#[test]
fn what_the_job_sets_is_kept() {
    let house = House::new();
    let outcome = house.run_with(
        &[("pixi-version", "0.77.0")],
        &[("RATTLER_CACHE_DIR", "/cache"), ("PIXI_NO_PROGRESS", "false")],
    );
    assert_eq!((outcome.exit, outcome.env), (Exit::Done, Vec::new()));
    for text in
        ["the job sets RATTLER_CACHE_DIR to `/cache`", "the job sets PIXI_NO_PROGRESS to `false`"]
    {
        assert!(outcome.log.contains(text), "{}", outcome.log);
    }
}

#[test]
fn as_a_command_it_is_where_pixi_installs_itself() {
    let house = House::new();
    let outcome = house.command(&["--pixi-version", "0.77.0"], &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let place = house.folder.path().join("home/.pixi/bin/pixi");
    assert_eq!(said(&place), "pixi 0.77.0");
    assert!(outcome.log.starts_with(&format!("{}\n", place.display())), "{}", outcome.log);
    assert_eq!((outcome.env, outcome.path), (Vec::new(), Vec::new()));
    let named = house.work.join("bin");
    std::fs::create_dir(&named).unwrap();
    let outcome = house.command(&["--pixi-version", "0.77.0", "--pixi-bin-path", "bin"], &[]);
    assert_eq!(said(&named.join("pixi")), "pixi 0.77.0", "{}", outcome.log);
}

#[test]
fn a_pixi_on_the_path_is_used_where_it_suits() {
    let house = House::new();
    house.list(&["0.77.0"]);
    let there = house.folder.path().join("bin");
    std::fs::create_dir(&there).unwrap();
    std::fs::write(there.join("pixi"), pixi("0.67.2")).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(there.join("pixi"), mode).unwrap();
    let path = format!("{}:/usr/bin:/bin", there.display());
    let with_path = [("PATH", path.as_str())];
    let run = |inputs: &[(&str, &str)]| {
        house.server.asked();
        let outcome = house.run_with(inputs, &with_path);
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
        (outcome.output("pixi-version").to_owned(), house.server.asked().is_empty())
    };
    assert_eq!(run(&[]), ("0.67.2".to_owned(), true));
    let outcome = house.run_with(&[], &with_path);
    assert_eq!((outcome.calls().as_str(), outcome.output("changed")), ("pixi 0.67.2", "false"));
    assert_eq!(run(&[("pixi-version", "latest")]).0, "0.77.0");
    assert_eq!(run(&[("pixi-bin-path", "tools/pixi")]).0, "0.77.0");
    let manifest = "[workspace]\nname = \"demo\"\nchannels = []\nplatforms = [\"linux-64\"]\n";
    house.write("pixi.toml", &format!("{manifest}requires-pixi = \">=0.70\"\n"));
    assert_eq!(run(&[]).0, "0.77.0", "it does not suit the manifest");
    house.write("pixi.toml", &format!("{manifest}requires-pixi = \"<0.70\"\n"));
    assert_eq!(run(&[]), ("0.67.2".to_owned(), true));
}
