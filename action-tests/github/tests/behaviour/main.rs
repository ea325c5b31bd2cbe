//! What the stand-in does: its own list, `BEHAVIOUR.md`, names the tests of this program.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod access;
mod client;
mod faults;
mod git_data;
mod graphql;
mod list;
mod pulls;
mod push;
mod references;
mod releases;
mod rules;
mod scene;

#[cfg(feature = "descriptions")]
mod descriptions;
