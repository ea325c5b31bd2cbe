//! Releases from end to end: real repositories made by git, a stand-in for GitHub, the real
//! binary where it has to be killed.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod announce;
mod assets;
mod bad_input;
mod basics;
mod build;
mod changelog;
mod check_pr;
mod corpus;
mod differences;
mod git_mode;
mod hostile;
mod house;
mod kill;
mod lock_files;
mod manual;
mod moved;
mod node;
mod notes;
mod own_templates;
mod packages;
mod phases;
mod protected;
mod publish;
mod pull_overrides;
mod pull_request;
mod pushed_tag;
mod races;
mod reading;
mod resume;
mod shallow;
mod signed;
mod stamping;
mod stories;
