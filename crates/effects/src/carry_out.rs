//! Carrying out a plan.

use std::time::Duration;

use diagnostics::{Diagnostic, Exit, Failure};

use crate::{
    Applied, Effect, EffectsError, Finished, How, Observer, Outputs, Plan, Planner, Probe, Report,
    Step, Stopped, Values, Why,
};

/// How many new plans conflicts may lead to in one run.
pub const MAX_REPLANS: u32 = 3;

/// How long a running step has once the run is cancelled.
pub const GRACE: Duration = Duration::from_secs(5);

/// Carries out a plan: probes each step, applies what is not done, plans again after a conflict
/// (at most [`MAX_REPLANS`] times) and after a barrier, stops between steps when the observer says
/// so.
///
/// # Errors
/// [`Stopped`] with what was done so far: a step failed, the world kept moving, the run was
/// cancelled, or a plan was wrong. Nothing is undone; a further run completes the rest.
pub async fn carry_out<P, O>(
    plan: Plan<P::Effect>,
    planner: &mut P,
    world: &mut <P::Effect as Effect>::World,
    observer: &mut O,
) -> Result<Report, Stopped>
where
    P: Planner,
    O: Observer<P::Effect>,
{
    let mut plan = plan;
    let mut report = Report::default();
    let mut passed = Barriers::default();
    let mut conflicts = 0;
    loop {
        let why = match round(&plan, world, observer, &mut report, &mut passed).await {
            Ok(None) => return Ok(report),
            Ok(Some(why)) => why,
            Err(failure) => return Err(stopped(report, &plan, failure)),
        };
        let why = match why {
            Why::Conflict { step, reason, .. } if conflicts == MAX_REPLANS => {
                let error = EffectsError::Conflicts { step, reason };
                return Err(Stopped::because(report.clone(), remaining(&report, &plan), error));
            }
            Why::Conflict { step, reason, .. } => {
                conflicts += 1;
                Why::Conflict { step, reason, attempt: conflicts }
            }
            barrier @ Why::Barrier { .. } => barrier,
        };
        let replan = planner.replan(world, &why, &report.values);
        plan = match unless_cancelled(observer, Duration::ZERO, replan).await {
            Ok(plan) => plan,
            Err(failure) => return Err(stopped(report, &plan, failure)),
        };
        observer.replanned(&plan, &why);
    }
}

/// The barriers passed in this run.
#[derive(Default)]
struct Barriers(Vec<Barrier>);

/// A passed barrier: which one, what it was given, what it left.
struct Barrier {
    id: String,
    effect: serde_json::Value,
    given: Values,
    left: Outputs,
}

impl Barriers {
    /// What an equal step left, given the same.
    fn outputs<E: Effect>(
        &self,
        step: &Step<E>,
        given: &Values,
    ) -> Result<Option<Outputs>, Failure> {
        let effect = form(step)?;
        let mut passed = self.0.iter();
        let same = |barrier: &&Barrier| {
            barrier.id == step.id && barrier.effect == effect && barrier.given == *given
        };
        Ok(passed.find(same).map(|barrier| barrier.left.clone()))
    }

    fn pass<E: Effect>(
        &mut self,
        step: &Step<E>,
        given: Values,
        left: Outputs,
    ) -> Result<(), Failure> {
        let (id, effect) = (step.id.clone(), form(step)?);
        self.0.push(Barrier { id, effect, given, left });
        let times = self.0.iter().filter(|barrier| barrier.id == step.id).count();
        if times > MAX_REPLANS as usize {
            let reason = "each pass changed what it depends on".to_owned();
            let error = EffectsError::Conflicts { step: step.id.clone(), reason };
            return Err(Failure::from(Diagnostic::from(error)));
        }
        Ok(())
    }
}

fn form<E: Effect>(step: &Step<E>) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(&step.effect).map_err(|error| {
        let (step, reason) = (step.id.clone(), error.to_string());
        Failure::from(Diagnostic::from(EffectsError::NotJson { step, reason }))
    })
}

