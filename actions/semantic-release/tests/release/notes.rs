//! What users add to the notes, and what the release tells later steps.

use diagnostics::Exit;

use crate::house::{House, git};

fn digest() -> String {
    format!("sha256:{}", "0a".repeat(32))
}

#[test]
fn reports_and_images_follow_the_notes() {
    let house = House::new();
    std::fs::write(
        house.work.join("parity.md"),
        "## Parity\r\n\r\nAll 12 numbers hold.\u{202e}\r\n",
    )
    .unwrap();
    let images =
        serde_json::json!([{"name": "ghcr.io/org/demo", "tag": "1.0.0", "digest": digest()}]);
    let images = images.to_string();
    let inputs = [("notes_append", "parity.md\n"), ("images", images.as_str())];
    let outcome = house.run(&inputs);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let body = house.server.releases("org", "demo").remove(0).body.unwrap();
    let expected = format!(
        "\n\n## Parity\n\nAll 12 numbers hold.\\u{{202e}}\n\n## Images\n\n```console\n# ghcr.io/org/demo:1.0.0\ndocker pull ghcr.io/org/demo@{}\n```\n",
        digest()
    );
    assert!(body.starts_with("## v1.0.0") && body.ends_with(&expected), "{body}");
    assert_eq!(outcome.output("release_notes"), body);
    assert!(!house.file("main", "CHANGELOG.md").contains("Parity"));
}

#[test]
fn texts_that_cannot_be_taken_are_refused_before_anything_changes() {
    for (name, value, code) in [
        ("notes_append", "none.md", "release/notes-append"),
        ("notes_append", "/etc/passwd", "release/notes-append"),
        ("notes_append", ".", "release/notes-append"),
        ("images", "{", "release/images"),
        ("images", r#"[{"name": "x", "digest": "latest"}]"#, "release/images"),
    ] {
        let house = House::new();
        let outcome = house.run(&[(name, value)]);
        assert_eq!(outcome.exit, Exit::BadInput, "{value}: {}", outcome.log);
        assert!(outcome.log.contains(code), "{value}: {}", outcome.log);
        assert_eq!(house.server.mutations(), Vec::<String>::new());
    }
}

#[test]
fn a_report_that_is_too_long_is_cut() {
    let house = House::new();
    let report = "### Part\n\n- one line of many\n".repeat(10_000);
    std::fs::write(house.work.join("report.md"), report).unwrap();
    let outcome = house.run(&[("notes_append", "report.md")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let body = house.server.releases("org", "demo").remove(0).body.unwrap();
    let link = "[the whole text](https://github.com/org/demo/blob/v1.0.0/CHANGELOG.md)";
    assert!(body.chars().count() <= 125_000 && body.contains(link));
}

#[test]
fn later_steps_learn_about_the_release() {
    let house = House::new();
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    house.commit("feat: an idea");
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let release = house.server.releases("org", "demo").remove(0);
    for (name, value) in [
        ("release_id", release.id.to_string().as_str()),
        ("changelog_path", "CHANGELOG.md"),
        ("pep440_version", "1.0.0.dev1"),
        ("major", "1"),
        ("minor", "0"),
        ("patch", "0"),
        ("dry_run", "false"),
    ] {
        assert_eq!(outcome.output(name), value, "{name}");
    }
    assert!(outcome.output("upload_url").ends_with("/assets{?name,label}"));
    let dry = house.run(&[("no_operation_mode", "true")]);
    assert_eq!((dry.output("dry_run"), dry.output("dry-run")), ("true", "true"));
}
