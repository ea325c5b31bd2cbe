//! What a release is besides its commit and its tag.

use diagnostics::Failure;
use github::MakeLatest;
use history::Oid;

use crate::announce::{self, Announcement};
use crate::attachments::Assets;
use crate::files::Planned;
use crate::partial::{self, PartialTag};
use crate::session::Session;
use crate::settings::Latest;
use crate::survey::{Read, Tagged};
use crate::tags::TagFormat;
use crate::version::Version;

/// What a release is besides its commit and its tag.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The files of the release.
    pub assets: Assets,
    /// Short tags that move to the release, and what is needed to see whether they may.
    pub partial_tags: Vec<PartialTag>,
    /// How tags are named.
    pub format: TagFormat,
    /// The version.
    pub version: Version,
    /// Whether GitHub shows it as the latest.
    pub latest: MakeLatest,
    /// It stays a draft.
    pub draft: bool,
    /// Who is told of it.
    pub announcement: Option<Announcement>,
}

impl Publication {
    /// Puts it together. `files` are those the release writes, `tags` all tags of versions.
    ///
    /// # Errors
    /// Assets that cannot be attached.
    pub fn new(
        session: &Session,
        tip: Oid,
        files: &[Planned],
        version: &Version,
        tags: &[Tagged],
    ) -> Result<Self, Failure> {
        let Session { settings, wishes, .. } = session;
        let format = settings.tag_format.clone();
        let names = || tags.iter().map(|tag| tag.tag.name.as_str());
        let mut partial_tags = Vec::new();
        if settings.release.partial_tags && wishes.tag && wishes.push {
            partial_tags = partial::of(&format, version);
            partial_tags.retain(|tag| partial::is_newest(tag, &format, version, names()));
        }
        Ok(Self {
            assets: Assets::find(session, tip, files)?,
            partial_tags,
            format,
            version: version.clone(),
            latest: latest(wishes.latest.unwrap_or(settings.release.latest), version, tags),
            draft: wishes.draft.unwrap_or(settings.release.draft),
            announcement: None,
        })
    }
}

impl Session {
    /// Who is told of the release of these commits, where that is wanted.
    pub fn announcement(&self, commits: &[Read], tag: &str) -> Option<Announcement> {
        let wanted = self.wishes.comment_released.unwrap_or(self.settings.release.comment_released);
        let numbers = announce::numbers(commits);
        let label = self.wishes.released_label.clone();
        (wanted && !numbers.is_empty()).then(|| Announcement {
            numbers,
            tag: tag.to_owned(),
            link: self.release_link(tag),
            label: label.or_else(|| self.settings.release.released_label.clone()),
        })
    }
}

/// Prereleases and releases of older lines are not the latest; for all others GitHub decides by
/// version and date, which is this one.
pub(crate) fn latest(wish: Latest, version: &Version, tags: &[Tagged]) -> MakeLatest {
    among(wish, version, tags.iter().map(|tag| &tag.version))
}

fn among<'v>(
    wish: Latest,
    version: &Version,
    mut all: impl Iterator<Item = &'v Version>,
) -> MakeLatest {
    let is_newer = |other: &Version| !other.is_prerelease() && other.precedence(version).is_gt();
    match wish {
        _ if version.is_prerelease() => MakeLatest::False,
        Latest::Never => MakeLatest::False,
        Latest::Always => MakeLatest::True,
        Latest::Auto if all.any(is_newer) => MakeLatest::False,
        Latest::Auto => MakeLatest::Legacy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_release_is_the_latest() {
        let version = |text: &str| Version::parse(text, "rc").unwrap();
        for (wish, text, others, expected) in [
            (Latest::Auto, "1.2.0", "1.1.0 2.0.0-rc.1", MakeLatest::Legacy),
            (Latest::Auto, "1.1.1", "1.2.0", MakeLatest::False),
            (Latest::Auto, "1.2.0-rc.1", "1.1.0", MakeLatest::False),
            (Latest::Always, "1.1.1", "1.2.0", MakeLatest::True),
            (Latest::Always, "1.2.0-rc.1", "1.1.0", MakeLatest::False),
            (Latest::Never, "1.2.0", "1.1.0", MakeLatest::False),
        ] {
            let others: Vec<Version> = others.split(' ').map(version).collect();
            assert_eq!(among(wish, &version(text), others.iter()), expected, "{wish:?} {text}");
        }
    }
}
