//! Whole Dockerfiles: models that are silent, and one that is not.

use super::*;

#[test]
fn models_are_silent() {
    let single = include_str!("models/single.Dockerfile");
    let two_stage = include_str!("models/two-stage.Dockerfile");
    for text in [single, two_stage] {
        assert_eq!(Bench::new().codes(text), [], "{text}");
    }
}

#[test]
fn environments_outside_of_the_workspace_are_silent() {
    let mut bench = Bench::new();
    bench.manifest = MANIFEST
        .replace("name = \"training\"", "requires-pixi = \">=0.66\"")
        .replace("12.1", "12.8")
        .replace(
            "default = [\"dev\"]\nprod = []",
            "dev = { features = [\"dev\"], solve-group = \"default\" }",
        );
    bench.lock = Some(lock_6(&[("default", CUDA), ("dev", CUDA)]));
    bench.levels = vec![level("default", Some("12.8")), level("dev", Some("12.8"))];
    assert_eq!(bench.codes(include_str!("models/detached.Dockerfile")), []);
}

/// The Dockerfile of the classifier-training plan, put down with its faults.
const PLANNED: &str = r#"FROM nvidia/cuda:12.1.0-cudnn8-runtime-ubuntu22.04
LABEL org.opencontainers.image.license="Apache-2.0"
WORKDIR /app
RUN apt-get update && apt-get install -y curl libgl1 libglib2.0-0 && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://pixi.sh/install.sh | bash
ENV PATH="/root/.pixi/bin:$PATH"
ENV CONDA_OVERRIDE_CUDA=12.1
COPY pixi.toml pixi.lock* pyproject.toml ./
RUN mkdir -p src/classifier_training && touch src/classifier_training/__init__.py
RUN pixi install --environment prod
COPY . .
ENTRYPOINT ["pixi", "run", "train"]
"#;

#[test]
fn the_planned_dockerfile_gets_what_it_deserves() {
    let mut bench = Bench::new();
    bench.ignore = None;
    bench.manifest += "\n[tasks]\ntrain = \"python -m train\"\n";
    let expected = [
        ("docker/base-image", 1),
        ("docker/pixi-unpinned", 5),
        ("docker/override-in-image", 7),
        ("docker/lock-optional", 8),
        ("docker/dummy-package", 9),
        ("docker/unlocked", 10),
        ("docker/host-environment", 11),
        ("docker/other-environment", 12),
    ];
    assert_eq!(bench.codes(PLANNED), expected);
    let remedies: Vec<_> = bench.lint(PLANNED).iter().map(|one| remedy(one).to_owned()).collect();
    assert_eq!(
        remedies,
        [
            "write `nvidia/cuda:12.1.0-base-ubuntu22.04`",
            "write `ARG PIXI_VERSION=v0.77.0` above this line",
            "write `ARG CONDA_OVERRIDE_CUDA=12.1` instead of `ENV`",
            "write `pixi.lock` instead of `pixi.lock*`",
            "write `pixi install --skip classifier_training --environment prod` and leave this out",
            "write `pixi install --locked --environment prod`",
            "write a file .dockerignore with the line `.pixi`",
            "write `ENTRYPOINT [\"pixi\", \"run\", \"-e\", \"prod\", \"train\"]`",
        ]
    );
}

#[test]
fn the_planned_dockerfile_before_prod_was_there() {
    let mut bench = Bench::new();
    bench.manifest =
        MANIFEST.replace("prod = []\n", "").replace("[system-requirements]\ncuda = \"12.1\"\n", "");
    bench.lock = Some(lock_6(&[("default", CPU)]));
    bench.levels = vec![level("default", None)];
    let found = only(bench.of("docker/unknown-environment", PLANNED));
    assert_eq!((line(&found), found.severity), (10, Severity::Error));
    assert_eq!(found.prevents.as_deref(), Some("unknown environment 'prod'"));
    assert_eq!(
        remedy(&found),
        "add `prod = []` to `[environments]` in pixi.toml, run `pixi lock` and commit both"
    );
}

#[test]
fn the_line_of_every_remedy_repairs() {
    let mut bench = Bench::new();
    bench.manifest += "\n[tasks]\ntrain = \"python -m train\"\n";
    let repaired = PLANNED
        .replace(
            "nvidia/cuda:12.1.0-cudnn8-runtime-ubuntu22.04",
            "nvidia/cuda:12.1.0-base-ubuntu22.04",
        )
        .replace("RUN curl", "ARG PIXI_VERSION=v0.77.0\nRUN curl")
        .replace("ENV CONDA", "ARG CONDA")
        .replace("pixi.lock*", "pixi.lock")
        .replace(
            "RUN mkdir -p src/classifier_training && touch src/classifier_training/__init__.py\n",
            "",
        )
        .replace("pixi install", "pixi install --locked --skip classifier_training")
        .replace("\"run\", \"train\"", "\"run\", \"-e\", \"prod\", \"train\"");
    assert_eq!(bench.codes(&repaired), []);
}

#[test]
fn what_has_no_pixi_is_silent() {
    let text = "FROM ubuntu\nENV CONDA_OVERRIDE_CUDA=none LD_LIBRARY_PATH=/usr/local/cuda/compat\nCOPY . .\nRUN echo pixi install\n";
    assert_eq!(Bench::new().codes(text), []);
}
