//! From the parser's events to a tree.

use std::collections::HashMap;
use std::ops::Range;

use diagnostics::{Diagnostic, Failure, Source};
use saphyr_parser::{Event, ScalarStyle, Tag};

use super::{scalar, span};
use crate::{
    ConfigError, Format, Key, MAX_ALIASED_NODES, MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS, Node, Place,
    Value,
};

/// A list or table whose end has not come yet.
struct Open {
    anchor: usize,
    start: usize,
    flow: bool,
    kind: Kind,
}

enum Kind {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<(Key, Node)>, seen: HashMap<String, Range<usize>>, key: Option<Entry> },
}

/// A key that waits for its value.
struct Entry {
    key: Key,
    /// False for a key that was refused; its value is read and dropped.
    keep: bool,
}

/// Builds the tree. Keeps its own stack, so no input can exhaust the program's.
pub(super) struct Builder<'s> {
    source: &'s Source,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Node>,
    /// Copies made for anchors and aliases.
    copied: Size,
    problems: Vec<ConfigError>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        Self {
            source,
            open: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            copied: Size::default(),
            problems: Vec::new(),
        }
    }

    /// Notes a problem; of very many only the first.
    pub(super) fn problem(&mut self, problem: ConfigError) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Takes one event; an error ends the reading.
    pub(super) fn event(
        &mut self,
        event: Event<'_>,
        span: Range<usize>,
    ) -> Result<(), ConfigError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), span)
            }
            Event::SequenceStart(anchor, tag) => {
                self.start(anchor, tag.as_deref(), span, "seq", Kind::Sequence(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let seen = HashMap::new();
                let kind = Kind::Mapping { entries: Vec::new(), seen, key: None };
                self.start(anchor, tag.as_deref(), span, "map", kind)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&span),
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Range<usize>,
    ) -> Result<(), ConfigError> {
        let written = self.source.contents().get(span.clone()).unwrap_or_default();
        let skipped = if anchor > 0 || tag.is_some() { span::properties(written) } else { 0 };
        let whole = span.clone();
        let mut span = span.start + skipped..span.end;
        if style == ScalarStyle::Plain && text.is_empty() {
            span.end = span.start;
        } else if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted)
            && let Some(length) = written.get(skipped..).and_then(span::quoted)
        {
            span.end = span.start + length;
        }
        if self.wants_key() {
            return self.key(text, style, anchor, span);
        }
        let value = scalar::value(text, style, tag).unwrap_or_else(|tag| {
            self.unknown_tag(&tag, whole);
            Value::Null
        });
        self.add(anchor, Node::new(span, value))
    }

    fn start(
        &mut self,
        anchor: usize,
        tag: Option<&Tag>,
        span: Range<usize>,
        own: &str,
        kind: Kind,
    ) -> Result<(), ConfigError> {
        if self.wants_key() {
            return Err(self.not_a_key(span));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(ConfigError::TooDeep { place: self.place(span) });
        }
        if let Some(tag) = tag.filter(|tag| !(tag.is_yaml_core_schema() && tag.suffix == own)) {
            self.unknown_tag(&tag.to_string(), span.clone());
        }
        let rest = self.source.contents().get(span.start..).unwrap_or_default();
        let skipped = if anchor > 0 || tag.is_some() { span::properties(rest) } else { 0 };
        let start = span.start + skipped;
        let flow = rest.get(skipped..).is_some_and(|rest| rest.starts_with(['[', '{']));
        // A pair within a list, `[a: b]`, is a table without braces of its own.
        let flow = flow && !span.is_empty();
        self.open.push(Open { anchor, start, flow, kind });
        Ok(())
    }

    fn end(&mut self, span: &Range<usize>) -> Result<(), ConfigError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (value, last) = match open.kind {
            Kind::Sequence(items) => {
                let last = items.last().map(|node| node.place().end);
                (Value::Sequence(items), last)
            }
            Kind::Mapping { entries, .. } => {
                let last = entries.last().map(|(key, node)| key.span.end.max(node.place().end));
                (Value::Mapping(entries), last)
            }
        };
        // The end of a block is only noticed at what follows it.
        let end = if open.flow { span.start + 1 } else { last.unwrap_or(open.start) };
        self.add(open.anchor, Node::new(open.start..end.max(open.start), value))
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>) -> Result<(), ConfigError> {
        if self.wants_key() {
            return Err(self.not_a_key(span));
        }
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(self.syntax(
                "this alias is part of its own anchor",
                span,
                "write the value out",
            ));
        };
        let mut node = node.clone();
        let size = Size::of(&node);
        self.spend(&size, &span)?;
        if self.open.len() + size.depth > MAX_DEPTH {
            return Err(ConfigError::TooDeep { place: self.place(span) });
        }
        node.used_at = Some(span);
        self.add(0, node)
    }

    /// Takes a copy of a node out of the budget.
    fn spend(&mut self, size: &Size, span: &Range<usize>) -> Result<(), ConfigError> {
        self.copied.nodes += size.nodes;
        self.copied.bytes += size.bytes;
        if self.copied.nodes > MAX_ALIASED_NODES || self.copied.bytes > MAX_BYTES {
            return Err(ConfigError::TooManyAliases { place: self.place(span.clone()) });
        }
        Ok(())
    }

    /// True when the next node is a key.
    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: Kind::Mapping { key: None, .. }, .. }))
    }

    fn key(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        span: Range<usize>,
    ) -> Result<(), ConfigError> {
        if anchor > 0 {
            return Err(self.syntax("an anchor on a key", span, "put the anchor on the value"));
        }
        let merge = style == ScalarStyle::Plain && text == "<<";
        let key = Key { text: text.to_owned(), span };
        let place = self.place(key.span.clone());
        let Some(Open { kind: Kind::Mapping { seen, key: waiting, .. }, .. }) =
            self.open.last_mut()
        else {
            return Ok(());
        };
        let first = seen.get(&key.text).cloned();
        let keep = !merge && first.is_none();
        if keep {
            seen.insert(key.text.clone(), key.span.clone());
        }
        let name = key.text.clone();
        *waiting = Some(Entry { key, keep });
        if merge {
            self.problem(ConfigError::MergeKey { place });
        } else if let Some(first) = first {
            self.problem(ConfigError::Duplicate { key: name, place, first });
        }
        Ok(())
    }

    fn add(&mut self, anchor: usize, node: Node) -> Result<(), ConfigError> {
        if anchor > 0 {
            self.spend(&Size::of(&node), &node.span)?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(Kind::Sequence(items)) => items.push(node),
            Some(Kind::Mapping { entries, key, .. }) => {
                if let Some(Entry { key, keep: true }) = key.take() {
                    entries.push((key, node));
                }
            }
        }
        Ok(())
    }

    fn unknown_tag(&mut self, tag: &str, span: Range<usize>) {
        let what = format!("the tag `{tag}` is not understood here");
        let problem = self.syntax(&what, span, "remove the tag");
        self.problem(problem);
    }

    fn not_a_key(&self, span: Range<usize>) -> ConfigError {
        self.syntax("a key must be a plain or quoted text", span, "write the key as a text")
    }

    fn syntax(&self, what: &str, span: Range<usize>, help: &str) -> ConfigError {
        let (what, place, help) = (what.to_owned(), self.place(span), Some(help.to_owned()));
        ConfigError::Syntax { format: Format::Yaml, what, place, help }
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.source.clone(), span }
    }

    /// The root; `null` for a text without a value.
    ///
    /// # Errors
    /// Everything that was wrong, in the order of the file.
    pub(super) fn finish(self) -> Result<Node, Failure> {
        if self.problems.is_empty() {
            return Ok(self.root.unwrap_or_else(|| Node::new(0..0, Value::Null)));
        }
        let mut found: Vec<_> = self.problems.into_iter().map(Diagnostic::from).collect();
        found.sort_by_key(|found| found.labels.first().map_or(0, |label| label.span.start));
        Err(Failure::from(found))
    }
}

/// How much an alias adds.
#[derive(Default)]
struct Size {
    nodes: usize,
    bytes: usize,
    depth: usize,
}

impl Size {
    fn of(node: &Node) -> Self {
        let mut size = Self { nodes: 1, ..Self::default() };
        match &node.value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(text) | Value::Datetime(text) | Value::String(text) => {
                size.bytes = text.len();
            }
            Value::Sequence(items) => items.iter().for_each(|item| size.add(&Self::of(item))),
            Value::Mapping(entries) => {
                for (key, node) in entries {
                    size.bytes += key.text.len();
                    size.add(&Self::of(node));
                }
            }
        }
        if matches!(node.value, Value::Sequence(_) | Value::Mapping(_)) {
            size.depth += 1;
        }
        size
    }

    fn add(&mut self, inner: &Self) {
        self.nodes += inner.nodes;
        self.bytes += inner.bytes;
        self.depth = self.depth.max(inner.depth);
    }
}
