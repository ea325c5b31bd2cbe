//! The action's inputs and outputs.

mod explanations;
mod inputs;
mod outputs;
mod publish_action;

use action_kit::{Command, Definition, Inputs};

pub use explanations::EXPLANATIONS;
use inputs::INPUTS;
use outputs::OUTPUTS;
pub use publish_action::{COMMAND as PUBLISH_COMMAND, PUBLISH_DEFINITION};

const PUBLISH: Command =
    Command::new(PUBLISH_COMMAND, "Attach built files to the release of a tag.");

/// The action.
pub static DEFINITION: Definition = Definition {
    name: "semantic-release",
    title: "Semantic release",
    about: "Reads conventional commits and makes the next release: version, changelog, commit, tag, GitHub release.",
    icon: "tag",
    color: "blue",
    commands: &[
        Command::new("version", "Compute the next version and release it."),
        PUBLISH,
        Command::new(
            crate::changelog_command::COMMAND,
            "Write the changelog of all releases, and post the notes of one.",
        ),
        Command::new(
            crate::check_pr::COMMAND,
            "Check a pull request, and say what it would release.",
        ),
        Command::command_line_only(
            crate::generate_config::COMMAND,
            "Print the default configuration, to start from.",
        ),
    ],
    inputs: INPUTS,
    outputs: OUTPUTS,
    explanations: &[
        EXPLANATIONS,
        action_kit::EXPLANATIONS,
        config::EXPLANATIONS,
        effects::EXPLANATIONS,
        engine::EXPLANATIONS,
        fetch::EXPLANATIONS,
        github::EXPLANATIONS,
        history::EXPLANATIONS,
        http_client::EXPLANATIONS,
        publish::EXPLANATIONS,
        signing::EXPLANATIONS,
        text_edit::EXPLANATIONS,
    ],
    exports_paths: false,
    engine_commands: &["version"],
    engine_unless: builds_nothing,
};

/// Inputs without which nothing is built, so that nothing speaks to the engine.
fn builds_nothing(inputs: &Inputs) -> bool {
    let asked = |name: &str| inputs.flag(name) == Some(true);
    inputs.flag("build") == Some(false)
        || asked("no_operation_mode")
        || inputs.text("print").is_some()
        || inputs.text("phase").is_some_and(|phase| phase != "all")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        assert_eq!(DEFINITION.problems(), Vec::<String>::new());
    }
}
