//! `action.yml`.

use std::fmt::Write as _;

use crate::definition::{Default, Definition, Input, Kind};

/// Where the image is and what runs in it.
#[derive(Clone, Copy, Debug)]
pub struct ActionYml<'a> {
    /// `runs.image`: a path to a Dockerfile, or `docker://…@sha256:…`.
    pub image: &'a str,
    /// `runs.entrypoint`: one absolute path.
    pub entrypoint: &'a str,
    /// The first of `runs.args`: fixed words, such as a command.
    pub args: &'a [&'a str],
}

/// The manifest of a container action.
///
/// Only expressions become a `default:`; a literal one would always arrive and beat the
/// configuration file. `args` are fixed words and the host's workspace, nothing a user wrote: the
/// runner quotes them badly (runner contract, 1.1).
pub fn action_yml(definition: &Definition, runs: &ActionYml<'_>) -> String {
    let mut yaml = String::new();
    line(
        &mut yaml,
        "# Generated from the action's definition by `cargo xtask generate`; do not edit.",
    );
    line(&mut yaml, &format!("name: {}", scalar(definition.title)));
    line(&mut yaml, &format!("description: {}", scalar(definition.about)));
    line(&mut yaml, &format!("author: {}", scalar(author())));
    line(&mut yaml, "branding:");
    line(&mut yaml, &format!("  icon: {}", scalar(definition.icon)));
    line(&mut yaml, &format!("  color: {}", scalar(definition.color)));
    if !definition.inputs.is_empty() {
        line(&mut yaml, "inputs:");
    }
    for input in definition.inputs.iter().filter(|input| definition.in_action(input)) {
        // An alias is an input of its own: the runner warns of undeclared ones.
        for name in input.names() {
            write_input(&mut yaml, definition, input, name);
        }
    }
    if !definition.outputs.is_empty() {
        line(&mut yaml, "outputs:");
    }
    for output in definition.outputs {
        line(&mut yaml, &format!("  {}:", output.name));
        line(&mut yaml, &format!("    description: {}", scalar(output.help)));
    }
    line(&mut yaml, "runs:");
    line(&mut yaml, "  using: docker");
    line(&mut yaml, &format!("  image: {}", scalar(runs.image)));
    line(&mut yaml, &format!("  entrypoint: {}", scalar(runs.entrypoint)));
    let own = runs.args.iter().copied();
    let host = ["--host-workspace", "${{ inputs.host-workspace }}"];
    let args: Vec<&str> =
        own.chain(host.into_iter().filter(|_| definition.exports_paths)).collect();
    if !args.is_empty() {
        line(&mut yaml, "  args:");
    }
    for arg in args {
        line(&mut yaml, &format!("    - {}", scalar(arg)));
    }
    yaml
}

fn line(yaml: &mut String, text: &str) {
    let _ = writeln!(yaml, "{text}");
}

fn write_input(yaml: &mut String, definition: &Definition, input: &Input, name: &str) {
    let is_alias = name != input.name;
    let help = if is_alias {
        format!("The same as `{}`.", input.name)
    } else {
        described(definition, input)
    };
    line(yaml, &format!("  {name}:"));
    line(yaml, &format!("    description: {}", scalar(&help)));
    match input.default {
        // One of two spellings carries the default, or both would disagree with what users set.
        Default::Expression(expression) if !is_alias => {
            line(yaml, &format!("    default: {}", scalar(expression)));
        }
        Default::None | Default::Builtin(_) if input.required && input.aliases.is_empty() => {
            line(yaml, "    required: true");
        }
        _ => {}
    }
}

/// The help, with what the input takes and what it is without.
fn described(definition: &Definition, input: &Input) -> String {
    let mut text = input.help.to_owned();
    let choices: Vec<&str> = match input.kind {
        Kind::Choice(choices) => choices.to_vec(),
        _ if input.names().any(|name| name == "mode") => definition.modes().collect(),
        _ => Vec::new(),
    };
    if !choices.is_empty() {
        let _ = write!(text, " One of: {}.", choices.join(", "));
    }
    if input.kind == Kind::List {
        text.push_str(" One a line.");
    }
    if let Default::Builtin(default) = input.default {
        let _ = write!(text, " Default: `{default}`.");
    }
    text
}

/// The owner of the repository.
fn author() -> &'static str {
    env!("CARGO_PKG_REPOSITORY").rsplit('/').nth(1).unwrap_or("actions")
}

/// A YAML scalar: plain where that is safe, else in single quotes.
fn scalar(text: &str) -> String {
    let first_is_safe = text.starts_with(|c: char| c.is_ascii_alphabetic() || "/.$_-".contains(c));
    let is_dash = text == "-" || text.starts_with("- ") || text.starts_with("---");
    let has_syntax = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let is_word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "~" | "y" | "n"
    );
    let is_number = text.parse::<f64>().is_ok();
    if first_is_safe && !is_dash && !has_syntax && !is_word && !is_number && text.trim() == text {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::DEMO;

    #[test]
    fn the_manifest_of_the_demo() {
        let runs = ActionYml { image: "../../Dockerfile", entrypoint: "/demo", args: &[] };
        insta::assert_snapshot!(action_yml(&DEMO, &runs));
    }

    #[test]
    fn fixed_words_come_before_the_workspace() {
        let runs = ActionYml { image: "../Dockerfile", entrypoint: "/demo", args: &["apply"] };
        let yaml = action_yml(&DEMO, &runs);
        let args =
            "  args:\n    - apply\n    - --host-workspace\n    - ${{ inputs.host-workspace }}\n";
        assert!(yaml.ends_with(args), "{yaml}");
    }

    #[test]
    fn scalars_are_quoted_when_they_must_be() {
        let cases = [
            ("plain words, with commas", "plain words, with commas"),
            ("${{ github.token }}", "${{ github.token }}"),
            ("--host-workspace", "--host-workspace"),
            ("a: b", "'a: b'"),
            ("a #b", "'a #b'"),
            ("it's: x", "'it''s: x'"),
            ("`x` is", "'`x` is'"),
            ("true", "'true'"),
            ("1.10", "'1.10'"),
            (".5", "'.5'"),
            ("", "''"),
            ("- a", "'- a'"),
            ("ends:", "'ends:'"),
        ];
        for (text, expected) in cases {
            assert_eq!(scalar(text), expected);
        }
    }
}
