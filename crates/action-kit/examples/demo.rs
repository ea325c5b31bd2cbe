//! The demo action of the tests as a program, for what only a process of its own can show: signals,
//! panics, the owner of files.

#![expect(clippy::unwrap_used, clippy::panic, reason = "its scenarios include a panic")]

#[path = "../tests/in_process/action.rs"]
mod action;
#[path = "../tests/in_process/demo.rs"]
mod demo;

fn main() -> std::process::ExitCode {
    action_kit::run::<action::Demo>()
}
