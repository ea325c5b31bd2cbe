//! What comes with a pull request: files that are links or pipes, and lines without an end.

use diagnostics::Exit;

use crate::house::{House, PYPROJECT, git};

/// Replaces the settings by what `make` puts there, in the working tree only.
fn refused(house: &House, make: impl Fn(&std::path::Path)) -> String {
    let path = house.work.join("pyproject.toml");
    std::fs::remove_file(&path).unwrap();
    make(&path);
    let outcome = house.run(&[("no_operation_mode", "true")]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("release/config-file"), "{}", outcome.log);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, PYPROJECT).unwrap();
    outcome.log
}

fn pipe(path: &std::path::Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn settings_that_are_a_link_show_nothing_of_its_target() {
    let house = House::new();
    let secret = house.folder.path().join("secret");
    std::fs::write(&secret, "hunter2 = = hunter2\n").unwrap();
    std::fs::write(house.work.join(".git/hidden"), "hunter2 = = hunter2\n").unwrap();
    for target in [secret.to_str().unwrap(), ".git/hidden", "/proc/self/environ", "/dev/zero"] {
        let log = refused(&house, |path| std::os::unix::fs::symlink(target, path).unwrap());
        assert!(!log.contains("hunter2") && !log.contains("PATH="), "{log}");
    }
    refused(&house, pipe);
}

#[test]
fn a_pipe_in_place_of_a_file_ends_the_run_at_once() {
    let house = House::new();
    pipe(&house.work.join("CHANGELOG.md"));
    let outcome = house.run(&[("no_operation_mode", "true")]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("is no regular file"), "{}", outcome.log);
}

#[test]
fn one_endless_line_leaves_room_for_the_others() {
    let house = House::new();
    let message = house.folder.path().join("message");
    std::fs::write(&message, format!("feat: {}", "a".repeat(1_000_000))).unwrap();
    let arguments = ["commit", "--quiet", "--allow-empty", "-F", message.to_str().unwrap()];
    git(&house.work, &arguments);
    house.commit("fix: the one after");
    let outcome = house.run(&[("no_operation_mode", "true")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(outcome.summary.contains("fix: the one after"), "{}", outcome.summary.len());
    assert!(outcome.output("reason").len() < 10_000);
}
