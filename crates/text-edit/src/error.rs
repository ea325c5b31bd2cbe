//! Why an edit was not made.

use config::Place;
use diagnostics::{Diagnostic, Failure, visible_line};

/// Why an edit was not made. The text is then unchanged.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The text is not of its format.
    #[error("the file cannot be read")]
    Unreadable(Failure),
    /// There is nothing under the path.
    #[error("`{}` is not in the file", visible_line(.path))]
    Missing {
        /// The path that was asked for, with dots.
        path: String,
        /// The key that was not found.
        key: String,
        /// A key that is there and looks alike.
        near: Option<String>,
        /// The table that was searched.
        place: Box<Place>,
    },
    /// The value is not a string.
    #[error("`{}` is not a string", visible_line(.path))]
    NotAString {
        /// The path, with dots.
        path: String,
        /// The value.
        place: Box<Place>,
    },
    /// Other places of the file have the same value through a YAML alias.
    #[error("`{}` is shared by an anchor", visible_line(.path))]
    Shared {
        /// The path, with dots.
        path: String,
        /// The value.
        place: Box<Place>,
    },
    /// Several values have this path.
    #[error("`{}` is {} times in the file", visible_line(.path), .places.len())]
    Several {
        /// The path, with dots.
        path: String,
        /// The values.
        places: Vec<Place>,
    },
    /// The text has no line that says where to insert.
    #[error("the insertion flag `{}` is not in the file", visible_line(.flag))]
    NoFlag {
        /// The flag.
        flag: String,
    },
    /// What was to be added is there.
    #[error("`{}` is in the file already", visible_line(.path))]
    Exists {
        /// The path, with dots.
        path: String,
        /// The value.
        place: Box<Place>,
    },
    /// No place was found for something new.
    #[error("no place was found for `{}` that leaves the rest of the file as it is", visible_line(.path))]
    Unplaced {
        /// The path, with dots.
        path: String,
        /// The value, as it was to be written.
        raw: String,
    },
    /// Reading the edited text again did not show exactly the wanted change.
    #[error("editing `{path}` would have changed more than its value")]
    Unverified {
        /// The path, with dots.
        path: String,
    },
}

impl From<EditError> for Diagnostic {
    /// Of an unreadable text only the first problem; `Failure::from` keeps them all.
    fn from(error: EditError) -> Self {
        let message = error.to_string();
        match error {
            EditError::Unreadable(failure) => {
                let first = failure.diagnostics.into_iter().next();
                first.unwrap_or_else(|| Self::bug(message))
            }
            EditError::Missing { key, near, place, .. } => {
                let help = match near {
                    Some(near) => {
                        format!("did you mean `{near}`? The edit changes values that exist")
                    }
                    None => format!("add `{key}` to the file; the edit changes values that exist"),
                };
                Self::bad_input("text-edit/missing", message)
                    .with_label(&place.source, place.span, "in this table")
                    .with_help(help)
            }
            EditError::NotAString { place, .. } => {
                Self::bad_input("text-edit/not-a-string", message)
                    .with_label(&place.source, place.span, "not a string")
                    .with_help("write the value in quotes, or name another key")
            }
            EditError::Shared { place, .. } => Self::bad_input("text-edit/shared", message)
                .with_label(&place.source, place.span, "named by an alias")
                .with_help("write the value out where it is to change, without anchor and alias"),
            EditError::Several { places, .. } => {
                let several = Self::bad_input("text-edit/several", message);
                let several = places.into_iter().take(3).fold(several, |diagnostic, place| {
                    diagnostic.with_label(&place.source, place.span, "one of them")
                });
                several.with_help("name a path that leads to one value only")
            }
            EditError::NoFlag { flag } => Self::bad_input("text-edit/no-flag", message)
                .with_help(format!("add a line `{flag}` where new sections belong")),
            EditError::Exists { place, .. } => Self::bad_input("text-edit/exists", message)
                .with_label(&place.source, place.span, "here")
                .with_help("change it there"),
            EditError::Unplaced { path, raw } => Self::bad_input("text-edit/unplaced", message)
                .with_help(format!("add it by hand: `{path} = {raw}`")),
            EditError::Unverified { .. } => Self::bug(message),
        }
    }
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Unreadable(failure) => failure,
            other => Self::from(Diagnostic::from(other)),
        }
    }
}
