//! Flags over inputs.

use std::collections::BTreeMap;

use diagnostics::Diagnostic;

use super::value::{Value, choose, parse};
use super::{Given, Inputs, Origin, Resolved};
use crate::command_line::Typed;
use crate::definition::{Definition, Flag, Input, Kind};

/// Puts flags over inputs and reads every value by its kind. All problems are collected.
pub(crate) fn merge(
    definition: &'static Definition,
    command: &str,
    mut typed: BTreeMap<&'static str, Typed>,
    mut given: BTreeMap<&'static str, Given>,
    problems: &mut Vec<Diagnostic>,
) -> Inputs {
    let mut values = BTreeMap::new();
    for input in definition.inputs {
        let typed = typed.remove(input.name);
        let given = given.remove(input.name);
        let resolved = match (typed, given) {
            (Some(typed), _) => from_flag(input, typed),
            (None, Some(given)) => from_input(definition, input, &given),
            (None, None) => Ok(Resolved { value: None, origin: Origin::Default }),
        };
        match resolved {
            Ok(resolved) => {
                if input.required && resolved.value.is_none() && input.applies_to(command) {
                    problems.push(missing(input));
                }
                values.insert(input.name, resolved);
            }
            Err(problem) => problems.push(problem),
        }
    }
    Inputs { definition, values }
}

fn from_flag(input: &Input, typed: Typed) -> Result<Resolved, Diagnostic> {
    let (value, flag) = match typed {
        Typed::Flag(value, flag) => (Some(Value::Flag(value)), flag),
        Typed::Count(count, flag) => (Some(Value::Integer(count)), flag),
        Typed::Choice(choice, flag) => (Some(Value::Text(choice.to_owned())), flag),
        Typed::Texts(texts, flag) => {
            let value = match (input.kind, texts.as_slice()) {
                (Kind::List, _) => Some(Value::List(
                    texts.into_iter().filter(|text| !text.trim().is_empty()).collect(),
                )),
                (_, []) => None,
                (_, [.., last]) if last.is_empty() => None,
                (_, [.., last]) => Some(parse(input, last, &format!("`{flag}`"))?),
            };
            (value, flag)
        }
    };
    Ok(Resolved { value, origin: Origin::Flag(flag) })
}

fn from_input(
    definition: &'static Definition,
    input: &Input,
    given: &Given,
) -> Result<Resolved, Diagnostic> {
    let source = format!("input `{}`", given.spelt);
    let origin = Origin::Input(given.spelt.to_owned());
    if input.name == "mode" || input.aliases.contains(&"mode") {
        let modes: Vec<&str> = definition.modes().collect();
        if !modes.is_empty() && !modes.contains(&given.text.as_str()) {
            let found = diagnostics::visible_line(&given.text);
            let message = format!("{source} names no command, found `{found}`");
            let help = choose(&given.text, &modes);
            return Err(Diagnostic::bad_input("input/value", message).with_help(help));
        }
    }
    let value = parse(input, &given.text, &source)?;
    Ok(Resolved { value: Some(value), origin })
}

fn missing(input: &Input) -> Diagnostic {
    let help = match input.flag {
        Flag::Value { long, .. } => format!("give it under `with:` or as `--{long}`"),
        _ if input.secret => "give it under `with:`, from a secret".to_owned(),
        _ => "give it under `with:`".to_owned(),
    };
    Diagnostic::bad_input("input/required", format!("input `{}` is required", input.name))
        .with_help(help)
}
