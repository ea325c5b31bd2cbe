//! The commands of 0.77 on a machine without CUDA, and what 0.48 does.

use super::*;

/// `default` is CPU, `gpu` has the cuda row alone, `both` may take either row.
const THREE: &str = r#"
[workspace]
channels = ["conda-forge"]
platforms = [{ name = "gpu-box", platform = "linux-64", cuda = "12.1" }, "linux-64"]
[dependencies]
pytorch = "*"
[feature.gpu]
platforms = ["gpu-box"]
[feature.cpu]
platforms = ["linux-64"]
[environments]
default = ["cpu"]
gpu = ["gpu"]
both = []
"#;

struct Stage {
    manifest: Manifest,
    lock: Lock,
    version: PixiVersion,
}

impl Stage {
    fn new(text: &str, pixi: &str, lock: Lock) -> Self {
        let version = stage::version(pixi);
        Self { manifest: stage::manifest(text, version), lock, version }
    }

    fn three() -> Self {
        let lock = stage::lock(
            7,
            &["linux-64", "p1 linux-64 __cuda=12.1"],
            &[
                ("both", "p1", CUDA),
                ("both", "linux-64", CPU),
                ("default", "linux-64", CPU),
                ("gpu", "p1", CUDA),
            ],
        );
        Self::new(THREE, "0.77.0", lock)
    }

    fn predict(
        &self,
        environment: &str,
        request: Request<'_>,
        overrides: &Overrides,
        installed: Option<&str>,
    ) -> Prediction {
        let view = View::new(&self.manifest, environment, self.version).expect(environment);
        let machine = runner();
        let at = Situation { lock: Some(&self.lock), machine: &machine, overrides, installed };
        predict(&view, &at, request)
    }

    fn plain(
        &self,
        environment: &str,
        command: Command,
        cuda: Option<&str>,
        installed: Option<&str>,
    ) -> Prediction {
        self.predict(environment, command.into(), &Overrides::cuda(cuda), installed)
    }

    fn views(&self) -> Vec<View<'_>> {
        View::all(&self.manifest, self.version)
    }
}

fn install_for(name: &str) -> Request<'_> {
    Request { platform: Some(name), ..Request::from(Command::Install) }
}

#[test]
fn install_all_skips_what_does_not_fit() {
    let stage = Stage::three();
    let machine = runner();
    for (value, outcome, skipped) in [
        (None, Outcome::Warning, &["gpu"][..]),
        // No fallback here: an override below the declared version skips too.
        (Some("11.8"), Outcome::Warning, &["gpu"]),
        (Some("12.1"), Outcome::Ok, &[]),
    ] {
        let overrides = Overrides::cuda(value);
        let at = Situation {
            lock: Some(&stage.lock),
            machine: &machine,
            overrides: &overrides,
            installed: None,
        };
        let all = predict_all(&stage.views(), &at, Usage::Locked);
        assert_eq!((all.outcome, all.skipped), (outcome, owned(skipped)), "{value:?}");
        if outcome == Outcome::Warning {
            assert_eq!(
                all.message.as_deref(),
                Some("Skipping environment(s) that do not support the current platform: gpu")
            );
        }
    }
}

#[test]
fn install_of_several_fails_as_a_whole() {
    let stage = Stage::three();
    let machine = runner();
    let overrides = Overrides::default();
    let at = Situation {
        lock: Some(&stage.lock),
        machine: &machine,
        overrides: &overrides,
        installed: None,
    };
    let several = predict_several(&stage.views(), &at, Usage::Update);
    assert_eq!(several.outcome, Outcome::Error);
    assert!(several.message.expect("a message").starts_with("Cannot install environment 'gpu'"));
}

#[test]
fn list_and_tree_need_a_full_match() {
    let stage = Stage::three();
    for command in [Command::List, Command::Tree] {
        let got = stage.plain("gpu", command, Some("11.8"), None);
        assert_eq!(
            got.message.as_deref(),
            Some("no platform supported by environment 'gpu' matches the current system")
        );
        assert_eq!(stage.plain("gpu", Command::Install, Some("11.8"), None).outcome, Outcome::Ok);
        assert_eq!(stage.plain("gpu", command, Some("12.1"), None).outcome, Outcome::Ok);
    }
}

