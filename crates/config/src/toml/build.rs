//! How headers and dotted keys make tables.

use std::collections::HashMap;
use std::ops::Range;

use diagnostics::{Diagnostic, Failure, Source};
use toml_parser::ParseError;

use super::message;
use crate::{ConfigError, Format, Key, MAX_DEPTH, MAX_PROBLEMS, Node, Place, Value};

/// How a table came to be, which decides whether it may be opened or extended again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// On the way of a header, `a` of `[a.b]`: may be opened once later.
    Implicit,
    /// By a header of its own.
    Header,
    /// By a dotted key: only dotted keys may extend it.
    Dotted,
    /// `{ … }`: closed.
    Inline,
}

#[derive(Debug)]
struct Table {
    kind: Kind,
    depth: usize,
    span: Range<usize>,
    entries: Vec<(Key, usize)>,
    index: HashMap<String, usize>,
}

#[derive(Debug)]
enum Slot {
    Table(Table),
    /// `[[…]]`: the tables of the list.
    List(Vec<usize>),
    /// A value; closed.
    Value(Node),
}

/// Collects tables and problems. Tables are kept in one list and named by their index, the root
/// is 0.
pub(super) struct Builder<'s> {
    source: &'s Source,
    slots: Vec<Slot>,
    errors: Vec<ParseError>,
    problems: Vec<ConfigError>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        let mut builder =
            Self { source, slots: Vec::new(), errors: Vec::new(), problems: Vec::new() };
        builder.add_table(Kind::Header, 0, 0..0);
        builder
    }

    #[expect(clippy::unused_self, reason = "the root belongs to a builder")]
    pub(super) fn root(&self) -> usize {
        0
    }

    /// Where scalars and keys report what they cannot decode.
    pub(super) fn errors(&mut self) -> &mut Vec<ParseError> {
        &mut self.errors
    }

    /// Notes a problem; of very many only the first.
    fn problem(&mut self, problem: ConfigError) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }

    pub(super) fn add_table(&mut self, kind: Kind, depth: usize, span: Range<usize>) -> usize {
        let (entries, index) = (Vec::new(), HashMap::new());
        self.slots.push(Slot::Table(Table { kind, depth, span, entries, index }));
        self.slots.len() - 1
    }

    pub(super) fn depth(&self, table: usize) -> usize {
        if let Some(Slot::Table(table)) = self.slots.get(table) { table.depth } else { 0 }
    }

    /// Notes once that the depth limit is passed.
    pub(super) fn check_depth(&mut self, depth: usize, span: &Range<usize>) -> bool {
        let told = |problem: &ConfigError| matches!(problem, ConfigError::TooDeep { .. });
        if depth > MAX_DEPTH && !self.problems.iter().any(told) {
            let place = self.place(span.clone());
            self.problem(ConfigError::TooDeep { place });
        }
        depth <= MAX_DEPTH
    }

    /// `[path]` or `[[path]]`: the table that the next keys belong to, or nothing where the
    /// header is wrong.
    pub(super) fn open(
        &mut self,
        path: Vec<Key>,
        array: bool,
        span: Range<usize>,
    ) -> Option<usize> {
        let mut path = path;
        let last = path.pop()?;
        let mut table = self.root();
        for key in path {
            table = self.descend(table, &key, Kind::Implicit)?;
        }
        let depth = self.depth(table) + 1;
        if !self.check_depth(depth + usize::from(array), &last.span) {
            return None;
        }
        let Some(existing) = self.find(table, &last.text) else {
            let new = self.add_table(Kind::Header, depth + usize::from(array), span);
            let slot = if array { self.add(Slot::List(vec![new])) } else { new };
            self.enter(table, last, slot);
            return Some(new);
        };
        match self.slots.get_mut(existing) {
            Some(Slot::Table(table)) if !array && table.kind == Kind::Implicit => {
                table.kind = Kind::Header;
                table.span = span;
                Some(existing)
            }
            Some(Slot::List(_)) if array => {
                let new = self.add_table(Kind::Header, depth + 1, span);
                if let Some(Slot::List(tables)) = self.slots.get_mut(existing) {
                    tables.push(new);
                }
                Some(new)
            }
            _ => {
                self.duplicate(table, &last);
                None
            }
        }
    }

    /// `path = node` within a table.
    pub(super) fn insert(&mut self, table: usize, path: Vec<Key>, node: Node) {
        let mut path = path;
        let Some(last) = path.pop() else { return };
        let mut table = table;
        for key in path {
            let Some(next) = self.descend(table, &key, Kind::Dotted) else { return };
            table = next;
        }
        if self.find(table, &last.text).is_some() {
            self.duplicate(table, &last);
            return;
        }
        let slot = self.add(Slot::Value(node));
        self.enter(table, last, slot);
    }

    /// The table behind a key on the way of a header or a dotted key, made where it is missing.
    fn descend(&mut self, table: usize, key: &Key, kind: Kind) -> Option<usize> {
        let depth = self.depth(table) + 1;
        if !self.check_depth(depth, &key.span) {
            return None;
        }
        let Some(existing) = self.find(table, &key.text) else {
            let new = self.add_table(kind, depth, key.span.clone());
            self.enter(table, key.clone(), new);
            return Some(new);
        };
        match self.slots.get_mut(existing) {
            Some(Slot::Table(_)) if kind == Kind::Implicit => Some(existing),
            Some(Slot::Table(found)) if matches!(found.kind, Kind::Dotted | Kind::Implicit) => {
                found.kind = Kind::Dotted;
                Some(existing)
            }
            Some(Slot::List(tables)) if kind == Kind::Implicit => tables.last().copied(),
            Some(Slot::Value(_)) => {
                self.closed(table, key);
                None
            }
            _ => {
                self.duplicate(table, key);
                None
            }
        }
    }

    fn add(&mut self, slot: Slot) -> usize {
        self.slots.push(slot);
        self.slots.len() - 1
    }

    fn enter(&mut self, table: usize, key: Key, slot: usize) {
        if let Some(Slot::Table(table)) = self.slots.get_mut(table) {
            table.index.insert(key.text.clone(), table.entries.len());
            table.entries.push((key, slot));
        }
    }

    fn entry(&self, table: usize, key: &str) -> Option<&(Key, usize)> {
        let Some(Slot::Table(table)) = self.slots.get(table) else { return None };
        table.entries.get(*table.index.get(key)?)
    }

    fn find(&self, table: usize, key: &str) -> Option<usize> {
        self.entry(table, key).map(|(_, slot)| *slot)
    }

    fn duplicate(&mut self, table: usize, key: &Key) {
        let first = self.entry(table, &key.text).map(|(key, _)| key.span.clone());
        self.problem(ConfigError::Duplicate {
            key: key.text.clone(),
            place: self.place(key.span.clone()),
            first: first.unwrap_or_default(),
        });
    }

    fn closed(&mut self, table: usize, key: &Key) {
        let found = self.entry(table, &key.text).and_then(|(_, slot)| self.slots.get(*slot));
        let inline = matches!(found, Some(Slot::Value(Node { value: Value::Mapping(_), .. })));
        let (what, help) = if inline {
            ("is written in braces and cannot be extended", "put the key into the braces")
        } else {
            ("has a value and is not a table", "rename one of the two keys")
        };
        self.problem(ConfigError::Syntax {
            format: Format::Toml,
            what: format!("`{}` {what}", key.text),
            place: self.place(key.span.clone()),
            help: Some(help.to_owned()),
        });
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.source.clone(), span }
    }

    /// Takes a finished table out as a node.
    pub(super) fn take(&mut self, slot: usize) -> Node {
        let emptied = Slot::Value(Node::new(0..0, Value::Null));
        let Some(found) = self.slots.get_mut(slot) else { return Node::new(0..0, Value::Null) };
        match std::mem::replace(found, emptied) {
            Slot::Value(node) => node,
            Slot::Table(table) => {
                let entries = table.entries.into_iter();
                let entries = entries.map(|(key, slot)| (key, self.take(slot))).collect();
                Node::new(table.span, Value::Mapping(entries))
            }
            Slot::List(tables) => {
                let items: Vec<Node> = tables.into_iter().map(|slot| self.take(slot)).collect();
                let span = items.first().map_or(0..0, |first| first.span.clone());
                Node::new(span, Value::Sequence(items))
            }
        }
    }

    /// The root table.
    ///
    /// # Errors
    /// Everything that was wrong, in the order of the file.
    pub(super) fn finish(mut self) -> Result<Node, Failure> {
        if self.errors.is_empty() && self.problems.is_empty() {
            let root = self.root();
            return Ok(self.take(root));
        }
        let mut diagnostics = message::failure(self.source, &self.errors).diagnostics;
        diagnostics.extend(self.problems.into_iter().map(Diagnostic::from));
        diagnostics.sort_by_key(|found| found.labels.first().map_or(0, |label| label.span.start));
        Err(Failure::from(diagnostics))
    }
}
