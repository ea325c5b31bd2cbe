//! Variables, translation, and what steps hand on.

use std::collections::BTreeMap;
use std::path::Path;

use runner_stand_in::environment::Parts;
use runner_stand_in::layout::Layout;
use runner_stand_in::process::can_isolate;
use runner_stand_in::{Conclusion, Dialect, Runner, Step, console, step_state};

use crate::place::Place;

fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn later_groups_win_and_the_manifest_fills_gaps_only() {
    let parts = Parts {
        proxy: variables(&[("HTTP_PROXY", "runner"), ("http_proxy", "runner")]),
        env: variables(&[
            ("HTTP_PROXY", "user"),
            ("INPUT_A", "user"),
            ("STATE_S", "user"),
            ("HOME", "user"),
            ("GITHUB_SHA", "user"),
            ("RUNNER_OS", "user"),
            ("ACTIONS_CACHE_URL", "user"),
            ("GITHUB_ACTIONS", "user"),
            ("MINE", "user"),
            ("CI", "user"),
        ]),
        state: variables(&[("STATE_S", "state")]),
        inputs: variables(&[("INPUT_A", "input")]),
        runs_env: variables(&[("MINE", "manifest"), ("INPUT_A", "manifest"), ("GAP", "manifest")]),
        home: Some("/w/_temp/_github_home".into()),
        github: variables(&[("sha", "context"), ("token", "secret"), ("unknown", "x")]),
        runner: variables(&[("RUNNER_OS", "Linux")]),
        actions: variables(&[("ACTIONS_CACHE_URL", "service")]),
    };
    let all = parts.for_runner(&runner_stand_in::layout::PathMap::identity());
    let expected = variables(&[
        ("ACTIONS_CACHE_URL", "service"),
        ("CI", "user"),
        ("GAP", "manifest"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_SHA", "context"),
        ("HOME", "/w/_temp/_github_home"),
        ("HTTP_PROXY", "user"),
        ("INPUT_A", "input"),
        ("MINE", "user"),
        ("RUNNER_OS", "Linux"),
        ("STATE_S", "state"),
        ("http_proxy", "runner"),
    ]);
    assert_eq!(all, expected);
}

#[test]
fn whole_values_and_prefixes_are_translated_and_nothing_else() {
    let place = Place::new();
    let layout = Layout::create(place.path(), "demo").unwrap();
    let work = layout.work.to_string_lossy().into_owned();
    let paths = layout.runner_paths(true);
    let cases = [
        ("demo/demo", "/github/workspace"),
        ("demo/demo/a:x/demo/demo/b", "/github/workspace/a:x/demo/demo/b"),
        ("_temp", "/github/runner_temp"),
        ("_temp/_github_home/.cache", "/github/home/.cache"),
        ("_temp/_runner_file_commands/x", "/github/file_commands/x"),
        ("_temp/_github_workflow/event.json", "/github/workflow/event.json"),
    ];
    for (host, container) in cases {
        assert_eq!(paths.to_container(&format!("{work}/{host}")), container);
        assert_eq!(paths.to_host(container), format!("{work}/{host}"));
    }
    for untouched in [
        format!("={work}/demo/demo"),
        format!("{work}/demo"),
        format!("{work}/demo/demo-other"),
        format!("{work}/_tool"),
    ] {
        assert_eq!(paths.to_container(&untouched), untouched);
    }
    let old = layout.runner_paths(false);
    assert_eq!(old.to_container(&format!("{work}/_temp/x")), format!("{work}/_temp/x"));
    assert_eq!(old.to_container(&format!("{work}/_temp/_github_home")), "/github/home");
}

#[test]
fn an_action_sees_container_paths_and_its_arguments_host_paths() {
    if !can_isolate() {
        return assert!(Place::new().run("test \"$GITHUB_WORKSPACE\" = \"$(pwd)\"").succeeded());
    }
    let place = Place::new();
    let script = "set -e; test \"$(pwd)\" = /github/workspace; test \"$HOME\" = /github/home
        test \"$GITHUB_WORKSPACE\" = /github/workspace; test \"$RUNNER_TEMP\" = /github/runner_temp
        test -f /github/workflow/event.json; test \"$GITHUB_EVENT_PATH\" = /github/workflow/event.json
        test -w /github/file_commands; test ! -e \"$RUNNER_TOOL_CACHE\"; test ! -e \"$1\"; test $$ = 1
        echo \"args=$1\" >\"$GITHUB_OUTPUT\"; echo \"work=$RUNNER_WORKSPACE\" >>\"$GITHUB_OUTPUT\"
        echo x >/lost; touch /tmp/lost";
    let manifest = place.manifest(
        "name: n\ndescription: d\ninputs:\n  w:\n    description: d\n    \
         default: ${{ github.workspace }}\nruns:\n  using: docker\n  image: Dockerfile\n  \
         args: ['${{ inputs.w }}']\n",
    );
    let mut job = place.job(Runner::process(place.script("action", script)));
    let workspace = job.workspace().to_owned();
    let report = job.step(Step::action(manifest)).unwrap();
    assert!(report.succeeded(), "{}", report.text());
    assert_eq!(report.output("args"), workspace.to_str());
    assert_eq!(report.output("work"), workspace.parent().and_then(Path::to_str));
    assert_eq!(report.outside, [Path::new("/lost"), Path::new("/tmp/lost")]);
    assert!(!Path::new("/github").exists() && !Path::new("/lost").exists());
}

#[test]
fn files_of_somebody_else_are_reported() {
    let place = Place::new();
    let script = place.script("action", "echo x >made; mkdir -p sub; echo y >sub/made");
    let mut job = place.job(Runner::process(script));
    let manifest = place.plain_manifest();
    let report = job.step(Step::action(&manifest)).unwrap();
    let names = |files: &[runner_stand_in::NewFile]| {
        let mut names: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
        names.sort();
        names
    };
    let made = ["made", "sub", "sub/made"].map(|name| job.workspace().join(name));
    assert_eq!(names(&report.new_files), made);
    let is_root = can_isolate();
    assert_eq!(report.foreign_files.len(), if is_root { 3 } else { 0 });
    if is_root {
        std::fs::remove_dir_all(job.workspace().join("sub")).unwrap();
        std::fs::remove_file(job.workspace().join("made")).unwrap();
        let report = job.step(Step::action(&manifest).user(1001, 1001)).unwrap();
        assert_eq!((report.new_files.len(), report.foreign_files.len()), (3, 0));
    }
}

#[test]
fn the_environment_is_handed_from_step_to_step() {
    let place = Place::new();
    let script =
        "echo \"seen=$FROM_HOST/$FROM_JOB\" >\"$GITHUB_OUTPUT\"; echo A=2 >\"$GITHUB_ENV\"";
    let runner =
        Runner::process(place.script("action", script)).env("FROM_JOB", "job").env("A", "1");
    let mut job = place.job(runner);
    let host = "test \"$A\" = 1; echo FROM_HOST=host >>\"$GITHUB_ENV\"; echo FROM_JOB=over >>\"$GITHUB_ENV\"";
    assert!(job.step(Step::run(host)).unwrap().succeeded());
    let report = job.step(Step::action(place.plain_manifest())).unwrap();
    assert_eq!(report.output("seen"), Some("host/over"));
    assert!(job.step(Step::run("test \"$A\" = 2")).unwrap().succeeded());
    assert!(job.step(Step::run("test \"$A\" = 3").env("A", "3")).unwrap().succeeded());
}

#[test]
fn job_outputs_that_hold_a_secret_are_dropped() {
    let place = Place::new();
    let script = "printf 'plain=yes\\nhidden=a hunter2-secret b\\nempty=\\n' >\"$GITHUB_OUTPUT\"";
    let wanted = [("a", "plain"), ("a", "hidden"), ("a", "empty"), ("b", "plain")];
    for (runner, count) in [
        (Runner::process(place.script("action", script)), 1),
        (Runner::process(place.script("action", script)).act(), 2),
    ] {
        let mut job = place.job(runner.secret("KEY", "hunter2-secret"));
        job.step(Step::action(place.plain_manifest()).id("a")).unwrap();
        assert_eq!(job.job_outputs(&wanted).len(), count);
    }
}

#[test]
fn a_step_that_takes_too_long_has_failed() {
    let place = Place::new();
    let script = place.script("action", "trap 'exit 7' INT; while :; do sleep 0.02; done");
    let step = Step::action(place.plain_manifest()).timeout(std::time::Duration::from_millis(300));
    let report = place.job(Runner::process(script)).step(step).unwrap();
    assert_eq!((report.exit, report.conclusion), (7, Conclusion::Failure));
    assert!(report.cancelled && !report.survived);
}

#[test]
fn kubernetes_wants_an_entry_point_and_splits_arguments() {
    let place = Place::new();
    let runner = || Runner::process(place.script("action", "true")).kubernetes();
    let error = place.job(runner()).step(Step::action(place.plain_manifest())).unwrap_err();
    assert!(error.to_string().contains("not currently supported"), "{error}");
    let text = "name: n\ndescription: d\nruns:\n  using: docker\n  image: docker://x\n";
    let error = place.job(runner()).step(Step::action(place.manifest(text))).unwrap_err();
    assert!(error.to_string().contains("entryPoint is required"), "{error}");
    let text = format!("{text}  entrypoint: /x\n  args: [--flag, a b]\n");
    let report = place.job(runner()).step(Step::action(place.manifest(&text))).unwrap();
    assert_eq!(report.arguments, ["--flag", "a", "b"]);
}

#[test]
fn lines_end_at_lf_cr_lf_and_cr_and_errors_can_come_first() {
    use console::{Console, Stream};
    let mut state = step_state::StepState::new(Dialect::Runner);
    let mut console = Console::new(Dialect::Runner, false);
    for bytes in ["one\r", "\ntwo\rthree\nfo", "ur"] {
        console.bytes(Stream::Stdout, bytes.as_bytes(), &mut state);
    }
    console.end(&mut state);
    assert_eq!(state.log, ["one", "two", "three", "four"]);

    let mut state = step_state::StepState::new(Dialect::Runner);
    let mut console = Console::new(Dialect::Runner, true);
    console.bytes(Stream::Stdout, b"out\n", &mut state);
    console.bytes(Stream::Stderr, b"::add-mask::out\n", &mut state);
    console.end(&mut state);
    assert_eq!(state.log, ["***"], "a mask on the other stream overtakes the text");
}
