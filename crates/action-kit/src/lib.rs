//! The runner contract: inputs, outputs, commands, summary, paths, ownership, signals, exit codes.
//!
//! An action implements [`Action`]: its [`Definition`] and an asynchronous `run` over a
//! [`Context`]. Its `main` is one line:
//!
//! ```
//! # struct Greet;
//! # static GREET: action_kit::Definition = action_kit::Definition { name: "greet", title: "", about: "",
//! #     icon: "", color: "", commands: &[], inputs: &[], outputs: &[], explanations: &[],
//! #     exports_paths: false, engine_commands: &[], engine_unless: |_| true };
//! # impl action_kit::Action for Greet {
//! #     fn definition() -> &'static action_kit::Definition { &GREET }
//! #     async fn run(_: &mut action_kit::Context) -> Result<diagnostics::Exit, diagnostics::Failure> {
//! #         Ok(diagnostics::Exit::Done)
//! #     }
//! # }
//! fn main() -> std::process::ExitCode {
//!     # if false {
//!     action_kit::run::<Greet>()
//!     # } else { std::process::ExitCode::SUCCESS }
//! }
//! ```
//!
//! This is the only crate that reads `GITHUB_*`, `INPUT_*`, `RUNNER_*` and `ACTIONS_*`. The same
//! binary runs as a container action on GitHub, under act, and as a plain command; what differs is
//! decided here.

#[cfg(test)]
extern crate self as action_kit;

mod cancel;
pub mod child;
mod clock;
mod command_line;
mod consistency;
mod context;
mod definition;
#[cfg(test)]
#[path = "../tests/in_process/demo.rs"]
mod demo;
mod environment;
mod error;
mod explain;
mod file_commands;
pub mod generate;
mod inputs;
mod log;
mod outputs;
mod ownership;
mod paths;
mod process;
mod request;
mod run;
mod runner;
mod shared;
pub mod standard;
mod summary;
pub mod wire;

use diagnostics::{Exit, Failure};

pub use cancel::Cancel;
pub use clock::{Clock, Random};
pub use context::Context;
pub use definition::{Command, Default, Definition, Flag, Input, Kind, Output};
pub use environment::Environment;
pub use error::{EXPLANATIONS, Error};
pub use inputs::{Inputs, Origin};
pub use log::{Foreign, Group, Level, Log};
pub use outputs::Outputs;
pub use paths::Paths;
pub use process::{Process, Streams};
pub use run::{run, run_with};
pub use runner::Runner;
pub use shared::SharedFolder;
pub use summary::{Summary, escape as escape_markdown};

/// An action.
pub trait Action {
    /// What it is.
    fn definition() -> &'static Definition;

    /// What it is when it is started with these arguments. One binary may stand behind several
    /// `action.yml`s, whose inputs of the same name differ: each names its command in `args`, and
    /// this tells which definition reads the inputs.
    fn definition_for(_arguments: &[String]) -> &'static Definition {
        Self::definition()
    }

    /// Does it. When the run is cancelled the future is dropped five seconds after
    /// [`Context::cancel`] says so.
    fn run(context: &mut Context) -> impl Future<Output = Result<Exit, Failure>>;
}
