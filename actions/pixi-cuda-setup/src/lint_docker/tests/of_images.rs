//! Base images, the build context, and how environments are installed.

use super::*;

const PIXI: &str = "ARG PIXI_VERSION=v0.77.0\nRUN curl -fsSL https://pixi.sh/install.sh | bash\nARG CONDA_OVERRIDE_CUDA=12.9\nWORKDIR /app\nCOPY pixi.toml pixi.lock ./\nRUN pixi install --locked -e prod\n";

fn on(image: &str) -> String {
    format!("FROM {image}\n{PIXI}")
}

#[test]
fn cuda_belongs_into_the_image_once() {
    let cases = [
        (
            "nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04",
            Some("write `nvidia/cuda:12.4.1-base-ubuntu22.04`"),
        ),
        (
            "docker.io/nvidia/cuda:12.4.1-devel-rockylinux9",
            Some("write `docker.io/nvidia/cuda:12.4.1-base-rockylinux9`"),
        ),
        ("nvidia/cuda:12.9.1-base-ubuntu24.04", None),
        ("ghcr.io/prefix-dev/pixi:0.77.0-noble-cuda-12.9.1", None),
        ("mine/nvidia-thing:1", None),
    ];
    for (image, expected) in cases {
        let found = Bench::new().of("docker/base-image", &on(image));
        assert_eq!(found.first().map(remedy), expected, "{image}");
        assert!(found.iter().all(|one| one.severity == Severity::Notice));
    }
    let used = on("nvidia/cuda:12.9.1-devel-ubuntu24.04") + "ENV CUDA_HOME=/usr/local/cuda\n";
    assert_eq!(Bench::new().codes(&used), []);
    let mut cpu = Bench::new();
    cpu.levels = vec![level("prod", None)];
    assert_eq!(cpu.of("docker/base-image", &on("nvidia/cuda:12.4.1-runtime-ubuntu22.04")), []);
}

#[test]
fn image_and_environment_are_of_one_cuda() {
    let found =
        only(Bench::new().of("docker/base-major", &on("nvidia/cuda:13.0.0-base-ubuntu24.04")));
    assert_eq!(
        (found.severity, remedy(&found)),
        (Severity::Notice, "take a base image of CUDA 12")
    );
    assert_eq!(Bench::new().codes(&on("nvidia/cuda:12.1.0-base-ubuntu24.04")), []);
}

#[test]
fn a_plain_image_asks_for_the_driver() {
    let code = "docker/driver-variables";
    let found = only(Bench::new().of(code, &on("ubuntu:24.04")));
    assert_eq!(
        remedy(&found),
        "write `ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility` in this stage"
    );
    let half = on("ubuntu:24.04") + "ENV NVIDIA_VISIBLE_DEVICES=all\n";
    let found = only(Bench::new().of(code, &half));
    assert_eq!(
        remedy(&found),
        "write `ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility` in this stage"
    );
    for image in ["mine/base:1", "nvidia/cuda:12.9.1-base-ubuntu24.04"] {
        assert_eq!(Bench::new().of(code, &on(image)), [], "{image}");
    }
    let given = format!("ARG GIVEN\n{}", on("$GIVEN"));
    assert_eq!(Bench::new().of(code, &given), []);
}

#[test]
fn library_paths_are_looked_at() {
    let text = on("nvidia/cuda:12.9.1-base-ubuntu24.04")
        + "ENV A=1 LD_LIBRARY_PATH=/usr/local/cuda/compat:$LD_LIBRARY_PATH\n";
    let found = only(Bench::new().lint(&text));
    assert_eq!((found.code, line(&found)), ("cuda/library-path", 8));
}

#[test]
fn a_hosts_environment_stays_outside() {
    let code = "docker/host-environment";
    let text = on("nvidia/cuda:12.9.1-base-ubuntu24.04") + "COPY . .\n";
    let cases = [
        (None, Some("write a file .dockerignore with the line `.pixi`")),
        (Some(".git\n"), Some("add the line `.pixi` to .dockerignore")),
        (Some("**/.pixi\n"), None),
        (Some(".pixi/envs\n"), None),
        (Some("*\n!src\n!pixi.*\n"), None),
    ];
    for (ignore, expected) in cases {
        let mut bench = Bench::new();
        bench.ignore = ignore;
        assert_eq!(bench.of(code, &text).first().map(remedy), expected, "{ignore:?}");
    }
    let mut bench = Bench::new();
    bench.ignore = None;
    assert_eq!(bench.of(code, &text.replace("COPY . .", "COPY --exclude=.pixi . .")), []);
    assert_eq!(bench.of(code, &text.replace("COPY . .", "COPY src src")), []);
}

