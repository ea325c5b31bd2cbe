//! What act 0.2.87 does differently from the runner.

pub mod command;
pub mod commands;
pub mod env_file;
pub mod shell;
