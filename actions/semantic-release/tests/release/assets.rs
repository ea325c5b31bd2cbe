//! Files that belong to the release, and the short tags that move with it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use diagnostics::Exit;
use github_stand_in::{Fault, Release};

use crate::house::{House, PYPROJECT, git};
use crate::kill::killed;
use crate::resume::stop_at;

/// A project whose wheels are built and ignored by git, with a lock file that is not.
fn house() -> House {
    let settings = "assets = [\"dist/*.whl\", \"data.lock\", \"CHANGELOG.md\"]\nadd_partial_tags = true\nversion_toml";
    let house = House::with(&PYPROJECT.replace("version_toml", settings));
    std::fs::write(house.work.join(".gitignore"), "dist/\n").unwrap();
    git(&house.work, &["add", "."]);
    house.commit("chore: ignore what is built");
    build(&house.work);
    house
}

/// What an earlier step of the job makes.
fn build(directory: &Path) {
    std::fs::create_dir_all(directory.join("dist")).unwrap();
    std::fs::write(directory.join("dist/a.whl"), "wheel a").unwrap();
    std::fs::write(directory.join("dist/b.whl"), "wheel b").unwrap();
    std::fs::write(directory.join("data.lock"), "locked").unwrap();
}

fn release(house: &House) -> Release {
    house.server.releases("org", "demo").remove(0)
}

fn names(release: &Release) -> String {
    let mut names: Vec<&str> = release.assets.iter().map(|asset| asset.name.as_str()).collect();
    names.sort_unstable();
    names.join(" ")
}

/// Branch, tags and releases, with the files.
fn state(house: &House) -> String {
    let files = house.server.releases("org", "demo").iter().map(names).collect::<Vec<_>>();
    let tags =
        git(&house.bare, &["for-each-ref", "--format=%(refname) %(*objectname)", "refs/tags"]);
    let main = git(&house.bare, &["rev-parse", "main"]);
    let tags = tags.replace(&main, "main");
    let tree = git(&house.bare, &["ls-tree", "-r", "main"]);
    format!("{}\n{tags}\n{tree}\n{files:?}", house.state())
}

#[test]
fn assets_are_committed_unless_ignored_and_attached_before_publishing() {
    let house = house();
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let release = release(&house);
    assert_eq!(names(&release), "CHANGELOG.md a.whl b.whl data.lock");
    assert!(!release.draft);
    let listed = git(&house.bare, &["ls-tree", "-r", "--name-only", "v1.0.0"]);
    assert_eq!(listed, ".gitignore\nCHANGELOG.md\ndata.lock\npyproject.toml");
    let wheel = release.assets.iter().find(|asset| asset.name == "a.whl").unwrap();
    assert_eq!(
        (wheel.bytes.as_slice(), wheel.content_type.as_str()),
        (&b"wheel a"[..], "application/zip")
    );
    let attached = release.assets.iter().find(|asset| asset.name == "CHANGELOG.md").unwrap();
    assert_eq!(
        String::from_utf8_lossy(&attached.bytes).trim_end(),
        house.file("main", "CHANGELOG.md")
    );
    let last = house.server.mutations().last().cloned().unwrap();
    assert!(last.starts_with("PATCH"), "published after all files were there: {last}");
    assert!(
        outcome.log.contains("attach a.whl, b.whl, data.lock, CHANGELOG.md to release v1.0.0"),
        "{}",
        outcome.log
    );
}

#[test]
fn what_is_missing_or_cannot_be_attached_is_refused_before_anything_changes() {
    for (assets, spoil, code) in [
        ("[\"dist/*.zip\"]", "", "release/asset-missing"),
        ("[\"none.txt\", \"dist/*.whl\"]", "", "release/asset-missing"),
        ("[\"dist\"]", "dist/empty", "release/asset]"),
        ("[\"dist\", \"b.whl\"]", "b.whl", "release/asset-name"),
        ("[\"../outside\"]", "../outside", "release/asset]"),
    ] {
        let settings = format!("assets = {assets}\nversion_toml");
        let house = House::with(&PYPROJECT.replace("version_toml", &settings));
        build(&house.work);
        if !spoil.is_empty() {
            let text = if spoil.ends_with("empty") { "" } else { "x" };
            std::fs::write(house.work.join(spoil), text).unwrap();
        }
        let before = git(&house.work, &["status", "--porcelain"]);
        let outcome = house.run(&[]);
        assert_eq!(outcome.exit, Exit::BadInput, "{assets}: {}", outcome.log);
        assert!(outcome.log.contains(code.trim_end_matches(']')), "{assets}: {}", outcome.log);
        assert_eq!(house.server.mutations(), Vec::<String>::new(), "{assets}");
        assert_eq!(git(&house.work, &["status", "--porcelain"]), before, "{assets}");
    }
}

#[test]
fn killed_with_assets_and_short_tags() {
    let expected = {
        let house = house();
        assert_eq!(house.run(&[]).exit, Exit::Done);
        state(&house)
    };
    // One kill takes a while, for the next run waits for GitHub's list to catch up.
    let killed_at = |number: usize, after: bool| {
        let house = house();
        let tip = house.head();
        if !killed(&house, number, after) {
            return false;
        }
        let directory = if number.is_multiple_of(2) {
            house.work.clone()
        } else {
            house.checkout("main", &tip)
        };
        build(&directory);
        let outcome = house.run_in(&directory, &[]);
        let place = format!("change {number}, carried out: {after}");
        assert_eq!(outcome.exit, Exit::Done, "{place}: {}", outcome.log);
        assert_eq!(state(&house), expected, "{place}: {}", outcome.log);
        true
    };
    let places: Vec<(usize, bool)> =
        (1..=20).flat_map(|number| [(number, false), (number, true)]).collect();
    let next = AtomicUsize::new(0);
    let last = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some((number, after)) = places.get(next.fetch_add(1, Relaxed)) {
                    if !killed_at(*number, *after) {
                        break;
                    }
                    last.fetch_max(*number, Relaxed);
                }
            });
        }
    });
    let last = last.into_inner();
    assert!((12..20).contains(&last), "commit, tag, short tags, draft, files, publish: {last}");
}

