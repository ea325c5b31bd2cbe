use super::*;

const BARE_FIRST: &str = r#"
[workspace]
channels = ["conda-forge"]
platforms = ["linux-64", { platform = "linux-64", cuda = "12.0" }]
[dependencies]
pytorch = "*"
"#;

#[test]
fn a_cuda_row_behind_a_bare_one_is_never_taken() {
    let stage = Stage::new("0.77.0", BARE_FIRST);
    let finding = only(stage.of("cuda/row-unreachable"));
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(
        finding.message,
        "platform `linux-64-cuda-12-0` is never taken in `default`: `linux-64` stands before it and fits every machine that it fits"
    );
    assert_eq!(pointed(&finding), "{ platform = \"linux-64\", cuda = \"12.0\" }");
    assert_eq!(
        finding.remedy.as_deref(),
        Some("put `linux-64-cuda-12-0` before `linux-64` in `platforms`; the lock stays as it is")
    );
}

#[test]
fn a_row_without_anything_of_cuda_may_stand_anywhere() {
    let stage = |packages: &[&str]| {
        let platforms = &["linux-64 linux-64", "p1 linux-64 __cuda=12.0"];
        let plain: &[&str] = &["python-3.12.1-0"];
        let rows = &[("default", "linux-64", plain), ("default", "p1", packages)];
        Stage::new("0.77.0", BARE_FIRST).locked(7, platforms, rows)
    };
    let plain = stage(&["python-3.12.1-0"]);
    assert_eq!(plain.of("cuda/row-unreachable"), []);
    assert_eq!(plain.of("cuda/unneeded"), [], "the plain row is there for every machine");
    only(stage(CUDA).of("cuda/row-unreachable"));
}

