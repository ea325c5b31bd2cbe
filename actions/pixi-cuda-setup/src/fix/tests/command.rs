//! The command, from files to exit code.

use std::fs;

use action_kit::{Process, run_with};
use tempfile::TempDir;

use super::*;

const TRAINING: &str = include_str!("classifier-training.toml");
const CPU_LOCK: &str = include_str!("../../../../../crates/pixi-workspace/tests/locks/v6-cpu.yaml");

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

/// Exit, standard output, standard error.
fn run(folder: &TempDir, arguments: &[&str]) -> (Exit, String, String) {
    run_command(folder, "fix", arguments)
}

fn run_command(folder: &TempDir, command: &str, arguments: &[&str]) -> (Exit, String, String) {
    let arguments = std::iter::once(command).chain(arguments.iter().copied()).map(str::to_owned);
    let (process, streams) = Process::in_memory([], arguments, folder.path());
    let exit = run_with::<crate::Action>(process);
    (exit, streams.stdout(), streams.stderr())
}

fn manifest(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("pixi.toml")).expect("a manifest")
}

#[test]
fn a_diff_is_shown_and_nothing_written() {
    let docker = "FROM ubuntu\nENV CONDA_OVERRIDE_CUDA=12.1\n";
    let folder =
        project(&[("pixi.toml", TRAINING), ("pixi.lock", CPU_LOCK), ("Dockerfile", docker)]);
    let (exit, stdout, stderr) = run(&folder, &["--pixi-version", "0.77.0"]);
    assert_eq!(exit, Exit::Done, "{stderr}");
    assert_eq!(
        stdout,
        r#"--- a/pixi.toml
+++ b/pixi.toml
@@ -4,7 +4,7 @@
 description = "Training of image classifiers"
 authors = ["A Person <person@example.org>"]
 channels = ["nvidia", "conda-forge", "pytorch"]
-platforms = ["linux-64", "osx-arm64"]
+platforms = [{ platform = "linux-64", cuda = "12.1" }, "linux-64", "osx-arm64"]
 
 [tasks]
 train = "python -m classifier_training.train"
@@ -22,6 +22,7 @@
 
 [target.linux-64.dependencies]
 cudnn = "*"
+cuda-version = "12.*"
 
 [pypi-dependencies]
 classifier-training = { path = ".", editable = true }
@@ -38,3 +39,4 @@
 
 [environments]
 default = ["dev"]
+prod = []
"#
    );
    assert!(stderr.contains("pixi update pytorch"), "{stderr}");
    assert_eq!(manifest(&folder), TRAINING);
    // A dry run of a write is the same.
    let arguments = ["--pixi-version", "0.77.0", "--fix", "write", "--dry-run"];
    assert_eq!(run(&folder, &arguments).1, stdout);
    assert_eq!(manifest(&folder), TRAINING);
}

#[test]
fn it_is_written_once() {
    let folder = project(&[("pixi.toml", TRAINING), ("pixi.lock", CPU_LOCK)]);
    let arguments = ["--pixi-version", "0.70.0", "--fix", "write", "--cuda", "12.1"];
    let (exit, _, stderr) = run(&folder, &arguments);
    assert_eq!(exit, Exit::Done, "{stderr}");
    assert!(stderr.contains("run `pixi update pytorch`, and commit pixi.lock"), "{stderr}");
    let written = manifest(&folder);
    assert!(written.contains("[system-requirements]\ncuda = \"12.1\"\n"));
    let (exit, stdout, stderr) = run(&folder, &arguments);
    assert_eq!((exit, stdout.as_str()), (Exit::Done, ""));
    assert!(stderr.contains("the manifest lacks nothing"), "{stderr}");
    assert_eq!(manifest(&folder), written);
}

#[test]
fn with_locked_it_ends_with_the_command_to_run() {
    let folder = project(&[("pixi.toml", TRAINING), ("pixi.lock", CPU_LOCK)]);
    let arguments =
        ["--pixi-version", "0.77.0", "--fix", "write", "--cuda", "12.1", "--locked", "true"];
    let (exit, _, stderr) = run(&folder, &arguments);
    assert_eq!(exit, Exit::CheckFailed);
    assert!(stderr.contains("fix/lock-stays"), "{stderr}");
    assert!(stderr.contains("pixi update pytorch"), "{stderr}");
    assert_ne!(manifest(&folder), TRAINING);
    // Nothing to edit any more: nothing to complain about.
    assert_eq!(run(&folder, &arguments).0, Exit::Done);
}

