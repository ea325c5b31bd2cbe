//! Rows of real shape, framework by framework.

use diagnostics::{Severity, Source};
use pixi_workspace::lock::{Lock, read};
use pixi_workspace::{Finding, PixiVersion};

use super::{Variants, Wanted, findings};

macro_rules! fixture {
    ($name:literal) => {
        lock(include_str!(concat!(
            "../../../../crates/pixi-workspace/tests/locks/",
            $name,
            ".yaml"
        )))
    };
}

fn lock(text: &str) -> Lock {
    read(&Source::file("pixi.lock", text)).expect("a lock")
}

fn variants(lock: &Lock, environment: &str, row: &str) -> Variants {
    let environment = lock.environment(environment).expect(environment);
    let row = environment.rows.iter().find(|one| one.platform == row).expect(row);
    Variants::of(lock, row)
}

/// `pytorch=cuda@12.9 torchvision=cuda@12.9`.
fn summary(variants: &Variants) -> String {
    let one = |framework: &super::Framework| {
        let level = framework.level.as_ref().map(|level| format!("@{level}")).unwrap_or_default();
        format!("{}={}{level}", framework.name, framework.variant)
    };
    variants.frameworks.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// What a row should be: environment, row, frameworks, all of it, CUDA version.
type Expected = (&'static str, &'static str, &'static str, &'static str, Option<&'static str>);

#[track_caller]
fn check(lock: &Lock, rows: &[Expected]) {
    for (environment, row, frameworks, overall, level) in rows {
        let variants = variants(lock, environment, row);
        let mut found: Vec<_> = summary(&variants).split(' ').map(str::to_owned).collect();
        let mut expected: Vec<_> = frameworks.split(' ').map(str::to_owned).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{environment} {row}");
        assert_eq!(
            (variants.overall.word(), variants.level()),
            (*overall, *level),
            "{environment}"
        );
    }
}

#[test]
fn rows_of_conda_packages() {
    check(
        &fixture!("v7-rows"),
        &[
            ("cpu", "linux-64", "pytorch=cpu", "cpu", None),
            ("default", "linux-64", "pytorch=cpu torchvision=cpu", "cpu", None),
            ("default", "osx-arm64", "pytorch=cpu", "cpu", None),
            ("default", "p1", "pytorch=cuda@12.9 torchvision=cuda@12.9", "cuda", Some("12.9")),
            ("prod", "p1", "pytorch=cpu", "cpu", None),
        ],
    );
    check(
        &fixture!("v6-cuda"),
        &[("default", "linux-64", "pytorch=cuda@12.9", "cuda", Some("12.9"))],
    );
    check(
        &fixture!("v5-pytorch-channel"),
        &[
            (
                "default",
                "linux-64",
                "pytorch=cuda@12.1 torchvision=cuda@12.1",
                "cuda",
                Some("12.1"),
            ),
            ("cpu", "linux-64", "pytorch=cpu torchvision=cpu", "cpu", None),
        ],
    );
    check(
        &fixture!("v4-tensorflow-jax"),
        &[
            ("default", "linux-64", "tensorflow=cuda@11.2", "cuda", Some("11.8")),
            ("jax", "linux-64", "jax=cuda@11.8", "cuda", Some("11.8")),
            ("mixed", "linux-64", "jax=cpu tensorflow=cuda@11.2", "mixed", Some("11.8")),
        ],
    );
    check(
        &fixture!("v6-mixed"),
        &[
            ("default", "linux-64", "pytorch=cpu cupy=cuda@12", "mixed", Some("12.9")),
            (
                "boosting",
                "linux-64",
                "xgboost=cuda@12.9 lightgbm=cpu catboost=cuda@12.9",
                "mixed",
                Some("12.9"),
            ),
            ("toolkit", "linux-64", "pytorch=cuda@13.0", "cuda", Some("12.6")),
        ],
    );
}

#[test]
fn rows_with_wheels() {
    check(
        &fixture!("v6-pypi"),
        &[
            ("default", "linux-64", "pytorch=cuda@12.4", "cuda", Some("12.4")),
            ("plain", "linux-64", "pytorch=cuda@12.8", "cuda", Some("12.8")),
            ("cu13", "linux-64", "pytorch=cuda@13.0", "cuda", Some("13.0")),
            ("cpu", "linux-64", "pytorch=cpu", "cpu", None),
            ("rocm", "linux-64", "pytorch=rocm", "cpu", None),
            ("jax", "linux-64", "jax=cuda@12.8", "cuda", Some("12.8")),
            ("jax-cpu", "linux-64", "jax=cpu", "cpu", None),
            ("tf", "linux-64", "tensorflow=capable", "cpu", None),
            ("tf-cuda", "linux-64", "tensorflow=cuda@12.8", "cuda", Some("12.8")),
            ("onnx", "linux-64", "onnxruntime=cpu", "cpu", None),
            ("onnx-gpu", "linux-64", "onnxruntime=cuda", "cuda", None),
        ],
    );
    check(&fixture!("v7-pypi"), &[("default", "p1", "pytorch=cuda@12.8", "cuda", Some("12.8"))]);
}

#[test]
fn the_top_package_is_the_one_to_update() {
    let tops = |lock: &Lock, environment, row| -> Vec<String> {
        variants(lock, environment, row)
            .frameworks
            .iter()
            .map(|one| one.top_package.clone())
            .collect()
    };
    assert_eq!(tops(&fixture!("v7-rows"), "default", "p1"), ["pytorch", "torchvision"]);
    assert_eq!(tops(&fixture!("v4-tensorflow-jax"), "mixed", "linux-64"), ["jaxlib", "tensorflow"]);
    assert_eq!(tops(&fixture!("v6-mixed"), "default", "linux-64"), ["pytorch", "cupy"]);
    assert_eq!(tops(&fixture!("v6-pypi"), "jax", "linux-64"), ["jax"]);
}

#[test]
fn who_asks_for_a_driver() {
    let asks = |asks: &[super::Asks]| -> Vec<String> {
        asks.iter().map(|one| format!("{}: {}", one.package, one.spec)).collect()
    };
    let cuda = variants(&fixture!("v7-rows"), "default", "p1");
    assert_eq!(asks(&cuda.depends), ["libtorch: __cuda", "pytorch: __cuda", "torchvision: __cuda"]);
    assert_eq!(asks(&cuda.constrains), ["cuda-version: __cuda >=12"]);
    let mixed = variants(&fixture!("v6-mixed"), "default", "linux-64");
    assert_eq!(asks(&mixed.depends), [""; 0]);
    assert_eq!(
        asks(&mixed.constrains),
        ["cuda-version: __cuda >=12", "ffmpeg: __cuda  >=12.8", "cupy-core: __cuda >=12.0"]
    );
    assert_eq!(asks(&variants(&fixture!("v6-pypi"), "plain", "linux-64").depends), [""; 0]);
}

/// One package in a lock of format 6, with what it depends on.
fn single(packages: &[(&str, &str, &str)], subdir: &str) -> Variants {
    use std::fmt::Write as _;
    let mut rows = String::new();
    let mut entries = String::new();
    for (name, build, depends) in packages {
        let url = format!("https://c/{subdir}/{name}-1.0-{build}.conda");
        let _ = writeln!(rows, "      - conda: {url}");
        let _ = writeln!(entries, "- conda: {url}\n  depends:\n  - {depends}");
    }
    let text = format!(
        "version: 6\nenvironments:\n  default:\n    channels: []\n    packages:\n      {subdir}:\n{rows}packages:\n{entries}"
    );
    variants(&lock(&text), "default", subdir)
}

#[test]
fn builds_that_say_nothing_are_judged_by_their_company() {
    for (packages, subdir, expected) in [
        (&[("pytorch", "py312h0_0", "__cuda")][..], "linux-64", "pytorch=cuda"),
        (
            &[("pytorch", "py312h0_0", "python"), ("pytorch-mutex", "cuda", "x")],
            "linux-64",
            "pytorch=cuda",
        ),
        (
            &[("pytorch", "py312h0_0", "python"), ("pytorch-cpu", "py312h0_0", "x")],
            "linux-64",
            "pytorch=cpu",
        ),
        (&[("pytorch", "py312h0_0", "python")], "osx-arm64", "pytorch=cpu"),
        (&[("jaxlib", "py312h0_0", "python")], "linux-64", "jax=cpu"),
        (&[("tensorflow-gpu", "h0_0", "python")], "linux-64", "tensorflow=cuda"),
        (&[("cudf", "cuda12_py312_0", "python")], "linux-64", "cudf=cuda@12"),
        (&[("rmm", "py312_0", "cuda-version >=13,<14.0a0")], "linux-64", "rmm=cuda@13"),
        (&[("kaldi", "cuda129_h0_1", "__cuda")], "linux-64", "kaldi=cuda@12.9"),
        (&[("kaldi", "cpu_h0_1", "libgcc")], "linux-64", ""),
        (&[("numpy", "cuda_like_0", "libgcc")], "linux-64", ""),
    ] {
        assert_eq!(summary(&single(packages, subdir)), expected, "{packages:?}");
    }
}

fn judged(lock: &Lock, environment: &str, row: &str, declared: Option<&str>) -> Vec<Finding> {
    judge(lock, environment, row, declared, false, false)
}

fn judge(
    lock: &Lock,
    environment: &str,
    row: &str,
    declared: Option<&str>,
    required: bool,
    cpu_allowed: bool,
) -> Vec<Finding> {
    let wanted = Wanted {
        lock,
        row,
        environment,
        platform: "gpu-box",
        declared,
        required,
        cpu_allowed,
        version: PixiVersion::new(0, 77, 0),
    };
    findings(&variants(lock, environment, row), &wanted)
}

fn remedy(findings: &[Finding]) -> &str {
    findings[0].remedy.as_deref().unwrap_or_default()
}

#[test]
fn declared_cuda_with_cpu_builds_is_an_error_with_the_right_package() {
    let lock = fixture!("v7-rows");
    let found = judged(&lock, "prod", "p1", Some("12.1"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].code, found[0].severity), ("cuda/cpu-locked", Severity::Error));
    assert_eq!(
        found[0].message,
        "`prod` declares cuda 12.1, but the lock has pytorch 2.9.1 as CPU builds for gpu-box"
    );
    assert_eq!(remedy(&found), "run `pixi update pytorch` and commit the lock");
    assert!(found[0].notes.iter().any(|note| note.contains("solved with `__cuda=12.1`")));
    assert!(found[0].notes.iter().any(|note| note.contains("`cuda-version` is locked beside")));
    assert_eq!(found[0].platform.as_deref(), Some("gpu-box"));
    let (source, span) = found[0].place.as_ref().expect("a place");
    let place = source.contents().get(span.clone()).expect("a place in the text");
    assert!(place.contains("/pytorch-2.9.1-cpu_mkl"));
    for silent in [
        judged(&lock, "default", "p1", Some("12.1")),
        judged(&lock, "cpu", "linux-64", None),
        judged(&lock, "default", "osx-arm64", Some("12.1")),
        judge(&lock, "prod", "p1", Some("12.1"), false, true),
    ] {
        assert_eq!(silent, []);
    }
}

#[test]
fn the_remedy_fits_where_the_framework_comes_from() {
    let v6 = fixture!("v6-cpu");
    let found = judged(&v6, "prod", "linux-64", Some("12.1"));
    assert!(found[0].notes.iter().any(|note| note.starts_with("format 6 does not record")));
    let pypi = fixture!("v6-pypi");
    let channel = fixture!("v5-pytorch-channel");
    for (found, expected) in [
        (judged(&pypi, "cpu", "linux-64", Some("12.8")), "https://download.pytorch.org/whl/cu128"),
        (judged(&pypi, "cpu", "linux-64", Some("12.5")), "whl/cu124"),
        (judged(&pypi, "jax-cpu", "linux-64", Some("13.0")), "--pypi \"jax[cuda13]\""),
        (judged(&pypi, "tf", "linux-64", Some("12.8")), "tensorflow[and-cuda]"),
        (judged(&pypi, "onnx", "linux-64", Some("12")), "onnxruntime-gpu"),
        (judged(&channel, "cpu", "linux-64", Some("12")), "remove `cpuonly`"),
        (judge(&v6, "prod", "linux-64", None, true, false), "declare `cuda` for `prod`"),
    ] {
        assert_eq!(found[0].code, "cuda/cpu-locked");
        assert!(remedy(&found).contains(expected), "{found:?}");
    }
    // What is no CUDA framework in the first place, or only capable of it, is a warning.
    let severity = |environment| judged(&pypi, environment, "linux-64", Some("12"))[0].severity;
    assert_eq!(
        [severity("onnx"), severity("tf"), severity("cpu")],
        [Severity::Warning, Severity::Warning, Severity::Error]
    );
}

#[test]
fn a_declaration_below_what_is_needed_is_raised_first() {
    let lock = fixture!("v7-rows");
    let found = judged(&lock, "prod", "p1", Some("11.8"));
    assert_eq!(
        remedy(&found),
        "declare `cuda = \"12.0\"` instead of `11.8`, then run `pixi update pytorch`"
    );
}

#[test]
fn what_must_be_cuda_has_to_be_there() {
    let text = include_str!("../../../../crates/pixi-workspace/tests/locks/v6-cpu.yaml");
    let without = text.replace("pytorch", "textlib").replace("libtorch", "lib");
    let found = judge(&lock(&without), "prod", "linux-64", None, true, false);
    assert_eq!(found[0].code, "cuda/none-locked");
}

#[test]
fn mixtures_and_levels_that_do_not_fit() {
    let mixed = fixture!("v6-mixed");
    let codes = |found: &[Finding]| -> Vec<&str> { found.iter().map(|one| one.code).collect() };
    let found = judged(&mixed, "default", "linux-64", Some("12.9"));
    assert_eq!(codes(&found), ["cuda/mixed"]);
    assert!(
        found[0].message.contains("CUDA builds of cupy 13.6.0 beside CPU builds of pytorch 2.9.1")
    );
    assert_eq!(remedy(&found), "run `pixi update pytorch` and commit the lock");
    assert_eq!(found[0].severity, Severity::Warning);
    // Nobody asked for CUDA.
    let found = judged(&mixed, "default", "linux-64", None);
    assert_eq!((codes(&found), found[0].severity), (vec!["cuda/mixed"], Severity::Notice));
    let found = judged(&mixed, "toolkit", "linux-64", Some("12.6"));
    assert_eq!(codes(&found), ["cuda/level-mismatch", "cuda/declared-too-low"]);
    assert_eq!(
        found[0].message,
        "conda brings CUDA 12.6 (`cuda-version`), and `torch` 2.9.1 is built for CUDA 13.0"
    );
    assert!(remedy(&found).contains("whl/cu126"));
    assert_eq!(found[1].remedy.as_deref(), Some("declare `cuda = \"13.0\"`"));
    for environment in ["default", "plain", "jax", "tf-cuda"] {
        let found = judged(&fixture!("v6-pypi"), environment, "linux-64", Some("12.8"));
        assert_eq!(found, [], "{environment}");
    }
}

/// An environment `odd` of wheels: `name-version`.
fn wheels(subdir: &str, wheels: &[&str]) -> Lock {
    let urls: Vec<String> = wheels
        .iter()
        .map(|wheel| format!("https://files.example.org/{wheel}-cp312-cp312-linux.whl"))
        .collect();
    let mut text = format!(
        "version: 6\nenvironments:\n  odd:\n    channels: []\n    packages:\n      {subdir}:\n"
    );
    text.extend(urls.iter().map(|url| format!("      - pypi: {url}\n")));
    text.push_str("packages:\n");
    text.extend(urls.iter().zip(wheels).map(|(url, wheel)| {
        let (name, version) = wheel.split_once('-').expect("name and version");
        format!("- pypi: {url}\n  name: {name}\n  version: {version}\n")
    }));
    lock(&text)
}

#[test]
fn wheels_of_both_kinds() {
    let torch = "torch-2.9.1+cu130";
    let with = |subdir: &str, other: &str, declared| {
        judged(&wheels(subdir, &[torch, other]), "odd", subdir, declared)
    };
    // `pixi update` and a declaration do nothing for wheels.
    let jax = with("linux-64", "jaxlib-0.7.1", None);
    assert_eq!(remedy(&jax), "run `pixi add --platform gpu-box --pypi \"jax[cuda13]\"`");
    assert_eq!(jax[0].severity, Severity::Notice);
    assert_eq!(with("linux-64", "jaxlib-0.7.1", Some("13"))[0].severity, Severity::Warning);
    let onnx = with("linux-64", "onnxruntime-1.24.4", Some("13"));
    assert!(remedy(&onnx).contains("onnxruntime-gpu"));
    assert_eq!(onnx[0].severity, Severity::Notice);
    let none = with("linux-aarch64", "onnxruntime-1.24.4", Some("13"));
    assert_eq!(none, [], "there is no `onnxruntime-gpu` for it");
}

#[test]
fn torch_and_torchvision_come_from_one_index() {
    let text = include_str!("../../../../crates/pixi-workspace/tests/locks/v6-pypi.yaml");
    let url = "https://download.pytorch.org/whl/cpu/torchvision-0.21.0%2Bcpu-cp312-cp312-linux_x86_64.whl";
    let (before, after) = text.split_once("  jax:\n").expect("an environment");
    let text = format!(
        "{before}  odd:\n    channels: []\n    packages:\n      linux-64:\n      - pypi: https://download.pytorch.org/whl/cu124/torch-2.6.0%2Bcu124-cp312-cp312-linux_x86_64.whl{}\n      - pypi: {url}\n  jax:\n{after}- pypi: {url}\n  name: torchvision\n  version: 0.21.0+cpu\n",
        text.split_once("linux_x86_64.whl")
            .and_then(|(_, rest)| rest.lines().next())
            .expect("a fragment"),
    );
    let found = judged(&lock(&text), "odd", "linux-64", None);
    let codes: Vec<_> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["cuda/mixed", "cuda/level-mismatch"]);
}
