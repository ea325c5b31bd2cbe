//! A project builds its distribution files between the stamped files and the commit.

use std::path::Path;

use diagnostics::Exit;
use engine_stand_in::{Answer, Engine};

use crate::house::{House, Outcome, PYPROJECT, git};

/// The project with a build.
fn house(command: &str, more: &str) -> House {
    let keys = format!("build_command = '''{command}'''\n{more}\nversion_toml");
    let house = House::with(&PYPROJECT.replacen("version_toml", &keys, 1));
    std::fs::write(house.work.join(".gitignore"), "dist/\nseen\n").unwrap();
    git(&house.work, &["add", "."]);
    git(&house.work, &["commit", "--quiet", "-m", "build: ignore what is built"]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    house
}

const DIST: &str =
    "mkdir -p dist\ngrep '^version = ' pyproject.toml >\"dist/$PACKAGE_NAME-$NEW_VERSION.txt\"";

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn on_the_command_line_the_shell_builds_on_stamped_files_and_sees_little() {
    let house = house(
        &format!("{DIST}\nenv >seen\necho '::error::no' >&2"),
        "build_command_env = ['FROM_CI', 'A=b', 'GONE']",
    );
    let mut variables = house.variables(&house.work);
    variables.retain(|name, _| !name.starts_with("INPUT_") && name != "GITHUB_ACTIONS");
    for (name, value) in
        [("GH_TOKEN", crate::house::TOKEN), ("FROM_CI", "7"), ("CI", "true"), ("OTHER", "x")]
    {
        variables.insert(name.to_owned(), value.to_owned());
    }
    let outcome = crate::house::run(&house.work, variables, &["version"]);
    assert_eq!((outcome.exit, outcome.log.as_str()), (Exit::Done, "1.0.0\n"), "{}", outcome.stderr);
    assert_eq!(read(&house.work.join("dist/demo-1.0.0.txt")), "version = \"1.0.0\"  # stamped\n");
    let seen = read(&house.work.join("seen"));
    let mut names: Vec<&str> =
        seen.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.sort_unstable();
    names.retain(|name| !["PWD", "SHLVL", "_", "OLDPWD"].contains(name));
    assert_eq!(
        names,
        ["A", "CI", "FROM_CI", "GONE", "HOME", "NEW_VERSION", "PACKAGE_NAME", "PATH"]
    );
    assert!(!seen.contains(crate::house::TOKEN));
    assert!(outcome.stderr.contains("::error::no"), "shown, and no command: {}", outcome.stderr);
    assert!(house.file("main", "pyproject.toml").contains("\"1.0.0\""));
    house.state();
}

#[test]
fn what_the_build_changes_in_the_release_s_files_is_released() {
    let house = house("echo 'Signed by the build.' >>CHANGELOG.md", "");
    let outcome = house.command(&house.work, &["version"]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.stderr);
    let changelog = house.file("main", "CHANGELOG.md");
    assert!(changelog.ends_with("Signed by the build."), "{changelog}");
    assert_eq!(changelog.matches("## v1.0.0").count(), 1);
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
}

#[test]
fn a_failed_build_leaves_no_trace_in_files_history_or_server() {
    let house = house("echo from the build\necho more >&2\nexit 7", "");
    let before = house.state();
    let outcome = house.command(&house.work, &["version"]);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.stderr);
    for part in ["release/build", "exit code 7", "from the build", "more", "pyproject.toml:6:"] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
    assert!(!house.work.join("CHANGELOG.md").exists());
    assert_eq!(house.state(), before);
    let outcome = house.command(&house.work, &["version", "--skip-build"]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.stderr);
}

