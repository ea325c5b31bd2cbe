//! A team makes a release: the job has a network, GitHub answers in it under a name.

use runner_stand_in::Step;

use crate::place::{
    Network, Place, Service, TOKEN, assert_contract, git, semantic_release, with_service,
};

#[test]
fn a_release_over_the_job_network_and_once_only() {
    let (place, network) = (Place::new(), Network::new());
    let mut job = place.job(|runner| with_service(runner, &network));
    let _service = Service::start(&network, &place.bare());
    let action = semantic_release().with("insecure-hosts", "github");
    let report = job.step(&action).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    assert_contract(&report);
    let line = report.command_line.as_deref().unwrap();
    assert!(line.contains(&format!("--network {}", network.name)), "{line}");
    assert_eq!((report.output("released"), report.output("tag")), (Some("true"), Some("v1.5.0")));

    let bare = place.bare();
    let commit = report.output("commit_sha").unwrap();
    assert_eq!(git(&bare, &["rev-parse", "refs/heads/main"]), commit);
    assert_eq!(git(&bare, &["rev-parse", "v1.5.0^{commit}"]), commit);
    let stamped = git(&bare, &["show", "main:pyproject.toml"]);
    assert!(stamped.contains("version = \"1.5.0\"  # stamped"), "{stamped}");
    git(&bare, &["fsck", "--strict"]);

    // A later step of the same job sees what the action says.
    let later = Step::run("test \"$TAG\" = v1.5.0").env("TAG", "${{ steps.release.outputs.tag }}");
    assert!(job.step(later).unwrap().succeeded());

    // The same job run again, from the same commit: the release is there already.
    let again = job.step(&action).unwrap();
    assert_contract(&again);
    assert_eq!(git(&bare, &["rev-parse", "refs/heads/main"]), commit, "{}", again.text());
    assert_eq!(git(&bare, &["tag", "--list"]), "v1.4.2\nv1.5.0");
    assert!(!again.text().contains(TOKEN));
}
