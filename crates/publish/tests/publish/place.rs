//! A stand-in with a repository, and a clone of it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use diagnostics::Secret;
use github::{Endpoints, GitHub};
use github_stand_in::{Permissions, Server, Settings, seed};
use http_client::{Client, Time};
use publish::{
    CommitRequest, FileChange, GitCommand, GitHubApi, GitSetup, Identity, Oid, TagRequest,
    Verified, Writer,
};

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

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    Api,
    Git,
}

pub(crate) const WAYS: [Way; 2] = [Way::Api, Way::Git];

pub(crate) struct Place {
    pub(crate) server: Server,
    pub(crate) head: Oid,
    folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default(), Permissions::release())
    }

    pub(crate) fn with(settings: Settings, permissions: Permissions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        std::fs::create_dir(&source).unwrap();
        git(&source, &["init", "-q", "-b", "main"]);
        std::fs::write(source.join("pyproject.toml"), "version = \"0.1.0\"\n").unwrap();
        std::fs::write(source.join("other.txt"), "other\n").unwrap();
        git(&source, &["add", "."]);
        git(&source, &["commit", "-q", "-m", "feat: first"]);
        let bare = folder.path().join("demo.git");
        seed::bare_clone(&source, &bare).unwrap();
        let server = github_stand_in::GitHub::builder()
            .repository_with("octo", "demo", &bare, settings)
            .token(TOKEN, permissions)
            .start()
            .unwrap();
        let head = git(&bare, &["rev-parse", "main"]).parse().unwrap();
        let place = Self { server, head, folder };
        let bare = bare.to_str().unwrap();
        git(place.folder.path(), &["clone", "-q", bare, "clone"]);
        git(
            &place.clone_folder(),
            &["remote", "set-url", "origin", &place.server.git_url("octo", "demo")],
        );
        place
    }

    pub(crate) fn clone_folder(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// git in the repository of the server.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.folder.path().join("demo.git"), arguments)
    }

    /// git in the clone.
    pub(crate) fn local(&self, arguments: &[&str]) -> String {
        git(&self.clone_folder(), arguments)
    }

    pub(crate) fn setup(&self, verified: Verified) -> GitSetup {
        let home = self.folder.path().join("home");
        std::fs::create_dir_all(&home).unwrap();
        GitSetup {
            directory: self.clone_folder(),
            remote: "origin".into(),
            environment: vec![
                ("PATH".into(), std::env::var("PATH").unwrap()),
                ("HOME".into(), home.to_str().unwrap().into()),
            ],
            token: Some(Secret::new(TOKEN)),
            server: self.server.server_url(),
            verified,
            signing: None,
            push: true,
        }
    }

    pub(crate) fn api(&self, verified: Verified) -> GitHubApi {
        self.api_with(TOKEN, verified)
    }

    pub(crate) fn api_with(&self, token: &str, verified: Verified) -> GitHubApi {
        let endpoints = Endpoints::new(
            self.server.api_url(),
            self.server.graphql_url(),
            self.server.server_url(),
        );
        let client = Client::new(http_client::Settings::default()).with_time(Arc::new(Quick));
        let github = GitHub::new(client, endpoints, Some(Secret::new(token)));
        GitHubApi::new(github.repository("octo", "demo"), verified)
    }

    pub(crate) fn writer(&self, way: Way) -> Writer {
        match way {
            Way::Api => Writer::GitHub(self.api(Verified::Prefer)),
            Way::Git => Writer::Git(GitCommand::new(self.setup(Verified::Prefer)).unwrap()),
        }
    }

    pub(crate) fn release(&self) -> CommitRequest {
        CommitRequest {
            branch: "main".into(),
            expected_head: self.head.clone(),
            message: "chore(release): 1.0.0\n\n# All of it\n- one".into(),
            author: Some(someone()),
            changes: vec![
                FileChange {
                    path: "pyproject.toml".into(),
                    contents: b"version = \"1.0.0\"\n".to_vec(),
                    executable: false,
                },
                FileChange {
                    path: "docs/CHANGELOG.md".into(),
                    contents: b"# 1.0.0\r\n".to_vec(),
                    executable: false,
                },
                FileChange {
                    path: "bin/run, it".into(),
                    contents: b"#!/bin/sh\n".to_vec(),
                    executable: true,
                },
            ],
        }
    }

    /// Somebody pushes in between.
    pub(crate) fn push_something(&self) -> Oid {
        let tree = self.git(&["rev-parse", "main^{tree}"]);
        let parent = self.git(&["rev-parse", "main"]);
        let new = self.git(&["commit-tree", &tree, "-p", &parent, "-m", "fix: meanwhile"]);
        self.git(&["update-ref", "refs/heads/main", &new]);
        new.parse().unwrap()
    }
}

pub(crate) fn someone() -> Identity {
    Identity {
        name: "Ann Ö".into(),
        email: "ann@corp.test".into(),
        date: Some("2026-01-02T03:04:05Z".into()),
    }
}

pub(crate) fn tag(target: &Oid) -> TagRequest {
    TagRequest {
        name: "v1.0.0".into(),
        target: target.clone(),
        message: "v1.0.0\n\n# kept".into(),
        tagger: Some(someone()),
    }
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .envs([("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@b.test")])
        .envs([("GIT_COMMITTER_NAME", "A"), ("GIT_COMMITTER_EMAIL", "a@b.test")])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim_end_matches('\n').to_owned()
}