#[test]
fn without_a_version_it_asks_for_one() {
    let folder = project(&[("pixi.toml", TRAINING)]);
    let (exit, stdout, stderr) = run(&folder, &["--fix", "write"]);
    assert_eq!((exit, stdout.as_str()), (Exit::BadInput, ""));
    assert!(stderr.contains("`--cuda 12.1`"), "{stderr}");
    assert_eq!(manifest(&folder), TRAINING);
    let (exit, stdout, _) = run(&folder, &["--cuda", "off", "-e", "serve", "-e", "default"]);
    assert_eq!(exit, Exit::Done);
    assert!(stdout.contains("\n+serve = []\n") && !stdout.contains("cuda"), "{stdout}");
    let (exit, stdout, _) = run(&folder, &["--fix", "off"]);
    assert_eq!((exit, stdout.as_str()), (Exit::Done, ""));
}

#[test]
fn an_environment_alone_needs_a_plain_lock() {
    let folder = project(&[("pixi.toml", TRAINING), ("pixi.lock", CPU_LOCK)]);
    let (_, _, stderr) = run(&folder, &["--cuda", "off"]);
    assert!(stderr.contains("then `pixi lock`"), "{stderr}");
}

#[test]
fn what_the_lock_needs_is_declared() {
    let lock = |text| {
        let source = Source::file("pixi.lock", text);
        pixi_workspace::lock::read(&source).expect("a lock")
    };
    let cuda = lock(include_str!("../../../../../crates/pixi-workspace/tests/locks/v6-cuda.yaml"));
    let (version, from) = follow::needed_cuda(&cuda).expect("a version");
    assert_eq!((version.as_str(), from.as_str()), ("12.0", "pixi.lock"));
    assert!(follow::locked_toolkit(&cuda).is_some_and(|toolkit| toolkit.starts_with("12.")));
    let cpu = lock(CPU_LOCK);
    assert_eq!(follow::needed_cuda(&cpu), None);
    assert!(follow::has_conda_framework(&cpu));
}

#[test]
fn setup_goes_no_further_than_the_edit_that_the_lock_does_not_follow() {
    let folder = project(&[("pixi.toml", TRAINING), ("pixi.lock", CPU_LOCK)]);
    let arguments = "--pixi-version 0.77.0 --cuda 12.1 --fix write --pixi-bin-path pixi";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let (exit, _, stderr) = run_command(&folder, "setup", &arguments);
    assert_eq!(exit, Exit::CheckFailed, "{stderr}");
    assert!(stderr.contains("fix/lock-stays"), "{stderr}");
    assert!(stderr.contains("+prod = []"), "{stderr}");
    assert!(manifest(&folder).contains("\nprod = []\n"));
    assert!(!folder.path().join("pixi").exists());
}

#[test]
fn in_actions_it_says_so_in_outputs() {
    let folder = project(&[("pixi.toml", TRAINING)]);
    let output = folder.path().join("output");
    fs::write(&output, "").expect("a file");
    let environment = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_OUTPUT", &output.to_string_lossy()),
        ("GITHUB_WORKSPACE", &folder.path().to_string_lossy()),
        ("RUNNER_TEMP", &folder.path().to_string_lossy()),
        ("INPUT_MODE", "fix"),
        ("INPUT_CUDA", "12.1"),
        ("INPUT_PIXI-VERSION", "0.77.0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let (process, streams) = Process::in_memory(environment, [], folder.path());
    assert_eq!(run_with::<crate::Action>(process), Exit::Done, "{}", streams.stdout());
    let output = fs::read_to_string(output).expect("outputs");
    assert!(output.contains("changed") && output.contains("true"), "{output}");
    assert!(streams.stdout().contains("fix/missing"), "{}", streams.stdout());
    assert!(fs::read_to_string(folder.path().join("pixi.toml")).expect("text") == TRAINING);
}
