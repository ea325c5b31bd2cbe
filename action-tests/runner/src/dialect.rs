//! Whose behaviour is played.

/// The program that runs the workflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// GitHub's own runner (`actions/runner` 2.336).
    #[default]
    Runner,
    /// `nektos/act` 0.2.87.
    Act,
}
