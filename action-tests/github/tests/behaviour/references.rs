//! References.

use serde_json::json;

use crate::scene::Scene;

#[test]
fn a_reference_is_made_once() {
    let scene = Scene::new();
    let body = json!({ "ref": "refs/tags/v1", "sha": scene.head() });
    assert_eq!(scene.call("POST", "/git/refs", &body).status, 201);
    let again = scene.call("POST", "/git/refs", &body);
    assert_eq!(again.status, 422);
    assert!(again.message().contains("Reference already exists"));
    assert_eq!(scene.git(&["rev-parse", "v1"]), scene.head());
    scene.is_sound();
}

#[test]
fn a_reference_needs_an_object_and_a_full_name() {
    let scene = Scene::new();
    for (body, text) in [
        (json!({ "ref": "refs/tags/v1", "sha": "0".repeat(40) }), "Object does not exist"),
        (json!({ "ref": "v1", "sha": scene.head() }), "refs/"),
        (json!({ "ref": "refs/heads/x..y", "sha": scene.head() }), "Reference update failed"),
        (
            json!({ "ref": "refs/heads/tree", "sha": scene.git(&["rev-parse", "main^{tree}"]) }),
            "Reference update failed",
        ),
    ] {
        let reply = scene.call("POST", "/git/refs", &body);
        assert_eq!(reply.status, 422, "{body}");
        assert!(reply.message().contains(text), "{body}: {}", reply.message());
    }
}

#[test]
fn a_move_is_a_fast_forward_unless_forced() {
    let scene = Scene::new();
    let parent = scene.git(&["rev-parse", "main~1"]);
    let back = scene.call("PATCH", "/git/refs/heads/main", &json!({ "sha": parent }));
    assert_eq!(back.status, 422);
    assert!(back.message().contains("Update is not a fast forward"));
    let forced =
        scene.call("PATCH", "/git/refs/heads/main", &json!({ "sha": parent, "force": true }));
    assert_eq!(forced.status, 200);
    assert_eq!(scene.head(), parent);
    let missing = scene.call("PATCH", "/git/refs/heads/none", &json!({ "sha": parent }));
    assert_eq!(missing.status, 422);
    assert!(missing.message().contains("Reference does not exist"));
    scene.is_sound();
}

#[test]
fn packed_references_are_found_moved_and_deleted() {
    let scene = Scene::new();
    scene.git(&["tag", "v1", "main~1"]);
    scene.git(&["pack-refs", "--all"]);
    assert_eq!(scene.get("/git/ref/tags/v1").status, 200);
    assert_eq!(scene.get("/git/ref/tags%2Fv1").status, 200);
    let moved = scene.call("PATCH", "/git/refs/tags/v1", &json!({ "sha": scene.head() }));
    assert_eq!(moved.status, 200, "{}", moved.message());
    assert_eq!(scene.git(&["rev-parse", "v1"]), scene.head());
    assert_eq!(scene.call("DELETE", "/git/refs/tags/v1", &json!(null)).status, 204);
    assert_eq!(scene.get("/git/ref/tags/v1").status, 404);
    assert_eq!(scene.call("DELETE", "/git/refs/tags/v1", &json!(null)).status, 422);
    assert_eq!(scene.git(&["tag"]), "");
    scene.is_sound();
}

#[test]
fn one_reference_by_full_name_many_by_prefix() {
    let scene = Scene::new();
    for tag in ["v1.0.0", "v1.1.0", "v2.0.0"] {
        scene.git(&["tag", tag, "main"]);
    }
    assert_eq!(scene.get("/git/ref/tags/v1").status, 404);
    let found = scene.get("/git/matching-refs/tags/v1");
    let names: Vec<&str> =
        found.json.as_array().unwrap().iter().map(|item| item["ref"].as_str().unwrap()).collect();
    assert_eq!(names, ["refs/tags/v1.0.0", "refs/tags/v1.1.0"]);
    assert_eq!(scene.get("/git/matching-refs/tags/none").json, json!([]));
    assert_eq!(scene.server.refs("octo", "demo").len(), 4);
    scene.is_sound();
}

#[test]
fn branches_with_slashes() {
    let scene = Scene::new();
    scene.git(&["branch", "release/1.x", "main"]);
    for path in ["/branches/release/1.x", "/branches/release%2F1.x"] {
        assert_eq!(scene.get(path).json["commit"]["sha"], scene.head());
    }
    assert_eq!(scene.get("/branches/none").status, 404);
    assert_eq!(scene.get("/branches").json.as_array().unwrap().len(), 2);
    scene.is_sound();
}
