//! Watching a plan being carried out.

use std::future::{Future, pending};

use crate::{Effect, Finished, Plan, Step, Why};

/// Watches a plan being carried out, and may stop it.
pub trait Observer<E: Effect> {
    /// Whether the run should stop; asked before each step.
    fn cancelled(&self) -> bool {
        false
    }

    /// Ends when the run should stop: the running step then has [`crate::GRACE`] left.
    fn cancellation(&self) -> impl Future<Output = ()> {
        pending()
    }

    /// A step is about to be applied. `number` counts from 1 within the current plan.
    fn started(&mut self, step: &Step<E>, number: usize, total: usize) {
        let _ = (step, number, total);
    }

    /// A step was applied.
    fn done(&mut self, step: &Step<E>, finished: &Finished) {
        let _ = (step, finished);
    }

    /// A step was found done.
    fn skipped(&mut self, step: &Step<E>, finished: &Finished) {
        let _ = (step, finished);
    }

    /// There is a new plan; print it.
    fn replanned(&mut self, plan: &Plan<E>, why: &Why) {
        let _ = (plan, why);
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl<E: Effect> Observer<E> for Silent {}
