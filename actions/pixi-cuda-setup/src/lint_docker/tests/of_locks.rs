//! Whether the lock is there, and taken as it is.

use super::*;

fn with(rest: &str) -> String {
    format!(
        "FROM ghcr.io/prefix-dev/pixi:0.77.0-noble-cuda-12.9.1\nARG CONDA_OVERRIDE_CUDA=12.9\nWORKDIR /app\n{rest}"
    )
}

#[test]
fn a_wildcard_hides_a_missing_lock() {
    let text = with("COPY pixi.toml pixi.lock* ./\nRUN pixi install --locked -e prod\n");
    let found = only(Bench::new().lint(&text));
    assert_eq!((found.code, found.severity), ("docker/lock-optional", Severity::Warning));
    let mut bench = Bench::new();
    bench.lock = None;
    let found = only(bench.of("docker/lock-optional", &text));
    assert_eq!(
        (found.severity, remedy(&found)),
        (Severity::Error, "write `pixi.lock` instead of `pixi.lock*`")
    );
    let both = with("COPY ./pixi.* ./\nRUN pixi install --locked -e prod\n");
    let found = only(Bench::new().of("docker/lock-optional", &both));
    assert_eq!(remedy(&found), "write `pixi.toml pixi.lock` instead of `./pixi.*`");
}

#[test]
fn an_ignored_lock_does_not_arrive() {
    let text = with(
        "COPY . .\nRUN --mount=type=cache,target=/root/.cache pixi install --locked -e prod\n",
    );
    let cases = [
        (".pixi\n*.lock\n", Some("add the line `!pixi.lock` at the end of .dockerignore")),
        (".pixi\n/pixi.lock\n", Some("add the line `!pixi.lock` at the end of .dockerignore")),
        ("pixi.lock\n.pixi\n", Some("remove this line")),
        ("*\n!pixi.*\n!src\n", None),
    ];
    for (ignore, expected) in cases {
        let mut bench = Bench::new();
        bench.ignore = Some(ignore);
        let found = bench.of("docker/lock-left-out", &text);
        assert_eq!(found.first().map(remedy), expected, "{ignore}");
        assert!(found.iter().all(|one| one.severity == Severity::Error));
    }
}

#[test]
fn the_lock_has_to_be_copied() {
    let code = "docker/lock-not-copied";
    let found = only(
        Bench::new().of(code, &with("COPY pixi.toml ./\nRUN pixi install --locked -e prod\n")),
    );
    assert_eq!((found.severity, line(&found)), (Severity::Error, 5));
    assert_eq!(remedy(&found), "write `COPY pixi.toml pixi.lock ./`");
    let there = [
        "COPY pixi.* ./\nRUN pixi install --locked -e prod\n",
        "COPY . .\nRUN pixi install --locked -e prod\n",
        "COPY pixi.lock pixi.toml /app/\nRUN pixi install --locked -e prod\n",
        "COPY pixi.toml ./\nRUN --mount=type=bind,source=pixi.lock,target=pixi.lock pixi install --locked -e prod\n",
        "RUN git clone https://example.org/x .\nRUN pixi install --locked -e prod\n",
        "COPY pixi.toml ./\nRUN pixi lock && pixi install --locked -e prod\n",
        "COPY pixi.toml pixi.lock ./\nFROM debian\nCOPY --from=0 /app /app\nRUN pixi install --locked -e prod\n",
    ];
    for rest in there {
        assert_eq!(Bench::new().of(code, &with(rest)), [], "{rest}");
    }
}

#[test]
fn installs_are_to_be_locked() {
    let code = "docker/unlocked";
    let copy = "COPY pixi.toml pixi.lock ./\n";
    let open = [
        ("RUN pixi install -e prod\n", "write `pixi install --locked -e prod`"),
        ("RUN PIXI_LOCKED=false pixi i\n", "write `pixi i --locked`"),
        ("RUN pixi run -e prod build\n", "write `pixi run --locked -e prod build`"),
        ("RUN pixi shell-hook -e prod > /x\n", "write `pixi shell-hook --locked -e prod`"),
    ];
    for (line, expected) in open {
        let found = only(Bench::new().of(code, &with(&format!("{copy}{line}"))));
        assert_eq!((remedy(&found), found.severity), (expected, Severity::Warning), "{line}");
    }
    let shut = [
        "RUN pixi install --frozen -e prod\n",
        "ENV PIXI_LOCKED=true\nRUN pixi install -e prod\n",
        "ENV PIXI_FROZEN=1\nRUN pixi run x\n",
        "RUN pixi install --locked -e prod && pixi shell-hook -e prod > /x\n",
        "RUN pixi run --as-is x\n",
    ];
    for line in shut {
        assert_eq!(Bench::new().of(code, &with(&format!("{copy}{line}"))), [], "{line}");
    }
}

#[test]
fn lock_check_writes() {
    let text = with("COPY pixi.toml pixi.lock ./\nRUN pixi lock --check\n");
    let found = only(Bench::new().lint(&text));
    assert_eq!((found.code, found.severity), ("docker/lock-check", Severity::Notice));
    assert_eq!(remedy(&found), "write `pixi lock --dry-run --check`");
    assert_eq!(Bench::new().codes(&text.replace("--check", "--check --dry-run")), []);
}

