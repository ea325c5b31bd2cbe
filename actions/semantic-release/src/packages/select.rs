//! Which packages are released, and at which version. Pure.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::graph::{self, Package};
use crate::version::{Level, Version};

/// What a package's own commits lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its last release of any kind.
    pub current: Version,
    /// Its next version, where its commits ask for one.
    pub next: Option<Version>,
    /// How far its commits move it.
    pub level: Level,
    /// Its branch makes prereleases with this token.
    pub prerelease: Option<String>,
}

/// What is done with a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// Nothing.
    Nothing,
    /// The release its own commits ask for.
    Own,
    /// A patch release, since it needs the package with this index.
    Drawn(usize),
    /// This version, which its group has.
    Group(Version),
}

/// Decides for all packages. `groups` are lists of indexes.
pub fn calls(
    packages: &[Package],
    standings: &[Standing],
    groups: &[Vec<usize>],
    bump_dependents: bool,
) -> Vec<Call> {
    let own = |standing: &Standing| match standing.next {
        Some(_) => Call::Own,
        None => Call::Nothing,
    };
    let mut calls: Vec<Call> = standings.iter().map(own).collect();
    // A group can draw packages along, and those can move their group.
    loop {
        let before = calls.clone();
        if bump_dependents {
            let is_moved =
                |(index, call): (usize, &Call)| (*call != Call::Nothing).then_some(index);
            let moved: BTreeSet<usize> = calls.iter().enumerate().filter_map(is_moved).collect();
            for (index, cause) in graph::drawn_along(packages, &moved) {
                if let Some(call) = calls.get_mut(index) {
                    *call = Call::Drawn(cause);
                }
            }
        }
        for group in groups {
            let Some(version) = of_group(group, standings, &calls) else { continue };
            for index in group {
                if let Some(call) = calls.get_mut(*index) {
                    *call = Call::Group(version.clone());
                }
            }
        }
        if calls == before {
            return calls;
        }
    }
}

/// The version of a group that is released: the highest any member asks for, and higher than what
/// any of them has.
fn of_group(group: &[usize], standings: &[Standing], calls: &[Call]) -> Option<Version> {
    let member = |index: &usize| Some((standings.get(*index)?, calls.get(*index)?));
    let mut members = group.iter().filter_map(member);
    members.clone().find(|(_, call)| **call != Call::Nothing)?;
    let highest = |a: Version, b: Version| if a.precedence(&b) == Ordering::Less { b } else { a };
    let asked = members.clone().filter_map(|(standing, call)| match call {
        Call::Nothing => None,
        Call::Own => standing.next.clone(),
        Call::Drawn(_) => Some(moved(standing, Level::Patch)),
        Call::Group(version) => Some(version.clone()),
    });
    let asked = asked.reduce(highest)?;
    let (top, _) = members.clone().max_by(|(a, _), (b, _)| a.current.precedence(&b.current))?;
    if asked.precedence(&top.current) == Ordering::Greater {
        return Some(asked);
    }
    let level = members.clone().map(|(standing, _)| standing.level).max().unwrap_or_default();
    members.next().map(|_| moved(top, level.max(Level::Patch)))
}

fn moved(standing: &Standing, level: Level) -> Version {
    let full = standing.current.to_full();
    match &standing.prerelease {
        // A prerelease that already leads up to such a version goes on counting.
        Some(token) if standing.current.is_prerelease() && standing.current.token == *token => {
            standing.current.bump(Level::Prerelease)
        }
        Some(token) => full.bump(level).to_prerelease(token, None),
        None if standing.current.is_prerelease() => full,
        None => full.bump(level),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::manifest::normal;

    fn version(text: &str) -> Version {
        Version::parse(text, "rc").unwrap()
    }

    fn standing(current: &str, next: Option<&str>, level: Level) -> Standing {
        Standing { current: version(current), next: next.map(version), level, prerelease: None }
    }

    fn packages(of: &[(&str, &[&str])]) -> Vec<Package> {
        let package = |(name, needs): &(&str, &[&str])| Package {
            name: (*name).to_owned(),
            needs: needs.iter().map(|need| normal(need)).collect(),
        };
        of.iter().map(package).collect()
    }

    #[test]
    fn alone_each_follows_its_own_commits() {
        let packages = packages(&[("core", &[]), ("app", &["core"]), ("docs", &[])]);
        let standings = [
            standing("1.0.0", Some("1.1.0"), Level::Minor),
            standing("2.0.0", None, Level::None),
            standing("0.1.0", None, Level::None),
        ];
        let alone = calls(&packages, &standings, &[], false);
        assert_eq!(alone, [Call::Own, Call::Nothing, Call::Nothing]);
        let drawn = calls(&packages, &standings, &[], true);
        assert_eq!(drawn, [Call::Own, Call::Drawn(0), Call::Nothing]);
    }

    #[test]
    fn a_group_has_one_version() {
        let packages = packages(&[("a", &[]), ("b", &[]), ("c", &["b"])]);
        let group = [vec![0, 1]];
        for (standings, expected) in [
            (
                [
                    standing("1.0.0", Some("1.1.0"), Level::Minor),
                    standing("1.0.0", Some("1.0.1"), Level::Patch),
                    standing("3.0.0", None, Level::None),
                ],
                "1.1.0",
            ),
            // The one that stays behind is ahead: the group goes on from there.
            (
                [
                    standing("1.0.0", Some("1.1.0"), Level::Minor),
                    standing("2.3.4", None, Level::None),
                    standing("3.0.0", None, Level::None),
                ],
                "2.4.0",
            ),
        ] {
            let found = calls(&packages, &standings, &group, true);
            let both = Call::Group(version(expected));
            assert_eq!(found, [both.clone(), both, Call::Drawn(1)]);
        }
        let still = [
            standing("1.0.0", None, Level::None),
            standing("1.2.0", None, Level::None),
            standing("3.0.0", None, Level::None),
        ];
        assert_eq!(calls(&packages, &still, &group, true), vec![Call::Nothing; 3]);
    }

    #[test]
    fn a_package_that_is_drawn_along_moves_its_group() {
        let packages = packages(&[("core", &[]), ("app", &["core"]), ("twin", &[])]);
        let standings = [
            standing("1.0.0", Some("1.0.1"), Level::Patch),
            standing("2.0.0", None, Level::None),
            standing("2.0.0", None, Level::None),
        ];
        let found = calls(&packages, &standings, &[vec![1, 2]], true);
        let twins = Call::Group(version("2.0.1"));
        assert_eq!(found, [Call::Own, twins.clone(), twins]);
    }
}
