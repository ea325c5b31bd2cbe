//! Every way a run can end writes its outputs, once.

use std::io::Write;
use std::time::{Duration, Instant};

use diagnostics::Exit;

use crate::world::{Left, Step};

const DECLARED: [&str; 6] = ["plan", "plan-file", "changed", "dry-run", "report", "greeting"];

fn names(left: &Left) -> Vec<String> {
    Left::entries(&left.outputs).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn outputs_are_written_in_order_at_every_end() {
    let cases = [
        ("greet", Exit::Done),
        ("check", Exit::CheckFailed),
        ("fail", Exit::BadInput),
        ("panic", Exit::Bug),
    ];
    for (scenario, exit) in cases {
        let left = Step::in_actions(scenario).run();
        assert_eq!(left.exit, exit, "{scenario}: {}", left.stdout);
        assert_eq!(names(&left), DECLARED, "{scenario}");
        assert_eq!(left.output("changed"), "false");
        assert_eq!(left.output("greeting"), format!("{scenario} in apply"));
        assert!(left.stdout.ends_with('\n'), "act loses a last line without a line feed");
        let log: String =
            left.stdout.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
        assert!(!log.contains("token-of-the-run"), "{scenario}: {}", left.stdout);
    }
}

#[test]
fn a_failure_is_told_to_log_annotations_and_summary() {
    let left = Step::in_actions("fail").run();
    let out = &left.stdout;
    assert!(out.contains("error[demo/odd]: the `b` of *** is odd\n"), "{out}");
    assert!(out.contains(" --> demo.toml:2:5\n"), "{out}");
    let annotation = "\n::error file=demo.toml,line=2,endLine=2,col=5,endColumn=14,title=demo/odd\
                      ::the `b` of *** is odd: here%0Ahelp: remove <it>\n";
    assert!(out.contains(annotation), "{out}");
    assert!(out.contains("\n::warning title=demo/odd::and this\n"), "{out}");
    assert_eq!(
        left.summary,
        "### demo failed\n\n\
         - **the \\`b\\` of \\*\\*\\* is odd** (demo.toml:2:5) `demo/odd`\n  <br>remove &lt;it&gt;\n"
    );
}

#[test]
fn outside_actions_a_failure_goes_to_stderr_alone() {
    let left = Step::command(&["apply", "--scenario", "fail"]).run();
    assert_eq!((left.exit, left.stdout.as_str()), (Exit::BadInput, ""));
    assert!(left.stderr.contains("error[demo/odd]") && !left.stderr.contains("::error file"));
    let left = Step::command(&["apply"]).run();
    assert_eq!((left.stdout.as_str(), left.stderr.as_str()), ("hello\n", ""));
}

#[test]
fn a_cancelled_run_may_finish_its_step() {
    let started = Instant::now();
    let left = Step::in_actions("wait").run_in(|process| process.cancel().cancel());
    assert_eq!(left.exit, Exit::Cancelled);
    assert!(started.elapsed() < Duration::from_secs(4));
    assert_eq!((names(&left).len(), left.output("changed")), (6, "true".to_owned()));
    assert!(left.stdout.contains("warning[runner/cancelled]"), "{}", left.stdout);
}

#[test]
fn a_step_that_does_not_end_is_dropped_after_five_seconds() {
    let started = Instant::now();
    let left = Step::in_actions("hang").run_in(|process| process.cancel().cancel());
    assert_eq!(left.exit, Exit::Cancelled);
    assert!((4900..6500).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
    assert_eq!(left.output("changed"), "true");
}

#[test]
fn a_run_can_be_started_from_asynchronous_code() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { assert_eq!(Step::in_actions("greet").run().exit, Exit::Done) });
}

struct Broken(std::io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn nobody_reading_is_success_and_a_full_disk_is_not() {
    let cases = [
        (std::io::ErrorKind::BrokenPipe, Exit::Done),
        (std::io::ErrorKind::StorageFull, Exit::Outside),
    ];
    for (kind, exit) in cases {
        let left = Step::command(&["apply"]).run_in(|process| {
            let (other, _) = action_kit::Process::in_memory([], [], "/");
            let taken = std::mem::replace(process, other);
            *process = taken.with_stdout(Box::new(Broken(kind)));
        });
        assert_eq!(left.exit, exit);
        assert_eq!(left.stderr.contains("cannot write to standard output"), exit != Exit::Done);
    }
}
