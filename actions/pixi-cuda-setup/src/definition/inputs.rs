//! What the action takes.

use action_kit::standard;
use action_kit::{Default, Flag, Input, Kind};

use super::{CHECK, EXPLAIN_LOG, FIX, INSTALL, LINT_DOCKER, PLAN, SETUP};

const READS: &[&str] = &[SETUP, CHECK, PLAN, FIX, LINT_DOCKER];
const CHECKS: &[&str] = &[SETUP, CHECK, LINT_DOCKER];
const VERSIONS: &[&str] = &[SETUP, CHECK, INSTALL, PLAN, FIX, LINT_DOCKER];
const INSTALLS: &[&str] = &[SETUP, INSTALL];
const PLANS: &[&str] = &[SETUP, PLAN];

const fn value(name: &'static str, help: &'static str) -> Input {
    Input::new(name, help).flag(Flag::Value { long: name, short: None })
}

const fn list(name: &'static str, help: &'static str) -> Input {
    value(name, help).kind(Kind::List)
}

/// All inputs, in the order they are shown.
pub(super) const INPUTS: &[Input] = &[
    standard::MODE,
    standard::CONFIG,
    standard::WORKING_DIRECTORY,
    value("manifest-path", "The manifest, or its folder. Without it pixi.toml, pyproject.toml and mojoproject.toml are looked for, in the parents too.")
        .kind(Kind::Path)
        .commands(READS),
    list("environments", "The environments that are installed, separated by blanks or lines; `*` for all.")
        .default(Default::Builtin("default"))
        .flag(Flag::Value { long: "environment", short: Some('e') })
        .commands(READS),
    value("platform", "The conda platform, `linux-64` or `linux-aarch64`.")
        .default(Default::Builtin("the machine's"))
        .commands(READS),
    value("cuda", "`auto`: an override where one is needed and no driver is there; `off`: never; a version: this one.")
        .default(Default::Builtin("auto"))
        .commands(READS),
    value("locked", "`true`: `--locked`; `false`: the lock may change; `auto`: `true` where there is a lock.")
        .kind(Kind::Choice(&["auto", "true", "false"]))
        .default(Default::Builtin("auto"))
        .commands(READS),
    value("frozen", "Install with `--frozen`: the lock as it is, whatever the manifest says.")
        .kind(Kind::Bool)
        .default(Default::Builtin("false"))
        .flag(Flag::Switch { long: "frozen", short: None })
        .commands(READS),
    list("require-cuda", "Environments that must be locked with CUDA builds, declared or not.").commands(CHECKS),
    list("allow-cpu", "Environments that may be locked with CPU builds although they declare CUDA.").commands(CHECKS),
    list("dockerfile", "Dockerfiles to check; `off` for none.")
        .default(Default::Builtin("those beside the manifest"))
        .commands(CHECKS),
    list("ignore", "Findings to leave out: `CODE`, or `CODE@ENVIRONMENT`.").commands(CHECKS),
    standard::FAIL_ON.commands(CHECKS),
    value("fix", "What becomes of a manifest that lacks `prod`, the CUDA declaration or `cuda-version`: nothing, a diff in the log, or an edit.")
        .kind(Kind::Choice(&["off", "diff", "write"]))
        .default(Default::Builtin("off, and diff for command fix"))
        .commands(&[SETUP, FIX]),
    value("pixi-version", "`auto`: what `requires-pixi` asks for, else the newest that writes the format of the lock; `latest`; a version; or a range such as `>=0.68,<0.80`.")
        .default(Default::Builtin("auto"))
        .commands(VERSIONS),
    value("pixi-sha256", "The SHA-256 the downloaded archive must have, beside the published one.").commands(INSTALLS),
    value("pixi-url", "Where the archive is, its SHA-256 beside it: a URL in which `{{version}}`, `{{latest}}` and `{{pixiFile}}` are replaced.").commands(INSTALLS),
    value("pixi-url-headers", "Headers of that request, a JSON object.").secret().flag(Flag::None).commands(INSTALLS),
    value("pixi-bin-path", "Where the binary goes, instead of a folder that later steps share.")
        .kind(Kind::Path)
        .commands(INSTALLS),
    list("insecure-hosts", "Hosts that may be spoken to in plain http, one a line.")
        .flag(Flag::Value { long: "insecure-host", short: None })
        .commands(INSTALLS),
    value("ca-file", "A PEM file with further certificate authorities.")
        .kind(Kind::Path)
        .commands(INSTALLS),
    value("cache-prefix", "What cache keys begin with.")
        .named("cache-prefix", &["cache-key"])
        .default(Default::Builtin("pixi-"))
        .commands(PLANS),
    value("override-cuda", "The value of `CONDA_OVERRIDE_CUDA` to predict for; empty for set and empty.").commands(&[CHECK]),
    value("json", "Print the answer as JSON.")
        .kind(Kind::Bool)
        .default(Default::Builtin("false"))
        .flag(Flag::Switch { long: "json", short: None })
        .commands(&[CHECK, PLAN, LINT_DOCKER]),
    value("sarif", "Write the findings to this file, as SARIF.").kind(Kind::Path).commands(CHECKS),
    value("log-file", "The log of the failed `pixi install`; `-` reads standard input.")
        .kind(Kind::Path)
        .commands(&[EXPLAIN_LOG]),
    standard::DRY_RUN,
    standard::TOKEN,
    standard::LOG_LEVEL,
    standard::HOST_WORKSPACE,
    standard::JOB_CONTAINER,
];
