//! A stand-in with one repository, and the real git beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use github_stand_in::{Builder, GitHub, Permissions, Server, Settings, Token, seed};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Reply, exchange};

/// The token of a workflow run that may release.
pub(crate) const TOKEN: &str = "ghs_release0123456789";
/// The token of a workflow run that may only read.
pub(crate) const READER: &str = "ghs_reader01234567890";
/// The token of a user who may do everything.
pub(crate) const USER: &str = "ghp_user01234567890123";

pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
}

/// Runs git; its output.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let (done, output) = try_git(folder, arguments);
    assert!(done, "git {arguments:?}: {output}");
    output
}

/// Runs git; whether it succeeded, and all it printed.
pub(crate) fn try_git(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .env("GIT_AUTHOR_NAME", "Mona")
        .env("GIT_AUTHOR_EMAIL", "mona@example.com")
        .env("GIT_COMMITTER_NAME", "Mona")
        .env("GIT_COMMITTER_EMAIL", "mona@example.com")
        .env("GIT_AUTHOR_DATE", "2025-12-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2025-12-01T00:00:00Z")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).trim().to_owned())
}

/// Two commits on `main`, in a pack, as `git fast-import` makes them from this stream.
const HISTORY: &str = "\
commit refs/heads/main
committer Mona <mona@example.com> 1764547200 +0000
data 11
feat: begin
M 100644 inline README.md
data 7
# Demo

M 100755 inline src/run.sh
data 10
#!/bin/sh

commit refs/heads/main
committer Mona <mona@example.com> 1764547260 +0000
data 9
fix: more
M 100644 inline README.md
data 14
# Demo

More.

";

fn fill(bare: &Path) {
    use std::io::Write as _;
    let mut child = Command::new("git")
        .args(["-c", "fastimport.unpackLimit=0", "fast-import", "--quiet"])
        .current_dir(bare)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(HISTORY.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

impl Scene {
    /// A public repository `octo/demo` with two commits on `main`.
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self::built(settings, |builder| builder)
    }

    pub(crate) fn built(settings: Settings, change: impl FnOnce(Builder) -> Builder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bare = folder.path().join("demo.git");
        seed::empty(&bare, "main").unwrap();
        fill(&bare);
        let builder = GitHub::builder()
            .repository_with("octo", "demo", &bare, settings)
            .token(
                TOKEN,
                Permissions::release().with("pull_requests", github_stand_in::Level::Write),
            )
            .token(READER, Permissions::read())
            .with_token(Token::new(USER, Permissions::all()).login("mona"));
        let server = change(builder).start().unwrap();
        Self { server, folder }
    }

    pub(crate) fn bare(&self) -> PathBuf {
        self.folder.path().join("demo.git")
    }

    /// A work tree of the repository, without a remote.
    pub(crate) fn work(&self) -> PathBuf {
        let work = self.folder.path().join("work");
        if !work.exists() {
            git(self.folder.path(), &["clone", "--quiet", "demo.git", "work"]);
        }
        work
    }

    /// Runs git in the bare repository.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.bare(), arguments)
    }

    /// The commit at the tip of a branch, as git sees it.
    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "refs/heads/main"])
    }

    /// A request below `/repos/octo/demo` with the release token; it must be answered.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.call_as(Some(TOKEN), method, path, body)
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.call("GET", path, &Value::Null)
    }

    pub(crate) fn call_as(
        &self,
        token: Option<&str>,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Reply {
        let path = format!("/repos/octo/demo{path}");
        self.send(token, method, &path, body).expect("an answer")
    }

    /// A request with a JSON body; `None` for a cut connection.
    pub(crate) fn send(
        &self,
        token: Option<&str>,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Option<Reply> {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = vec![("user-agent", "tests"), ("accept", "application/vnd.github+json")];
        if let Some(bearer) = &bearer {
            headers.push(("authorization", bearer));
        }
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        exchange(self.server.address(), method, path, &headers, &body)
    }

    /// Uploads an asset.
    pub(crate) fn upload(&self, release: u64, name: &str, bytes: &[u8]) -> Option<Reply> {
        let bearer = format!("Bearer {TOKEN}");
        let headers = [
            ("user-agent", "tests"),
            ("authorization", bearer.as_str()),
            ("content-type", "application/octet-stream"),
        ];
        let path = format!("/repos/octo/demo/releases/{release}/assets?name={name}");
        exchange(self.server.address(), "POST", &path, &headers, bytes)
    }

    /// Creates a release; the answer.
    pub(crate) fn release(&self, body: &Value) -> Reply {
        self.call("POST", "/releases", body)
    }

    pub(crate) fn graphql(&self, token: &str, query: &str, variables: &Value) -> Reply {
        let body = json!({ "query": query, "variables": variables });
        self.send(Some(token), "POST", "/graphql", &body).expect("an answer")
    }

    /// No answer broke a description, and what is in the bare repository pleases git.
    pub(crate) fn is_sound(&self) {
        assert_eq!(self.server.violations(), Vec::<String>::new());
        self.git(&["fsck", "--strict", "--full"]);
    }
}
