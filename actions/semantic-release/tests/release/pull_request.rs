//! Releases that wait in a pull request.

use diagnostics::Exit;
use github_stand_in::{
    Fault, Level, Permissions, PullRequest, Rule, Ruleset, Settings, Target, Token,
};

use crate::house::{House, Outcome, PYPROJECT, TOKEN, git};

const MODE: (&str, &str) = ("release_mode", "pull-request");
const BRANCH: &str = "semantic-release/main";

/// A project with one feature, and a token that may open pull requests.
fn house() -> House {
    let more =
        "\n[tool.semantic_release.changelog.default_templates]\nmask_initial_release = false\n";
    with(&format!("{PYPROJECT}{more}"), Settings::default())
}

fn with(pyproject: &str, settings: Settings) -> House {
    let house = House::on(pyproject, settings);
    house.server.revoke(TOKEN);
    let permissions = Permissions::release().with("pull_requests", Level::Write);
    house.server.add_token(Token::new(TOKEN, permissions));
    house
}

fn run(house: &House) -> Outcome {
    house.pull();
    house.run(&[MODE])
}

fn done(house: &House) -> Outcome {
    let outcome = run(house);
    assert_eq!(outcome.exit, Exit::Done, "{}{}", outcome.log, outcome.stderr);
    outcome
}

/// The only pull request.
fn pull(house: &House) -> PullRequest {
    let pulls = house.server.pulls("org", "demo");
    assert_eq!(pulls.len(), 1, "{pulls:?}");
    pulls.into_iter().next().unwrap()
}

fn branches(house: &House) -> String {
    git(&house.bare, &["for-each-ref", "--format=%(refname:short)", "refs/heads"])
}

/// All that can be seen, but for the names of commits: the base, tags and releases, the release
/// branch, pull requests.
fn everything(house: &House) -> String {
    let mut lines = vec![house.state()];
    for branch in branches(house).lines() {
        lines.push(git(&house.bare, &["log", "--format=%s|%an", "-1", branch]));
        lines.push(house.file(branch, "pyproject.toml"));
        lines.push(git(&house.bare, &["ls-tree", "--name-only", branch]));
    }
    for pull in house.server.pulls("org", "demo") {
        let body = pull.body.unwrap_or_default();
        lines.push(format!("#{} {} {} {body}", pull.number, pull.state, pull.title));
    }
    for comment in house.server.comments("org", "demo") {
        lines.push(format!("comment {}", comment.body));
    }
    let text = lines.join("\n");
    let is_name = |word: &&str| word.len() >= 7 && word.chars().all(|c| c.is_ascii_hexdigit());
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    words
        .map(|word| {
            let end = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_name(&end) { word.replace(end, "NAME") } else { word.to_owned() }
        })
        .collect()
}

/// A release with the commits since it: a fix, which waits in a pull request, and its revert.
fn reverted(house: &House) {
    assert_eq!(house.run(&[]).exit, Exit::Done);
    house.pull();
    house.commit("fix: a thing");
    let revert = format!("Revert \"fix: a thing\"\n\nThis reverts commit {}.", house.head());
    let outcome = done(house);
    assert_eq!(outcome.output("pull_request"), "1", "{}", outcome.log);
    house.commit(&revert);
}

/// Merges the pull request as GitHub does it; the commit that makes.
fn merge(house: &House, how: &str) -> String {
    house.pull();
    let (work, from) = (&house.work, format!("origin/{BRANCH}"));
    let pull = pull(house);
    let number = pull.number;
    match how {
        "merge" => {
            let message =
                format!("Merge pull request #{number} from org/{BRANCH}\n\n{}", pull.title);
            git(work, &["merge", "--quiet", "--no-ff", "-m", &message, &from]);
        }
        "squash" => {
            git(work, &["merge", "--quiet", "--squash", &from]);
            let message = format!("{} (#{number})\n\n{}", pull.title, pull.body.unwrap());
            git(work, &["commit", "--quiet", "--cleanup=verbatim", "-m", &message]);
        }
        _ => {
            git(work, &["cherry-pick", &from]);
            git(work, &["commit", "--quiet", "--amend", "--no-edit", "--reset-author"]);
        }
    }
    git(work, &["push", "--quiet", "origin", "HEAD"]);
    house.server.merge_pull("org", "demo", number, &house.head());
    house.head()
}