#[test]
fn which_orders_hide_a_row() {
    for (platforms, hidden) in [
        (r#"[{ platform = "linux-64", cuda = "12.0" }, "linux-64"]"#, None),
        (
            r#"[{ platform = "linux-64", cuda = "12.0" }, { platform = "linux-64", cuda = "13.0" }]"#,
            Some("linux-64-cuda-13-0"),
        ),
        (
            r#"[{ platform = "linux-64", cuda = "13.0" }, { platform = "linux-64", cuda = "12.0" }]"#,
            None,
        ),
        // Each asks for something the other does not.
        (
            r#"[{ platform = "linux-64", cuda = "12.0" }, { platform = "linux-64", glibc = "2.34" }]"#,
            None,
        ),
        (r#"["linux-aarch64", { platform = "linux-64", cuda = "12.0" }]"#, None),
        // A default written out is no demand.
        (
            r#"[{ name = "a", platform = "linux-64", glibc = "2.28" }, { name = "b", platform = "linux-64", cuda = "12.0" }]"#,
            Some("b"),
        ),
    ] {
        let text = format!("[workspace]\nchannels = []\nplatforms = {platforms}\n");
        let found = Stage::new("0.77.0", &text).of("cuda/row-unreachable");
        let rows: Vec<&str> = found.iter().filter_map(|one| one.platform.as_deref()).collect();
        assert_eq!(rows, hidden.into_iter().collect::<Vec<_>>(), "{platforms}");
    }
}

#[test]
fn a_row_that_another_environment_takes_is_a_notice() {
    let text = format!(
        "{BARE_FIRST}[feature.gpu]\nplatforms = [\"linux-64-cuda-12-0\"]\n[environments]\ngpu = [\"gpu\"]\n"
    );
    let finding = only(Stage::new("0.77.0", &text).of("cuda/row-unreachable"));
    assert_eq!(finding.severity, Severity::Notice);
    assert_eq!(finding.environment.as_deref(), Some("default"));
}

#[test]
fn a_row_that_the_lock_does_not_have() {
    let text = r#"
[workspace]
channels = ["conda-forge"]
platforms = [{ platform = "linux-64", cuda = "12.8" }]
[dependencies]
pytorch = "*"
"#;
    let mut stage = Stage::new("0.77.0", text).locked(
        7,
        &["p1 linux-64 __cuda=12.1"],
        &[("default", "p1", CUDA)],
    );
    let finding = only(stage.of("lock/row-missing"));
    assert_eq!(finding.severity, Severity::Warning, "with --locked pixi says so itself");
    stage.usage = Usage::Frozen;
    let finding = only(stage.of("lock/row-missing"));
    assert_eq!(finding.severity, Severity::Error, "with --frozen it does not");
    assert_eq!(
        finding.message,
        "the lock has no packages of environment `default` for platform `linux-64-cuda-12-8` (linux-64 with __cuda=12.8)"
    );
    assert_eq!(finding.notes[0], "row `p1` of the lock was solved with __cuda=12.1");
    assert!(finding.notes[1].contains("a plain `pixi lock` takes the CUDA builds"));
    assert!(
        finding.prevents.expect("pixi's words").contains("exit 0, and the environment is empty")
    );
    // Not the row of this machine, or not installed: no error.
    stage.requested.clear();
    assert_eq!(only(stage.of("lock/row-missing")).severity, Severity::Warning);
    // An environment without dependencies has no packages anyway.
    let empty = text.replace("[dependencies]\npytorch = \"*\"", "[tasks]");
    let stage =
        Stage::new("0.77.0", &empty).locked(7, &["linux-64"], &[("default", "linux-64", CPU)]);
    assert_eq!(stage.of("lock/row-missing"), []);
}

#[test]
fn install_all_leaves_environments_out() {
    let text = r#"
[workspace]
channels = ["conda-forge"]
platforms = [{ name = "gpu", platform = "linux-64", cuda = "12.1" }, "linux-64"]
[dependencies]
pytorch = "*"
[feature.gpu]
platforms = ["gpu"]
[feature.cpu]
platforms = ["linux-64"]
[environments]
default = ["cpu"]
gpu = ["gpu"]
"#;
    let stage = Stage::new("0.77.0", text).locked(
        7,
        &["linux-64", "p1 linux-64 __cuda=12.1"],
        &[("default", "linux-64", CPU), ("gpu", "p1", CUDA)],
    );
    let skipped = |value: Option<&str>| {
        stage.with(|case| skipped_by_all(case, &pixi_workspace::Overrides::cuda(value)))
    };
    let finding = skipped(None).expect("gpu is skipped");
    assert_eq!(
        finding.message,
        "`pixi install --all` leaves `gpu` out on this machine, and ends with 0"
    );
    assert_eq!(finding.remedy.as_deref(), Some("set CONDA_OVERRIDE_CUDA=12.1 for it"));
    assert_eq!(
        finding.prevents.as_deref(),
        Some("Skipping environment(s) that do not support the current platform: gpu")
    );
    assert!(skipped(Some("11.8")).is_some(), "no fallback for --all");
    assert_eq!(skipped(Some("12.1")), None);
}

const GROUP: &str = r#"
[workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]
[dependencies]
pytorch = "*"
[feature.gpu.system-requirements]
cuda = "12.1"
[environments]
train = { features = ["gpu"], solve-group = "g" }
test = { features = [], solve-group = "g" }
prod = { features = [], solve-group = "g" }
lint = []
"#;

#[test]
fn before_0_71_cuda_leaks_through_a_solve_group() {
    let rows: &[(&str, &str, &[&str])] = &[
        ("default", "linux-64", CPU),
        ("lint", "linux-64", CPU),
        ("prod", "linux-64", CUDA),
        ("test", "linux-64", CUDA),
        ("train", "linux-64", CUDA),
    ];
    let stage = Stage::new("0.48.2", GROUP).locked(6, &[], rows);
    let found = stage.of("cuda/solve-group-leak");
    let environments: Vec<&str> =
        found.iter().filter_map(|one| one.environment.as_deref()).collect();
    assert_eq!(environments, ["test", "prod"], "outside the group nothing leaks");
    assert_eq!(
        found[0].message,
        "`test` is solved with cuda 12.1 of `train`: they share solve-group `g`"
    );
    assert_eq!(pointed(&found[0]), "\"g\"");
    let said = found[0].prevents.as_deref().expect("pixi's words");
    assert!(
        said.starts_with("Cannot install environment 'test'\nVirtual package '__cuda'"),
        "{said}"
    );
    assert_eq!(Stage::new("0.77.0", GROUP).of("cuda/solve-group-leak"), []);
    let severities = |packages: &[&str]| -> Vec<Severity> {
        let rows: &[(&str, &str, &[&str])] =
            &[("prod", "linux-64", packages), ("test", "linux-64", packages)];
        let stage = Stage::new("0.48.2", GROUP).locked(6, &[], rows);
        stage.of("cuda/solve-group-leak").iter().map(|one| one.severity).collect()
    };
    assert_eq!(severities(CUDA), [Severity::Warning; 2]);
    assert_eq!(severities(&["python-3.12.1-0"]), [Severity::Notice; 2]);
}

#[test]
fn a_declaration_that_a_locked_package_excludes() {
    let text = "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n[system-requirements]\ncuda = \"11.8\"\n[dependencies]\npytorch = \"*\"\n";
    let stage = Stage::new("0.77.0", text).locked(
        6,
        &[],
        &[(
            "default",
            "linux-64",
            &["libtorch-2.9.1-cuda_1 | __cuda", "cuda-version-12.9-h_3 | | __cuda >=12"],
        )],
    );
    let finding = only(stage.of("cuda/declared-excluded"));
    assert_eq!(
        finding.message,
        "`default` declares cuda 11.8, and the locked `cuda-version` allows `__cuda >=12` only"
    );
    assert_eq!(pointed(&finding), "\"11.8\"");
    assert_eq!(finding.remedy.as_deref(), Some("declare `cuda = \"12.0\"`, then run `pixi lock`"));
    let higher = text.replace("11.8", "12.4");
    let rows: &[(&str, &str, &[&str])] =
        &[("default", "linux-64", &["cuda-version-12.9-h_3 | | __cuda >=12"])];
    assert_eq!(Stage::new("0.77.0", &higher).locked(6, &[], rows).of("cuda/declared-excluded"), []);
}

#[test]
fn a_declaration_below_the_cuda_version_that_is_asked_for() {
    let text = "[workspace]\nchannels = []\nplatforms = [{ platform = \"linux-64\", cuda = \"11.8\" }]\n[dependencies]\ncuda-version = \"12.*\"\n";
    let finding = only(Stage::new("0.77.0", text).of("cuda/declared-excluded"));
    assert_eq!(
        finding.message,
        "`default` declares cuda 11.8 and asks for cuda-version 12.*, which needs `__cuda >=12`"
    );
    assert_eq!(
        Stage::new("0.77.0", &text.replace("11.8", "12.0")).of("cuda/declared-excluded"),
        []
    );
}

#[test]
fn a_cuda_feature_for_every_platform() {
    let text = r#"
[workspace]
channels = ["conda-forge"]
platforms = ["linux-64", "osx-arm64"]
[feature.gpu]
system-requirements = { cuda = "12" }
[feature.gpu.dependencies]
pytorch = { version = "*", build = "*cuda*" }
[environments]
gpu = ["gpu"]
also = ["gpu"]
"#;
    let stage = Stage::new("0.48.2", text);
    let finding = only(stage.of("cuda/every-platform"));
    assert_eq!(pointed(&finding), "pytorch");
    assert_eq!(
        finding.remedy.as_deref(),
        Some("add `platforms = [\"linux-64\"]` to `[feature.gpu]`")
    );
    let limited = text.replace("[feature.gpu]\n", "[feature.gpu]\nplatforms = [\"linux-64\"]\n");
    assert_eq!(Stage::new("0.48.2", &limited).of("cuda/every-platform"), []);
    let rows: &[(&str, &str, &[&str])] = &[("also", "osx-arm64", CPU), ("gpu", "osx-arm64", CPU)];
    assert_eq!(
        stage.locked(6, &[], rows).of("cuda/every-platform"),
        [],
        "what is locked was solved"
    );
}

#[test]
fn a_declaration_that_nothing_needs() {
    let text = "[workspace]\nchannels = []\nplatforms = [{ platform = \"linux-64\", cuda = \"12.1\" }]\n[dependencies]\npython = \"*\"\n";
    let found = |packages: &[&str]| {
        Stage::new("0.77.0", text)
            .locked(7, &["p1 linux-64 __cuda=12.1"], &[("default", "p1", packages)])
            .of("cuda/unneeded")
    };
    let finding = only(found(&["python-3.12.1-0", "numpy-2.0-0"]));
    assert_eq!(finding.severity, Severity::Notice);
    assert_eq!(
        finding.message,
        "`default` declares cuda 12.1, and nothing that is locked for it asks for CUDA"
    );
    for packages in [
        CUDA,
        &["cupy-core-13.6.0-py_0 | numpy | __cuda >=12"],
        &["cuda-nvcc-12.9-0"],
        // A CPU build of a framework is a finding of its own.
        &["pytorch-2.9.1-cpu_mkl_py312_h1_102"],
        &["xgboost-3.0-cuda129_0"],
    ] {
        assert_eq!(found(packages), [], "{packages:?}");
    }
}

#[test]
fn cuda_declared_over_a_cpu_lock_that_records_its_rows() {
    let text = "[workspace]\nchannels = []\nplatforms = [{ platform = \"linux-64\", cuda = \"12.1\" }]\n[dependencies]\npytorch = \"*\"\n";
    let rows: &[(&str, &str, &[&str])] =
        &[("default", "linux-64", &["pytorch-2.9.1-cpu_mkl_py312_h1_102"])];
    let finding =
        only(Stage::new("0.77.0", text).locked(7, &["linux-64"], rows).of("lock/row-missing"));
    assert_eq!(
        finding.notes,
        [
            "row `linux-64` of the lock was solved with no cuda",
            "row `linux-64` holds the CPU builds of pytorch 2.9.1",
            "the lock records what each row was solved with, so a plain `pixi lock` takes the CUDA builds",
        ]
    );
}
