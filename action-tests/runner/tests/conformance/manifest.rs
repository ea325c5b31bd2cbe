//! Manifests and inputs.

use runner_stand_in::expression::{Contexts, interpolate};
use runner_stand_in::inputs::{Merged, merge, variable};
use runner_stand_in::manifest::{Manifest, parse};
use runner_stand_in::yaml::scalar;
use runner_stand_in::{Dialect, Runner, Step};

use crate::place::Place;

const FULL: &str = "
name: Hello
description: Greets
author: octo
branding: {icon: x, color: red}
inputs:
  greeting:
    description: d
    default: hello
  entryPoint:
    description: d
    required: true
outputs:
  time: {description: d}
runs:
  using: Docker
  image: Dockerfile
  entrypoint: main.sh
  args: ['${{ inputs.greeting }}', bzz]
  env: {Token: foo, Url: '${{ inputs.entryPoint }}'}
  pre-entrypoint: pre.sh
  post-entrypoint: post.sh
";

fn load(text: &str) -> Manifest {
    parse(text, Dialect::Runner).unwrap()
}

/// A manifest with these lines under `runs`.
fn runs(lines: &str) -> anyhow::Result<Manifest> {
    let text =
        format!("name: n\ndescription: d\nruns:\n  using: docker\n  image: Dockerfile\n{lines}");
    parse(&text, Dialect::Runner)
}

fn contexts(json: &serde_json::Value) -> Contexts {
    json.as_object().cloned().unwrap()
}

