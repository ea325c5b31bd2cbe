//! What BuildKit refuses, in its words.

use std::ops::Range;

use diagnostics::{Diagnostic, Explanation, Source};

/// The code of everything BuildKit refuses.
const SYNTAX: &str = "dockerfile/syntax";

/// Why a Dockerfile is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// BuildKit's words.
    pub message: String,
    /// What is wrong.
    pub span: Range<usize>,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span }
    }

    /// The same for terminal and annotations.
    pub fn diagnostic(&self, source: &Source) -> Diagnostic {
        Diagnostic::bad_input(SYNTAX, self.message.clone()).with_label(
            source,
            self.span.clone(),
            "",
        )
    }
}

/// What the codes of this crate mean.
pub const EXPLANATIONS: &[Explanation] = &[Explanation {
    code: SYNTAX,
    title: "the Dockerfile cannot be built",
    text: "BuildKit refuses this instruction with these words, before it runs anything. The place is the instruction, or the word that is wrong.",
}];
