//! act's own behaviour.

use runner_stand_in::act::command::parse;
use runner_stand_in::act::commands::Commands;
use runner_stand_in::act::env_file::parse_pairs;
use runner_stand_in::console::{Console, Stream};
use runner_stand_in::step_state::StepState;
use runner_stand_in::{Conclusion, Dialect, Runner, Stage, Step};

use crate::place::Place;

const WITH_INPUT: &str = "name: n\ndescription: d\ninputs:\n  text:\n    description: d\n    \
                          default: standard\n  a.b:\n    description: d\nruns:\n  using: docker\n  \
                          image: Dockerfile\n  entrypoint: /bin/main\n  post-entrypoint: /bin/post\n  \
                          args: ['${{ inputs.text }}']\n  env: {FROM_MANIFEST: yes-it-is}\n";

fn feed(lines: &[&str]) -> StepState {
    let mut state = StepState::new(Dialect::Act);
    let mut commands = Commands::default();
    for line in lines {
        commands.line(line, &mut state);
    }
    state
}

/// The values act reads from a text that must be right.
#[track_caller]
fn assert_reads(text: &str, expected: &[(&str, &str)]) {
    let read = parse_pairs(text);
    assert_eq!(read.error, None, "in {text:?}");
    let read: Vec<_> =
        read.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(read, expected, "in {text:?}");
}

#[test]
fn a1_an_error_drops_the_whole_file_and_fails_the_job_only() {
    for text in ["a=1\\n\\nb=2\\n", "a=1\\nbare\\n", "a=1\\nb<<EOF\\nopen\\n"] {
        let script = format!("printf '{text}' >\"$GITHUB_OUTPUT\"; echo E=1 >\"$GITHUB_ENV\"");
        let (job, report) = Place::new().run_under_act(&script);
        assert!(report.outputs.is_empty(), "{text}");
        assert_eq!(report.env["E"], "1", "other files are applied");
        assert_eq!(report.conclusion, Conclusion::Success);
        assert!(report.job_failed && job.failed());
        let differs = "`a` is Some(\"1\") on the runner, None under act";
        assert!(report.disagreements.iter().any(|text| text.contains(differs)), "{text}");
    }
}

#[test]
fn a2_leading_blank_lines_of_a_heredoc_are_lost() {
    assert_reads("A<<EOF\n\n\nx\n\ny\n\nEOF\n", &[("A", "x\n\ny\n")]);
}

#[test]
fn a3_a_body_line_with_an_equals_sign_is_literal() {
    assert_reads("A<<EOF\nx=1\ny=2\nEOF\n", &[("A", "x=1\ny=2")]);
}

#[test]
fn a4_colons_in_the_data_break_a_command() {
    assert_eq!(parse("::error::a::b c\n").unwrap().name, "error::a");
    assert_eq!(parse("::error::std::fmt x\n").unwrap().name, "error::std");
    assert_eq!(parse("::error::a b::c\n").unwrap().name, "error::a");
    assert!(feed(&["::error::a::b c\n"]).issues.recorded().is_empty());
    let state = feed(&["::set-output name=u::a::b\n"]);
    assert_eq!(state.outputs["u::a"], "b");
}

#[test]
fn a5_a_mask_of_several_lines_is_not_effective() {
    let state = feed(&["::add-mask::one%0Atwo\n", "one\n", "two\n", "::add-mask::one\n", "one\n"]);
    assert_eq!(state.log, ["***", "one", "two", "***", "***"]);
    assert!(!feed(&["::add-mask::ab::cd\n", "ab::cd\n"]).log[1].contains("***"));
}

#[test]
fn a6_escapes_of_data() {
    let command = parse("::set-output name=x::percent2%25%0Atest\n").unwrap();
    assert_eq!(command.data, "percent2%\ntest");
    assert!(runner_stand_in::act::command::is_ambiguous("%250A"), "the order is random");
}

#[test]
fn a7_a_dot_in_a_name_becomes_an_underscore() {
    let place = Place::new();
    let mut job = place.job(Runner::process(place.script("action", "true")).act());
    let report = job.step(Step::action(place.manifest(WITH_INPUT)).with("a.b", "v")).unwrap();
    assert_eq!(report.variables["INPUT_A_B"], "v");
    assert_eq!(report.variables["a.b"], "v", "and the bare name");
    assert!(!report.variables.contains_key("INPUT_A.B"));
}

