//! A walk along the parser's events: no tree is built.

use std::ops::Range;

use diagnostics::Source;
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};

use super::Trouble;
use super::trouble::Kind;

/// How deep a lock may be nested; pixi writes six levels.
const MAX_DEPTH: usize = 64;

/// A scalar with its place.
#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) is_plain: bool,
    /// Bytes of the source.
    pub(super) span: Range<usize>,
}

impl Scalar {
    /// The text, to keep. The parser leaves room for a hundred characters more in every text: with
    /// it a lock would take five times its size.
    pub(super) fn into_text(mut self) -> String {
        self.text.shrink_to_fit();
        self.text
    }
}

/// What a node turned out to be.
pub(super) enum Node {
    Scalar(Scalar),
    /// Its entries follow, until [`Walk::key`] finds none.
    Mapping,
    /// Its items follow, until [`Walk::item`] finds none.
    Sequence,
}

/// Where the reading stands.
pub(super) struct Walk<'s> {
    source: &'s Source,
    parser: Parser<'s, StrInput<'s>>,
    offsets: Offsets<'s>,
    depth: usize,
    /// Where the last event began, in bytes.
    at: usize,
}

type Read<T> = Result<T, Trouble>;

impl<'s> Walk<'s> {
    pub(super) fn new(source: &'s Source) -> Self {
        let text = source.contents();
        Self {
            source,
            parser: Parser::new_from_str(text),
            offsets: Offsets::new(text),
            depth: 0,
            at: 0,
        }
    }

    /// The root; `None` for a text without a document.
    pub(super) fn root(&mut self) -> Read<Option<Node>> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
                (Event::StreamEnd | Event::DocumentEnd, _) => return Ok(None),
                (event, place) => return self.node(event, &place).map(Some),
            }
        }
    }

    /// Nothing but the end may follow.
    pub(super) fn finish(&mut self) -> Read<()> {
        loop {
            match self.next()?.0 {
                Event::StreamEnd => return Ok(()),
                Event::DocumentStart(_) => {
                    return Err(
                        self.trouble(Kind::NotYaml("a second document starts here".to_owned()))
                    );
                }
                _ => {}
            }
        }
    }

    /// The next key of the mapping that is open, or its end.
    pub(super) fn key(&mut self) -> Read<Option<Scalar>> {
        let (event, place) = self.next()?;
        if matches!(event, Event::MappingEnd) {
            self.depth = self.depth.saturating_sub(1);
            return Ok(None);
        }
        match self.node(event, &place)? {
            Node::Scalar(scalar) => Ok(Some(scalar)),
            Node::Mapping | Node::Sequence => {
                Err(self.trouble(Kind::NotYaml("a key that is not a word".to_owned())))
            }
        }
    }

    /// The next item of the list that is open, or its end.
    pub(super) fn item(&mut self) -> Read<Option<Node>> {
        let (event, place) = self.next()?;
        if matches!(event, Event::SequenceEnd) {
            self.depth = self.depth.saturating_sub(1);
            return Ok(None);
        }
        self.node(event, &place).map(Some)
    }

    /// The value of the key just read.
    pub(super) fn value(&mut self) -> Read<Node> {
        let (event, place) = self.next()?;
        self.node(event, &place)
    }

    /// The value of the key just read, if it is a scalar; anything else is passed over.
    pub(super) fn scalar(&mut self) -> Read<Option<Scalar>> {
        match self.value()? {
            Node::Scalar(scalar) => Ok(Some(scalar)),
            node => self.pass(&node).map(|()| None),
        }
    }

    /// The value of the key just read, as a text; anything else is passed over.
    pub(super) fn text(&mut self) -> Read<Option<String>> {
        Ok(self.scalar()?.filter(|scalar| !is_null(scalar)).map(Scalar::into_text))
    }

    /// The value of the key just read, as a list of texts.
    pub(super) fn texts(&mut self) -> Read<Vec<String>> {
        let mut texts = Vec::new();
        let node = self.value()?;
        if !matches!(node, Node::Sequence) {
            self.pass(&node)?;
            return Ok(texts);
        }
        while let Some(item) = self.item()? {
            match item {
                Node::Scalar(scalar) => texts.push(scalar.into_text()),
                other => self.pass(&other)?,
            }
        }
        Ok(texts)
    }

    /// Passes over the value of the key just read.
    pub(super) fn skip(&mut self) -> Read<()> {
        let node = self.value()?;
        self.pass(&node)
    }

    /// Passes over what is left of a node.
    pub(super) fn pass(&mut self, node: &Node) -> Read<()> {
        if matches!(node, Node::Scalar(_)) {
            return Ok(());
        }
        let outer = self.depth.saturating_sub(1);
        while self.depth > outer {
            match self.next()?.0 {
                Event::MappingStart(..) | Event::SequenceStart(..) => self.open()?,
                Event::MappingEnd | Event::SequenceEnd => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        Ok(())
    }

    /// A trouble at the last event.
    pub(super) fn trouble(&self, kind: Kind) -> Trouble {
        Trouble::new(kind, self.source, self.at..self.at + 1)
    }

    fn open(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.trouble(Kind::NotYaml("nested too deeply for a lock".to_owned())));
        }
        Ok(())
    }

    fn node(&mut self, event: Event<'s>, place: &Place) -> Read<Node> {
        match event {
            Event::Scalar(text, style, ..) => {
                let text = text.into_owned();
                let is_plain = style == ScalarStyle::Plain;
                // The parser's spans go on to the next word; a plain one is as long as its text.
                let end = if is_plain { self.at + text.len() } else { self.at + place.length };
                Ok(Node::Scalar(Scalar { text, is_plain, span: self.at..end }))
            }
            Event::MappingStart(..) => self.open().map(|()| Node::Mapping),
            Event::SequenceStart(..) => self.open().map(|()| Node::Sequence),
            Event::Alias(_) => {
                Err(self.trouble(Kind::NotYaml("an alias, which no lock has".to_owned())))
            }
            _ => Err(self.trouble(Kind::NotYaml("a value is missing".to_owned()))),
        }
    }

    fn next(&mut self) -> Read<(Event<'s>, Place)> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                self.at = self.offsets.byte(span.start.index());
                Ok((event, Place { length: span.len() }))
            }
            Some(Err(error)) => {
                let at = self.offsets.byte(error.marker().index());
                let rest = self.source.contents().get(at..).unwrap_or_default();
                // pixi ends every lock with a line end; a cut shows on the last line, or at the
                // end of the one before.
                let is_cut = rest.trim().is_empty()
                    || !rest.ends_with('\n') && rest.trim_start().lines().nth(1).is_none();
                let words = error.info().to_owned();
                let kind = if is_cut { Kind::Truncated(words) } else { Kind::NotYaml(words) };
                Err(Trouble::new(kind, self.source, at..at + 1))
            }
            None => Ok((Event::StreamEnd, Place { length: 0 })),
        }
    }
}

