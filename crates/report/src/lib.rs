//! Reports for machines. People read what `diagnostics` renders.

mod sarif;

pub use sarif::{Tool, sarif};
