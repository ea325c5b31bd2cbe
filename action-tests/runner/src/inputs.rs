//! Inputs: merging of `with:` and defaults, and the `INPUT_*` variables.

use std::collections::BTreeMap;

use crate::Dialect;
use crate::expression::{self, Contexts};
use crate::manifest::Manifest;

/// The inputs of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Every input with its value, declared ones first, then what else `with:` holds.
    pub values: Vec<(String, String)>,
    /// Warnings the runner shows.
    pub warnings: Vec<String>,
}

impl Merged {
    /// The value of an input, names compared without case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Names that are accepted although no action declares them.
const ALWAYS_VALID: &[&str] = &["entryPoint", "args"];

/// Merges `with:` and the defaults of the manifest; defaults only where `with:` has nothing.
///
/// # Errors
/// A default that cannot be evaluated.
pub fn merge(
    manifest: &Manifest,
    with: &[(String, String)],
    contexts: &Contexts,
) -> anyhow::Result<Merged> {
    let given = |name: &str| with.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name));
    let mut merged = Merged::default();
    for input in &manifest.inputs {
        let value = match given(&input.name) {
            Some((_, value)) => {
                if let Some(text) = &input.deprecation {
                    let name = &input.name;
                    merged
                        .warnings
                        .push(format!("Input '{name}' has been deprecated with message: {text}"));
                }
                value.clone()
            }
            None => expression::interpolate(&input.default, contexts)?,
        };
        merged.values.push((input.name.clone(), value));
    }
    let mut unexpected = Vec::new();
    for (name, value) in with {
        if merged.get(name).is_some() {
            continue;
        }
        merged.values.push((name.clone(), value.clone()));
        if !ALWAYS_VALID.iter().any(|valid| valid.eq_ignore_ascii_case(name)) {
            unexpected.push(format!("'{name}'"));
        }
    }
    if !unexpected.is_empty() {
        let declared = manifest.inputs.iter().map(|input| input.name.as_str());
        let valid: Vec<_> =
            ALWAYS_VALID.iter().copied().chain(declared).map(|name| format!("'{name}'")).collect();
        merged.warnings.push(format!(
            "Unexpected input(s) {}, valid inputs are [{}]",
            unexpected.join(", "),
            valid.join(", ")
        ));
    }
    Ok(merged)
}

/// The variable an input arrives in.
pub fn variable(name: &str, dialect: Dialect) -> String {
    let upper = name.to_uppercase();
    let mangled = match dialect {
        Dialect::Runner => upper.replace(' ', "_"),
        Dialect::Act => upper
            .chars()
            .map(|c| {
                let kept = c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
                if kept { c } else { '_' }
            })
            .collect(),
    };
    format!("INPUT_{mangled}")
}

/// `INPUT_*` of every input.
pub fn variables(merged: &Merged, dialect: Dialect) -> BTreeMap<String, String> {
    let pairs = merged.values.iter();
    pairs.map(|(name, value)| (variable(name, dialect), value.clone())).collect()
}
