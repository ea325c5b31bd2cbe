//! Adding to TOML files: a key to a table, an item to a list.

use std::ops::Range;

use config::{Node, Place, Tree, Value, parse_toml};
use diagnostics::Source;

use crate::EditError;

/// The text with `key = raw` added to a table; the tables on the way are made where they are
/// missing, as a header where the others are headers. Nothing but the new bytes differs.
///
/// # Errors
/// When the text or the value is not TOML, the key is there already, or no place was found where
/// reading the result again shows exactly the new key.
pub fn add(source: &Source, table: &[&str], key: &str, raw: &str) -> Result<String, EditError> {
    let tree = parse_toml(source).map_err(EditError::Unreadable)?;
    let path: Vec<&str> = table.iter().copied().chain([key]).collect();
    let path = path.as_slice();
    if let Some(node) = tree.get_path(path) {
        let place = Place { source: source.clone(), span: node.span.clone() };
        return Err(EditError::Exists { path: path.join("."), place: Box::new(place) });
    }
    let value = value_of(raw)?;
    let unplaced = || unplaced(path, raw);
    let (at, new) = Text::new(&tree).place(path, raw).ok_or_else(unplaced)?;
    let edited = spliced(source.contents(), at, &new).ok_or_else(unplaced)?;
    let again = parse_toml(&Source::file(source.name(), edited.as_str()));
    let is_right = again.is_ok_and(|again| with(tree.root(), again.root(), path, &value));
    if is_right { Ok(edited) } else { Err(unplaced()) }
}

/// The text with `raw` put in front of an item of a list, or behind the last. Nothing but the new
/// bytes differs.
///
/// # Errors
/// When the text or the value is not TOML, there is no list with that many items, or reading the
/// result again does not show exactly the new item.
pub fn add_item(
    source: &Source,
    list: &[&str],
    before: usize,
    raw: &str,
) -> Result<String, EditError> {
    let tree = parse_toml(source).map_err(EditError::Unreadable)?;
    let value = value_of(raw)?;
    let unplaced = || unplaced(list, raw);
    let node = tree.get_path(list).ok_or_else(unplaced)?;
    let items = node.items().ok_or_else(unplaced)?;
    let text = source.contents();
    let (at, new) = match (items.get(before), items.last()) {
        (Some(next), _) => (next.span.start, format!("{raw},{}", gap(text, next.span.start))),
        (None, Some(end)) => (end.span.end, format!(",{}{raw}", gap(text, end.span.start))),
        (None, None) => (node.span.start + 1, raw.to_owned()),
    };
    let edited = spliced(text, at, &new).ok_or_else(unplaced)?;
    let again = parse_toml(&Source::file(source.name(), edited.as_str()));
    let is_right = again.is_ok_and(|again| {
        let Some(longer) = again.get_path(list).and_then(Node::items) else { return false };
        let kept = |(index, item): (usize, &Node)| {
            let moved = if index < before { index } else { index + 1 };
            longer.get(moved).is_some_and(|kept| equal(item, kept))
        };
        longer.len() == items.len() + 1
            && longer.get(before.min(items.len())).is_some_and(|new| equal(new, &value))
            && items.iter().enumerate().all(kept)
            && but(tree.root(), again.root(), list)
    });
    if is_right { Ok(edited) } else { Err(unplaced()) }
}

fn unplaced(path: &[&str], raw: &str) -> EditError {
    EditError::Unplaced { path: path.join("."), raw: raw.to_owned() }
}

/// The value a text stands for.
fn value_of(raw: &str) -> Result<Node, EditError> {
    let tree = parse_toml(&Source::text("value", format!("x = {raw}\n")));
    let tree = tree.map_err(EditError::Unreadable)?;
    tree.get("x").cloned().ok_or_else(|| unplaced(&[], raw))
}

fn spliced(text: &str, at: usize, new: &str) -> Option<String> {
    Some(format!("{}{new}{}", text.get(..at)?, text.get(at..)?))
}

