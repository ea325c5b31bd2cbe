//! A small action on action-kit, run by the stand-in as users would have it run.

use std::path::PathBuf;
use std::time::Duration;

use action_kit::generate::{ActionYml, action_yml};
use runner_stand_in::issue::Severity;
use runner_stand_in::process::can_isolate;
use runner_stand_in::summary::Summary;
use runner_stand_in::{Conclusion, Job, Runner, Step, StepReport};

use crate::definition::DEMO;
use crate::place::Place;

/// Commit messages in which somebody tries every form of command.
const HOSTILE: &str = "feat: innocent\n\n::set-env name=LD_PRELOAD::/tmp/x.so\n::add-path::/tmp/evil\n\
  ::set-output name=tool::/tmp/evil\n::save-state name=x::y\n::add-mask::e\n::error file=a.rs::no\n\
  ::warning::no\n::notice::no\n::debug::no\n::group::no\n::endgroup::\n::echo::on\n\
  ::stop-commands::\n::stop-commands::set-env\n::add-matcher::/etc/passwd\n   ::error::indented\n\
  text ##[error]in mid-line\n##[set-env name=A;]b\n##[add-mask]e\n##[stop-commands]abc\n\
  \u{1b}[31m::error::coloured\r::error::after a carriage return\n::ERROR::upper\n\
  ##[start-action display=x;id=y]\ncmd<<EOF\nEOF\n${{ secrets.KEY }}\nlast line without an end";

/// The demo as a program. Cargo builds examples together with the tests.
fn demo() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let demo = test.parent().unwrap().parent().unwrap().join("examples/contract-demo");
    assert!(
        demo.exists(),
        "run the tests with `cargo test` without `--test`, which skips examples"
    );
    demo
}

struct Story {
    place: Place,
    job: Job,
}

impl Story {
    fn new(runner: impl FnOnce(Runner) -> Runner) -> Self {
        let place = Place::new();
        let runs =
            ActionYml { image: "../../Dockerfile", entrypoint: "/bin/contract-demo", args: &[] };
        place.manifest(&action_yml(&DEMO, &runs));
        let job = place.job(runner(Runner::process(demo())));
        Self { place, job }
    }

    fn action(&self, play: &str) -> Step {
        Step::action(self.place.path().join("action.yml")).id("demo").with("play", play)
    }

    fn play(&mut self, play: &str) -> StepReport {
        let step = self.action(play);
        self.job.step(step).unwrap()
    }
}

/// Makes a runner play a dialect.
type Choose = fn(Runner) -> Runner;

