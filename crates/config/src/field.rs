//! One value being read.

use std::ops::RangeInclusive;

use crate::{ConfigError, Key, Node, Place, Problems, Spanned, Table, Tree, Value, number, walk};

/// A value under a key or in a list. The readers report a value of another type and return
/// `None` then.
#[derive(Clone, Debug)]
pub struct Field<'t> {
    tree: &'t Tree,
    node: &'t Node,
    path: String,
    problems: &'t Problems,
}

impl<'t> Field<'t> {
    pub(crate) fn new(
        tree: &'t Tree,
        node: &'t Node,
        path: String,
        problems: &'t Problems,
    ) -> Self {
        Self { tree, node, path, problems }
    }

    /// The value as it is in the tree.
    pub fn node(&self) -> &'t Node {
        self.node
    }

    /// The path of the value, for messages.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A value with the place of this one.
    pub fn spanned<T>(&self, value: T) -> Spanned<T> {
        Spanned { value, span: self.node.place().clone(), source: self.tree.source().clone() }
    }

    /// A string.
    pub fn string(&self) -> Option<Spanned<String>> {
        match &self.node.value {
            Value::String(text) => Some(self.spanned(text.clone())),
            _ => self.wrong("a string"),
        }
    }

    /// A string, or a number as it is written: for versions, where `1.10` is meant as text.
    pub fn text(&self) -> Option<Spanned<String>> {
        match &self.node.value {
            Value::String(text) | Value::Number(text) => Some(self.spanned(text.clone())),
            _ => self.wrong("a string"),
        }
    }

    /// A boolean.
    pub fn bool(&self) -> Option<Spanned<bool>> {
        match &self.node.value {
            Value::Bool(value) => Some(self.spanned(*value)),
            _ => self.wrong("`true` or `false`"),
        }
    }

    /// An integer within a range.
    pub fn integer(&self, range: RangeInclusive<i64>) -> Option<Spanned<i64>> {
        let Value::Number(raw) = &self.node.value else { return self.wrong("an integer") };
        match number::integer(raw) {
            Some(value) if range.contains(&value) => Some(self.spanned(value)),
            Some(_) => self.report(ConfigError::OutOfRange {
                key: self.path.clone(),
                found: raw.clone(),
                lowest: *range.start(),
                highest: *range.end(),
                place: self.place(),
            }),
            None => self.wrong("an integer"),
        }
    }

    /// A finite number.
    pub fn number(&self) -> Option<Spanned<f64>> {
        let Value::Number(raw) = &self.node.value else { return self.wrong("a number") };
        match number::finite(raw) {
            Some(value) => Some(self.spanned(value)),
            None => self.wrong("a finite number"),
        }
    }

    /// One of a few words, each with the value it stands for.
    pub fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<Spanned<T>> {
        let found = self.string()?;
        match choices.iter().find(|(word, _)| *word == found.value) {
            Some((_, value)) => Some(self.spanned(*value)),
            None => self.report(ConfigError::NotAChoice {
                key: self.path.clone(),
                found: found.value,
                choices: choices.iter().map(|(word, _)| (*word).to_owned()).collect(),
                place: self.place(),
            }),
        }
    }

    /// A list of strings; items of another type are reported and left out.
    pub fn list(&self) -> Option<Spanned<Vec<Spanned<String>>>> {
        let Value::Sequence(_) = &self.node.value else { return self.wrong("a list of strings") };
        let items = self.items()?;
        Some(self.spanned(items.iter().filter_map(Self::string).collect()))
    }

    /// The items of a list, of any type.
    pub fn items(&self) -> Option<Vec<Self>> {
        let Value::Sequence(items) = &self.node.value else { return self.wrong("a list") };
        let item = |(index, node): (usize, &'t Node)| Self {
            tree: self.tree,
            node,
            path: format!("{}[{index}]", self.path),
            problems: self.problems,
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// A table.
    pub fn table(&self) -> Option<Table<'t>> {
        let Value::Mapping(entries) = &self.node.value else { return self.wrong("a table") };
        Some(Table::new(self.tree, self.node, entries, self.path.clone(), self.problems))
    }

    /// A list of tables.
    pub fn tables(&self) -> Option<Vec<Table<'t>>> {
        let Value::Sequence(_) = &self.node.value else { return self.wrong("a list of tables") };
        Some(self.items()?.iter().filter_map(Self::table).collect())
    }

    /// The keys and values of a table with free keys, in file order; nulls are left out.
    pub fn entries(&self) -> Option<Vec<(Spanned<String>, Self)>> {
        let Value::Mapping(entries) = &self.node.value else { return self.wrong("a table") };
        let entry = |(key, node): &'t (Key, Node)| {
            let source = self.tree.source().clone();
            let name = Spanned { value: key.text.clone(), span: key.span.clone(), source };
            let path = walk::joined(&self.path, &key.text);
            (name, Self { tree: self.tree, node, path, problems: self.problems })
        };
        let present = entries.iter().filter(|(_, node)| node.value != Value::Null);
        Some(present.map(entry).collect())
    }

    /// Reports that the value is not what is expected here.
    pub fn wrong<T>(&self, expected: &str) -> Option<T> {
        self.report(ConfigError::WrongType {
            key: self.path.clone(),
            expected: expected.into(),
            found: Box::new(self.node.value.clone()),
            place: self.place(),
        })
    }

    fn report<T>(&self, error: ConfigError) -> Option<T> {
        let mut diagnostic = diagnostics::Diagnostic::from(error);
        if self.node.used_at.is_some() {
            let span = self.node.span.clone();
            diagnostic = diagnostic.with_label(self.tree.source(), span, "the value stands here");
        }
        self.problems.push(diagnostic);
        None
    }

    fn place(&self) -> Place {
        Place { source: self.tree.source().clone(), span: self.node.place().clone() }
    }
}
