//! The inputs of a run, from flags and `INPUT_*` variables.
//!
//! A flag beats an input; an empty input is an absent one; built-in defaults and configuration
//! files are the action's business. Values reach clap only when they were flags, so a secret
//! input can appear in no message about the command line.

mod merge;
mod value;
mod variables;

use std::collections::BTreeMap;
use std::path::PathBuf;

use diagnostics::{Secret, Source};

use crate::definition::Definition;

pub(crate) use merge::merge;
pub(crate) use value::{Value, nearest};
pub(crate) use variables::{Given, read};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag, as typed: `--config`.
    Flag(String),
    /// An input, as the workflow spells it: `config_file`.
    Input(String),
    /// Nobody gave it.
    Default,
}

#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) value: Option<Value>,
    pub(crate) origin: Origin,
}

/// The inputs of a run. Names are those of the definition, primary or alias.
#[derive(Clone, Debug)]
pub struct Inputs {
    pub(crate) definition: &'static Definition,
    pub(crate) values: BTreeMap<&'static str, Resolved>,
}

impl Inputs {
    fn resolved(&self, name: &str) -> Option<&Resolved> {
        self.values.get(self.definition.input(name)?.name)
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.resolved(name)?.value.as_ref()
    }

    /// The text of a text, choice or path.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A boolean.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// A whole number, within the bounds of the definition.
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The texts of a list; `None` when it was not given.
    pub fn list(&self, name: &str) -> Option<&[String]> {
        match self.value(name)? {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// A path, as given: relative to the working directory unless absolute.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// A secret; it is masked already.
    pub fn secret(&self, name: &str) -> Option<Secret> {
        match self.value(name)? {
            Value::Secret(secret) => Some(secret.clone()),
            _ => None,
        }
    }

    /// Where the value came from; `None` for a name the definition does not have.
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        Some(&self.resolved(name)?.origin)
    }

    /// The value as a text that diagnostics can point into, named by where it came from: the flag,
    /// or "input `name`". Secrets are `***`.
    pub fn source(&self, name: &str) -> Source {
        let (origin, text) = match self.resolved(name) {
            Some(resolved) => {
                (&resolved.origin, resolved.value.as_ref().map(Value::shown).unwrap_or_default())
            }
            None => (&Origin::Default, String::new()),
        };
        match origin {
            Origin::Flag(flag) => Source::text(flag.as_str(), text),
            Origin::Input(spelt) => Source::text(format!("input `{spelt}`"), text),
            Origin::Default => Source::text(format!("input `{name}`"), text),
        }
    }

    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.values.values().filter_map(|resolved| match &resolved.value {
            Some(Value::Secret(secret)) => Some(secret),
            _ => None,
        })
    }
}
