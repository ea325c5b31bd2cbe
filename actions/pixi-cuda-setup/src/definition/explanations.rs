//! The long forms of the codes of settings and commands.

use diagnostics::Explanation;

/// An explanation.
const fn explanation(code: &'static str, title: &'static str, text: &'static str) -> Explanation {
    Explanation { code, title, text }
}

/// The codes of settings and commands; findings are explained beside the rules that make them.
pub const EXPLANATIONS: &[Explanation] = &[
    explanation(
        "cuda/not-judged",
        "what must be CUDA could not be judged",
        "`require-cuda` names an environment that no readable lock has on this platform. A gate that judged nothing has not passed.",
    ),
    explanation(
        "docker/not-found",
        "there is no Dockerfile to check",
        "Input `dockerfile` names Dockerfiles relative to `working-directory`. Without it those beside the manifest are found, and in `docker/`, `.docker/` and `.devcontainer/` there.",
    ),
    explanation(
        "manifest/unknown-environment",
        "an environment that the manifest does not have",
        "`pixi install -e NAME` and `pixi run -e NAME` end with `unknown environment 'NAME'`, in a Docker build after everything before it was built. An environment with the default feature alone is written `NAME = []`.",
    ),
    explanation(
        "settings/cuda",
        "input `cuda` is no version",
        "`auto` sets an override where one is needed and no driver is there, `off` sets none, a version sets this one. Unquoted in YAML `12.10` is the number 12.1.",
    ),
    explanation(
        "settings/locked-and-frozen",
        "`locked` and `frozen` at once",
        "`pixi install --locked` refuses a lock that does not fit the manifest; `--frozen` installs the lock whatever the manifest says. pixi takes one of them.",
    ),
    explanation(
        "settings/platform",
        "input `platform` is no conda platform",
        "A conda platform is called `linux-64`, `linux-aarch64`, `osx-arm64` or `win-64`.",
    ),
    explanation(
        "settings/sarif",
        "the SARIF file cannot be written",
        "Input `sarif` names a file relative to `working-directory`, in a folder that exists.",
    ),
    explanation(
        "settings/unknown-code",
        "`ignore` names no finding",
        "A misspelt code would ignore nothing, and a code that is gone would stay in the list for ever.",
    ),
    explanation(
        "settings/unreadable",
        "the settings file cannot be read",
        "Input `config` names a file relative to `working-directory`. Without it `pixi-cuda-setup.toml` and `.github/pixi-cuda-setup.toml`, `.yml`, `.json` are looked for.",
    ),
];
