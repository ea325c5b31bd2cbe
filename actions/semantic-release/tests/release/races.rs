//! Other runs, other times, other places.

use std::time::{Duration, Instant};

use diagnostics::Exit;
use github_stand_in::{Fault, Settings};

use crate::house::{House, PYPROJECT, git, read_outputs};
use crate::resume::expected;

/// Lets a second run overtake the first one at a request; one release, and no draft, is left.
fn overtaken(house: &House, method: &str, path: &str) {
    let tip = house.head();
    let start = path.trim_end_matches('*');
    let is_there = |path: &str| path.starts_with(start);
    let (one, two) = (house.checkout("main", &tip), house.checkout("main", &tip));
    house.server.inject(Fault::on(method, path).before().slow(Duration::from_secs(5)));
    let exits = std::thread::scope(|scope| {
        let first = scope.spawn(|| house.run_in(&one, &[]).exit);
        house.server.wait_until(Duration::from_secs(20), |requests| {
            requests.iter().any(|request| request.method == method && is_there(&request.path))
        });
        let second = house.run_in(&two, &[]).exit;
        [first.join().unwrap(), second]
    });
    assert_eq!(exits, [Exit::Done, Exit::Done]);
    assert_eq!(house.state(), expected());
}

#[test]
fn the_draft_of_the_slower_run_goes() {
    overtaken(&House::new(), "POST", "/repos/org/demo/releases");
}

#[test]
fn also_where_the_list_of_releases_lags_behind() {
    let settings = Settings { list_lag: 50, ..Settings::default() };
    overtaken(&House::on(PYPROJECT, settings), "PATCH", "/repos/org/demo/releases/*");
}

#[test]
fn a_draft_that_is_not_listed_yet_is_waited_for() {
    let house = House::on(PYPROJECT, Settings { list_lag: 2, ..Settings::default() });
    let tip = house.head();
    // The draft is made, its publication fails.
    house.server.inject(Fault::on("PATCH", "/repos/org/demo/releases/*").status(403));
    assert_eq!(house.run(&[]).exit, Exit::Outside);
    let outcome = house.run_in(&house.checkout("main", &tip), &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.state(), expected());
}

#[test]
fn cancelled_while_it_only_reads_it_ends_at_once() {
    let house = House::new();
    house.server.inject(Fault::on("GET", "/repos/org/demo*").slow(Duration::from_mins(1)));
    let before = house.state();
    let variables = house.variables(&house.work);
    let output = variables["GITHUB_OUTPUT"].clone();
    let (process, streams) =
        action_kit::Process::in_memory(variables, std::iter::empty(), house.work.clone());
    let cancel = process.cancel();
    let house = &house;
    let (exit, took) = std::thread::scope(|scope| {
        let cancelled = scope.spawn(move || {
            house.server.wait_until(Duration::from_secs(20), |requests| !requests.is_empty());
            cancel.cancel();
            Instant::now()
        });
        let exit = action_kit::run_with::<semantic_release::Action>(process);
        (exit, cancelled.join().unwrap().elapsed())
    });
    assert_eq!(exit, Exit::Cancelled);
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert_eq!(streams.stdout().matches("::warning title=runner/cancelled").count(), 1);
    assert_eq!(read_outputs(std::path::Path::new(&output))["released"], "false");
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
    assert_eq!(house.state(), before);
}

#[test]
fn line_ends_that_git_wrote_here_are_not_committed() {
    let house = House::new();
    std::fs::write(house.work.join(".gitattributes"), "*.toml text eol=crlf\n").unwrap();
    git(&house.work, &["add", ".gitattributes"]);
    house.commit("feat: line ends");
    let fresh = house.checkout("main", &house.head());
    assert!(std::fs::read_to_string(fresh.join("pyproject.toml")).unwrap().contains("\r\n"));
    let outcome = house.run_in(&fresh, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let changed =
        git(&house.bare, &["diff", "--numstat", "main~1", "main", "--", "pyproject.toml"]);
    assert_eq!(changed, "1\t1\tpyproject.toml");
}

#[test]
fn worktrees_and_submodules_are_repositories_too() {
    let house = House::new();
    let tree = house.folder.path().join("tree");
    git(&house.work, &["switch", "--quiet", "-c", "other"]);
    git(&house.work, &["worktree", "add", "--quiet", tree.to_str().unwrap(), "main"]);
    let outcome = house.run_in(&tree, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.state(), expected());
    let whole = house.folder.path().join("whole");
    std::fs::create_dir(&whole).unwrap();
    git(&whole, &["init", "--quiet"]);
    let bare = house.bare.to_str().unwrap();
    let add = ["submodule", "--quiet", "add", bare, "part"];
    git(&whole, &[&["-c", "protocol.file.allow=always"][..], &add].concat());
    git(&whole.join("part"), &["commit", "--quiet", "--allow-empty", "-m", "fix: a part"]);
    git(&whole.join("part"), &["push", "--quiet"]);
    let outcome = house.run_in(&whole, &[("directory", "part")]);
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "1.0.1"), "{}", outcome.log);
}

#[test]
fn the_report_is_in_a_file_too() {
    let house = House::new();
    for (dry_run, says) in [("true", "would be released"), ("false", "released")] {
        let outcome = house.run(&[("no_operation_mode", dry_run)]);
        let report = std::fs::read_to_string(outcome.output("report")).unwrap();
        assert!(report.contains(says) && outcome.summary.contains(&report), "{report}");
    }
}
