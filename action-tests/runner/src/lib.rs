//! A stand-in for the GitHub Actions runner and for act, to the letter.
//!
//! ```no_run
//! use runner_stand_in::{Runner, Step};
//!
//! # fn main() -> anyhow::Result<()> {
//! let mut job = Runner::process("target/debug/semantic-release").job("/tmp/job")?;
//! // ... put a repository into `job.workspace()` ...
//! let action = Step::action("actions/semantic-release/action.yml").id("release");
//! let report = job.step(action.with("dry-run", "true"))?;
//! assert_eq!(report.exit, 0);
//! job.step(Step::run("test -f CHANGELOG.md"))?;
//! # Ok(())
//! # }
//! ```
//!
//! The grammars and rules are modules of pure functions; [`Job`] plays them together.
#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test library: a panic is a failed test"
)]

pub mod act;
pub mod artifacts;
pub mod cancel;
pub mod command;
pub mod commands;
pub mod compare;
pub mod console;
pub mod container;
mod dialect;
pub mod environment;
pub mod expression;
pub mod file_commands;
mod finish;
pub mod image;
pub mod inputs;
pub mod issue;
mod job;
pub mod layout;
pub mod manifest;
pub mod manual;
pub mod mask;
pub mod matcher;
pub mod ownership;
mod prepare;
pub mod process;
mod report;
mod runner;
mod step;
pub mod step_state;
pub mod summary;
pub mod yaml;

pub use container::Engine;
pub use dialect::Dialect;
pub use job::Job;
pub use prepare::Prepared;
pub use report::{Conclusion, NewFile, StepReport};
pub use runner::{Mode, Runner};
pub use step::{Stage, Step};
