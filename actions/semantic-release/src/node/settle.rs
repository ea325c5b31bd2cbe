//! From the branches that are written to the ones that are there.

use std::collections::BTreeMap;

use diagnostics::{Diagnostic, Failure};
use history::{Oid, Repository, TagTarget};

use super::branches::{Found, expand, lines};
use super::{Kind, Line};
use crate::pattern::{Pattern, escape};
use crate::settings::{Branch, Settings};
use crate::survey::{self, Position};
use crate::version::Version;

/// The refs that hold the channels of releases.
const NOTES: &str = "refs/notes/semantic-release";

/// Finds the branches and the line of the one at hand, and puts them into the settings.
///
/// # Errors
/// Branches that contradict each other; refs that cannot be read.
pub fn settle(
    repository: &Repository,
    position: &Position,
    settings: &mut Settings,
) -> Result<(), Failure> {
    let Some(node) = &settings.node else { return Ok(()) };
    let mut tips: BTreeMap<String, Oid> = repository
        .remote_branches(&settings.remote_name)
        .map_err(Diagnostic::from)?
        .into_iter()
        .collect();
    tips.insert(position.branch.clone(), position.head);
    let branches: Vec<String> = tips.keys().cloned().collect();
    let expanded = expand(&node.written, &branches);
    let (tags, _) = survey::version_tags(repository, &settings.tag_format, "")?;
    let mut tagged: Vec<(Oid, Version)> = Vec::new();
    let mut named: BTreeMap<Oid, Vec<String>> = BTreeMap::new();
    for tag in tags {
        if let TagTarget::Commit(id) = repository.peel(&tag.tag).map_err(Diagnostic::from)? {
            named.entry(id).or_default().push(tag.tag.name);
            tagged.push((id, tag.version));
        }
    }
    let mut found = Vec::new();
    for (name, written) in expanded {
        let tip = tips.get(&name).copied().unwrap_or(position.head);
        let all = repository.ancestors(tip).map_err(Diagnostic::from)?;
        let here = tagged.iter().filter(|(id, _)| all.contains(id));
        let versions = here.map(|(_, version)| version.clone()).collect();
        found.push((Found { name, versions }, written));
    }
    if !found.iter().any(|(found, _)| found.name == position.branch) {
        settings.branches = Vec::new();
        return Ok(());
    }
    let lines = lines(found)?;
    let line = lines.into_iter().find(|line| line.name == position.branch);
    settings.branches = line.iter().map(branch).collect::<Result<_, _>>()?;
    let channels = channels(repository, &named)?;
    if let Some(node) = &mut settings.node {
        node.line = line;
        node.channels = channels;
    }
    Ok(())
}

/// The line as a branch group of its own.
fn branch(line: &Line) -> Result<Branch, Diagnostic> {
    let pattern = format!(r"{}\Z", escape(&line.name));
    let matcher = Pattern::new(&pattern).map_err(|error| Diagnostic::bug(error.to_string()))?;
    let token = match &line.kind {
        Kind::Prerelease(token) => Some(token.clone()),
        _ => None,
    };
    Ok(Branch {
        group: line.name.clone(),
        pattern,
        matcher,
        prerelease: token.is_some(),
        token: token.unwrap_or_default(),
        range: line.range.clone(),
        channel: line.channel.clone(),
    })
}

/// What the notes say about the channels of each tag. Of several notes on one commit the first
/// counts, for all its tags.
fn channels(
    repository: &Repository,
    named: &BTreeMap<Oid, Vec<String>>,
) -> Result<BTreeMap<String, Vec<Option<String>>>, Diagnostic> {
    let mut channels = BTreeMap::new();
    for (commit, notes) in repository.notes(NOTES)? {
        let Some(note) = notes.first().and_then(|note| note.lines().next()) else { continue };
        let read: Option<Vec<Option<String>>> = serde_json::from_str::<serde_json::Value>(note)
            .ok()
            .and_then(|note| serde_json::from_value(note.get("channels")?.clone()).ok());
        let Some(read) = read else { continue };
        for name in named.get(&commit).into_iter().flatten() {
            channels.insert(name.clone(), read.clone());
        }
    }
    Ok(channels)
}
