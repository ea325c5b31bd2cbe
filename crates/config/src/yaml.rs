//! Reading YAML 1.2: one document, the core schema, aliases within a budget.
//!
//! Events are `saphyr-parser`'s; [`build`] makes the tree, [`span`] turns its character counts
//! into bytes.

mod build;
mod message;
mod scalar;
mod span;

use diagnostics::{Diagnostic, Failure, Source};
use saphyr_parser::{Event, Parser};

use crate::format::check_size;
use crate::{ConfigError, Format, Place, Tree};
use build::Builder;
use span::Offsets;

/// Reads a YAML text of at most one document. A byte order mark in front is skipped; an empty
/// text is `null`.
///
/// Tags other than those of the core schema, merge keys and keys that are not scalars are
/// errors.
///
/// # Errors
/// The first syntax error, and every duplicate key, merge key and unknown tag before it.
pub fn parse_yaml(source: &Source) -> Result<Tree, Failure> {
    check_size(source).map_err(Diagnostic::from)?;
    let text = source.contents();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let offsets = Offsets::new(text, source.contents().len() - text.len());
    let mut builder = Builder::new(source);
    let mut parser = Parser::new_from_str(text);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let event = match event {
            Ok((Event::DocumentStart(_), span)) => {
                documents += 1;
                if documents < 2 {
                    continue;
                }
                let place = Place { source: source.clone(), span: offsets.bytes(&span) };
                Err(ConfigError::Syntax {
                    format: Format::Yaml,
                    what: "a second document starts here".to_owned(),
                    place,
                    help: Some("settings are one document; remove the `---` line".to_owned()),
                })
            }
            Ok((event, span)) => builder.event(event, offsets.bytes(&span)),
            Err(error) => Err(message::reworded(source, &error, &offsets)),
        };
        if let Err(error) = event {
            builder.problem(error);
            break;
        }
    }
    Ok(Tree::new(source.clone(), builder.finish()?))
}

#[cfg(test)]
mod tests;
