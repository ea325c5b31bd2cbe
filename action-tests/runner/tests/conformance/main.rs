//! The cases of the runner contract, each named by its id: what the runner and act were seen or
//! read to do, held against the stand-in.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

mod act;
mod annotations;
mod commands;
mod contract;
#[path = "../../examples/contract-demo/definition.rs"]
mod definition;
mod environment;
mod file_commands;
mod images;
mod manifest;
mod masking;
mod place;
mod process;
mod summary;
mod writers;
