//! `publish`: files for a release that exists, as its own action and as a command.

use diagnostics::Exit;
use github_stand_in::{Fault, Settings};

use crate::house::{House, Outcome, PYPROJECT, git, run};

/// A released project with something built.
fn released(inputs: &[(&str, &str)], settings: Settings) -> House {
    let house = House::on(PYPROJECT, settings);
    let outcome = house.run(inputs);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    std::fs::create_dir_all(house.work.join("dist/sub")).unwrap();
    std::fs::write(house.work.join("dist/demo-1.0.0.whl"), "wheel").unwrap();
    std::fs::write(house.work.join("dist/demo-1.0.0.tar.gz"), "source").unwrap();
    std::fs::write(house.work.join("dist/.hidden"), "hidden").unwrap();
    std::fs::write(house.work.join("dist/sub/more.txt"), "more").unwrap();
    house
}

/// A step with the publish action: `args: [publish]`.
fn publish(house: &House, inputs: &[(&str, &str)]) -> Outcome {
    let mut variables = house.variables(&house.work);
    for (name, value) in inputs {
        variables.insert(format!("INPUT_{}", name.to_uppercase()), (*value).to_owned());
    }
    run(&house.work, variables, &["publish"])
}

fn names(house: &House) -> String {
    let release = house.server.releases("org", "demo").remove(0);
    let mut names: Vec<&str> = release.assets.iter().map(|asset| asset.name.as_str()).collect();
    names.sort_unstable();
    names.join(" ")
}

