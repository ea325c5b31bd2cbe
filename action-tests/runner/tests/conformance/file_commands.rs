//! Key-value files and the path file.

use runner_stand_in::file_commands::{
    Pairs, initialise, parse_pairs, parse_path, path_value, prepend_path, read_pairs,
};
use runner_stand_in::issue::Severity;
use runner_stand_in::{Conclusion, Runner, Stage, Step};

use crate::place::Place;

/// Reads a text that must be right, names and values in order.
#[track_caller]
fn read(text: &str) -> Vec<(String, String)> {
    let read = parse_pairs(text);
    assert_eq!(read.error, None, "in {text:?}");
    read.pairs
}

#[track_caller]
fn assert_reads(text: &str, expected: &[(&str, &str)]) {
    let read = read(text);
    let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(read, expected, "in {text:?}");
}

#[track_caller]
fn assert_refused(text: &str, message: &str) {
    let error = parse_pairs(text).error.unwrap();
    assert!(error.contains(message), "{error:?} for {text:?}");
}

#[test]
fn f1_missing_folder_sets_nothing() {
    let place = Place::new();
    assert_eq!(read_pairs(&place.path().join("no/such")), Pairs::default());
}

#[test]
fn f2_missing_file_sets_nothing() {
    let place = Place::new();
    assert_eq!(read_pairs(&place.path().join("none")), Pairs::default());
}

#[test]
fn f3_empty_file_sets_nothing() {
    assert_reads("\u{feff}", &[]);
    assert_reads("", &[]);
}

#[test]
fn f4_one_pair_behind_a_byte_order_mark() {
    assert_reads("\u{feff}MY_OUTPUT=MY VALUE", &[("MY_OUTPUT", "MY VALUE")]);
}

#[test]
fn f5_blank_lines_around_pairs_are_skipped() {
    assert_reads("\n\nA=1\n\n\nB=2\n\n", &[("A", "1"), ("B", "2")]);
}

#[test]
fn f6_an_empty_value_is_an_empty_string() {
    assert_reads("MY_OUTPUT=", &[("MY_OUTPUT", "")]);
}

#[test]
fn f7_three_pairs_one_of_them_empty() {
    assert_reads("A=1\nB=\nC=3\n", &[("A", "1"), ("B", ""), ("C", "3")]);
}

#[test]
fn f8_values_may_hold_equals_signs() {
    let expected = &[("A", "=abc"), ("B", "def=ghi"), ("C", "jkl=")];
    assert_reads("A==abc\nB=def=ghi\nC=jkl=\n", expected);
}

#[test]
fn f9_a_heredoc_joins_its_lines() {
    assert_reads(
        "A<<EOF\nline one\nline two\nline three\nEOF\n",
        &[("A", "line one\nline two\nline three")],
    );
}

#[test]
fn f10_a_heredoc_closed_at_once_is_empty() {
    assert_reads("A<<EOF\nEOF\n", &[("A", "")]);
}

#[test]
fn f11_blank_lines_around_heredocs_are_skipped() {
    assert_reads("\nA<<EOF\n1\nEOF\n\nB<<EOF\n2\nEOF\n\n", &[("A", "1"), ("B", "2")]);
}

#[test]
fn f12_a_delimiter_may_start_with_an_equals_sign() {
    assert_reads("A<<=EOF\nhello\n=EOF\n", &[("A", "hello")]);
}

#[test]
fn f13_a_delimiter_may_start_with_a_less_than_sign() {
    assert_reads("A<<<EOF\nhello\n<EOF\n", &[("A", "hello")]);
}

#[test]
fn f14_inner_and_last_blank_lines_of_a_heredoc_are_kept() {
    assert_reads("A<<EOF\nhello\n\nthree\n\nEOF\n", &[("A", "hello\n\nthree\n")]);
}

#[test]
fn f15_a_body_line_with_an_equals_sign_is_literal() {
    assert_reads("A<<EOF\nhello=four\nEOF\n", &[("A", "hello=four")]);
}

#[test]
fn f16_an_indented_delimiter_is_part_of_the_value() {
    assert_reads("A<<EOF\n EOF\nEOF\n", &[("A", " EOF")]);
}

#[test]
fn f17_heredoc_on_one_line_misses_its_delimiter() {
    assert_refused("A<<EOF line one line two line three EOF", "Matching delimiter not found");
}

#[test]
fn f18_heredoc_without_a_last_line_feed_misses_the_marker() {
    assert_refused("A<<EOF\nline one\nline twoEOF", "EOF marker missing new line");
}

#[test]
fn f19_line_feeds_of_values_are_kept() {
    assert_reads("A<<EOF\nline one\nline two\nEOF\n", &[("A", "line one\nline two")]);
    assert_reads("A<<EOF\nhello\nEOF", &[("A", "hello")]);
}

/// Runs a step that writes this to `GITHUB_ENV`.
#[track_caller]
fn assert_blocked(text: &str) {
    let report = Place::new().run(&format!("printf '{text}' >\"$GITHUB_ENV\""));
    let errors = report.annotations_of(Severity::Error);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].message.contains("NODE_OPTIONS"), "{errors:?}");
    assert!(report.env.is_empty(), "{:?}", report.env);
    assert!(report.succeeded());
}

#[test]
fn f20_node_options_is_refused_with_an_issue() {
    assert_blocked("NODE_OPTIONS=asdf\\n");
}

#[test]
fn f21_node_options_as_a_heredoc_is_refused_too() {
    assert_blocked("NODE_OPTIONS<<EOF\\nasdf\\nEOF\\n");
}