#[test]
fn a8_with_args_the_manifest_env_and_bare_names_are_missing() {
    let place = Place::new();
    let mut job = place.job(Runner::process(place.script("action", "true")).act());
    let manifest = place.manifest(WITH_INPUT);
    let plain = job.step(Step::action(&manifest)).unwrap();
    assert_eq!(plain.variables["FROM_MANIFEST"], "yes-it-is");
    assert_eq!(plain.variables["text"], "standard");
    assert_eq!(plain.arguments, ["standard"]);
    let given = job.step(Step::action(&manifest).with("args", "one 'two' \"three four\"")).unwrap();
    assert!(!given.variables.contains_key("FROM_MANIFEST"));
    assert!(!given.variables.contains_key("text"));
    assert_eq!(given.variables["INPUT_TEXT"], "standard");
    assert_eq!(given.arguments, ["one", "two", "three four"]);
}

#[test]
fn a9_post_has_the_state_of_pre_only_and_no_default_inputs() {
    let place = Place::new();
    let runner = Runner::process(place.script("action", "echo from=$0 >\"$GITHUB_STATE\"")).act();
    let manifest = place.manifest(WITH_INPUT);
    let mut job = place.job(runner);
    let step = || Step::action(&manifest).id("a").with("a.b", "given");
    job.step(step()).unwrap();
    let post = job.finish().unwrap().remove(0);
    assert!(!post.variables.contains_key("STATE_from"), "saved by main");
    assert!(!post.variables.contains_key("INPUT_TEXT"));
    assert_eq!(post.variables["text"], "standard");
    assert_eq!(post.variables["INPUT_A_B"], "given");
    job.step(step().stage(Stage::Pre)).unwrap();
    let main = job.step(step()).unwrap();
    assert!(main.variables.contains_key("STATE_from"), "saved by pre");
}

#[test]
fn a10_the_path_of_the_image_is_kept_and_additions_are_not_applied() {
    let place = Place::new();
    let runner =
        Runner::process(place.script("action", "echo path=$PATH >\"$GITHUB_OUTPUT\"")).act();
    let mut job = place.job(runner.image_env("PATH", "/opt/tool:/usr/bin:/bin"));
    job.step(Step::run("echo /usr/games >\"$GITHUB_PATH\"")).unwrap();
    let report = job.step(Step::action(place.plain_manifest())).unwrap();
    assert_eq!(report.output("path"), Some("/opt/tool:/usr/bin:/bin"));
    let seen = job.step(Step::run("case $PATH in /usr/games:*) ;; *) exit 1;; esac")).unwrap();
    assert!(seen.succeeded());
}

#[test]
fn a11_a_local_action_needs_a_checkout() {
    let place = Place::new();
    let mut job = place.job(Runner::process(place.script("action", "true")).act());
    let error = job.step(Step::action(job.workspace().join("action.yml"))).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("failed to read") && text.contains("action.yml"), "{text}");
}

#[test]
fn a12_all_three_streams_are_terminals_if_acts_output_is_one() {
    let script = "for i in 0 1 2; do test -t $i && echo fd$i=tty >>\"$GITHUB_OUTPUT\"; done; :";
    for (terminal, count) in [(true, 3), (false, 0)] {
        let place = Place::new();
        let mut runner = Runner::process(place.script("action", script)).act();
        if terminal {
            runner = runner.terminal();
        }
        let report = place.job(runner).step(Step::action(place.plain_manifest())).unwrap();
        assert_eq!(report.outputs.len(), count, "{:?} {:?}", report.outputs, report.log);
    }
}

#[test]
fn a13_a_last_line_without_line_feed_is_lost() {
    let (_, report) = Place::new().run_under_act("echo one; printf 'two ::error::x'");
    assert_eq!(report.log, ["one"]);
    assert!(report.annotations.is_empty());
    let report = Place::new().run("echo one; printf two");
    assert_eq!(report.log, ["one", "two"], "the runner delivers it");
}

