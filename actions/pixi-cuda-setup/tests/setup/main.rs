//! Installations from end to end: a server of releases on loopback, real programs, the real binary
//! where it has to be killed or to run as the runner runs it.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

mod check;
mod download;
mod house;
mod manual;
mod mirror;
mod places;
mod program;
mod resume;
mod server;
mod versions;
mod whole;
