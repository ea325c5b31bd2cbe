//! Checkouts that lack history: `actions/checkout` with its default depth, and others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diagnostics::Exit;
use github_stand_in::{Fault, Settings};

use crate::house::{House, Outcome, PYPROJECT, TOKEN, git, run};
use crate::resume::expected;

/// A clone over http, as `actions/checkout` makes it: the remote has no credentials.
pub(crate) fn clone(house: &House, branch: &str, options: &[&str]) -> PathBuf {
    let url = house.server.git_url("org", "demo");
    let credentials = format!("://x-access-token:{TOKEN}@");
    let path = house.folder.path().join(format!("clone-{}", options.concat().replace('/', "-")));
    let arguments = ["clone", "--quiet", "--branch", branch];
    let target = [&*url.replace("://", &credentials), path.to_str().unwrap()];
    git(house.folder.path(), &[&arguments[..], options, &target].concat());
    git(&path, &["remote", "set-url", "origin", &url]);
    path
}

fn variables(house: &House, directory: &Path) -> BTreeMap<String, String> {
    let mut variables = house.variables(directory);
    variables.insert("GITHUB_SERVER_URL".to_owned(), house.server.server_url());
    variables
}

/// The runner's folder for temporary files.
fn temp(variables: &BTreeMap<String, String>) -> PathBuf {
    variables.get("RUNNER_TEMP").map(PathBuf::from).unwrap()
}

/// A step whose GitHub is the stand-in in every respect.
pub(crate) fn step(house: &House, directory: &Path, inputs: &[(&str, &str)]) -> Outcome {
    let mut variables = variables(house, directory);
    for (name, value) in inputs {
        variables.insert(format!("INPUT_{}", name.to_uppercase()), (*value).to_owned());
    }
    let temp = temp(&variables);
    let before = all_files(&directory.join(".git"));
    let outcome = run(directory, variables, &[]);
    assert_eq!(all_files(&directory.join(".git")), before, "the clone is as it was");
    let left = std::fs::read_dir(temp).unwrap().flatten();
    let mut left = left.map(|entry| entry.file_name().into_string().unwrap());
    assert!(!left.any(|name| name.contains("history")), "nothing is left behind");
    outcome
}

