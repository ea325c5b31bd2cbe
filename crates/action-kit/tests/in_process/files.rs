//! Outputs, variables, paths, state, plan and summary.

use diagnostics::Exit;

use crate::world::{Left, Step};

#[test]
fn variables_paths_and_state_are_written_at_once() {
    let step = Step::in_actions("exports");
    let workspace = step.path("bin");
    let left = step.run();
    assert_eq!(left.exit, Exit::Done, "{}", left.stdout);
    let entries = Left::entries(&left.file("GITHUB_ENV"));
    assert_eq!(entries.len(), 2);
    assert_eq!(
        entries.first().unwrap(),
        &("TOOL_HOME".to_owned(), "${{ secrets.X }}\nb".to_owned())
    );
    assert_eq!(left.file("GITHUB_PATH"), format!("{}\n", workspace.display()));
    assert_eq!(Left::entries(&left.file("GITHUB_STATE")), [("step".to_owned(), "1".to_owned())]);
}

#[test]
fn under_act_nothing_is_evaluated_once_more() {
    let left = Step::in_actions("exports").with("ACT", "true").run();
    let entries = Left::entries(&left.file("GITHUB_ENV"));
    assert_eq!(entries.first().unwrap().1, "$ {{ secrets.X }}\nb");
}

#[test]
fn entries_start_on_lines_of_their_own() {
    let step = Step::in_actions("greet");
    std::fs::write(step.path("GITHUB_OUTPUT"), "a<<X\nb\nX").unwrap();
    let left = step.run();
    assert!(left.outputs.starts_with("a<<X\nb\nX\nplan<<ghadelimiter_"), "{}", left.outputs);
    assert_eq!(Left::entries(&left.outputs).len(), 7);
}

#[test]
fn a_missing_file_is_a_notice_in_actions_and_nothing_outside() {
    let left = Step::in_actions("greet").without("GITHUB_OUTPUT").run();
    assert_eq!(left.exit, Exit::Done);
    assert!(left.stdout.contains("GITHUB_OUTPUT names no file"), "{}", left.stdout);
    assert!(left.stdout.contains("::notice title=runner/file-command::"), "{}", left.stdout);
    assert_eq!(Step::command(&["apply"]).run().stderr, "");
}

#[test]
fn a_file_that_cannot_be_written_is_a_failure() {
    let step = Step::in_actions("greet");
    let folder = step.path("folder");
    std::fs::create_dir(&folder).unwrap();
    let left = step.with("GITHUB_OUTPUT", folder.to_str().unwrap()).run();
    assert_eq!(left.exit, Exit::Outside);
    assert!(!left.stdout.contains("hello"), "it is found before anything is done");
    assert!(left.stdout.contains("error[runner/file-command]"), "{}", left.stdout);
}

#[test]
fn secrets_reach_neither_outputs_nor_plan_nor_summary() {
    let left = Step::in_actions("secret").run();
    assert_eq!(left.exit, Exit::Done, "{}", left.stdout);
    assert_eq!(left.output("report"), "at ***");
    assert_eq!(left.output("plan"), "{\"schema\":1,\"t\":\"***\"}");
    assert_eq!(left.summary, "token ***\n");
    assert!(left.stdout.contains("the token is ***\n"));
}

#[test]
fn the_plan_is_in_the_runners_temp_and_under_act_in_the_workspace() {
    let left = Step::in_actions("plan").run();
    let path = left.output("plan-file");
    assert!(path.contains("/temp/demo-plan-"), "{path}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"schema\":1}");
    assert_eq!(left.output("plan"), "{\"schema\":1}");
    let left = Step::in_actions("plan").with("ACT", "true").run();
    assert!(left.output("plan-file").ends_with("/.demo/plan.json"));
    assert_eq!(left.file(".demo/plan.json"), "{\"schema\":1}");
    assert_eq!(left.file(".demo/.gitignore"), "*\n", "git status stays clean");
}

#[test]
fn the_report_is_in_the_summary_and_in_a_file() {
    let left = Step::in_actions("report").run();
    assert_eq!(left.exit, Exit::Done, "{}", left.stdout);
    let path = left.output("report");
    assert!(path.contains("/temp/demo-report-"), "{path}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "### Done\n\nwith ***");
    assert_eq!(left.summary, "### Done\n\nwith ***\n");
    let left = Step::in_actions("report").with("ACT", "true").run();
    assert_eq!(left.file(".demo/report.md"), "### Done\n\nwith ***");
    let step = Step::in_actions("report").with("ACT", "true");
    std::os::unix::fs::symlink("/tmp", step.path(".demo")).unwrap();
    let left = step.run();
    assert_eq!((left.exit, left.output("report").as_str()), (Exit::Done, ""));
    assert!(left.stdout.contains("::warning title=runner/report-file::"), "{}", left.stdout);
}

#[test]
fn a_summary_too_long_is_cut_with_a_notice() {
    let step = Step::in_actions("huge");
    std::fs::write(step.path("GITHUB_STEP_SUMMARY"), "held before").unwrap();
    let left = step.run();
    assert_eq!(left.exit, Exit::Done);
    assert!(left.summary.len() <= 1_048_576 && left.summary.len() > 1_048_000);
    assert!(left.summary.starts_with("held before\na line of text\n"));
    assert!(left.stdout.contains("::notice title=runner/summary-cut::"));
}

#[test]
fn a_large_plan_is_in_its_file_only() {
    let left = Step::in_actions("large-plan").run();
    assert_eq!(left.exit, Exit::Done, "{}", left.stdout);
    assert_eq!(left.output("plan"), "");
    assert_eq!(std::fs::metadata(left.output("plan-file")).unwrap().len(), 262_144);
}

#[test]
fn the_working_directory_is_one_of_the_workspace() {
    let step = Step::in_actions("where");
    std::fs::create_dir(step.path("sub")).unwrap();
    let sub = step.path("sub").canonicalize().unwrap();
    let left = step.with("INPUT_WORKING-DIRECTORY", "./sub").run();
    assert!(left.stdout.ends_with(&format!("{}\n", sub.display())), "{}", left.stdout);
    for (given, expected) in [
        ("gone", "working directory `gone` does not exist"),
        ("out", "working directory `out` is outside the workspace"),
        ("/", "working directory `/` is outside the workspace"),
        ("GITHUB_OUTPUT", "working directory `GITHUB_OUTPUT` is not a directory"),
    ] {
        let step = Step::in_actions("where");
        std::os::unix::fs::symlink("/", step.path("out")).unwrap();
        let left = step.with("INPUT_WORKING-DIRECTORY", given).run();
        assert_eq!(left.exit, Exit::BadInput, "{given}");
        assert!(left.stdout.contains(expected), "{}", left.stdout);
    }
}
