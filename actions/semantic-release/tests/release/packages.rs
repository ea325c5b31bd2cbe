//! Several packages in one repository, released by one run.

use diagnostics::Exit;
use github_stand_in::Settings;

use crate::house::{House, git};
use crate::resume::stop_at;

/// A root that lists the packages, and two packages of which one needs the other.
fn house(root: &str) -> House {
    let house = House::on(&format!("[tool.semantic_release]\n{root}\n"), Settings::default());
    for (name, needs) in [("core", ""), ("app", "\"demo-core>=1\""), ("docs", "")] {
        let text = format!(
            "[project]\nname = \"demo-{name}\"\nversion = \"0.0.0\"\ndependencies = [{needs}]\n\n\
             [tool.semantic_release]\ncommit_parser = \"conventional-monorepo\"\n\
             tag_format = \"{name}-v{{version}}\"\nversion_toml = [\"pyproject.toml:project.version\"]\n"
        );
        write(&house, &format!("packages/{name}/pyproject.toml"), &text);
    }
    write(&house, "packages/notes/readme.txt", "no package");
    push(&house, "chore: lay out packages");
    for name in ["core", "app", "docs"] {
        git(&house.work, &["tag", "-a", &format!("{name}-v1.0.0"), "-m", "by hand"]);
    }
    git(&house.work, &["push", "--quiet", "--tags", "origin"]);
    house
}