/// What stands between the items of a list: a line break with the same indent, or a blank.
fn gap(text: &str, start: usize) -> String {
    let before = text.get(..start).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let indent = before.get(line..).unwrap_or_default();
    if line > 0 && indent.trim().is_empty() {
        format!("{}{indent}", ending(text))
    } else {
        " ".to_owned()
    }
}

/// The line ending of a text.
fn ending(text: &str) -> &'static str {
    let first = text.find('\n').and_then(|newline| newline.checked_sub(1));
    match first.and_then(|before| text.as_bytes().get(before)) {
        Some(b'\r') => "\r\n",
        _ => "\n",
    }
}

/// How a table stands in the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Root,
    /// `[table]`.
    Header,
    /// Only tables below it have headers.
    Implicit,
    /// `{ … }`.
    Inline,
    /// Made by dotted keys.
    Dotted,
}

/// A header: its bytes and the table it opens.
struct Header {
    span: Range<usize>,
    path: Vec<String>,
}

/// A text with what is needed to find a place in it.
struct Text<'t> {
    whole: &'t str,
    root: &'t Node,
    headers: Vec<Header>,
    /// Values that are no tables of their own: where the lines of a section are.
    leaves: Vec<Range<usize>>,
    ending: &'static str,
}

impl<'t> Text<'t> {
    fn new(tree: &'t Tree) -> Self {
        let text = tree.source().contents();
        let (headers, leaves) = (Vec::new(), Vec::new());
        let mut this =
            Self { whole: text, root: tree.root(), headers, leaves, ending: ending(text) };
        this.walk(tree.root(), &mut Vec::new());
        this.headers.sort_by_key(|header| header.span.start);
        this
    }

    fn walk(&mut self, node: &Node, path: &mut Vec<String>) {
        match &node.value {
            Value::Mapping(entries) if self.shape(node) != Shape::Inline => {
                if self.shape(node) == Shape::Header {
                    self.headers.push(Header { span: node.span.clone(), path: path.clone() });
                }
                for (key, node) in entries {
                    path.push(key.text.clone());
                    self.walk(node, path);
                    path.pop();
                }
            }
            // `[[table]]`: a list whose first item begins where the list does.
            Value::Sequence(items)
                if items.first().is_some_and(|first| first.span == node.span) =>
            {
                for item in items {
                    self.walk(item, path);
                }
            }
            _ => self.leaves.push(node.span.clone()),
        }
    }

    fn shape(&self, node: &Node) -> Shape {
        if std::ptr::eq(node, self.root) {
            return Shape::Root;
        }
        match self.whole.get(node.span.clone()).and_then(|raw| raw.chars().next()) {
            Some('[') => Shape::Header,
            Some('{') => Shape::Inline,
            _ if self.line(node.span.start).trim_start().starts_with('[') => Shape::Implicit,
            _ => Shape::Dotted,
        }
    }

    /// The beginning of the line that holds a position.
    fn line_start(&self, at: usize) -> usize {
        let before = self.whole.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(self.mark(), |newline| newline + 1)
    }

    /// The length of the byte order mark.
    fn mark(&self) -> usize {
        if self.whole.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    fn line(&self, at: usize) -> &'t str {
        let rest = self.whole.get(self.line_start(at)..).unwrap_or_default();
        rest.lines().next().unwrap_or_default()
    }

