//! `semrel/publish`: the publish action, whose `tag` is a name.

use action_kit::{Default, Definition, Flag, Input, Kind, Output, standard};

use super::DEFINITION;
use super::inputs::INPUTS;
use super::outputs::OUTPUTS;

/// The command.
pub const COMMAND: &str = "publish";

const TAG_HELP: &str =
    "The tag whose release gets the files; `latest` is the highest version of all tags.";

/// The tag, where `tag` is a switch of another command.
pub(super) const PUBLISH_TAG: Input = Input::new("publish_tag", TAG_HELP)
    .default(Default::Builtin("latest"))
    .commands(&[COMMAND])
    .flag(Flag::Value { long: "tag", short: None });

/// Publish the draft.
pub(super) const PUBLISH_DRAFT: Input = Input::new(
    "publish_draft",
    "Publish the release when it is a draft, after its files are there.",
)
.kind(Kind::Bool)
.default(Default::Builtin("false"))
.commands(&[COMMAND])
.flag(Flag::Pair { long: "publish-draft" });

/// Replace files.
pub(super) const REPLACE_ASSETS: Input = Input::new(
    "replace_assets",
    "Put files in place of published ones that have the same name and other bytes, instead of failing.",
)
.kind(Kind::Bool)
.default(Default::Builtin("false"))
.commands(&[COMMAND])
.flag(Flag::Pair { long: "replace-assets" });

/// The publish action: the same binary, started with argument `publish`.
pub static PUBLISH_DEFINITION: Definition = Definition {
    title: "Semantic release: publish",
    about: "Attaches built files to the GitHub release of a tag.",
    commands: &[super::PUBLISH],
    inputs: PUBLISH_INPUTS,
    outputs: PUBLISH_OUTPUTS,
    engine_commands: &[],
    ..DEFINITION
};

const PUBLISH_INPUTS: &[Input] = &[
    input("config_file"),
    input("directory"),
    input("github_token"),
    input("no_operation_mode"),
    Input::new("tag", TAG_HELP)
        .default(Default::Builtin("latest"))
        .flag(Flag::Value { long: "tag", short: None }),
    input("verbosity"),
    PUBLISH_DRAFT,
    REPLACE_ASSETS,
    input("strict_config"),
    standard::APPLY_UNDER_ACT,
    input("insecure-hosts"),
    input("ca-file"),
    standard::FAIL_ON,
    standard::MODE,
    standard::LOG_LEVEL,
];

const PUBLISH_OUTPUTS: &[Output] = &[
    output("version"),
    output("tag"),
    output("is_prerelease"),
    output("link"),
    output("release_id"),
    output("upload_url"),
    output("assets"),
    standard::CHANGED,
    standard::DRY_RUN_OUTPUT,
    output("dry_run"),
    standard::PLAN,
    standard::PLAN_FILE,
    standard::REPORT,
];

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which stops there")]
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    if a.len() != b.len() {
        return false;
    }
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The main action's input of this name; there is none: the build fails.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which stops there")]
const fn input(name: &str) -> Input {
    let mut at = 0;
    while !same(INPUTS[at].name, name) {
        at += 1;
    }
    INPUTS[at]
}

/// The main action's output of this name; there is none: the build fails.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which stops there")]
const fn output(name: &str) -> Output {
    let mut at = 0;
    while !same(OUTPUTS[at].name, name) {
        at += 1;
    }
    OUTPUTS[at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        assert_eq!(PUBLISH_DEFINITION.problems(), Vec::<String>::new());
        let kind = |definition: &Definition| definition.input("tag").map(|input| input.kind);
        assert_eq!(kind(&PUBLISH_DEFINITION), Some(Kind::Text));
        assert_eq!(kind(&DEFINITION), Some(Kind::Bool));
    }
}
