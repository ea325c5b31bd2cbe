//! Pull requests and issues hear of their release.

use diagnostics::Exit;
use github_stand_in::{Level, Permissions, PullRequest, Token};

use crate::house::{House, PYPROJECT, git, run};
use crate::resume::stop_at;

const WRITER: &str = "ghs_writer0123456789";

/// Two merged pull requests, and an issue that is none here.
fn house(permissions: Permissions) -> House {
    let house = House::with(PYPROJECT);
    house.server.add_token(Token::new(WRITER, permissions));
    for number in [1, 2] {
        git(&house.work, &["push", "--quiet", "origin", &format!("HEAD:topic/{number}")]);
        let pull = PullRequest {
            title: "one".to_owned(),
            head: format!("topic/{number}"),
            base: "main".to_owned(),
            ..PullRequest::default()
        };
        assert_eq!(house.server.open_pull("org", "demo", pull), number);
    }
    house.commit("feat: one (#1)\n\nCloses #9");
    house.commit("fix: two (#2)");
    house
}

/// May release, and comment on pull requests.
fn teller() -> Permissions {
    Permissions::release().with("pull_requests", Level::Write)
}

fn released(house: &House) -> crate::house::Outcome {
    let mut variables = house.variables(&house.work);
    for (name, value) in [
        ("INPUT_GITHUB_TOKEN", WRITER),
        ("INPUT_COMMENT_RELEASED", "true"),
        ("INPUT_RELEASED_LABEL", "released"),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    run(&house.work, variables, &[])
}

/// The number of a pull request, and what it got.
type Told = (u64, String);

/// Who was told what: number and text of every comment, and the labels.
fn told(house: &House) -> (Vec<Told>, Vec<Told>) {
    let comments = house.server.comments("org", "demo");
    let comments = comments.into_iter().map(|comment| (comment.issue, comment.body)).collect();
    (comments, house.server.labels("org", "demo"))
}

#[test]
fn pull_requests_are_told_once() {
    let house = house(teller());
    let outcome = released(&house);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let (comments, labels) = told(&house);
    let numbers: Vec<u64> = comments.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [1, 2]);
    let link = "[v1.0.0](https://github.com/org/demo/releases/tag/v1.0.0)";
    assert!(comments[0].1.ends_with(&format!("Released in {link}.")), "{}", comments[0].1);
    let label = "released".to_owned();
    assert_eq!(labels, [(1, label.clone()), (2, label)]);
    let again = released(&house);
    assert_eq!(again.exit, Exit::Done, "{}", again.log);
    assert_eq!(told(&house).0.len(), 2);
}

#[test]
fn stopped_anywhere_all_are_told_in_the_end() {
    for number in 6.. {
        let house = house(teller());
        stop_at(&house, number);
        let first = released(&house);
        let (comments, labels) = told(&house);
        if comments.len() + labels.len() == 4 && !first.log.contains("was not told") {
            assert!(number > 8, "two comments and two labels: {number}");
            return;
        }
        house.server.clear_faults();
        assert_eq!(first.exit, Exit::Done, "the release is out: {}", first.log);
        assert_eq!(released(&house).exit, Exit::Done);
        let (comments, labels) = told(&house);
        assert_eq!((comments.len(), labels.len()), (2, 2), "{number}");
    }
}

#[test]
fn without_permission_the_release_is_made_and_says_what_is_missing() {
    let house = house(Permissions::release());
    let outcome = released(&house);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.server.releases("org", "demo").len(), 1);
    assert!(outcome.log.contains("was not told of the release"), "{}", outcome.log);
    assert!(outcome.log.contains("pull-requests: write"), "{}", outcome.log);
}
