//! Reading settings out of a tree, collecting every problem on the way.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use diagnostics::{Diagnostic, Failure, Severity, Source};

use crate::{ConfigError, Field, Key, MAX_PROBLEMS, Node, Place, Spanned, Tree, Value};

/// What becomes of keys nobody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Errors: the file is ours.
    Error,
    /// Warnings: the file belongs to another tool's format.
    Warn,
    /// Nothing: the table is shared with other tools.
    Ignore,
}

/// The problems found while reading settings.
#[derive(Debug, Default)]
pub struct Problems {
    found: RefCell<Vec<Diagnostic>>,
    open: Cell<usize>,
}

impl Problems {
    /// Adds a problem; reading goes on.
    pub fn push(&self, problem: impl Into<Diagnostic>) {
        self.found.borrow_mut().push(problem.into());
    }

    /// True when something that cannot be ignored was found so far.
    pub fn has_errors(&self) -> bool {
        self.found.borrow().iter().any(|problem| problem.severity == Severity::Error)
    }

    /// The warnings, when there is nothing worse.
    ///
    /// # Errors
    /// Everything that was found, in the order of the file, when any of it is an error. A table
    /// that was opened and never closed with [`Table::finish`] is a bug.
    pub fn into_result(self) -> Result<Vec<Diagnostic>, Failure> {
        let failed = self.has_errors();
        let mut found = self.found.into_inner();
        if !failed && self.open.get() > 0 {
            found.push(Diagnostic::bug(
                "a settings table was read and its unknown keys never checked",
            ));
            return Err(Failure::from(found));
        }
        found.sort_by_key(|problem| problem.labels.first().map_or(0, |label| label.span.start));
        if failed { Err(Failure::from(found)) } else { Ok(found) }
    }
}

/// A table being read. The keys that are asked for are the keys it may have;
/// [`Table::finish`] reports the others.
///
/// A key whose value is `null` counts as absent. Every reader returns `None` when the key is
/// absent and also when the value was wrong, which is then in [`Problems`].
#[derive(Debug)]
pub struct Table<'t> {
    tree: &'t Tree,
    span: Range<usize>,
    entries: &'t [(Key, Node)],
    path: String,
    problems: &'t Problems,
    known: RefCell<BTreeSet<String>>,
}

/// A path for messages: `tool.semantic_release.branches`, with quotes where a key needs them.
pub(crate) fn joined(path: &str, key: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let key =
        if !key.is_empty() && key.chars().all(plain) { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

impl<'t> Table<'t> {
    pub(crate) fn new(
        tree: &'t Tree,
        node: &'t Node,
        entries: &'t [(Key, Node)],
        path: String,
        problems: &'t Problems,
    ) -> Self {
        problems.open.set(problems.open.get() + 1);
        let span = node.place().clone();
        Self { tree, span, entries, path, problems, known: RefCell::default() }
    }

    /// The text this table stands in.
    pub fn source(&self) -> &'t Source {
        self.tree.source()
    }

    /// The path of this table, for messages; empty for the root.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The bytes of the table, or of its header.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where problems go; for checks of one's own.
    pub fn problems(&self) -> &'t Problems {
        self.problems
    }

    /// True when the key is there, even with a wrong value. Does not make the key known.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(known, _)| known.text == key)
    }

    /// Accepts keys without reading them.
    pub fn accept(&self, keys: &[&str]) {
        self.known.borrow_mut().extend(keys.iter().map(|key| (*key).to_owned()));
    }

    /// The value of a key, of any type.
    pub fn field(&self, key: &str) -> Option<Field<'t>> {
        self.known.borrow_mut().insert(key.to_owned());
        let (_, node) = self.entries.iter().find(|(known, _)| known.text == key)?;
        if node.value == Value::Null {
            return None;
        }
        Some(Field::new(self.tree, node, joined(&self.path, key), self.problems))
    }

    /// A string.
    pub fn string(&self, key: &str) -> Option<Spanned<String>> {
        self.field(key)?.string()
    }

    /// A boolean.
    pub fn bool(&self, key: &str) -> Option<Spanned<bool>> {
        self.field(key)?.bool()
    }

    /// An integer within a range.
    pub fn integer(&self, key: &str, range: RangeInclusive<i64>) -> Option<Spanned<i64>> {
        self.field(key)?.integer(range)
    }

    /// A finite number.
    pub fn number(&self, key: &str) -> Option<Spanned<f64>> {
        self.field(key)?.number()
    }

    /// One of a few words, each with the value it stands for.
    pub fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Option<Spanned<T>> {
        self.field(key)?.choice(choices)
    }

    /// A list of strings; items of another type are reported and left out.
    pub fn list(&self, key: &str) -> Option<Spanned<Vec<Spanned<String>>>> {
        self.field(key)?.list()
    }

    /// A sub-table.
    pub fn table(&self, key: &str) -> Option<Self> {
        self.field(key)?.table()
    }

    /// A list of tables.
    pub fn tables(&self, key: &str) -> Option<Vec<Self>> {
        self.field(key)?.tables()
    }

    /// A table with free keys, each holding a table, in file order.
    pub fn named_tables(&self, key: &str) -> Option<Vec<(Spanned<String>, Self)>> {
        let entries = self.field(key)?.entries()?;
        Some(entries.into_iter().filter_map(|(name, field)| Some((name, field.table()?))).collect())
    }

    /// A table with free keys, each holding a string, in file order.
    pub fn named_strings(&self, key: &str) -> Option<Vec<(Spanned<String>, Spanned<String>)>> {
        let entries = self.field(key)?.entries()?;
        Some(
            entries.into_iter().filter_map(|(name, field)| Some((name, field.string()?))).collect(),
        )
    }

    /// Reads a key that must be there: `table.required("name", Table::string)`.
    pub fn required<T>(&self, key: &str, read: impl FnOnce(&Self, &str) -> Option<T>) -> Option<T> {
        let value = read(self, key);
        let absent = |(known, node): &(Key, Node)| known.text != key || node.value == Value::Null;
        if self.entries.iter().all(absent) {
            self.problems.push(ConfigError::Missing {
                key: key.to_owned(),
                table: self.path.clone(),
                place: self.place(self.span.clone()),
            });
        }
        value
    }

    /// The key `schema`, which every settings file of ours has: the version of its format.
    pub fn schema(&self, supported: i64) {
        if let Some(found) = self.required("schema", |table, key| table.integer(key, 0..=i64::MAX))
            && found.value != supported
        {
            let place = self.place(found.span.clone());
            self.problems.push(ConfigError::Schema { found: found.value, supported, place });
        }
    }

    /// Reports the keys nobody asked for. Call it last, once for every table.
    pub fn finish(self, unknown: Unknown) {
        self.problems.open.set(self.problems.open.get().saturating_sub(1));
        if unknown == Unknown::Ignore {
            return;
        }
        let known = self.known.borrow();
        let strange = self.entries.iter().filter(|(key, _)| !known.contains(&key.text));
        for (key, _) in strange.take(MAX_PROBLEMS) {
            let error = ConfigError::UnknownKey {
                key: key.text.clone(),
                table: self.path.clone(),
                known: known.iter().cloned().collect(),
                place: self.place(key.span.clone()),
            };
            let mut diagnostic = Diagnostic::from(error);
            if unknown == Unknown::Warn {
                diagnostic.severity = Severity::Warning;
                diagnostic.exit = diagnostics::Exit::Done;
            }
            self.problems.push(diagnostic);
        }
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.tree.source().clone(), span }
    }
}

#[cfg(test)]
mod tests;
