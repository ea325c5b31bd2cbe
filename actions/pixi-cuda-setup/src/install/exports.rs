//! What later steps get in their environment.

use serde::Serialize;

/// What is to be exported, before looking at what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    /// Overrides where an environment needs them, by the name of the variable.
    pub overrides: Vec<(String, String)>,
    /// How `pixi run` of later steps treats the lock.
    pub lock: Lock,
    /// Where pixi keeps packages, as later steps know it.
    pub cache: Option<String>,
}

/// What later steps may do to the lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lock {
    /// Nothing is said.
    #[default]
    Free,
    /// `PIXI_LOCKED`.
    Locked,
    /// `PIXI_FROZEN`.
    Frozen,
}

/// A variable to set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What is set, and what was left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// To set.
    pub set: Vec<Variable>,
    /// Sentences for the log about what is not set.
    pub kept: Vec<String>,
}

impl Exports {
    /// What to set. A variable the user set is never overwritten, an empty one neither: an empty
    /// override takes the virtual package away. `is_set` finds variables, empty ones too.
    pub fn decide(&self, is_set: impl Fn(&str) -> Option<String>) -> Decided {
        let mut decided = Decided::default();
        for (name, value) in &self.overrides {
            decided.offer(name, value, &[name], &is_set);
        }
        // pixi takes one of the two.
        let both = &["PIXI_LOCKED", "PIXI_FROZEN"];
        match self.lock {
            Lock::Free => {}
            Lock::Locked => decided.offer("PIXI_LOCKED", "true", both, &is_set),
            Lock::Frozen => decided.offer("PIXI_FROZEN", "true", both, &is_set),
        }
        if let Some(cache) = &self.cache {
            let known = &["PIXI_CACHE_DIR", "RATTLER_CACHE_DIR"];
            decided.offer("PIXI_CACHE_DIR", cache, known, &is_set);
        }
        decided.offer("PIXI_NO_PROGRESS", "true", &["PIXI_NO_PROGRESS"], &is_set);
        decided
    }
}

impl Decided {
    /// Sets a variable unless one of several is set.
    fn offer(
        &mut self,
        name: &str,
        value: &str,
        unless: &[&str],
        is_set: &impl Fn(&str) -> Option<String>,
    ) {
        let found = unless.iter().find_map(|known| Some((*known, is_set(known)?)));
        match found {
            None => self.set.push(Variable { name: name.to_owned(), value: value.to_owned() }),
            Some((known, held)) if known == name && held == value => {}
            Some((known, held)) => {
                let held = diagnostics::visible_line(&held);
                self.kept.push(format!("{name} stays as it is: the job sets {known} to `{held}`"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wished, what the job sets; what is set, what is said.
    type Case<'c> = (&'c Exports, &'c [(&'c str, &'c str)], &'c str, &'c str);

    const CUDA: &str = "CONDA_OVERRIDE_CUDA";

    fn overrides(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn decide(exports: &Exports, set: &[(&str, &str)]) -> (String, String) {
        let decided = exports.decide(|name| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        });
        let set: Vec<String> =
            decided.set.iter().map(|set| format!("{}={}", set.name, set.value)).collect();
        (set.join(" "), decided.kept.join("; "))
    }

    #[test]
    fn everything_is_set_where_nothing_is() {
        let exports = Exports {
            overrides: overrides(&[(CUDA, "12.4"), ("CONDA_OVERRIDE_CUDA_ARCH", "8.6")]),
            lock: Lock::Locked,
            cache: Some("/c".to_owned()),
        };
        let (set, kept) = decide(&exports, &[]);
        assert_eq!(
            set,
            "CONDA_OVERRIDE_CUDA=12.4 CONDA_OVERRIDE_CUDA_ARCH=8.6 PIXI_LOCKED=true PIXI_CACHE_DIR=/c PIXI_NO_PROGRESS=true"
        );
        assert_eq!(kept, "");
    }

    #[test]
    fn what_the_job_sets_stays() {
        let cuda = Exports { overrides: overrides(&[(CUDA, "12.4")]), ..Exports::default() };
        let lock = |lock| Exports { lock, ..Exports::default() };
        let cache = Exports { cache: Some("/c".to_owned()), ..Exports::default() };
        let quiet = ("PIXI_NO_PROGRESS", "true");
        let cases: [Case<'_>; 8] = [
            (&cuda, &[quiet], "CONDA_OVERRIDE_CUDA=12.4", ""),
            (&cuda, &[quiet, (CUDA, "11.8")], "", "the job sets CONDA_OVERRIDE_CUDA to `11.8`"),
            (&cuda, &[quiet, (CUDA, "")], "", "the job sets CONDA_OVERRIDE_CUDA to ``"),
            (&cuda, &[quiet, (CUDA, "12.4")], "", ""),
            (&lock(Lock::Frozen), &[quiet], "PIXI_FROZEN=true", ""),
            (
                &lock(Lock::Locked),
                &[quiet, ("PIXI_FROZEN", "true")],
                "",
                "PIXI_LOCKED stays as it is: the job sets PIXI_FROZEN",
            ),
            (
                &cache,
                &[quiet, ("RATTLER_CACHE_DIR", "/r")],
                "",
                "the job sets RATTLER_CACHE_DIR to `/r`",
            ),
            (
                &lock(Lock::Free),
                &[("PIXI_NO_PROGRESS", "0")],
                "",
                "the job sets PIXI_NO_PROGRESS to `0`",
            ),
        ];
        for (exports, given, set, kept) in cases {
            let (found, said) = decide(exports, given);
            assert_eq!(found, set, "{given:?}");
            assert!(said.contains(kept) && said.is_empty() == kept.is_empty(), "{said}");
        }
    }
}
