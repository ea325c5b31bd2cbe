//! The log as the runner and a person see it.

use crate::world::Step;

/// The lines of a log but for masks.
fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with("::add-mask::")).collect()
}

#[test]
fn foreign_text_is_no_command() {
    let left = Step::in_actions("foreign").run();
    let shown: Vec<&str> = left.stdout.lines().collect();
    let at = |wanted: &str| shown.iter().position(|line| *line == wanted).unwrap();
    assert!(at(": :set-env name=PATH::x") < at("  : :error::y"));
    at("z ## [set-env name=a;]b");
    let stops: Vec<&str> =
        shown.iter().filter_map(|line| line.strip_prefix("::stop-commands::")).collect();
    // The first, the one in the foreign text, and the one after the mask.
    assert_eq!((stops.len(), stops[1]), (3, "x"));
    let resumes: Vec<usize> = [stops[0], stops[2]].map(|token| at(&format!("::{token}::"))).into();
    let mask = at("::add-mask::seen-while-stopped");
    assert!(at("##[error]boo") < resumes[0] && at("last") < resumes[0]);
    assert!(resumes[0] < mask && mask < at("***") && at("***") < resumes[1]);
    assert_ne!(stops[0], stops[2]);
}

#[test]
fn groups_do_not_nest() {
    let left = Step::in_actions("groups").run();
    assert_eq!(
        lines(&left.stdout),
        ["::group::outer ::error::x", "inner", "inside", "::endgroup::"]
    );
    let left = Step::in_actions("groups").with("ACT", "true").run();
    assert_eq!(
        lines(&left.stdout)[1],
        "::group::outer : :error: :x",
        "after the line on act itself"
    );
    let left = Step::command(&["apply", "--scenario", "groups"]).run();
    assert_eq!(left.stderr, "outer ::error::x\ninner\ninside\n");
}

#[test]
fn levels_follow_flags_then_input_then_step_debugging() {
    let debug = |step: Step| {
        let left = step.run();
        format!("{}{}", lines(&left.stdout).join("\n"), left.stderr)
    };
    assert_eq!(debug(Step::in_actions("debug")), "");
    assert_eq!(
        debug(Step::in_actions("debug").with("RUNNER_DEBUG", "1")),
        "::debug::why\n::debug::because"
    );
    assert_eq!(
        debug(Step::in_actions("debug").with("INPUT_LOG-LEVEL", "debug")),
        "debug: why\nbecause"
    );
    for (flags, shown) in
        [("-v", true), ("-vv", true), ("--quiet", false), ("--log-level=trace", true)]
    {
        let text = debug(Step::command(&["apply", flags, "--scenario", "debug"]));
        assert_eq!(text == "debug: why\nbecause\n", shown, "{flags}: {text}");
    }
}

#[test]
fn masks_are_commands_in_actions_only() {
    let left = Step::in_actions("greet").run();
    assert!(left.stdout.contains("::add-mask::token-of-the-run\n"));
    let first = left.stdout.lines().position(|line| !line.starts_with("::add-mask::"));
    assert!(first.unwrap() > 0, "masks come before anything else");
    let left = Step::command(&["apply"]).with("INPUT_TOKEN", "token-of-the-run").run();
    assert!(!left.stdout.contains("add-mask") && !left.stderr.contains("add-mask"));
}

#[test]
fn ten_annotations_of_a_kind_and_the_rest_is_told() {
    let left = Step::in_actions("many").run();
    assert_eq!(left.stdout.matches("::warning ").count(), 10);
    assert_eq!(left.stdout.matches("warning[demo/odd]: w").count(), 12);
    assert!(left.stdout.contains("2 more are in the log above only"));
}

#[test]
fn act_is_a_dry_run_unless_the_api_is_a_stand_in_or_the_user_says_so() {
    let cases = [
        (&[][..], true),
        (&[("GITHUB_API_URL", "http://127.0.0.1:8080")], false),
        (&[("INPUT_APPLY-UNDER-ACT", "true")], false),
        (&[("INPUT_APPLY_UNDER_ACT", "false")], true),
    ];
    for (variables, expected) in cases {
        let mut step = Step::in_actions("greet").with("ACT", "true");
        for (name, value) in variables {
            step = step.with(name, value);
        }
        let left = step.run();
        let first = lines(&left.stdout)[0];
        assert_eq!(first.starts_with("act plays the runner"), expected, "{variables:?}: {first}");
    }
    assert!(!Step::in_actions("greet").run().stdout.contains("act plays"));
}
