//! Both ways to write, against the same stand-in, with git as the judge.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod api;
mod both;
mod command;
mod place;
mod signed;
