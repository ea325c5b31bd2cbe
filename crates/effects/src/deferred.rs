//! Values that do not exist yet.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::{EffectsError, Outputs};

/// A text that is known, or that a step will give, or put together from both.
///
/// Shown (and serialized) with placeholders: `${commit.sha}`. Every `$` of a known text is shown
/// as `$$`, so that a reader of the plan can tell them apart; known text is never resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deferred {
    /// Known now.
    Known(String),
    /// An output of an earlier step.
    Output {
        /// The step's id.
        step: String,
        /// The output's name.
        key: String,
    },
    /// The parts, one after the other.
    Joined(Vec<Self>),
}

impl Deferred {
    /// The output `key` of step `step`.
    pub fn output(step: impl Into<String>, key: impl Into<String>) -> Self {
        Self::Output { step: step.into(), key: key.into() }
    }

    /// The outputs this depends on, as step and key.
    pub fn outputs(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Known(_) => Vec::new(),
            Self::Output { step, key } => vec![(step, key)],
            Self::Joined(parts) => parts.iter().flat_map(Self::outputs).collect(),
        }
    }
}

impl From<&str> for Deferred {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

impl From<String> for Deferred {
    fn from(text: String) -> Self {
        Self::Known(text)
    }
}

impl fmt::Display for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(text) => f.write_str(&text.replace('$', "$$")),
            Self::Output { step, key } => write!(f, "${{{step}.{key}}}"),
            Self::Joined(parts) => parts.iter().try_for_each(|part| part.fmt(f)),
        }
    }
}

impl Serialize for Deferred {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What the steps before this one left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, Outputs>);

impl Values {
    /// An output of a step, where it is there.
    pub fn get(&self, step: &str, key: &str) -> Option<&str> {
        self.0.get(step)?.get(key).map(String::as_str)
    }

    /// The text a deferred value has become.
    ///
    /// # Errors
    /// [`EffectsError::NoOutput`] where a step did not leave what was announced, or is not among
    /// the needs of the step that asks.
    pub fn resolve(&self, value: &Deferred) -> Result<String, EffectsError> {
        match value {
            Deferred::Known(text) => Ok(text.clone()),
            Deferred::Output { step, key } => self
                .get(step, key)
                .map(str::to_owned)
                .ok_or_else(|| EffectsError::NoOutput { step: step.clone(), key: key.clone() }),
            Deferred::Joined(parts) => parts.iter().map(|part| self.resolve(part)).collect(),
        }
    }

    pub(crate) fn insert(&mut self, step: &str, outputs: Outputs) {
        self.0.insert(step.to_owned(), outputs);
    }

    /// Only what these steps left.
    pub(crate) fn of<'i>(&self, steps: impl IntoIterator<Item = &'i str>) -> Self {
        let pairs = steps.into_iter().filter_map(|step| self.0.get_key_value(step));
        Self(pairs.map(|(step, outputs)| (step.clone(), outputs.clone())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        let mut values = Values::default();
        values.insert("commit", Outputs::from([("sha".to_owned(), "${tag.name}".to_owned())]));
        values
    }

    #[test]
    fn placeholders_are_shown_and_resolved_by_type() {
        let url = Deferred::Joined(vec!["https://x/".into(), Deferred::output("commit", "sha")]);
        assert_eq!(url.to_string(), "https://x/${commit.sha}");
        assert_eq!(serde_json::to_string(&url).unwrap(), "\"https://x/${commit.sha}\"");
        // What a step left is data too: it is not resolved a second time.
        assert_eq!(values().resolve(&url).unwrap(), "https://x/${tag.name}");
        assert_eq!(url.outputs(), [("commit", "sha")]);
    }

    #[test]
    fn text_that_looks_like_a_placeholder_stays_text() {
        let message = Deferred::from("fix ${commit.sha}");
        assert_eq!(values().resolve(&message).unwrap(), "fix ${commit.sha}");
        assert_eq!(message.to_string(), "fix $${commit.sha}");
        assert!(message.outputs().is_empty());
        let price = Deferred::Joined(vec!["$".into(), Deferred::output("commit", "sha")]);
        assert_eq!(price.to_string(), "$$${commit.sha}");
    }

    #[test]
    fn what_no_step_left_is_a_bug() {
        let error = values().resolve(&Deferred::output("commit", "url")).unwrap_err();
        assert_eq!(diagnostics::Diagnostic::from(error).exit, diagnostics::Exit::Bug);
    }
}
