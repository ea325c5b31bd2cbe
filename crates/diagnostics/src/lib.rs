//! Errors a person can act on: what was expected, what was found, where, and the remedy.
//!
//! A [`Diagnostic`] carries a code, a message, labels with byte spans into a [`Source`], a help
//! line and the exit class it leads to. The same value is rendered for a terminal
//! ([`render_terminal`]) and turned into a GitHub annotation ([`Annotation`]). Every crate of the
//! workspace has one error type of its own that converts into a `Diagnostic`.

mod annotation;
mod diagnostic;
mod exit;
mod explain;
mod foreign;
mod secret;
mod source;
mod terminal;

pub use annotation::{Annotation, annotations};
pub use diagnostic::{Diagnostic, Failure, Label, Severity};
pub use exit::Exit;
pub use explain::Explanation;
pub use foreign::{visible, visible_line};
pub use secret::Secret;
pub use source::{Position, Source};
pub use terminal::render_terminal;
