//! `[workspace]`, and channels wherever they stand.

use config::{Key, Node, Value};

use super::reader::Reader;
use super::{Channel, Workspace, feature, keys, platforms, pypi, requires};

/// Reads `[workspace]`, or `[project]`.
pub(super) fn read<'d>(reader: &mut Reader<'d>, key: &Key, node: &'d Node) -> Workspace {
    let mut workspace = Workspace {
        header: node.span.clone(),
        is_project: key.text == "project",
        ..Workspace::default()
    };
    let entries = reader.table(node);
    reader.keys(&key.text, entries, keys::WORKSPACE);
    for (key, node) in entries {
        match key.text.as_str() {
            "name" => workspace.name = reader.text(node),
            "channels" => workspace.channels = channels(reader, node),
            "platforms" => workspace.platforms = platforms::read(reader, node),
            "requires-pixi" => {
                workspace.requires_pixi = reader.text(node);
                if let Some(wanted) = &workspace.requires_pixi {
                    requires::check(reader, wanted);
                }
            }
            "exclude-newer" => workspace.exclude_newer = reader.text(node),
            "pypi-options" => workspace.pypi_options = pypi::options(reader, &key.text, node),
            "dependencies" => reader.pool = Some(node),
            _ => {}
        }
    }
    workspace.channel_priority = feature::priority(reader, entries);
    workspace.solve_strategy = feature::strategy(reader, entries);
    if !entries.iter().any(|(key, _)| key.text == "channels") {
        let finding = reader.refused(
            "manifest/no-channels",
            "the workspace has no `channels`",
            &node.span,
            "missing field 'channels' in table",
        );
        reader.found(finding.remedy("add `channels = [\"conda-forge\"]`"));
    }
    workspace
}

/// A list of channels.
pub(super) fn channels(reader: &mut Reader<'_>, node: &Node) -> Vec<Channel> {
    let mut channels = Vec::new();
    for item in reader.list(node) {
        match &item.value {
            Value::String(name) => {
                let name = reader.spanned(name.as_str(), &item.span);
                channels.push(Channel { name, priority: None });
            }
            Value::Mapping(entries) => {
                reader.keys("channels", entries, keys::CHANNEL);
                let Some(name) = item.get("channel").and_then(|node| reader.text(node)) else {
                    continue;
                };
                let priority = item.get("priority").and_then(|node| integer(reader, node));
                channels.push(Channel { name, priority });
            }
            _ => reader.wrong_type(item, "a string or table"),
        }
    }
    channels
}

fn integer(reader: &mut Reader<'_>, node: &Node) -> Option<i64> {
    let value = match &node.value {
        Value::Number(text) => text.replace('_', "").parse().ok(),
        _ => None,
    };
    if value.is_none() {
        reader.wrong_type(node, "an integer");
    }
    value
}