#[test]
fn a14_both_streams_share_one_line_buffer() {
    let mut state = StepState::new(Dialect::Act);
    let mut console = Console::new(Dialect::Act, false);
    console.bytes(Stream::Stdout, b"part", &mut state);
    console.bytes(Stream::Stderr, b"::set-output name=a::b\n", &mut state);
    assert_eq!(state.log, ["part::set-output name=a::b"]);
    assert!(state.outputs.is_empty());
}

#[test]
fn a15_values_are_evaluated_once_more() {
    let place = Place::new();
    let script = "echo \"got=$INPUT_TEXT|$FROM_ENV|$BROKEN\" >\"$GITHUB_OUTPUT\"";
    let runner = Runner::process(place.script("action", script)).secret("KEY", "hunter2!");
    let untrusted = "printf 'msg=by ${%s github.actor }}, ${%s secrets.KEY }}\\n' '{' '{' >\"$GITHUB_OUTPUT\"
         printf 'FROM_ENV=${%s github.actor }}\\nBROKEN=${%s no such )}}\\n' '{' '{' >\"$GITHUB_ENV\"";
    let manifest = place.manifest(WITH_INPUT);
    let action = Step::action(&manifest).with("text", "${{ steps.u.outputs.msg }}");
    let mut job = place.job(runner.clone().act());
    job.step(Step::run(untrusted).id("u")).unwrap();
    let report = job.step(action.clone()).unwrap();
    assert_eq!(report.output("got"), Some("by nektos/act, hunter2!|nektos/act|"));
    let mut job = place.job(runner);
    job.step(Step::run(untrusted).id("u")).unwrap();
    let report = job.step(action).unwrap();
    let raw = "by ${{ github.actor }}, ${{ secrets.KEY }}|${{ github.actor }}|${{ no such )}}";
    assert_eq!(report.output("got"), Some(raw), "the runner leaves them alone");
}

#[test]
fn a16_carriage_returns_marks_and_open_ends_are_accepted() {
    assert_reads("\u{feff}A=1\r\nB=2\r\nC=3", &[("A", "1"), ("B", "2"), ("C", "3")]);
    assert_reads("A<<EOF\r\nx\r\ny\r\nEOF", &[("A", "x\ny")]);
    assert_reads("A<<=E\nx\n=E\n=empty\nB<<\nx\n\n", &[("A", "x"), ("", "empty"), ("B", "x")]);
    assert_reads("", &[]);
}

#[test]
fn a17_outputs_that_differ_in_case_are_both_kept() {
    let (_, report) = Place::new().run_under_act("printf 'Name=1\\nNAME=2\\n' >\"$GITHUB_OUTPUT\"");
    assert_eq!((report.outputs["Name"].as_str(), report.outputs["NAME"].as_str()), ("1", "2"));
    assert!(report.output("name").is_some(), "the lookup takes either");
}

#[test]
fn a18_an_interrupted_run_leaves_its_container_behind() {
    let place = Place::new();
    let script = "trap 'echo got=signal >\"$GITHUB_OUTPUT\"; exit 1' INT TERM; echo ready; while :; do sleep 0.05; done";
    let mut job = place.job(Runner::process(place.script("action", script)).act());
    let step = || Step::action(place.plain_manifest());
    let report = job.step(step().cancel_on("ready\n")).unwrap();
    assert!(report.survived && report.cancelled);
    assert!(report.outputs.is_empty(), "no signal reached it");
    assert_eq!(report.conclusion, Conclusion::Failure);
    let error = job.step(step()).unwrap_err().to_string();
    assert!(error.contains("volume is in use"), "{error}");
    job.remove_container();
    assert!(job.step(Step::run("true")).unwrap().succeeded());
}

#[test]
fn a19_contexts_other_than_inputs_in_args_fail_the_step() {
    let place = Place::new();
    let text = WITH_INPUT.replace("inputs.text", "github.workspace");
    let mut job = place.job(Runner::process(place.script("action", "true")).act());
    let error = job.step(Step::action(place.manifest(&text))).unwrap_err().to_string();
    assert!(error.contains("Unknown Variable Access"), "{error}");
}
