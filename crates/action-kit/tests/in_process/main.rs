//! Whole runs of a demo action in this process.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod arguments;
mod demo;
mod endings;
mod files;
mod log;
mod world;
