//! Conda dependencies.

use conda::VersionSpec;
use config::{Node, Spanned, Value};

use super::reader::Reader;
use super::{Dependency, keys};
use crate::Holds;

/// Keys of a dependency that a locked package must meet too, but that are not kept.
const UNKEPT: [&str; 9] = [
    "extras",
    "flags",
    "when",
    "file-name",
    "license",
    "license-family",
    "track-features",
    "md5",
    "sha256",
];

/// Reads a table of dependencies; `table` is what kind, `name` what it is called in messages.
pub(super) fn read(
    reader: &mut Reader<'_>,
    table: &'static str,
    name: &str,
    node: &Node,
    into: &mut Vec<Dependency>,
) {
    let first = into.len();
    for (key, node) in reader.table(node) {
        let lower = key.text.to_lowercase();
        if into.iter().skip(first).any(|known| known.name.value == lower) {
            let finding = reader.refused(
                "manifest/duplicate-dependency",
                format!("`{lower}` stands twice in `{name}`"),
                &key.span,
                format!("duplicate key: `{}`", key.text),
            );
            reader.found(finding.remedy("keep one of the two, in lower case"));
        }
        let package = reader.spanned(lower.as_str(), &key.span);
        let mut dependency = Dependency {
            version: reader.spanned("*", &node.span),
            name: package,
            table,
            build: None,
            build_number: None,
            channel: None,
            is_source: false,
            is_partial: false,
        };
        spec(reader, &format!("{name}.{}", key.text), node, &mut dependency);
        into.push(dependency);
    }
}

/// A spec: a version, or a table.
fn spec(reader: &mut Reader<'_>, name: &str, node: &Node, dependency: &mut Dependency) {
    match &node.value {
        Value::String(text) => dependency.version = checked(reader, text, node),
        Value::Mapping(entries) => {
            reader.keys(name, entries, keys::DEPENDENCY);
            if matches!(node.get("workspace"), Some(Node { value: Value::Bool(true), .. })) {
                inherited(reader, name, node, dependency);
            }
            if let Some(inner) = node.get("version")
                && let Some(version) = reader.text(inner)
            {
                dependency.version = checked(reader, &version.value, inner);
            }
            let text =
                |reader: &mut Reader<'_>, key| node.get(key).and_then(|node| reader.text(node));
            dependency.build = text(reader, "build").or(dependency.build.take());
            dependency.build_number =
                text(reader, "build-number").or(dependency.build_number.take());
            dependency.channel = text(reader, "channel").or(dependency.channel.take());
            let is_archive = |node: &Node| {
                let text = node.as_str().unwrap_or_default();
                [".conda", ".tar.bz2"].iter().any(|ending| text.ends_with(ending))
            };
            dependency.is_source |= ["path", "git", "url"]
                .iter()
                .filter_map(|key| node.get(key))
                .any(|place| !is_archive(place));
            // An archive by its URL is a package that is there already, and no other.
            let names_archive =
                ["path", "url"].iter().filter_map(|key| node.get(key)).any(is_archive);
            dependency.is_partial |=
                names_archive || UNKEPT.iter().any(|key| node.get(key).is_some());
        }
        _ => {
            reader.wrong_type(node, "a string or a table");
            if let Some(text) = node.scalar_text() {
                dependency.version = reader.spanned(text, &node.span);
            }
        }
    }
}

/// A version spec as written; what is none is refused.
fn checked(reader: &mut Reader<'_>, text: &str, node: &Node) -> Spanned<String> {
    if let Err(why) = VersionSpec::in_manifest(text) {
        let finding = reader.refused(
            "manifest/version-spec",
            format!("`{text}` is not a version spec: {why}"),
            &node.span,
            why.to_string(),
        );
        reader.found(match text.trim().split_once([' ', '=']) {
            Some((version, build)) if VersionSpec::in_manifest(version).is_ok() => finding
                .remedy(format!("write `{{ version = \"{version}\", build = \"{build}\" }}`")),
            _ => finding.remedy("write a version spec such as `\">=1.2,<2\"`"),
        });
    }
    reader.spanned(text, &node.span)
}

/// `{ workspace = true }`: what `[workspace.dependencies]` says.
fn inherited(reader: &mut Reader<'_>, name: &str, node: &Node, dependency: &mut Dependency) {
    let pool = reader.pool.and_then(Node::entries).unwrap_or_default();
    let found = pool.iter().find(|(key, _)| key.text.to_lowercase() == dependency.name.value);
    match found {
        // One step: an entry of the pool does not point to the pool.
        Some((_, spec_node)) if spec_node.get("workspace").is_none() => {
            spec(reader, name, spec_node, dependency);
        }
        Some(_) | None => {
            let finding = reader.refused(
                "manifest/not-inherited",
                format!("`{}` is not in `[workspace.dependencies]`", dependency.name.value),
                &node.span,
                format!(
                    "the workspace does not define `{}` in `[workspace.dependencies]`",
                    dependency.name.value
                ),
            );
            reader.found(finding.holds(Holds::since(70)).remedy(format!(
                "add `{}` there, or write its version here",
                dependency.name.value
            )));
        }
    }
}
