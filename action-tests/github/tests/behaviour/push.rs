//! Fetch and push by the real git.

use github_stand_in::{Fault, Protection, Rule, Ruleset, Settings, Target};

use crate::scene::{READER, Scene, TOKEN, git, try_git};

/// The address with a token as password, as actions/checkout and many scripts use it.
fn remote(scene: &Scene, token: &str) -> String {
    let url = scene.server.git_url("octo", "demo");
    url.replacen("http://", &format!("http://x-access-token:{token}@"), 1)
}

/// A new commit in the work tree.
fn change(scene: &Scene) -> String {
    let work = scene.work();
    git(&work, &["commit", "--quiet", "--allow-empty", "--message=chore: next"]);
    git(&work, &["rev-parse", "HEAD"])
}

fn push(scene: &Scene, token: &str, arguments: &[&str]) -> (bool, String) {
    let remote = remote(scene, token);
    let mut all = vec!["push", "--quiet", &remote];
    all.extend(arguments);
    try_git(&scene.work(), &all)
}

#[test]
fn a_push_arrives_and_can_be_fetched() {
    let scene = Scene::new();
    let commit = change(&scene);
    git(&scene.work(), &["tag", "--annotate", "--message=one", "v1"]);
    let (done, text) = push(&scene, TOKEN, &["--atomic", "HEAD:main", "v1"]);
    assert!(done, "{text}");
    assert_eq!(scene.head(), commit);
    assert_eq!(scene.get("/branches/main").json["commit"]["sha"], commit);
    assert_eq!(scene.get("/git/ref/tags/v1").json["object"]["type"], "tag");
    let clone = scene.folder.path().join("clone");
    let url = scene.server.git_url("octo", "demo");
    git(scene.folder.path(), &["clone", "--quiet", &url, clone.to_str().unwrap()]);
    assert_eq!(git(&clone, &["rev-parse", "HEAD"]), commit);
    assert_eq!(scene.server.mutations(), ["POST /octo/demo.git/git-receive-pack"]);
    scene.is_sound();
}

#[test]
fn a_push_that_is_no_fast_forward_is_refused() {
    let scene = Scene::new();
    let before = scene.head();
    git(&scene.work(), &["reset", "--quiet", "--hard", "HEAD~1"]);
    change(&scene);
    let (done, text) = push(&scene, TOKEN, &["HEAD:main"]);
    assert!(!done);
    assert!(text.contains("rejected"), "{text}");
    assert_eq!(scene.head(), before);
}

#[test]
fn a_push_needs_a_token_that_may_write() {
    let scene = Scene::new();
    change(&scene);
    let before = scene.head();
    let (done, text) = push(&scene, READER, &["HEAD:main"]);
    assert!(!done && text.contains("403"), "{text}");
    let (done, text) = push(&scene, "ghs_unknown", &["HEAD:main"]);
    assert!(!done && text.contains("Authentication failed"), "{text}");
    let url = scene.server.git_url("octo", "demo");
    let (done, _) = try_git(&scene.work(), &["push", "--quiet", &url, "HEAD:main"]);
    assert!(!done);
    assert_eq!(scene.head(), before);
}

#[test]
fn a_token_in_a_header_counts_too() {
    let scene = Scene::new();
    let commit = change(&scene);
    let url = scene.server.git_url("octo", "demo");
    let header = format!("http.extraHeader=Authorization: Bearer {TOKEN}");
    git(&scene.work(), &["-c", &header, "push", "--quiet", &url, "HEAD:main"]);
    assert_eq!(scene.head(), commit);
}

#[test]
fn protection_and_rulesets_decline_a_push_in_githubs_words() {
    let rulesets = vec![Ruleset::new(
        "rules",
        Target::Branch,
        "ruled*",
        &[Rule::Creation, Rule::NonFastForward],
    )];
    let protected = vec![Protection::of("main")];
    let scene = Scene::with(Settings { rulesets, protected, ..Settings::default() });
    scene.git(&["branch", "ruled-old", "main"]);
    change(&scene);
    let (done, text) = push(&scene, TOKEN, &["HEAD:main"]);
    assert!(
        !done && text.contains("GH006: Protected branch update failed for refs/heads/main"),
        "{text}"
    );
    let (done, text) = push(&scene, TOKEN, &["HEAD:ruled"]);
    assert!(!done && text.contains("GH013: Repository rule violations found"), "{text}");
    assert!(text.contains("Cannot create ref due to creations being restricted."), "{text}");
    let (done, text) = push(&scene, TOKEN, &["HEAD:ruled-old"]);
    assert!(done, "{text}");
    let (done, text) = push(&scene, TOKEN, &["--force", "HEAD~2:ruled-old"]);
    assert!(!done && text.contains("Cannot force-push"), "{text}");
    let (done, text) = push(&scene, TOKEN, &["HEAD:free"]);
    assert!(done, "{text}");
}

#[test]
fn a_push_whose_answer_is_lost_has_arrived() {
    let scene = Scene::new();
    let commit = change(&scene);
    scene.server.inject(Fault::on("POST", "*/git-receive-pack").after().cut());
    let (done, _) = push(&scene, TOKEN, &["HEAD:main"]);
    assert!(!done);
    assert_eq!(scene.head(), commit);
}

#[test]
fn a_fetch_may_leave_files_out_and_name_any_commit() {
    let scene = Scene::new();
    let commit = scene.head();
    let bare = scene.folder.path().join("partial.git");
    git(scene.folder.path(), &["init", "--quiet", "--bare", bare.to_str().unwrap()]);
    let url = scene.server.git_url("octo", "demo");
    git(&bare, &["fetch", "--quiet", "--filter=tree:0", &url, &commit]);
    let all = ["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"];
    let kinds = git(&bare, &all);
    let has = |wanted: &str| kinds.lines().any(|kind| kind == wanted);
    assert!(has("commit") && !has("tree") && !has("blob"), "{kinds}");
}
