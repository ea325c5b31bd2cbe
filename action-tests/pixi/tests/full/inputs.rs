//! The step that reads the inputs: what it refuses, before anything is done.

use std::path::Path;
use std::process::Command;

use crate::composite::script;

/// What the step has when nothing is given.
const USUAL: [(&str, &str); 24] = [
    ("RUNNER_SYSTEM", "Linux"),
    ("RUN_INSTALL", "true"),
    ("ENVIRONMENTS", ""),
    ("ACTIVATE", "false"),
    ("LOCKED", ""),
    ("FROZEN", ""),
    ("CACHE", ""),
    ("CACHE_WRITE", "true"),
    ("GLOBAL_ENVIRONMENTS", ""),
    ("GLOBAL_CACHE", "false"),
    ("GLOBAL_CACHE_KEY", "pixi-global-"),
    ("LOG_LEVEL", ""),
    ("KEYRING", ""),
    ("PERSIST", "true"),
    ("CLEANUP", "true"),
    ("URL_HEADERS", "false"),
    ("URL_TOKEN", "false"),
    ("AUTH_HOST", ""),
    ("AUTH_TOKEN", "false"),
    ("AUTH_USERNAME", "false"),
    ("AUTH_PASSWORD", "false"),
    ("AUTH_CONDA_TOKEN", "false"),
    ("AUTH_S3_KEY", "false"),
    ("AUTH_S3_SECRET", "false"),
];

/// Whether the step succeeded, what it said, its outputs.
fn run(given: &[(&str, &str)]) -> (bool, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("output");
    std::fs::write(&output, "").unwrap();
    let script = script("Read the inputs");
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-c", &script]).env_clear();
    command.env("PATH", std::env::var("PATH").unwrap()).env("HOME", Path::new("/home/runner"));
    command.env("GITHUB_OUTPUT", &output).env("AUTH_S3_SESSION", "false").envs(USUAL);
    let done = command.envs(given.iter().copied()).output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    (done.status.success(), said, std::fs::read_to_string(&output).unwrap())
}

#[test]
fn what_contradicts_itself_is_refused_and_named() {
    let cases: [(&[(&str, &str)], &str); 18] = [
        (&[("RUNNER_SYSTEM", "macOS")], "use prefix-dev/setup-pixi on macOS"),
        (&[("RUN_INSTALL", "yes")], "`run-install` must be true or false"),
        (&[("CACHE", "1")], "`cache` must be true or false"),
        (&[("LOCKED", "true"), ("FROZEN", "true")], "exclude each other"),
        (&[("RUN_INSTALL", "false"), ("CACHE", "true")], "there is nothing to cache"),
        (&[("GLOBAL_CACHE", "true")], "needs `global-environments`"),
        (&[("URL_HEADERS", "true"), ("URL_TOKEN", "true")], "not both"),
        (&[("KEYRING", "gnome")], "must be disabled or subprocess"),
        (&[("AUTH_TOKEN", "true")], "give `auth-host` too"),
        (&[("AUTH_HOST", "prefix.dev")], "takes exactly one of"),
        (
            &[("AUTH_HOST", "prefix.dev"), ("AUTH_TOKEN", "true"), ("AUTH_CONDA_TOKEN", "true")],
            "takes exactly one of",
        ),
        (&[("AUTH_HOST", "x.org"), ("AUTH_USERNAME", "true")], "both `auth-username` and"),
        (&[("AUTH_HOST", "s3://b"), ("AUTH_S3_KEY", "true")], "both `auth-s3-access-key-id` and"),
        (&[("AUTH_S3_SESSION", "true")], "`auth-s3-session-token` needs"),
        (&[("PERSIST", "false")], "needs `auth-host`"),
        (&[("ENVIRONMENTS", "a b"), ("ACTIVATE", "true")], "must name one"),
        (&[("ENVIRONMENTS", "*"), ("ACTIVATE", "true")], "must name one"),
        (&[("ACTIVATE", "a\nb=c")], "is not the name of an environment"),
    ];
    for (given, expected) in cases {
        let (succeeded, said, outputs) = run(given);
        assert!(!succeeded && outputs.is_empty(), "{given:?}: {said}{outputs}");
        let line = said.lines().find(|line| line.starts_with("::error title="));
        assert!(line.is_some_and(|line| line.contains(expected)), "{given:?}: {said}");
    }
}

#[test]
fn all_problems_come_at_once() {
    let (_, said, _) = run(&[("CACHE", "1"), ("KEYRING", "gnome"), ("AUTH_TOKEN", "true")]);
    assert_eq!(said.lines().count(), 3, "{said}");
}

#[test]
fn what_is_given_becomes_what_later_steps_need() {
    let cases: [(&[(&str, &str)], &str); 9] = [
        (&[], "run-install=true\nactivate=\ncache=true\ncache-write=true\nlog-level=\nverbose=\n"),
        (&[("RUN_INSTALL", "false")], "cache=false\n"),
        (&[("ACTIVATE", "true")], "activate=default\n"),
        (&[("ACTIVATE", "true"), ("ENVIRONMENTS", " gpu\n")], "activate=gpu\n"),
        (&[("ACTIVATE", "gpu"), ("ENVIRONMENTS", "cpu gpu")], "activate=gpu\n"),
        (&[("LOG_LEVEL", "q")], "log-level=warn\nverbose=\n"),
        (&[("LOG_LEVEL", "vvv")], "log-level=trace\nverbose=-vv\n"),
        (&[("LOG_LEVEL", "debug")], "log-level=debug\nverbose=\n"),
        (&[("RUNNER_DEBUG", "1")], "verbose=-v\n"),
    ];
    for (given, expected) in cases {
        let (succeeded, said, outputs) = run(given);
        assert!(succeeded && outputs.contains(expected), "{given:?}: {said}{outputs}");
    }
    let (_, said, outputs) = run(&[
        ("GLOBAL_CACHE", "true"),
        ("GLOBAL_ENVIRONMENTS", "ripgrep\nfd"),
        ("PIXI_HOME", "/p"),
    ]);
    assert!(outputs.contains("global-path=/p/envs\n"), "{said}{outputs}");
    let key = outputs.lines().find_map(|line| line.strip_prefix("global-key=")).unwrap();
    assert!(key.starts_with("pixi-global-") && key.len() > 64, "{key}");
}
