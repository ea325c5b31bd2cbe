//! Settings files: TOML, YAML and JSON read into one [`Tree`] with byte spans, and a walk over it
//! that reports every problem at once.
//!
//! ```
//! use config::{Problems, Unknown, parse_toml};
//! use diagnostics::Source;
//!
//! let source = Source::file("layers.toml", "schema = 1\njobs = 4\nplatfrom = \"linux/amd64\"\n");
//! let tree = parse_toml(&source).expect("this is TOML");
//! let problems = Problems::default();
//! let table = tree.table(&problems).expect("the root of a TOML file is a table");
//! table.schema(1);
//! let jobs = table.integer("jobs", 1..=64).map(|jobs| jobs.value);
//! let platform = table.string("platform");
//! table.finish(Unknown::Error);
//!
//! assert_eq!((jobs, platform), (Some(4), None));
//! let failure = problems.into_result().expect_err("`platfrom` is not a key");
//! assert_eq!(failure.diagnostics[0].help.as_deref(), Some("did you mean `platform`?"));
//! ```
//!
//! Files are foreign text: every reader limits size and depth, expands YAML aliases within a
//! budget, and never panics. A file with a duplicate key is refused, since readers of the same
//! file elsewhere disagree about which one counts.

mod discover;
mod error;
mod explain;
mod field;
mod format;
mod json;
mod near;
mod number;
mod spanned;
mod toml;
mod tree;
mod walk;
mod yaml;

pub use discover::{candidates, choose};
pub use error::{ConfigError, Place};
pub use explain::EXPLANATIONS;
pub use field::Field;
pub use format::{Format, parse};
pub use json::parse_json;
pub use near::nearest;
pub use spanned::Spanned;
pub use toml::parse_toml;
pub use tree::{Key, Node, Tree, Value};
pub use walk::{Problems, Table, Unknown};
pub use yaml::parse_yaml;

/// The largest file read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How deep tables and lists may be nested.
pub const MAX_DEPTH: usize = 64;

/// How many problems of one kind are reported; a file with more is refused all the same.
pub const MAX_PROBLEMS: usize = 100;

/// How many values one YAML file may copy: what its anchors name, and what its aliases add.
pub const MAX_ALIASED_NODES: usize = 100_000;

#[cfg(test)]
mod tests;
