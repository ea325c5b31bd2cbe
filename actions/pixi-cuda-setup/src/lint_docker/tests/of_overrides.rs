//! `CONDA_OVERRIDE_CUDA`.

use super::*;

fn with(pixi: &str, rest: &str) -> String {
    format!(
        "FROM ghcr.io/prefix-dev/pixi:{pixi}-noble-cuda-12.9.1 AS build\nWORKDIR /app\nCOPY pixi.toml pixi.lock ./\n{rest}"
    )
}

#[test]
fn a_build_without_a_driver_needs_one() {
    let code = "docker/override-missing";
    for pixi in ["0.48.2", "0.77.0"] {
        let text = with(pixi, "RUN pixi install --locked -e prod\nRUN pixi run -e prod x\n");
        let found = only(Bench::new().of(code, &text));
        assert_eq!((line(&found), found.severity), (4, Severity::Error), "{pixi}");
        assert!(found.prevents.as_deref().unwrap().contains("__cuda"), "{pixi}");
        assert_eq!(remedy(&found), "write `ARG CONDA_OVERRIDE_CUDA=12.1` above this line");
        let repaired = with(
            pixi,
            "ARG CONDA_OVERRIDE_CUDA=12.1\nRUN pixi install --locked -e prod\nRUN pixi run -e prod x\n",
        );
        assert_eq!(Bench::new().of(code, &repaired), [], "{pixi}");
    }
}

#[test]
fn what_the_base_has_installed_is_not_known() {
    let code = "docker/override-missing";
    let run = "RUN pixi run --manifest-path /workspace -e prod x\n";
    for base in ["ARG BASE=team/trainer:1\nFROM $BASE\n", "FROM team/trainer:1\n"] {
        assert_eq!(Bench::new().of(code, &format!("{base}{run}")), [], "{base}");
        let copied = format!("{base}WORKDIR /workspace\nCOPY pixi.toml pixi.lock ./\n{run}");
        only(Bench::new().of(code, &copied));
    }
}

#[test]
fn every_way_of_setting_it_counts() {
    let code = "docker/override-missing";
    let set = [
        "ENV CONDA_OVERRIDE_CUDA=12.1\nRUN pixi install --locked -e prod\n",
        "ARG CONDA_OVERRIDE_CUDA\nRUN pixi install --locked -e prod\n",
        "ARG CUDA=12.1\nENV CONDA_OVERRIDE_CUDA=${CUDA}\nRUN pixi install --locked -e prod\n",
        "RUN CONDA_OVERRIDE_CUDA=12.1 pixi install --locked -e prod\n",
        "RUN export CONDA_OVERRIDE_CUDA=12.1 && pixi install --locked -e prod\n",
        "RUN env CONDA_OVERRIDE_CUDA=12.1 pixi install --locked -e prod\n",
        "RUN bash -c 'CONDA_OVERRIDE_CUDA=12.1 pixi install --locked -e prod'\n",
        "RUN <<E\nexport CONDA_OVERRIDE_CUDA=12.1\npixi install --locked -e prod\nE\n",
        "RUN [\"env\", \"CONDA_OVERRIDE_CUDA=12.1\", \"pixi\", \"install\", \"--locked\", \"-e\", \"prod\"]\n",
        "ENV CONDA_OVERRIDE_CUDA=12.1\nFROM build\nRUN pixi install --locked -e prod\n",
    ];
    for rest in set {
        assert_eq!(Bench::new().of(code, &with("0.77.0", rest)), [], "{rest}");
    }
    let unset = [
        "RUN CONDA_OVERRIDE_CUDA=12.1 true && pixi install --locked -e prod\n",
        "RUN CONDA_OVERRIDE_CUDA=12.1; pixi install --locked -e prod\n",
        "RUN (export CONDA_OVERRIDE_CUDA=12.1); pixi install --locked -e prod\n",
        "ENV CONDA_OVERRIDE_CUDA=12.1\nRUN unset CONDA_OVERRIDE_CUDA && pixi install --locked -e prod\n",
        "ENV CONDA_OVERRIDE_CUDA=12.1\nRUN CONDA_OVERRIDE_CUDA= pixi install --locked -e prod\n",
        "ENV CONDA_OVERRIDE_CUDA=12.1\nFROM ghcr.io/prefix-dev/pixi:0.77.0\nRUN pixi install --locked -e prod\n",
        "RUN pixi shell-hook -e prod --locked\n",
        "RUN pixi install --locked -e prod\nARG CONDA_OVERRIDE_CUDA=12.1\n",
    ];
    for rest in unset {
        assert_eq!(Bench::new().of(code, &with("0.77.0", rest)).len(), 1, "{rest}");
    }
}

