//! The next version (python-semantic-release 10.5, `version/algorithm.py`).
//!
//! Pure: what is asked of history comes in as values or closures, so that a caller can answer
//! lazily.

use std::cmp::Ordering;

use crate::version::{Level, Version};

/// What is wanted, besides what the commits say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// 0.x versions are allowed.
    pub allow_zero_version: bool,
    /// A breaking change leaves 0.x.
    pub major_on_zero: bool,
    /// A prerelease is wanted.
    pub prerelease: bool,
    /// The token of prereleases.
    pub token: String,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NextError {
    /// `default_bump_level = 1` on a full version.
    #[error("a bump of level `prerelease` cannot follow a full version")]
    PrereleaseOfFull,
}

/// Sorts newest first; equal versions stay in the order they came in.
pub fn newest_first<T>(tags: &mut [T], version: impl Fn(&T) -> &Version) {
    tags.sort_by(|a, b| version(b).precedence(version(a)));
}

/// The releases a branch starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base<T> {
    /// Newest full release in history.
    pub full: Option<T>,
    /// Where counting starts: the newest prerelease of the wanted token when that is newer, else
    /// the newest full release.
    pub latest: Option<T>,
}

/// Finds the base among `tags` (newest first). `contains` tells whether a tag is in history; it
/// is asked as seldom as possible.
///
/// # Errors
/// Those of `contains`.
pub fn base<T: Clone, E>(
    tags: &[T],
    version: impl Fn(&T) -> &Version,
    rules: &Rules,
    mut contains: impl FnMut(&T) -> Result<bool, E>,
) -> Result<Base<T>, E> {
    let mut full = None;
    for tag in tags.iter().filter(|tag| !version(tag).is_prerelease()) {
        if contains(tag)? {
            full = Some(tag.clone());
            break;
        }
    }
    let initial = Version::initial(&rules.token);
    let mut latest = full.clone();
    if rules.prerelease {
        for tag in tags {
            let candidate = version(tag);
            let floor = full.as_ref().map_or(&initial, &version);
            if candidate.precedence(floor) == Ordering::Less {
                break;
            }
            if candidate.is_prerelease() && candidate.token == rules.token && contains(tag)? {
                latest = Some(tag.clone());
                break;
            }
        }
    }
    Ok(Base { full, latest })
}

/// The next version, or `latest` itself when nothing asks for a release.
///
/// # Errors
/// A level that cannot be applied.
pub fn next(
    latest: &Version,
    full: &Version,
    level: Level,
    rules: &Rules,
) -> Result<Version, NextError> {
    let initial = latest.major.is_zero();
    if level == Level::None && (!initial || rules.allow_zero_version) {
        return Ok(latest.clone());
    }
    let level = match (initial, rules.allow_zero_version, rules.major_on_zero) {
        (true, false, _) => Level::Major,
        (true, true, false) => level.min(Level::Minor),
        _ => level,
    };
    if level == Level::Prerelease && !latest.is_prerelease() {
        return Err(NextError::PrereleaseOfFull);
    }
    let mut from = latest;
    if latest.is_prerelease() {
        if level <= latest.difference(full) {
            if !rules.prerelease {
                return Ok(latest.to_full());
            }
            let counter = (latest.token == rules.token)
                .then(|| latest.revision.as_ref().map(crate::number::Number::next))
                .flatten()
                .unwrap_or_else(crate::number::Number::one);
            return Ok(latest.to_prerelease(&rules.token, Some(counter)));
        }
        from = full;
    }
    let bumped = from.bump(level);
    Ok(if rules.prerelease { bumped.to_prerelease(&rules.token, None) } else { bumped.to_full() })
}