#[test]
fn every_later_step_needs_the_override_again() {
    let stage = Stage::three();
    let frozen = |command| Request { usage: Usage::Frozen, ..Request::from(command) };
    for command in [Command::Run, Command::ShellHook] {
        for request in [frozen(command), command.into()] {
            let without = stage.predict("gpu", request, &Overrides::default(), Some("gpu-box"));
            assert_eq!(without.outcome, Outcome::Error, "{command:?}");
            let with =
                stage.predict("gpu", request, &Overrides::cuda(Some("12.1")), Some("gpu-box"));
            assert_eq!(with.outcome, Outcome::Ok, "{command:?}");
        }
    }
    let as_is = stage.plain("gpu", Command::RunAsIs, None, Some("gpu-box"));
    assert_eq!((as_is.outcome, as_is.row.as_deref()), (Outcome::Ok, Some("gpu-box")));
}

#[test]
fn run_never_changes_the_row_of_what_is_installed() {
    let stage = Stage::three();
    // Installed as CPU, it stays CPU under an override, silently.
    let cpu = stage.plain("both", Command::Run, Some("12.1"), Some("linux-64"));
    assert_eq!((cpu.outcome, cpu.row.as_deref()), (Outcome::Ok, Some("linux-64")));
    // Installed as CUDA, it fails without the override.
    let cuda = stage.plain("both", Command::Run, None, Some("gpu-box"));
    assert_eq!(
        cuda.message.as_deref(),
        Some("the installed environment 'both' cannot run on platform 'linux-64'")
    );
    assert_eq!(
        cuda.help.as_deref(),
        Some(
            "The installed packages require virtual packages this platform does not provide: [__cuda]. Reinstall for this machine with 'pixi install', or select a compatible platform with '--platform'.\nOr mock them via the environment, e.g.:\n  CONDA_OVERRIDE_CUDA=12.0"
        )
    );
    assert_eq!(
        cuda.remedy.as_deref(),
        Some("set CONDA_OVERRIDE_CUDA=12.1 for this and every later pixi command")
    );
    // Only install switches.
    let switched = stage.plain("both", Command::Install, Some("12.1"), Some("linux-64"));
    assert_eq!(switched.row.as_deref(), Some("gpu-box"));
    let lower = stage.plain("both", Command::Run, Some("11.8"), Some("gpu-box"));
    assert_eq!((lower.outcome, lower.row.as_deref()), (Outcome::Warning, Some("gpu-box")));
}

#[test]
fn install_for_a_named_platform_looks_at_no_machine() {
    let stage = Stage::three();
    let none = Overrides::default();
    let got = stage.predict("gpu", install_for("gpu-box"), &none, None);
    assert_eq!((got.outcome, got.row.as_deref()), (Outcome::Ok, Some("gpu-box")));
    assert_eq!(stage.plain("gpu", Command::Run, None, Some("gpu-box")).outcome, Outcome::Error);
    let other = stage.predict("gpu", install_for("linux-64"), &none, None);
    assert_eq!(
        other.message.as_deref(),
        Some("platform 'linux-64' is not part of environment 'gpu'")
    );
    assert_eq!(other.remedy.as_deref(), Some("use `--platform gpu-box`"));
    let malformed =
        stage.predict("gpu", install_for("gpu-box"), &Overrides::cuda(Some(">=12")), None);
    assert_eq!(malformed.outcome, Outcome::Warning, "read, warned about, and not needed");
}

