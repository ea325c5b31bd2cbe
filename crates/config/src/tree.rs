//! The tree every format is read into.

use std::ops::Range;

use diagnostics::Source;

use crate::{Field, Problems, Table};

/// A parsed file: the text and what stands in it, every node with the bytes it comes from.
#[derive(Clone, Debug)]
pub struct Tree {
    source: Source,
    root: Node,
}

/// A value and the bytes it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value as written, quotes and brackets included. A table opened by a
    /// header has the span of that header.
    pub span: Range<usize>,
    /// For a YAML alias: the bytes of `*name`; `span` is then the place of the anchored value.
    pub used_at: Option<Range<usize>>,
    /// The value.
    pub value: Value,
}

/// What a node holds. Numbers keep their text, so `1.10` is not `1.1`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing at all in YAML; `null` in JSON.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A TOML date, time or both, as written.
    Datetime(String),
    /// A string, decoded.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A table, in file order, without duplicates.
    Mapping(Vec<(Key, Node)>),
}

/// A key and the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key, decoded.
    pub text: String,
    /// The bytes of the key as written, quotes included.
    pub span: Range<usize>,
}

impl Tree {
    /// A tree over `source`.
    pub(crate) fn new(source: Source, root: Node) -> Self {
        Self { source, root }
    }

    /// The text this was read from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The topmost value.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The value under a dotted path; a number steps into a list. For keys that hold dots use
    /// [`Tree::get_path`].
    pub fn get(&self, dotted: &str) -> Option<&Node> {
        self.get_path(&dotted.split('.').collect::<Vec<_>>())
    }

    /// The value under a path of keys; a number steps into a list.
    pub fn get_path(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(&self.root, |node, key| match &node.value {
            Value::Sequence(items) => items.get(key.parse::<usize>().ok()?),
            _ => node.get(key),
        })
    }

    /// The text of a node as written: `1.10`, `"quoted"`, `{ a = 1 }`.
    pub fn raw(&self, node: &Node) -> &str {
        self.source.contents().get(node.span.clone()).unwrap_or_default()
    }

    /// The topmost table, ready to be read. An empty file is a table without keys; a root that is
    /// something else is reported.
    pub fn table<'t>(&'t self, problems: &'t Problems) -> Option<Table<'t>> {
        if self.root.value == Value::Null {
            return Some(Table::new(self, &self.root, &[], String::new(), problems));
        }
        Field::new(self, &self.root, String::new(), problems).table()
    }

    /// The table under a path of keys, ready to be read; `None` where the path does not exist.
    /// A value on the way that is not a table is reported.
    pub fn get_table<'t>(&'t self, path: &[&str], problems: &'t Problems) -> Option<Table<'t>> {
        let mut node = &self.root;
        let mut name = String::new();
        for key in path {
            if !matches!(node.value, Value::Mapping(_) | Value::Null) {
                return Field::new(self, node, name, problems).table();
            }
            node = node.get(key)?;
            name = crate::walk::joined(&name, key);
        }
        if node.value == Value::Null {
            return None;
        }
        Field::new(self, node, name, problems).table()
    }
}

impl Node {
    pub(crate) fn new(span: Range<usize>, value: Value) -> Self {
        Self { span, used_at: None, value }
    }

    /// The value of a key, where this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Value::Mapping(entries) = &self.value else { return None };
        entries.iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
    }

    /// The string, where this is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// The scalar as text: a decoded string, or a number, date or boolean as it stands in a
    /// file (`true`, `1.10`).
    pub fn scalar_text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) | Value::Number(text) | Value::Datetime(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// The entries, where this is a table.
    pub fn entries(&self) -> Option<&[(Key, Self)]> {
        if let Value::Mapping(entries) = &self.value { Some(entries) } else { None }
    }

    /// The items, where this is a list.
    pub fn items(&self) -> Option<&[Self]> {
        if let Value::Sequence(items) = &self.value { Some(items) } else { None }
    }

    /// Where a message about this value should point: the alias that brought it here, else the
    /// value.
    pub fn place(&self) -> &Range<usize> {
        self.used_at.as_ref().unwrap_or(&self.span)
    }
}
