//! Pull requests and comments.

use serde_json::{Value, json};

use crate::scene::Scene;

fn with_branch() -> Scene {
    let scene = Scene::new();
    let tree = scene.git(&["rev-parse", "main^{tree}"]);
    let body = json!({ "message": "bump", "tree": tree, "parents": [scene.head()] });
    let commit = scene.call("POST", "/git/commits", &body).json["sha"].clone();
    scene.call("POST", "/git/refs", &json!({ "ref": "refs/heads/bump", "sha": commit }));
    scene
}

#[test]
fn a_pull_request_is_made_found_changed_and_closed() {
    let scene = with_branch();
    let body = json!({ "title": "Bump", "head": "bump", "base": "main", "body": "text" });
    let made = scene.call("POST", "/pulls", &body);
    assert_eq!(made.status, 201, "{}", made.message());
    assert_eq!(made.json["number"], 1);
    let found = scene.get("/pulls?state=open&head=octo:bump&base=main");
    assert_eq!(found.json[0]["title"], "Bump");
    assert_eq!(scene.get("/pulls?head=octo:other").json, json!([]));
    let changed = scene.call("PATCH", "/pulls/1", &json!({ "title": "Bump 2", "state": "closed" }));
    assert_eq!(changed.json["state"], "closed");
    assert_eq!(scene.get("/pulls").json, json!([]));
    assert_eq!(scene.get("/pulls/1").json["title"], "Bump 2");
    assert_eq!(scene.server.pulls("octo", "demo")[0].state, "closed");
    scene.is_sound();
}

#[test]
fn a_second_pull_request_for_the_branch_is_refused() {
    let scene = with_branch();
    let body = json!({ "title": "Bump", "head": "bump", "base": "main" });
    scene.call("POST", "/pulls", &body);
    let again = scene.call("POST", "/pulls", &body);
    assert_eq!(again.status, 422);
    assert!(again.message().contains("A pull request already exists for octo:bump."));
    scene.is_sound();
}

#[test]
fn a_pull_request_needs_branches_that_differ() {
    let scene = with_branch();
    for (head, base, text) in [
        ("none", "main", "invalid"),
        ("bump", "none", "invalid"),
        ("main", "bump", "No commits between bump and main"),
    ] {
        let body = json!({ "title": "Bump", "head": head, "base": base });
        let reply = scene.call("POST", "/pulls", &body);
        assert_eq!(reply.status, 422);
        assert!(reply.message().contains(text), "{}", reply.message());
    }
}

#[test]
fn comments_are_made_listed_changed_and_deleted() {
    let scene = with_branch();
    scene.call("POST", "/pulls", &json!({ "title": "Bump", "head": "bump", "base": "main" }));
    let made = scene.call("POST", "/issues/1/comments", &json!({ "body": "first" }));
    assert_eq!(made.status, 201, "{}", made.message());
    let path = format!("/issues/comments/{}", made.json["id"]);
    let changed = scene.call("PATCH", &path, &json!({ "body": "second" }));
    assert_eq!(changed.json["body"], "second");
    assert_eq!(scene.get("/issues/1/comments").json[0]["body"], "second");
    let long = json!({ "body": "x".repeat(65_537) });
    assert_eq!(scene.call("PATCH", &path, &long).status, 422);
    assert_eq!(scene.server.comments("octo", "demo").len(), 1);
    assert_eq!(scene.call("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(scene.call("POST", "/issues/9/comments", &json!({ "body": "x" })).status, 404);
    scene.is_sound();
}

#[test]
fn a_pull_request_tells_what_it_holds() {
    use github_stand_in::Mergeable;
    let scene = with_branch();
    let body = json!({ "title": "Bump", "head": "bump", "base": "main", "body": "Fixes #7" });
    scene.call("POST", "/pulls", &body);
    let commits = scene.get("/pulls/1/commits").json;
    assert_eq!(commits.as_array().unwrap().len(), 1);
    assert_eq!(commits[0]["commit"]["message"], "bump");
    assert_eq!(scene.get("/pulls/1/files").json, json!([]), "an empty commit changes none");
    scene.server.set_mergeable("octo", "demo", 1, Mergeable::After(1));
    let asked: Vec<Value> =
        (0..2).map(|_| scene.get("/pulls/1").json["mergeable"].clone()).collect();
    assert_eq!(asked, [Value::Null, json!(true)]);
    scene.server.set_mergeable("octo", "demo", 1, Mergeable::No);
    assert_eq!(scene.get("/pulls/1").json["mergeable_state"], "dirty");
    scene.server.set_fork("octo", "demo", 1, "mallory");
    assert_eq!(scene.get("/pulls/1").json["head"]["repo"]["full_name"], "mallory/demo");
    scene.call("PATCH", "/pulls/1", &json!({ "state": "closed" }));
    assert_eq!(scene.get("/pulls/1").json["mergeable"], Value::Null);
    scene.is_sound();
}
