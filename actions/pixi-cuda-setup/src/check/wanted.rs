//! The override later steps get.

use std::path::Path;

use action_kit::Context;
use pixi_workspace::predict::{Need, override_needed, recommended_override};
use pixi_workspace::{Machine, View};

use crate::host;
use crate::settings::{Cuda, Settings};
use crate::subject::Subject;

/// The variable.
pub const VARIABLE: &str = "CONDA_OVERRIDE_CUDA";
/// The one beside it, where an architecture is declared.
const ARCH_VARIABLE: &str = "CONDA_OVERRIDE_CUDA_ARCH";

/// `CONDA_OVERRIDE_CUDA` for the steps after this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Whether the requested environments need it on a machine without a driver.
    pub needed: bool,
    /// The value without error and warning; also where it only picks another row.
    pub value: Option<String>,
    /// The value of the architecture's variable that belongs to it.
    pub arch: Option<String>,
    /// Variables for later steps; none that somebody has set already.
    variables: Vec<(&'static str, String)>,
    /// Why.
    pub reasons: Vec<String>,
}

/// What is known besides manifest and lock.
struct Known<'a> {
    cuda: &'a Cuda,
    driver: Option<&'a Path>,
    given: Option<&'a str>,
    /// Whether an environment that must be CUDA would be taken as CPU otherwise.
    must_switch: bool,
}

impl Wanted {
    /// What the requested environments want on a machine without a GPU.
    pub fn of(
        context: &Context,
        settings: &Settings,
        subject: &Subject,
        views: &[View<'_>],
        machine: &Machine,
    ) -> Self {
        let asked: Vec<View<'_>> =
            views.iter().filter(|view| subject.is_requested(view.name())).cloned().collect();
        let lock = subject.lock();
        let needs: Vec<(&str, Need)> =
            asked.iter().map(|view| (view.name(), override_needed(view, lock, machine))).collect();
        let needed = needs.iter().any(|(_, need)| matches!(need, Need::Yes(_)));
        let is_required = |name: &str| settings.require_cuda.iter().any(|one| one.value == name);
        let switches = |(name, need): &(&str, Need)| {
            matches!(need, Need::Switches { .. }) && is_required(name)
        };
        let is_wanted = needs.iter().any(|(_, need)| !matches!(need, Need::No));
        let recommended =
            recommended_override(&asked, lock, machine).filter(|_| needed || is_wanted);
        let driver = host::driver();
        let known = Known {
            cuda: &settings.cuda,
            driver: driver.as_deref(),
            given: context.variable(VARIABLE),
            must_switch: needs.iter().any(switches),
        };
        let mut wanted = Self { needed, ..Self::default() };
        if let Some(recommended) = recommended {
            wanted.reasons = recommended.reasons.iter().map(ToString::to_string).collect();
            wanted.value = Some(recommended.cuda);
            wanted.arch = recommended.arch;
        }
        wanted.decide(&known);
        wanted
    }

    /// What is exported, and the reason that decided.
    fn decide(&mut self, known: &Known<'_>) {
        let (value, why) = match (known.given, known.cuda, known.driver) {
            (Some(given), _, _) => (None, format!("{VARIABLE} is `{given}` already")),
            (None, Cuda::Off, _) => (None, "`cuda: off`".to_owned()),
            (None, Cuda::Version(version), _) => {
                (Some(version.value.clone()), "`cuda` names it".to_owned())
            }
            (None, Cuda::Auto, Some(sign)) => {
                (None, format!("this machine has a driver ({})", sign.display()))
            }
            (None, Cuda::Auto, None) if self.needed || known.must_switch => {
                (self.value.clone(), String::new())
            }
            (None, Cuda::Auto, None) => (None, String::new()),
        };
        if !why.is_empty() {
            self.reasons.push(why);
        }
        if let Some(value) = value {
            self.variables.push((VARIABLE, value));
            self.variables.extend(self.arch.clone().map(|arch| (ARCH_VARIABLE, arch)));
        }
    }

    /// The variables later steps get.
    pub fn exports(&self) -> Vec<(String, String)> {
        self.variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    /// The value that is exported.
    pub fn exported(&self) -> Option<&str> {
        self.variables.iter().find(|(name, _)| *name == VARIABLE).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use config::Spanned;
    use diagnostics::Source;

    use super::*;

    fn decided(needed: bool, known: &Known<'_>) -> Vec<(&'static str, String)> {
        let mut wanted = Wanted {
            needed,
            value: Some("12.9".to_owned()),
            arch: Some("8.6".to_owned()),
            ..Wanted::default()
        };
        wanted.decide(known);
        wanted.variables
    }

    #[test]
    fn an_override_is_exported_only_where_it_is_needed_and_nothing_speaks_against_it() {
        let version = Cuda::Version(Spanned {
            value: "12.4".to_owned(),
            span: 0..4,
            source: Source::text("c", "12.4"),
        });
        let driver = Some(Path::new("/proc/driver/nvidia/version"));
        let both = vec![(VARIABLE, "12.9".to_owned()), (ARCH_VARIABLE, "8.6".to_owned())];
        let own = vec![(VARIABLE, "12.4".to_owned()), (ARCH_VARIABLE, "8.6".to_owned())];
        for (needed, must_switch, cuda, driver, given, exports) in [
            (true, false, &Cuda::Auto, None, None, both.clone()),
            (false, true, &Cuda::Auto, None, None, both),
            (false, false, &Cuda::Auto, None, None, vec![]),
            (true, true, &Cuda::Auto, driver, None, vec![]),
            (true, true, &Cuda::Auto, None, Some("12.1"), vec![]),
            (true, true, &Cuda::Auto, None, Some(""), vec![]),
            (true, true, &Cuda::Off, None, None, vec![]),
            (false, false, &version, driver, None, own),
            (true, false, &version, None, Some("11"), vec![]),
        ] {
            let known = Known { cuda, driver, given, must_switch };
            assert_eq!(
                decided(needed, &known),
                exports,
                "{needed} {must_switch} {cuda:?} {driver:?} {given:?}"
            );
        }
    }
}
