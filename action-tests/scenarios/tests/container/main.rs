//! Stories in real containers, started with the runner's own command line.
//!
//! `cargo xtask test` builds the images, starts an engine and runs this target with
//! - `ACTION_TESTS_ENGINE`: the engine's address, such as `unix:///run/docker.sock`,
//! - `ACTION_TESTS_IMAGE`: the image of the actions,
//! - `ACTION_TESTS_JOB_IMAGE`: a root filesystem with bash and Python,
//! - `ACTION_TESTS_GITHUB_IMAGE`: the GitHub stand-in as an image,
//! - `ACTION_TESTS_PIXI_RELEASES`: a folder with a release of the stand-in of pixi.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod build;
mod cancellation;
mod image;
mod ownership;
mod pixi;
mod place;
mod release;
mod shell;
