//! The command parser and what commands do.

use runner_stand_in::Dialect;
use runner_stand_in::command::{Command, parse, parse_v1, parse_v2};
use runner_stand_in::commands::Commands;
use runner_stand_in::issue::Severity;
use runner_stand_in::layout::PathMap;
use runner_stand_in::step_state::StepState;

use crate::place::Place;

fn known(name: &str) -> bool {
    name == "do-something"
}

#[track_caller]
fn assert_command(command: Option<Command>, properties: &[(&str, &str)], data: &str) {
    let command = command.unwrap();
    assert_eq!(command.name, "do-something");
    assert_eq!(command.properties.iter().collect::<Vec<_>>(), properties);
    assert_eq!(command.data, data);
}

/// Feeds lines to the interpreter.
fn feed(state: &mut StepState, lines: &[&str]) -> Commands {
    let mut commands = Commands::default();
    for line in lines {
        commands.line(line, state);
    }
    commands
}

fn state() -> StepState {
    StepState::new(Dialect::Runner)
}

#[test]
fn c1_properties_and_message() {
    assert_command(parse_v2("::do-something k1=v1,::msg", known), &[("k1", "v1")], "msg");
}

#[test]
fn c2_no_data() {
    assert_command(parse_v2("::do-something::", known), &[], "");
}

#[test]
fn c3_escapes_are_undone() {
    let line = "::do-something k1=;=%2C=%0D=%0A=]=%3A,::;-%0D-%0A-]-:-,";
    assert_command(parse_v2(line, known), &[("k1", ";=,=\r=\n=]=:")], ";-\r-\n-]-:-,");
}

#[test]
fn c4_one_level_of_escapes_only() {
    let line = "::do-something k1=;=%252C=%250D=%250A=]=%253A,::;-%250D-%250A-]-:-,";
    assert_command(parse_v2(line, known), &[("k1", ";=%2C=%0D=%0A=]=%3A")], ";-%0D-%0A-]-:-,");
}

#[test]
fn c5_empty_properties_are_dropped() {
    assert_command(parse_v2("::do-something k1=,k2=,::", known), &[], "");
}

#[test]
fn c6_blanks_before_the_command() {
    assert_command(parse_v2("   ::do-something k1=v1,::msg", known), &[("k1", "v1")], "msg");
}

#[test]
fn c7_other_text_before_the_command() {
    assert_eq!(parse(">>>   ::do-something::msg", known), None);
}

#[test]
fn c8_old_syntax() {
    assert_command(parse_v1("##[do-something k1=v1;]msg", known), &[("k1", "v1")], "msg");
}

#[test]
fn c9_old_syntax_in_mid_line() {
    assert_command(parse(">>>   ##[do-something k1=v1;]msg", known), &[("k1", "v1")], "msg");
}

#[test]
fn c10_escapes_of_the_old_syntax() {
    let line = "##[do-something k1=%3B=%0D=%0A=%5D;]%3B-%0D-%0A-%5D";
    assert_command(parse_v1(line, known), &[("k1", ";=\r=\n=]")], ";-\r-\n-]");
    assert_command(parse_v1("##[do-something]%253B", known), &[], "%3B");
}

#[test]
fn c11_an_unknown_name_is_plain_output() {
    let mut state = state();
    feed(&mut state, &["::no-such-thing::text", "##[no-such]text", "::error::bad"]);
    assert_eq!(state.log, ["::no-such-thing::text", "##[no-such]text", "##[error]bad"]);
    assert_eq!(state.commands.len(), 1);
}

#[test]
fn c12_commands_stop_and_resume() {
    let mut state = state();
    state.env.insert("ACTIONS_ALLOW_UNSECURE_COMMANDS".into(), "true".into());
    feed(&mut state, &["##[set-env name=a]1", "##[stop-commands]stopToken", "##[set-env name=b]2"]);
    assert_eq!(state.exported_env.keys().collect::<Vec<_>>(), ["a"]);
    let mut commands = feed(&mut state, &["##[stop-commands]stopToken", "##[set-env name=b]2"]);
    assert!(commands.is_stopped());
    commands.line("##[stopToken]", &mut state);
    assert!(!commands.is_stopped());
    commands.line("##[set-env name=c]3", &mut state);
    assert_eq!(state.exported_env.keys().collect::<Vec<_>>(), ["a", "c"]);
}

#[test]
fn c13_bad_stop_tokens_fail_the_step() {
    for token in ["stop-commands", "", "set-env", "Pause-Logging"] {
        let mut state = state();
        let commands = feed(&mut state, &[&format!("::stop-commands::{token}"), "::warning::late"]);
        assert!(state.failed && !commands.is_stopped(), "{token}");
        assert_eq!(state.issues.recorded().len(), 1, "nothing after it is interpreted");
    }
}

