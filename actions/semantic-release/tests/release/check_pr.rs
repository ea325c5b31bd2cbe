//! Pull requests, checked before they are merged.

use diagnostics::Exit;
use github_stand_in::{Fault, Level, Mergeable, Permissions, PullRequest, Token};

use crate::house::{House, Outcome, PYPROJECT, git, run};

/// May comment, and nothing else.
const WRITER: &str = "ghs_writer0123456789";
/// What a workflow has on a pull request from a fork.
const READER: &str = "ghs_reader0123456789";

/// A released project with a branch that has these commits, and a pull request for it.
fn opened(title: &str, body: &str, commits: &[&str]) -> House {
    let house = House::with(PYPROJECT);
    house.run(&[]);
    house.pull();
    let read = Permissions::read();
    let write = read.clone().with("pull_requests", Level::Write);
    house.server.add_token(Token::new(WRITER, write));
    house.server.add_token(Token::new(READER, read));
    git(&house.work, &["switch", "--quiet", "-c", "topic/one"]);
    for message in commits {
        git(&house.work, &["commit", "--quiet", "--allow-empty", "-m", message]);
    }
    git(&house.work, &["push", "--quiet", "origin", "topic/one"]);
    git(&house.work, &["switch", "--quiet", "main"]);
    let pull = PullRequest {
        title: title.to_owned(),
        body: Some(body.to_owned()),
        head: "topic/one".to_owned(),
        base: "main".to_owned(),
        ..PullRequest::default()
    };
    assert_eq!(house.server.open_pull("org", "demo", pull), 1);
    house
}

