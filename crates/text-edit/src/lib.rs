//! Edits that change a value and nothing else.
//!
//! [`toml`], [`json`], [`yaml`] and [`xml`] replace the bytes of one value; [`markdown`] puts a
//! section into a changelog. Every other byte stays: comments, spacing, quotes, line endings, byte order mark.

mod error;
mod explain;
pub mod json;
pub mod markdown;
pub mod toml;
mod value;
pub mod xml;
pub mod yaml;

pub use error::EditError;
pub use explain::EXPLANATIONS;
