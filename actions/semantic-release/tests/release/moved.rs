//! Somebody pushes while a release is being made.

use std::path::{Path, PathBuf};
use std::time::Duration;

use diagnostics::Exit;
use github_stand_in::Fault;

use crate::house::{House, PYPROJECT, git};
use crate::shallow::{clone, step};

const RETRY: (&str, &str) = ("on_moved", "retry");

/// A project released once, and a fix since.
fn with_fix(pyproject: &str) -> House {
    let house = House::with(pyproject);
    house.run(&[]);
    house.pull();
    house.commit("fix: a thing");
    house
}

/// Another developer's feature, with a line in the file that is stamped.
fn feature(house: &House) {
    let path = house.work.join("pyproject.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("# stamped", "# stamped\nlicense = \"MIT\"")).unwrap();
    std::fs::write(house.work.join("feature.txt"), "new\n").unwrap();
    git(&house.work, &["add", "."]);
    house.commit("feat: from somebody else");
}

/// The release holds the feature, and the clone is as it was.
fn holds_the_feature(house: &House, path: &Path) {
    assert_eq!(
        git(&house.bare, &["log", "-1", "--format=%s", "main^"]),
        "feat: from somebody else"
    );
    let stamped = house.file("main", "pyproject.toml");
    assert!(stamped.contains("version = \"1.1.0\"  # stamped\nlicense = \"MIT\""), "{stamped}");
    let changelog = house.file("main", "CHANGELOG.md");
    for part in ["v1.1.0", "From somebody else", "A thing", "v1.0.0"] {
        assert!(changelog.contains(part), "{part}: {changelog}");
    }
    assert_eq!(house.file("main", "feature.txt"), "new");
    assert_eq!(git(path, &["status", "--porcelain"]), "", "files here fit the older commit");
    house.state();
}

#[test]
fn the_release_starts_from_the_new_head_where_that_is_wanted() {
    for options in [&[][..], &["--depth=1", "--no-tags"], &["--filter=blob:none"]] {
        let house = with_fix(PYPROJECT);
        let path = clone(&house, "main", options);
        feature(&house);
        let outcome = step(&house, &path, &[RETRY]);
        assert_eq!(outcome.exit, Exit::Done, "{options:?}: {}", outcome.log);
        assert_eq!((outcome.output("version"), outcome.output("bump")), ("1.1.0", "minor"));
        assert_eq!(outcome.output("commit_sha"), git(&house.bare, &["rev-parse", "main"]));
        assert!(outcome.log.contains("release/moved-on"), "{}", outcome.log);
        holds_the_feature(&house, &path);
        let again = step(&house, &path, &[RETRY]);
        assert_eq!((again.exit, again.output("released")), (Exit::Done, "false"), "{}", again.log);
    }
}

#[test]
fn otherwise_it_fails_or_releases_nothing() {
    let house = with_fix(PYPROJECT);
    let path = clone(&house, "main", &[]);
    feature(&house);
    let before = house.state();
    let outcome = step(&house, &path, &[]);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
    for part in ["release/moved", "on_moved: skip", "on_moved: retry"] {
        assert!(outcome.log.contains(part), "{part}: {}", outcome.log);
    }
    let outcome = step(&house, &path, &[("on_moved", "skip")]);
    assert_eq!((outcome.exit, outcome.output("released")), (Exit::Done, "false"));
    assert_eq!((git(&path, &["status", "--porcelain"]), house.state()), (String::new(), before));
}

#[test]
fn a_push_between_plan_and_commit_is_seen() {
    let house = with_fix(PYPROJECT);
    let path = clone(&house, "main", &[]);
    house.server.clear_requests();
    house.server.inject(Fault::on("POST", "/graphql").before().slow(Duration::from_secs(4)));
    let (house, path) = (&house, path.as_path());
    let outcome = std::thread::scope(|scope| {
        scope.spawn(move || {
            house.server.wait_until(Duration::from_secs(30), |requests| {
                requests.iter().any(|request| request.path == "/graphql")
            });
            feature(house);
        });
        step(house, path, &[RETRY])
    });
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "1.1.0"), "{}", outcome.log);
    holds_the_feature(house, path);
}

#[test]
fn a_replaced_branch_is_not_followed() {
    let house = with_fix(PYPROJECT);
    let path = clone(&house, "main", &[]);
    git(&house.bare, &["update-ref", "refs/heads/main", "main~1"]);
    house.pull();
    house.commit("feat: another history");
    let before = house.state();
    let outcome = step(&house, &path, &[RETRY]);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
    assert!(outcome.log.contains("does not contain this checkout any more"), "{}", outcome.log);
    assert_eq!(house.state(), before);
}

#[test]
fn what_is_attached_here_belongs_to_the_commit_here() {
    let pyproject = PYPROJECT.replace(
        "[tool.semantic_release]\n",
        "[tool.semantic_release]\nassets = [\"pyproject.toml\"]\n",
    );
    let house = with_fix(&pyproject);
    let path = clone(&house, "main", &[]);
    feature(&house);
    let before = house.state();
    let outcome = step(&house, &path, &[RETRY]);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
    assert!(outcome.log.contains("made from the commit that is checked out"), "{}", outcome.log);
    assert_eq!(house.state(), before);
}

/// A step of a workflow that runs for a commit of a reference.
fn workflow(house: &House, path: &Path, reference: &str, sha: &str) -> crate::house::Outcome {
    let mut variables = house.variables(path);
    variables.insert("GITHUB_REF".to_owned(), reference.to_owned());
    variables.insert("GITHUB_SHA".to_owned(), sha.to_owned());
    variables.insert("INPUT_NO_OPERATION_MODE".to_owned(), "true".to_owned());
    crate::house::run(path, variables, &[])
}

#[test]
fn a_detached_head_is_on_the_branch_the_workflow_runs_for() {
    let house = with_fix(PYPROJECT);
    let tip = house.head();
    let path: PathBuf = house.checkout("main", &tip);
    git(&path, &["checkout", "--quiet", "--detach"]);
    let outcome = workflow(&house, &path, "refs/heads/main", &tip);
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "1.0.1"), "{}", outcome.log);
    let other = git(&house.work, &["rev-parse", "HEAD~1"]);
    for (reference, sha) in
        [("refs/heads/main", &other), ("refs/pull/1/merge", &tip), ("refs/tags/x", &tip)]
    {
        let outcome = workflow(&house, &path, reference, sha);
        assert_eq!(outcome.exit, Exit::BadInput, "{reference}: {}", outcome.log);
        assert!(outcome.log.contains("release/detached-head"), "{reference}: {}", outcome.log);
    }
    let outcome = house.run_in(&path, &[("branch", "main")]);
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "1.0.1"), "{}", outcome.log);
    house.state();
}

#[test]
fn addresses_that_are_none_are_bad_input() {
    let house = House::new();
    let mut variables = house.variables(&house.work);
    variables.insert("GITHUB_API_URL".to_owned(), "nonsense".to_owned());
    let outcome = crate::house::run(&house.work, variables, &[]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("release/address"), "{}", outcome.log);
    git(&house.work, &["remote", "remove", "origin"]);
    let outcome = house.command(&house.work, &["version"]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("release/no-remote"), "{}", outcome.stderr);
}
