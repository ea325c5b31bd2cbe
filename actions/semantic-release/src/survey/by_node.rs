//! The decision by node's rules.

use diagnostics::Diagnostic;
use history::{Oid, Repository};

use super::{Decision, Lineage, Read, Tagged, exact, read};
use crate::inputs::Wishes;
use crate::next::{Base, Rules};
use crate::node::Node;
use crate::settings::Settings;
use crate::version::{Level, Version};

/// The next version for `tip`. `tags` are newest first.
pub(super) fn decide(
    repository: &Repository,
    tip: Oid,
    tags: &[Tagged],
    (node, rules): (&Node, &Rules),
    settings: &Settings,
    wishes: &Wishes,
) -> Result<Decision, Diagnostic> {
    let mut lineage = Lineage::new(repository, tip);
    let (mut highest, mut last, mut full) = (None, None, None);
    for tag in tags {
        if !lineage.contains(tag)? {
            continue;
        }
        highest = highest.or(Some(&tag.version));
        if last.is_none() && node.counts(&tag.tag.name, &tag.version) {
            last = Some(tag.clone());
        }
        if !tag.version.is_prerelease() {
            full = Some(tag.clone());
            break;
        }
    }
    let hide: Vec<Oid> = match &last {
        Some(tag) => lineage.commit(tag)?.into_iter().collect(),
        None => Vec::new(),
    };
    let commits = read(repository, &repository.range(&[tip], &hide)?, settings)?;
    let level = commits.iter().map(Read::level).max().unwrap_or_default();
    let latest = last.as_ref().map(|tag| &tag.version);
    let version = if level == Level::None {
        latest.cloned().unwrap_or_else(|| Version::initial(&rules.token))
    } else {
        node.next(latest, highest, level)
    };
    // Tags of full versions are read with the branch's token.
    let token = if version.is_prerelease() { version.token.clone() } else { rules.token.clone() };
    let version = Version { token, ..version };
    let initial = Version::initial(&rules.token);
    let wanted = exact::wanted(settings, wishes, &commits, rules)?;
    let (version, exact) = match wanted {
        Some(wanted) => (wanted.checked(latest.unwrap_or(&initial))?, Some(wanted.why)),
        None => (version, None),
    };
    let version = if wishes.build_metadata.is_empty() {
        version
    } else {
        Version { build: wishes.build_metadata.clone(), ..version }
    };
    Ok(Decision { version, base: Base { full, latest: last }, level, commits, exact })
}
