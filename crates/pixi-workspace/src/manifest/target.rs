//! What a feature asks for, on all platforms or some.

use config::{Key, Node, Spanned, Value};

use super::reader::Reader;
use super::{Target, dependencies, feature, keys, pypi};
use crate::Finding;

/// Reads dependencies, activation and tasks out of the entries of a feature or target.
pub(super) fn read(
    reader: &mut Reader<'_>,
    selector: Option<Spanned<String>>,
    table: &str,
    entries: &[(Key, Node)],
) -> Target {
    let mut target = Target { selector, ..Target::default() };
    for (key, node) in entries {
        let name = feature::joined(table, &key.text);
        match key.text.as_str() {
            "dependencies" => {
                dependencies::read(reader, "dependencies", &name, node, &mut target.dependencies);
            }
            "host-dependencies" => {
                deprecated(reader, key);
                let table = "host-dependencies";
                dependencies::read(reader, table, &name, node, &mut target.dependencies);
            }
            "build-dependencies" => {
                deprecated(reader, key);
                let table = "build-dependencies";
                dependencies::read(reader, table, &name, node, &mut target.dependencies);
            }
            "constraints" => {
                dependencies::read(reader, "constraints", &name, node, &mut target.constraints);
            }
            "pypi-dependencies" => target.pypi = pypi::dependencies(reader, &name, node),
            "activation" => activation(reader, &name, node, &mut target),
            "tasks" => tasks(reader, &name, node, &mut target),
            _ => {}
        }
    }
    target
}

fn deprecated(reader: &mut Reader<'_>, key: &Key) {
    if !reader.since(57) {
        return;
    }
    let words = format!("The `{}` field is deprecated. Use `dependencies` instead.", key.text);
    let finding = Finding::notice(
        "manifest/deprecated-table",
        format!("`{}` of a workspace is deprecated", key.text),
    )
    .at(reader.source, &key.span)
    .prevents(words)
    .holds(crate::Holds::since(57))
    .remedy("move its entries to `dependencies`");
    reader.found(finding);
}

fn activation(reader: &mut Reader<'_>, table: &str, node: &Node, target: &mut Target) {
    let entries = reader.table(node);
    reader.keys(table, entries, keys::ACTIVATION);
    if let Some(node) = node.get("scripts") {
        target.activation_scripts = reader.texts(node);
    }
    if let Some(node) = node.get("env") {
        for (key, node) in reader.table(node) {
            if let Some(value) = reader.text(node) {
                let name = reader.spanned(key.text.as_str(), &key.span);
                target.activation_env.push((name, value));
            }
        }
    }
}

fn tasks(reader: &mut Reader<'_>, table: &str, node: &Node, target: &mut Target) {
    for (key, node) in reader.table(node) {
        let name = reader.spanned(key.text.as_str(), &key.span);
        let command = match &node.value {
            Value::String(text) => Some(reader.spanned(text.as_str(), &node.span)),
            // A list is what it depends on.
            Value::Sequence(_) => None,
            Value::Mapping(entries) => {
                reader.keys(&feature::joined(table, &key.text), entries, keys::TASK);
                node.get("cmd").and_then(|node| command(reader, node))
            }
            _ => {
                reader.wrong_type(node, "string, array or table");
                None
            }
        };
        target.tasks.push((name, command));
    }
}

/// A command: a text, or words.
fn command(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<String>> {
    match &node.value {
        Value::String(text) => Some(reader.spanned(text.as_str(), &node.span)),
        Value::Sequence(items) => {
            let words: Vec<&str> = items.iter().filter_map(Node::as_str).collect();
            Some(reader.spanned(words.join(" "), &node.span))
        }
        _ => {
            reader.wrong_type(node, "string or array");
            None
        }
    }
}
