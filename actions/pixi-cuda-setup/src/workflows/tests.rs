use std::path::Path;

use diagnostics::Severity;
use pixi_workspace::manifest;

use super::*;

const MANIFEST: &str = "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n[system-requirements]\ncuda = \"12.1\"\n";

fn found(manifest: &str, workflows: &[&str]) -> Vec<Finding> {
    let version = PixiVersion::new(0, 77, 0);
    let source = Source::file("pixi.toml", manifest);
    let (manifest, _) = manifest::read(&source, Path::new("pixi.toml"), version).unwrap();
    let sources: Vec<Source> = workflows
        .iter()
        .enumerate()
        .map(|(at, text)| Source::file(format!("{at}.yml"), *text))
        .collect();
    let facts = Facts { manifest: &manifest, version, subdir: "linux-64", has_lock: true };
    let findings = lint(&facts, &sources);
    for finding in &findings {
        assert!(EXPLANATIONS.iter().any(|one| one.code == finding.code), "{}", finding.code);
        assert!(finding.place.is_some() && finding.remedy.is_some());
    }
    findings
}

fn codes(workflows: &[&str]) -> Vec<(&'static str, usize)> {
    let line = |finding: &Finding| {
        let (source, span) = finding.place.as_ref().unwrap();
        source.position(span.start).line
    };
    found(MANIFEST, workflows).iter().map(|one| (one.code, line(one))).collect()
}

#[test]
fn values_are_found_wherever_they_are_set() {
    let text = concat!(
        "env:\n  CONDA_OVERRIDE_CUDA: \"12.1\"\n",
        "jobs:\n  a:\n    env: { CONDA_OVERRIDE_CUDA: 12.10 }\n",
        "    container:\n      image: x\n      env:\n        CONDA_OVERRIDE_CUDA: ${{ matrix.cuda }}\n",
        "    steps:\n      - run: pixi install\n        env:\n          CONDA_OVERRIDE_CUDA: 12\n",
        "      - run: |\n          CONDA_OVERRIDE_CUDA=12.4 pixi install\n",
        "      - run: echo \"CONDA_OVERRIDE_CUDA=12.6\" >> \"$GITHUB_ENV\"\n",
    );
    let values = overrides(&[Source::file("ci.yml", text)]);
    let shown: Vec<_> = values.iter().map(|one| (one.value.as_str(), one.place())).collect();
    let expected = [
        ("12.1", "ci.yml:2"),
        ("12.1", "ci.yml:5"),
        ("${{ matrix.cuda }}", "ci.yml:9"),
        ("12", "ci.yml:13"),
        ("12.4", "ci.yml:15"),
        ("12.6", "ci.yml:16"),
    ];
    assert_eq!(shown, expected.map(|(value, place)| (value, place.to_owned())));
    assert_eq!(values[2].version(), None);
}

#[test]
fn values_are_judged() {
    let with = |value: &str| format!("env:\n  CONDA_OVERRIDE_CUDA: {value}\njobs: {{}}\n");
    let cases = [
        ("\"12.1\"", None),
        ("12.9", None),
        ("\"\"", None),
        ("${{ vars.CUDA }}", None),
        ("12.10", Some("workflow/unquoted-float")),
        ("\"12.10\"", None),
        ("\"11.8\"", Some("workflow/override-too-low")),
        ("none", Some("workflow/override-word")),
        ("true", Some("workflow/override-word")),
        ("\">=12\"", Some("workflow/override-malformed")),
    ];
    for (value, code) in cases {
        let found = found(MANIFEST, &[&with(value)]);
        assert_eq!(found.first().map(|one| one.code), code, "{value}");
        assert!(found.len() <= 1);
    }
    let float = found(MANIFEST, &[&with("12.10")]);
    assert_eq!(float[0].remedy.as_deref(), Some("write `CONDA_OVERRIDE_CUDA: \"12.10\"`"));
}

