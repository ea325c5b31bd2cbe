//! A version that is asked for by name.

use std::cmp::Ordering;

use diagnostics::Diagnostic;

use super::{Read, Tagged};
use crate::inputs::Wishes;
use crate::next::{Base, Rules};
use crate::reading::{Reading, release_as};
use crate::settings::Settings;
use crate::version::Version;

/// The version, and who asks for it.
pub(super) struct Wanted {
    version: Version,
    pub(super) why: String,
    /// The code of what may be wrong with it, and the remedy.
    code: &'static str,
    help: &'static str,
    /// It is counted on when the last release is the same version already.
    counted: bool,
    /// It comes from the input.
    forced: bool,
}

/// The version that input `force_version`, else the newest `Release-As` footer asks for.
pub(super) fn wanted(
    settings: &Settings,
    wishes: &Wishes,
    commits: &[Read],
    rules: &Rules,
) -> Result<Option<Wanted>, Diagnostic> {
    if let Some(version) = &wishes.force_version {
        let token = if version.is_prerelease() { &version.token } else { &rules.token };
        return Ok(Some(Wanted {
            version: Version { token: token.clone(), ..version.clone() },
            why: "input `force_version`".to_owned(),
            code: "release/force-version",
            help: "give a version that comes after the last release",
            counted: false,
            forced: true,
        }));
    }
    if !settings.reading.release_as || wishes.force.is_some() {
        return Ok(None);
    }
    let mut alive = commits.iter().filter(|read| !read.is_cancelled);
    let found = alive.find_map(|read| Some((read, release_as::footer(&read.commit)?)));
    let Some((read, text)) = found else { return Ok(None) };
    let text = text.strip_prefix('v').unwrap_or(text);
    let short = read.commit.id.short();
    let code = "release/release-as";
    let help = "correct the commit's message by an entry in `overrides_file`, or give the version in input `force_version`";
    let version = Version::parse(text, &rules.token).map_err(|error| {
        let message = format!("`Release-As: {text}` in commit {short}: {error}");
        Diagnostic::bad_input(code, message).with_help(help)
    })?;
    let adds_token = rules.prerelease && !version.is_prerelease();
    let version = if adds_token { version.to_prerelease(&rules.token, None) } else { version };
    let why = format!("`Release-As` in {short}");
    Ok(Some(Wanted { version, why, code, help, counted: adds_token, forced: false }))
}

impl Wanted {
    /// The version, if it comes after the last release or is that release.
    pub(super) fn checked(&self, latest: &Version) -> Result<Version, Diagnostic> {
        let same = self.version.to_full().precedence(&latest.to_full()) == Ordering::Equal;
        if self.counted && same && latest.is_prerelease() && latest.token == self.version.token {
            return Ok(latest.bump(crate::version::Level::Prerelease));
        }
        let order = self.version.precedence(latest);
        // What is released already may be a release to complete.
        let is_late = order == Ordering::Greater || (self.forced && order == Ordering::Equal);
        if !is_late {
            let message = format!(
                "version {} ({}) does not come after {latest}, the last release of this branch",
                self.version, self.why
            );
            return Err(Diagnostic::bad_input(self.code, message).with_help(self.help));
        }
        Ok(self.version.clone())
    }
}

impl Reading {
    /// The first version is the configured one: while there is no full release, `found` gives
    /// way to it, and prereleases lead up to it.
    pub(super) fn first(&self, found: Version, base: &Base<Tagged>, rules: &Rules) -> Version {
        let Some(initial) = self.initial_version.as_ref().filter(|_| base.full.is_none()) else {
            return found;
        };
        let latest = base.latest.as_ref().map(|tag| &tag.version);
        let nothing = latest.map_or_else(
            || found.is_same(&Version::initial(&rules.token)),
            |latest| found.is_same(latest),
        );
        let is_past =
            latest.is_some_and(|latest| latest.to_full().precedence(initial) == Ordering::Greater);
        if nothing || is_past {
            return found;
        }
        if !rules.prerelease {
            return Version { token: rules.token.clone(), ..initial.clone() };
        }
        let counter = latest
            .filter(|latest| {
                latest.token == rules.token
                    && latest.to_full().precedence(initial) == Ordering::Equal
            })
            .and_then(|latest| latest.revision.as_ref().map(crate::number::Number::next));
        initial.to_prerelease(&rules.token, counter)
    }
}
