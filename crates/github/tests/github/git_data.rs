//! Objects and references.

use github::{Addition, BranchCommit, Kind, Mode, NewCommit, NewTag, NewTreeEntry, Oid, Signature};
use github_stand_in::Fault;

use crate::{Place, git};

fn release_commit(place: &Place) -> BranchCommit {
    BranchCommit {
        branch: "main".into(),
        expected_head: place.head.clone(),
        message: "chore: release 1.0.0\n\nAll of it.".into(),
        additions: vec![Addition { path: "src/a.txt".into(), contents: b"two\n".to_vec() }],
        deletions: Vec::new(),
    }
}

fn someone() -> Signature {
    Signature {
        name: "Ann".into(),
        email: "ann@corp.test".into(),
        date: Some("2026-01-02T03:04:05Z".into()),
    }
}

#[tokio::test]
async fn facts_heads_and_files_are_read() {
    let place = Place::new();
    let repository = place.repository();
    let details = repository.details().await.unwrap();
    assert_eq!(
        (details.full_name.as_str(), details.default_branch.as_str()),
        ("octo/demo", "main")
    );
    assert_eq!(repository.branch_head("main").await.unwrap(), Some(place.head.clone()));
    assert_eq!(repository.branch_head("mai").await.unwrap(), None);
    assert_eq!(repository.tag_commit("v1").await.unwrap(), None);
    assert_eq!(repository.file("src/a.txt", "main").await.unwrap().unwrap().bytes, b"one\n");
    assert_eq!(repository.file_id("no", "main").await.unwrap(), None);
    let commit = repository.get_commit(&place.head).await.unwrap().unwrap();
    assert_eq!((commit.message.trim_end(), commit.parents.len()), ("feat: first", 0));
    assert_eq!(repository.list_commits("main", 1).await.unwrap()[0].id, place.head);
    let tree = repository.get_tree(&commit.tree).await.unwrap();
    assert!(tree.iter().any(|entry| entry.path == "run.sh" && entry.mode == Mode::Executable));
}

#[tokio::test]
async fn a_commit_of_parts_is_what_git_sees() {
    let place = Place::new();
    let repository = place.repository();
    let base = repository.get_commit(&place.head).await.unwrap().unwrap().tree;
    let blob = repository.create_blob(b"\x00binary\n").await.unwrap();
    let entry = NewTreeEntry { path: "bin/tool".into(), mode: Mode::Executable, id: Some(blob) };
    let gone = NewTreeEntry { path: "src/a.txt".into(), mode: Mode::File, id: None };
    let tree = repository.create_tree(&base, &[entry, gone]).await.unwrap();
    let new = NewCommit {
        signature: None,
        message: "chore: x".into(),
        tree,
        parents: vec![place.head.clone()],
        author: Some(someone()),
        committer: Some(someone()),
    };
    let commit = repository.create_commit(&new).await.unwrap();
    repository.update_ref("refs/heads/main", &commit.id).await.unwrap();
    assert_eq!(
        place.git(&["log", "-1", "--format=%an %ae %aI %H", "main"]),
        format!("Ann ann@corp.test 2026-01-02T03:04:05+00:00 {}", commit.id)
    );
    assert_eq!(
        place.git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"]),
        "100755 bin/tool\n100755 run.sh"
    );
    place.git(&["fsck", "--strict"]);
    let comparison = repository.compare(place.head.as_str(), "main").await.unwrap();
    assert_eq!((comparison.ahead, comparison.behind, comparison.commits.len()), (1, 0, 1));
    assert_eq!(comparison.merge_base, place.head);
}

#[tokio::test]
async fn an_annotated_tag_leads_to_its_commit() {
    let place = Place::new();
    let repository = place.repository();
    let new = NewTag {
        name: "v1.0.0".into(),
        target: place.head.clone(),
        message: "v1.0.0".into(),
        tagger: Some(someone()),
    };
    let tag = repository.create_tag_object(&new).await.unwrap();
    repository.create_ref("refs/tags/v1.0.0", &tag.id).await.unwrap();
    assert_eq!(repository.tag_commit("v1.0.0").await.unwrap(), Some(place.head.clone()));
    assert_eq!(place.git(&["cat-file", "-t", "v1.0.0"]), "tag");
    assert!(
        place
            .git(&["cat-file", "-p", "v1.0.0"])
            .contains("tagger Ann <ann@corp.test> 1767323045 +0000")
    );
    let names = repository.matching_refs("refs/tags/v1.").await.unwrap();
    assert_eq!(names.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["refs/tags/v1.0.0"]);
    repository.delete_ref("refs/tags/v1.0.0").await.unwrap();
    repository.delete_ref("refs/tags/v1.0.0").await.unwrap();
    assert_eq!(repository.tag_commit("v1.0.0").await.unwrap(), None);
}

