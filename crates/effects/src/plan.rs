//! Steps as data.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use serde_json::{Value, json};

use crate::{Effect, EffectsError};

/// The version of the plan's JSON form. Within a version fields are only added.
pub const SCHEMA: u32 = 1;

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step<E> {
    /// Names the step in needs and placeholders: `commit`, `asset-1`.
    pub id: String,
    /// What it does, for people, in one line.
    pub summary: String,
    /// The steps whose effect or outputs it needs.
    pub needs: Vec<String>,
    /// After this step the rest is planned again: a build by the user.
    pub barrier: bool,
    /// What it does, as data.
    pub effect: E,
}

impl<E> Step<E> {
    /// A step that needs nothing and is no barrier.
    pub fn new(id: impl Into<String>, summary: impl Into<String>, effect: E) -> Self {
        let (id, summary) = (id.into(), summary.into());
        Self { id, summary, needs: Vec::new(), barrier: false, effect }
    }

    /// Adds a step that has to be done before.
    #[must_use]
    pub fn needs(mut self, id: impl Into<String>) -> Self {
        self.needs.push(id.into());
        self
    }

    /// Makes this step a barrier.
    #[must_use]
    pub fn barrier(mut self) -> Self {
        self.barrier = true;
        self
    }
}

/// What will be done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<E> {
    steps: Vec<Step<E>>,
}

impl<E> Plan<E> {
    /// A plan with nothing to do.
    pub fn empty() -> Self {
        Self { steps: Vec::new() }
    }

    /// The steps in order.
    pub fn steps(&self) -> &[Step<E>] {
        &self.steps
    }

    /// True when there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl<E: Effect> Plan<E> {
    /// A plan of steps in the order in which they are carried out.
    ///
    /// # Errors
    /// When ids are not unique, a need is not an earlier step, or a deferred value comes from a
    /// step that is not needed: defects of the action, found before anything is done.
    pub fn new(steps: Vec<Step<E>>) -> Result<Self, EffectsError> {
        let plan = Self { steps };
        plan.check()?;
        Ok(plan)
    }

    /// The plan for programs: `{schema, action, version, mode, steps: [{id, summary, needs,
    /// barrier, effect}]}`. The caller adds `result`.
    ///
    /// # Errors
    /// [`EffectsError::NotJson`] where an effect has no JSON form.
    pub fn to_json(&self, action: &str, version: &str, mode: &str) -> Result<Value, EffectsError> {
        let form = |step: &Step<E>| {
            serde_json::to_value(step).map_err(|error| EffectsError::NotJson {
                step: step.id.clone(),
                reason: error.to_string(),
            })
        };
        let steps = self.steps.iter().map(form).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({
            "schema": SCHEMA,
            "action": action,
            "version": version,
            "mode": mode,
            "steps": steps,
        }))
    }

    /// The ids a step needs, directly and through others.
    pub(crate) fn all_needs(&self, step: &Step<E>) -> BTreeSet<&str> {
        let by_id: HashMap<&str, &Step<E>> =
            self.steps.iter().map(|step| (step.id.as_str(), step)).collect();
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> = step.needs.iter().map(String::as_str).collect();
        while let Some(id) = open.pop() {
            if let Some((&id, needed)) = by_id.get_key_value(id)
                && found.insert(id)
            {
                open.extend(needed.needs.iter().map(String::as_str));
            }
        }
        found
    }

    fn check(&self) -> Result<(), EffectsError> {
        let all: BTreeSet<&str> = self.steps.iter().map(|step| step.id.as_str()).collect();
        let mut before = BTreeSet::new();
        for step in &self.steps {
            let named = || step.id.clone();
            if before.contains(step.id.as_str()) {
                return Err(EffectsError::DuplicateStep(named()));
            }
            let needs = self.all_needs(step);
            if needs.contains(step.id.as_str()) {
                return Err(EffectsError::Cycle(named()));
            }
            for need in &step.needs {
                if !all.contains(need.as_str()) {
                    return Err(EffectsError::UnknownNeed { step: named(), need: need.clone() });
                }
                if !before.contains(need.as_str()) {
                    return Err(EffectsError::OutOfOrder { step: named(), need: need.clone() });
                }
            }
            let used = step.effect.uses();
            let mut used = used.iter().flat_map(|value| value.outputs());
            if let Some((from, key)) = used.find(|(from, _)| !needs.contains(from)) {
                let (from, key) = (from.to_owned(), key.to_owned());
                return Err(EffectsError::NotNeeded { step: named(), from, key });
            }
            before.insert(step.id.as_str());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
