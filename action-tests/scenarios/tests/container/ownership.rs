//! A developer looks at what would be released, on a workspace that belongs to the runner's user.

use std::os::unix::fs::MetadataExt as _;

use runner_stand_in::{Runner, Step};

use crate::place::{Place, assert_contract, semantic_release};

fn dry_run(configure: impl FnOnce(Runner) -> Runner) {
    let place = Place::new();
    let mut job = place.job(configure);
    let before = std::fs::metadata(job.workspace()).unwrap().uid();
    let report = job.step(semantic_release().with("dry-run", "true")).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    assert_contract(&report);
    assert_eq!(report.output("version"), Some("1.5.0"), "not what a commit message says");
    assert_eq!(report.output("tag"), Some("v1.5.0"));
    assert_eq!(report.output("dry-run"), Some("true"));
    for file in runner_stand_in::ownership::walk(job.workspace()) {
        let owner = std::fs::symlink_metadata(&file).unwrap().uid();
        assert_eq!(owner, before, "{}", file.display());
    }

    // A later step on the host opens the file by the path the action gave it.
    let use_it = "grep -q '\"schema\"' \"$PLAN\" && test -s \"$REPORT\" && test -z \"$(git status --porcelain)\"";
    let later = Step::run(use_it)
        .env("PLAN", "${{ steps.release.outputs.plan-file }}")
        .env("REPORT", "${{ steps.release.outputs.report }}");
    let later = job.step(later).unwrap();
    assert!(later.succeeded(), "{}", later.text());
}

#[test]
fn a_dry_run_leaves_nothing_behind_that_is_roots() {
    dry_run(|runner| runner);
}

#[test]
fn a_runner_before_2_329_is_enough() {
    dry_run(Runner::without_runner_temp);
}

#[test]
fn a_dry_run_with_the_variables_of_act() {
    dry_run(Runner::act);
}