#[test]
fn frozen_can_install_nothing() {
    let mut bench = Bench::new();
    let text = with("COPY pixi.toml pixi.lock ./\nRUN pixi install --frozen -e prod\n");
    let lock = lock_6(&[("default", CUDA), ("prod", CUDA)])
        .replace("version: 6\n", "version: 7\nplatforms:\n- name: linux-64\n  virtual-packages:\n  - __unix=0=0\n  - __linux=4.18\n  - __glibc=2.28\n");
    bench.lock = Some(lock);
    let found = only(bench.of("docker/frozen-installs-nothing", &text));
    assert_eq!((found.severity, line(&found)), (Severity::Error, 5));
    assert_eq!(bench.of("docker/frozen-installs-nothing", &text.replace("frozen", "locked")), []);
}

#[test]
fn pixi_is_to_be_pinned() {
    let code = "docker/pixi-unpinned";
    let open = [
        ("FROM ghcr.io/prefix-dev/pixi:latest\n", "write `ghcr.io/prefix-dev/pixi:0.77.0`"),
        ("FROM ghcr.io/prefix-dev/pixi\n", "write `ghcr.io/prefix-dev/pixi:0.77.0`"),
        (
            "FROM ghcr.io/prefix-dev/pixi:noble-cuda-12.9.1\n",
            "write `ghcr.io/prefix-dev/pixi:0.77.0-noble-cuda-12.9.1`",
        ),
        (
            "FROM debian\nCOPY --from=ghcr.io/prefix-dev/pixi:latest /usr/local/bin/pixi /bin/\n",
            "write `ghcr.io/prefix-dev/pixi:0.77.0`",
        ),
        (
            "FROM debian\nRUN curl -fsSL https://pixi.sh/install.sh | sh\n",
            "write `ARG PIXI_VERSION=v0.77.0` above this line",
        ),
        (
            "FROM debian\nRUN curl -fsSL https://pixi.sh/install.sh | PIXI_VERSION=latest sh\n",
            "write `ARG PIXI_VERSION=v0.77.0` above this line",
        ),
        (
            "FROM debian\nADD https://github.com/prefix-dev/pixi/releases/latest/download/pixi-x86_64-unknown-linux-musl /bin/pixi\n",
            "write `/releases/download/v0.77.0/` in the URL",
        ),
        (
            "FROM debian\nRUN wget https://github.com/prefix-dev/pixi/releases/latest/download/pixi-x86_64-unknown-linux-musl\n",
            "write `/releases/download/v0.77.0/` in the URL",
        ),
        ("FROM debian\nRUN conda install -y -c conda-forge pixi\n", "write `pixi=0.77.0`"),
        (
            "FROM ghcr.io/prefix-dev/pixi:0.70.0\nRUN pixi self-update\n",
            "write `pixi self-update --version 0.77.0`",
        ),
    ];
    for (text, expected) in open {
        let found = only(Bench::new().of(code, text));
        assert_eq!((remedy(&found), found.severity), (expected, Severity::Warning), "{text}");
    }
    let pinned = [
        "FROM ghcr.io/prefix-dev/pixi@sha256:00\n",
        "ARG V=0.77.0\nFROM ghcr.io/prefix-dev/pixi:$V\n",
        "FROM debian\nRUN curl -fsSL https://pixi.sh/install.sh | PIXI_VERSION=v0.77.0 bash\n",
        "FROM debian\nARG PIXI_VERSION\nRUN curl -fsSL https://pixi.sh/install.sh | bash\n",
        "FROM debian\nARG V=0.77.0\nRUN curl -L https://github.com/prefix-dev/pixi/releases/download/v${V}/pixi-$(uname -m)-unknown-linux-musl -o /bin/pixi\n",
        "FROM debian\nRUN conda install pixi=0.77\n",
    ];
    for text in pinned {
        assert_eq!(Bench::new().of(code, text), [], "{text}");
    }
    let pip = only(Bench::new().lint("FROM debian\nRUN pip3 install --upgrade pip uv pixi\n"));
    assert_eq!(pip.code, "docker/pixi-from-pypi");
}

#[test]
fn the_version_has_to_fit() {
    let mut bench = Bench::new();
    bench.manifest = MANIFEST.replace("name = \"training\"", "requires-pixi = \">=0.71\"");
    let text = "FROM ghcr.io/prefix-dev/pixi:0.66.0\n";
    let found = only(bench.lint(text));
    assert_eq!((found.code, found.severity), ("docker/requires-pixi", Severity::Error));
    assert_eq!(
        found.prevents.as_deref(),
        Some("workspace requires pixi '>=0.71', but I am 0.66.0")
    );
    let mut bench = Bench::new();
    bench.lock = Some(
        bench.lock.unwrap().replace("version: 6\n", "version: 7\nplatforms:\n- name: linux-64\n"),
    );
    let text = "FROM ghcr.io/prefix-dev/pixi:0.48.2\n";
    let found = only(bench.lint(text));
    assert_eq!((found.code, found.severity), ("docker/pixi-older-than-lock", Severity::Error));
    let overwrites = "FROM ghcr.io/prefix-dev/pixi:0.66.0\nARG CONDA_OVERRIDE_CUDA=12.9\nCOPY pixi.toml pixi.lock ./\nRUN pixi install -e prod\n";
    let found = only(bench.of("docker/pixi-older-than-lock", overwrites));
    assert_eq!(
        (found.severity, remedy(&found)),
        (Severity::Warning, "write 0.77.0 instead of 0.66.0")
    );
}
