//! Solve-groups: environments that must hold the same packages.

use std::collections::{HashMap, HashSet};

use super::row::Verified;
use super::{Judge, Kind};
use crate::View;

/// The environments of a group: its name, and their positions.
type Group = (String, Vec<usize>);

fn solve_groups(views: &[View<'_>]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (position, view) in views.iter().enumerate() {
        let Some(name) = &view.environment().solve_group else { continue };
        match groups.iter_mut().find(|(known, _)| *known == name.value) {
            Some((_, members)) => members.push(position),
            None => groups.push((name.value.clone(), vec![position])),
        }
    }
    groups
}

impl<'a> Judge<'a> {
    /// What must hold for all environments of a group together.
    pub(super) fn groups(&mut self, views: &[View<'a>], verified: &[Verified<'_>]) {
        let groups = solve_groups(views);
        self.python_only(views, &groups, verified);
        for (name, members) in &groups {
            let mut platforms: Vec<&str> = Vec::new();
            for view in members.iter().filter_map(|position| views.get(*position)) {
                for row in view.rows() {
                    if !platforms.contains(&row.name.as_str()) {
                        platforms.push(&row.name);
                    }
                }
            }
            for platform in platforms {
                self.consistent(views, name, members, platform);
            }
        }
    }

    /// One package of a name for all environments of a group.
    fn consistent(&mut self, views: &[View<'a>], name: &str, members: &[usize], platform: &str) {
        let mut known: HashMap<(bool, &str), &str> = HashMap::new();
        let mut differing: Option<(bool, &str)> = None;
        let mut last = None;
        'members: for position in members {
            let Some(view) = views.get(*position) else { continue };
            if self.outdated.contains(&(*position, platform.to_owned())) {
                break;
            }
            let Some(row) = view.row(platform) else { continue };
            let Some(locked) = view.locked_row(self.lock, row) else { continue };
            // pixi asks by the platform's name here, so a bare row does not serve a rich platform.
            if self.has_rows() && locked.platform == row.subdir && row.name != row.subdir {
                continue;
            }
            last = Some(view);
            for package in self.lock.packages(locked) {
                let is_conda = package.conda().is_some();
                let first =
                    known.entry((is_conda, &package.name)).or_insert(package.location.as_str());
                if *first != package.location {
                    let is_worse = differing.is_none_or(|(known, _)| !known && is_conda);
                    if is_worse {
                        differing = Some((is_conda, &package.name));
                    }
                    if is_conda {
                        break 'members;
                    }
                }
            }
        }
        let (Some((is_conda, package)), Some(view)) = (differing, last) else { return };
        let what = if is_conda { "conda" } else { "pypi" };
        let mut reason = self.reason(
            view,
            Kind::SolveGroup,
            format!(
                "the locked {what} packages in solve group {name} are not consistent for all \
                 environments for platform {platform}"
            ),
        );
        name.clone_into(&mut reason.environment);
        reason.platform = Some(platform.to_owned());
        reason.truth = Some(format!(
            "{package} is locked in different builds or versions for the environments of \
             solve-group {name}, which must share one"
        ));
        if let Some(group) = &view.environment().solve_group {
            reason.place = Some((group.source.clone(), group.span.clone()));
        }
        self.reasons.push(reason);
    }

    /// Conda packages that only Python packages ask for, over a group or an environment alone.
    fn python_only(&mut self, views: &[View<'a>], groups: &[Group], verified: &[Verified<'_>]) {
        let mut grouped: HashSet<(usize, &str)> = HashSet::new();
        let mut units: Vec<(usize, Vec<&Verified<'_>>)> = Vec::new();
        for (_, members) in groups {
            let platforms: HashSet<&str> = verified
                .iter()
                .filter(|one| members.contains(&one.environment))
                .map(|one| one.platform.as_str())
                .collect();
            for platform in platforms {
                let unit: Vec<&Verified<'_>> = verified
                    .iter()
                    .filter(|one| one.platform == platform && members.contains(&one.environment))
                    .collect();
                grouped.extend(unit.iter().map(|one| (one.environment, platform)));
                // An environment that is out of date already makes the group so.
                if unit.len() == members.len() {
                    units.push((members.first().copied().unwrap_or_default(), unit));
                }
            }
        }
        for one in verified {
            if !grouped.contains(&(one.environment, one.platform.as_str())) {
                units.push((one.environment, vec![one]));
            }
        }
        for (position, unit) in units {
            let (Some(view), Some(first)) = (views.get(position), unit.first()) else { continue };
            let mut names: Vec<&str> =
                unit.iter().flat_map(|one| &one.used_by_python).copied().collect();
            names.sort_unstable();
            let stray =
                names.into_iter().find(|name| !unit.iter().any(|one| one.expected.contains(name)));
            if let Some(name) = stray {
                let logged = format!(
                    "'{name}' is locked as a conda package but only requested by pypi dependencies"
                );
                let mut reason = self.reason(view, Kind::CondaForPython, logged);
                reason.platform = Some(first.platform.clone());
                self.reasons.push(reason);
            }
        }
    }
}