fn with(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

#[track_caller]
fn assert_values(merged: &Merged, expected: &[(&str, &str)]) {
    assert_eq!(merged.values, with(expected));
}

#[test]
fn i1_a_full_manifest_is_read() {
    let manifest = load(FULL);
    assert_eq!(manifest.name, "Hello");
    let inputs: Vec<_> =
        manifest.inputs.iter().map(|i| (i.name.as_str(), i.default.as_str())).collect();
    assert_eq!(inputs, [("greeting", "hello"), ("entryPoint", "")]);
    assert_eq!(manifest.runs.image, "Dockerfile");
    assert_eq!(manifest.runs.entrypoint.as_deref(), Some("main.sh"));
    assert_eq!(manifest.runs.args.unwrap(), ["${{ inputs.greeting }}", "bzz"]);
    assert_eq!(manifest.runs.env.unwrap()[0], ("Token".into(), "foo".into()));
    assert_eq!(manifest.outputs, ["time"]);
}

#[test]
fn i2_pre_and_post_run_always_by_default() {
    let manifest = load(FULL);
    assert_eq!(manifest.runs.pre_entrypoint.as_deref(), Some("pre.sh"));
    assert_eq!(manifest.runs.post_entrypoint.as_deref(), Some("post.sh"));
    assert_eq!(
        (manifest.runs.pre_if, manifest.runs.post_if),
        ("always()".into(), "always()".into())
    );
}

#[test]
fn i3_conditions_are_taken_as_written() {
    let manifest = runs("  pre-if: success()\n  post-if: failure() || cancelled()\n").unwrap();
    assert_eq!(manifest.runs.pre_if, "success()");
    assert_eq!(manifest.runs.post_if, "failure() || cancelled()");
}

#[test]
fn i4_args_env_and_entrypoint_may_be_absent() {
    let runs = runs("").unwrap().runs;
    assert_eq!((runs.entrypoint, runs.args, runs.env), (None, None, None));
    assert_eq!(runs.image, "Dockerfile");
}

#[test]
fn i5_other_contexts_are_refused_when_loading() {
    for lines in ["  env:\n    A: ${{ github.ref }}\n", "  args: ['${{ env.X }}']\n"] {
        let error = runs(lines).unwrap_err().to_string();
        assert!(error.contains("Unrecognized named-value"), "{error}");
    }
    let error = runs("  arg: [x]\n").unwrap_err().to_string();
    assert!(error.contains("Unexpected value 'arg'"), "the schema is closed: {error}");
    let text = FULL.replace("default: hello", "default: ${{ env.X }}");
    assert!(parse(&text, Dialect::Runner).is_err(), "env is no context of a default");
    assert!(parse(&FULL.replace("{description: d}", "{text: d}"), Dialect::Runner).is_err());
}

#[test]
fn i6_inputs_in_args_and_env_are_evaluated() {
    let place = Place::new();
    let script = "echo args=$1,$2,$# >\"$GITHUB_OUTPUT\"; echo env=$Url >>\"$GITHUB_OUTPUT\"";
    let runner = Runner::process(place.script("action", script));
    let manifest = place.manifest(FULL);
    let step = Step::action(manifest).with("greeting", "good 'day'").with("entryPoint", "e");
    let report = place.job(runner).step(step).unwrap();
    assert_eq!(report.output("args"), Some("good 'day',bzz,2"));
    assert_eq!(report.output("env"), Some("e"));
}

#[test]
fn i7_defaults_are_evaluated() {
    let manifest = load(&FULL.replace("default: hello", "default: 'on ${{ github.ref }}'"));
    let all = contexts(&serde_json::json!({"github": {"ref": "refs/heads/main"}}));
    assert_eq!(merge(&manifest, &[], &all).unwrap().get("greeting"), Some("on refs/heads/main"));
    assert_eq!(interpolate("${{ GitHub['REF'] }}", &all).unwrap(), "refs/heads/main");
    assert_eq!(interpolate("${{ github.none || 'x' }}", &all).unwrap(), "x");
    assert_eq!(interpolate("${{ format('{0}}}', 'it''s') }}", &all).unwrap(), "it's}");
}

#[test]
fn i8_defaults_only_where_the_user_gave_nothing() {
    let manifest = load(FULL);
    let merged = merge(&manifest, &with(&[("GREETING", "hi")]), &Contexts::new()).unwrap();
    assert_values(&merged, &[("greeting", "hi"), ("entryPoint", "")]);
    let merged = merge(&manifest, &[], &Contexts::new()).unwrap();
    assert_values(&merged, &[("greeting", "hello"), ("entryPoint", "")]);
    let merged = merge(&manifest, &with(&[("greeting", "")]), &Contexts::new()).unwrap();
    assert_values(&merged, &[("greeting", ""), ("entryPoint", "")]);
}

#[test]
fn i9_unknown_inputs_are_passed_on_with_one_warning() {
    let place = Place::new();
    let runner =
        Runner::process(place.script("action", "echo a=$INPUT_ONE$INPUT_TWO >\"$GITHUB_OUTPUT\""));
    let step =
        Step::action(place.manifest(FULL)).with("one", "1").with("two", "2").with("args", "");
    let report = place.job(runner).step(step).unwrap();
    assert_eq!(report.output("a"), Some("12"));
    assert_eq!(report.annotations.len(), 1);
    let message = &report.annotations[0].message;
    assert_eq!(
        message,
        "Unexpected input(s) 'one', 'two', valid inputs are ['entryPoint', 'args', 'greeting', \
         'entryPoint']"
    );
}

#[test]
fn i10_remote_actions_know_where_they_come_from() {
    let place = Place::new();
    let runner = Runner::process(place.script("action", "true"));
    let mut job = place.job(runner);
    let local = job.step(Step::action(place.plain_manifest())).unwrap();
    assert_eq!(local.variables["GITHUB_ACTION_REPOSITORY"], "");
    assert_eq!(local.variables["GITHUB_ACTION_REF"], "");
    let remote =
        job.step(Step::action(place.plain_manifest()).remote("org/actions", "v1")).unwrap();
    assert_eq!(remote.variables["GITHUB_ACTION_REPOSITORY"], "org/actions");
    assert_eq!(remote.variables["GITHUB_ACTION_REF"], "v1");
}

#[test]
fn i11_blanks_become_underscores_and_nothing_else() {
    assert_eq!(variable("my input", Dialect::Runner), "INPUT_MY_INPUT");
    assert_eq!(variable("my-input", Dialect::Runner), "INPUT_MY-INPUT");
    assert_eq!(variable("a.b", Dialect::Runner), "INPUT_A.B");
}

#[test]
fn i12_plain_numbers_lose_their_trailing_zeros() {
    let cases = [
        ("1.10", "1.1"),
        ("1e3", "1000"),
        ("0x10", "16"),
        ("0o17", "15"),
        ("True", "true"),
        ("FALSE", "false"),
        ("null", ""),
        ("~", ""),
        ("-0.50", "-0.5"),
        ("123456789012345678", "1.23456789012346E+17"),
        ("0.000001", "1E-06"),
        ("1.2.3", "1.2.3"),
        ("yes", "yes"),
        ("3.10-alpha", "3.10-alpha"),
    ];
    for (text, read) in cases {
        assert_eq!(scalar(text, Dialect::Runner), read);
    }
    let manifest = load(&FULL.replace("default: hello", "default: 1.10"));
    assert_eq!(manifest.inputs[0].default, "1.1");
    let manifest = load(&FULL.replace("default: hello", "default: '1.10'"));
    assert_eq!(manifest.inputs[0].default, "1.10", "quoted");
}
