//! Which tag is meant.

use action_kit::Context;
use diagnostics::{Diagnostic, Failure};
use github::Repository;

use crate::next::newest_first;
use crate::session::Session;
use crate::tags::TagFormat;
use crate::version::Version;

/// The tag whose release gets the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    /// What it names; not every tag that has a release names a version.
    pub(super) version: Option<Version>,
}

impl Tag {
    /// The version as text; empty for none.
    pub(super) fn version(&self) -> String {
        self.version.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

/// The tag that is asked for, else the highest. Tags are looked for here and on the server: a
/// release through the API makes its tag there, and a checkout may have none at all.
///
/// # Errors
/// A tag that is nowhere; no tag that names a version.
pub(super) async fn find(
    context: &Context,
    session: &Session,
    github: Option<&Repository>,
) -> Result<Tag, Failure> {
    let given = ["tag", "publish_tag"].into_iter().find_map(|name| {
        let text = context.inputs.text(name)?;
        Some((name, text)).filter(|(_, text)| *text != "latest")
    });
    let format = &session.settings.tag_format;
    let here = session.repository.tags().map_err(Diagnostic::from)?;
    let here = here.iter().map(|tag| tag.name.clone());
    if let Some((input, name)) = given {
        let there = match github {
            Some(github) => github.get_ref(&format!("refs/tags/{name}")).await,
            None => Ok(None),
        };
        let is_known =
            here.into_iter().any(|tag| tag == name) || there.map_err(Diagnostic::from)?.is_some();
        if !is_known {
            let source = context.inputs.source(input);
            return Err(Diagnostic::bad_input(
                "release/no-tag",
                format!("tag `{name}` is neither here nor on the server"),
            )
            .with_label(&source, 0..source.contents().len(), "")
            .with_help("give the tag of a release, as output `tag` of the release step has it")
            .into());
        }
        let version = format.version(name, "rc").and_then(Result::ok);
        return Ok(Tag { name: name.to_owned(), version });
    }
    let mut names: Vec<String> = here.collect();
    if let Some(github) = github {
        let prefix = format!("refs/tags/{}", format.around().0);
        let there = github.matching_refs(&prefix).await.map_err(Diagnostic::from)?;
        let name = |name: &str| name.strip_prefix("refs/tags/").map(str::to_owned);
        names.extend(there.iter().filter_map(|reference| name(&reference.name)));
    }
    highest(format, names).ok_or_else(|| {
        Diagnostic::bad_input("release/no-tag", "no tag names a version")
            .with_help("release one first, or name the tag: `tag: v1.2.3`")
            .into()
    })
}

fn highest(format: &TagFormat, names: Vec<String>) -> Option<Tag> {
    let version = |name: String| {
        let version = format.version(&name, "rc")?.ok()?;
        Some((name, version))
    };
    let mut tags: Vec<(String, Version)> = names.into_iter().filter_map(version).collect();
    newest_first(&mut tags, |(_, version)| version);
    let (name, version) = tags.into_iter().next()?;
    Some(Tag { name, version: Some(version) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_of_all() {
        let format = TagFormat::parse("v{version}").unwrap();
        for (names, expected) in [
            ("v1.0.0 v1.1.0-rc.1 v0.9.0 v1 latest", "v1.1.0-rc.1"),
            ("v1.0.0 v1.0.0-rc.9", "v1.0.0"),
            ("v9 x", ""),
        ] {
            let names = names.split(' ').map(str::to_owned).collect();
            let found = highest(&format, names).map(|tag| tag.name).unwrap_or_default();
            assert_eq!(found, expected);
        }
    }
}