    /// The beginning of the line behind a position.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.whole.get(at..).unwrap_or_default();
        rest.find('\n').map_or(self.whole.len(), |newline| at + newline + 1)
    }

    /// Where `path` comes into being, and with which bytes.
    fn place(&self, path: &[&str], raw: &str) -> Option<(usize, String)> {
        let (mut node, mut depth) = (self.root, 0);
        for name in path {
            let Some(next) = node.get(name) else { break };
            (node, depth) = (next, depth + 1);
        }
        node.entries()?;
        let missing = path.get(depth..)?;
        let entry = |names: &[&str]| format!("{} = {raw}", dotted(names));
        match self.shape(node) {
            Shape::Inline => self.in_braces(node, &entry(missing)),
            Shape::Dotted => self.by_dots(node, path, depth, raw),
            Shape::Header | Shape::Root if missing.len() == 1 => {
                let begin = if depth == 0 { self.mark() } else { node.span.end };
                Some(self.in_section(begin, &entry(missing)))
            }
            Shape::Implicit if missing.len() == 1 => Some(self.in_front(node, path, raw)),
            Shape::Header | Shape::Root | Shape::Implicit => Some(self.new_section(path, raw)),
        }
    }

    /// Behind the last line of the section that begins here.
    fn in_section(&self, begin: usize, entry: &str) -> (usize, String) {
        let end = self.next_header(begin);
        let last = self.last_leaf(begin..end);
        let at = match last {
            Some(last) => self.line_end(last.end),
            None if begin == self.mark() => begin,
            None => self.line_end(begin),
        };
        let indent = last.map_or("", |last| self.indent(last.start));
        (at, self.as_line(at, &format!("{indent}{entry}")))
    }

    fn next_header(&self, begin: usize) -> usize {
        let starts = self.headers.iter().map(|header| header.span.start);
        starts.filter(|start| *start >= begin).min().unwrap_or(self.whole.len())
    }

    fn last_leaf(&self, within: Range<usize>) -> Option<&Range<usize>> {
        let inside = self.leaves.iter().filter(|leaf| within.contains(&leaf.start));
        inside.max_by_key(|leaf| leaf.end)
    }

    fn indent(&self, at: usize) -> &'t str {
        let line = self.line(at);
        let bare = line.trim_start_matches([' ', '\t']);
        line.get(..line.len() - bare.len()).unwrap_or_default()
    }

    /// A line of its own at a line's beginning, or behind a last line without an end.
    fn as_line(&self, at: usize, line: &str) -> String {
        let ending = self.ending;
        if self.is_open(at) { format!("{ending}{line}") } else { format!("{line}{ending}") }
    }

    /// Whether the text ends here within a line.
    fn is_open(&self, at: usize) -> bool {
        at == self.whole.len() && at > self.mark() && !self.whole.ends_with('\n')
    }

    /// Within braces, behind the last entry.
    fn in_braces(&self, node: &Node, entry: &str) -> Option<(usize, String)> {
        let end = node.span.end.checked_sub(1)?;
        let inside = self.whole.get(node.span.start + 1..end)?;
        let filled = inside.trim_end();
        let at = node.span.start + 1 + filled.len();
        Some(if filled.is_empty() && inside.is_empty() {
            (at, format!(" {entry} "))
        } else if filled.is_empty() || filled.ends_with(',') {
            (at, format!(" {entry}"))
        } else {
            (at, format!(", {entry}"))
        })
    }

    /// Another dotted key behind the last one of the table.
    fn by_dots(
        &self,
        node: &Node,
        path: &[&str],
        depth: usize,
        raw: &str,
    ) -> Option<(usize, String)> {
        let mut own = Self {
            whole: self.whole,
            root: self.root,
            headers: Vec::new(),
            leaves: Vec::new(),
            ending: self.ending,
        };
        own.walk(node, &mut Vec::new());
        let last = own.leaves.iter().max_by_key(|leaf| leaf.end)?;
        let above = self.headers.iter().rfind(|header| header.span.start < last.start);
        let outer = above.map_or(&[][..], |header| header.path.as_slice());
        if outer.len() > depth || outer.iter().zip(path).any(|(outer, name)| outer != name) {
            return None;
        }
        let at = self.line_end(last.end);
        let (indent, names) = (self.indent(last.start), path.get(outer.len()..)?);
        Some((at, self.as_line(at, &format!("{indent}{} = {raw}", dotted(names)))))
    }

    /// The header itself, in front of the first one below it and the comments there.
    fn in_front(&self, node: &Node, path: &[&str], raw: &str) -> (usize, String) {
        let mut at = self.line_start(node.span.start);
        while at > self.mark() {
            let above = self.line_start(at - 1);
            if !self.line(above).trim_start().starts_with('#') {
                break;
            }
            at = above;
        }
        let ending = self.ending;
        (at, format!("{}{ending}{ending}", self.section(path, raw)))
    }

    /// A header and its first line.
    fn section(&self, path: &[&str], raw: &str) -> String {
        let (key, table) = path.split_last().unwrap_or((&"", &[]));
        format!("[{}]{}{} = {raw}", dotted(table), self.ending, dotted(&[key]))
    }

    /// A section behind the one that is most like it, else at the end.
    fn new_section(&self, path: &[&str], raw: &str) -> (usize, String) {
        let shared = |header: &Header| {
            header.path.iter().zip(path).take_while(|(one, other)| one == *other).count()
        };
        let most = self.headers.iter().map(shared).max().unwrap_or_default();
        let like = self.headers.iter().rfind(|header| most > 0 && shared(header) == most);
        let (ending, section) = (self.ending, self.section(path, raw));
        let is_last = like.is_none_or(|like| self.next_header(like.span.end) == self.whole.len());
        if is_last {
            let at = self.whole.len();
            let above = if at == self.mark() || self.ends_blank() { "" } else { ending };
            return if self.is_open(at) {
                (at, format!("{ending}{ending}{section}"))
            } else {
                (at, format!("{above}{section}{ending}"))
            };
        }
        let begin = like.map_or(0, |like| like.span.end);
        let last = self.last_leaf(begin..self.next_header(begin)).map_or(begin, |leaf| leaf.end);
        let at = self.line_end(last);
        let below = if self.line(at).trim().is_empty() { "" } else { ending };
        (at, format!("{ending}{section}{ending}{below}"))
    }

    /// Whether the last line is empty.
    fn ends_blank(&self) -> bool {
        self.whole.ends_with("\n\n") || self.whole.ends_with("\n\r\n")
    }
}

