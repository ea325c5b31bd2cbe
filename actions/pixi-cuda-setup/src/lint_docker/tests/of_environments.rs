//! Which environments are installed and run.

use super::*;

const START: &str = "FROM ghcr.io/prefix-dev/pixi:0.77.0-noble-cuda-12.9.1\nARG CONDA_OVERRIDE_CUDA=12.9\nWORKDIR /app\nCOPY pixi.toml pixi.lock ./\n";

fn with(rest: &str) -> String {
    format!("{START}{rest}")
}

#[test]
fn names_are_looked_up() {
    let found = only(
        Bench::new()
            .of("docker/unknown-environment", &with("RUN pixi install --locked -e Prod2\n")),
    );
    assert_eq!(remedy(&found), "write `-e prod`");
    let (source, span) = found.place.clone().unwrap();
    assert_eq!(source.contents().get(span), Some("Prod2"));
    let entry = with(
        "RUN pixi install --locked -e prod\nCMD [\"pixi\", \"run\", \"-e\", \"zzz\", \"x\"]\n",
    );
    assert_eq!(
        only(Bench::new().of("docker/unknown-environment", &entry)).severity,
        Severity::Error
    );
}

#[test]
fn an_environment_the_lock_lacks_is_an_error() {
    let mut bench = Bench::new();
    bench.lock = Some(lock_6(&[("default", CUDA)]));
    let found = only(
        bench.of("docker/environment-not-locked", &with("RUN pixi install --locked -e prod\n")),
    );
    assert!(found.prevents.unwrap().contains("lock file not up-to-date with the workspace"));
    let frozen = with("RUN pixi install --frozen -e prod\n");
    let found = only(bench.of("docker/environment-not-locked", &frozen));
    assert!(found.prevents.unwrap().contains("requested environment: 'prod'"));
}

#[test]
fn what_runs_has_to_be_installed() {
    let code = "docker/other-environment";
    let installed = "RUN pixi install --locked -e prod\n";
    let wrong = [
        ("RUN pixi run --locked python x.py\n", "write `pixi run -e prod --locked python x.py`"),
        ("CMD pixi run train 'a b'\n", "write `pixi run -e prod train 'a b'`"),
        (
            "ENTRYPOINT [\"pixi\", \"run\"]\nCMD [\"train\"]\n",
            "write `ENTRYPOINT [\"pixi\", \"run\", \"-e\", \"prod\"]`",
        ),
        (
            "ENTRYPOINT [\"/bin/sh\", \"-c\", \"pixi run train\"]\n",
            "write `pixi run -e prod train`",
        ),
        (
            "CMD [\"/root/.pixi/bin/pixi\", \"shell\"]\n",
            "write `CMD [\"/root/.pixi/bin/pixi\", \"shell\", \"-e\", \"prod\"]`",
        ),
        ("CMD [\"pixi\", \"run\", \"-e\", \"default\", \"x\"]\n", "write `-e prod`"),
    ];
    for (rest, line) in wrong {
        let found = only(Bench::new().of(code, &with(&format!("{installed}{rest}"))));
        assert_eq!((remedy(&found), found.severity), (line, Severity::Error), "{rest}");
    }
    let right = [
        "CMD [\"pixi\", \"run\", \"-e\", \"prod\", \"train\"]\n",
        "RUN pixi install --locked\nCMD [\"pixi\", \"run\", \"train\"]\n",
        "RUN pixi install --locked --all\nCMD [\"pixi\", \"run\", \"train\"]\n",
        "ARG E\nRUN pixi install --locked -e $E\nCMD [\"pixi\", \"run\", \"train\"]\n",
        "CMD [\"bash\"]\n",
    ];
    for rest in right {
        assert_eq!(Bench::new().of(code, &with(&format!("{installed}{rest}"))), [], "{rest}");
    }
}

#[test]
fn a_task_brings_its_environment() {
    let mut bench = Bench::new();
    bench.manifest += "\n[feature.serve.tasks]\nserve = \"x\"\n";
    bench.manifest = bench.manifest.replace("prod = []", "prod = [\"serve\"]");
    let text = with("RUN pixi install --locked -e prod\nCMD [\"pixi\", \"run\", \"serve\"]\n");
    assert_eq!(bench.of("docker/other-environment", &text), []);
    let text = with("RUN pixi install --locked -e prod\nCMD [\"pixi\", \"run\", \"other\"]\n");
    assert_eq!(bench.of("docker/other-environment", &text).len(), 1);
    // A build step installs what its task needs; a container should find it there.
    let text = with("RUN pixi install --locked\nRUN pixi run --locked serve\n");
    assert_eq!(bench.of("docker/other-environment", &text), []);
    let text = with("RUN pixi install --locked\nCMD [\"pixi\", \"run\", \"serve\"]\n");
    let found = only(bench.of("docker/other-environment", &text));
    let line = "add `RUN pixi install --locked -e prod`: no other environment has the task";
    assert_eq!(remedy(&found), line);
}

#[test]
fn another_workspace_is_none_of_ours() {
    let text = with(
        "COPY tools /tools\nRUN cd /tools && pixi install -e nothing\nRUN pixi install --locked -e prod --manifest-path /app\n",
    );
    assert_eq!(Bench::new().codes(&text), []);
}

#[test]
fn environments_keep_their_path() {
    let code = "docker/moved-environment";
    let build = START.replace("-12.9.1\n", "-12.9.1 AS build\n")
        + "RUN pixi install --locked -e prod\nFROM ubuntu:24.04\nWORKDIR /srv\n";
    let moved = [
        ("COPY --from=build /app/.pixi/envs/prod /opt/env\n", "/opt/env"),
        ("COPY --from=build /app/.pixi .pixi\n", "/srv/.pixi/envs/prod"),
        ("COPY --from=0 /app /srv\n", "/srv/.pixi/envs/prod"),
        ("COPY --from=build /app .\n", "/srv/.pixi/envs/prod"),
    ];
    for (line, to) in moved {
        let found = only(Bench::new().of(code, &format!("{build}{line}")));
        assert!(found.message.ends_with(&format!("lands at {to}")), "{}", found.message);
        let from = if line.contains("=0") { "0" } else { "build" };
        let prefix = "/app/.pixi/envs/prod";
        assert_eq!(remedy(&found), format!("write `COPY --from={from} {prefix} {prefix}`"));
    }
    let kept = [
        "COPY --from=build /app/.pixi/envs/prod /app/.pixi/envs/prod\n",
        "COPY --from=build /app /app\n",
        "COPY --from=build /app/.pixi /app/.pixi/\n",
        "COPY --from=build /app/pixi.lock /srv/\n",
        "COPY --from=debian:12 /app /srv\n",
    ];
    for line in kept {
        assert_eq!(Bench::new().of(code, &format!("{build}{line}")), [], "{line}");
    }
}
