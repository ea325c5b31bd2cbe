//! What can be wrong with plans.

use diagnostics::{Diagnostic, visible_line};

use crate::MAX_REPLANS;

/// What can be wrong with a plan or with carrying it out. All but the last two are defects of the
/// action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EffectsError {
    /// Two steps have the same id.
    #[error("plan: two steps are called `{0}`")]
    DuplicateStep(String),
    /// A step needs one that is not in the plan.
    #[error("plan: step `{step}` needs `{need}`, which is not a step")]
    UnknownNeed {
        /// The step.
        step: String,
        /// What it needs.
        need: String,
    },
    /// A step needs one that stands after it.
    #[error("plan: step `{step}` needs `{need}`, which stands after it")]
    OutOfOrder {
        /// The step.
        step: String,
        /// What it needs.
        need: String,
    },
    /// Steps that need each other.
    #[error("plan: step `{0}` needs itself through its needs")]
    Cycle(String),
    /// A step uses an output of a step it does not need.
    #[error("plan: step `{step}` uses `${{{from}.{key}}}` and does not need `{from}`")]
    NotNeeded {
        /// The step.
        step: String,
        /// The step that gives the output.
        from: String,
        /// The output.
        key: String,
    },
    /// An output that is not there.
    #[error("plan: step `{step}` left no `{key}` for this step")]
    NoOutput {
        /// The step that should have given it.
        step: String,
        /// The output.
        key: String,
    },
    /// A step cannot be written as JSON.
    #[error("plan: step `{step}` has no JSON form: {reason}")]
    NotJson {
        /// The step.
        step: String,
        /// What the serializer said.
        reason: String,
    },
    /// The world kept moving.
    #[error("step `{step}` met a conflict again after {MAX_REPLANS} new plans: {}", visible_line(.reason))]
    Conflicts {
        /// The step.
        step: String,
        /// What it met last.
        reason: String,
    },
    /// The run was asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl From<EffectsError> for Diagnostic {
    fn from(error: EffectsError) -> Self {
        match &error {
            EffectsError::Conflicts { .. } => Self::outside("effects/conflict", error.to_string())
                .with_help(
                    "something else changes the same things; run again once it has finished",
                ),
            EffectsError::Cancelled => {
                let mut diagnostic = Self::outside("effects/cancelled", error.to_string());
                diagnostic.exit = diagnostics::Exit::Cancelled;
                diagnostic.with_help("run again to complete the rest")
            }
            _ => Self::bug(error.to_string()),
        }
    }
}