#[test]
fn opened_left_alone_and_brought_up_to_date() {
    let house = house();
    let tip = house.head();
    let outcome = done(&house);
    assert_eq!(outcome.output("released"), "false");
    assert_eq!(outcome.output("version"), "1.0.0");
    assert_eq!(outcome.output("pull_request"), "1");
    assert!(outcome.output("pull_request_url").ends_with("/org/demo/pull/1"));
    assert!(outcome.summary.contains("waits in a pull request"), "{}", outcome.summary);
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "", "files here stay as they are");
    let opened = pull(&house);
    assert_eq!((opened.title.as_str(), opened.head.as_str()), ("1.0.0", BRANCH));
    let body = opened.body.unwrap();
    assert!(body.contains("## v1.0.0 (2026-01-01)") && body.contains("### Features"), "{body}");
    assert!(body.contains("<!-- semantic-release: version 1.0.0 tag v1.0.0 -->"), "{body}");
    assert_eq!(branches(&house), format!("main\n{BRANCH}"));
    assert_eq!(git(&house.bare, &["log", "--format=%P", "-1", BRANCH]), tip);
    assert_eq!(git(&house.bare, &["rev-parse", "main"]), tip);
    assert!(house.file(BRANCH, "pyproject.toml").contains("version = \"1.0.0\""));
    assert!(house.file(BRANCH, "CHANGELOG.md").contains("v1.0.0"));
    assert!(!house.state().contains("\ntag ") && house.server.releases("org", "demo").is_empty());

    // The same again, on another day.
    house.server.clear_requests();
    let mut variables = house.variables(&house.work);
    variables.insert("SOURCE_DATE_EPOCH".to_owned(), "1767571200".to_owned());
    variables.insert("INPUT_RELEASE_MODE".to_owned(), "pull-request".to_owned());
    let outcome = crate::house::run(&house.work, variables, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.server.mutations(), Vec::<String>::new());
    assert_eq!((outcome.output("pull_request"), outcome.output("changed")), ("1", "false"));

    house.pull();
    house.commit("feat!: everything is new");
    house.commit("fix: a thing");
    let tip = house.head();
    let outcome = done(&house);
    assert_eq!(outcome.output("pull_request"), "1");
    let body = pull(&house).body.unwrap();
    assert!(body.contains("A thing") && body.contains("Everything is new"), "{body}");
    assert_eq!(git(&house.bare, &["log", "--format=%P", "-1", BRANCH]), tip);
    assert_eq!(branches(&house), format!("main\n{BRANCH}"));
}

#[test]
fn what_was_merged_is_tagged_and_released_and_the_next_one_opened() {
    for how in ["merge", "squash", "rebase"] {
        let house = house();
        done(&house);
        let made = merge(&house, how);
        let outcome = done(&house);
        assert_eq!(outcome.output("released"), "true", "{how}: {}", outcome.log);
        assert_eq!((outcome.output("version"), outcome.output("tag")), ("1.0.0", "v1.0.0"));
        assert_eq!(outcome.output("commit_sha"), made, "{how}");
        assert_eq!(git(&house.bare, &["rev-parse", "v1.0.0^{commit}"]), made, "{how}");
        let releases = house.server.releases("org", "demo");
        assert_eq!(releases.len(), 1, "{how}");
        let notes = releases[0].body.clone().unwrap();
        assert!(notes.contains("Begin") && !notes.contains("Merge pull"), "{how}: {notes}");
        assert!(notes.contains("v1.0.0 (2026-01-01)"), "the changelog's day: {notes}");
        // Nothing more to do; the branch of a merged pull request may go.
        let outcome = done(&house);
        assert_eq!(outcome.output("released"), "false", "{how}");
        assert_eq!(house.server.releases("org", "demo").len(), 1);
        house.pull();
        house.commit("fix: after the release");
        let outcome = done(&house);
        assert_eq!(outcome.output("version"), "1.0.1", "{how}: {}", outcome.log);
        assert_eq!(outcome.output("pull_request"), "2", "{how}");
        house.state();
    }
}

#[test]
fn a_merged_release_is_found_below_newer_commits() {
    for how in ["merge", "squash", "rebase"] {
        let house = house();
        done(&house);
        let made = merge(&house, how);
        house.commit("feat: already the next one");
        let outcome = done(&house);
        assert_eq!(outcome.output("commit_sha"), made, "{how}: {}", outcome.log);
        assert_eq!((outcome.output("version"), outcome.output("released")), ("1.0.0", "true"));
        let outcome = done(&house);
        assert_eq!((outcome.output("version"), outcome.output("pull_request")), ("1.1.0", "2"));
    }
}

#[test]
fn commits_that_came_between_do_not_hide_what_was_merged() {
    let house = house();
    done(&house);
    house.pull();
    house.commit("feat!: not in the pull request");
    house.pull();
    done_merge_of_old(&house);
}