/// Keys with dots between, in quotes where they need them.
fn dotted(names: &[&str]) -> String {
    let is_bare = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let written = names.iter().map(|name| {
        if is_bare(name) { (*name).to_owned() } else { format!("\"{}\"", super::escaped(name)) }
    });
    written.collect::<Vec<_>>().join(".")
}

/// Whether two values are the same, wherever they stand.
fn equal(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Mapping(one), Value::Mapping(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|((key, one), (other_key, other))| {
                    key.text == other_key.text && equal(one, other)
                })
        }
        (Value::Sequence(one), Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (one, other) => one == other,
    }
}

/// Whether `new` is `old` with this value added under a path.
fn with(old: &Node, new: &Node, path: &[&str], value: &Node) -> bool {
    let [name, rest @ ..] = path else { return equal(new, value) };
    let (Some(before), Some(after)) = (old.entries(), new.entries()) else { return false };
    let fits = match (old.get(name), new.get(name)) {
        (Some(before), Some(after)) => with(before, after, rest, value),
        (None, Some(after)) => alone(after, rest, value),
        _ => false,
    };
    fits && others_equal(before, after, name)
}

/// Whether a table holds this value under a path, and nothing else.
fn alone(node: &Node, path: &[&str], value: &Node) -> bool {
    let [name, rest @ ..] = path else { return equal(node, value) };
    node.entries().is_some_and(|entries| entries.len() == 1)
        && node.get(name).is_some_and(|inner| alone(inner, rest, value))
}

/// Whether two trees are the same but for what stands under a path.
fn but(old: &Node, new: &Node, path: &[&str]) -> bool {
    let [name, rest @ ..] = path else { return true };
    let (Some(before), Some(after)) = (old.entries(), new.entries()) else { return false };
    let inner = match (old.get(name), new.get(name)) {
        (Some(before), Some(after)) => but(before, after, rest),
        _ => false,
    };
    inner && others_equal(before, after, name)
}

fn others_equal(before: &[(config::Key, Node)], after: &[(config::Key, Node)], name: &str) -> bool {
    let others = |entries: &[(config::Key, Node)]| {
        entries.iter().filter(|(key, _)| key.text != name).count()
    };
    let mut after_others = after.iter().filter(|(key, _)| key.text != name);
    others(before) == others(after)
        && before.iter().filter(|(key, _)| key.text != name).all(|(key, node)| {
            after_others
                .next()
                .is_some_and(|(other, after)| key.text == other.text && equal(node, after))
        })
}

#[cfg(test)]
mod tests;
