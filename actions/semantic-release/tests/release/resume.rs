//! A second run finishes what the first one left.

use diagnostics::Exit;
use github_stand_in::Fault;

use crate::house::{House, git};

/// The same release without any trouble.
pub(crate) fn expected() -> String {
    let house = House::new();
    assert_eq!(house.run(&[]).exit, Exit::Done);
    house.state()
}

/// Everything down from request `number` on (of those that change something).
pub(crate) fn stop_at(house: &House, number: u32) {
    house.server.inject(Fault::mutation(number).before().status(403).always());
}

#[test]
fn every_place_a_rerun_can_start_from() {
    let expected = expected();
    let mut mutations = 0;
    for number in 1.. {
        for place in ["same workspace", "original commit", "head of the branch"] {
            let house = House::new();
            let tip = house.head();
            stop_at(&house, number);
            let first = house.run(&[]);
            if first.exit == Exit::Done {
                mutations = number - 1;
                break;
            }
            house.server.clear_faults();
            let directory = match place {
                "same workspace" => house.work.clone(),
                "original commit" => house.checkout("main", &tip),
                _ => house.checkout("main", &git(&house.bare, &["rev-parse", "main"])),
            };
            let second = house.run_in(&directory, &[]);
            assert_eq!(second.exit, Exit::Done, "{number} {place}: {}", second.log);
            assert_eq!(house.state(), expected, "{number} {place}: {}", second.log);
            assert_eq!(second.output("released"), "true", "{number} {place}");
            assert_eq!(second.output("commit_sha"), git(&house.bare, &["rev-parse", "main"]));
            let third = house.run_in(&directory, &[]);
            assert_eq!(
                (third.exit, house.state()),
                (Exit::Done, expected.clone()),
                "{number} {place}"
            );
        }
        if mutations > 0 {
            break;
        }
    }
    assert!(mutations >= 5, "commit, tag object, tag, draft, publish: {mutations}");
}

#[test]
fn a_rerun_of_a_finished_release_changes_nothing() {
    let house = House::new();
    let tip = house.head();
    house.run(&[]);
    let before = house.state();
    for directory in [house.checkout("main", &tip), house.checkout("main", "origin/main")] {
        house.server.clear_requests();
        let outcome = house.run_in(&directory, &[]);
        assert_eq!(
            (outcome.exit, outcome.output("released")),
            (Exit::Done, "false"),
            "{}",
            outcome.log
        );
        assert_eq!(outcome.output("version"), "1.0.0");
        assert_eq!(house.server.mutations(), Vec::<String>::new());
        assert_eq!(git(&directory, &["status", "--porcelain"]), "");
    }
    assert_eq!(house.state(), before);
}

#[test]
fn a_day_later_and_with_new_commits_on_top() {
    let house = House::new();
    let tip = house.head();
    stop_at(&house, 2);
    let mut variables = house.variables(&house.work);
    variables.insert("SOURCE_DATE_EPOCH".to_owned(), "1760000000".to_owned());
    assert_eq!(crate::house::run(&house.work, variables, &[]).exit, Exit::Outside);
    house.server.clear_faults();
    let release = git(&house.bare, &["rev-parse", "main"]);
    assert_ne!(release, tip, "the commit was made, the tag was not");
    house.pull();
    house.commit("docs: somebody goes on");
    let again = house.checkout("main", &tip);
    let outcome = house.run_in(&again, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("commit_sha"), release);
    assert_eq!(git(&house.bare, &["rev-parse", "v1.0.0^{commit}"]), release);
    assert_eq!(house.server.releases("org", "demo").len(), 1);
}

#[test]
fn a_tag_without_its_release_and_a_draft_are_finished() {
    for drafted in [false, true] {
        let house = House::new();
        let tip = house.head();
        stop_at(&house, if drafted { 5 } else { 4 });
        assert_eq!(house.run(&[]).exit, Exit::Outside);
        house.server.clear_faults();
        let drafts = house.server.releases("org", "demo");
        assert_eq!((drafts.len(), drafts.iter().all(|r| r.draft)), (usize::from(drafted), true));
        let outcome = house.run_in(&house.checkout("main", &tip), &[]);
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
        assert_eq!(house.state(), expected());
    }
}

#[test]
fn edits_of_the_user_are_kept() {
    let house = House::new();
    let path = house.work.join("pyproject.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("name = \"demo\"", "name = \"edited\"")).unwrap();
    assert_eq!(house.run(&[]).exit, Exit::Done);
    let released = house.file("v1.0.0", "pyproject.toml");
    assert!(released.contains("\"edited\"") && released.contains("\"1.0.0\""), "{released}");
}

#[test]
fn two_runs_at_once_make_one_release() {
    let house = House::new();
    let tip = house.head();
    let (one, two) = (house.checkout("main", &tip), house.checkout("main", &tip));
    let exits = std::thread::scope(|scope| {
        let first = scope.spawn(|| house.run_in(&one, &[]).exit);
        let second = house.run_in(&two, &[]).exit;
        [first.join().unwrap(), second]
    });
    assert!(exits.contains(&Exit::Done), "{exits:?}");
    assert_eq!(house.run_in(&house.checkout("main", &tip), &[]).exit, Exit::Done);
    let releases = house.server.releases("org", "demo");
    assert_eq!((releases.len(), releases[0].draft), (1, false), "no draft is left: {releases:?}");
    assert_eq!(git(&house.bare, &["rev-list", "--count", "main"]), "2");
}

#[test]
fn cancelled_between_steps_and_run_again() {
    let expected = expected();
    let house = House::new();
    house.server.inject(Fault::mutation(1).after().slow(std::time::Duration::from_millis(300)));
    let variables = house.variables(&house.work);
    let output = variables["GITHUB_OUTPUT"].clone();
    let (process, _streams) =
        action_kit::Process::in_memory(variables, std::iter::empty(), house.work.clone());
    let cancel = process.cancel();
    let exit = std::thread::scope(|scope| {
        scope.spawn(|| {
            house.server.wait_until(std::time::Duration::from_secs(20), |requests| {
                requests.iter().any(|request| request.mutating)
            });
            cancel.cancel();
        });
        action_kit::run_with::<semantic_release::Action>(process)
    });
    assert_eq!(exit, Exit::Cancelled);
    let outputs = crate::house::read_outputs(std::path::Path::new(&output));
    assert_eq!(outputs["released"], "false", "outputs are written all the same");
    assert_eq!(git(&house.bare, &["rev-list", "--count", "main"]), "2", "the running step ended");
    assert_eq!(house.run(&[]).exit, Exit::Done);
    assert_eq!(house.state(), expected);
}

#[test]
fn files_that_are_stamped_already_are_taken_as_they_are() {
    let expected = expected();
    let files_only = [("commit", "false"), ("tag", "false"), ("push", "false")];
    for kept in ["CHANGELOG.md", "pyproject.toml", "both"] {
        let house = House::new();
        assert_eq!(house.run(&files_only).exit, Exit::Done);
        // Killed between two files: one is written, the other is not.
        match kept {
            "CHANGELOG.md" => drop(git(&house.work, &["checkout", "--quiet", "pyproject.toml"])),
            "pyproject.toml" => std::fs::remove_file(house.work.join("CHANGELOG.md")).unwrap(),
            _ => {}
        }
        let outcome = house.run(&[]);
        assert_eq!(outcome.exit, Exit::Done, "{kept}: {}", outcome.log);
        assert_eq!(house.state(), expected, "{kept}");
        let changelog = house.file("main", "CHANGELOG.md");
        assert_eq!(changelog.matches("## v1.0.0").count(), 1, "{kept}: {changelog}");
    }
}
