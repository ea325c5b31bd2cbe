//! Again, after a kill, and where nothing can be written.

use std::process::{Command, Stdio};
use std::time::Duration;

use diagnostics::Exit;

use crate::house::{House, archive_path, said};
use crate::program::{archive, pixi};
use crate::server::Reply;

const EXACT: &[(&str, &str)] = &[("pixi-version", "0.77.0")];

#[test]
fn a_second_run_downloads_nothing() {
    let house = House::new();
    house.run(EXACT);
    house.server.asked();
    let binary = house.temp.join("pixi-cuda-setup/0.77.0/pixi");
    let before = binary.metadata().unwrap().modified().unwrap();
    let outcome = house.run(EXACT);
    assert_eq!((outcome.exit, outcome.output("changed")), (Exit::Done, "false"));
    assert_eq!(outcome.calls(), "pixi 0.77.0", "later steps are told each time");
    assert_eq!(house.server.asked(), [format!("{}.sha256", archive_path("0.77.0"))]);
    assert_eq!(binary.metadata().unwrap().modified().unwrap(), before);
}

#[test]
fn a_binary_that_is_not_what_was_verified_is_replaced() {
    let house = House::new();
    let path = house.temp.join("pixi-cuda-setup/0.77.0/pixi");
    let harm: [&dyn Fn(); 4] = [
        &|| std::fs::write(&path, b"#!/bin/sh\necho pixi 0.77.0\n").unwrap(),
        &|| std::fs::remove_file(&path).unwrap(),
        &|| {
            std::fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink("/bin/true", &path).unwrap();
        },
        &|| {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
            std::fs::set_permissions(&path, mode).unwrap();
        },
    ];
    for (number, harm) in harm.iter().enumerate() {
        house.run(EXACT);
        harm();
        let outcome = house.run(EXACT);
        assert_eq!((outcome.exit, outcome.output("changed")), (Exit::Done, "true"), "{number}");
        assert_eq!(std::fs::read(&path).unwrap(), pixi("0.77.0"), "{number}");
        assert!(path.symlink_metadata().unwrap().is_file(), "{number}");
        assert_eq!(outcome.calls(), "pixi 0.77.0", "{number}");
    }
    // What was published changed: the record of the old one is worth nothing.
    house.serve("0.77.0", archive(&[pixi("0.77.0"), b"more".to_vec()].concat()));
    assert_eq!(house.run(EXACT).output("changed"), "true");
}

#[test]
fn killed_while_downloading_and_run_again() {
    let house = House::new();
    let whole = house.publish("0.77.0");
    let slow = Reply::Slow(whole.clone(), Duration::from_secs(30));
    house.server.put(&archive_path("0.77.0"), slow);
    let mut variables = house.variables();
    variables.insert("INPUT_PIXI-VERSION".to_owned(), "0.77.0".to_owned());
    let mut child = Command::new(env!("CARGO_BIN_EXE_pixi-cuda-setup"))
        .current_dir(&house.work)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    house.server.wait_for(".tar.gz");
    std::thread::sleep(Duration::from_millis(100));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(house.files(), Vec::<String>::new(), "nothing half-made");
    house.server.put(&archive_path("0.77.0"), Reply::Whole(whole));
    let outcome = house.run(EXACT);
    assert_eq!((outcome.exit, outcome.output("changed")), (Exit::Done, "true"));
    assert_eq!(outcome.calls(), "pixi 0.77.0");
}

#[test]
fn cancelled_while_downloading_nothing_is_installed() {
    let house = House::new();
    let whole = house.publish("0.77.0");
    let slow = Reply::Slow(whole, Duration::from_secs(30));
    house.server.put(&archive_path("0.77.0"), slow);
    let mut variables = house.variables();
    variables.insert("INPUT_PIXI-VERSION".to_owned(), "0.77.0".to_owned());
    let mut child = Command::new(env!("CARGO_BIN_EXE_pixi-cuda-setup"))
        .current_dir(&house.work)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    house.server.wait_for(".tar.gz");
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(house.files(), Vec::<String>::new());
    assert_eq!(std::fs::read_to_string(house.folder.path().join("path")).unwrap(), "");
}

#[test]
fn killed_between_binary_and_record_it_is_downloaded_again() {
    let house = House::new();
    house.run(EXACT);
    let record = house.temp.join("pixi-cuda-setup/0.77.0/.pixi.verified.json");
    let text = std::fs::read_to_string(&record).unwrap();
    for harm in [None, Some("{"), Some(text.replace("\"schema\":1", "\"schema\":2").as_str())] {
        match harm {
            None => std::fs::remove_file(&record).unwrap(),
            Some(text) => std::fs::write(&record, text).unwrap(),
        }
        house.server.asked();
        let outcome = house.run(EXACT);
        assert_eq!(outcome.calls(), "pixi 0.77.0");
        assert!(house.server.asked().contains(&archive_path("0.77.0")), "{harm:?}");
        // The binary was right all along.
        assert_eq!(std::fs::read_to_string(&record).unwrap(), text);
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let house = House::new();
    house.list(&["0.77.0"]);
    let outcome = house.run(&[("dry-run", "true")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.files(), Vec::<String>::new());
    assert_eq!((outcome.env, outcome.path), (Vec::new(), Vec::new()));
    let outputs = |name: &str| outcome.outputs.get(name).map_or("", String::as_str);
    assert_eq!((outputs("changed"), outputs("dry-run")), ("true", "true"));
    assert_eq!(outputs("pixi-version"), "0.77.0");
    let plan: serde_json::Value = serde_json::from_str(outputs("plan")).unwrap();
    let ids: Vec<&str> =
        plan["steps"].as_array().unwrap().iter().map(|step| step["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["download", "place", "cache", "path", "pixi-cache-dir", "pixi-no-progress"]);
    assert_eq!(plan["mode"], "dry-run");
    let asked = house.server.asked();
    assert!(asked.iter().all(|target| target.starts_with("/repos")), "{asked:?}");
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let house = House::new();
    house.write("file", "");
    for path in ["file/pixi", "/proc/pixi/pixi"] {
        let inputs = [("pixi-version", "0.77.0"), ("pixi-bin-path", path)];
        let outcome = house.run(&inputs);
        house.assert_failed(
            &outcome,
            Exit::Outside,
            "install/place",
            &["cannot write", "pixi-bin-path"],
        );
    }
    let outcome = house.run(&[("pixi-version", "0.77.0"), ("pixi-bin-path", "tools/pixi-0.77")]);
    house.assert_failed(&outcome, Exit::BadInput, "install/place", &["must end in `pixi`"]);
    let outcome = house.run(&[("pixi-version", "0.77.0"), ("pixi-bin-path", ".tools/pixi")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(said(&house.work.join(".tools/pixi")), "pixi 0.77.0");
    assert_eq!(outcome.calls(), "pixi 0.77.0");
}