#[test]
fn sources_before_the_install_cost_a_download() {
    let code = "docker/no-cache";
    let text = "FROM ghcr.io/prefix-dev/pixi:0.77.0\nENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=all\nARG CONDA_OVERRIDE_CUDA=12.9\nWORKDIR /app\nCOPY . .\nRUN pixi install --locked -e prod\n";
    let found = only(Bench::new().lint(text));
    assert_eq!((found.code, found.severity), (code, Severity::Notice));
    assert!(
        found.message.contains("2.1 GB") && found.message.contains("line 5"),
        "{}",
        found.message
    );
    for target in ["/root/.cache", "/root/.cache/rattler/cache", "/root/.cache/rattler"] {
        let mounted = text.replace("RUN ", &format!("RUN --mount=type=cache,target={target} "));
        assert_eq!(Bench::new().codes(&mounted), [], "{target}");
    }
    let elsewhere = text.replace("RUN ", "RUN --mount=type=cache,target=/root/.pixi ");
    assert_eq!(Bench::new().of(code, &elsewhere).len(), 1);
    let given = text.replace("RUN ", "ENV PIXI_CACHE_DIR=/pc\nRUN --mount=type=cache,target=/pc ");
    assert_eq!(Bench::new().of(code, &given), []);
}

#[test]
fn an_empty_package_is_not_needed() {
    let text = "FROM ghcr.io/prefix-dev/pixi:0.48.2\nARG CONDA_OVERRIDE_CUDA=12.9\nCOPY pixi.toml pixi.lock ./\nRUN mkdir -p src/a && echo > src/a/__init__.py\nRUN pixi install --locked -e prod\n";
    let code = "docker/dummy-package";
    assert_eq!(Bench::new().of(code, text), [], "pixi 0.48 cannot leave a package out");
    let newer = text.replace("0.48.2", "0.60.0");
    let found = only(Bench::new().of(code, &newer));
    assert_eq!(remedy(&found), "write `pixi install --skip a --locked -e prod` and leave this out");
    let mut own = Bench::new();
    own.manifest += "\n[pypi-dependencies]\nmy-package = { path = \".\", editable = true }\n";
    let found = only(own.of(code, &newer));
    assert_eq!(
        remedy(&found),
        "write `pixi install --skip my-package --locked -e prod` and leave this out"
    );
}

#[test]
fn a_hidden_row_is_named() {
    let mut bench = Bench::new();
    bench.manifest = MANIFEST
        .replace("[\"linux-64\"]", "[\"linux-64\", { platform = \"linux-64\", cuda = \"12.1\" }]")
        .replace("[system-requirements]\ncuda = \"12.1\"\n", "");
    let text = on("nvidia/cuda:12.9.1-base-ubuntu24.04");
    let found = only(bench.of("docker/unreachable-row", &text));
    assert_eq!(
        (found.severity, found.platform.as_deref()),
        (Severity::Warning, Some("linux-64-cuda-12-1"))
    );
    bench.manifest = bench
        .manifest
        .replace("\"linux-64\", {", "{")
        .replace("\"12.1\" }", "\"12.1\" }, \"linux-64\"");
    assert_eq!(bench.of("docker/unreachable-row", &text), []);
}

#[test]
fn room_is_needed() {
    let mut bench = Bench::new();
    bench.free_disk = Some(8_000_000_000);
    let found = only(bench.of("docker/disk", &on("nvidia/cuda:12.9.1-base-ubuntu24.04")));
    assert_eq!(found.message, "2.1 GB to download, about 8.4 GB unpacked, and 8.0 GB are free");
    bench.free_disk = Some(9_000_000_000);
    assert_eq!(bench.of("docker/disk", &on("nvidia/cuda:12.9.1-base-ubuntu24.04")), []);
}
