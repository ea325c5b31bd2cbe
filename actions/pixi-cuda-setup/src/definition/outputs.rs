//! What the action gives.

use action_kit::Output;
use action_kit::standard;

/// All outputs, in the order they are written.
pub(super) const OUTPUTS: &[Output] = &[
    Output::new("pixi-version", "The version of pixi that is installed, or that the check is for."),
    Output::new("pixi-path", "Path of the installed binary, as later steps know it."),
    Output::new("environments", "The environments, separated by blanks."),
    Output::new("install-command", "The `pixi install` line for a later step."),
    Output::new("cuda-override", "The value of `CONDA_OVERRIDE_CUDA`; empty where none is needed."),
    Output::new(
        "cuda-variant",
        "For each environment `cuda`, `cpu`, `mixed` or `none`, as a JSON object.",
    )
    .default("{}"),
    Output::new("lock-version", "The format of pixi.lock."),
    Output::new(
        "cache-key",
        "Key for `actions/cache`: changes when the rows of the chosen environments do.",
    ),
    Output::new("restore-keys", "Restore keys for `actions/cache`, one a line."),
    Output::new("cache-paths", "Paths for `actions/cache`, one a line."),
    Output::new(
        "disk-estimate-mb",
        "Megabytes the chosen environments download, where the lock says.",
    ),
    Output::new("findings", "The findings, as a JSON list.").default("[]"),
    Output::new("sarif", "Path of the SARIF file, where one was asked for."),
    standard::PLAN,
    standard::PLAN_FILE,
    standard::CHANGED,
    standard::DRY_RUN_OUTPUT,
    standard::REPORT,
];
