//! The job builds between two steps of the action: `prepare` and `publish`.

use diagnostics::Exit;

use crate::house::{House, PYPROJECT, git};

const DAY: u64 = 24 * 60 * 60;
/// When the stand-in's clock starts.
const BEGIN: u64 = 1_767_225_600;

fn house() -> House {
    let house = House::with(&PYPROJECT.replacen(
        "version_toml",
        "build_command = 'exit 1'\nversion_toml",
        1,
    ));
    house.commit("fix: repair the thing");
    house
}

/// Runs a phase on a day, counted from the first.
fn phase(house: &House, phase: &str, day: u64) -> crate::house::Outcome {
    let mut variables = house.variables(&house.work);
    variables.insert("INPUT_PHASE".to_owned(), phase.to_owned());
    variables.insert("SOURCE_DATE_EPOCH".to_owned(), (BEGIN + day * DAY).to_string());
    crate::house::run(&house.work, variables, &[])
}

#[test]
fn the_two_phases_together_give_what_one_run_gives() {
    let whole = house();
    assert_eq!(whole.run(&[("build", "false")]).exit, Exit::Done);
    let parts = house();
    let before = parts.state();
    let outcome = phase(&parts, "prepare", 0);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    for (name, value) in
        [("released", "true"), ("version", "1.0.0"), ("tag", "v1.0.0"), ("changed", "true")]
    {
        assert_eq!(outcome.output(name), value, "{name}");
    }
    assert_eq!(parts.state(), before, "nothing of it is on the server");
    assert_eq!(git(&parts.work, &["status", "--porcelain"]), " M pyproject.toml\n?? CHANGELOG.md");
    let again = phase(&parts, "prepare", 0);
    assert_eq!((again.exit, again.output("changed")), (Exit::Done, "false"), "{}", again.log);

    // The day ends while the job builds.
    let outcome = phase(&parts, "publish", 1);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("released"), "true");
    assert_eq!(outcome.output("commit_sha"), git(&parts.bare, &["rev-parse", "main"]));
    assert_eq!(parts.state(), whole.state());
    let tree = |house: &House| git(&house.bare, &["rev-parse", "main^{tree}"]);
    let changelog = |house: &House| house.file("main", "CHANGELOG.md");
    assert_eq!(changelog(&parts), changelog(&whole));
    assert_eq!(tree(&parts), tree(&whole));
    git(&parts.work, &["fetch", "--quiet", "origin"]);
    git(&parts.work, &["add", "--all"]);
    let difference = git(&parts.work, &["diff", "--cached", "origin/main"]);
    assert_eq!(difference, "", "what is here is what is released");
}

#[test]
fn publishing_without_preparing_makes_the_whole_release() {
    let (whole, parts) = (house(), house());
    assert_eq!(whole.run(&[("build", "false")]).exit, Exit::Done);
    let outcome = phase(&parts, "publish", 0);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(parts.state(), whole.state());
}

#[test]
fn what_the_job_s_build_changes_in_the_files_is_published() {
    let house = house();
    assert_eq!(phase(&house, "prepare", 0).exit, Exit::Done);
    let path = house.work.join("CHANGELOG.md");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\nFormatted by hand.\n")).unwrap();
    let outcome = phase(&house, "publish", 3);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let changelog = house.file("main", "CHANGELOG.md");
    assert!(changelog.ends_with("Formatted by hand."), "{changelog}");
    assert_eq!(changelog.matches("## v1.0.0 (2026-01-01)").count(), 1, "{changelog}");
    house.state();
}

#[test]
fn where_nothing_is_due_no_phase_does_anything() {
    let house = house();
    assert_eq!(house.run(&[("build", "false")]).exit, Exit::Done);
    house.pull();
    house.commit("docs: say more");
    let before = house.state();
    for name in ["prepare", "publish"] {
        let outcome = phase(&house, name, 0);
        assert_eq!((outcome.exit, outcome.output("released")), (Exit::Done, "false"), "{name}");
        assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
    }
    assert_eq!(house.state(), before);
}

#[test]
fn preparing_needs_no_token() {
    let house = house();
    let mut variables = house.variables(&house.work);
    variables.remove("INPUT_GITHUB_TOKEN");
    variables.insert("INPUT_PHASE".to_owned(), "prepare".to_owned());
    let outcome = crate::house::run(&house.work, variables, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(house.work.join("CHANGELOG.md").exists());
    assert_eq!(house.server.requests().len(), 0);
}
