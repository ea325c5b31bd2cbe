//! Blobs, trees, commits and tags, judged by git.

use serde_json::{Value, json};

use crate::scene::{Scene, TOKEN, USER};

fn sha(value: &Value) -> String {
    value["sha"].as_str().unwrap().to_owned()
}

#[test]
fn a_commit_of_parts_is_what_git_sees() {
    let scene = Scene::new();
    let head = scene.head();
    let blob = scene.call(
        "POST",
        "/git/blobs",
        &json!({ "content": "dmVyc2lvbiA9ICIxIgo=", "encoding": "base64" }),
    );
    assert_eq!(blob.status, 201);
    let tree = scene.call(
        "POST",
        "/git/trees",
        &json!({ "base_tree": head, "tree": [
            { "path": "a/b/version.toml", "mode": "100644", "type": "blob", "sha": blob.json["sha"] },
            { "path": "CHANGELOG.md", "mode": "100644", "type": "blob", "content": "# Changes\n" },
            { "path": "bin/tool", "mode": "100755", "type": "blob", "content": "#!/bin/sh\n" },
        ]}),
    );
    assert_eq!(tree.status, 201, "{}", tree.message());
    let commit = scene.call(
        "POST",
        "/git/commits",
        &json!({ "message": "chore: release", "tree": tree.json["sha"], "parents": [head] }),
    );
    assert_eq!(commit.status, 201, "{}", commit.message());
    let moved = scene.call("PATCH", "/git/refs/heads/main", &json!({ "sha": commit.json["sha"] }));
    assert_eq!(moved.status, 200, "{}", moved.message());

    assert_eq!(scene.head(), sha(&commit.json));
    assert_eq!(scene.git(&["show", "main:a/b/version.toml"]), "version = \"1\"");
    assert!(scene.git(&["ls-tree", "main", "bin/tool"]).starts_with("100755 blob"));
    assert!(scene.git(&["ls-tree", "main", "src/run.sh"]).starts_with("100755 blob"));
    assert_eq!(scene.git(&["log", "--format=%s", "-2", "main"]), "chore: release\nfix: more");
    scene.is_sound();
}

#[test]
fn a_null_sha_deletes_and_empty_folders_go() {
    let scene = Scene::new();
    let tree = scene.call(
        "POST",
        "/git/trees",
        &json!({ "base_tree": scene.head(), "tree": [
            { "path": "src/run.sh", "mode": "100755", "type": "blob", "sha": null },
        ]}),
    );
    assert_eq!(scene.git(&["ls-tree", "-r", "--name-only", &sha(&tree.json)]), "README.md");
    let missing = scene.call(
        "POST",
        "/git/trees",
        &json!({ "base_tree": scene.head(), "tree": [
            { "path": "src/none", "mode": "100644", "type": "blob", "sha": null },
        ]}),
    );
    assert_eq!(missing.status, 422);
    scene.is_sound();
}

#[test]
fn wrong_trees_are_refused() {
    let scene = Scene::new();
    let zeros = "0".repeat(40);
    for (entry, part) in [
        (json!({ "path": "../x", "mode": "100644", "content": "" }), "malformed"),
        (json!({ "path": ".git/config", "mode": "100644", "content": "" }), "malformed"),
        (json!({ "path": "/x", "mode": "100644", "content": "" }), "malformed"),
        (json!({ "path": "x", "mode": "100640", "content": "" }), "mode"),
        (json!({ "path": "x", "mode": "100644", "sha": zeros }), "not a valid blob"),
        (json!({ "path": "x", "mode": "100644" }), "either"),
    ] {
        let reply = scene.call("POST", "/git/trees", &json!({ "tree": [entry.clone()] }));
        assert_eq!(reply.status, 422, "{entry}");
        // The description refuses some of them before the stand-in does, in its own words.
        let told = reply.message().contains(part) || cfg!(feature = "descriptions");
        assert!(told, "{entry}: {}", reply.message());
    }
}

#[test]
fn a_commit_without_author_by_an_app_is_signed() {
    let scene = Scene::new();
    let tree = scene.git(&["rev-parse", "main^{tree}"]);
    let body = json!({ "message": "chore: release", "tree": tree, "parents": [scene.head()] });
    let app = scene.call("POST", "/git/commits", &body);
    assert_eq!(app.json["verification"]["verified"], true);
    assert_eq!(app.json["verification"]["reason"], "valid");
    assert_eq!(app.json["author"]["name"], "github-actions[bot]");
    assert_eq!(app.json["committer"]["email"], "noreply@github.com");
    let read = scene.get(&format!("/git/commits/{}", sha(&app.json)));
    assert_eq!(read.json["verification"], app.json["verification"]);
    assert!(scene.git(&["cat-file", "-p", &sha(&app.json)]).contains("gpgsig -----BEGIN PGP"));

    let user = scene.call_as(Some(USER), "POST", "/git/commits", &body);
    assert_eq!(user.json["verification"]["reason"], "unsigned");
    assert_eq!(user.json["author"]["name"], "mona");
    scene.is_sound();
}