/// Runs `check-pr` as a step of a workflow on `pull_request_target`.
fn check(house: &House, token: &str, inputs: &[(&str, &str)]) -> Outcome {
    let mut variables = house.variables(&house.work);
    let event = house.folder.path().join("event.json");
    std::fs::write(&event, "{\"pull_request\": {\"number\": 1, \"title\": \"old\"}}").unwrap();
    for (name, value) in [
        ("INPUT_MODE", "check-pr"),
        ("INPUT_GITHUB_TOKEN", token),
        ("GITHUB_EVENT_NAME", "pull_request_target"),
        ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    for (name, value) in inputs {
        variables.insert(format!("INPUT_{}", name.to_uppercase()), (*value).to_owned());
    }
    run(&house.work, variables, &[])
}

fn bodies(house: &House) -> Vec<String> {
    house.server.comments("org", "demo").into_iter().map(|comment| comment.body).collect()
}

#[test]
fn a_good_pull_request_is_green_and_says_what_it_releases() {
    let house = opened("feat: a new thing", "Closes #7", &["wip: one", "fix: two"]);
    let before = house.state();
    let outcome = check(&house, WRITER, &[("check_commits", "off"), ("check_issue", "error")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("title_ok"), "true");
    assert_eq!((outcome.output("next_version"), outcome.output("bump")), ("1.1.0", "minor"));
    assert_eq!(outcome.output("findings"), "[]");
    let [comment] = bodies(&house).try_into().unwrap();
    let text = "Merged into main, this releases **1.1.0** (minor, after v1.0.0).";
    assert!(comment.contains(text) && outcome.summary.contains(text), "{comment}");
    assert!(comment.contains("| linked issue | ok | &#35;7 |"), "{comment}");
    assert!(outcome.output("comment_url").contains("#issuecomment-"));
    let again = check(&house, WRITER, &[("check_commits", "off"), ("check_issue", "error")]);
    assert_eq!(again.output("comment_url"), outcome.output("comment_url"));
    assert_eq!((bodies(&house).len(), house.state()), (1, before), "nothing else was touched");
}

#[test]
fn a_bad_title_fails_and_the_comment_follows_when_it_is_better() {
    let house = opened("New thing", "", &["feat: one", "two"]);
    let outcome = check(&house, WRITER, &[("check_issue", "warning")]);
    assert_eq!(outcome.exit, Exit::CheckFailed, "{}", outcome.log);
    assert_eq!(outcome.output("title_ok"), "false");
    let findings: serde_json::Value = serde_json::from_str(outcome.output("findings")).unwrap();
    let codes: Vec<&str> =
        findings.as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect();
    let expected =
        ["release/pr-title", "release/pr-commit", "release/pr-description", "release/pr-issue"];
    assert_eq!(codes, expected);
    assert!(outcome.log.contains("::error title=release/pr-title"), "{}", outcome.log);
    assert!(bodies(&house)[0].contains("| title | **failed** |"));
    assert_eq!(check(&house, WRITER, &[("fail-on", "never")]).exit, Exit::Done);
    assert_eq!(check(&house, WRITER, &[("check_title", "warning")]).exit, Exit::Done);
    let strict = [("check_title", "off"), ("fail-on", "warning")];
    assert_eq!(check(&house, WRITER, &strict).exit, Exit::CheckFailed);
    assert_eq!(bodies(&house).len(), 1);
}

#[test]
fn conflicts_fail_and_what_is_unknown_is_waited_for() {
    let house = opened("feat: x", "why", &["feat: x"]);
    house.server.set_mergeable("org", "demo", 1, Mergeable::No);
    let outcome = check(&house, WRITER, &[]);
    assert_eq!(outcome.exit, Exit::CheckFailed, "{}", outcome.log);
    assert!(outcome.log.contains("release/pr-conflict"), "{}", outcome.log);
    house.server.set_mergeable("org", "demo", 1, Mergeable::After(1));
    assert_eq!(check(&house, WRITER, &[]).exit, Exit::Done);
    house.server.set_mergeable("org", "demo", 1, Mergeable::After(9));
    let outcome = check(&house, WRITER, &[("mergeable_wait", "0")]);
    assert_eq!(outcome.exit, Exit::BadInput, "what cannot be judged has not passed");
    assert!(outcome.log.contains("release/pr-mergeable"), "{}", outcome.log);
    let off = check(&house, WRITER, &[("check_mergeable", "off")]);
    assert_eq!(off.exit, Exit::Done, "{}", off.log);
}

#[test]
fn a_fork_with_a_token_that_only_reads_gets_everything_but_the_comment() {
    let house = opened("feat: x", "why", &["feat: x"]);
    house.server.set_fork("org", "demo", 1, "mallory");
    let outcome = check(&house, READER, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(outcome.log.contains("::notice title=release/pr-comment"), "{}", outcome.log);
    assert_eq!((outcome.output("next_version"), outcome.output("comment_url")), ("1.1.0", ""));
    assert!(outcome.summary.contains("| title | ok |") && bodies(&house).is_empty());
}

#[test]
fn killed_while_commenting_there_is_one_comment_in_the_end() {
    for fault in [Fault::mutation(1), Fault::mutation(1).after()] {
        let house = opened("feat: x", "why", &["feat: x"]);
        house.server.inject(fault.cut());
        check(&house, WRITER, &[]);
        let outcome = check(&house, WRITER, &[]);
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
        assert_eq!(bodies(&house).len(), 1);
    }
}

#[test]
fn hostile_text_stays_text() {
    let title = "feat: <img src=x onerror=alert(1)> @org/team | `x` **b**\r\n::error::x ::set-output name=a::b ${{ secrets.X }}";
    let house = opened(title, "[x](javascript:1)", &["::add-mask::main\n\n::warning::y"]);
    let branch = [("branch_pattern", "feat/")];
    let outcome = check(&house, WRITER, &branch);
    assert_eq!(outcome.exit, Exit::CheckFailed, "{}", outcome.log);
    for line in outcome.log.lines() {
        let foreign = ["::error::x", "::set-output", "::add-mask::main", "::warning::y"];
        assert!(!foreign.iter().any(|command| line.trim_start().starts_with(command)), "{line}");
    }
    let [comment] = bodies(&house).try_into().unwrap();
    for text in [&comment, &outcome.summary] {
        assert!(
            !text.contains("<img") && !text.contains("@org") && !text.contains("`x`"),
            "{text}"
        );
        assert!(!text.contains("**b**"), "{text}");
    }
}

#[test]
fn the_settings_are_those_of_the_base() {
    let house = opened("magic: x", "why", &["feat: x"]);
    git(&house.work, &["switch", "--quiet", "topic/one"]);
    let own = "\n[tool.semantic_release.commit_parser_options]\nallowed_tags = [\"magic\"]\n";
    let pyproject = std::fs::read_to_string(house.work.join("pyproject.toml")).unwrap();
    std::fs::write(house.work.join("pyproject.toml"), pyproject + own).unwrap();
    git(&house.work, &["commit", "--quiet", "-a", "-m", "feat: my own rules"]);
    git(&house.work, &["push", "--quiet", "origin", "topic/one"]);
    let outcome = check(&house, WRITER, &[]);
    assert_eq!(outcome.exit, Exit::CheckFailed, "{}", outcome.log);
    assert_eq!(outcome.output("title_ok"), "false");
}

#[test]
fn branches_match_a_pattern_unless_they_release() {
    let house = opened("feat: x", "why", &["feat: x"]);
    let outcome = check(&house, WRITER, &[("branch_pattern", "(feat|fix)/.+$")]);
    assert_eq!(outcome.exit, Exit::CheckFailed);
    assert!(outcome.log.contains("branch `topic/one` does not match"), "{}", outcome.log);
    assert_eq!(check(&house, WRITER, &[("branch_pattern", "topic/")]).exit, Exit::Done);
    let bad = check(&house, WRITER, &[("branch_pattern", "(")]);
    assert_eq!(bad.exit, Exit::BadInput);
    let pull = PullRequest {
        title: "feat: promote".to_owned(),
        body: Some("why".to_owned()),
        head: "develop".to_owned(),
        base: "main".to_owned(),
        ..PullRequest::default()
    };
    git(&house.work, &["push", "--quiet", "origin", "topic/one:develop"]);
    assert_eq!(house.server.open_pull("org", "demo", pull), 2);
    let inputs = [("branch_pattern", "feat/"), ("pull_request", "2")];
    assert_eq!(check(&house, WRITER, &inputs).exit, Exit::Done);
}

#[test]
fn the_preview_follows_the_way_of_merging_and_says_why_there_is_none() {
    let house = opened(
        "fix: small",
        "feat!: in the text\n\nBREAKING CHANGE: all",
        &["fix: one", "feat: two things"],
    );
    for (style, version) in [
        ("squash", "1.1.0"),
        ("squash-title", "1.0.1"),
        ("squash-description", "2.0.0"),
        ("merge", "1.1.0"),
    ] {
        let outcome = check(&house, READER, &[("merge_style", style), ("comment", "false")]);
        assert_eq!(outcome.output("next_version"), version, "{style}: {}", outcome.log);
    }
    let empty = house.folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let mut variables = house.variables(&empty);
    for (name, value) in
        [("INPUT_MODE", "check-pr"), ("INPUT_GITHUB_TOKEN", READER), ("INPUT_PULL_REQUEST", "1")]
    {
        variables.insert(name.to_owned(), value.to_owned());
    }
    let outcome = run(&empty, variables, &[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("next_version"), "");
    assert!(outcome.summary.contains("check the base out"), "{}", outcome.summary);
}

#[test]
fn a_title_alone_needs_no_server() {
    let house = House::new();
    for (title, exit) in [("feat: x", Exit::Done), ("x", Exit::CheckFailed)] {
        let outcome = house.command(&house.work, &["check-pr", "--title", title]);
        assert_eq!(outcome.exit, exit, "{}", outcome.stderr);
    }
    assert_eq!(house.server.requests().len(), 0);
    let outcome = house.run(&[("mode", "check-pr")]);
    assert_eq!(outcome.exit, Exit::BadInput);
    assert!(outcome.log.contains("release/pr-number"), "{}", outcome.log);
}
