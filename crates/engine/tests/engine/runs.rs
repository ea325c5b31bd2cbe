//! A command in a container of its own.

use std::time::Duration;

use engine_stand_in::Engine as StandIn;
use serde_json::json;

use crate::{check, connect, job, story};

#[test]
fn a_command_sees_the_workspace_its_variables_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().canonicalize().unwrap();
    let stand_in = StandIn::start(folder.path()).unwrap();
    stand_in.has_image("python:3.13");
    story(async {
        let engine = connect(&stand_in).await;
        let checked = check(&engine, "python:3.13", &workspace).await.unwrap();
        assert_eq!(checked.shell(), "/bin/bash");
        let mut lines = Vec::new();
        let command =
            "echo \"$NEW_VERSION\" >made\necho to stderr >&2\nenv | cut -d= -f1 | sort; exit 7";
        let job = job(command, &workspace);
        let code = engine.run(&checked, &job, &mut |line| lines.push(line.to_owned())).await;
        assert_eq!(code, Ok(7));
        lines.sort();
        let shells_own = ["PWD", "SHLVL", "_"];
        lines.retain(|line| !shells_own.contains(&line.as_str()));
        assert_eq!(lines, ["HOME", "NEW_VERSION", "PATH", "to stderr"]);
    });
    assert_eq!(std::fs::read_to_string(workspace.join("made")).unwrap(), "1.2.3\n");
    let created = stand_in.created();
    let (probe, run) = (&created[0], &created[1]);
    assert_eq!(probe["Cmd"], json!(["-c", ""]), "only looked into");
    assert_eq!(run["User"], "1001:127");
    assert_eq!(run["WorkingDir"], json!(workspace));
    assert_eq!(
        run["HostConfig"],
        json!({
            "Mounts": [{"Type": "bind", "Source": workspace, "Target": workspace}],
            "NetworkMode": "default",
        })
    );
    assert_eq!(
        run["Env"],
        json!([
            "HOME=/build-home",
            "PATH=/build-home/.local/bin:/usr/bin:/bin",
            "NEW_VERSION=1.2.3"
        ])
    );
    assert_eq!(stand_in.left(), Vec::<String>::new());
    let starts = stand_in.requests().iter().filter(|line| line.ends_with("/start")).count();
    assert_eq!(starts, 1);
    let home = stand_in
        .requests()
        .iter()
        .any(|line| line.starts_with("PUT ") && line.ends_with("archive?path=/"));
    assert!(home, "{:?}", stand_in.requests());
}

#[test]
fn a_run_that_is_dropped_leaves_no_process_and_no_container() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().canonicalize().unwrap();
    let stand_in = StandIn::start(folder.path()).unwrap();
    stand_in.has_image("python:3.13");
    story(async {
        let engine = connect(&stand_in).await;
        let checked = check(&engine, "python:3.13", &workspace).await.unwrap();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let job = job("echo $$; exec sleep 600", &workspace);
        let mut lines = |line: &str| drop(tell.send(line.to_owned()));
        let run = engine.run(&checked, &job, &mut lines);
        let pid = tokio::select! {
            code = run => panic!("it ended: {code:?}"),
            pid = told.recv() => pid.unwrap(),
        };
        assert_eq!(stand_in.left(), Vec::<String>::new());
        let gone = || !std::path::Path::new(&format!("/proc/{pid}/cmdline")).exists();
        for _ in 0..100 {
            if gone() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("process {pid} goes on");
    });
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().canonicalize().unwrap();
    let stand_in = StandIn::start(folder.path()).unwrap();
    stand_in.has_image("python:3.13");
    story(async {
        let engine = connect(&stand_in).await;
        check(&engine, "python:3.13", &workspace).await.unwrap();
        // As the run before would have left it.
        let body = stand_in.created()[0].to_string();
        let request = format!(
            "POST /v1.41/containers/create HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let socket = stand_in.host();
        let mut stream =
            std::os::unix::net::UnixStream::connect(socket.trim_start_matches("unix://")).unwrap();
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        std::io::Read::read_to_string(&mut stream, &mut String::new()).unwrap();
        assert_eq!(stand_in.left().len(), 1);
        check(&engine, "python:3.13", &workspace).await.unwrap();
        assert_eq!(stand_in.left(), Vec::<String>::new());
    });
}

#[test]
fn a_missing_image_is_pulled_by_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().canonicalize().unwrap();
    let stand_in = StandIn::start(folder.path()).unwrap();
    let digest = format!("sha256:{}", "a".repeat(64));
    let image = format!("docker.io/library/python:3.13-slim@{digest}");
    story(async {
        let engine = connect(&stand_in).await;
        check(&engine, &image, &workspace).await.unwrap();
    });
    let pull = format!("POST /v1.41/images/create?fromImage=docker.io/library/python&tag={digest}");
    assert!(stand_in.requests().contains(&pull), "{:?}", stand_in.requests());
    let created = &stand_in.created()[0];
    assert_eq!(created["Image"], json!(format!("docker.io/library/python@{digest}")));
}