#[tokio::test]
async fn a_reference_is_created_once_and_never_elsewhere() {
    let place = Place::new();
    let repository = place.repository();
    for _ in 0..2 {
        repository.create_ref("refs/tags/v1", &place.head).await.unwrap();
    }
    let other = repository.create_blob(b"x").await.unwrap();
    let error = repository.create_ref("refs/tags/v1", &other).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::AlreadyExists);
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_before_sending_again() {
    for (fault, sent) in [
        (Fault::on("POST", "/repos/*/git/refs").after().status(502), 1),
        (Fault::on("POST", "/repos/*/git/refs").after().cut(), 1),
        (Fault::on("POST", "/repos/*/git/refs").before().status(502), 2),
        (Fault::on("POST", "/repos/*/git/refs").before().cut(), 2),
        (Fault::on("POST", "/repos/*/git/refs").before().secondary_limit(5), 2),
    ] {
        let place = Place::new();
        let label = format!("{fault:?}");
        place.server.inject(fault);
        place.repository().create_ref("refs/tags/v1", &place.head).await.unwrap();
        assert!(place.server.faults_spent(), "{label}");
        assert_eq!(place.sent("POST /repos/octo/demo/git/refs"), sent, "{label}");
    }
}

#[tokio::test]
async fn a_commit_on_a_branch_is_made_once_whatever_happens_to_the_answer() {
    for fault in [
        Fault::on("POST", "/graphql").after().cut(),
        Fault::on("POST", "/graphql").after().status(502),
        Fault::on("POST", "/graphql").before().status(502),
    ] {
        let place = Place::new();
        place.server.inject(fault);
        let id = place.repository().create_commit_on_branch(&release_commit(&place)).await.unwrap();
        assert_eq!(place.git(&["rev-parse", "main"]), id.as_str());
        assert_eq!(place.git(&["rev-list", "--count", "main"]), "2");
        assert_eq!(
            place.git(&["log", "-1", "--format=%B", "main"]),
            "chore: release 1.0.0\n\nAll of it."
        );
        assert_eq!(place.git(&["show", "main:src/a.txt"]), "two");
        assert!(place.repository().get_commit(&id).await.unwrap().unwrap().verified);
    }
}

#[tokio::test]
async fn a_branch_that_moved_is_left_alone() {
    let place = Place::new();
    let repository = place.repository();
    let moved = repository.create_commit_on_branch(&release_commit(&place)).await.unwrap();
    let mut second = release_commit(&place);
    second.message = "other".into();
    let error = repository.create_commit_on_branch(&second).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::Moved);
    let error = repository.update_ref("refs/heads/main", &place.head).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::Moved);
    assert_eq!(place.git(&["rev-parse", "main"]), moved.as_str());
}

#[tokio::test]
async fn the_account_behind_the_token() {
    let place = Place::new();
    let viewer = place.github(Some(crate::TOKEN)).viewer().await.unwrap();
    assert_eq!((viewer.login.as_str(), viewer.id), ("github-actions[bot]", Some(41_898_282)));
}

#[tokio::test]
async fn an_empty_repository_has_no_branch() {
    let folder = tempfile::tempdir().unwrap();
    let bare = folder.path().join("empty.git");
    github_stand_in::seed::empty(&bare, "main").unwrap();
    let server =
        github_stand_in::GitHub::builder().repository("octo", "empty", &bare).start().unwrap();
    let endpoints = github::Endpoints::of_api(&server.api_url());
    let client = http_client::Client::new(http_client::Settings::default());
    let repository = github::GitHub::new(client, endpoints, None).repository("octo", "empty");
    assert_eq!(repository.branch_head("main").await.unwrap(), None);
    assert!(repository.matching_refs("refs/tags/").await.unwrap().is_empty());
    assert!(git(&bare, &["count-objects"]).starts_with("0 objects"));
    assert!("x".parse::<Oid>().is_err());
}
