//! Reading TOML 1.1.
//!
//! Tokens and scalars are `toml_parser`'s; how headers and dotted keys make tables is decided
//! here ([`build`]), so that every duplicate is reported, with both places, and tables keep the
//! order in which they first appear.

mod build;
mod message;
mod value;

use diagnostics::{Diagnostic, Failure, Source};
use toml_parser::parser::{EventKind, RecursionGuard, ValidateWhitespace, parse_document};

use crate::format::check_size;
use crate::{MAX_DEPTH, Tree};
use build::Builder;
use value::Reader;

/// Reads a TOML text. A byte order mark in front is skipped.
///
/// # Errors
/// Every syntax error and every bad value; where there are no syntax errors, every key that stands
/// twice.
pub fn parse_toml(source: &Source) -> Result<Tree, Failure> {
    check_size(source).map_err(Diagnostic::from)?;
    let text = toml_parser::Source::new(source.contents());
    let tokens = text.lex().into_vec();
    let mut events = Vec::with_capacity(tokens.len());
    let mut errors = Vec::new();
    let mut checked = ValidateWhitespace::new(&mut events, text);
    let mut limited = RecursionGuard::new(&mut checked, u32::try_from(MAX_DEPTH).unwrap_or(64));
    parse_document(&tokens, &mut limited, &mut errors);
    events.retain(|event| {
        !matches!(event.kind(), EventKind::Whitespace | EventKind::Comment | EventKind::Newline)
    });
    let mut builder = Builder::new(source);
    Reader::new(text, &events).document(&mut builder);
    if !errors.is_empty() {
        // Tables around a syntax error are guesses; values that cannot be decoded are not.
        errors.append(builder.errors());
        return Err(message::failure(source, &errors));
    }
    let root = builder.finish()?;
    Ok(Tree::new(source.clone(), root))
}

#[cfg(test)]
mod tests;
