//! What `pixi-cuda-setup/full` takes: the inputs of this action, and those of
//! prefix-dev/setup-pixi, so that changing the `uses:` line of a workflow suffices.
//!
//! The composite action itself stands in `full/action.yml`; its `inputs:` and `outputs:` are
//! generated from here, its steps are written by hand, and tests compare the two.

use action_kit::{Default, Input, Output};

use super::{DEFINITION, OUTPUTS};

/// The title of the composite action.
pub const TITLE: &str = "pixi CUDA setup, full";

/// What it does, in one sentence.
pub const ABOUT: &str = "Checks, installs a verified pixi, restores caches, installs and activates environments, and explains a failure; takes the inputs of prefix-dev/setup-pixi.";

/// Inputs of ours that the composite action sets itself, or that are for single commands.
pub const OWN_ONLY: [&str; 8] = [
    "mode",
    "dry-run",
    "fix",
    "json",
    "log-file",
    "override-cuda",
    "host-workspace",
    "job-container",
];

/// The inputs of prefix-dev/setup-pixi from v0.8.1 on. Each may also be given as variable
/// `SETUP_PIXI_<NAME>`, as there since v0.9.0.
pub const SETUP_PIXI: [&str; 30] = [
    "pixi-version",
    "pixi-url",
    "pixi-url-bearer-token",
    "pixi-url-headers",
    "log-level",
    "manifest-path",
    "working-directory",
    "run-install",
    "environments",
    "global-environments",
    "activate-environment",
    "locked",
    "frozen",
    "cache",
    "global-cache",
    "cache-key",
    "global-cache-key",
    "cache-write",
    "pixi-bin-path",
    "auth-host",
    "auth-token",
    "auth-username",
    "auth-password",
    "auth-conda-token",
    "auth-s3-access-key-id",
    "auth-s3-secret-access-key",
    "auth-s3-session-token",
    "persist-credentials",
    "pypi-keyring-provider",
    "post-cleanup",
];

/// What the composite action takes beyond the container's inputs.
const FURTHER: &[Input] = &[
    Input::new("run-install", "Whether to install the environments.")
        .default(Default::Builtin("true")),
    Input::new(
        "activate-environment",
        "`true`, or the name of an environment: later steps run in it without `pixi run`.",
    )
    .default(Default::Builtin("false")),
    Input::new("cache", "Whether to cache the installed environments.")
        .default(Default::Builtin("true where there is a lock")),
    Input::new("cache-write", "Whether to save caches, or only to restore them.")
        .default(Default::Builtin("true")),
    Input::new("global-environments", "Packages for `pixi global install`, one a line."),
    Input::new("global-cache", "Whether to cache what `global-environments` installs.")
        .default(Default::Builtin("false")),
    Input::new("global-cache-key", "What the keys of that cache begin with.")
        .default(Default::Builtin("pixi-global-")),
    Input::new(
        "auth-host",
        "A channel's host, or `s3://BUCKET`, with one way to authenticate. The secret goes into a file that only this user may read, never onto a command line.",
    ),
    Input::new("auth-token", "A bearer token for it."),
    Input::new("auth-username", "A user name for it."),
    Input::new("auth-password", "The user's password."),
    Input::new("auth-conda-token", "A token in the path, as anaconda.org and quetz take it."),
    Input::new("auth-s3-access-key-id", "An access key of S3."),
    Input::new("auth-s3-secret-access-key", "The key's secret."),
    Input::new("auth-s3-session-token", "The key's session token."),
    Input::new("persist-credentials", "Whether later steps may use the credentials too.")
        .default(Default::Builtin("true")),
    Input::new(
        "pypi-keyring-provider",
        "Credentials for PyPI indexes: `disabled` or `subprocess`.",
    ),
    Input::new(
        "pixi-url-bearer-token",
        "A bearer token for `pixi-url`, as an Authorization header.",
    ),
    Input::new(
        "post-cleanup",
        "Accepted: the runner empties the folder everything temporary is in, so nothing is left to clean.",
    ),
];

/// What the composite action tells beyond the container's outputs.
const FURTHER_OUTPUTS: &[Output] =
    &[Output::new("cache-hit", "Whether the environments came from the cache, by their own key.")];

/// The inputs, in the order users read them.
pub fn inputs() -> Vec<Input> {
    let own = DEFINITION.inputs.iter().filter(|input| !OWN_ONLY.contains(&input.name));
    own.chain(FURTHER)
        .map(|input| match input.name {
            "log-level" => input.help(
                "How much the log says: `error`, `warn`, `info`, `debug`, `trace`, or setup-pixi's `q`, `default`, `v`, `vv`, `vvv`, which count for pixi too.",
            ).kind(action_kit::Kind::Text),
            "environments" => input.kind(action_kit::Kind::Text),
            _ => *input,
        })
        .collect()
}

/// The outputs, with the expression each one's value comes from.
pub fn outputs() -> Vec<(Output, String)> {
    let value = |step: &str, output: &Output| {
        let value = format!("${{{{ steps.{step}.outputs.{} }}}}", output.name);
        (*output, value)
    };
    let own = OUTPUTS.iter().map(|output| value("setup", output));
    own.chain(FURTHER_OUTPUTS.iter().map(|output| value("restore", output))).collect()
}

#[cfg(test)]
mod tests;
