//! Strings in TOML files.

use config::{Node, Place, Tree, Value, nearest, parse_toml};
use diagnostics::Source;

use crate::EditError;

/// The string under a path of keys; a number steps into a list (`["package", "0", "version"]`).
///
/// # Errors
/// When the text is not TOML, nothing is there, or it is not a string.
pub fn get_string(source: &Source, path: &[&str]) -> Result<String, EditError> {
    let tree = parse_toml(source).map_err(EditError::Unreadable)?;
    let (_, text) = string(&tree, path)?;
    Ok(text.to_owned())
}

/// The text with the string under `path` replaced by `new`. Only the bytes of that value change,
/// and its style of quotes stays where it can hold the new text.
///
/// # Errors
/// As [`get_string`]; also when reading the result again does not show exactly this change.
pub fn set_string(source: &Source, path: &[&str], new: &str) -> Result<String, EditError> {
    let tree = parse_toml(source).map_err(EditError::Unreadable)?;
    let (node, old) = string(&tree, path)?;
    let text = source.contents();
    if old == new {
        return Ok(text.to_owned());
    }
    let unverified = || EditError::Unverified { path: path.join(".") };
    let before = text.get(..node.span.start).ok_or_else(unverified)?;
    let after = text.get(node.span.end..).ok_or_else(unverified)?;
    let edited = format!("{before}{}{after}", quoted_like(tree.raw(node), new));
    let again = Source::file(source.name().to_owned(), edited.as_str());
    let again = parse_toml(&again).map_err(|_| unverified())?;
    if !same_but(tree.root(), again.root(), Some(path), new) {
        return Err(unverified());
    }
    Ok(edited)
}

/// The string node under a path and its text.
fn string<'t>(tree: &'t Tree, path: &[&str]) -> Result<(&'t Node, &'t str), EditError> {
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
    let text = node.as_str();
    let text =
        text.ok_or_else(|| EditError::NotAString { path: path.join("."), place: place(node) })?;
    Ok((node, text))
}

/// `new` in the quotes of `old`, a TOML string as written.
fn quoted_like(old: &str, new: &str) -> String {
    let literal = !new.contains('\'') && !new.contains(|c: char| c.is_control() && c != '\t');
    let opened = |quotes: &str| {
        // A line break right after the opening quotes is not part of the value.
        let rest = old.strip_prefix(quotes).unwrap_or_default();
        let line = ["\r\n", "\n"].into_iter().find(|line| rest.starts_with(line));
        line.unwrap_or_default().to_owned()
    };
    if old.starts_with("'''") && literal {
        format!("'''{}{new}'''", opened("'''"))
    } else if old.starts_with("\"\"\"") {
        format!("\"\"\"{}{}\"\"\"", opened("\"\"\""), escaped(new))
    } else if old.starts_with('\'') && literal {
        format!("'{new}'")
    } else {
        format!("\"{}\"", escaped(new))
    }
}

/// The inside of a basic string.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push('\t'),
            c if c.is_control() => out.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => out.push(c),
        }
    }
    out
}

/// Whether two trees differ only in the string under `path`, which is `new` in the second;
/// `None` is a branch off the path.
fn same_but(old: &Node, edited: &Node, path: Option<&[&str]>, new: &str) -> bool {
    if path == Some(&[]) {
        return old.as_str().is_some() && edited.as_str() == Some(new);
    }
    let towards = |name: &str| match path {
        Some([first, rest @ ..]) if *first == name => Some(rest),
        _ => None,
    };
    match (&old.value, &edited.value) {
        (Value::Mapping(old), Value::Mapping(edited)) => {
            old.len() == edited.len()
                && old.iter().zip(edited).all(|((old_key, old), (key, edited))| {
                    old_key.text == key.text && same_but(old, edited, towards(&key.text), new)
                })
        }
        (Value::Sequence(old), Value::Sequence(edited)) => {
            old.len() == edited.len()
                && old.iter().zip(edited).enumerate().all(|(index, (old, edited))| {
                    same_but(old, edited, towards(&index.to_string()), new)
                })
        }
        (old, edited) => old == edited,
    }
}

#[cfg(test)]
mod tests;
