//! The definition of the demo; the tests make its manifest from it.

use action_kit::{Default, Definition, Flag, Input, Kind, Output, standard};

/// The demo.
pub(crate) static DEMO: Definition = Definition {
    name: "contract-demo",
    title: "Contract demo",
    about: "Does what the contract tests ask for.",
    icon: "tag",
    color: "blue",
    commands: &[],
    inputs: &[
        standard::TOKEN,
        standard::HOST_WORKSPACE,
        standard::JOB_CONTAINER,
        Input::new("play", "What to play.")
            .kind(Kind::Choice(&["install", "foreign", "secret", "wait", "ignore", "summary"]))
            .flag(Flag::Value { long: "play", short: None }),
        Input::new("text", "A text from elsewhere.")
            .flag(Flag::Value { long: "text", short: None }),
        Input::new("count", "A number.")
            .kind(Kind::Integer { min: 0, max: 9 })
            .default(Default::Builtin("1"))
            .flag(Flag::Value { long: "count", short: None }),
    ],
    outputs: &[
        Output::new("echo", "The text as it was given."),
        Output::new("tool", "Where the tool is."),
        Output::new("phase", "How far it came.").default("not begun"),
    ],
    explanations: &[],
    exports_paths: true,
    engine_commands: &[],
    engine_unless: |_| true,
};
