//! Branch protection and rulesets.

use github_stand_in::{Protection, Rule, Ruleset, Settings, Target};
use serde_json::{Value, json};

use crate::scene::{Scene, USER};

/// A new commit on `main`, made and not yet on the branch.
fn next(scene: &Scene) -> Value {
    let tree = scene.git(&["rev-parse", "main^{tree}"]);
    let body = json!({ "message": "m", "tree": tree, "parents": [scene.head()], "author": {
        "name": "Mona", "email": "mona@example.com",
    }});
    scene.call("POST", "/git/commits", &body).json["sha"].clone()
}

fn ruled(target: Target, pattern: &str, rules: &[Rule]) -> Settings {
    let ruleset = Ruleset::new("rules", target, pattern, rules).bypass("mona");
    Settings { rulesets: vec![ruleset], ..Settings::default() }
}

#[test]
fn a_protected_branch_moves_by_pull_request_only() {
    let protected = vec![Protection::of("main").bypass("mona")];
    let scene = Scene::with(Settings { protected, ..Settings::default() });
    let body = json!({ "sha": next(&scene) });
    let refused = scene.call("PATCH", "/git/refs/heads/main", &body);
    assert_eq!(refused.status, 422);
    assert!(refused.message().contains("Changes must be made through a pull request."));
    assert_eq!(scene.call("DELETE", "/git/refs/heads/main", &Value::Null).status, 422);
    let body = json!({ "sha": next(&scene) });
    assert_eq!(scene.call_as(Some(USER), "PATCH", "/git/refs/heads/main", &body).status, 200);
    assert_eq!(scene.get("/branches/main").json["protected"], true);
    assert_eq!(scene.get("/branches/main/protection").status, 403);
    let seen = scene.call_as(Some(USER), "GET", "/branches/main/protection", &Value::Null);
    assert_eq!(seen.json["allow_force_pushes"]["enabled"], false);
    scene.is_sound();
}

#[test]
fn an_unprotected_branch_says_so() {
    let scene = Scene::new();
    let seen = scene.call_as(Some(USER), "GET", "/branches/main/protection", &Value::Null);
    assert_eq!((seen.status, seen.json["message"].as_str()), (404, Some("Branch not protected")));
    assert_eq!(scene.get("/branches/main").json["protected"], false);
    scene.is_sound();
}

#[test]
fn a_ruleset_on_branches_is_listed_and_kept() {
    let scene = Scene::with(ruled(Target::Branch, "main", &[Rule::PullRequest, Rule::Deletion]));
    let rules = scene.get("/rules/branches/main");
    assert_eq!(rules.json[0]["type"], "pull_request");
    assert_eq!(scene.get("/rules/branches/other").json, json!([]));
    assert_eq!(scene.get("/rulesets").json[0]["name"], "rules");
    let one = |token: &str| scene.call_as(Some(token), "GET", "/rulesets/1", &json!(null)).json;
    assert_eq!(scene.get("/rulesets/1").json["current_user_can_bypass"], "never");
    assert_eq!(one(USER)["current_user_can_bypass"], "always");
    assert_eq!(scene.get("/rulesets/2").status, 404);
    let body = json!({ "sha": next(&scene) });
    let refused = scene.call("PATCH", "/git/refs/heads/main", &body);
    assert_eq!(refused.status, 422);
    assert!(refused.message().contains("Repository rule violations found"));
    assert_eq!(scene.call_as(Some(USER), "PATCH", "/git/refs/heads/main", &body).status, 200);
    scene.is_sound();
}

#[test]
fn signatures_may_be_required() {
    let scene = Scene::with(ruled(Target::Branch, "main", &[Rule::RequiredSignatures]));
    let unsigned = scene.call("PATCH", "/git/refs/heads/main", &json!({ "sha": next(&scene) }));
    assert!(unsigned.message().contains("verified signatures"), "{}", unsigned.message());
    let tree = scene.git(&["rev-parse", "main^{tree}"]);
    let body = json!({ "message": "m", "tree": tree, "parents": [scene.head()] });
    let signed = scene.call("POST", "/git/commits", &body).json["sha"].clone();
    let moved = scene.call("PATCH", "/git/refs/heads/main", &json!({ "sha": signed }));
    assert_eq!(moved.status, 200);
    scene.is_sound();
}

#[test]
fn a_ruleset_on_tags_stops_references_and_releases() {
    let scene = Scene::with(ruled(Target::Tag, "v*", &[Rule::Creation]));
    let body = json!({ "ref": "refs/tags/v1", "sha": scene.head() });
    let refused = scene.call("POST", "/git/refs", &body);
    assert!(refused.message().contains("creations being restricted"));
    let release = scene.release(&json!({ "tag_name": "v1" }));
    assert_eq!(release.status, 422);
    assert_eq!(release.json["errors"][0]["field"], "pre_receive");
    assert_eq!(scene.git(&["tag"]), "");
    assert!(scene.server.releases("octo", "demo").is_empty());
    let body = json!({ "ref": "refs/tags/w1", "sha": scene.head() });
    assert_eq!(scene.call("POST", "/git/refs", &body).status, 201);
    scene.is_sound();
}

#[test]
fn immutable_releases_can_be_asked_about() {
    let scene = Scene::new();
    let ask = || scene.call_as(Some(USER), "GET", "/immutable-releases", &Value::Null);
    assert_eq!(ask().status, 404);
    scene
        .server
        .change_settings("octo", "demo", |settings| settings.immutable_releases = true)
        .unwrap();
    assert_eq!(ask().json["enabled"], true);
}
