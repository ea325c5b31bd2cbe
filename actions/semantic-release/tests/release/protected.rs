//! Branches that do not take the release commit.

use diagnostics::Exit;
use github_stand_in::{Protection, Rule, Ruleset, Settings, Target};

use crate::house::{House, PYPROJECT, TOKEN, git};

const BOT: &str = "github-actions[bot]";

fn ruled(rules: &[Rule], change: impl Fn(Ruleset) -> Ruleset) -> House {
    let ruleset = change(Ruleset::new("only by review", Target::Branch, "main", rules));
    House::on(PYPROJECT, Settings { rulesets: vec![ruleset], ..Settings::default() })
}

/// Pushes go to the stand-in, which has rules, not to its folder.
fn over_http(house: House) -> House {
    let url = house.server.git_url("org", "demo");
    let url = url.replacen("://", &format!("://x-access-token:{TOKEN}@"), 1);
    git(&house.work, &["remote", "set-url", "origin", &url]);
    house
}

#[test]
fn a_ruleset_that_is_certain_to_refuse_ends_the_run_before_anything_changes() {
    for rules in [&[Rule::PullRequest][..], &[Rule::Update]] {
        for mode in ["api", "git"] {
            let house = ruled(rules, |ruleset| ruleset);
            let before = house.state();
            let outcome = house.run(&[("publish_mode", mode)]);
            assert_eq!(outcome.exit, Exit::Outside, "{mode}: {}", outcome.log);
            for words in ["release/ruleset", "only by review", "bypass list", "tag-only"] {
                assert!(outcome.log.contains(words), "{mode} {words}: {}", outcome.log);
            }
            assert_eq!(house.server.mutations(), Vec::<String>::new());
            assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
            assert_eq!(house.state(), before);
        }
    }
}

#[test]
fn an_account_on_the_bypass_list_releases() {
    let house = ruled(&[Rule::PullRequest], |ruleset| ruleset.bypass(BOT));
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(!outcome.log.contains("release/ruleset"), "{}", outcome.log);
}

#[test]
fn without_a_commit_the_rules_of_the_branch_do_not_matter() {
    let house = ruled(&[Rule::PullRequest, Rule::Update], |ruleset| ruleset);
    let outcome = house.run(&[("release_mode", "tag-only")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.server.releases("org", "demo").len(), 1);
}

#[test]
fn where_github_does_not_tell_the_push_is_tried_with_a_warning() {
    let house = ruled(&[Rule::PullRequest], |ruleset| ruleset.bypass(BOT).silent());
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(outcome.log.contains("release/ruleset"), "{}", outcome.log);

    let house = over_http(ruled(&[Rule::PullRequest], Ruleset::silent));
    let before = house.state();
    for mode in ["api", "git"] {
        let outcome = house.run(&[("publish_mode", mode)]);
        assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
        assert!(outcome.log.contains("bypass"), "{mode}: {}", outcome.log);
        assert_eq!(house.state(), before);
        assert_eq!(git(&house.work, &["status", "--porcelain"]), "", "{mode}");
    }
}

#[test]
fn signatures_may_be_required() {
    let author = [("git_committer_name", "Ann"), ("git_committer_email", "ann@corp.test")];
    let house = ruled(&[Rule::RequiredSignatures], |ruleset| ruleset);
    let outcome = house.run(&author);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
    assert!(outcome.log.contains("ssh_private_signing_key"), "{}", outcome.log);
    assert_eq!(house.server.mutations(), Vec::<String>::new());
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "GitHub signs: {}", outcome.log);
}

#[test]
fn classic_protection_is_told_and_leaves_nothing_behind() {
    let settings = || Settings { protected: vec![Protection::of("main")], ..Settings::default() };
    for mode in ["api", "git"] {
        let house = over_http(House::on(PYPROJECT, settings()));
        let before = house.state();
        let outcome = house.run(&[("publish_mode", mode)]);
        assert_eq!(outcome.exit, Exit::Outside, "{mode}: {}", outcome.log);
        for words in ["protect", "bypass", "tag-only"] {
            assert!(outcome.log.contains(words), "{mode} {words}: {}", outcome.log);
        }
        assert_eq!(house.state(), before);
        assert_eq!(git(&house.work, &["status", "--porcelain"]), "", "{mode}");
    }
}

#[test]
fn git_pushes_branch_and_tag_together() {
    let house = over_http(House::new());
    let outcome = house.run(&[("publish_mode", "git"), ("vcs_release", "false")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.server.mutations().len(), 1, "{:?}", house.server.mutations());
    assert!(outcome.log.contains("with the tag in one push"), "{}", outcome.log);
    assert_eq!(
        git(&house.bare, &["rev-parse", "v1.0.0^{commit}"]),
        git(&house.bare, &["rev-parse", "main"])
    );
    // A tag that was made there meanwhile keeps the branch where it is.
    let house = House::new();
    let before = git(&house.bare, &["rev-parse", "main"]);
    git(&house.bare, &["tag", "v1.0.0", "main"]);
    let outcome = house.run(&[("publish_mode", "git"), ("vcs_release", "false")]);
    assert_ne!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(git(&house.bare, &["rev-parse", "main"]), before);
}
