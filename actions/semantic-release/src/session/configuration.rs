//! The configuration file.

use std::path::Path;

use action_kit::Context;
use config::Tree;
use diagnostics::{Diagnostic, Failure, Source};

/// The configuration file: the one that is named, else `pyproject.toml` where there is one.
pub(crate) fn read(context: &Context, directory: &Path) -> Result<Option<Tree>, Failure> {
    let named = context.inputs.path("config_file");
    let path = directory.join(named.as_deref().unwrap_or_else(|| Path::new("pyproject.toml")));
    let shown = context.paths.shown(&path);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            return Ok(None);
        }
        Err(error) => {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "does not exist".to_owned(),
                std::io::ErrorKind::InvalidData => "is not UTF-8 text".to_owned(),
                _ => format!("cannot be read: {error}"),
            };
            let source = context.inputs.source("config_file");
            let mut diagnostic = Diagnostic::bad_input(
                "release/config-file",
                format!("configuration file `{shown}` {why}"),
            );
            if named.is_some() {
                diagnostic = diagnostic.with_label(&source, 0..source.contents().len(), "");
            }
            return Err(diagnostic
                .with_help("give a path relative to the working directory")
                .into());
        }
    };
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let source = Source::file(shown, text);
    let tree = if is_json { config::parse_json(&source)? } else { config::parse_toml(&source)? };
    Ok(Some(tree))
}
