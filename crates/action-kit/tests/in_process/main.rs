//! Whole runs of a demo action, in this process and as one of its own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod action;
mod arguments;
mod demo;
mod endings;
mod files;
mod log;
mod real_process;
mod world;