#[test]
fn the_platform_variable_does_not_replace_the_override() {
    let stage = Stage::three();
    let overrides = Overrides { platform: Some("linux-64".to_owned()), ..Overrides::default() };
    let got = stage.predict("gpu", Command::Install.into(), &overrides, None);
    assert_eq!(
        got.message.as_deref(),
        Some(
            "Cannot install environment 'gpu': no platform supported by it matches the current system"
        )
    );
    let overrides = Overrides { platform: Some("gpu-box".to_owned()), ..Overrides::default() };
    assert_eq!(runner().subdirs(&overrides), ["linux-64"], "no subdir, so pixi ignores it");
}

#[test]
fn frozen_installs_nothing_where_the_lock_has_no_row() {
    // cuda was raised after the lock was written.
    let lock = stage::lock(7, &["p1 linux-64 __cuda=12.0"], &[("default", "p1", CUDA)]);
    let text = r#"
[workspace]
channels = []
platforms = [{ platform = "linux-64", cuda = "12.1" }]
[dependencies]
pytorch = "*"
"#;
    let stage = Stage::new(text, "0.77.0", lock);
    let request = |usage| Request { usage, ..Request::from(Command::Install) };
    let frozen = stage.predict("default", request(Usage::Frozen), &Overrides::default(), None);
    assert_eq!((frozen.outcome, frozen.installs_nothing), (Outcome::Ok, true));
    let locked = stage.predict("default", request(Usage::Locked), &Overrides::default(), None);
    assert_eq!(locked.message.as_deref(), Some("lock file not up-to-date with the workspace"));
}

#[test]
fn an_environment_without_dependencies_runs_anywhere() {
    let text = r#"
[workspace]
channels = []
platforms = [{ platform = "linux-64", cuda = "12.1" }]
[tasks]
hello = "echo hello"
"#;
    let stage = Stage::new(
        text,
        "0.77.0",
        stage::lock(7, &["p1 linux-64 __cuda=12.1"], &[("default", "p1", &[])]),
    );
    let got = stage.plain("default", Command::Run, None, None);
    assert_eq!((got.outcome, got.row), (Outcome::Ok, None));
}

const OLD: &str = r#"
[project]
channels = ["conda-forge"]
platforms = ["linux-64"]
[dependencies]
python = "*"
[feature.gpu.dependencies]
pytorch = "*"
[feature.gpu.system-requirements]
cuda = "12.0"
[feature.mac]
platforms = ["osx-arm64"]
[environments]
test = []
gpu = ["gpu"]
mac = ["mac"]
"#;

fn old(pixi: &str, gpu: &[&str]) -> Stage {
    let lock = stage::lock(
        stage::version(pixi).lock_format(),
        &["linux-64 -", "osx-arm64 -"],
        &[
            ("default", "linux-64", CPU),
            ("test", "linux-64", CPU),
            ("gpu", "linux-64", gpu),
            ("mac", "osx-arm64", CPU),
        ],
    );
    Stage::new(OLD, pixi, lock)
}

#[test]
fn in_0_48_what_is_installed_runs_without_the_override() {
    let stage = old("0.48.2", CUDA);
    for command in [Command::Run, Command::ShellHook] {
        for value in [None, Some(""), Some(">=12")] {
            let got = stage.plain("gpu", command, value, Some("linux-64"));
            assert_eq!(got.outcome, Outcome::Ok, "{command:?} {value:?}");
        }
        assert_eq!(stage.plain("gpu", command, None, None).outcome, Outcome::Error);
    }
    // Install checks every time.
    assert_eq!(
        stage.plain("gpu", Command::Install, None, Some("linux-64")).outcome,
        Outcome::Error
    );
}

#[test]
fn in_0_48_a_dependency_by_path_makes_every_run_check() {
    let mut packages = CUDA.to_vec();
    packages.push("pypi: ./demo");
    let stage = old("0.48.2", &packages);
    assert_eq!(stage.plain("gpu", Command::Run, None, Some("linux-64")).outcome, Outcome::Error);
    assert_eq!(stage.plain("gpu", Command::Run, Some("12"), Some("linux-64")).outcome, Outcome::Ok);
}

