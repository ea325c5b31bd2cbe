//! `explain-log` as a plain command.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Exit code and everything that was said.
fn explain(arguments: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_action-under-test"))
        .arg("explain-log")
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have ended without reading.
    let _ = child.stdin.take().unwrap().write_all(input);
    let done = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code(), format!("{}{}", text(&done.stdout), text(&done.stderr)))
}

#[test]
fn a_log_comes_from_standard_input_too() {
    let log = "Error:   × unknown environment 'prod'\n".as_bytes();
    let (code, said) = explain(&["--log-file", "-"], log);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the manifest has no environment `prod`"), "{said}");
    assert!(said.contains("help: add `prod = []` to `[environments]`"), "{said}");
}

#[test]
fn what_is_not_known_is_shown_as_it_is() {
    let log = b"fine\nError:   \xc3\x97 something new\n  \xff\x1b[2J broke\n";
    let (code, said) = explain(&["--log-file", "-"], log);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("something new") && said.contains("log/unknown"), "{said}");
    assert!(!said.contains('\u{1b}'), "no sequence reaches the terminal: {said:?}");
    let (code, said) = explain(&["--log-file", "-"], b"");
    assert!(code == Some(0) && said.contains("the log is empty"), "{said}");
}

#[test]
fn a_log_that_cannot_be_read_is_an_error() {
    for arguments in [&["--log-file", "missing.log"][..], &["--log-file", "."], &[]] {
        let (code, said) = explain(arguments, b"");
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains("help: name "), "{said}");
    }
}
