//! A plan for people.

use std::fmt;

use diagnostics::visible_line;

use crate::Plan;

/// A numbered list, a step a line, foreign text made visible; ends with a line feed.
impl<E> fmt::Display for Plan<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps();
        if steps.is_empty() {
            return writeln!(f, "nothing to do");
        }
        let digits = steps.len().to_string().len();
        let ids: Vec<String> = steps.iter().map(|step| visible_line(&step.id)).collect();
        let longest = ids.iter().map(|id| id.chars().count()).max().unwrap_or_default();
        for (index, (step, id)) in steps.iter().zip(&ids).enumerate() {
            let summary = visible_line(&step.summary);
            writeln!(f, "{:>digits$}. {id:<longest$}  {summary}", index + 1)?;
            if step.barrier && index + 1 < steps.len() {
                writeln!(f, "{:digits$}  (the steps below are planned again after this one)", "")?;
            }
        }
        Ok(())
    }
}
