//! Replacing one text value of a tree, whatever its format.

use config::{Format, Node, Place, Tree, Value, nearest, parse};
use diagnostics::Source;

use crate::EditError;

/// The text under a path of keys; a number steps into a list.
pub(crate) fn get(source: &Source, format: Format, path: &[&str]) -> Result<String, EditError> {
    let tree = parse(format, source).map_err(EditError::Unreadable)?;
    let (_, text) = find(&tree, format, path)?;
    Ok(text.to_owned())
}

/// A path, and the text that comes there.
pub(crate) type Change<'c> = (&'c [&'c str], &'c str);

/// The text of the file with the values under some paths replaced by what `write` makes of their
/// old spelling and the new text; read again, exactly those values must differ.
pub(crate) fn set(
    source: &Source,
    format: Format,
    changes: &[Change<'_>],
    write: impl Fn(&str, &str) -> String,
) -> Result<String, EditError> {
    let tree = parse(format, source).map_err(EditError::Unreadable)?;
    let text = source.contents();
    let mut spans = Vec::new();
    for (path, new) in changes {
        let (node, old) = find(&tree, format, path)?;
        if old != *new {
            // The span of a scalar of YAML may go on to the next word.
            let raw = tree.raw(node).trim_end();
            let end = node.span.start + raw.len();
            spans.push((node.span.start..end, write(raw, new), *path));
        }
    }
    spans.sort_by_key(|(span, ..)| span.start);
    let mut edited = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (span, new, path) in &spans {
        let unverified = || EditError::Unverified { path: path.join(".") };
        edited.push_str(text.get(at..span.start).ok_or_else(unverified)?);
        edited.push_str(new);
        at = span.end;
    }
    edited.push_str(text.get(at..).unwrap_or_default());
    let again = Source::file(source.name().to_owned(), edited.as_str());
    let is_right = spans.is_empty()
        || parse(format, &again).is_ok_and(|again| same_but(tree.root(), again.root(), changes));
    if is_right {
        return Ok(edited);
    }
    let paths: Vec<String> = changes.iter().map(|(path, _)| path.join(".")).collect();
    Err(EditError::Unverified { path: paths.join(", ") })
}

/// The node under a path, and its text. In YAML a number counts as text: `1.0` is how many people
/// write a version.
fn find<'t>(
    tree: &'t Tree,
    format: Format,
    path: &[&str],
) -> Result<(&'t Node, &'t str), EditError> {
    let place =
        |node: &Node| Box::new(Place { source: tree.source().clone(), span: node.span.clone() });
    let mut node = tree.root();
    for key in path {
        let next = match &node.value {
            Value::Sequence(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => node.get(key),
        };
        let Some(next) = next else {
            let known = node.entries().unwrap_or_default().iter().map(|(key, _)| key.text.as_str());
            return Err(EditError::Missing {
                path: path.join("."),
                key: (*key).to_owned(),
                near: nearest(key, known).map(str::to_owned),
                place: place(node),
            });
        };
        node = next;
    }
    let text = match &node.value {
        Value::String(text) => Some(text.as_str()),
        Value::Number(text) if format == Format::Yaml => Some(text.as_str()),
        _ => None,
    };
    let block = format == Format::Yaml && is_block(tree, node);
    let text = text.filter(|_| !block);
    let text =
        text.ok_or_else(|| EditError::NotAString { path: path.join("."), place: place(node) })?;
    if format == Format::Yaml && is_shared(tree.root(), node) {
        return Err(EditError::Shared { path: path.join("."), place: place(node) });
    }
    Ok((node, text))
}

/// Whether a scalar stands below a `|` or `>`.
fn is_block(tree: &Tree, node: &Node) -> bool {
    let before = tree.source().contents().get(..node.span.start).unwrap_or_default();
    let header =
        before.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || "+-".contains(c));
    tree.raw(node).starts_with(['|', '>']) || header.ends_with(['|', '>'])
}

/// Whether an alias elsewhere, or here, names this value.
fn is_shared(tree: &Node, node: &Node) -> bool {
    let named = |other: &Node| {
        other.used_at.is_some()
            && other.span.start <= node.span.start
            && other.span.end >= node.span.end
    };
    named(tree)
        || match &tree.value {
            Value::Mapping(entries) => entries.iter().any(|(_, child)| is_shared(child, node)),
            Value::Sequence(items) => items.iter().any(|child| is_shared(child, node)),
            _ => false,
        }
}

/// Whether two trees differ only in the texts under some paths, which are as `changes` says in
/// the second.
pub(crate) fn same_but(old: &Node, edited: &Node, changes: &[Change<'_>]) -> bool {
    if let Some((_, new)) = changes.iter().find(|(path, _)| path.is_empty()) {
        return edited.as_str() == Some(*new);
    }
    let towards = |name: &str| -> Vec<Change<'_>> {
        changes.iter().filter_map(|change| below(change, name)).collect()
    };
    match (&old.value, &edited.value) {
        (Value::Mapping(old), Value::Mapping(edited)) => {
            old.len() == edited.len()
                && old.iter().zip(edited).all(|((old_key, old), (key, edited))| {
                    old_key.text == key.text && same_but(old, edited, &towards(&key.text))
                })
        }
        (Value::Sequence(old), Value::Sequence(edited)) => {
            old.len() == edited.len()
                && old.iter().zip(edited).enumerate().all(|(index, (old, edited))| {
                    same_but(old, edited, &towards(&index.to_string()))
                })
        }
        (old, edited) => old == edited,
    }
}

/// A change seen from the child of this name, where its path leads there.
fn below<'c>((path, new): &Change<'c>, name: &str) -> Option<Change<'c>> {
    match path {
        [first, rest @ ..] if *first == name => Some((rest, new)),
        _ => None,
    }
}
