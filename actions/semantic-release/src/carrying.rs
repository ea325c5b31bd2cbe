//! Carrying a plan out, and what is told of it whichever way it ends.

use action_kit::Context;
use diagnostics::Failure;
use effects::{Observer, Plan, Planner, Report, Step, Why, carry_out};

use crate::apply::World;
use crate::plan::{BUILD, Effect};
use crate::report;

/// Carries the plan out. Files are put back when nothing but them was done, unless the user
/// cancelled: nothing is undone then. Notices and the outputs that hold also for a run that failed
/// are told; what stopped it comes back beside what was done.
///
/// # Errors
/// A defect: an output that is not declared.
pub(crate) async fn carry(
    context: &Context,
    plan: Plan<Effect>,
    planner: &mut impl Planner<Effect = Effect>,
    world: &mut World,
) -> Result<(Report, Option<Failure>), Failure> {
    let (report, failure) = match carry_out(plan, planner, world, &mut Watcher { context }).await {
        Ok(report) => (report, None),
        Err(stopped) => {
            let is_here = |id: &str| id.starts_with("file-") || id == BUILD;
            let only_here = stopped.report.finished.iter().all(|step| is_here(&step.id));
            if only_here && !stopped.is_cancelled() {
                world.restore();
            }
            (stopped.report, Some(stopped.failure))
        }
    };
    for notice in &world.notices {
        context.log.diagnostic(notice);
    }
    context.outputs.set("changed", report.changed().to_string())?;
    report::on_server(context, &report.values)?;
    Ok((report, failure))
}

/// Tells the log how a plan is carried out.
struct Watcher<'c> {
    context: &'c Context,
}

impl Observer<Effect> for Watcher<'_> {
    fn cancelled(&self) -> bool {
        self.context.cancel.is_cancelled()
    }

    async fn cancellation(&self) {
        self.context.cancel.cancelled().await;
    }

    fn started(&mut self, step: &Step<Effect>, number: usize, total: usize) {
        self.context.log.info(format!("[{number}/{total}] {}", step.summary));
    }

    fn skipped(&mut self, step: &Step<Effect>, _: &effects::Finished) {
        self.context.log.info(format!("already done: {}", step.summary));
    }

    fn replanned(&mut self, plan: &Plan<Effect>, why: &Why) {
        if let Why::Conflict { reason, .. } = why {
            self.context.log.warn(format!("{reason}; planning again"));
        }
        self.context.log.info(plan.to_string());
    }
}
