//! Somebody cancels the run while GitHub does not answer.

use std::time::Duration;

use runner_stand_in::{Conclusion, Step};

use crate::place::{Network, Place, Service, assert_contract, git, semantic_release, with_service};

#[test]
fn a_cancelled_release_is_gone_in_time_and_the_next_run_completes_it() {
    let (place, network) = (Place::new(), Network::new());
    let mut job = place.job(|runner| with_service(runner, &network));
    let service = Service::start(&network, &place.bare());
    let action = || semantic_release().with("insecure-hosts", "github");

    service.pause();
    let report = job.step(action().cancel_after(Duration::from_secs(2))).unwrap();
    service.resume();
    assert_eq!((report.exit, report.conclusion), (130, Conclusion::Cancelled), "{}", report.text());
    assert_contract(&report);
    assert!(report.took_to_end.unwrap() < Duration::from_secs(7), "{:?}", report.took_to_end);
    assert!(report.output("released").is_some(), "file commands are flushed: {:?}", report.outputs);

    // Nothing half-written: not here, not there.
    let unchanged = "test -z \"$(git status --porcelain)\"; git fsck --strict";
    let unchanged = job.step(Step::run(unchanged)).unwrap();
    assert!(unchanged.succeeded(), "{}", unchanged.text());
    assert_eq!(git(&place.bare(), &["tag", "--list"]), "v1.4.2");

    let report = job.step(action()).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    assert_contract(&report);
    assert_eq!(git(&place.bare(), &["tag", "--list"]), "v1.4.2\nv1.5.0");
}