#[test]
fn in_0_48_as_is_is_not_there_yet() {
    let outcome = |pixi| old(pixi, CUDA).plain("gpu", Command::RunAsIs, None, None).outcome;
    assert_eq!((outcome("0.48.2"), outcome("0.53.0")), (Outcome::Error, Outcome::Ok));
}

#[test]
fn in_0_48_the_first_failure_ends_an_install_of_several() {
    let stage = old("0.48.2", CUDA);
    let machine = runner();
    let overrides = Overrides::default();
    let at = Situation {
        lock: Some(&stage.lock),
        machine: &machine,
        overrides: &overrides,
        installed: None,
    };
    let all = predict_all(&stage.views(), &at, Usage::Locked);
    let tried: Vec<(&str, Outcome)> =
        all.each.iter().map(|(name, one)| (name.as_str(), one.outcome)).collect();
    assert_eq!(
        tried,
        [("default", Outcome::Ok), ("test", Outcome::Ok), ("gpu", Outcome::Error)],
        "earlier ones are kept, `mac` is not tried"
    );
    assert_eq!((all.outcome, all.skipped.len()), (Outcome::Error, 0));
}

#[test]
fn a_platform_that_is_not_declared() {
    let message = |pixi| {
        let stage = old(pixi, CUDA);
        let got = stage.plain("mac", Command::Install, None, None);
        (got.outcome, got.installs_nothing, got.message.expect("a message"))
    };
    assert_eq!(
        message("0.48.2"),
        (Outcome::Warning, true, "Not installing dependency on current platform: (linux-64) as it is not part of this project's supported platforms.".to_owned())
    );
    assert_eq!(
        message("0.55.0"),
        (Outcome::Warning, true, "Not installing dependency for (mac) on current platform: (linux-64) as it is not part of this project's supported platforms.".to_owned())
    );
    assert_eq!(
        message("0.70.0"),
        (Outcome::Error, false, "the environment 'mac' does not support 'linux-64'".to_owned())
    );
    let stage = old("0.48.2", CUDA);
    let list = stage.plain("mac", Command::List, None, None);
    assert_eq!(
        list.message.as_deref(),
        Some("No packages found in 'mac' environment for 'linux-64' platform.")
    );
    // From 0.68 on `--all` leaves it out.
    let stage = old("0.68.0", CPU);
    let (machine, overrides) = (runner(), Overrides::default());
    let at = Situation {
        lock: Some(&stage.lock),
        machine: &machine,
        overrides: &overrides,
        installed: None,
    };
    let all = predict_all(&stage.views(), &at, Usage::Locked);
    assert_eq!((all.outcome, all.skipped), (Outcome::Warning, owned(&["mac"])));
}

#[test]
fn platform_is_an_option_of_0_71() {
    let got =
        old("0.48.2", CUDA).predict("gpu", install_for("linux-64"), &Overrides::default(), None);
    assert_eq!(got.message.as_deref(), Some("unexpected argument '--platform' found"));
}

#[test]
fn glibc_counts_like_cuda() {
    let needy: &[&str] = &["x-1-0 | __glibc >=2.40,<3.0.a0"];
    let stage = old("0.48.2", needy);
    let got = stage.plain("gpu", Command::Install, None, None);
    assert_eq!(got.outcome, Outcome::Error);
    assert!(got.help.expect("help").contains("CONDA_OVERRIDE_GLIBC=2.17"), "wrong, and pixi's");
    assert_eq!(
        got.remedy.as_deref(),
        Some("set CONDA_OVERRIDE_GLIBC=2.40 for this and every later pixi command")
    );
    let newer = Overrides { glibc: Override::read(Some("2.40")), ..Overrides::default() };
    assert_eq!(stage.predict("gpu", Command::Install.into(), &newer, None).outcome, Outcome::Ok);
    let off = Overrides { glibc: Override::Off, ..Overrides::default() };
    let stage = old("0.48.2", &["x-1-0 | __glibc"]);
    assert_eq!(stage.predict("gpu", Command::Install.into(), &off, None).outcome, Outcome::Error);
}