#[test]
fn a_commit_with_author_is_not_signed() {
    let scene = Scene::new();
    let tree = scene.git(&["rev-parse", "main^{tree}"]);
    let reply = scene.call(
        "POST",
        "/git/commits",
        &json!({ "message": "m", "tree": tree, "parents": [scene.head()], "author": {
            "name": "Mona", "email": "mona@example.com", "date": "2026-02-03T04:05:06+02:00",
        }}),
    );
    assert_eq!(reply.json["verification"]["verified"], false);
    assert_eq!(reply.json["committer"]["name"], "Mona");
    let seen = scene.git(&["show", "-s", "--format=%an %ae %aI", &sha(&reply.json)]);
    assert_eq!(seen, "Mona mona@example.com 2026-02-03T04:05:06+02:00");
    scene.is_sound();
}

#[test]
fn commits_on_missing_objects_are_refused() {
    let scene = Scene::new();
    let tree = scene.git(&["rev-parse", "main^{tree}"]);
    for body in [
        json!({ "message": "m", "tree": "0".repeat(40), "parents": [] }),
        json!({ "message": "m", "tree": tree, "parents": [tree] }),
        json!({ "message": "m", "tree": scene.head(), "parents": [] }),
    ] {
        assert_eq!(scene.call("POST", "/git/commits", &body).status, 422, "{body}");
    }
}

#[test]
fn an_annotated_tag_is_an_object_until_a_reference_names_it() {
    let scene = Scene::new();
    let tag = scene.call(
        "POST",
        "/git/tags",
        &json!({ "tag": "v1", "message": "one\n", "object": scene.head(), "type": "commit" }),
    );
    assert_eq!(tag.status, 201, "{}", tag.message());
    assert_eq!(scene.git(&["tag"]), "");
    let made =
        scene.call("POST", "/git/refs", &json!({ "ref": "refs/tags/v1", "sha": tag.json["sha"] }));
    assert_eq!(made.json["object"]["type"], "tag");
    assert_eq!(scene.git(&["cat-file", "-t", "v1"]), "tag");
    assert_eq!(scene.git(&["rev-parse", "v1^{commit}"]), scene.head());
    let read = scene.get(&format!("/git/tags/{}", sha(&tag.json)));
    assert_eq!(read.json["message"], "one\n");
    assert_eq!(read.json["object"]["sha"], scene.head());
    scene.is_sound();
}

#[test]
fn packed_objects_are_read() {
    let scene = Scene::new();
    assert!(!scene.git(&["count-objects", "-v"]).contains("in-pack: 0"));
    let file = scene.get("/contents/README.md");
    assert_eq!(file.json["type"], "file");
    let tree = scene.get("/git/trees/main?recursive=1");
    assert_eq!(tree.json["tree"].as_array().unwrap().len(), 3);
    let folder = scene.get("/contents/src?ref=main");
    assert_eq!(folder.json[0]["path"], "src/run.sh");
    assert_eq!(scene.get("/contents/none").status, 404);
    let blob = scene.get(&format!("/git/blobs/{}", file.json["sha"].as_str().unwrap()));
    assert_eq!(blob.json["content"], "IyBEZW1vCgpNb3JlLgo=\n");
    scene.is_sound();
}

#[test]
fn history_is_compared() {
    let scene = Scene::new();
    let (head, base) = (scene.head(), scene.git(&["rev-parse", "main~1"]));
    let ahead = scene.get(&format!("/compare/{base}...{head}"));
    assert_eq!(ahead.json["status"], "ahead");
    assert_eq!(ahead.json["ahead_by"], 1);
    assert_eq!(ahead.json["commits"][0]["sha"], head);
    assert_eq!(scene.get(&format!("/compare/{head}...{base}")).json["status"], "behind");
    assert_eq!(scene.get("/compare/main...main").json["status"], "identical");
    assert_eq!(scene.get("/compare/main...none").status, 404);
    assert_eq!(scene.get("/commits/main").json["sha"], head);
    assert_eq!(scene.get("/commits/none").status, 422);
    let list = scene.get("/commits?per_page=1");
    assert!(list.header("link").unwrap().contains("page=2>; rel=\"next\""));
    scene.is_sound();
}

#[test]
fn unknown_members_of_a_body_are_refused() {
    let scene = Scene::new();
    let reply = scene.release(&json!({ "tag_name": "v1", "tagname": "v1" }));
    assert_eq!(reply.status, 422);
    assert!(reply.message().contains("tagname"));
    let nested = scene.call(
        "POST",
        "/git/trees",
        &json!({ "tree": [{ "path": "x", "mode": "100644", "content": "", "size": 1 }] }),
    );
    assert_eq!(nested.status, 422);
    let wrong = scene.release(&json!({ "tag_name": "v1", "draft": "yes" }));
    assert_eq!(wrong.status, 422);
    let missing = scene.release(&json!({ "name": "v1" }));
    assert!(missing.message().contains("tag_name"));
    assert!(scene.server.releases("octo", "demo").is_empty());
}

#[test]
fn a_body_that_is_not_json_is_a_400() {
    let scene = Scene::new();
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("user-agent", "tests"), ("authorization", bearer.as_str())];
    let path = "/repos/octo/demo/releases";
    let reply =
        crate::client::exchange(scene.server.address(), "POST", path, &headers, b"{nonsense");
    assert_eq!(reply.unwrap().status, 400);
}
