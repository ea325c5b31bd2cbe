//! From the parser's events to keys and values.

use std::ops::Range;

use toml_parser::decoder::ScalarKind;
use toml_parser::parser::{Event, EventKind};
use toml_parser::{ParseError, Source};

use super::build::{Builder, Kind};
use crate::{Key, Node, Value};

/// Walks over the events of a text without syntax errors.
pub(super) struct Reader<'e> {
    text: Source<'e>,
    events: &'e [Event],
    at: usize,
}

impl<'e> Reader<'e> {
    pub(super) fn new(text: Source<'e>, events: &'e [Event]) -> Self {
        Self { text, events, at: 0 }
    }

    fn next(&mut self) -> Option<&'e Event> {
        let event = self.events.get(self.at)?;
        self.at += 1;
        Some(event)
    }

    fn peek(&self) -> Option<EventKind> {
        self.events.get(self.at).map(Event::kind)
    }

    /// Reads everything; problems go to the builder.
    pub(super) fn document(&mut self, builder: &mut Builder<'_>) {
        let mut table = Some(builder.root());
        while let Some(event) = self.next() {
            match event.kind() {
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    let array = event.kind() == EventKind::ArrayTableOpen;
                    let path = self.key_path(builder);
                    let end = self.next().map_or(event.span().end(), |close| close.span().end());
                    let span = event.span().start()..end;
                    table = builder.open(path, array, span);
                }
                EventKind::SimpleKey => {
                    self.at -= 1;
                    self.key_value(builder, table);
                }
                _ => {}
            }
        }
    }

    /// `a.b = value`. With no table (its header was wrong) the value is read and dropped.
    fn key_value(&mut self, builder: &mut Builder<'_>, table: Option<usize>) {
        let path = self.key_path(builder);
        if self.peek() == Some(EventKind::KeyValSep) {
            self.next();
        }
        let depth = table.map_or(0, |table| builder.depth(table)) + path.len();
        if let Some(node) = self.value(builder, depth)
            && let Some(table) = table
        {
            builder.insert(table, path, node);
        }
    }

    fn key_path(&mut self, builder: &mut Builder<'_>) -> Vec<Key> {
        let mut path = Vec::new();
        while let Some(kind @ (EventKind::SimpleKey | EventKind::KeySep)) = self.peek() {
            let Some(event) = self.next() else { break };
            if kind == EventKind::SimpleKey {
                let mut text = String::new();
                if let Some(raw) = self.text.get(event) {
                    raw.decode_key(&mut text, builder.errors());
                }
                path.push(Key { text, span: bytes(event) });
            }
        }
        path
    }

    fn value(&mut self, builder: &mut Builder<'_>, depth: usize) -> Option<Node> {
        let event = self.next()?;
        builder.check_depth(depth, &bytes(event));
        let (end, value) = match event.kind() {
            EventKind::Scalar => (event.span().end(), self.scalar(event, builder)),
            EventKind::ArrayOpen => {
                let mut items = Vec::new();
                loop {
                    match self.peek()? {
                        EventKind::ArrayClose => break,
                        EventKind::ValueSep => drop(self.next()),
                        _ => items.extend(self.value(builder, depth + 1)),
                    }
                }
                (self.next()?.span().end(), Value::Sequence(items))
            }
            EventKind::InlineTableOpen => {
                let table = builder.add_table(Kind::Inline, depth, bytes(event));
                loop {
                    match self.peek()? {
                        EventKind::InlineTableClose => break,
                        EventKind::SimpleKey => self.key_value(builder, Some(table)),
                        _ => drop(self.next()),
                    }
                }
                (self.next()?.span().end(), builder.take(table).value)
            }
            _ => return None,
        };
        Some(Node::new(event.span().start()..end, value))
    }

    fn scalar(&self, event: &Event, builder: &mut Builder<'_>) -> Value {
        let Some(raw) = self.text.get(event) else { return Value::Null };
        let mut decoded = String::new();
        let kind = raw.decode_scalar(&mut decoded, builder.errors());
        let wrong = |message: &'static str| ParseError::new(message).with_unexpected(event.span());
        let written = raw.as_str().to_owned();
        match kind {
            ScalarKind::String => Value::String(decoded),
            ScalarKind::Boolean(value) => Value::Bool(value),
            ScalarKind::DateTime => {
                if decoded.parse::<toml_datetime::Datetime>().is_err() {
                    builder.errors().push(wrong("invalid date or time"));
                }
                Value::Datetime(written)
            }
            ScalarKind::Float => {
                let word = decoded.ends_with(|c: char| c.is_ascii_alphabetic());
                match decoded.parse::<f64>() {
                    Ok(value) if value.is_finite() || word => {}
                    Ok(_) => builder.errors().push(wrong("number too large")),
                    Err(_) => builder.errors().push(wrong("invalid number")),
                }
                Value::Number(written)
            }
            ScalarKind::Integer(radix) => {
                if i64::from_str_radix(&decoded, radix.value()).is_err() {
                    builder.errors().push(wrong("integer does not fit into 64 bits"));
                }
                Value::Number(written)
            }
        }
    }
}

fn bytes(event: &Event) -> Range<usize> {
    event.span().start()..event.span().end()
}