#[test]
fn workflows_agree() {
    let one = "env:\n  CONDA_OVERRIDE_CUDA: \"12.1\"\njobs: {}\n";
    let same = "env:\n  CONDA_OVERRIDE_CUDA: \"12.1.0\"\njobs: {}\n";
    let other = "env:\n  CONDA_OVERRIDE_CUDA: \"12.9\"\njobs: {}\n";
    assert_eq!(codes(&[one, same]), []);
    let found = found(MANIFEST, &[one, other]);
    assert_eq!(
        (found[0].code, found[0].severity),
        ("workflow/override-differs", Severity::Warning)
    );
    assert!(found[0].message.ends_with("12.1 in 0.yml:2"), "{}", found[0].message);
}

#[test]
fn environments_may_each_have_their_own() {
    let manifest = concat!(
        "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n",
        "[feature.old.system-requirements]\ncuda = \"11.8\"\n[feature.new.system-requirements]\ncuda = \"12.9\"\n",
        "[environments]\nold = [\"old\"]\nnew = [\"new\"]\n",
    );
    let with = |value: &str| format!("env:\n  CONDA_OVERRIDE_CUDA: \"{value}\"\njobs: {{}}\n");
    assert_eq!(found(manifest, &[&with("11.8"), &with("12.9")]), []);
    assert_eq!(found(manifest, &[&with("12.4"), &with("12.5")]).len(), 1);
}

#[test]
fn setup_pixi_is_to_be_pinned() {
    let with = |inputs: &str| {
        format!(
            "jobs:\n  a:\n    steps:\n      - uses: prefix-dev/setup-pixi@v0.8.1\n        with: {{ {inputs} }}\n"
        )
    };
    let expected = [("workflow/pixi-unpinned", 4)];
    assert_eq!(codes(&[&with("cache: true")]), expected);
    assert_eq!(codes(&[&with("pixi-version: latest, locked: true")]), expected);
    for inputs in ["pixi-version: v0.77.0", "locked: false", "frozen: true", "run-install: false"] {
        assert_eq!(codes(&[&with(inputs)]), [], "{inputs}");
    }
}

#[test]
fn later_runs_are_to_be_locked() {
    let with = |env: &str, step: &str| {
        format!(
            "jobs:\n  a:\n    env: {{ {env} }}\n    steps:\n      - run: |\n          set -e\n          {step}\n"
        )
    };
    let cases = [
        ("", "pixi run test", Some(Severity::Notice)),
        ("", "cd x && pixi install -e prod", Some(Severity::Warning)),
        ("", "pixi run --locked test", None),
        ("PIXI_LOCKED: true", "pixi run test", None),
        ("PIXI_FROZEN: \"false\"", "pixi run test", Some(Severity::Notice)),
        ("", "echo pixi run test", None),
    ];
    for (env, step, severity) in cases {
        let found = found(MANIFEST, &[&with(env, step)]);
        assert_eq!(found.first().map(|one| one.severity), severity, "{env} {step}");
        assert!(found.iter().all(|one| one.code == "workflow/unlocked"));
    }
    let ours = "jobs:\n  a:\n    steps:\n      - uses: org/actions/pixi-cuda-setup@v1\n      - run: pixi run test\n";
    assert_eq!(codes(&[ours]), []);
    for (before, expected) in [
        ("uses: prefix-dev/setup-pixi@v0.9.6\n        with: { pixi-version: v0.77.0 }", None),
        (
            "uses: prefix-dev/setup-pixi@v0.9.6\n        with: { pixi-version: v0.77.0, frozen: true }",
            Some("workflow/unlocked"),
        ),
        ("run: pixi install --locked -e prod", None),
        ("run: pixi install --frozen", Some("workflow/unlocked")),
    ] {
        let text =
            format!("jobs:\n  a:\n    steps:\n      - {before}\n      - run: pixi run test\n");
        assert_eq!(codes(&[&text]).first().map(|one| one.0), expected, "{before}");
    }
    assert_eq!(codes(&[&with("", "pixi lock --check")]), [("workflow/lock-check", 6)]);
}

#[test]
fn what_is_no_workflow_says_nothing() {
    for text in [
        "",
        "[",
        "a: b\n",
        "jobs: x\n",
        "jobs:\n  a: 1\n",
        "env: [1]\njobs:\n  a:\n    steps: [x, {run: [1]}]\n",
    ] {
        assert_eq!(codes(&[text]), [], "{text}");
    }
}
