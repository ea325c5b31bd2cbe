//! Everything an engine can do to us.

use diagnostics::{Diagnostic, Exit};
use engine::{Engine, Error};
use engine_stand_in::{Answer, Engine as StandIn};

use crate::{check, connect, job, story};

/// Checks an image that is there, or runs a command in it, with one answer replaced.
fn with(request: &str, answer: Answer) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().canonicalize().unwrap();
    let stand_in = StandIn::start(folder.path()).unwrap();
    if !request.contains("images/create") {
        stand_in.has_image("python:3.13");
    }
    stand_in.answer(request, answer);
    let error = story(async {
        let engine = connect(&stand_in).await;
        let checked = check(&engine, "python:3.13", &workspace).await?;
        engine.run(&checked, &job("sleep 600", &workspace), &mut |_| {}).await
    })
    .unwrap_err();
    if request != "DELETE" {
        assert_eq!(stand_in.left(), Vec::<String>::new(), "{request}");
    }
    error
}

#[test]
fn no_engine_behind_the_socket() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    let greet = |socket: &std::path::Path| story(Engine::connect(socket)).unwrap_err();
    assert!(matches!(greet(&socket), Error::NoSocket(_)));
    // Bound by a process that ended.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    assert!(matches!(greet(&socket), Error::Unreachable { .. }));
    let stand_in = StandIn::start(&folder.path().join("..").join(folder.path())).unwrap_err();
    assert_eq!(stand_in.kind(), std::io::ErrorKind::AddrInUse);
    std::fs::remove_file(&socket).unwrap();
    let stand_in = StandIn::start(folder.path()).unwrap();
    stand_in.answer("_ping", Answer::Json(200, "I am a web server".to_owned()));
    assert!(matches!(greet(&socket), Error::Unreachable { .. }));
    stand_in.answer("_ping", Answer::Bytes(b"220 smtp.example.org\r\n".to_vec()));
    assert!(matches!(greet(&socket), Error::Answer { .. }));
    stand_in.answer("_ping", Answer::refusal(500, "no"));
    assert!(matches!(greet(&socket), Error::Unreachable { .. }));
}

#[test]
fn an_image_that_cannot_be_pulled() {
    let missing = "{\"status\":\"Pulling\"}\n{\"errorDetail\":{\"message\":\"manifest unknown\"},\"error\":\"manifest unknown\"}\n";
    let reason = |error| match error {
        Error::Image { image, reason } => {
            assert_eq!(image, "python:3.13");
            reason
        }
        error => panic!("{error}"),
    };
    let pull = "images/create";
    assert_eq!(reason(with(pull, Answer::Json(200, missing.to_owned()))), "manifest unknown");
    assert_eq!(
        reason(with(pull, Answer::refusal(404, "pull access denied"))),
        "pull access denied"
    );
    let said = reason(with(pull, Answer::Json(200, String::new())));
    assert!(said.contains("does not have it"), "{said}");
    let cut = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"";
    let said = reason(with(pull, Answer::Bytes(cut.into())));
    assert!(said.contains("stopped"), "{said}");
}

#[test]
fn another_machine_s_engine_is_noticed_before_anything_runs() {
    let source = "invalid mount config for type \"bind\": bind source path does not exist: /x";
    for (request, answer) in [
        ("containers/create", Answer::refusal(400, source)),
        ("HEAD ", Answer::refusal(404, "")),
        // {"mtime": "2020-01-01T00:00:00Z"}
        (
            "HEAD ",
            Answer::Header(
                200,
                "X-Docker-Container-Path-Stat: eyJtdGltZSI6IjIwMjAtMDEtMDFUMDA6MDA6MDBaIn0="
                    .to_owned(),
            ),
        ),
    ] {
        let error = with(request, answer);
        assert!(matches!(error, Error::Elsewhere { .. }), "{error}");
    }
}

#[test]
fn answers_that_are_refusals_or_nonsense() {
    for (request, answer) in [
        ("GET /v1.41/images/", Answer::Json(200, "[".to_owned())),
        ("GET /v1.41/images/", Answer::refusal(500, "disk full")),
        ("HEAD ", Answer::Header(200, "X: y".to_owned())),
        ("PUT ", Answer::refusal(403, "read-only")),
        ("/attach", Answer::refusal(500, "no")),
        ("/start", Answer::refusal(500, "no such user")),
        ("/start", Answer::Bytes(Vec::new())),
        ("/wait", Answer::Bytes(Vec::new())),
        ("/wait", Answer::Json(200, "{}".to_owned())),
    ] {
        let error = with(request, answer.clone());
        let is_told = matches!(error, Error::Refused { .. } | Error::Answer { .. });
        assert!(is_told, "{request} {answer:?}: {error}");
        assert_eq!(Diagnostic::from(error).exit, Exit::Outside);
    }
}

#[test]
fn output_that_is_cut_does_not_change_how_the_command_ended() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().canonicalize().unwrap();
    let stand_in = StandIn::start(folder.path()).unwrap();
    stand_in.has_image("python:3.13");
    let head = b"HTTP/1.1 200 OK\r\n\r\n\x01\0\0\0\0\0\0\x05one\n".to_vec();
    stand_in.answer("/attach", Answer::Bytes(head));
    let mut lines = Vec::new();
    let code = story(async {
        let engine = connect(&stand_in).await;
        let checked = check(&engine, "python:3.13", &workspace).await?;
        let job = job("exit 3", &workspace);
        engine.run(&checked, &job, &mut |line| lines.push(line.to_owned())).await
    });
    assert_eq!(code, Ok(3));
    assert_eq!(lines, ["(the rest of the output was lost)"]);
}
