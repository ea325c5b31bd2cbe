//! Python dependencies and where they come from.

use conda::normalize_name;
use conda::pep440::Specifiers;
use config::{Key, Node, Spanned, Value};

use super::reader::Reader;
use super::{PypiDependency, PypiOptions, keys};

/// Reads `pypi-dependencies`.
pub(super) fn dependencies(
    reader: &mut Reader<'_>,
    name: &str,
    node: &Node,
) -> Vec<PypiDependency> {
    let mut found = Vec::new();
    for (key, node) in reader.table(node) {
        found.push(dependency(reader, &format!("{name}.{}", key.text), key, node));
    }
    found
}

/// A Python dependency without anything.
pub(super) fn any(name: Spanned<String>, version: Spanned<String>) -> PypiDependency {
    PypiDependency {
        name: name.map(|name| normalize_name(&name)),
        version,
        extras: Vec::new(),
        path: None,
        is_editable: false,
        is_remote: false,
        index: None,
        marker: None,
    }
}

fn dependency(reader: &mut Reader<'_>, table: &str, key: &Key, node: &Node) -> PypiDependency {
    let name = reader.spanned(key.text.as_str(), &key.span);
    let star = reader.spanned("*", &node.span);
    let mut found = any(name, star);
    match &node.value {
        Value::String(text) => found.version = checked(reader, text, node),
        Value::Mapping(entries) => {
            reader.keys(table, entries, keys::PYPI);
            if let Some(version) = node.get("version").and_then(|node| reader.text(node)) {
                found.version = checked(reader, &version.value, node);
                found.version.span = version.span;
            }
            if let Some(extras) = node.get("extras") {
                found.extras = reader.texts(extras).into_iter().map(|extra| extra.value).collect();
            }
            found.path = node.get("path").and_then(|node| reader.text(node));
            found.is_editable = node.get("editable").is_some_and(|node| reader.flag(node));
            found.is_remote = node.get("git").is_some() || node.get("url").is_some();
            found.index = node.get("index").and_then(|node| reader.text(node));
            found.marker =
                node.get("env-markers").and_then(|node| reader.text(node)).map(|text| text.value);
        }
        _ => {
            reader.wrong_type(node, "a table");
            if let Some(text) = node.scalar_text() {
                found.version = reader.spanned(text, &node.span);
            }
        }
    }
    found
}

/// Specifiers as written; what is none is refused.
fn checked(reader: &mut Reader<'_>, text: &str, node: &Node) -> Spanned<String> {
    let is_any = matches!(text.trim(), "*" | "");
    if !is_any && let Err(why) = text.parse::<Specifiers>() {
        let finding =
            reader.refused("manifest/version-spec", why.to_string(), &node.span, why.to_string());
        reader.found(finding.remedy("write specifiers such as `\">=1.2,<2\"`, or `\"*\"`"));
    }
    reader.spanned(text, &node.span)
}

/// Reads `pypi-options`.
pub(super) fn options(reader: &mut Reader<'_>, table: &str, node: &Node) -> PypiOptions {
    let entries = reader.table(node);
    reader.keys(table, entries, keys::PYPI_OPTIONS);
    let mut options = PypiOptions::default();
    for (key, node) in entries {
        match key.text.as_str() {
            "index-url" => options.index_url = reader.text(node),
            "extra-index-urls" => options.extra_index_urls = reader.texts(node),
            "find-links" => {
                for item in reader.list(node) {
                    let Some(inner) = item.get("url").or_else(|| item.get("path")) else {
                        reader.wrong_type(item, "a table");
                        continue;
                    };
                    options.find_links.extend(reader.text(inner));
                }
            }
            "prerelease-mode" => {
                let words =
                    ["disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"];
                options.prerelease_mode = reader.choice(node, &words);
            }
            _ => {}
        }
    }
    options
}
