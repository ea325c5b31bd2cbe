//! `INPUT_*` variables.

use std::collections::BTreeMap;

use diagnostics::Diagnostic;

use super::value::{boolean, nearest};
use crate::definition::{Default, Definition, Input, Kind};
use crate::environment::Environment;

/// The runner passes these on whatever the action declares (runner contract, 1.4).
const ALWAYS_ACCEPTED: [&str; 2] = ["INPUT_ENTRYPOINT", "INPUT_ARGS"];

/// An input as the workflow gave it.
pub(crate) struct Given {
    /// The name it came under.
    pub(crate) spelt: &'static str,
    /// Trimmed, not empty.
    pub(crate) text: String,
}

/// The inputs the environment gives, by primary name, and what is wrong with them: two spellings
/// that disagree (errors), inputs nobody declared (warnings).
pub(crate) fn read(
    definition: &'static Definition,
    environment: &Environment,
) -> (BTreeMap<&'static str, Given>, Vec<Diagnostic>) {
    let mut given = BTreeMap::new();
    let mut problems = Vec::new();
    for input in definition.inputs {
        let mut found: Vec<(&'static str, String, &str)> = Vec::new();
        for spelt in input.names() {
            for variable in variables_of(spelt) {
                let Some(value) = environment.get(&variable).map(str::trim) else { continue };
                if !value.is_empty() && !found.iter().any(|(_, known, _)| *known == variable) {
                    found.push((spelt, variable, value));
                }
            }
        }
        // A default that is an expression always arrives, under the primary name, and looks like a
        // value someone gave: an alias that was given beats it.
        if matches!(input.default, Default::Expression(_))
            && found.iter().any(|(spelt, ..)| *spelt != input.name)
        {
            found.retain(|(spelt, ..)| *spelt != input.name);
        }
        let mut found = found.into_iter();
        let Some((spelt, variable, value)) = found.next() else { continue };
        for (other_spelt, other_variable, other) in found {
            if !same(input, value, other) {
                problems.push(conflict(input, [spelt, other_spelt], [&variable, &other_variable]));
            }
        }
        given.insert(input.name, Given { spelt, text: value.to_owned() });
    }
    problems.extend(undeclared(definition, environment));
    (given, problems)
}

/// Whether two texts are the same value: `true` and `TRUE` are one boolean.
fn same(input: &Input, one: &str, other: &str) -> bool {
    one == other
        || (input.kind == Kind::Bool && boolean(one).is_some() && boolean(one) == boolean(other))
}

/// How a name may be spelt in the environment: the runner keeps `-`, and people write `_`.
fn variables_of(name: &str) -> [String; 3] {
    let upper = name.to_uppercase();
    [
        format!("INPUT_{upper}"),
        format!("INPUT_{}", upper.replace('-', "_")),
        format!("INPUT_{}", upper.replace('_', "-")),
    ]
}

fn conflict(input: &Input, names: [&str; 2], variables: [&String; 2]) -> Diagnostic {
    let [one, other] = names;
    let message = if one == other {
        let [one, other] = variables;
        format!("`{one}` and `{other}` both give input `{}`, with different values", input.name)
    } else {
        format!("inputs `{one}` and `{other}` mean the same and have different values")
    };
    Diagnostic::bad_input("input/conflict", message)
        .with_help(format!("remove one of the two; `{}` is the current name", input.name))
}

fn undeclared(definition: &'static Definition, environment: &Environment) -> Vec<Diagnostic> {
    let names = || definition.inputs.iter().filter(|input| !input.is_hidden()).map(|i| i.name);
    let known: Vec<String> = definition
        .inputs
        .iter()
        .flat_map(Input::names)
        .flat_map(variables_of)
        .chain(ALWAYS_ACCEPTED.map(str::to_owned))
        .collect();
    let mut problems = Vec::new();
    for (variable, value) in environment.iter() {
        let Some(name) = variable.strip_prefix("INPUT_") else { continue };
        if value.trim().is_empty() || known.iter().any(|known| known == variable) {
            continue;
        }
        let name = name.to_lowercase();
        let help = match nearest(&name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        };
        problems.push(
            Diagnostic::warning(
                "input/unknown",
                format!("there is no input `{name}`; it has no effect"),
            )
            .with_help(help),
        );
    }
    problems
}

#[cfg(test)]
mod tests {
    use diagnostics::Severity;

    use super::*;
    use crate::demo::DEMO;

    fn check(pairs: &[(&str, &str)]) -> (BTreeMap<&'static str, Given>, Vec<Diagnostic>) {
        read(&DEMO, &pairs.iter().copied().collect())
    }

    #[test]
    fn every_spelling_is_read_and_empty_is_absent() {
        for variable in ["INPUT_DRY-RUN", "INPUT_DRY_RUN", "INPUT_NO_OPERATION_MODE"] {
            let (given, problems) = check(&[(variable, " true "), ("INPUT_CONFIG", "  ")]);
            assert_eq!(given["dry-run"].text, "true", "{variable}");
            assert!(!given.contains_key("config") && problems.is_empty(), "{problems:?}");
        }
    }

    #[test]
    fn equal_spellings_agree_and_different_ones_are_an_error() {
        let (_, problems) =
            check(&[("INPUT_DRY-RUN", "true"), ("INPUT_NO_OPERATION_MODE", "true")]);
        assert!(problems.is_empty());
        let (_, problems) =
            check(&[("INPUT_DRY-RUN", "TRUE"), ("INPUT_NO_OPERATION_MODE", "true")]);
        assert!(problems.is_empty(), "one boolean in two spellings");
        let (_, problems) =
            check(&[("INPUT_DRY-RUN", "true"), ("INPUT_NO_OPERATION_MODE", "false")]);
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].message,
            "inputs `dry-run` and `no_operation_mode` mean the same and have different values"
        );
        let (_, problems) = check(&[("INPUT_DRY-RUN", "true"), ("INPUT_DRY_RUN", "false")]);
        assert!(problems[0].message.starts_with("`INPUT_DRY-RUN` and `INPUT_DRY_RUN`"));
    }

    #[test]
    fn an_alias_beats_a_default_that_always_arrives() {
        let (given, problems) =
            check(&[("INPUT_TOKEN", "the-default"), ("INPUT_GITHUB_TOKEN", "the-users")]);
        assert_eq!((given["token"].text.as_str(), problems.len()), ("the-users", 0));
        let (given, _) = check(&[("INPUT_TOKEN", "the-default"), ("INPUT_GITHUB_TOKEN", "")]);
        assert_eq!(given["token"].text, "the-default");
    }

    #[test]
    fn undeclared_inputs_are_warned_of_with_the_nearest_name() {
        let (_, problems) = check(&[
            ("INPUT_DRYRUN", "true"),
            ("INPUT_ENTRYPOINT", "/x"),
            ("INPUT_ARGS", "y"),
            ("INPUT_LEAKED", ""),
        ]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].severity, Severity::Warning);
        assert_eq!(problems[0].help.as_deref(), Some("did you mean `dry-run`?"));
    }
}
