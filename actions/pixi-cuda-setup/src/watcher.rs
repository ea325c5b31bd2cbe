//! The log of a plan that is carried out.

use action_kit::Context;
use effects::{Effect, Finished, Observer, Step};

/// Tells the log how a plan is carried out, and stops when the run is cancelled.
pub(crate) struct Watcher<'c> {
    /// The run.
    pub(crate) context: &'c Context,
}

impl<E: Effect> Observer<E> for Watcher<'_> {
    fn cancelled(&self) -> bool {
        self.context.cancel.is_cancelled()
    }

    async fn cancellation(&self) {
        self.context.cancel.cancelled().await;
    }

    fn started(&mut self, step: &Step<E>, number: usize, total: usize) {
        self.context.log.info(format!("[{number}/{total}] {}", step.summary));
    }

    fn skipped(&mut self, step: &Step<E>, _: &Finished) {
        self.context.log.info(format!("already done: {}", step.summary));
    }
}
