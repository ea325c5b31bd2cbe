//! The action's commands, inputs and outputs.

mod explanations;
pub mod full;
mod inputs;
mod outputs;

use action_kit::{Command, Definition};

pub use explanations::EXPLANATIONS;
use inputs::INPUTS;
use outputs::OUTPUTS;

/// Check, install and plan in one run.
pub const SETUP: &str = "setup";
/// What manifest, lock, Dockerfiles and workflows say.
pub const CHECK: &str = "check";
/// A verified pixi.
pub const INSTALL: &str = "install";
/// Cache keys, override, command line.
pub const PLAN: &str = "plan";
/// Missing parts of the manifest.
pub const FIX: &str = "fix";
/// Dockerfiles alone.
pub const LINT_DOCKER: &str = "lint-docker";
/// Why `pixi install` failed.
pub const EXPLAIN_LOG: &str = "explain-log";

/// The action.
pub static DEFINITION: Definition = Definition {
    name: "pixi-cuda-setup",
    title: "pixi CUDA setup",
    about: "Installs a verified pixi for CUDA projects on machines without a GPU, and says what manifest, lock and Dockerfile really do.",
    icon: "cpu",
    color: "yellow",
    commands: &[
        Command::new(SETUP, "Check, install pixi, and plan caches and override for later steps."),
        Command::new(
            CHECK,
            "Check manifest, lock, Dockerfiles and workflows; touches nothing, needs no network.",
        ),
        Command::new(INSTALL, "Install pixi, verified against its published checksum."),
        Command::new(PLAN, "Print cache keys, override and install command."),
        Command::new(
            FIX,
            "Add what the manifest lacks: an environment `prod`, the CUDA declaration, `cuda-version`.",
        ),
        Command::new(LINT_DOCKER, "Check Dockerfiles against manifest and lock."),
        Command::new(EXPLAIN_LOG, "Say why `pixi install` failed, from its log."),
    ],
    inputs: INPUTS,
    outputs: OUTPUTS,
    explanations: &[
        EXPLANATIONS,
        crate::diagnosis::EXPLANATIONS,
        crate::explain_log::EXPLANATIONS,
        crate::fix::EXPLANATIONS,
        crate::install::EXPLANATIONS,
        crate::cache_key::restored::EXPLANATIONS,
        crate::lint_docker::EXPLANATIONS,
        crate::workflows::EXPLANATIONS,
        crate::sizes::EXPLANATIONS,
        crate::variants::EXPLANATIONS,
        pixi_workspace::lock::EXPLANATIONS,
        pixi_workspace::manifest::EXPLANATIONS,
        pixi_workspace::stale::EXPLANATIONS,
        text_edit::EXPLANATIONS,
        action_kit::EXPLANATIONS,
        config::EXPLANATIONS,
        effects::EXPLANATIONS,
        http_client::EXPLANATIONS,
    ],
    exports_paths: true,
    engine_commands: &[],
    engine_unless: |_| true,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        assert_eq!(DEFINITION.problems(), Vec::<String>::new());
    }
}
