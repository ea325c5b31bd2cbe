//! What an action provides.

use std::collections::BTreeMap;
use std::future::Future;

use diagnostics::Failure;
use serde::Serialize;

use crate::{Deferred, Plan, Values};

/// What a step leaves for later ones, by name: `sha`, `url`.
pub type Outputs = BTreeMap<String, String>;

/// One thing to do to the world, as data.
///
/// An action's effects are one enum. Its JSON form is what the plan shows, so it holds no secrets.
/// It holds everything its result depends on: under a new plan, a barrier with the same id, equal
/// JSON and equal outputs of the steps it needs is not passed a second time.
pub trait Effect: Serialize {
    /// What effects look at and change: clients, the workspace.
    type World;

    /// Looks whether the step is done. Changes nothing.
    ///
    /// # Errors
    /// When the world cannot be looked at.
    fn probe(
        &self,
        world: &mut Self::World,
        values: &Values,
    ) -> impl Future<Output = Result<Probe, Failure>>;

    /// Does the step. It may run twice when a run is killed in between, and is only called after
    /// a probe that said [`Probe::NotDone`].
    ///
    /// # Errors
    /// When the step did not take effect, or when that is not known; then the next probe tells.
    fn apply(
        &self,
        world: &mut Self::World,
        values: &Values,
    ) -> impl Future<Output = Result<Applied, Failure>>;

    /// The deferred values this effect uses; a plan that uses what no needed step gives is
    /// refused before anything is done.
    fn uses(&self) -> Vec<&Deferred> {
        Vec::new()
    }
}

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// The step is done, with what it left.
    Done(Outputs),
    /// The step is to be done.
    NotDone,
    /// The world is not as it was when the plan was made; why. Another plan may work.
    Conflict(String),
}

/// How applying a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It took effect, and left this.
    Done(Outputs),
    /// It was refused because the world moved since the probe (a compare-and-swap that failed);
    /// why. Another plan may work.
    Conflict(String),
}

impl Applied {
    /// Took effect and left nothing.
    pub fn nothing() -> Self {
        Self::Done(Outputs::new())
    }

    /// Took effect and left one value.
    pub fn one(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::Done(Outputs::from([(key.into(), value.into())]))
    }
}

impl From<Outputs> for Applied {
    fn from(outputs: Outputs) -> Self {
        Self::Done(outputs)
    }
}

/// Why a new plan is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A step met a world that had moved.
    Conflict {
        /// The step's id.
        step: String,
        /// What it met.
        reason: String,
        /// Which new plan this is, from 1 to [`crate::MAX_REPLANS`].
        attempt: u32,
    },
    /// A barrier was passed; what follows it depends on what it made.
    Barrier {
        /// The step's id.
        step: String,
    },
}

/// Makes plans again while they are carried out.
pub trait Planner {
    /// The effects of the plans.
    type Effect: Effect;

    /// Reads the world again and plans from it. After a barrier the plan may hold the barrier
    /// step again: an equal one is taken as done.
    ///
    /// # Errors
    /// When no plan can be made; the run ends with it.
    fn replan(
        &mut self,
        world: &mut <Self::Effect as Effect>::World,
        why: &Why,
        values: &Values,
    ) -> impl Future<Output = Result<Plan<Self::Effect>, Failure>>;
}

/// Plans the same again: for plans that depend on nothing that others change.
#[derive(Clone, Debug)]
pub struct Same<E>(pub Plan<E>);

impl<E: Effect + Clone> Planner for Same<E> {
    type Effect = E;

    async fn replan(&mut self, _: &mut E::World, _: &Why, _: &Values) -> Result<Plan<E>, Failure> {
        Ok(self.0.clone())
    }
}
