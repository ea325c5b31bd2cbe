//! Releases and their files.

use github_stand_in::Settings;
use serde_json::{Value, json};

use crate::scene::{READER, Scene, TOKEN};

fn id(value: &Value) -> u64 {
    value["id"].as_u64().unwrap()
}

#[test]
fn publishing_makes_the_tag() {
    let scene = Scene::new();
    let made = scene.release(&json!({ "tag_name": "v1.0.0", "name": "One", "body": "Notes" }));
    assert_eq!(made.status, 201, "{}", made.message());
    assert_eq!(
        made.json["html_url"],
        format!("{}/octo/demo/releases/tag/v1.0.0", scene.server.server_url())
    );
    assert_eq!(scene.git(&["rev-parse", "v1.0.0"]), scene.head());
    assert_eq!(scene.get("/releases/tags/v1.0.0").json["id"], made.json["id"]);
    scene.is_sound();
}

#[test]
fn a_tag_that_exists_stays_where_it_is() {
    let scene = Scene::new();
    scene.git(&["tag", "v1.0.0", "main~1"]);
    let body = json!({ "tag_name": "v1.0.0", "target_commitish": "main" });
    assert_eq!(scene.release(&body).status, 201);
    assert_eq!(scene.git(&["rev-parse", "v1.0.0"]), scene.git(&["rev-parse", "main~1"]));
    scene.is_sound();
}

#[test]
fn a_second_release_of_a_tag_is_refused() {
    let scene = Scene::new();
    scene.release(&json!({ "tag_name": "v1" }));
    let again = scene.release(&json!({ "tag_name": "v1" }));
    assert_eq!(again.status, 422);
    assert_eq!(again.json["errors"][0]["code"], "already_exists");
    let target = scene.release(&json!({ "tag_name": "v2", "target_commitish": "none" }));
    assert_eq!(target.json["errors"][0]["field"], "target_commitish");
    assert_eq!(scene.server.releases("octo", "demo").len(), 1);
    scene.is_sound();
}

#[test]
fn drafts_have_no_tag_and_are_not_found_by_it() {
    let scene = Scene::new();
    let draft = scene.release(&json!({ "tag_name": "v1", "draft": true }));
    assert_eq!(draft.status, 201);
    assert!(draft.json["html_url"].as_str().unwrap().contains("/releases/tag/untagged-"));
    assert_eq!(draft.json["published_at"], Value::Null);
    assert_eq!(scene.get("/releases/tags/v1").status, 404);
    assert_eq!(scene.git(&["tag"]), "");
    assert_eq!(scene.get("/releases").json.as_array().unwrap().len(), 1);

    let path = format!("/releases/{}", id(&draft.json));
    let published = scene.call("PATCH", &path, &json!({ "draft": false }));
    assert_eq!(published.status, 200, "{}", published.message());
    assert_eq!(scene.git(&["tag"]), "v1");
    assert_eq!(scene.get("/releases/tags/v1").status, 200);
    scene.is_sound();
}

#[test]
fn drafts_are_hidden_from_readers() {
    let scene = Scene::new();
    let draft = scene.release(&json!({ "tag_name": "v1", "draft": true }));
    for token in [None, Some(READER)] {
        assert_eq!(scene.call_as(token, "GET", "/releases", &Value::Null).json, json!([]));
        let path = format!("/releases/{}", id(&draft.json));
        assert_eq!(scene.call_as(token, "GET", &path, &Value::Null).status, 404);
    }
    scene.is_sound();
}

#[test]
fn the_latest_release_follows_make_latest() {
    let scene = Scene::new();
    let latest = || scene.get("/releases/latest").json["tag_name"].clone();
    assert_eq!(scene.get("/releases/latest").status, 404);
    scene.release(&json!({ "tag_name": "v2.0.0" }));
    scene.release(&json!({ "tag_name": "v1.9.0", "make_latest": "false" }));
    assert_eq!(latest(), "v2.0.0");
    scene.release(&json!({ "tag_name": "v1.9.1", "make_latest": "legacy" }));
    assert_eq!(latest(), "v2.0.0");
    scene.release(&json!({ "tag_name": "v3.0.0-rc.1", "prerelease": true }));
    assert_eq!(latest(), "v2.0.0");
    scene.release(&json!({ "tag_name": "v1.9.2" }));
    assert_eq!(latest(), "v1.9.2");
    let legacy = scene.release(&json!({ "tag_name": "v2.1.0", "make_latest": "legacy" }));
    assert_eq!(latest(), "v2.1.0");
    assert_eq!(scene.release(&json!({ "tag_name": "v4", "make_latest": "maybe" })).status, 422);
    scene.call("DELETE", &format!("/releases/{}", id(&legacy.json)), &Value::Null);
    assert_eq!(latest(), "v1.9.2");
    assert!(scene.git(&["tag"]).contains("v2.1.0"));
}