#[test]
fn the_tag_of_the_release_step_is_a_name_here() {
    // The release is made through the API: the tag is on the server only.
    let house = released(&[], Settings::default());
    assert_eq!(git(&house.work, &["tag"]), "");
    let outcome = publish(&house, &[("tag", "v1.0.0")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(names(&house), "demo-1.0.0.tar.gz demo-1.0.0.whl");
    for (name, value) in [
        ("tag", "v1.0.0"),
        ("version", "1.0.0"),
        ("is_prerelease", "false"),
        ("link", "https://github.com/org/demo/releases/tag/v1.0.0"),
        ("changed", "true"),
        ("dry_run", "false"),
    ] {
        assert_eq!(outcome.output(name), value, "{name}");
    }
    let release = house.server.releases("org", "demo").remove(0);
    assert_eq!(outcome.output("release_id"), release.id.to_string());
    assert!(outcome.output("upload_url").contains("/assets"), "{:?}", outcome.outputs);
    let assets: serde_json::Value = serde_json::from_str(outcome.output("assets")).unwrap();
    assert_eq!(assets[1]["name"], "demo-1.0.0.whl");
    assert!(assets[1]["digest"].as_str().unwrap().starts_with("sha256:"));
    assert!(outcome.summary.contains("demo"), "{}", outcome.summary);
}

#[test]
fn a_second_time_nothing_is_done_and_other_bytes_are_refused() {
    let house = released(&[], Settings::default());
    assert_eq!(publish(&house, &[]).exit, Exit::Done);
    house.server.clear_requests();
    let again = publish(&house, &[("tag", "latest")]);
    assert_eq!((again.exit, again.output("changed")), (Exit::Done, "false"), "{}", again.log);
    assert_eq!(house.server.mutations(), Vec::<String>::new());
    std::fs::write(house.work.join("dist/demo-1.0.0.whl"), "other").unwrap();
    std::fs::write(house.work.join("dist/new.txt"), "new").unwrap();
    let refused = publish(&house, &[]);
    assert_eq!(refused.exit, Exit::Outside, "{}", refused.log);
    assert!(refused.log.contains("release/asset-differs"), "{}", refused.log);
    assert!(refused.log.contains("demo-1.0.0.whl"), "{}", refused.log);
    assert_eq!(refused.output("tag"), "v1.0.0", "outputs are written all the same");
    let replaced = publish(&house, &[("replace_assets", "true")]);
    assert_eq!(replaced.exit, Exit::Done, "{}", replaced.log);
    assert_eq!(names(&house), "demo-1.0.0.tar.gz demo-1.0.0.whl new.txt");
    let release = house.server.releases("org", "demo").remove(0);
    assert!(release.assets.iter().any(|asset| asset.bytes == b"other"));
}

#[test]
fn an_immutable_release_takes_nothing_more_and_says_why() {
    let settings = Settings { immutable_releases: true, ..Settings::default() };
    let house = released(&[], settings);
    let outcome = publish(&house, &[]);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
    assert!(outcome.log.contains("release/immutable"), "{}", outcome.log);
    assert!(outcome.log.contains("publish_draft"), "the way out is named: {}", outcome.log);
}

#[test]
fn a_draft_gets_its_files_and_is_published_when_asked() {
    let settings = Settings { immutable_releases: true, ..Settings::default() };
    let house = released(&[("draft", "true")], settings);
    let outcome = publish(&house, &[("tag", "v1.0.0")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(house.server.releases("org", "demo")[0].draft, "nobody asked");
    let outcome = publish(&house, &[("tag", "v1.0.0"), ("publish_draft", "true")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let release = house.server.releases("org", "demo").remove(0);
    assert!(!release.draft && release.immutable && release.latest);
    assert!(release.body.unwrap().contains("v1.0.0"), "the notes stay");
    assert_eq!(names(&house), "demo-1.0.0.tar.gz demo-1.0.0.whl");
    let again = publish(&house, &[("publish_draft", "true")]);
    assert_eq!((again.exit, again.output("changed")), (Exit::Done, "false"), "{}", again.log);
}

#[test]
fn patterns_are_those_of_the_settings() {
    let house = released(&[], Settings::default());
    let settings = "\n[tool.semantic_release.publish]\ndist_glob_patterns = [\"dist/**/*.txt\", \"dist/.h*\"]\n";
    let pyproject = format!("{PYPROJECT}{settings}");
    std::fs::write(house.work.join("pyproject.toml"), &pyproject).unwrap();
    assert_eq!(publish(&house, &[]).exit, Exit::Done);
    assert_eq!(names(&house), "default.hidden more.txt");
    let off = pyproject.replace("dist_glob", "upload_to_vcs_release = false\ndist_glob");
    std::fs::write(house.work.join("pyproject.toml"), off).unwrap();
    std::fs::write(house.work.join("dist/sub/new.txt"), "x").unwrap();
    assert_eq!(publish(&house, &[]).exit, Exit::Done);
    assert_eq!(names(&house), "default.hidden more.txt");
}

#[test]
fn what_is_not_there() {
    let house = released(&[], Settings::default());
    let outcome = publish(&house, &[("tag", "v9.9.9")]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("release/no-tag"), "{}", outcome.log);
    git(&house.work, &["tag", "other"]);
    let outcome = publish(&house, &[("tag", "other")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(outcome.log.contains("release/no-release"), "{}", outcome.log);
    std::fs::remove_dir_all(house.work.join("dist")).unwrap();
    let outcome = publish(&house, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(outcome.log.contains("release/no-files"), "{}", outcome.log);
    assert_eq!(publish(&house, &[("fail-on", "warning")]).exit, Exit::CheckFailed);
    let empty = House::new();
    let outcome = publish(&empty, &[]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert_eq!(outcome.output("dry-run"), "false", "outputs are written on every exit");
}

#[test]
fn a_dry_run_lists_what_would_be_attached() {
    let house = released(&[], Settings::default());
    house.server.clear_requests();
    let outcome = publish(&house, &[("no_operation_mode", "true")]);
    assert_eq!((outcome.exit, outcome.output("changed")), (Exit::Done, "true"), "{}", outcome.log);
    assert!(outcome.output("plan").contains("dist/demo-1.0.0.whl"), "{:?}", outcome.outputs);
    assert_eq!(house.server.mutations(), Vec::<String>::new());
}

#[test]
fn as_a_command() {
    let house = released(&[], Settings::default());
    for flags in [
        &["publish", "--tag", "v1.0.0"][..],
        &["--config", "pyproject.toml", "-v", "publish", "--tag", "v1.0.0"][..],
        &["-v", "publish"][..],
    ] {
        let outcome = house.command(&house.work, flags);
        assert_eq!(outcome.exit, Exit::Done, "{flags:?}: {}", outcome.stderr);
        assert_eq!(names(&house), "demo-1.0.0.tar.gz demo-1.0.0.whl");
    }
    let outcome = house.command(&house.work, &["--noop", "publish", "--tag", "v2"]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.stderr);
}

#[test]
fn stopped_at_every_upload_and_run_again() {
    for number in 1..=2 {
        for fault in [
            Fault::mutation(number).before().status(403),
            Fault::mutation(number).starter(),
            Fault::mutation(number).after().cut(),
        ] {
            let house = released(&[], Settings::default());
            house.server.clear_requests();
            house.server.inject(fault);
            let first = publish(&house, &[]);
            house.server.clear_faults();
            let second = publish(&house, &[]);
            assert_eq!(second.exit, Exit::Done, "{number}: {} {}", first.log, second.log);
            assert_eq!(names(&house), "demo-1.0.0.tar.gz demo-1.0.0.whl", "{number}");
        }
    }
}
