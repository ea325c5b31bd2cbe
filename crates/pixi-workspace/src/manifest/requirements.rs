//! `[system-requirements]`: the older way to declare virtual packages.

use conda::Version;
use config::{Node, Spanned, Value, nearest};

use super::reader::{Reader, type_word};
use super::{Feature, SystemRequirements, keys};
use crate::{Finding, Holds};

/// Reads the table of a feature.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, feature: &Feature) -> SystemRequirements {
    let mut found = SystemRequirements { span: node.span.clone(), ..SystemRequirements::default() };
    let entries = reader.table(node);
    for (key, node) in entries {
        match key.text.as_str() {
            "linux" => found.linux = version(reader, node),
            "cuda" => found.cuda = version(reader, node),
            "macos" => found.macos = version(reader, node),
            "archspec" => {
                reader.text(node);
            }
            "libc" => found.libc = libc(reader, node),
            other => {
                let finding = reader.unknown("system-requirements", key, keys::REQUIREMENTS);
                let near = nearest(other, keys::REQUIREMENTS.iter().map(|(name, _)| *name));
                // Few and old: here a key that is not known is a mistake.
                reader.found(Finding {
                    severity: diagnostics::Severity::Error,
                    remedy: Some(match near {
                        Some(near) => format!("write `{near}`"),
                        None => format!("remove `{other}`"),
                    }),
                    ..finding
                });
            }
        }
    }
    if !entries.is_empty() && reader.since(72) {
        deprecated(reader, node, feature);
    }
    found
}

fn deprecated(reader: &mut Reader<'_>, node: &Node, feature: &Feature) {
    let finding = Finding::notice(
        "manifest/system-requirements",
        format!("`[system-requirements]` of {} is the older way", feature.shown()),
    )
    .at(reader.source, &node.span)
    .prevents(
        "the `[system-requirements]` table is deprecated in favor of virtual packages on \
         `platforms`",
    )
    .holds(Holds::since(72))
    .remedy(
        "leave it, or declare it in `platforms`: `{ platform = \"linux-64\", cuda = \"12.1\" }`",
    );
    reader.found(finding);
}

/// A version, which must be a text: `12.10` is not `12.1`.
fn version(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<String>> {
    if node.as_str().is_none() {
        not_a_text(reader, node);
    }
    let text = node.scalar_text()?;
    if let Err(why) = text.parse::<Version>() {
        let finding = reader.refused(
            "manifest/wrong-value",
            format!("`{text}` is not a version"),
            &node.span,
            why.to_string(),
        );
        reader.found(finding.remedy("write a version such as `\"12.1\"`"));
    }
    Some(reader.spanned(text, &node.span))
}

fn not_a_text(reader: &mut Reader<'_>, node: &Node) {
    let found = type_word(node);
    let message = format!("a version must be a text, not a value of type {found}");
    // pixi says it twice.
    let words = format!("expected expected a string, found {found}");
    let finding = reader.refused("manifest/wrong-type", message, &node.span, words);
    reader.found(match node.scalar_text() {
        Some(text) => finding.remedy(format!("write `\"{text}\"`")),
        None => finding.remedy("write a version such as `\"12.1\"`"),
    });
}

fn libc(reader: &mut Reader<'_>, node: &Node) -> Option<(String, Spanned<String>)> {
    match &node.value {
        Value::String(_) => version(reader, node).map(|version| ("glibc".to_owned(), version)),
        Value::Mapping(entries) => {
            reader.keys("libc", entries, keys::LIBC);
            let family = node.get("family").and_then(|node| reader.text(node));
            let Some(inner) = node.get("version") else {
                let finding = reader.refused(
                    "manifest/wrong-value",
                    "`libc` has no `version`",
                    &node.span,
                    "missing field 'version' in table",
                );
                reader.found(finding.remedy("add `version = \"2.28\"`"));
                return None;
            };
            let family = family.map_or_else(|| "glibc".to_owned(), |family| family.value);
            version(reader, inner).map(|version| (family, version))
        }
        _ => {
            reader.wrong_type(node, "a string or table");
            None
        }
    }
}
