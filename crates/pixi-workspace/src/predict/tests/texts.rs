//! pixi's words, to the letter.

use super::*;

fn at<'a>(lock: &'a Lock, machine: &'a Machine, overrides: &'a Overrides) -> Situation<'a> {
    Situation { lock: Some(lock), machine, overrides, installed: None }
}

/// The environment `gpu`, or `default`, with a row for cuda 12.0 alone and a bare need of `__cuda`.
fn gpu(environment: &str, version: PixiVersion, spec: &str) -> (Manifest, Lock) {
    let rich = version.era() == Era::Rows;
    let platforms =
        if rich { r#"[{ platform = "linux-64", cuda = "12.0" }]"# } else { r#"["linux-64"]"# };
    let requirement = if rich { "" } else { "[system-requirements]\ncuda = \"12.0\"\n" };
    let environments = if environment == "default" { "" } else { "[environments]\ngpu = []\n" };
    let text = format!(
        "[workspace]\nchannels = []\nplatforms = {platforms}\n{requirement}{environments}[dependencies]\npytorch = \"*\"\n"
    );
    let manifest = stage::manifest(&text, version);
    let view = View::new(&manifest, environment, version).expect(environment);
    let package = format!("libtorch-2.9.1-cuda129_h1_302 | {spec}");
    let lock = lock(version, &view, |_| vec![package.clone()]);
    (manifest, lock)
}

fn predicted(
    environment: &str,
    pixi: &str,
    spec: &str,
    command: Command,
    cuda: Option<&str>,
) -> Prediction {
    let version = stage::version(pixi);
    let (manifest, lock) = gpu(environment, version, spec);
    let view = View::new(&manifest, environment, version).expect(environment);
    predict(&view, &at(&lock, &runner(), &Overrides::cuda(cuda)), command)
}

const REASONS: &str = "Declared platforms and why none runs here:\n  - linux-64-cuda-12-0 (subdir linux-64): missing virtual packages: __cuda >= 12.0\n\nUnsatisfied requirements: __cuda >= 12.0\n\nThe installed packages also require: __cuda";

#[test]
fn unsupported_platform_of_0_77() {
    let got = predicted("gpu", "0.77.0", "__cuda", Command::Install, None);
    let whole = format!(
        "Cannot install environment 'gpu'\nthe environment 'gpu' does not support 'linux-64' on this machine.\n\n{REASONS}"
    );
    assert_eq!(got.message.as_deref(), Some(whole.as_str()));
    assert_eq!(
        got.help.as_deref(),
        Some(
            "Mock the missing virtual packages via the environment, e.g.:\n  CONDA_OVERRIDE_CUDA=12.0\nOr install for a target this machine cannot run with `pixi install --platform <platform>`."
        )
    );
    assert_eq!(
        got.remedy.as_deref(),
        Some("set CONDA_OVERRIDE_CUDA=12.0 for this and every later pixi command")
    );
}

#[test]
fn default_gets_a_misleading_last_line() {
    let got = predicted("default", "0.77.0", "__cuda", Command::Install, None);
    let whole = format!(
        "Cannot install environment 'default'\nThe workspace does not support 'linux-64' on this machine.\n\n{REASONS}\n\nAdd it with 'pixi workspace platform add linux-64'."
    );
    assert_eq!(got.message.as_deref(), Some(whole.as_str()));
}

#[test]
fn run_says_the_same_without_the_first_line() {
    let got = predicted("gpu", "0.77.0", "__cuda", Command::Run, None);
    let whole =
        format!("the environment 'gpu' does not support 'linux-64' on this machine.\n\n{REASONS}");
    assert_eq!(got.message.as_deref(), Some(whole.as_str()));
}

const MACHINE: &str = "[__unix=0=0, __linux=6.8=0, __glibc=2.39=0, __archspec=1=x86_64_v3]";

#[test]
fn a_need_that_the_row_does_not_cover() {
    let got = predicted("gpu", "0.77.0", "__cuda >=11.2,<12", Command::Install, Some("12.4"));
    assert_eq!(
        got.message.as_deref(),
        Some(
            "Cannot install environment 'gpu'\nVirtual package '__cuda >=11.2,<12' does not match any of the available virtual packages on your machine: [__unix=0=0, __linux=6.8=0, __glibc=2.39=0, __cuda=12.4=0, __archspec=1=x86_64_v3]"
        )
    );
    let help = "You can mock the virtual package by overriding the environment variable, e.g.: '`CONDA_OVERRIDE_CUDA=12.0`'";
    assert_eq!(got.help.as_deref(), Some(help), "which does not do");
    assert_eq!(
        got.remedy.as_deref(),
        Some("set CONDA_OVERRIDE_CUDA=11.2 for this and every later pixi command"),
        "which does, by the way of the packages"
    );
}

#[test]
fn the_error_of_0_48_and_its_help() {
    for (spec, override_that_does) in
        [("__cuda", "12.0"), ("__cuda >=12.8", "12.8"), ("__cuda <12", "11.0")]
    {
        let got = predicted("gpu", "0.48.2", spec, Command::Install, None);
        let whole = format!(
            "Cannot install environment 'gpu'\nVirtual package '{spec}' does not match any of the available virtual packages on your machine: {MACHINE}"
        );
        assert_eq!(got.message.as_deref(), Some(whole.as_str()));
        assert_eq!(
            got.help.as_deref(),
            Some(
                "You can mock the virtual package by overriding the environment variable, e.g.: '`CONDA_OVERRIDE_CUDA=12.0`'"
            ),
            "always 12.0"
        );
        let remedy = format!(
            "set CONDA_OVERRIDE_CUDA={override_that_does} for this and every later pixi command"
        );
        assert_eq!(got.remedy, Some(remedy), "{spec}");
    }
}

#[test]
fn run_before_0_42_names_what_is_declared() {
    let missing = predicted("gpu", "0.41.4", "__cuda", Command::Run, None);
    assert_eq!(
        missing.message.as_deref(),
        Some(
            "The platform you are running on should at least have the virtual package __cuda on version 12.0, build_string: 0"
        )
    );
    let lower = predicted("gpu", "0.41.4", "__cuda", Command::Run, Some("11.8"));
    assert_eq!(
        lower.message.as_deref(),
        Some(
            "The current system has a mismatching virtual package. The project requires '__cuda' to be at least version '12.0' but the system has version '11.8'"
        )
    );
    let older = predicted("gpu", "0.28.2", "__cuda", Command::Run, Some("12.0"));
    assert_eq!(older.outcome, Outcome::Error);
    assert_eq!(
        older.remedy.as_deref(),
        Some("use pixi 0.29 or newer, and set CONDA_OVERRIDE_CUDA")
    );
}

#[test]
fn an_override_that_is_no_version() {
    for value in [">=12", "12,9", "12.", "12..9", " 12", "12 "] {
        for (pixi, environment) in [("0.48.2", "gpu"), ("0.77.0", "gpu"), ("0.77.0", "default")] {
            // With a bare `__cuda` in the lock 0.77 finds no row before it finds the malformed value.
            let got = predicted(environment, pixi, "python", Command::Install, Some(value));
            let lead = format!(
                "Cannot install environment '{environment}'\nCouldn't get the virtual packages from the system\nmalformed version string '{value}'"
            );
            let message = got.message.expect("a message");
            assert!(message.starts_with(&lead), "{message}");
            assert_eq!(
                got.remedy.as_deref(),
                Some("set CONDA_OVERRIDE_CUDA to a version such as 12.0, or leave it unset")
            );
        }
    }
}

#[test]
fn running_by_accident() {
    let said = |provides: &str| {
        format!(
            "Environment 'default' requires cuda >=12.0, but this machine {provides}. The currently installed packages don't actually need it, so the environment still runs, but the next re-resolve (e.g. 'pixi update' or a change to the manifest) may install packages that do, which would no longer run on this machine."
        )
    };
    for (spec, value, provides) in [
        ("python", None, "does not provide '__cuda'"),
        ("__cuda", Some("11.8"), "only provides '__cuda 11.8'"),
        ("__cuda", Some("garbage"), "only provides '__cuda garbage'"),
    ] {
        let got = predicted("default", "0.77.0", spec, Command::Run, value);
        assert_eq!(got.message, Some(said(provides)));
        let silent = predicted("default", "0.77.0", spec, Command::Install, value);
        assert_eq!((silent.outcome, silent.message), (Outcome::Ok, None));
    }
}

#[test]
fn the_lock_is_named_as_each_version_does() {
    for (pixi, locked, frozen) in [
        ("0.40.0", "lock-file not up-to-date with the project", "lockfile"),
        ("0.69.0", "lock-file not up-to-date with the workspace", "lockfile"),
        ("0.70.0", "lock file not up-to-date with the workspace", "lock file"),
    ] {
        let version = stage::version(pixi);
        let (manifest, _) = gpu("gpu", version, "python");
        let view = View::new(&manifest, "gpu", version).expect("gpu");
        let (machine, overrides) = (runner(), Overrides::default());
        let at =
            Situation { lock: None, machine: &machine, overrides: &overrides, installed: None };
        let request = |usage| Request { usage, ..Request::from(Command::Install) };
        let message = |usage| predict(&view, &at, request(usage)).message;
        assert_eq!(message(Usage::Locked).as_deref(), Some(locked));
        let frozen = format!("the {frozen} is not up-to-date with requested environment: 'gpu'");
        assert_eq!(message(Usage::Frozen), Some(frozen));
    }
}