#[test]
fn lists_come_in_pages() {
    let scene = Scene::new();
    for number in 0..5 {
        scene.release(&json!({ "tag_name": format!("v{number}") }));
    }
    let first = scene.get("/releases?per_page=2");
    assert_eq!(first.json[0]["tag_name"], "v4");
    let link = first.header("link").unwrap();
    assert!(link.contains("per_page=2&page=2>; rel=\"next\""), "{link}");
    assert!(link.contains("per_page=2&page=3>; rel=\"last\""), "{link}");
    let last = scene.get("/releases?per_page=2&page=3");
    assert_eq!(last.json.as_array().unwrap().len(), 1);
    assert!(!last.header("link").unwrap().contains("next"));
    scene.is_sound();
}

#[test]
fn a_new_release_may_be_missing_from_the_list_for_a_while() {
    let scene = Scene::with(Settings { list_lag: 2, ..Settings::default() });
    scene.release(&json!({ "tag_name": "v1", "draft": true }));
    let count = || scene.get("/releases").json.as_array().unwrap().len();
    assert_eq!([count(), count(), count()], [0, 0, 1]);
}

#[test]
fn assets_are_uploaded_listed_and_deleted() {
    let scene = Scene::new();
    let release = scene.release(&json!({ "tag_name": "v1", "draft": true }));
    let upload = release.json["upload_url"].as_str().unwrap();
    assert!(upload.ends_with("/assets{?name,label}"), "{upload}");
    let asset = scene.upload(id(&release.json), "my%20tool.tar.gz", b"abc").unwrap();
    assert_eq!(asset.status, 201, "{}", asset.message());
    assert_eq!(asset.json["name"], "my.tool.tar.gz");
    assert_eq!(asset.json["state"], "uploaded");
    let digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(asset.json["digest"], digest);
    let again = scene.upload(id(&release.json), "my%20tool.tar.gz", b"abc").unwrap();
    assert_eq!(again.json["errors"][0]["code"], "already_exists");
    assert_eq!(scene.upload(id(&release.json), "", b"abc").unwrap().status, 422);
    let path = format!("/releases/{}/assets", id(&release.json));
    assert_eq!(scene.get(&path).json.as_array().unwrap().len(), 1);
    let path = format!("/releases/assets/{}", id(&asset.json));
    assert_eq!(scene.call("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(scene.get(&path).status, 404);
}

#[test]
fn published_assets_are_downloaded() {
    let scene = Scene::new();
    let release = scene.release(&json!({ "tag_name": "v1" }));
    let asset = scene.upload(id(&release.json), "tool", b"bytes").unwrap();
    let url = asset.json["browser_download_url"].as_str().unwrap();
    let path = url.strip_prefix(&scene.server.server_url()).unwrap();
    assert_eq!(scene.send(None, "GET", path, &Value::Null).unwrap().bytes, b"bytes");
    let released = &scene.server.releases("octo", "demo")[0];
    assert_eq!(released.assets[0].bytes, b"bytes");
    scene.is_sound();
}

#[test]
fn immutable_releases_are_frozen_when_published() {
    let scene = Scene::with(Settings { immutable_releases: true, ..Settings::default() });
    let draft = scene.release(&json!({ "tag_name": "v1", "draft": true }));
    let number = id(&draft.json);
    assert_eq!(draft.json["immutable"], false);
    assert_eq!(scene.upload(number, "tool", b"abc").unwrap().status, 201);
    let path = format!("/releases/{number}");
    let published = scene.call("PATCH", &path, &json!({ "draft": false }));
    assert_eq!(published.json["immutable"], true);

    let late = scene.upload(number, "late", b"abc").unwrap();
    assert_eq!(late.status, 422);
    assert!(late.message().contains("Cannot upload assets to an immutable release"));
    let asset = id(&published.json["assets"][0]);
    let path = format!("/releases/assets/{asset}");
    assert_eq!(scene.call("DELETE", &path, &Value::Null).status, 422);
    let notes = scene.call("PATCH", &format!("/releases/{number}"), &json!({ "body": "new" }));
    assert_eq!(notes.status, 200);
    let parent = scene.git(&["rev-parse", "main~1"]);
    let moved = scene.call("PATCH", "/git/refs/tags/v1", &json!({ "sha": parent, "force": true }));
    assert_eq!(moved.status, 422);
    assert_eq!(scene.call("DELETE", "/git/refs/tags/v1", &Value::Null).status, 422);
}

#[test]
fn the_tag_of_an_immutable_release_is_never_free_again() {
    let scene = Scene::with(Settings { immutable_releases: true, ..Settings::default() });
    let first = scene.release(&json!({ "tag_name": "v1" }));
    let path = format!("/releases/{}", id(&first.json));
    assert_eq!(scene.call("DELETE", &path, &Value::Null).status, 204);
    let again = scene.release(&json!({ "tag_name": "v1" }));
    assert_eq!(again.status, 422);
    assert!(again.message().contains("tag_name was used by an immutable release"));
}

#[test]
fn an_upload_that_breaks_off_leaves_a_starter_asset() {
    let scene = Scene::new();
    let release = scene.release(&json!({ "tag_name": "v1", "draft": true }));
    scene.server.inject(github_stand_in::Fault::on("POST", "*/assets").starter());
    assert_eq!(scene.upload(id(&release.json), "tool", b"abc").unwrap().status, 502);
    let path = format!("/releases/{}/assets", id(&release.json));
    let list = scene.get(&path);
    assert_eq!(list.json[0]["state"], "starter");
    assert_eq!(list.json[0]["digest"], Value::Null);
    let again = scene.upload(id(&release.json), "tool", b"abc").unwrap();
    assert_eq!(again.json["errors"][0]["code"], "already_exists");
    let starter = format!("/releases/assets/{}", id(&list.json[0]));
    assert_eq!(scene.call("DELETE", &starter, &Value::Null).status, 204);
    assert_eq!(scene.upload(id(&release.json), "tool", b"abc").unwrap().status, 201);
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    let scene = Scene::new();
    let fits = "é".repeat(125_000);
    assert_eq!(scene.release(&json!({ "tag_name": "v1", "body": fits })).status, 201);
    let reply = scene.release(&json!({ "tag_name": "v2", "body": format!("{fits}é") }));
    assert_eq!(reply.status, 422);
    assert!(reply.message().contains("maximum is 125000"));
}

#[test]
fn notes_are_generated() {
    let scene = Scene::new();
    scene.release(&json!({ "tag_name": "v1" }));
    let notes = scene.call("POST", "/releases/generate-notes", &json!({ "tag_name": "v2" }));
    assert!(notes.json["body"].as_str().unwrap().ends_with("/octo/demo/compare/v1...v2"));
    let made = scene.release(&json!({ "tag_name": "v2", "generate_release_notes": true }));
    assert_eq!(made.json["name"], "v2");
    assert_eq!(made.json["body"], notes.json["body"]);
    let wrong = json!({ "tag_name": "v3", "previous_tag_name": "none" });
    assert_eq!(scene.call("POST", "/releases/generate-notes", &wrong).status, 422);
    scene.is_sound();
}

#[test]
fn addresses_follow_the_form_they_were_asked_in() {
    let scene = Scene::built(Settings::default(), github_stand_in::Builder::enterprise);
    assert!(scene.server.api_url().ends_with("/api/v3"));
    assert!(scene.server.graphql_url().ends_with("/api/graphql"));
    let path = "/api/v3/repos/octo/demo/releases";
    let made = scene.send(Some(TOKEN), "POST", path, &json!({ "tag_name": "v1" })).unwrap();
    let upload = made.json["upload_url"].as_str().unwrap();
    assert!(upload.starts_with(&scene.server.api_url()), "{upload}");
    scene.is_sound();
}
