//! Exit codes, cancellation, what is handed on.

use std::time::{Duration, Instant};

use runner_stand_in::{Conclusion, Runner, Step};

use crate::place::Place;

/// Runs a script that is cancelled once it printed `ready`.
fn cancelled(script: &str) -> runner_stand_in::StepReport {
    let place = Place::new();
    let mut job = place.job(Runner::process(place.script("action", script)));
    job.step(Step::action(place.plain_manifest()).cancel_on("ready\n")).unwrap()
}

#[test]
fn x1_only_zero_is_success() {
    let cases = [
        (0, Conclusion::Success),
        (1, Conclusion::Failure),
        (78, Conclusion::Failure),
        (127, Conclusion::Failure),
    ];
    for (exit, conclusion) in cases {
        let report = Place::new().run(&format!("exit {exit}"));
        assert_eq!((report.exit, report.conclusion), (exit, conclusion));
    }
}

#[test]
fn x2_a_cancelled_sleeper_is_gone_after_ten_seconds() {
    let started = Instant::now();
    let report =
        cancelled("trap 'exit 143' TERM; echo ready; for i in $(seq 400); do sleep 0.05; done");
    assert!(started.elapsed() <= Duration::from_secs(11), "{:?}", started.elapsed());
    assert_eq!(report.conclusion, Conclusion::Cancelled);
    assert!(!report.survived);
    assert!(report.took_to_end.unwrap() <= Duration::from_secs(10));
}

#[test]
fn x3_ci_is_kept_where_it_was_set() {
    let place = Place::new();
    let script = place.script("action", "echo ci=$CI >\"$GITHUB_OUTPUT\"");
    let manifest = place.plain_manifest();
    let step = || Step::action(&manifest);
    let mut job = place.job(Runner::process(&script));
    assert_eq!(job.step(step()).unwrap().output("ci"), Some("true"));
    assert_eq!(job.step(step().env("CI", "jenkins")).unwrap().output("ci"), Some("jenkins"));
}

#[test]
fn x4_a_process_with_handlers_ends_at_once_and_its_files_are_read() {
    let report = cancelled(
        "trap 'echo phase=stopped >>\"$GITHUB_OUTPUT\"; exit 130' INT TERM
         echo started=yes >\"$GITHUB_OUTPUT\"; echo ready; while :; do sleep 0.05; done",
    );
    assert!(report.took_to_end.unwrap() < Duration::from_secs(1), "{:?}", report.took_to_end);
    assert_eq!((report.exit, report.conclusion), (130, Conclusion::Cancelled));
    assert_eq!(report.output("started"), Some("yes"));
    assert_eq!(report.output("phase"), Some("stopped"));
    assert!(!report.survived);
}

#[test]
fn x5_a_process_that_ignores_signals_is_reported_as_a_survivor() {
    let report = cancelled("trap '' INT TERM; echo ready; while :; do sleep 0.05; done");
    assert!(report.survived);
    assert_eq!(report.conclusion, Conclusion::Cancelled);
}

#[test]
fn x6_post_runs_after_a_failing_main() {
    let place = Place::new();
    let runner = Runner::process(place.script("action", "exit 3"))
        .provide("/bin/post", place.script("post", "echo post=ran >\"$GITHUB_OUTPUT\""));
    let manifest = place.manifest(
        "name: n\ndescription: d\nruns:\n  using: docker\n  image: Dockerfile\n  \
         entrypoint: /bin/main\n  post-entrypoint: /bin/post\n",
    );
    let mut job = place.job(runner);
    assert_eq!(job.step(Step::action(manifest)).unwrap().exit, 3);
    let posts = job.finish().unwrap();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].output("post"), Some("ran"));
}

#[test]
fn x7_outputs_of_a_failed_step_are_visible_to_later_steps() {
    let place = Place::new();
    let runner = Runner::process(place.script("action", "echo v=1 >\"$GITHUB_OUTPUT\"; exit 1"));
    let mut job = place.job(runner);
    let report = job.step(Step::action(place.plain_manifest()).id("a")).unwrap();
    assert_eq!((report.exit, report.output("v")), (1, Some("1")));
    let later = Step::run("test \"$V\" = 1").env("V", "${{ steps.a.outputs.v }}");
    assert!(job.step(later).unwrap().succeeded());
    assert!(job.failed());
}