#[test]
fn wheels_are_compared_with_the_libc() {
    let wheel = |tags: &str| format!("pypi: https://pypi.org/x-1.0-py3-none-{tags}.whl");
    let outcome = |package: &str, glibc: Option<&str>| {
        let stage = old("0.48.2", &["python-3.12.1-0", package]);
        let overrides = Overrides { glibc: Override::read(glibc), ..Overrides::default() };
        stage.predict("gpu", Command::Install.into(), &overrides, None)
    };
    for (tags, glibc, expected) in [
        ("any", None, Outcome::Ok),
        ("manylinux_2_28_x86_64", None, Outcome::Ok),
        ("manylinux_2_99_x86_64", None, Outcome::Error),
        ("manylinux_2_99_x86_64", Some("2.99"), Outcome::Ok),
        ("manylinux_2_99_x86_64.manylinux2014_x86_64", None, Outcome::Ok),
        ("manylinux2014_x86_64", Some("2.12"), Outcome::Error),
        ("musllinux_1_2_x86_64", None, Outcome::Error),
        ("manylinux_2_28_x86_64", Some(""), Outcome::Error),
    ] {
        let got = outcome(&wheel(tags), glibc);
        assert_eq!(got.outcome, expected, "{tags} {glibc:?}: {got:?}");
    }
    let got = outcome(&wheel("manylinux_2_99_x86_64"), None);
    let lead = "Cannot install environment 'gpu'\nWheel: x-1.0-py3-none-manylinux_2_99_x86_64.whl doesn't match this systems virtual capabilities for tags: ";
    assert!(got.message.expect("a message").starts_with(lead));
    let remedy = got.remedy.expect("a remedy");
    assert!(remedy.starts_with("set CONDA_OVERRIDE_GLIBC=2.99"), "{remedy}");
    let encoded = "pypi: https://x.org/torch-2.6%2Bcu126-cp312-cp312-manylinux_2_99_x86_64.whl 2.6";
    assert_eq!(outcome(encoded, None).outcome, Outcome::Ok, "pixi does not check it");
}

#[test]
fn a_declared_architecture_needs_its_own_override() {
    let text = r#"
[workspace]
channels = []
platforms = [{ name = "gpu", platform = "linux-64", cuda = { driver = "12.0", arch = "8.6" } }]
[dependencies]
pytorch = "*"
"#;
    let platform = "p1 linux-64 __cuda=12.0 __cuda_arch=8.6";
    let stage = Stage::new(text, "0.77.0", stage::lock(7, &[platform], &[("default", "p1", CUDA)]));
    let run = |overrides: &Overrides| {
        let got = stage.predict("default", Command::Run.into(), overrides, None);
        (got.outcome, got.row)
    };
    let gpu = Some("gpu".to_owned());
    assert_eq!(run(&Overrides::cuda(Some("12.0"))), (Outcome::Warning, gpu.clone()));
    let machine = runner();
    let view = View::new(&stage.manifest, "default", stage.version).expect("default");
    let both = recommended_override(&[view], Some(&stage.lock), &machine).expect("a value");
    assert_eq!(both.settings(), "CONDA_OVERRIDE_CUDA=12.0 and CONDA_OVERRIDE_CUDA_ARCH=8.6");
    assert_eq!(run(&both.overrides()), (Outcome::Ok, gpu));
}

#[test]
fn list_finds_no_packages_where_the_lock_has_no_row() {
    let text = "[workspace]\nchannels = []\nplatforms = [\"linux-64\", \"osx-arm64\"]\n[dependencies]\npython = \"*\"\n";
    let rows: &[(&str, &str, &[&str])] = &[("default", "osx-arm64", CPU)];
    for (pixi, format) in [("0.48.2", 6), ("0.77.0", 7)] {
        let stage = Stage::new(text, pixi, stage::lock(format, &["osx-arm64"], rows));
        let got = stage.plain("default", Command::List, None, None);
        assert_eq!(
            got.message.as_deref(),
            Some("No packages found in 'default' environment for 'linux-64' platform.")
        );
    }
}
