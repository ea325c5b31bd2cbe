//! `[environments]`.

use config::{Key, Node, Value};

use super::reader::Reader;
use super::{Environment, Feature, Manifest, feature, keys};

/// Reads `[environments]`; `default` is put in front when it is not there.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, manifest: &mut Manifest) {
    let entries = reader.table(node);
    let mut found = Vec::new();
    for (key, node) in entries {
        name(reader, key);
        let mut environment = Environment::named(reader.spanned(key.text.as_str(), &key.span));
        match &node.value {
            Value::Sequence(_) => environment.features = reader.texts(node),
            Value::Mapping(entries) => {
                table(reader, &mut environment, node, entries, manifest);
            }
            _ => reader.wrong_type(node, "either a map or a sequence"),
        }
        found.push(environment);
    }
    // Where it is declared it keeps its place in the file, yet comes first here.
    match found.iter().position(|environment| environment.name.value == "default") {
        Some(position) => {
            let default = found.remove(position);
            manifest.environments.push(default);
        }
        None => add_default(reader, manifest),
    }
    manifest.environments.append(&mut found);
}

/// The environment that is there without being written.
pub(super) fn add_default(reader: &Reader<'_>, manifest: &mut Manifest) {
    let name = reader.spanned("default", &manifest.workspace.header);
    let default = Environment { is_declared: false, ..Environment::named(name) };
    manifest.environments.insert(0, default);
}

fn name(reader: &mut Reader<'_>, key: &Key) {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !key.text.is_empty() && key.text.chars().all(fits) {
        return;
    }
    let words = format!(
        "Failed to parse environment name '{}', please use only lowercase letters, numbers and dashes",
        key.text
    );
    let finding = reader.refused(
        "manifest/environment-name",
        format!("`{}` cannot be the name of an environment", key.text),
        &key.span,
        words,
    );
    reader.found(finding.remedy("use lower-case letters, digits and dashes only"));
}

fn table(
    reader: &mut Reader<'_>,
    environment: &mut Environment,
    node: &Node,
    entries: &[(Key, Node)],
    manifest: &mut Manifest,
) {
    let table = format!("environments.{}", environment.name.value);
    reader.keys(&table, entries, keys::ENVIRONMENT);
    if let Some(features) = node.get("features") {
        environment.features = reader.texts(features);
    }
    environment.solve_group = node.get("solve-group").and_then(|node| reader.text(node));
    environment.no_default_feature =
        node.get("no-default-feature").is_some_and(|node| reader.flag(node));
    let own = ["features", "solve-group", "no-default-feature"];
    let is_inline = entries.iter().any(|(key, _)| {
        !own.contains(&key.text.as_str())
            && keys::ENVIRONMENT.iter().any(|(name, _)| *name == key.text)
    });
    if is_inline {
        let name = Feature::inline_name(&environment.name.value);
        let mut inline =
            Feature { name, is_inline: true, header: node.span.clone(), ..Feature::default() };
        feature::fill(reader, &mut inline, &table, entries);
        inline.channel_priority = feature::priority(reader, entries);
        inline.solve_strategy = feature::strategy(reader, entries);
        let named = reader.spanned(inline.name.as_str(), &environment.name.span);
        environment.features.insert(0, named);
        manifest.features.push(inline);
    } else if node.get("features").is_none() && environment.solve_group.is_none() {
        let finding = reader.refused(
            "manifest/wrong-value",
            format!("the table of environment `{}` has no `features`", environment.name.value),
            &node.span,
            "missing field 'features' in table",
        );
        reader.found(finding.remedy("add `features = []`"));
    }
}
