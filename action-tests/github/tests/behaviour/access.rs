//! Tokens, permissions, visibility.

use github_stand_in::{Permissions, Settings, Token};
use serde_json::{Value, json};

use crate::client::exchange;
use crate::scene::{READER, Scene, TOKEN, USER};

#[test]
fn a_token_without_the_permission_gets_403_that_names_it() {
    let scene = Scene::new();
    let body = json!({ "tag_name": "v1" });
    let reply = scene.call_as(Some(READER), "POST", "/releases", &body);
    assert_eq!(reply.status, 403);
    assert!(reply.message().contains("Resource not accessible by integration"));
    assert_eq!(reply.header("x-accepted-github-permissions"), Some("contents=write"));
    assert_eq!(scene.get("").json["permissions"]["push"], true);
    let seen = scene.call_as(Some(READER), "GET", "", &Value::Null);
    assert_eq!(seen.json["permissions"]["push"], false);
    assert_eq!(seen.json["default_branch"], "main");
    scene.is_sound();
}

#[test]
fn an_unknown_or_revoked_token_gets_401() {
    let scene = Scene::new();
    let reply = scene.call_as(Some("ghs_unknown"), "GET", "", &Value::Null);
    assert_eq!(reply.status, 401);
    assert!(reply.message().contains("Bad credentials"));
    scene.server.revoke(TOKEN);
    assert_eq!(scene.get("").status, 401);
}

#[test]
fn without_a_token_public_things_are_read_only() {
    let scene = Scene::new();
    assert_eq!(scene.call_as(None, "GET", "/releases", &Value::Null).status, 200);
    let write = scene.call_as(None, "POST", "/releases", &json!({ "tag_name": "v1" }));
    assert_eq!(write.status, 401);
    scene.is_sound();
}

#[test]
fn a_private_repository_is_invisible_to_others() {
    let scene = Scene::with(Settings { private: true, ..Settings::default() });
    let stranger = Token::new("ghs_stranger", Permissions::all()).only("octo/other");
    scene.server.add_token(stranger);
    for token in [None, Some("ghs_stranger")] {
        let reply = scene.call_as(token, "GET", "", &Value::Null);
        assert_eq!((reply.status, reply.json["message"].as_str()), (404, Some("Not Found")));
    }
    assert_eq!(scene.get("").json["private"], true);
    scene.is_sound();
}

#[test]
fn an_archived_repository_takes_no_writes() {
    let scene = Scene::with(Settings { archived: true, ..Settings::default() });
    let reply = scene.release(&json!({ "tag_name": "v1" }));
    assert_eq!(reply.status, 403);
    assert!(reply.message().contains("archived"));
    assert_eq!(scene.get("/releases").status, 200);
}

#[test]
fn only_users_have_a_user() {
    let scene = Scene::new();
    let app = scene.send(Some(TOKEN), "GET", "/user", &Value::Null).unwrap();
    assert_eq!(app.status, 403);
    let user = scene.send(Some(USER), "GET", "/user", &Value::Null).unwrap();
    assert_eq!(user.json["login"], "mona");
    let bot = scene.send(None, "GET", "/users/github-actions%5Bbot%5D", &Value::Null).unwrap();
    assert_eq!(bot.json["id"], 41_898_282);
    assert_eq!(scene.send(Some(TOKEN), "GET", "/app", &Value::Null).unwrap().status, 401);
    scene.is_sound();
}

#[test]
fn a_request_without_user_agent_is_refused() {
    let scene = Scene::new();
    let reply = exchange(scene.server.address(), "GET", "/repos/octo/demo", &[], b"").unwrap();
    assert_eq!(reply.status, 403);
    assert!(reply.message().contains("User-Agent"));
}

#[test]
fn an_unknown_api_version_is_refused() {
    let scene = Scene::new();
    for (version, status) in [("2022-11-28", 200), ("2026-03-10", 200), ("2019-01-01", 400)] {
        let headers = [("user-agent", "tests"), ("x-github-api-version", version)];
        let reply = exchange(scene.server.address(), "GET", "/repos/octo/demo", &headers, b"");
        assert_eq!(reply.unwrap().status, status, "{version}");
    }
}

#[test]
fn the_rate_limit_is_told() {
    let scene = Scene::new();
    let reply = scene.send(Some(TOKEN), "GET", "/rate_limit", &Value::Null).unwrap();
    assert_eq!(reply.json["resources"]["core"]["limit"], 5000);
    assert!(reply.header("x-ratelimit-remaining").is_some());
    scene.is_sound();
}

#[test]
fn the_log_knows_the_account_and_not_the_token() {
    let scene = Scene::new();
    scene.get("/releases?per_page=5");
    let log = scene.server.requests();
    assert_eq!(
        (log[0].path.as_str(), log[0].query.as_str()),
        ("/repos/octo/demo/releases", "per_page=5")
    );
    assert_eq!(log[0].login.as_deref(), Some("github-actions[bot]"));
    assert_eq!(log[0].status, Some(200));
    assert!(!format!("{log:?}").contains(TOKEN));
    scene.server.clear_requests();
    assert!(scene.server.requests().is_empty());
    scene.get("");
    assert_eq!(scene.server.requests()[0].status, Some(200));
}

#[test]
fn workflow_files_take_a_permission_of_their_own() {
    let scene = Scene::new();
    let tree = scene.call(
        "POST",
        "/git/trees",
        &json!({ "base_tree": scene.head(), "tree": [
            { "path": ".github/workflows/ci.yml", "mode": "100644", "type": "blob", "content": "on: push\n" },
        ]}),
    );
    let body = json!({ "message": "m", "tree": tree.json["sha"], "parents": [scene.head()] });
    let commit = scene.call("POST", "/git/commits", &body);
    let body = json!({ "sha": commit.json["sha"] });
    let refused = scene.call("PATCH", "/git/refs/heads/main", &body);
    assert_eq!(refused.status, 403);
    assert!(refused.header("x-accepted-github-permissions").unwrap().contains("workflows=write"));
    let allowed = scene.call_as(Some(USER), "PATCH", "/git/refs/heads/main", &body);
    assert_eq!(allowed.status, 200);
}
