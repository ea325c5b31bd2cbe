//! Locks in the shape of conda-forge's.

use diagnostics::Source;

use super::*;

macro_rules! fixture {
    ($name:literal) => {{
        let text = include_str!(concat!("../../../tests/locks/", $name, ".yaml"));
        crate::lock::read(&Source::file("pixi.lock", text)).expect($name)
    }};
}

const TABLES: &str = r#"
[workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]
[system-requirements]
cuda = "12.1"
[dependencies]
pytorch = "*"
[environments]
prod = []
"#;

const ROWS: &str = r#"
[workspace]
channels = ["conda-forge"]
platforms = [{ platform = "linux-64", cuda = "12.1" }, "linux-64", "osx-arm64"]
[dependencies]
pytorch = "*"
[feature.cpu]
platforms = ["linux-64"]
[feature.gpu]
platforms = ["linux-64-cuda-12-1"]
[environments]
cpu = ["cpu"]
prod = ["gpu"]
"#;

/// The row that `install` takes with an override, or `error`.
fn taken(text: &str, pixi: &str, lock: &Lock, environment: &str, cuda: Option<&str>) -> String {
    let version = stage::version(pixi);
    let manifest = stage::manifest(text, version);
    let view = View::new(&manifest, environment, version).expect(environment);
    let (machine, overrides) = (runner(), Overrides::cuda(cuda));
    let at =
        Situation { lock: Some(lock), machine: &machine, overrides: &overrides, installed: None };
    let got = predict(&view, &at, Command::Install);
    got.row.unwrap_or_else(|| word(got.outcome).to_owned())
}

fn need(text: &str, pixi: &str, lock: &Lock, environment: &str) -> Need {
    let version = stage::version(pixi);
    let manifest = stage::manifest(text, version);
    let view = View::new(&manifest, environment, version).expect(environment);
    override_needed(&view, Some(lock), &runner())
}

#[test]
fn a_cuda_lock_of_format_6() {
    let lock = fixture!("v6-cuda");
    assert_eq!(taken(TABLES, "0.48.2", &lock, "prod", None), "error");
    assert_eq!(taken(TABLES, "0.48.2", &lock, "prod", Some("11.8")), "linux-64");
    assert_eq!(taken(TABLES, "0.77.0", &lock, "prod", None), "error");
    assert_eq!(taken(TABLES, "0.77.0", &lock, "prod", Some("12.1")), "linux-64-cuda-12-1");
    for pixi in ["0.48.2", "0.77.0"] {
        let Need::Yes(recommended) = need(TABLES, pixi, &lock, "prod") else { panic!("needed") };
        assert_eq!(recommended.settings(), "CONDA_OVERRIDE_CUDA=12.1");
        let reasons: Vec<String> = recommended.reasons.iter().map(ToString::to_string).collect();
        assert_eq!(reasons[0], "environment 'prod' declares cuda 12.1");
        assert!(reasons.contains(&"libtorch depends on __cuda".to_owned()), "{reasons:?}");
        assert!(reasons.contains(&"cuda-version 12.9 is locked".to_owned()), "{reasons:?}");
    }
}

#[test]
fn a_cpu_lock_of_format_6_needs_nothing_whatever_is_declared() {
    let lock = fixture!("v6-cpu");
    for pixi in ["0.48.2", "0.77.0"] {
        assert_eq!(need(TABLES, pixi, &lock, "default"), Need::No);
    }
    assert_eq!(taken(TABLES, "0.77.0", &lock, "default", None), "linux-64-cuda-12-1");
}

#[test]
fn rows_of_format_7() {
    let lock = fixture!("v7-rows");
    for (environment, without, with) in [
        ("default", "linux-64", "linux-64-cuda-12-1"),
        ("cpu", "linux-64", "linux-64"),
        // CPU builds in the row for CUDA, as an upgrade from format 6 leaves them.
        ("prod", "linux-64-cuda-12-1", "linux-64-cuda-12-1"),
    ] {
        assert_eq!(taken(ROWS, "0.77.0", &lock, environment, None), without, "{environment}");
        assert_eq!(taken(ROWS, "0.77.0", &lock, environment, Some("12.1")), with, "{environment}");
    }
    assert_eq!(need(ROWS, "0.77.0", &lock, "cpu"), Need::No);
    assert_eq!(need(ROWS, "0.77.0", &lock, "prod"), Need::No);
    let Need::Switches { without, with, .. } = need(ROWS, "0.77.0", &lock, "default") else {
        panic!("it switches")
    };
    assert_eq!((without.as_str(), with.as_str()), ("linux-64", "linux-64-cuda-12-1"));
}

#[test]
fn a_lock_of_0_68_serves_the_row_that_0_71_makes_of_the_tables() {
    let lock = fixture!("v7-bare");
    assert_eq!(taken(TABLES, "0.77.0", &lock, "default", Some("12.1")), "linux-64-cuda-12-1");
    assert_eq!(taken(TABLES, "0.68.0", &lock, "default", Some("12.1")), "linux-64");
}