#[test]
fn f22_node_options_in_any_case_is_refused() {
    assert_blocked("node_options=x\\n");
}

#[test]
fn f23_a_bare_line_fails_the_step_and_earlier_pairs_stay() {
    let report = Place::new().run("printf 'a=1\\nplain text\\nb=2\\n' >\"$GITHUB_OUTPUT\"");
    assert_eq!((report.exit, report.conclusion), (0, Conclusion::Failure));
    assert_eq!(report.output("a"), Some("1"));
    assert_eq!(report.output("b"), None);
    assert!(report.issues[0].contains("Invalid format 'plain text'"), "{:?}", report.issues);
}

#[test]
fn f24_heredoc_without_name_or_delimiter_is_an_error() {
    for text in ["A<<", "A<<\n", "<<EOF", "<<EOF\nx\nEOF\n"] {
        assert_refused(text, "must not be empty");
    }
}

#[test]
fn f25_a_value_may_hold_a_heredoc_mark() {
    assert_reads("A=x<<y\n", &[("A", "x<<y")]);
}

#[test]
fn f26_carriage_returns_are_data() {
    assert_reads("A<<EOF\nx\r\ny\r\nEOF\n", &[("A", "x\r\ny\r")]);
    assert_refused("A<<EOF\nx\r\nEOF\r\n", "Matching delimiter not found 'EOF'");
}

#[test]
fn f27_the_last_of_two_equal_names_wins() {
    let report = Place::new().run("printf 'A=1\\nA=2\\nb=3\\nB=4\\n' >\"$GITHUB_OUTPUT\"");
    assert_eq!((report.output("A"), report.output("b")), (Some("2"), Some("4")));
    assert_eq!(report.outputs.len(), 2, "output names have no case");
}

#[test]
fn f28_state_reaches_post_of_the_same_step_only() {
    let place = Place::new();
    let print = "echo saw=$STATE_Phase >>\"$GITHUB_OUTPUT\"";
    let main = format!("{print}; echo Phase=$INPUT_TEXT >\"$GITHUB_STATE\"");
    let runner = Runner::process(place.script("main", &main))
        .provide("/bin/post", place.script("post", print));
    let manifest = place.manifest(
        "name: n\ndescription: d\ninputs:\n  text:\n    description: d\nruns:\n  using: docker\n  \
         image: Dockerfile\n  entrypoint: /bin/main\n  post-entrypoint: /bin/post\n",
    );
    let mut job = place.job(runner);
    let step = |id: &str| Step::action(&manifest).id(id).with("text", id);
    assert_eq!(job.step(step("one")).unwrap().output("saw"), Some(""));
    assert_eq!(job.step(step("two")).unwrap().output("saw"), Some(""));
    let seen: Vec<_> = job.finish().unwrap();
    let seen: Vec<_> = seen.iter().map(|report| report.output("saw").unwrap()).collect();
    assert_eq!(seen, ["two", "one"], "in reverse order, each with its own");
    assert_eq!(job.step(step("one").stage(Stage::Post)).unwrap().output("saw"), Some("one"));
}

#[test]
fn f29_path_entries_are_unique_and_the_last_stands_first() {
    let mut additions = Vec::new();
    for entry in parse_path("a\n\nb\r\na\n") {
        prepend_path(&mut additions, &entry);
    }
    assert_eq!(path_value(&additions, "/usr/bin"), "a:b:/usr/bin");
}

#[test]
fn f30_container_paths_are_taken_verbatim_and_are_dead_on_the_host() {
    let place = Place::new();
    let add = "mkdir -p /github/workspace/bin; echo /github/workspace/bin >\"$GITHUB_PATH\"";
    let script = place.script("action", add);
    if !runner_stand_in::process::can_isolate() {
        // In place there is no /github; the entry is taken verbatim all the same.
        place.script("action", "echo /github/workspace/bin >\"$GITHUB_PATH\"");
    }
    let mut job = place.job(Runner::process(script));
    let report = job.step(Step::action(place.plain_manifest())).unwrap();
    assert_eq!(report.path, ["/github/workspace/bin"]);
    assert_eq!(report.dead_exports, ["GITHUB_PATH: /github/workspace/bin"]);
    let seen = job.step(Step::run("case $PATH in /github/workspace/bin:*) ;; *) exit 1;; esac"));
    assert!(seen.unwrap().succeeded());
    assert!(job.step(Step::run("test ! -e /github/workspace/bin")).unwrap().succeeded());
}

#[test]
fn f31_the_error_of_one_file_leaves_the_others_alone() {
    let report = Place::new().run(
        "echo broken >\"$GITHUB_ENV\"; echo a=1 >\"$GITHUB_OUTPUT\"; echo s=2 >\"$GITHUB_STATE\"
         echo /usr/bin >\"$GITHUB_PATH\"; echo text >\"$GITHUB_STEP_SUMMARY\"",
    );
    assert_eq!(report.conclusion, Conclusion::Failure);
    assert_eq!(report.issues.len(), 1);
    assert_eq!(report.output("a"), Some("1"));
    assert_eq!(report.state["s"], "2");
    assert_eq!(report.path, ["/usr/bin"]);
    assert_eq!(report.summary, runner_stand_in::summary::Summary::Queued("text\n".into()));
}

#[test]
fn f32_a_failing_initial_population_does_not_stop_the_step() {
    let place = Place::new();
    let file = place.path().join("artifacts_list");
    initialise(&file, || anyhow::bail!("no subjects")).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
    initialise(&file, || Ok("[]".to_owned())).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "[]");
}
