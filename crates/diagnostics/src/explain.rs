//! The long form behind a code.

/// What `explain CODE` prints. Every crate lists its codes in a `pub const EXPLANATIONS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code as diagnostics show it, `area/name`.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// Why it is an error, how it comes about, how to cure it; Markdown paragraphs.
    pub text: &'static str,
}
