//! Plan, then apply: steps as data, printed, probed, carried out, resumed.
//!
//! An action computes a [`Plan`] of [`Step`]s from what it read, prints it (`dry-run` ends there)
//! and hands it to [`carry_out`]. Each step is an [`Effect`]: `probe` looks at the world and says
//! whether the step is already done, `apply` does it. Resuming a killed run is nothing but running
//! again: done steps are found done. There is no journal.
//!
//! A value that exists only once an earlier step ran is a [`Deferred`]; it is printed as
//! `${step.key}` and resolved by type, never by looking into text, so user text that looks like a
//! placeholder stays text.

mod carry_out;
mod deferred;
mod effect;
mod error;
mod explain;
mod observe;
mod plan;
mod report;
mod show;

pub use carry_out::{GRACE, MAX_REPLANS, carry_out};
pub use deferred::{Deferred, Values};
pub use effect::{Applied, Effect, Outputs, Planner, Probe, Same, Why};
pub use error::EffectsError;
pub use explain::EXPLANATIONS;
pub use observe::{Observer, Silent};
pub use plan::{Plan, SCHEMA, Step};
pub use report::{Finished, How, Report, Stopped};