#[test]
fn a_dry_run_shows_the_build_and_does_not_run_it() {
    let house = house("touch dist-was-built", "");
    let outcome = house.run(&[("no_operation_mode", "true")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let plan: serde_json::Value = serde_json::from_str(outcome.output("plan")).unwrap();
    let steps = plan["steps"].as_array().unwrap();
    let build = steps.iter().find(|step| step["id"] == "build").unwrap();
    assert_eq!(build["barrier"], true);
    assert_eq!(build["effect"]["command"], "touch dist-was-built");
    assert_eq!(build["effect"]["image"], semantic_release::build::DEFAULT_IMAGE);
    assert!(!house.work.join("dist-was-built").exists());
}

/// Runs the action with an engine.
fn run_with(house: &House, host: &str, inputs: &[(&str, &str)]) -> Outcome {
    let mut variables = house.variables(&house.work);
    variables.insert("DOCKER_HOST".to_owned(), host.to_owned());
    for (name, value) in inputs {
        variables.insert(format!("INPUT_{}", name.to_uppercase()), (*value).to_owned());
    }
    crate::house::run(&house.work, variables, &[])
}

fn work_path(house: &House) -> String {
    house.work.canonicalize().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn in_the_action_a_container_of_the_default_image_builds() {
    let house = house(&format!("{DIST}\nenv >seen"), "");
    let engine = Engine::start(house.folder.path()).unwrap();
    let outcome = run_with(&house, &engine.host(), &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(house.work.join("dist/demo-1.0.0.txt").exists());
    let created = engine.created();
    let build = created.last().unwrap();
    let image = build["Image"].as_str().unwrap();
    let default = semantic_release::build::DEFAULT_IMAGE;
    assert!(image.starts_with("docker.io/library/python@sha256:"), "{image}");
    assert!(default.ends_with(image.rsplit('@').next().unwrap()), "{image}");
    let mounts = &build["HostConfig"]["Mounts"];
    assert_eq!(mounts[0]["Target"], work_path(&house));
    assert_eq!(mounts.as_array().unwrap().len(), 1, "the workspace and nothing else");
    let env = build["Env"].to_string();
    assert!(
        env.contains("NEW_VERSION=1.0.0") && env.contains("PSR_DOCKER_GITHUB_ACTION=true"),
        "{env}"
    );
    assert!(!read(&house.work.join("seen")).contains(crate::house::TOKEN));
    assert!(outcome.log.contains("pulling docker.io/library/python"), "{}", outcome.log);
    assert_eq!(engine.left(), Vec::<String>::new());
    house.state();
}

#[test]
fn build_image_is_an_input_and_a_key_and_the_input_wins() {
    let house = house("true", "build_image = 'python:3.12'");
    let engine = Engine::start(house.folder.path()).unwrap();
    let outcome = run_with(&house, &engine.host(), &[("build_image", "python:3.11")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(engine.created().last().unwrap()["Image"], "python:3.11");
    house.pull();
    house.commit("fix: more");
    let outcome = run_with(&house, &engine.host(), &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(engine.created().last().unwrap()["Image"], "python:3.12");
    house.pull();
    house.commit("fix: even more");
    let outcome = run_with(&house, &engine.host(), &[("build_image", "Not A Name")]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("engine/reference"), "{}", outcome.log);
}

#[test]
fn without_an_engine_nothing_is_changed_and_both_ways_out_are_named() {
    let house = house("true", "");
    let before = house.state();
    let engine = Engine::start(house.folder.path()).unwrap();
    let socket = engine.host();
    engine.answer("images/create", Answer::refusal(404, "manifest unknown"));
    let tcp = "tcp://127.0.0.1:2375".to_owned();
    for (host, code) in [(socket, "engine/image"), (tcp, "engine/host")] {
        let outcome = run_with(&house, &host, &[]);
        assert_ne!(outcome.exit, Exit::Done, "{}", outcome.log);
        for part in [code, "phase: prepare", "build_image", "build: false"] {
            assert!(outcome.log.contains(part), "{part}: {}", outcome.log);
        }
        assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
        assert_eq!(house.state(), before);
    }
    let outcome = run_with(&house, "tcp://127.0.0.1:2375", &[("build", "false")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
}

#[test]
fn a_build_that_fails_in_its_container_fails_as_one_in_the_shell() {
    let house = house("echo from the build; exit 9", "build_image = 'python:3.12'");
    let before = house.state();
    let engine = Engine::start(house.folder.path()).unwrap();
    let outcome = run_with(&house, &engine.host(), &[]);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
    for part in ["exit code 9", "from the build", "a container of `python:3.12`"] {
        assert!(outcome.log.contains(part), "{part}: {}", outcome.log);
    }
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
    assert_eq!((house.state(), engine.left().len()), (before, 0));
}