/// How long the parser says an event is, in characters.
struct Place {
    length: usize,
}

/// Whether a scalar stands for nothing.
pub(super) fn is_null(scalar: &Scalar) -> bool {
    scalar.is_plain && matches!(scalar.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
}

/// From the parser's characters to bytes. Events come in order, so it goes on from where it was.
struct Offsets<'s> {
    text: &'s str,
    is_ascii: bool,
    character: usize,
    byte: usize,
}

impl<'s> Offsets<'s> {
    fn new(text: &'s str) -> Self {
        Self { text, is_ascii: text.is_ascii(), character: 0, byte: 0 }
    }

    fn byte(&mut self, character: usize) -> usize {
        if self.is_ascii {
            return character.min(self.text.len());
        }
        // An event that begins before the last one is rare, and then near.
        let before = self.text.get(..self.byte).unwrap_or_default();
        let back = before.chars().rev().take(self.character.saturating_sub(character));
        for passed in back {
            self.byte -= passed.len_utf8();
            self.character -= 1;
        }
        let rest = self.text.get(self.byte..).unwrap_or_default();
        for passed in rest.chars().take(character.saturating_sub(self.character)) {
            self.byte += passed.len_utf8();
            self.character += 1;
        }
        self.byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_become_bytes_forth_and_back() {
        let mut offsets = Offsets::new("aé漢b");
        let found = [0, 1, 2, 3, 4, 9, 2, 3].map(|at| offsets.byte(at));
        assert_eq!(found, [0, 1, 3, 6, 7, 7, 3, 6]);
        let mut offsets = Offsets::new("ab");
        assert_eq!([0, 2, 9, 1].map(|at| offsets.byte(at)), [0, 2, 2, 1]);
    }
}
