//! Messages that a merged pull request corrects.

use diagnostics::Exit;
use github_stand_in::{Fault, Level, Permissions, PullRequest, Token};

use crate::house::{House, Outcome, PYPROJECT, git};

/// What releases need, and pull requests may be read.
const READER: &str = "ghs_pulls0123456789";

const DRY: [(&str, &str); 1] = [("no_operation_mode", "true")];

/// A project with a release.
fn house(extra: &str) -> House {
    let house = House::with(&PYPROJECT.replace("version_toml", &format!("{extra}\nversion_toml")));
    let permissions = Permissions::release().with("pull_requests", Level::Read);
    house.server.add_token(Token::new(READER, permissions));
    git(&house.work, &["tag", "v1.2.3"]);
    git(&house.work, &["push", "--quiet", "origin", "v1.2.3"]);
    house
}

/// A pull request of this text, merged as the commit where there is one.
fn pull(house: &House, body: &str, merged: Option<&str>) -> u64 {
    let pull = PullRequest {
        title: "a title".to_owned(),
        body: Some(body.to_owned()),
        head: "topic".to_owned(),
        base: "main".to_owned(),
        ..PullRequest::default()
    };
    let number = house.server.open_pull("org", "demo", pull);
    if let Some(commit) = merged {
        house.server.merge_pull("org", "demo", number, commit);
    }
    number
}

fn block(text: &str) -> String {
    format!("Words.\r\n\r\nBEGIN_COMMIT_OVERRIDE\r\n{text}\r\nEND_COMMIT_OVERRIDE\r\nMore.")
}

fn run(house: &House, inputs: &[(&str, &str)]) -> Outcome {
    house.run(&[inputs, &[("github_token", READER)]].concat())
}

#[test]
fn a_merged_pull_request_corrects_the_message_of_its_commit() {
    let house = house("pr_overrides = true");
    house.commit("feat!: not breaking at all (#1)");
    pull(&house, &block("fix: a repair\r\nfix(core): another repair"), Some(&house.head()));
    let off = run(&house, &[DRY[0], ("pr_overrides", "false")]);
    assert_eq!(off.output("version"), "2.0.0", "off, as python-semantic-release: {}", off.log);
    let dry = run(&house, &DRY);
    assert_eq!((dry.exit, dry.output("version")), (Exit::Done, "1.2.4"), "{}", dry.log);
    assert!(
        dry.summary.contains("corrected by pull request &#35;1: fix: a repair"),
        "{}",
        dry.summary
    );
    assert_eq!(run(&house, &[("print", "print")]).log.lines().last(), Some("1.2.4"));
    let outcome = run(&house, &[]);
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "1.2.4"), "{}", outcome.log);
    let notes = outcome.output("release_notes");
    assert!(notes.contains("Another repair") && notes.contains("/pull/1"), "{notes}");
    assert!(!notes.to_lowercase().contains("breaking"), "{notes}");
    // The same commit again, its release made: still the same answer.
    let state = house.state();
    let again = run(&house, &[]);
    assert_eq!((again.exit, again.output("changed")), (Exit::Done, "false"), "{}", again.log);
    assert_eq!(house.state(), state);
}

#[test]
fn a_merge_is_corrected_with_all_it_brought() {
    let house = house("pr_overrides = true");
    git(&house.work, &["switch", "--quiet", "-c", "topic"]);
    for message in ["feat!: not breaking at all", "oops"] {
        git(&house.work, &["commit", "--quiet", "--allow-empty", "-m", message]);
    }
    git(&house.work, &["switch", "--quiet", "main"]);
    let title = "Merge pull request #1 from org/topic";
    git(&house.work, &["merge", "--quiet", "--no-ff", "-m", title, "topic"]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    pull(&house, &block("feat: an idea"), Some(&house.head()));
    let outcome = run(&house, &DRY);
    assert_eq!(outcome.output("version"), "1.3.0", "{}", outcome.log);
    assert!(outcome.summary.contains("corrected by pull request &#35;1"), "{}", outcome.summary);
    assert!(outcome.output("release_notes").contains("An idea"), "{}", outcome.log);
    house.server.set_body("org", "demo", 1, &block("ignore"));
    assert_eq!(run(&house, &DRY).output("released"), "false");
}

#[test]
fn only_the_pull_request_of_a_commit_decides_about_it() {
    let house = house("pr_overrides = true\noverrides_file = \"overrides.toml\"");
    for number in 1..=7 {
        house.commit(&format!("fix: a repair (#{number})"));
    }
    let (last, first) = (house.head(), git(&house.work, &["rev-parse", "HEAD~6"]));
    let breaking = block("feat!: everything is new");
    pull(&house, &breaking, None);
    pull(&house, &breaking, Some(&first));
    pull(&house, "no block", Some(&git(&house.work, &["rev-parse", "HEAD~4"])));
    pull(
        &house,
        "BEGIN_COMMIT_OVERRIDE\n\nEND_COMMIT_OVERRIDE",
        Some(&git(&house.work, &["rev-parse", "HEAD~3"])),
    );
    let elsewhere = git(&house.work, &["rev-parse", "v1.2.3"]);
    pull(&house, &breaking, Some(&elsewhere));
    // Number 6 is none of a pull request's, and of two corrections the reviewed one counts.
    house.commit("fix: the last (#6)");
    std::fs::write(house.work.join("overrides.toml"), format!("{last} = \"docs: words\"")).unwrap();
    let before = house.server.requests().len();
    let outcome = run(&house, &DRY);
    assert_eq!(outcome.output("version"), "1.2.4", "{}", outcome.log);
    let asked = house.server.requests().len() - before;
    assert_eq!(asked, 8, "each number once, and once whether the repository is there");
    house.server.set_body("org", "demo", 3, &block("feat: an idea"));
    assert_eq!(run(&house, &DRY).output("version"), "1.3.0");
    house.server.set_body("org", "demo", 3, &block(&"feat: x".repeat(10_000)));
    let outcome = run(&house, &DRY);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("release/pr-overrides"), "{}", outcome.log);
}

#[test]
fn not_being_told_is_an_error_that_names_the_way_out() {
    let house = house("pr_overrides = true");
    let ways_out = ["pull-requests: read", "overrides_file"];
    let fails = |outcome: &Outcome, exit: Exit, code: &str| {
        assert_eq!(outcome.exit, exit, "{}", outcome.log);
        for told in [code].iter().chain(&ways_out) {
            assert!(outcome.log.contains(told), "{told}: {}", outcome.log);
        }
    };
    house.commit("fix: nobody is asked without a number");
    let alone = [DRY[0], ("github_token", "")];
    assert_eq!(house.run(&alone).output("version"), "1.2.4", "and no token is needed");
    house.commit("feat: an idea (#1)");
    pull(&house, &block("fix: a repair"), Some(&house.head()));
    let state = house.state();
    fails(&house.run(&alone), Exit::BadInput, "release/no-token");
    for input in [&DRY[..], &[]] {
        house.server.inject(Fault::on("GET", "*/pulls/*").status(403));
        fails(&run(&house, input), Exit::Outside, "github/forbidden");
    }
    house.server.inject(Fault::on("GET", "*/pulls/*").status(404));
    house.server.inject(Fault::on("GET", "/repos/org/demo").status(404));
    fails(&run(&house, &DRY), Exit::Outside, "github/not-found");
    assert_eq!(house.state(), state);
    assert_eq!(run(&house, &DRY).output("version"), "1.2.4");
}
