//! A value that remembers where it was written.

use std::ops::Range;

use diagnostics::{Diagnostic, Source};

/// A value together with its place, so that a later check can still point at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Bytes of `source`.
    pub span: Range<usize>,
    /// The text it was read from.
    pub source: Source,
}

impl<T> Spanned<T> {
    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span, source: self.source }
    }

    /// The same place with a borrowed value.
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, span: self.span.clone(), source: self.source.clone() }
    }

    /// An error about this value (exit 2), labelled with its place; add the remedy with
    /// [`Diagnostic::with_help`].
    pub fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::bad_input(code, message).with_label(&self.source, self.span.clone(), "")
    }

    /// A warning about this value, labelled with its place.
    pub fn warning(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(code, message).with_label(&self.source, self.span.clone(), "")
    }
}
