//! What a feature holds, wherever it stands: at the top, under `[feature.<name>]`, in an
//! environment.

use config::{Key, Node, Spanned};

use super::reader::Reader;
use super::{Feature, Target, keys, pypi, requirements, target, workspace};

/// Fills a feature from the entries of its table; `table` is the name of that table in messages.
pub(super) fn fill(
    reader: &mut Reader<'_>,
    feature: &mut Feature,
    table: &str,
    entries: &[(Key, Node)],
) {
    feature.targets.push(target::read(reader, None, table, entries));
    for (key, node) in entries {
        match key.text.as_str() {
            "channels" => feature.channels = Some(workspace::channels(reader, node)),
            "platforms" => feature.platforms = Some(reader.texts(node)),
            "system-requirements" => {
                feature.system_requirements = Some(requirements::read(reader, node, feature));
            }
            "pypi-options" => {
                feature.pypi_options = pypi::options(reader, &joined(table, &key.text), node);
            }
            "target" => {
                for (selector, node) in reader.table(node) {
                    let name = joined(table, &format!("target.{}", selector.text));
                    let entries = reader.table(node);
                    reader.keys(&name, entries, keys::TARGET);
                    let selector = reader.spanned(selector.text.as_str(), &selector.span);
                    let read: Target = target::read(reader, Some(selector), &name, entries);
                    feature.targets.push(read);
                }
            }
            _ => {}
        }
    }
}

/// `channel-priority`.
pub(super) fn priority(
    reader: &mut Reader<'_>,
    entries: &[(Key, Node)],
) -> Option<Spanned<String>> {
    let node = get(entries, "channel-priority")?;
    let words: &[&str] = if reader.since(76) {
        &["strict", "flexible", "disabled"]
    } else {
        &["strict", "disabled"]
    };
    reader.choice(node, words)
}

/// `solve-strategy`.
pub(super) fn strategy(
    reader: &mut Reader<'_>,
    entries: &[(Key, Node)],
) -> Option<Spanned<String>> {
    let node = get(entries, "solve-strategy")?;
    reader.choice(node, &["highest", "lowest", "lowest-direct"])
}

fn get<'n>(entries: &'n [(Key, Node)], name: &str) -> Option<&'n Node> {
    entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
}

/// A name below a table.
pub(super) fn joined(table: &str, name: &str) -> String {
    if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") }
}
