//! Edits that change a value and nothing else.
//!
//! [`toml::set_string`] replaces the bytes of one TOML string; [`markdown`] puts a section into a
//! changelog. Every other byte stays: comments, spacing, quotes, line endings, byte order mark.

mod error;
mod explain;
pub mod markdown;
pub mod toml;

pub use error::EditError;
pub use explain::EXPLANATIONS;