/// The version of the pull request is released although the commits ask for another one now:
/// GitHub says which pull request it was.
fn done_merge_of_old(house: &House) {
    let made = merge(house, "merge");
    let outcome = done(house);
    assert_eq!(outcome.output("released"), "true", "{}", outcome.log);
    assert_eq!((outcome.output("version"), outcome.output("commit_sha")), ("1.0.0", made.as_str()));
}

#[test]
fn without_a_stamped_file_changelog_or_github_tell() {
    let unstamped = "[project]\nname = \"demo\"\n\n[tool.semantic_release]\ncommit_message = \"chore: release\\n\\n{version}\"\n";
    for how in ["merge", "squash", "rebase"] {
        let house = with(unstamped, Settings::default());
        let outcome = done(&house);
        assert_eq!(outcome.output("pull_request"), "1", "{}", outcome.log);
        assert_eq!(pull(&house).title, "chore: release");
        let made = merge(&house, how);
        let outcome = done(&house);
        assert_eq!(outcome.output("commit_sha"), made, "{how}: {}", outcome.log);
        assert_eq!(outcome.output("version"), "1.0.0");
    }
}

#[test]
fn a_version_that_nobody_proposed_is_not_released() {
    let house = house();
    let path = house.work.join("pyproject.toml");
    let text = std::fs::read_to_string(&path).unwrap().replace("\"0.0.0\"", "\"99.0.0\"");
    std::fs::write(path, text).unwrap();
    git(&house.work, &["add", "."]);
    house.commit("99.0.0\n\nAutomatically generated by python-semantic-release");
    let outcome = done(&house);
    assert_eq!((outcome.output("released"), outcome.output("version")), ("false", "1.0.0"));
    assert_eq!(git(&house.bare, &["tag"]), "");
}

#[test]
fn a_branch_that_somebody_edited_is_left_alone() {
    let house = house();
    done(&house);
    git(&house.work, &["fetch", "--quiet", "origin"]);
    git(&house.work, &["checkout", "--quiet", "-b", BRANCH, &format!("origin/{BRANCH}")]);
    house.commit("docs: better words");
    let edited = house.head();
    git(&house.work, &["checkout", "--quiet", "main"]);
    house.commit("feat: one more");
    house.server.clear_requests();
    let outcome = done(&house);
    assert!(outcome.log.contains("release/pull-request-edited"), "{}", outcome.log);
    assert_eq!(outcome.output("released"), "false");
    assert_eq!(house.server.mutations(), Vec::<String>::new());
    assert_eq!(git(&house.bare, &["rev-parse", BRANCH]), edited);
}

#[test]
fn the_base_brought_in_by_githubs_button_is_no_edit() {
    let house = house();
    done(&house);
    house.commit("feat: one more");
    git(&house.work, &["fetch", "--quiet", "origin"]);
    git(&house.work, &["checkout", "--quiet", "-b", BRANCH, &format!("origin/{BRANCH}")]);
    git(&house.work, &["merge", "--quiet", "--no-ff", "-m", "Merge branch 'main'", "main"]);
    git(&house.work, &["push", "--quiet", "origin", "HEAD"]);
    git(&house.work, &["checkout", "--quiet", "main"]);
    done(&house);
    assert_eq!(git(&house.bare, &["log", "--format=%P", "-1", BRANCH]), house.head());
}

#[test]
fn closed_when_nothing_is_left() {
    let house = house();
    reverted(&house);
    let inputs = [MODE, ("revert", "cancel")];
    house.pull();
    let outcome = house.run(&inputs);
    assert_eq!(
        (outcome.exit, outcome.output("released")),
        (Exit::Done, "false"),
        "{}",
        outcome.log
    );
    assert_eq!(pull(&house).state, "closed", "{}", outcome.log);
    let comments = house.server.comments("org", "demo");
    assert_eq!(comments.len(), 1);
    assert!(comments[0].body.contains("Nothing is left to release from `main`."));
    assert_eq!(branches(&house), "main");
    house.server.clear_requests();
    assert_eq!(house.run(&inputs).exit, Exit::Done);
    assert_eq!(house.server.mutations(), Vec::<String>::new());
}

/// What is done with a house before the run that is stopped.
type Prepare = fn(&House);

