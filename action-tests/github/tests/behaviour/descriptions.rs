//! The judge itself: that it is at work, and that it finds what is wrong.

use serde_json::json;

use crate::scene::{Scene, TOKEN};

/// Without the descriptions these tests would show nothing.
fn described() -> Scene {
    for name in ["ACTION_TESTS_OPENAPI", "ACTION_TESTS_GRAPHQL_SCHEMA"] {
        assert!(std::env::var_os(name).is_some(), "{name} must name the file of the description");
    }
    Scene::new()
}

#[test]
fn requests_are_held_to_the_description() {
    let scene = described();
    for (method, path, body, text) in [
        ("POST", "/releases", json!({ "tag_name": "v1", "tagname": "v1" }), "tagname"),
        ("POST", "/releases", json!({ "tag_name": 1 }), "tag_name"),
        ("POST", "/git/trees", json!({ "tree": [{ "path": "x", "mode": "100640" }] }), "100640"),
        ("GET", "/releases?perpage=5", json!(null), "perpage"),
        ("GET", "/releases?per_page=five", json!(null), "per_page"),
    ] {
        let before = scene.server.violations().len();
        let reply = scene.call(method, path, &body);
        assert_eq!(reply.status, 422, "{path} {body}");
        let violations = scene.server.violations();
        assert!(violations.len() > before, "{path} {body}");
        assert!(violations.last().unwrap().contains(text), "{violations:?}");
    }
}

#[test]
fn documents_are_held_to_the_schema() {
    let scene = described();
    for (query, variables) in [
        ("query { repository(owner: \"octo\", name: \"demo\") { nonsense } }", json!({})),
        ("query { repository(owner: \"octo\") { name } }", json!({})),
        ("query($n: Int!) { repository(owner: \"octo\", name: $n) { name } }", json!({ "n": 1 })),
        (
            "mutation($input: CreateCommitOnBranchInput!) {
               createCommitOnBranch(input: $input) { clientMutationId } }",
            json!({ "input": { "author": "x" } }),
        ),
    ] {
        let before = scene.server.violations().len();
        let reply = scene.graphql(TOKEN, query, &variables);
        assert!(reply.json["errors"][0]["message"].is_string(), "{query}");
        assert!(scene.server.violations().len() > before, "{query}");
    }
}