#[test]
fn c14_bad_stop_tokens_can_be_allowed() {
    for value in ["1", "true"] {
        let mut state = state();
        state.env.insert("ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS".into(), value.into());
        assert!(feed(&mut state, &["::stop-commands::set-env"]).is_stopped());
        assert!(!state.failed);
    }
}

#[test]
fn c15_long_stop_tokens_are_masked_for_the_rest_of_the_job() {
    let mut state = state();
    let lines = ["::stop-commands::randomToken", "randomToken", "::randomToken::", "a randomToken"];
    feed(&mut state, &lines);
    assert_eq!(state.log, ["::stop-commands::***", "***", "::***::", "a ***"]);
    feed(&mut state, &["::stop-commands::short", "::short::", "short"]);
    assert_eq!(state.log.last().unwrap(), "short", "six letters are not masked");
}

#[test]
fn c16_echo_switches() {
    for (value, on) in [("on", true), ("off", false), ("ON", true), ("Off   ", false)] {
        let mut state = state();
        state.echo = !on;
        feed(&mut state, &[&format!("::echo::{value}")]);
        assert_eq!((state.echo, state.failed), (on, false), "{value}");
    }
}

#[test]
fn c17_other_echo_values_fail_the_step() {
    for value in ["invalid", ""] {
        let mut state = state();
        feed(&mut state, &[&format!("::echo::{value}")]);
        assert!(state.failed && state.commands.len() == 1, "{value}");
    }
}

#[test]
fn c18_a_mask_of_several_lines_masks_each() {
    let mut state = state();
    feed(&mut state, &["::add-mask::abc%0Ddef%0Aghi%0D%0Ajkl", "1 abc 2 def 3 ghi 4 jkl 5"]);
    assert_eq!(state.log, ["1 *** 2 *** 3 *** 4 *** 5"]);
    assert!(state.masker.hides("abc\rdef\nghi\r\njkl"));
}

#[test]
fn c19_a_mask_of_nothing_masks_nothing() {
    let mut state = state();
    feed(&mut state, &["::add-mask::", "::add-mask::   %0D  %0A    %0D", "   "]);
    assert_eq!(state.issues.recorded().len(), 2);
    assert!(state.issues.recorded().iter().all(|issue| issue.severity == Severity::Warning));
    assert_eq!(state.log.last().unwrap(), "   ");
}

#[test]
fn c20_matcher_files_are_found_by_their_container_path() {
    let place = Place::new();
    std::fs::write(place.path().join("m.json"), crate::annotations::MATCHER).unwrap();
    let mut state = state();
    state.paths = PathMap::identity().with(place.path(), "/github/workspace");
    state.workspace = place.path().to_string_lossy().into_owned();
    feed(&mut state, &["::add-matcher::/github/workspace/m.json", "ERROR: it broke"]);
    assert_eq!(state.issues.recorded()[0].message, "it broke");
    feed(&mut state, &["::remove-matcher owner=demo::", "ERROR: again"]);
    assert_eq!(state.issues.recorded().len(), 1);
}

#[test]
fn c21_internal_commands_are_ignored() {
    let mut state = state();
    let line = "##[internal-set-repo-path repoFullName=a/b;workspaceRepo=true]/tmp";
    feed(&mut state, &[line]);
    assert_eq!(state.log, [line]);
    assert!(state.commands.is_empty());
}

#[test]
fn c22_set_output_still_works_and_is_noted_once() {
    let mut state = state();
    feed(&mut state, &["::set-output name=a::1", "::set-output name=b::2"]);
    assert_eq!(state.output_value("a"), Some("1"));
    assert_eq!(state.output_value("b"), Some("2"));
    assert_eq!(state.telemetry.len(), 1);
}

#[test]
fn c23_set_env_fails_the_step() {
    let mut state = state();
    feed(&mut state, &["::set-env name=a::b"]);
    assert!(state.failed && state.exported_env.is_empty());
    let report = Place::new().run("echo '::add-path::/usr/bin'");
    assert_eq!(report.exit, 0);
    assert!(!report.succeeded());
}

#[test]
fn c24_composite_markers_are_defused() {
    let mut state = state();
    feed(&mut state, &["a ##[start-action display=x;id=y] b", "##[end-action id=fake]"]);
    assert_eq!(state.log, ["a ##[\\start-action display=x;id=y] b", "##[\\end-action id=fake]"]);
}