fn write(house: &House, path: &str, text: &str) {
    let path = house.work.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn push(house: &House, message: &str) {
    git(&house.work, &["add", "."]);
    git(&house.work, &["commit", "--quiet", "-m", message]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
}

fn change(house: &House, name: &str, message: &str) {
    write(house, &format!("packages/{name}/code-{}.py", message.len()), message);
    push(house, message);
}

fn tags(house: &House) -> Vec<String> {
    let mut tags: Vec<String> =
        house.server.releases("org", "demo").into_iter().map(|release| release.tag_name).collect();
    tags.sort();
    tags
}

const ALL: &str = "packages = [\"packages/*\"]";

#[test]
fn each_moves_by_its_own_commits_in_one_commit() {
    let house = house(ALL);
    change(&house, "core", "feat: a new core");
    change(&house, "docs", "fix: a typo");
    let tip = house.head();
    let dry = house.run(&[("no_operation_mode", "true")]);
    assert_eq!((dry.exit, dry.output("released")), (Exit::Done, "true"), "{}", dry.log);
    assert!(tags(&house).is_empty());
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(tags(&house), ["core-v1.1.0", "docs-v1.0.1"]);
    let commit = git(&house.bare, &["rev-parse", "main"]);
    assert_eq!(outcome.output("commit_sha"), commit);
    let revisions = ["main^", "core-v1.1.0^{commit}", "docs-v1.0.1^{commit}"];
    let found = git(&house.bare, &[&["rev-parse"][..], &revisions].concat());
    assert_eq!(found, format!("{tip}\n{commit}\n{commit}"));
    let subject = git(&house.bare, &["log", "-1", "--format=%s", "main"]);
    assert_eq!(subject, "demo-core 1.1.0, demo-docs 1.0.1");
    assert!(house.file("main", "packages/core/pyproject.toml").contains("version = \"1.1.0\""));
    assert!(house.file("main", "packages/docs/CHANGELOG.md").contains("v1.0.1"));
    let packages: serde_json::Value = serde_json::from_str(outcome.output("packages")).unwrap();
    assert_eq!(packages["demo-core"]["tag"], "core-v1.1.0");
    assert_eq!(packages["demo-core"]["previous_tag"], "core-v1.0.0");
    assert_eq!(packages["demo-app"]["released"], false);
    let matrix: serde_json::Value =
        serde_json::from_str(outcome.output("released_packages")).unwrap();
    assert_eq!(matrix[0]["directory"], "packages/core");
    assert!(outcome.summary.contains("#### demo-core: core-v1.1.0"), "{}", outcome.summary);
    // And then there is nothing more to do.
    house.pull();
    let before = house.state();
    let again = house.run(&[]);
    assert_eq!((again.exit, again.output("released")), (Exit::Done, "false"), "{}", again.log);
    assert_eq!(house.state(), before);
    change(&house, "core", "fix: the new core");
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let notes = house.file("main", "packages/core/CHANGELOG.md");
    assert!(notes.contains("v1.1.1") && !notes.contains("demo-core 1.1.0"), "{notes}");
}

#[test]
fn what_needs_a_released_package_comes_along_behind_it() {
    let house =
        house("packages = [\"packages/app\", \"packages/core\"]\nbump_dependents = \"patch\"");
    change(&house, "core", "feat: a new core");
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(tags(&house), ["app-v1.0.1", "core-v1.1.0"]);
    let subject = git(&house.bare, &["log", "-1", "--format=%s", "main"]);
    assert_eq!(subject, "demo-core 1.1.0, demo-app 1.0.1", "the order of their needs");
    assert!(outcome.summary.contains("it needs demo-core"), "{}", outcome.summary);
}

#[test]
fn a_group_moves_together() {
    let house = house(&format!("{ALL}\npackage_groups = [[\"demo-app\", \"demo_docs\"]]"));
    change(&house, "docs", "feat: a chapter");
    assert_eq!(house.run(&[]).exit, Exit::Done);
    assert_eq!(tags(&house), ["app-v1.1.0", "docs-v1.1.0"]);
}

#[test]
fn printing_shows_every_package() {
    let house = house(ALL);
    change(&house, "core", "feat: a new core");
    let printed = house.command(&house.work, &["version", "--print"]);
    assert_eq!(printed.exit, Exit::Done, "{}", printed.stderr);
    assert_eq!(printed.log, "demo-app 1.0.0\ndemo-core 1.1.0\ndemo-docs 1.0.0\n");
}

#[test]
fn packages_that_cannot_be_told_apart_are_refused() {
    for (root, message) in [
        ("packages = [\"packages/none\"]", "leads to no directory"),
        ("packages = [\"packages/notes\"]", "has no semantic release settings"),
        (&format!("{ALL}\npackage_groups = [[\"nobody\"]]"), "there is no package `nobody`"),
    ] {
        let house = house(root);
        change(&house, "core", "feat: a new core");
        let outcome = house.run(&[]);
        assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
        assert!(outcome.log.contains(message), "{message}: {}", outcome.log);
    }
    let house = house(ALL);
    let same =
        "[project]\nname = \"Demo.Core\"\n[tool.semantic_release]\ntag_format = \"x{version}\"\n";
    write(&house, "packages/again/pyproject.toml", same);
    let circle = house.work.join("packages/core/pyproject.toml");
    push(&house, "chore: one more");
    let outcome = house.run(&[]);
    assert!(outcome.log.contains("have the same name"), "{}", outcome.log);
    let text = std::fs::read_to_string(&circle).unwrap();
    write(&house, "packages/core/pyproject.toml", &text.replace("[]", "[\"demo-app\"]"));
    std::fs::remove_dir_all(house.work.join("packages/again")).unwrap();
    let outcome = house.run(&[]);
    assert!(outcome.log.contains("need each other in a circle"), "{}", outcome.log);
}

/// The state without names of commits, which differ with the second of their making.
fn nameless(state: &str) -> String {
    let mut masked = String::new();
    for word in state.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_name = bare.len() >= 7 && bare.bytes().all(|b| b.is_ascii_hexdigit());
        masked.push_str(if is_name { "NAME" } else { word });
    }
    masked
}

#[test]
fn stopped_anywhere_it_completes() {
    let ready = || {
        let house = house(ALL);
        change(&house, "core", "feat: a new core");
        change(&house, "docs", "fix: a typo");
        house
    };
    let whole = ready();
    assert_eq!(whole.run(&[]).exit, Exit::Done);
    let expected = nameless(&whole.state());
    for number in 1.. {
        for place in ["same workspace", "original commit", "head of the branch"] {
            let house = ready();
            let tip = house.head();
            stop_at(&house, number);
            if house.run(&[]).exit == Exit::Done {
                assert!(
                    number > 9,
                    "commit, and for each tag object, tag, draft, release: {number}"
                );
                return;
            }
            house.server.clear_faults();
            let directory = match place {
                "same workspace" => house.work.clone(),
                "original commit" => house.checkout("main", &tip),
                _ => house.checkout("main", &git(&house.bare, &["rev-parse", "main"])),
            };
            let second = house.run_in(&directory, &[]);
            assert_eq!(second.exit, Exit::Done, "{number} {place}: {}", second.log);
            assert_eq!(nameless(&house.state()), expected, "{number} {place}: {}", second.log);
            let third = house.run_in(&directory, &[]);
            assert_eq!(third.output("changed"), "false", "{number} {place}: {}", third.log);
            assert_eq!(nameless(&house.state()), expected, "{number} {place}");
        }
    }
}

#[test]
fn a_shallow_clone_is_enough() {
    let house = house(ALL);
    change(&house, "core", "feat: a new core");
    change(&house, "docs", "fix: a typo");
    let url = format!("file://{}", house.bare.display());
    git(house.folder.path(), &["clone", "--quiet", "--depth=1", "--no-tags", &url, "shallow"]);
    let outcome = house.run_in(&house.folder.path().join("shallow"), &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(tags(&house), ["core-v1.1.0", "docs-v1.0.1"]);
}

#[test]
fn builds_are_left_to_the_jobs_of_the_matrix() {
    let house = house(ALL);
    let path = "packages/core/pyproject.toml";
    let text = std::fs::read_to_string(house.work.join(path)).unwrap();
    write(&house, path, &format!("{text}build_command = \"make\"\n"));
    change(&house, "core", "feat: a new core");
    let before = house.state();
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("release/packages-build"), "{}", outcome.log);
    assert_eq!(house.state(), before);
    assert_eq!(house.run(&[("build", "false")]).exit, Exit::Done);
}