#[test]
fn an_upload_that_broke_off_or_differs_in_a_draft_is_replaced() {
    let house = house();
    house.server.inject(Fault::on("POST", "*/assets").starter().times(3));
    house.server.inject(Fault::on("PATCH", "*/releases/*").status(403).always());
    assert_eq!(house.run(&[]).exit, Exit::Outside);
    house.server.clear_faults();
    std::fs::write(house.work.join("dist/a.whl"), "built again, differently").unwrap();
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let release = release(&house);
    assert_eq!(names(&release), "CHANGELOG.md a.whl b.whl data.lock");
    let wheel = release.assets.iter().find(|asset| asset.name == "a.whl").unwrap();
    assert_eq!(wheel.bytes, b"built again, differently");
}

#[test]
fn uploads_run_side_by_side() {
    let house = house();
    house.server.inject(Fault::on("POST", "*/assets").slow(Duration::from_millis(400)).always());
    let start = std::time::Instant::now();
    assert_eq!(house.run(&[]).exit, Exit::Done);
    assert!(start.elapsed() < Duration::from_millis(1600), "{:?}", start.elapsed());
}

#[test]
fn a_draft_is_left_for_a_later_step() {
    let house = house();
    let tip = house.head();
    let outcome = house.run(&[("draft", "true")]);
    assert_eq!((outcome.exit, outcome.output("released")), (Exit::Done, "true"), "{}", outcome.log);
    let made = release(&house);
    assert!(made.draft);
    assert_eq!(names(&made), "CHANGELOG.md a.whl b.whl data.lock");
    let again = house.checkout("main", &tip);
    build(&again);
    let outcome = house.run_in(&again, &[("draft", "true")]);
    assert_eq!(
        (outcome.exit, outcome.output("released")),
        (Exit::Done, "false"),
        "{}",
        outcome.log
    );
}

#[test]
fn short_tags_follow_the_newest_release_of_their_line_in_both_modes() {
    for mode in ["api", "git"] {
        let house = house();
        let run = |directory: &Path| {
            build(directory);
            house.run_in(directory, &[("publish_mode", mode)])
        };
        let at = |name: &str| git(&house.bare, &["rev-parse", &format!("{name}^{{commit}}")]);
        assert_eq!(run(&house.work).exit, Exit::Done);
        house.pull();
        git(&house.work, &["branch", "release-1.0"]);
        house.commit("feat: more");
        assert_eq!(run(&house.work).output("version"), "1.1.0");
        assert_eq!((at("v1"), at("v1.1")), (at("v1.1.0"), at("v1.1.0")), "{mode}");
        assert_eq!(at("v1.0"), at("v1.0.0"), "{mode}");
        let message = git(&house.bare, &["for-each-ref", "--format=%(contents)", "refs/tags/v1"]);
        assert_eq!(message.trim(), "v1 => v1.1.0", "{mode}");
        // A fix of the older line.
        house.pull();
        let pyproject = std::fs::read_to_string(house.work.join("pyproject.toml")).unwrap();
        git(&house.work, &["switch", "--quiet", "--force", "release-1.0"]);
        let settings = pyproject.replace("match = \"main\"", "match = \"(main|release-1.0)\"");
        std::fs::write(house.work.join("pyproject.toml"), settings.replace("1.1.0", "1.0.0"))
            .unwrap();
        git(&house.work, &["add", "."]);
        house.commit("fix: an old thing");
        let outcome = run(&house.work);
        assert_eq!(
            (outcome.exit, outcome.output("version")),
            (Exit::Done, "1.0.1"),
            "{}",
            outcome.log
        );
        assert_eq!((at("v1"), at("v1.0")), (at("v1.1.0"), at("v1.0.1")), "{mode}");
        assert!(!house.server.releases("org", "demo").last().unwrap().latest, "an older line");
        assert!(house.server.releases("org", "demo")[1].latest, "1.1.0 stays the latest");
    }
}

#[test]
fn the_late_end_of_an_older_release_takes_no_short_tag_back() {
    let house = house();
    let tip = house.head();
    // Commit, tag object and tag are made; the short tags are not.
    stop_at(&house, 4);
    assert_eq!(house.run(&[]).exit, Exit::Outside);
    house.server.clear_faults();
    house.pull();
    house.commit("feat: more");
    build(&house.work);
    assert_eq!(house.run(&[]).output("version"), "1.1.0");
    let old = house.checkout("main", &tip);
    git(&old, &["tag", "-d", "v1.1.0"]);
    build(&old);
    let outcome = house.run_in(&old, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let at = |name: &str| git(&house.bare, &["rev-parse", &format!("{name}^{{commit}}")]);
    assert_eq!((at("v1"), at("v1.0")), (at("v1.1.0"), at("v1.0.0")));
}

#[test]
fn a_prerelease_moves_no_short_tag() {
    let house = house();
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    house.commit("feat: an idea");
    build(&house.work);
    assert_eq!(house.run(&[]).output("version"), "1.0.0-dev.1");
    assert_eq!(git(&house.bare, &["tag"]), "v1.0.0-dev.1");
}
