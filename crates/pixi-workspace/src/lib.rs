//! pixi manifests and lock files, and what a version of pixi does with them.
//!
//! Nothing here touches the network or runs a program; files are read by [`discover`] alone. What
//! pixi does is known from its sources and from running it: versions 0.48.2 and 0.77.0 answer as
//! [`predict`] and [`stale`] do, the others were read.

pub mod environment;
pub mod era;
pub mod finding;
pub mod lock;
pub mod machine;
pub mod manifest;
pub mod predict;
#[cfg(test)]
mod stage;
pub mod stale;

pub use environment::{DeclaredRow, View};
pub use era::{Era, PixiVersion};
pub use finding::{Finding, Holds};
pub use machine::{Machine, Override, Overrides};