#[test]
fn later_runs_need_it_again_from_0_71_on() {
    let code = "docker/override-missing";
    let rest = "RUN CONDA_OVERRIDE_CUDA=12.9 pixi install --locked -e prod\nRUN pixi run --locked -e prod x\n";
    assert_eq!(Bench::new().of(code, &with("0.48.2", rest)), []);
    assert_eq!(line(&only(Bench::new().of(code, &with("0.77.0", rest)))), 5);
    let as_is = rest.replace("run --locked", "run --as-is");
    assert_eq!(Bench::new().of(code, &with("0.77.0", &as_is)), []);
}

#[test]
fn cpu_builds_need_none() {
    let mut bench = Bench::new();
    bench.lock = Some(lock_6(&[("default", CPU), ("prod", CPU)]));
    bench.levels = vec![level("default", None), level("prod", None)];
    assert_eq!(bench.codes(&with("0.77.0", "RUN pixi install --locked -e prod\n")), []);
}

#[test]
fn values_are_judged() {
    let cases = [
        ("none", "docker/override-word", Severity::Warning),
        ("true", "docker/override-word", Severity::Warning),
        (">=12", "docker/override-malformed", Severity::Error),
        ("12,9", "docker/override-malformed", Severity::Error),
        ("11.8", "docker/override-too-low", Severity::Warning),
        ("12", "docker/override-too-low", Severity::Warning),
    ];
    for (value, code, severity) in cases {
        let text = with(
            "0.77.0",
            &format!("ARG CONDA_OVERRIDE_CUDA=\"{value}\"\nRUN pixi install --locked -e prod\n"),
        );
        let found = Bench::new().lint(&text);
        let codes: Vec<_> = found.iter().map(|one| (one.code, one.severity)).collect();
        assert_eq!(codes, [(code, severity)], "{value}");
        assert_eq!(line(&found[0]), 4);
    }
    for value in ["12.1", "12.9", "13.0"] {
        let text = with(
            "0.77.0",
            &format!("ARG CONDA_OVERRIDE_CUDA={value}\nRUN pixi install --locked -e prod\n"),
        );
        assert_eq!(Bench::new().codes(&text), [], "{value}");
    }
}

#[test]
fn a_value_the_packages_refuse_is_an_error() {
    let mut bench = Bench::new();
    let newer: &[&str] = &["pytorch-2.9.1-cuda129_py312_h1_302 | __cuda >=12.8"];
    bench.lock = Some(lock_6(&[("default", newer), ("prod", newer)]));
    let text = with("0.77.0", "RUN CONDA_OVERRIDE_CUDA=12.1 pixi install --locked -e prod\n");
    let found = only(bench.of("docker/override-too-low", &text));
    assert_eq!(
        (found.severity, remedy(&found)),
        (Severity::Error, "write `CONDA_OVERRIDE_CUDA=12.8`")
    );
    assert!(found.prevents.unwrap().contains("__cuda >=12.8"));
}

#[test]
fn a_workflow_with_another_value_is_told() {
    let mut bench = Bench::new();
    bench.workflow = Some("env:\n  CONDA_OVERRIDE_CUDA: \"12.4\"\njobs: {}\n");
    let text = with("0.77.0", "ARG CONDA_OVERRIDE_CUDA=12.9\nRUN pixi install --locked -e prod\n");
    let found = only(bench.of("docker/override-differs", &text));
    assert_eq!((line(&found), found.severity), (4, Severity::Warning));
    assert!(found.notes.contains(&".github/workflows/ci.yml:2 has 12.4".to_owned()));
    bench.workflow = Some("env:\n  CONDA_OVERRIDE_CUDA: 12.9\njobs: {}\n");
    assert_eq!(bench.codes(&text), []);
}

#[test]
fn env_stays_in_the_image() {
    let code = "docker/override-in-image";
    let rest = "ENV CONDA_OVERRIDE_CUDA=12.9\nRUN pixi install --locked -e prod\n";
    let found = only(Bench::new().of(code, &with("0.77.0", rest)));
    assert_eq!((line(&found), found.severity), (4, Severity::Notice));
    let thrown_away =
        with("0.77.0", &format!("{rest}FROM ubuntu:24.04\nCOPY --from=build /app /app\n"));
    assert_eq!(Bench::new().of(code, &thrown_away), []);
    let based = with("0.77.0", &format!("{rest}FROM build\nCMD [\"x\"]\n"));
    assert_eq!(line(&only(Bench::new().of(code, &based))), 4);
}

#[test]
fn all_leaves_cuda_out_from_0_71_on() {
    let text = with("0.77.0", "RUN pixi install --locked --all\n");
    let found = only(Bench::new().lint(&text));
    assert_eq!((found.code, found.severity), ("docker/all-skips", Severity::Warning));
    assert_eq!(remedy(&found), "write `ARG CONDA_OVERRIDE_CUDA=12.1` above this line");
    let older = with("0.48.2", "RUN pixi install --locked --all\n");
    assert_eq!(only(Bench::new().lint(&older)).code, "docker/override-missing");
}
