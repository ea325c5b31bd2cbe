//! What an environment is solved with: strategy, channel priority, prereleases, `exclude-newer`.

use super::channels::of_feature;
use super::time::Time;
use super::{Judge, Kind, Reason};
use crate::View;
use crate::lock::LockedEnvironment;

/// What pixi does with prereleases unless told otherwise.
const PRERELEASES: &str = "if-necessary-or-explicit";

fn option<'l>(locked: &'l LockedEnvironment, names: &[&str]) -> Option<&'l str> {
    locked
        .options
        .iter()
        .find(|(name, _)| names.contains(&name.as_str()))
        .map(|(_, value)| value.as_str())
}

/// How the lock spells a value of the manifest: the strategies have longer names there.
fn in_lock(value: &str) -> &str {
    match value {
        "lowest" => "lowest-version",
        "lowest-direct" => "lowest-version-direct",
        other => other,
    }
}

impl<'a> Judge<'a> {
    pub(super) fn options(
        &mut self,
        view: &View<'a>,
        locked: &LockedEnvironment,
    ) -> Option<Reason> {
        if !self.since(45) {
            return None;
        }
        self.solve_strategy(view, locked)
            .or_else(|| self.channel_priority(view, locked))
            .or_else(|| self.prereleases(view, locked))
            .or_else(|| self.exclude_newer(view, locked))
    }

    /// A reason that an option differs, if it does.
    fn different(
        &self,
        view: &View<'a>,
        kind: Kind,
        what: &str,
        locked: &str,
        declared: Option<&config::Spanned<String>>,
        default: &str,
    ) -> Option<Reason> {
        let expected = declared.map_or(default, |text| in_lock(&text.value));
        if expected == locked {
            return None;
        }
        let file = self.lock_file();
        let mut reason = self.reason(
            view,
            kind,
            format!(
                "the {file} was solved with a different {what} ({locked}) than the one selected \
                 ({expected})"
            ),
        );
        if let Some(text) = declared {
            reason.place = Some((text.source.clone(), text.span.clone()));
        }
        Some(reason)
    }

    fn solve_strategy(&self, view: &View<'a>, locked: &LockedEnvironment) -> Option<Reason> {
        let declared = of_feature(
            view,
            |feature| feature.solve_strategy.as_ref(),
            self.manifest.workspace.solve_strategy.as_ref(),
        );
        let known = option(locked, &["strategy", "solve-strategy"]).unwrap_or("highest");
        self.different(view, Kind::SolveStrategy, "strategy", known, declared, "highest")
    }

    fn channel_priority(&self, view: &View<'a>, locked: &LockedEnvironment) -> Option<Reason> {
        let declared = of_feature(
            view,
            |feature| feature.channel_priority.as_ref(),
            self.manifest.workspace.channel_priority.as_ref(),
        );
        let known = option(locked, &["channel-priority"]).unwrap_or("strict");
        self.different(view, Kind::ChannelPriority, "channel priority", known, declared, "strict")
    }

    fn prereleases(&self, view: &View<'a>, locked: &LockedEnvironment) -> Option<Reason> {
        if !self.since(60) {
            return None;
        }
        let known = option(locked, &["pypi-prerelease-mode"]).unwrap_or(PRERELEASES);
        let declared = self.prerelease_mode(view);
        let what = "PyPI prerelease mode";
        self.different(view, Kind::PrereleaseMode, what, known, declared, PRERELEASES)
    }

    fn exclude_newer(&mut self, view: &View<'a>, locked: &LockedEnvironment) -> Option<Reason> {
        let declared = self.manifest.workspace.exclude_newer.as_ref();
        let logged = if self.since(67) {
            let Some(cutoff) = Time::cutoff(&declared?.value) else {
                self.doubt(view, None, "`exclude-newer` counts from the day pixi runs");
                return None;
            };
            let (name, timestamp) = self.newer_package(locked, cutoff)?;
            format!(
                "the locked package '{name}' has timestamp {timestamp}, which is newer than the \
                 environment's exclude-newer cutoff {cutoff}"
            )
        } else if self.since(47) {
            self.other_cutoff(view, locked)?
        } else {
            return None;
        };
        let mut reason = self.reason(view, Kind::ExcludeNewer, logged);
        if let Some(text) = declared {
            reason.place = Some((text.source.clone(), text.span.clone()));
        }
        Some(reason)
    }

    /// Before 0.67 the lock holds the option itself, and any difference counts.
    fn other_cutoff(&mut self, view: &View<'a>, locked: &LockedEnvironment) -> Option<String> {
        let declared = self.manifest.workspace.exclude_newer.as_ref().map(|one| one.value.as_str());
        let known = option(locked, &["exclude-newer"]);
        let (known_time, expected) =
            (known.and_then(Time::cutoff), declared.and_then(Time::cutoff));
        if declared.is_some() && expected.is_none() || known.is_some() && known_time.is_none() {
            self.doubt(view, None, "`exclude-newer` is no date that can be read");
            return None;
        }
        let solved = match known_time {
            Some(time) => format!("with exclude-newer set to {}", time.spaced()),
            None => "without exclude-newer".to_owned(),
        };
        let wanted = match expected {
            Some(time) => format!("has this option set to {}", time.spaced()),
            None => "does not have this option set".to_owned(),
        };
        let file = self.lock_file();
        (known_time != expected)
            .then(|| format!("the {file} was solved {solved}, but the environment {wanted}"))
    }

    /// The first locked conda package that came after a moment.
    fn newer_package(&self, locked: &LockedEnvironment, cutoff: Time) -> Option<(&'a str, Time)> {
        let lock = self.lock;
        locked.rows.iter().flat_map(|row| &row.packages).find_map(|position| {
            let package = lock.packages.get(*position)?;
            let timestamp = Time::of_milliseconds(package.conda()?.timestamp?)?;
            (timestamp > cutoff).then_some((package.name.as_str(), timestamp))
        })
    }
}
