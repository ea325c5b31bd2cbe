//! Keys made by the real tools, signatures judged by the real tools.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod openpgp;
mod ssh;

use std::path::Path;
use std::process::{Command, Stdio};

/// A commit as git stores it, the bytes a signature covers.
pub(crate) const PAYLOAD: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
author Ann \u{d6} <ann@corp.test> 1767323045 +0000
committer Ann \u{d6} <ann@corp.test> 1767323045 +0000

chore: release 1.0.0

# kept
";

/// Now, for keys that were just made.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Runs a program with a home of its own; its output and whether it succeeded.
pub(crate) fn run(program: &str, home: &Path, arguments: &[&str], input: &str) -> (bool, String) {
    use std::io::Write as _;
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home)
        .env("GNUPGHOME", home)
        .env("LC_ALL", "C")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// The same, and it has to succeed.
pub(crate) fn must(program: &str, home: &Path, arguments: &[&str], input: &str) -> String {
    let (success, text) = run(program, home, arguments, input);
    assert!(success, "{program} {arguments:?}: {text}");
    text
}

/// Stores the payload as a commit with this signature, and lets git judge it.
pub(crate) fn verify_commit(home: &Path, settings: &[&str], signature: &str) -> (bool, String) {
    must("git", home, &["init", "--quiet", "--bare", "r.git"], "");
    let git = home.join("r.git");
    must("git", &git, &["hash-object", "-t", "tree", "-w", "/dev/null"], "");
    let (head, message) = PAYLOAD.split_once("\n\n").unwrap();
    let folded = signature.replace('\n', "\n ");
    let commit = format!("{head}\ngpgsig {folded}\n\n{message}");
    let id = must("git", &git, &["hash-object", "-t", "commit", "-w", "--stdin"], &commit);
    let mut arguments = Vec::new();
    for setting in settings {
        arguments.extend(["-c", setting]);
    }
    arguments.extend(["-C", "r.git", "verify-commit", "--verbose", id.trim()]);
    run("git", home, &arguments, "")
}