/// Every file below a folder with its contents.
fn all_files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.clone(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// What a plan comes to, without the names of files of this run.
fn answers(outcome: &Outcome) -> BTreeMap<String, String> {
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let mut outputs = outcome.outputs.clone();
    outputs.retain(|name, _| name != "plan-file" && name != "report");
    outputs
}

/// Releases on main and develop, a merge, and commits since.
fn lived_in(settings: Settings) -> House {
    let house = House::on(PYPROJECT, settings);
    house.run(&[]);
    house.pull();
    house.commit("fix: repair (#2)");
    house.run(&[]);
    house.pull();
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    house.commit("feat: first idea");
    house.run(&[]);
    house.pull();
    house.commit("feat!: second idea\n\nBREAKING CHANGE: all is new");
    git(&house.work, &["switch", "--quiet", "main"]);
    house.commit("docs: say more");
    git(&house.work, &["merge", "--quiet", "--no-ff", "-m", "Merge develop", "develop"]);
    house.commit("fix: last thing");
    house
}

const NOOP: (&str, &str) = ("no_operation_mode", "true");

#[test]
fn a_shallow_clone_gives_the_answers_of_a_whole_one() {
    let house = lived_in(Settings::default());
    let whole = clone(&house, "main", &[]);
    let develop = clone(&house, "develop", &["--no-single-branch"]);
    for (branch, whole, options) in [
        ("main", &whole, &["--depth=1", "--no-tags"][..]),
        ("main", &whole, &["--depth=1"]),
        ("main", &whole, &["--depth=2", "--no-tags"]),
        ("main", &whole, &["--depth=3"]),
        ("main", &whole, &["--depth=100"]),
        ("develop", &develop, &["--depth=1", "--no-tags", "--no-single-branch"]),
    ] {
        let path = clone(&house, branch, options);
        let expected = answers(&step(&house, whole, &[NOOP]));
        assert_eq!(expected["released"], "true");
        let outcome = step(&house, &path, &[NOOP]);
        assert_eq!(answers(&outcome), expected, "{options:?}");
        for print in ["print", "print-tag", "print-last-released", "print-last-released-tag"] {
            let word = |path: &Path| {
                let outcome = step(&house, path, &[("print", print)]);
                assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
                outcome.log.lines().last().unwrap_or_default().to_owned()
            };
            assert_eq!(word(&path), word(whole), "{print} {options:?}");
        }
    }
    house.state();
}

#[test]
fn how_much_was_fetched_is_told() {
    let house = lived_in(Settings::default());
    let path = clone(&house, "main", &["--depth=1", "--no-tags"]);
    let outcome = step(&house, &path, &[NOOP, ("log-level", "debug")]);
    let told = outcome.log.lines().find(|line| line.contains("fetched ")).unwrap();
    assert!(told.contains(" objects, 2 KiB, from http://"), "{told}");
    assert!(outcome.log.contains("the checkout is shallow: fetching what is missing"));
    let mut shown = outcome.log.lines().filter(|line| !line.starts_with("::add-mask::"));
    assert!(!shown.any(|line| line.contains(TOKEN)));
}

#[test]
fn releases_from_a_shallow_clone_and_finishes_them() {
    let expected = expected();
    for number in 1..20 {
        let house = House::new();
        let path = clone(&house, "main", &["--depth=1", "--no-tags"]);
        house.commit("docs: not in the clone");
        git(&house.bare, &["update-ref", "refs/heads/main", "main~1"]);
        house.server.inject(Fault::mutation(number).before().status(403).always());
        let first = step(&house, &path, &[]);
        if first.exit == Exit::Done {
            assert!(number > 5, "{number}");
            return;
        }
        house.server.clear_faults();
        git(&path, &["checkout", "--quiet", "."]);
        git(&path, &["clean", "--quiet", "-fd"]);
        let second = step(&house, &path, &[]);
        assert_eq!(second.exit, Exit::Done, "{number}: {}", second.log);
        let links = house.server.server_url();
        let state = house.state().replace(&links, "https://github.com");
        assert_eq!(state, expected, "{number}: {}", second.log);
        assert_eq!(second.output("released"), "true", "{number}: {}", second.log);
        let third = step(&house, &path, &[]);
        assert_eq!((third.exit, third.output("released")), (Exit::Done, "false"));
    }
    panic!("a release takes fewer steps");
}

#[test]
fn the_monorepo_parser_gets_its_folders() {
    let pyproject = PYPROJECT.replace(
        "[tool.semantic_release]\n",
        "[tool.semantic_release]\ncommit_parser = \"conventional-monorepo\"\n",
    ) + "\n[tool.semantic_release.commit_parser_options]\npath_filters = [\"one\"]\n";
    let house = House::with(&pyproject);
    git(&house.work, &["tag", "v1.0.0"]);
    git(&house.work, &["push", "--quiet", "origin", "v1.0.0"]);
    for (file, message) in [("one", "fix: one"), ("two", "feat: two"), ("three", "docs: three")] {
        std::fs::create_dir_all(house.work.join(file)).unwrap();
        std::fs::write(house.work.join(file).join("file"), message).unwrap();
        git(&house.work, &["add", "."]);
        house.commit(message);
    }
    for options in [&["--depth=1", "--no-tags"][..], &["--filter=tree:0"]] {
        let outcome = step(&house, &clone(&house, "main", options), &[NOOP]);
        assert_eq!(answers(&outcome)["version"], "1.0.1", "{options:?}: {}", outcome.log);
    }
}

#[test]
fn partial_clones_are_whole_as_far_as_history_goes() {
    let house = lived_in(Settings::default());
    let expected = answers(&step(&house, &clone(&house, "main", &[]), &[NOOP]));
    for options in [
        &["--filter=blob:none"][..],
        &["--filter=tree:0"],
        &["--filter=blob:none", "--depth=1", "--no-tags"],
        &["--filter=tree:0", "--depth=2"],
    ] {
        let path = clone(&house, "main", options);
        assert_eq!(answers(&step(&house, &path, &[NOOP])), expected, "{options:?}");
    }
}

#[test]
fn a_private_repository_needs_the_token() {
    let house = lived_in(Settings { private: true, ..Settings::default() });
    let path = clone(&house, "main", &["--depth=1", "--no-tags"]);
    let outcome = step(&house, &path, &[NOOP]);
    assert_eq!(answers(&outcome)["released"], "true");
    let outcome = step(&house, &path, &[NOOP, ("github_token", " ")]);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
    for part in ["fetch/denied", "contents: read", "fetch-depth: 0"] {
        assert!(outcome.log.contains(part), "{part}: {}", outcome.log);
    }
}

#[test]
fn remotes_that_are_paths_are_read_by_git() {
    let house = lived_in(Settings::default());
    let path = clone(&house, "main", &["--depth=1", "--no-tags"]);
    let expected = answers(&step(&house, &path, &[NOOP]));
    let bare = format!("file://{}", house.bare.display());
    git(&path, &["remote", "set-url", "origin", &bare]);
    assert_eq!(answers(&step(&house, &path, &[NOOP])), expected);
    let mut variables = variables(&house, &path);
    variables.insert("PATH".to_owned(), house.folder.path().display().to_string());
    let outcome = run(&path, variables, &[]);
    assert_eq!(outcome.exit, Exit::Outside);
    for part in ["fetch/no-git", "fetch-depth: 0"] {
        assert!(outcome.log.contains(part), "{part}: {}", outcome.log);
    }
    git(&path, &["remote", "set-url", "origin", "/nowhere/demo.git"]);
    let outcome = step(&house, &path, &[NOOP]);
    assert!(outcome.log.contains("fetch/git") && outcome.exit == Exit::Outside, "{}", outcome.log);
}

#[test]
fn a_server_that_fails_or_lies_is_an_error() {
    let house = lived_in(Settings::default());
    let path = clone(&house, "main", &["--depth=1", "--no-tags"]);
    let before = house.state();
    let (refs, pack) = ("/org/demo.git/info/refs", "/org/demo.git/git-upload-pack");
    for (fault, code) in [
        (Fault::on("GET", refs).status(404).always(), "fetch/denied"),
        (Fault::on("POST", pack).status(403).always(), "fetch/denied"),
        (Fault::on("POST", pack).status(200).always(), "fetch/protocol"),
    ] {
        house.server.inject(fault);
        let outcome = step(&house, &path, &[]);
        assert_eq!(outcome.exit, Exit::Outside, "{code}: {}", outcome.log);
        assert!(outcome.log.contains(code), "{code}: {}", outcome.log);
        assert_eq!(outcome.output("released"), "false");
        house.server.clear_faults();
    }
    // A moment of trouble is no error.
    house.server.inject(Fault::on("POST", pack).status(503));
    house.server.inject(Fault::on("POST", pack).cut());
    assert_eq!(step(&house, &path, &[NOOP]).exit, Exit::Done);
    assert_eq!(house.state(), before);
}

#[test]
fn cancelled_while_it_fetches_it_leaves_nothing_behind() {
    let house = lived_in(Settings::default());
    let path = clone(&house, "main", &["--depth=1", "--no-tags"]);
    house.server.clear_requests();
    let pack = "/org/demo.git/git-upload-pack";
    house.server.inject(Fault::on("POST", pack).slow(Duration::from_mins(1)));
    let variables = variables(&house, &path);
    let temp = temp(&variables);
    let (process, _) = action_kit::Process::in_memory(variables, std::iter::empty(), path);
    let cancel = process.cancel();
    let house = &house;
    let exit = std::thread::scope(|scope| {
        scope.spawn(move || {
            house.server.wait_until(Duration::from_secs(20), |requests| {
                requests.iter().any(|request| request.path == pack)
            });
            cancel.cancel();
        });
        action_kit::run_with::<semantic_release::Action>(process)
    });
    assert_eq!(exit, Exit::Cancelled);
    let left = std::fs::read_dir(temp).unwrap().flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("history")), "{left:?}");
}