/// Goes through one plan; says why a new one is needed, or that all is done.
async fn round<E, O>(
    plan: &Plan<E>,
    world: &mut E::World,
    observer: &mut O,
    report: &mut Report,
    passed: &mut Barriers,
) -> Result<Option<Why>, Failure>
where
    E: Effect,
    O: Observer<E>,
{
    let total = plan.steps().len();
    report.begin();
    for (index, step) in plan.steps().iter().enumerate() {
        if observer.cancelled() {
            return Err(cancelled());
        }
        let values = report.values.of(plan.all_needs(step));
        if step.barrier
            && let Some(outputs) = passed.outputs(step, &values)?
        {
            skip(step, outputs, observer, report);
            continue;
        }
        let probe = step.effect.probe(world, &values);
        match unless_cancelled(observer, Duration::ZERO, probe).await? {
            Probe::Done(outputs) => {
                skip(step, outputs, observer, report);
                continue;
            }
            Probe::Conflict(reason) => return Ok(Some(conflict(step, reason))),
            Probe::NotDone => {}
        }
        // Probing may have taken long.
        if observer.cancelled() {
            return Err(cancelled());
        }
        observer.started(step, index + 1, total);
        let (applied, how) = apply(step, world, &values, observer).await?;
        let outputs = match applied {
            Applied::Conflict(reason) => return Ok(Some(conflict(step, reason))),
            Applied::Done(outputs) => outputs,
        };
        let finished = Finished {
            id: step.id.clone(),
            summary: step.summary.clone(),
            outputs: outputs.clone(),
            how,
        };
        observer.done(step, &finished);
        report.add(finished);
        if step.barrier {
            passed.pass(step, values, outputs)?;
            if index + 1 < total {
                return Ok(Some(Why::Barrier { step: step.id.clone() }));
            }
        }
    }
    Ok(None)
}

fn skip<E, O>(step: &Step<E>, outputs: Outputs, observer: &mut O, report: &mut Report)
where
    E: Effect,
    O: Observer<E>,
{
    let (id, summary) = (step.id.clone(), step.summary.clone());
    let finished = Finished { id, summary, outputs, how: How::Found };
    observer.skipped(step, &finished);
    report.add(finished);
}

/// Applies a step, within the grace time once the run is cancelled. When the outside world
/// answered with an error, the request may still have been carried out: looking again tells.
async fn apply<E, O>(
    step: &Step<E>,
    world: &mut E::World,
    values: &Values,
    observer: &O,
) -> Result<(Applied, How), Failure>
where
    E: Effect,
    O: Observer<E>,
{
    let apply = step.effect.apply(world, values);
    let failure = match unless_cancelled(observer, GRACE, apply).await {
        Ok(applied) => return Ok((applied, How::Applied)),
        Err(failure) => failure,
    };
    if failure.exit() != Exit::Outside || observer.cancelled() {
        return Err(failure);
    }
    let probe = step.effect.probe(world, values);
    match unless_cancelled(observer, Duration::ZERO, probe).await {
        Ok(Probe::Done(outputs)) => Ok((Applied::Done(outputs), How::Recovered)),
        Ok(Probe::Conflict(reason)) => Ok((Applied::Conflict(reason), How::Applied)),
        Ok(Probe::NotDone) | Err(_) => Err(failure),
    }
}

/// What a future gives, unless the run is cancelled and the future then takes longer than `grace`.
async fn unless_cancelled<E, O, T>(
    observer: &O,
    grace: Duration,
    future: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure>
where
    E: Effect,
    O: Observer<E>,
{
    let deadline = async {
        observer.cancellation().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        biased;
        result = future => result,
        () = deadline => Err(cancelled()),
    }
}

fn conflict<E>(step: &Step<E>, reason: String) -> Why {
    Why::Conflict { step: step.id.clone(), reason, attempt: 0 }
}

fn cancelled() -> Failure {
    Failure::from(Diagnostic::from(EffectsError::Cancelled))
}

fn stopped<E: Effect>(report: Report, plan: &Plan<E>, failure: Failure) -> Stopped {
    let remaining = remaining(&report, plan);
    Stopped::new(report, remaining, failure)
}

fn remaining<E: Effect>(report: &Report, plan: &Plan<E>) -> Vec<String> {
    plan.steps().iter().map(|step| step.id.clone()).filter(|id| !report.is_done(id)).collect()
}

#[cfg(test)]
mod tests;