/// Both dialects, under the name of each.
fn both() -> [(&'static str, Choose); 2] {
    [("runner", |runner| runner), ("act", Runner::act)]
}

#[track_caller]
fn assert_clean(report: &StepReport, who: &str) {
    let log = report.text();
    assert_eq!(report.conclusion, Conclusion::Success, "{who}: {log}");
    assert!(report.issues.is_empty(), "{who}: {:?}", report.issues);
    assert!(report.disagreements.is_empty(), "{who}: {:?}", report.disagreements);
    assert!(report.dead_exports.is_empty(), "{who}: {:?}", report.dead_exports);
    assert!(report.foreign_files.is_empty(), "{who}: {:?}", report.foreign_files);
    assert!(report.outside.is_empty(), "{who}: {:?}", report.outside);
    assert!(!report.survived, "{who}");
}

#[test]
fn a_later_step_uses_what_the_action_installed() {
    for (who, dialect) in both() {
        let mut story = Story::new(dialect);
        let report = story.play("install");
        assert_clean(&report, who);
        assert_eq!(report.output("phase"), Some("begun"), "{who}");
        let tool = story.job.workspace().join("tools/demo-tool");
        assert_eq!(report.output("tool"), Some(tool.to_str().unwrap()), "{who}");
        if can_isolate() && who == "runner" {
            assert_eq!(report.variables["GITHUB_WORKSPACE"], "/github/workspace");
            let container_paths = report.env.values().chain(&report.path);
            assert_eq!(container_paths.filter(|path| path.starts_with("/github")).count(), 0);
        }
        let script = "test \"$(demo-tool)\" = 'tool runs'; test \"$(\"$DEMO_TOOL\")\" = 'tool runs'
                      test -O \"$DEMO_TOOL\"; rm -r tools; echo done=yes >\"$GITHUB_OUTPUT\"";
        let later = story.job.step(Step::run(script)).unwrap();
        assert!(later.succeeded(), "{who}: {}", later.text());
        assert_eq!(later.output("done"), Some("yes"));
    }
}

#[test]
fn a_later_step_in_a_job_container_uses_it_too() {
    if !can_isolate() {
        return assert!(Story::new(|runner| runner).play("install").succeeded());
    }
    let mut story = Story::new(Runner::job_container);
    let report = story.play("install");
    assert_clean(&report, "job container");
    assert_eq!(report.path, ["/__w/demo/demo/tools"]);
    let later = story.job.step(Step::run("test \"$(demo-tool)\" = 'tool runs'")).unwrap();
    assert!(later.succeeded(), "{}", later.text());
}

#[test]
fn an_older_runner_without_the_temp_folder_is_enough() {
    let mut story = Story::new(Runner::without_runner_temp);
    assert_clean(&story.play("install"), "runner before 2.329");
}

#[test]
fn no_command_in_foreign_text_is_executed() {
    for (who, dialect) in both() {
        let mut story = Story::new(|runner| dialect(runner).secret("KEY", "hunter2-secret"));
        let hand_on =
            "{ echo 'text<<D'; printf '%s\\n' \"$HOSTILE\"; echo D; } >\"$GITHUB_OUTPUT\"";
        let first = Step::run(hand_on).id("log").env("HOSTILE", HOSTILE.replace("${{", "$ {{"));
        assert!(story.job.step(first).unwrap().succeeded());
        let step = story.action("foreign").with("text", "${{ steps.log.outputs.text }}");
        let report = story.job.step(step).unwrap();
        assert_clean(&report, who);
        let executed: Vec<_> =
            report.commands.iter().map(|command| command.name.as_str()).collect();
        let expected = ["stop-commands", "warning", "add-mask", "group", "endgroup", "debug"];
        let strange = executed.iter().filter(|name| !expected.contains(name));
        assert_eq!(strange.collect::<Vec<_>>(), Vec::<&&str>::new(), "{who}: {executed:?}");
        assert!(
            report.env.is_empty() && report.path.is_empty() && report.state.is_empty(),
            "{who}"
        );
        assert_eq!(report.annotations.len(), 1, "{who}: {:?}", report.annotations);
        assert_eq!(report.output("tool"), Some(""), "{who}");
        assert!(!report.masks.iter().any(|mask| mask == "e"), "{who}");
    }
}

#[test]
fn foreign_text_comes_back_as_it_was() {
    for (who, dialect) in both() {
        let mut story = Story::new(dialect);
        let text = "one\n\n  two = three <<EOF\n%0A ünïcödé `code` \"q\" 'q' \\ $HOME\n";
        let step = story.action("foreign").with("text", text);
        let report = story.job.step(step).unwrap();
        assert_clean(&report, who);
        assert_eq!(report.output("echo").map(str::trim_end), Some(text.trim_end()), "{who}");
    }
}

#[test]
fn the_token_is_shown_nowhere() {
    for (who, dialect) in both() {
        let token = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";
        let mut story = Story::new(|runner| dialect(runner).token(token));
        let report = story.play("secret");
        assert_clean(&report, who);
        let log = report.text();
        assert!(log.contains("the token is ***") && !log.contains(token), "{who}: {log}");
        assert!(!report.variables.contains_key("GITHUB_TOKEN"), "{who}");
        assert!(!report.arguments.iter().any(|argument| argument.contains(token)), "{who}");
        let Summary::Queued(summary) = &report.summary else { panic!("{who}: no summary") };
        assert!(summary.contains("***") && !summary.contains(token), "{who}: {summary}");
    }
}

#[test]
fn a_summary_holds_foreign_text_as_text() {
    for (who, dialect) in both() {
        let mut story = Story::new(dialect);
        let text = "<img src=x onerror=alert(1)> **bold** @octocat [x](y)";
        let report = story.job.step(story.action("summary").with("text", text)).unwrap();
        assert_clean(&report, who);
        let Summary::Queued(summary) = &report.summary else { panic!("{who}: no summary") };
        assert!(!summary.contains("<img") && !summary.contains("**bold**"), "{who}: {summary}");
    }
}

#[test]
fn bad_input_is_an_annotation_and_exit_code_2() {
    for (who, dialect) in both() {
        let mut story = Story::new(dialect);
        let step = story.action("install").with("count", "12");
        let report = story.job.step(step).unwrap();
        assert_eq!((report.exit, report.conclusion), (2, Conclusion::Failure), "{who}");
        assert_eq!(report.annotations_of(Severity::Error).len(), 1, "{who}: {}", report.text());
        assert_eq!(report.output("phase"), Some("not begun"), "outputs are always written");
        assert!(report.path.is_empty(), "{who}");
    }
}

#[test]
fn a_cancelled_action_stops_and_hands_on_what_it_has() {
    let mut story = Story::new(|runner| runner);
    let report = story.job.step(story.action("wait").cancel_on("ready\n")).unwrap();
    assert_eq!((report.exit, report.conclusion), (130, Conclusion::Cancelled), "{}", report.text());
    assert!(report.took_to_end.unwrap() < Duration::from_secs(2), "{:?}", report.took_to_end);
    assert_eq!(report.output("phase"), Some("stopped"));
    assert!(!report.survived && report.issues.is_empty());
}

#[test]
fn an_action_that_does_not_listen_ends_within_seven_seconds() {
    let mut story = Story::new(|runner| runner);
    let report = story.job.step(story.action("ignore").cancel_on("ready\n")).unwrap();
    assert_eq!((report.exit, report.conclusion), (130, Conclusion::Cancelled), "{}", report.text());
    assert!(report.took_to_end.unwrap() < Duration::from_secs(7), "{:?}", report.took_to_end);
    assert_eq!(report.output("phase"), Some("begun"), "file commands are flushed");
    assert!(!report.survived);
}

#[test]
fn an_action_run_in_this_process_speaks_both_dialects() {
    for (who, dialect) in both() {
        let mut story = Story::new(dialect);
        let step = story.action("foreign").with("text", "hello");
        let directory = story.job.workspace().to_owned();
        let report = story.job.step_with(step, |prepared| {
            let (process, streams) = action_kit::Process::in_memory(
                prepared.variables.clone(),
                prepared.arguments.clone(),
                directory,
            );
            let exit = action_kit::run_with::<InProcess>(process);
            (exit.code().into(), streams.stdout().into_bytes(), streams.stderr().into_bytes())
        });
        let report = report.unwrap();
        assert_eq!(report.exit, 0, "{who}: {}", report.text());
        assert_eq!(report.output("echo"), Some("hello"), "{who}");
        assert!(report.disagreements.is_empty(), "{who}: {:?}", report.disagreements);
    }
}

struct InProcess;

impl action_kit::Action for InProcess {
    fn definition() -> &'static action_kit::Definition {
        &DEMO
    }

    async fn run(
        context: &mut action_kit::Context,
    ) -> Result<diagnostics::Exit, diagnostics::Failure> {
        let text = context.inputs.text("text").unwrap_or_default().to_owned();
        context.outputs.set("echo", text)?;
        Ok(diagnostics::Exit::Done)
    }
}