/// A forced level. It counts from the newest tag of the whole repository, whatever the branch;
/// the answer is a full version unless a prerelease is wanted.
pub fn forced(newest_first: &[&Version], level: Level, rules: &Rules) -> Version {
    let version = match (newest_first.first(), level) {
        (None, _) => Version::initial(&rules.token).bump(level),
        (Some(newest), Level::Prerelease) => newest_first
            .iter()
            .take_while(|v| {
                v.major == newest.major && v.minor == newest.minor && v.patch == newest.patch
            })
            .find(|v| v.is_prerelease() && v.token == rules.token)
            .map_or_else(
                || newest.to_prerelease(&rules.token, Some(crate::number::Number::one())),
                |found| found.bump(Level::Prerelease),
            ),
        (Some(newest), _) => newest.bump(level),
    };
    if rules.prerelease { version.to_prerelease(&rules.token, None) } else { version.to_full() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v(text: &str) -> Version {
        Version::parse(text, "rc").unwrap()
    }

    fn rules(prerelease: bool, zero: bool, major_on_zero: bool) -> Rules {
        Rules { allow_zero_version: zero, major_on_zero, prerelease, token: "rc".to_owned() }
    }

    #[test]
    fn table_of_answers() {
        use Level::{Major, Minor, None, Patch, Prerelease};
        for (latest, full, level, prerelease, zero, major_on_zero, expected) in [
            ("1.2.3", "1.2.3", Minor, false, false, true, "1.3.0"),
            ("1.2.3", "1.2.3", None, false, false, true, "1.2.3"),
            ("0.0.0", "0.0.0", None, false, false, true, "1.0.0"),
            ("0.0.0", "0.0.0", None, true, false, true, "1.0.0-rc.1"),
            ("0.0.0", "0.0.0", None, false, true, true, "0.0.0"),
            ("0.0.0", "0.0.0", Patch, false, true, true, "0.0.1"),
            ("0.3.0", "0.3.0", Major, false, true, false, "0.4.0"),
            ("0.3.0", "0.3.0", Major, false, true, true, "1.0.0"),
            ("0.3.0", "0.3.0", Patch, false, false, false, "1.0.0"),
            ("1.3.0-rc.1", "1.2.0", Patch, true, false, true, "1.3.0-rc.2"),
            ("1.3.0-rc.1", "1.2.0", Major, true, false, true, "2.0.0-rc.1"),
            ("1.3.0-rc.1", "1.2.0", Prerelease, true, false, true, "1.3.0-rc.2"),
            ("1.2.0", "1.2.0", Patch, true, false, true, "1.2.1-rc.1"),
        ] {
            let next = next(&v(latest), &v(full), level, &rules(prerelease, zero, major_on_zero));
            assert_eq!(next.unwrap().to_string(), expected, "{latest} {level:?}");
        }
        let error = super::next(&v("1.0.0"), &v("1.0.0"), Prerelease, &rules(true, false, true));
        assert_eq!(error, Err(NextError::PrereleaseOfFull));
    }

    #[test]
    fn the_base_is_in_history_and_of_the_wanted_token() {
        let tags: Vec<Version> =
            ["2.0.0", "1.1.0-dev.1", "1.1.0-rc.2", "1.1.0-rc.1", "1.0.0", "1.0.0-rc.9"]
                .map(v)
                .into();
        let find = |prerelease: bool| {
            let mut asked = Vec::new();
            let base = base(
                &tags,
                |tag| tag,
                &rules(prerelease, false, true),
                |tag| {
                    asked.push(tag.to_string());
                    Ok::<_, ()>(tag.to_string() != "2.0.0" && tag.to_string() != "1.1.0-rc.2")
                },
            )
            .unwrap();
            (base.full.unwrap().to_string(), base.latest.unwrap().to_string(), asked)
        };
        let (full, latest, asked) = find(false);
        assert_eq!((full.as_str(), latest.as_str(), asked.len()), ("1.0.0", "1.0.0", 2));
        let (_, latest, asked) = find(true);
        assert_eq!(latest, "1.1.0-rc.1");
        assert!(!asked.contains(&"1.0.0-rc.9".to_owned()), "older than the full release");
    }

    #[test]
    fn forced_levels_start_from_the_newest_tag_of_all() {
        let tags = [v("1.1.0-dev.1"), v("1.0.0")];
        let tags: Vec<&Version> = tags.iter().collect();
        let force =
            |level, prerelease| forced(&tags, level, &rules(prerelease, false, true)).to_string();
        assert_eq!(force(Level::Patch, false), "1.1.1");
        assert_eq!(force(Level::Major, true), "2.0.0-rc.1");
        assert_eq!(force(Level::Prerelease, true), "1.1.0-rc.1");
        assert_eq!(forced(&[], Level::Minor, &rules(false, false, true)).to_string(), "0.1.0");
        let counted = [v("1.1.0-rc.3"), v("1.1.0-rc.2")];
        let counted: Vec<&Version> = counted.iter().collect();
        assert_eq!(
            forced(&counted, Level::Prerelease, &rules(true, false, true)).to_string(),
            "1.1.0-rc.4"
        );
    }
}
