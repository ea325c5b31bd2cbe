//! Flags, inputs and what is asked without a run.

use diagnostics::Exit;

use crate::world::{Left, Step};

fn inputs_of(step: Step) -> String {
    let left = step.run();
    assert_eq!(left.exit, Exit::Done, "{}{}", left.stdout, left.stderr);
    left.stdout
}

fn failing(step: Step) -> Left {
    let left = step.run();
    assert_eq!(left.exit, Exit::BadInput, "{}", left.stdout);
    left
}

#[test]
fn flags_beat_inputs_and_origins_are_kept() {
    let step =
        Step::command(&["--config", "a.toml", "apply", "--no-dry-run", "-r", "4", "--minor"])
            .with("INPUT_CONFIG", "b.toml")
            .with("INPUT_DRY_RUN", "true")
            .with("INPUT_FORCE", "major")
            .with("INPUT_FILES", "x\n y ")
            .with("INPUT_SCENARIO", "inputs");
    assert_eq!(
        inputs_of(step),
        "command=apply\n\
         config=a.toml from Flag(\"--config\")\n\
         force=minor from Flag(\"--minor\")\n\
         files=x+y from Input(\"files\")\n\
         retries=4 from Flag(\"--retries\")\n\
         dry-run=false from Flag(\"--no-dry-run\")\n"
    );
}

#[test]
fn global_options_stand_before_and_after_the_command_and_the_last_wins() {
    for arguments in [
        ["-c", "x", "apply", "-c", "y"].as_slice(),
        &["apply", "-cx", "--config=y"],
        &["--no-dry-run", "--config=y", "-v", "apply"],
    ] {
        let step = Step::command(arguments).with("INPUT_SCENARIO", "inputs");
        assert!(inputs_of(step).contains("config=y from Flag(\"--config\")\n"), "{arguments:?}");
    }
}

#[test]
fn lists_switches_and_their_opposites() {
    let step =
        Step::command(&["apply", "--file", "a", "--file", "b", "--skip-build", "--as-prerelease"])
            .with("INPUT_FILES", "c")
            .with("INPUT_BUILD", "true")
            .with("INPUT_SCENARIO", "inputs");
    let shown = inputs_of(step);
    for expected in ["files=a+b from", "build=false from", "as_prerelease=true from"] {
        assert!(shown.contains(expected), "{shown}");
    }
}

#[test]
fn mode_selects_the_command_unless_one_is_typed() {
    let cases = [
        (&[][..], Some("check"), "check"),
        (&["apply"], Some("check"), "apply"),
        (&[], None, "apply"),
        (&["--host-workspace", "/h", "--name", "n"], Some("check"), "check"),
    ];
    for (arguments, mode, expected) in cases {
        let mut step = Step::command(arguments)
            .with("GITHUB_ACTIONS", "true")
            .with("INPUT_NAME", "n")
            .with("INPUT_SCENARIO", "inputs");
        if let Some(mode) = mode {
            step = step.with("INPUT_MODE", mode);
        }
        let shown = inputs_of(step);
        assert!(shown.contains(&format!("command={expected}\n")), "{arguments:?} {shown}");
    }
}

#[test]
fn all_problems_are_reported_together() {
    let left = failing(
        Step::in_actions("greet")
            .with("INPUT_DRY-RUN", "yes")
            .with("INPUT_RETRIES", "12")
            .with("INPUT_MODE", "aply")
            .with("INPUT_FORCE", "huge")
            .with("INPUT_CONFIG", "a")
            .with("INPUT_CONFGI", "b")
            .with("INPUT_NO_OPERATION_MODE", "true"),
    );
    for expected in [
        "input `dry-run` takes a boolean",
        "help: write `true`",
        "inputs `dry-run` and `no_operation_mode` mean the same and have different values",
        "write a number from 0 to 9",
        "did you mean `apply`? there are `apply`, `check`",
        "there are `patch`, `minor`, `major`",
        "there is no input `confgi`",
    ] {
        assert!(left.stdout.contains(expected), "{expected} in {}", left.stdout);
    }
    assert_eq!(left.output("changed"), "false", "outputs are written all the same");
}

#[test]
fn what_is_required_is_required_of_its_command_only() {
    let left = failing(Step::command(&["check"]));
    assert!(left.stderr.contains("error[input/required]: input `name` is required"));
    assert_eq!(Step::command(&["apply"]).run().exit, Exit::Done);
}

#[test]
fn a_command_line_that_is_not_understood() {
    let cases = [
        (&["aply"][..], "unrecognized subcommand 'aply'"),
        (&["apply", "--dry-rum"], "unexpected argument '--dry-rum' found"),
        (&["apply", "--minor", "--major"], "`--minor` and `--major` exclude each other"),
        (&["apply", "--retries", "ten"], "`--retries` takes a whole number"),
        (&[], "nothing says what to do"),
    ];
    for (arguments, expected) in cases {
        let left = failing(Step::command(arguments));
        assert!(left.stderr.contains(expected), "{arguments:?}: {}", left.stderr);
        assert_eq!(left.stdout, "");
    }
    let left = failing(Step::command(&["apply", "--dry-rum"]));
    assert!(left.stderr.contains("--dry-run"), "clap's suggestion: {}", left.stderr);
}

#[test]
fn questions_are_answered_on_stdout() {
    let step = Step::command(&["--help"]).with("INPUT_TOKEN", "token-of-the-run");
    let left = step.run();
    assert_eq!(left.exit, Exit::Done);
    for (expected, there) in [
        ("explain", true),
        ("--no-dry-run", true),
        ("[default: info]", true),
        ("host-workspace", false),
        ("token-of-the-run", false),
        ("--token", false),
    ] {
        assert_eq!(left.stdout.contains(expected), there, "{expected}: {}", left.stdout);
    }
    let version = Step::command(&["--version"]).run().stdout;
    assert!(version.starts_with(concat!("demo ", env!("CARGO_PKG_VERSION"))), "{version}");
    assert_eq!(
        Step::command(&["explain", "demo/odd"]).run().stdout,
        "demo/odd: odd\n\nSomething odd.\n"
    );
    assert!(Step::command(&["explain", "input/value"]).run().stdout.contains("YAML 1.2"));
    let unknown = failing(Step::command(&["explain", "demo/od"]));
    assert!(unknown.stderr.contains("did you mean `demo/odd`?"), "{}", unknown.stderr);
}

#[test]
fn secrets_are_in_no_message_and_no_debug_form() {
    for arguments in [
        ["apply", "--token=token-of-the-run"].as_slice(),
        &["apply", "--token", "token-of-the-run"],
    ] {
        let left = failing(Step::command(arguments));
        assert!(!left.stderr.contains("token-of-the-run"), "{}", left.stderr);
    }
    // Short enough not to be masked, so that nothing but the form itself keeps it back.
    let step = Step::command(&["apply", "--scenario", "debug-form"]).with("INPUT_TOKEN", "tok-7");
    let shown = inputs_of(step.with("GH_TOKEN", "tok-8"));
    assert!(shown.contains("INPUT_TOKEN") && shown.contains("***"), "{shown}");
    assert!(!shown.contains("tok-7") && !shown.contains("tok-8"), "{shown}");
}

#[test]
fn help_fits_eighty_columns() {
    for arguments in [["--help"].as_slice(), &["apply", "--help"]] {
        let left = Step::command(arguments).run();
        let long = left.stdout.lines().find(|line| line.chars().count() > 80);
        assert_eq!((left.exit, long), (Exit::Done, None));
        assert!(left.stdout.contains("\n  -h, --help"), "{}", left.stdout);
    }
}
