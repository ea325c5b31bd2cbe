//! Each refusal is a diagnostic with code and remedy, and no token is in it.

use diagnostics::{Diagnostic, Exit};
use github::{BranchCommit, Error};
use github_stand_in::{Fault, Permissions, Protection, Rule, Ruleset, Settings, Target};

use crate::releases::draft;
use crate::{Place, TOKEN};

fn told(error: Error, code: &str, help: &str) -> Diagnostic {
    let diagnostic = Diagnostic::from(error);
    assert_eq!(diagnostic.code, code, "{diagnostic:?}");
    assert_eq!(diagnostic.exit, Exit::Outside);
    assert!(diagnostic.help.as_ref().unwrap().contains(help), "{diagnostic:?}");
    assert!(!format!("{diagnostic:?}").contains(TOKEN));
    diagnostic
}

async fn commit(place: &Place) -> Error {
    let new = BranchCommit {
        branch: "main".into(),
        expected_head: place.head.clone(),
        message: "x".into(),
        additions: Vec::new(),
        deletions: vec!["src/a.txt".into()],
    };
    place.repository().create_commit_on_branch(&new).await.unwrap_err()
}

#[tokio::test]
async fn tokens_that_are_wrong_missing_or_weak() {
    let place = Place::with(Settings::default(), Permissions::read());
    let wrong =
        place.github(Some("ghs_wrong")).repository("octo", "demo").details().await.unwrap_err();
    told(wrong, "github/unauthorized", "expired");
    let missing = place
        .github(None)
        .repository("octo", "demo")
        .create_release(&draft("v1"))
        .await
        .unwrap_err();
    told(missing, "github/unauthorized", "no token was given");
    let weak = place.repository().create_release(&draft("v1")).await.unwrap_err();
    let diagnostic = told(weak, "github/forbidden", "`permissions: contents: write`");
    assert!(diagnostic.notes.iter().any(|note| note.contains("contents=write")), "{diagnostic:?}");
    let absent =
        place.github(Some(TOKEN)).repository("octo", "nothing").details().await.unwrap_err();
    told(absent, "github/not-found", "private repository");
}

#[tokio::test]
async fn protections_and_rulesets() {
    let protected = Settings { protected: vec![Protection::of("main")], ..Settings::default() };
    let ruled = Ruleset::new("main", Target::Branch, "main", &[Rule::Update]);
    let ruled = Settings { rulesets: vec![ruled], ..Settings::default() };
    for settings in [protected, ruled] {
        let place = Place::with(settings, Permissions::release());
        told(commit(&place).await, "github/protected", "GitHub App");
        let repository = place.repository();
        let tree = repository.get_commit(&place.head).await.unwrap().unwrap().tree;
        let new = github::NewCommit {
            signature: None,
            message: "x".into(),
            tree,
            parents: vec![place.head.clone()],
            author: None,
            committer: None,
        };
        let made = repository.create_commit(&new).await.unwrap();
        let error = repository.update_ref("refs/heads/main", &made.id).await.unwrap_err();
        told(error, "github/protected", "GitHub App");
        assert_eq!(place.git(&["rev-parse", "main"]), place.head.as_str());
    }
}

#[tokio::test]
async fn servers_that_fail_and_limits_that_last() {
    let place = Place::new();
    place.server.inject(Fault::on("*", "*").before().status(503).always());
    told(place.repository().details().await.unwrap_err(), "github/server", "githubstatus");
    told(
        place.repository().create_release(&draft("v1")).await.unwrap_err(),
        "github/server",
        "run again",
    );
    place.server.clear_faults();
    place.server.inject(Fault::on("*", "*").before().secondary_limit(4000).always());
    told(place.repository().details().await.unwrap_err(), "github/rate-limit", "per token");
    assert!(place.server.releases("octo", "demo").is_empty());
}

#[tokio::test]
async fn something_else_answers_on_that_address() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 6\r\n\r\n<html>")
            .unwrap();
    });
    let client = http_client::Client::new(http_client::Settings::default());
    let github = github::GitHub::new(client, github::Endpoints::of_api(&api), None);
    let error = github.repository("octo", "demo").details().await.unwrap_err();
    thread.join().unwrap();
    told(error, "github/answer", "GITHUB_API_URL");
}

#[tokio::test]
async fn headers_are_the_documented_ones() {
    let place = Place::new();
    place.repository().details().await.unwrap();
    let request = place.server.requests().remove(0);
    assert_eq!(request.header("accept"), Some("application/vnd.github+json"));
    assert_eq!(request.header("x-github-api-version"), Some("2022-11-28"));
    assert!(request.header("user-agent").unwrap().starts_with("actions/"));
    assert_eq!(request.header("content-length"), None);
}
