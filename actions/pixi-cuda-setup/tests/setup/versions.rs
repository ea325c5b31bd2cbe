//! Which pixi: what was asked for, what the manifest asks for, what the lock was written by.

use diagnostics::Exit;

use crate::house::{House, TOKEN};
use crate::program::file;
use crate::server::Reply;

const MANIFEST: &str = "[workspace]\nname = \"demo\"\nchannels = []\nplatforms = [\"linux-64\"]\n";

fn lock(version: u8) -> String {
    let platforms = if version >= 7 { "platforms:\n- name: linux-64\n" } else { "" };
    format!(
        "version: {version}\n{platforms}environments:\n  default:\n    channels: []\n    packages: {{}}\npackages: []\n"
    )
}

#[test]
fn the_release_that_suits() {
    let house = House::new();
    house.list(&["0.78.0", "0.77.0", "0.67.2", "0.67.1", "0.48.2"]);
    // Not these: a file is still being uploaded, a prerelease, a draft, something else.
    let asset =
        |state: &str| serde_json::json!([{"name": format!("{}.tar.gz", file()), "state": state}]);
    let mut listed = serde_json::json!([
        {"tag_name": "v0.81.0", "assets": asset("starter")},
        {"tag_name": "v0.80.0", "assets": asset("uploaded"), "prerelease": true},
        {"tag_name": "v0.79.0", "assets": asset("uploaded"), "draft": true},
        {"tag_name": "pixi-build-rust-v0.99.0", "assets": asset("uploaded")},
    ]);
    let api = "/repos/prefix-dev/pixi/releases";
    if let Reply::Whole(list) = house.server.reply(api) {
        let list: Vec<serde_json::Value> = serde_json::from_slice(&list).unwrap();
        listed.as_array_mut().unwrap().extend(list);
    }
    house.server.put(api, Reply::Whole(listed.to_string().into_bytes()));
    let cases: [(&str, Option<&str>, Option<u8>, &str); 9] = [
        ("latest", None, None, "0.78.0"),
        ("", None, None, "0.78.0"),
        ("auto", None, Some(7), "0.78.0"),
        ("auto", None, Some(6), "0.67.2"),
        ("auto", Some("<0.67.2"), Some(6), "0.67.1"),
        ("auto", Some(">=0.60,<0.78"), Some(6), "0.77.0"),
        ("auto", Some("==0.48.2"), None, "0.48.2"),
        (">=0.40,<0.67", Some(">=0.70"), Some(7), "0.48.2"),
        ("0.67.*", None, None, "0.67.2"),
    ];
    for (wish, requires, format, version) in cases {
        let requires = requires.map(|text| format!("requires-pixi = \"{text}\"\n"));
        house.write("pixi.toml", &format!("{MANIFEST}{}", requires.unwrap_or_default()));
        match format {
            Some(format) => house.write("pixi.lock", &lock(format)),
            None => drop(std::fs::remove_file(house.work.join("pixi.lock"))),
        }
        let outcome = house.run(&[("pixi-version", wish)]);
        assert_eq!(outcome.exit, Exit::Done, "{wish} {format:?}: {}", outcome.log);
        assert_eq!(outcome.output("pixi-version"), version, "{wish} {format:?}: {}", outcome.log);
        assert_eq!(outcome.calls(), format!("pixi {version}"));
    }
    let list: Vec<_> =
        house.server.seen().into_iter().filter(|seen| seen.target.starts_with("/repos")).collect();
    assert_eq!(list.len(), 8, "none for an exact version");
    for seen in list {
        assert_eq!(seen.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    }
    for seen in house.server.seen().into_iter().filter(|seen| !seen.target.starts_with("/repos")) {
        assert_eq!(seen.header("authorization"), None, "the token is for the API alone");
    }
}

#[test]
fn old_releases_are_on_further_pages() {
    let house = House::new();
    let page = |number: usize, versions: &[String]| {
        let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
        house.list(&versions);
        let listed = house.server.reply("/repos/prefix-dev/pixi/releases");
        let path = format!("/repos/prefix-dev/pixi/releases?per_page=20&page={number}");
        house.server.put(&path, listed);
    };
    let versions: Vec<String> = (0..45).map(|back| format!("0.{}.0", 77 - back)).collect();
    for (index, versions) in versions.chunks(20).enumerate() {
        page(index + 1, versions);
    }
    let pages = |wish: &str| {
        house.server.asked();
        let outcome = house.run(&[("pixi-version", wish)]);
        let asked = house.server.asked();
        let pages = asked.iter().filter(|target| target.starts_with("/repos")).count();
        (outcome.output("pixi-version").to_owned(), pages)
    };
    assert_eq!(pages("latest"), ("0.77.0".to_owned(), 1));
    assert_eq!(pages("<0.57"), ("0.56.0".to_owned(), 2));
    assert_eq!(pages("<0.34"), ("0.33.0".to_owned(), 3));
    let outcome = house.run(&[("pixi-version", "<0.20")]);
    assert_eq!(outcome.exit, Exit::BadInput);
    assert!(outcome.log.contains("no release of pixi is within `<0.20`"), "{}", outcome.log);
    assert!(outcome.log.contains("the newest is 0.77.0"), "{}", outcome.log);
}

#[test]
fn what_cannot_be_found_out_is_said_before_anything_is_downloaded() {
    let house = House::new();
    let api = "/repos/prefix-dev/pixi/releases";
    let latest = [("pixi-version", "latest")];
    house.server.put(api, Reply::Whole(b"<html>".to_vec()));
    let outcome = house.run(&latest);
    house.assert_failed(
        &outcome,
        Exit::Outside,
        "install/releases",
        &["cannot be read", "exact `pixi-version`"],
    );
    house.server.put(api, Reply::Whole(b"[]".to_vec()));
    house.assert_failed(
        &house.run(&latest),
        Exit::BadInput,
        "install/no-release",
        &["no release of pixi"],
    );
    house.server.put(api, Reply::Status(403));
    house.assert_failed(
        &house.run(&latest),
        Exit::Outside,
        "install/releases",
        &["limit of requests", "`token`"],
    );
    house.server.put(api, Reply::Status(404));
    house.assert_failed(
        &house.run(&latest),
        Exit::Outside,
        "http/status",
        &["answered 404", "not exact"],
    );
    let outcome = house.run(&[("pixi-version", "newest")]);
    house.assert_failed(&outcome, Exit::BadInput, "install/version", &["`newest` is neither"]);
    house.write("pixi.toml", "[workspace\n");
    assert_eq!(house.run(&[]).exit, Exit::BadInput, "what it asks for is not known");
    assert_eq!(house.run(&[("pixi-version", "0.77.0")]).exit, Exit::Done, "nobody asks it");
    let asked = house.server.asked();
    let downloads = asked.iter().filter(|target| !target.starts_with("/repos")).count();
    assert_eq!(downloads, 2, "archive and digest of the last run alone: {asked:?}");
}
