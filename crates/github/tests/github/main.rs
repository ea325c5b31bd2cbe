//! The calls against the stand-in, whose repository git itself judges.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod assets;
mod git_data;
mod refusals;
mod releases;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use diagnostics::Secret;
use github::{Endpoints, GitHub, Oid, Repository};
use github_stand_in::{Permissions, Server, Settings, seed};
use http_client::{Client, Time};

pub(crate) const TOKEN: &str = "ghs_0123456789abcdef";

/// Waits take no time.
struct Quick;

impl Time for Quick {
    fn now(&self) -> u64 {
        0
    }
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async {})
    }
    fn jitter(&self) -> f64 {
        0.0
    }
}

/// A stand-in with a repository of one commit.
pub(crate) struct Place {
    pub(crate) server: Server,
    pub(crate) head: Oid,
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default(), Permissions::release())
    }

    pub(crate) fn with(settings: Settings, permissions: Permissions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path().join("work");
        std::fs::create_dir(&work).unwrap();
        git(&work, &["init", "-q", "-b", "main"]);
        std::fs::write(work.join("run.sh"), "echo\n").unwrap();
        std::fs::create_dir(work.join("src")).unwrap();
        std::fs::write(work.join("src/a.txt"), "one\n").unwrap();
        git(&work, &["add", "."]);
        git(&work, &["update-index", "--chmod=+x", "run.sh"]);
        git(&work, &["commit", "-q", "-m", "feat: first"]);
        let bare = folder.path().join("demo.git");
        seed::bare_clone(&work, &bare).unwrap();
        let server = github_stand_in::GitHub::builder()
            .repository_with("octo", "demo", &bare, settings)
            .token(TOKEN, permissions)
            .start()
            .unwrap();
        let head = git(&bare, &["rev-parse", "main"]).parse().unwrap();
        Self { server, head, folder }
    }

    pub(crate) fn bare(&self) -> std::path::PathBuf {
        self.folder.path().join("demo.git")
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.bare(), arguments)
    }

    pub(crate) fn github(&self, token: Option<&str>) -> GitHub {
        let endpoints = Endpoints::new(
            self.server.api_url(),
            self.server.graphql_url(),
            self.server.server_url(),
        );
        let client = Client::new(http_client::Settings::default()).with_time(Arc::new(Quick));
        GitHub::new(client, endpoints, token.map(Secret::new))
    }

    pub(crate) fn repository(&self) -> Repository {
        self.github(Some(TOKEN)).repository("octo", "demo")
    }

    /// How often a request that changes something was sent.
    pub(crate) fn sent(&self, request: &str) -> usize {
        self.server.mutations().iter().filter(|sent| *sent == request).count()
    }
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@b.test")])
        .envs([("GIT_COMMITTER_NAME", "A"), ("GIT_COMMITTER_EMAIL", "a@b.test")])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