#[test]
fn stopped_anywhere_a_rerun_ends_the_same() {
    let changed: Prepare = |house| {
        done(house);
        house.pull();
        house.commit("feat!: more");
    };
    let merged: Prepare = |house| {
        done(house);
        merge(house, "squash");
    };
    let cases: [(&str, Prepare, u32); 4] = [
        ("opened", |_| {}, 5),
        ("changed", changed, 4),
        ("merged", merged, 4),
        ("reverted", reverted, 3),
    ];
    let step = |house: &House| {
        house.pull();
        house.run(&[MODE, ("revert", "cancel")])
    };
    for (name, prepare, least) in cases {
        let fresh = || {
            let house = house();
            prepare(&house);
            house
        };
        let quiet = fresh();
        assert_eq!(step(&quiet).exit, Exit::Done);
        let expected = everything(&quiet);
        let mut number = 1;
        loop {
            let house = fresh();
            house.server.inject(Fault::mutation(number).before().status(403).always());
            let first = step(&house);
            if first.exit == Exit::Done {
                break;
            }
            house.server.clear_faults();
            let second = step(&house);
            assert_eq!(second.exit, Exit::Done, "{name} {number}: {}", second.log);
            assert_eq!(everything(&house), expected, "{name} {number}: {}", second.log);
            number += 1;
        }
        assert!(number > least, "{name}: {number}");
    }
}

#[test]
fn a_refusal_names_both_remedies() {
    let without = House::new();
    let by_setting =
        with(PYPROJECT, Settings { no_pulls_by_workflows: true, ..Settings::default() });
    for house in [without, by_setting] {
        let outcome = run(&house);
        assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
        for words in [
            "release/pull-request-forbidden",
            "pull-requests: write",
            "Allow GitHub Actions to create and approve pull requests",
        ] {
            assert!(outcome.log.contains(words), "{words}: {}", outcome.log);
        }
    }
}

#[test]
fn a_branch_that_takes_pull_requests_only_is_no_obstacle() {
    let ruleset = Ruleset::new("by review", Target::Branch, "main", &[Rule::PullRequest]);
    let settings = Settings { rulesets: vec![ruleset], ..Settings::default() };
    let house = with(PYPROJECT, settings);
    let outcome = done(&house);
    assert!(!outcome.log.contains("release/ruleset"), "{}", outcome.log);
    merge(&house, "squash");
    let outcome = done(&house);
    assert_eq!(outcome.output("released"), "true", "{}", outcome.log);
    assert!(!outcome.log.contains("release/ruleset"), "{}", outcome.log);
}

#[test]
fn a_dry_run_shows_the_plan() {
    let house = house();
    let outcome = house.run(&[MODE, ("no_operation_mode", "true")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!((outcome.output("released"), outcome.output("pull_request")), ("false", ""));
    for words in ["release-branch", "\"pull-request\"", BRANCH] {
        assert!(outcome.output("plan").contains(words), "{words}: {}", outcome.output("plan"));
    }
    assert_eq!(house.server.mutations(), Vec::<String>::new());
}

#[test]
fn what_does_not_go_together_is_refused() {
    for (inputs, code) in [
        (&[("publish_mode", "git")][..], "release/pull-request-mode"),
        (&[("commit", "false")], "release/pull-request-mode"),
        (&[("phase", "prepare")], "release/pull-request-mode"),
        (&[("release_branch", "{branch}")], "release/release-branch"),
        (&[("release_branch", "a b")], "release/release-branch"),
    ] {
        let house = house();
        let outcome = house.run(&[inputs, &[MODE]].concat());
        assert_eq!(outcome.exit, Exit::BadInput, "{inputs:?}: {}", outcome.log);
        assert!(outcome.log.contains(code), "{inputs:?}: {}", outcome.log);
        assert_eq!(house.server.mutations(), Vec::<String>::new());
    }
}

#[test]
fn the_branch_has_the_name_that_is_asked_for_and_releases_nothing_itself() {
    let pyproject = PYPROJECT.replace("match = \"main\"", "match = \".*\"").replace(
        "[tool.semantic_release]\n",
        "[tool.semantic_release]\nrelease_mode = \"pull-request\"\nrelease_branch = \"next-{branch}\"\n",
    );
    let house = with(&pyproject, Settings::default());
    let outcome = house.run(&[]);
    assert_eq!(outcome.output("pull_request"), "1", "{}", outcome.log);
    assert_eq!(branches(&house), "main\nnext-main");
    let checkout = house.checkout("next-main", "origin/next-main");
    house.server.clear_requests();
    let outcome = house.run_in(&checkout, &[]);
    assert_eq!((outcome.exit, outcome.output("released")), (Exit::Done, "false"));
    assert_eq!(house.server.mutations(), Vec::<String>::new(), "{}", outcome.log);
}
