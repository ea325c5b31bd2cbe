//! Reading XML as far as finding one value needs it: elements, attributes, text, comments, CDATA.

use std::ops::Range;

/// A value under the path.
pub(super) struct Found {
    /// The bytes of the value, without blanks around it.
    pub(super) span: Range<usize>,
    /// It stands in CDATA, where nothing is escaped.
    pub(super) raw: bool,
    /// It is one piece of text; `span` is the element's otherwise.
    pub(super) is_text: bool,
}

/// What a file has under a path.
#[derive(Default)]
pub(super) struct Scanned {
    pub(super) found: Vec<Found>,
    /// How many names of the path exist one below the other.
    pub(super) deepest: usize,
    /// The element there.
    pub(super) deepest_span: Range<usize>,
    /// The names of elements and attributes in that element.
    pub(super) there: Vec<String>,
}

/// Why a text is not XML.
pub(super) struct NotXml {
    pub(super) at: usize,
    pub(super) what: String,
}

struct Open<'t> {
    name: &'t str,
    start: usize,
    /// Pieces of text that are not blank, and whether they are CDATA.
    pieces: Vec<(Range<usize>, bool)>,
    has_children: bool,
}

/// Finds what has this path.
pub(super) fn scan(text: &str, path: &[&str]) -> Result<Scanned, NotXml> {
    let mut scanner = Scanner { text, path, open: Vec::new(), scanned: Scanned::default() };
    let mut at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    while at < text.len() {
        at = scanner.step(at)?;
    }
    match scanner.open.pop() {
        Some(open) => Err(error(open.start, format!("`<{}>` is not closed", open.name))),
        None => Ok(scanner.scanned),
    }
}

struct Scanner<'t, 'p> {
    text: &'t str,
    path: &'p [&'p str],
    open: Vec<Open<'t>>,
    scanned: Scanned,
}

fn error(at: usize, what: impl Into<String>) -> NotXml {
    NotXml { at, what: what.into() }
}

impl<'t> Scanner<'t, '_> {
    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Reads one piece of markup or text; the place behind it.
    fn step(&mut self, at: usize) -> Result<usize, NotXml> {
        let rest = self.rest(at);
        for (open, close, what) in [
            ("<!--", "-->", "comment"),
            ("<![CDATA[", "]]>", "CDATA section"),
            ("<?", "?>", "instruction"),
        ] {
            if let Some(inside) = rest.strip_prefix(open) {
                let end = inside.find(close);
                let end = end.ok_or_else(|| error(at, format!("a {what} is not closed")))?;
                if what == "CDATA section" {
                    self.piece(at + open.len()..at + open.len() + end, true);
                }
                return Ok(at + open.len() + end + close.len());
            }
        }
        if rest.starts_with("<!") {
            return self.doctype(at);
        }
        if let Some(closing) = rest.strip_prefix("</") {
            let end = closing.find('>').ok_or_else(|| error(at, "a tag is not closed"))?;
            let name = closing.get(..end).unwrap_or_default().trim_end();
            self.close(name, at)?;
            return Ok(at + 2 + end + 1);
        }
        if rest.starts_with('<') {
            return self.tag(at);
        }
        let end = rest.find('<').unwrap_or(rest.len());
        self.piece(at..at + end, false);
        Ok(at + end)
    }

    /// `<!DOCTYPE … [ … ]>`: quotes and brackets may hold `>`.
    fn doctype(&self, at: usize) -> Result<usize, NotXml> {
        let (mut quote, mut depth) = (None, 0_usize);
        for (offset, c) in self.rest(at).char_indices() {
            if let Some(open) = quote {
                quote = (c != open).then_some(open);
                continue;
            }
            match c {
                '"' | '\'' => quote = Some(c),
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                '>' if depth == 0 => return Ok(at + offset + 1),
                _ => {}
            }
        }
        Err(error(at, "a declaration is not closed"))
    }

    fn tag(&mut self, at: usize) -> Result<usize, NotXml> {
        let unclosed = || error(at, "a tag is not closed");
        let rest = self.rest(at + 1);
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        let name = rest.get(..end.ok_or_else(unclosed)?).unwrap_or_default();
        if name.is_empty() || name.contains(['<', '"', '\'', '=']) {
            return Err(error(at, "a `<` that opens no element"));
        }
        let mut here = at + 1 + name.len();
        let mut attributes = Vec::new();
        loop {
            here += self.rest(here).len() - self.rest(here).trim_start().len();
            let rest = self.rest(here);
            if rest.starts_with("/>") || rest.starts_with('>') {
                break;
            }
            let (key, value) = attribute(rest).ok_or_else(unclosed)?;
            let span = here + value.start..here + value.end;
            attributes.push((key, span));
            here += value.end + 1;
        }
        if let Some(parent) = self.open.last_mut() {
            parent.has_children = true;
        } else if self.scanned.deepest_span.end > 0 && self.path.first() == Some(&name) {
            return Err(error(at, "a second root element"));
        }
        self.open.push(Open { name, start: at, pieces: Vec::new(), has_children: false });
        let closed = self.rest(here).starts_with('/');
        let end = here + if closed { 2 } else { 1 };
        self.entered(&attributes, at..end);
        if closed {
            self.close(name, at)?;
        }
        Ok(end)
    }

    /// How many names of the path the open elements are, when they are all on it.
    fn on_path(&self) -> Option<usize> {
        let mut names = self.open.iter().zip(self.path);
        let all =
            self.open.len() <= self.path.len() && names.all(|(open, name)| open.name == *name);
        all.then_some(self.open.len())
    }

    fn entered(&mut self, attributes: &[(&'t str, Range<usize>)], span: Range<usize>) {
        if let (Some(parent), Some(open)) = (self.open.len().checked_sub(2), self.open.last())
            && parent + 1 == self.scanned.deepest
            && self
                .open
                .iter()
                .zip(self.path)
                .take(parent + 1)
                .all(|(open, name)| open.name == *name)
        {
            self.scanned.there.push(open.name.to_owned());
        }
        let Some(depth) = self.on_path() else { return };
        if depth > self.scanned.deepest {
            self.scanned.deepest = depth;
            self.scanned.deepest_span = span;
            self.scanned.there = attributes.iter().map(|(key, _)| format!("@{key}")).collect();
        }
        let wanted = self.path.get(depth).and_then(|name| name.strip_prefix('@'));
        if depth + 1 == self.path.len()
            && let Some(wanted) = wanted
            && let Some((_, span)) = attributes.iter().find(|(key, _)| *key == wanted)
        {
            self.scanned.found.push(Found { span: span.clone(), raw: false, is_text: true });
        }
    }

    fn piece(&mut self, span: Range<usize>, raw: bool) {
        let text = self.text.get(span.clone()).unwrap_or_default();
        let start = span.start + (text.len() - text.trim_start().len());
        let trimmed = start..start + text.trim().len();
        if let Some(open) = self.open.last_mut().filter(|_| !trimmed.is_empty()) {
            open.pieces.push((trimmed, raw));
        }
    }

    fn close(&mut self, name: &str, at: usize) -> Result<(), NotXml> {
        let is_wanted = self.on_path() == Some(self.path.len());
        let open = self.open.pop();
        let open = open.filter(|open| open.name == name);
        let open = open.ok_or_else(|| error(at, format!("`</{name}>` closes no element")))?;
        if is_wanted {
            let found = match open.pieces.as_slice() {
                [(span, raw)] if !open.has_children => {
                    Found { span: span.clone(), raw: *raw, is_text: true }
                }
                _ => Found { span: open.start..at, raw: false, is_text: false },
            };
            self.scanned.found.push(found);
        }
        Ok(())
    }
}

/// `key = "value"` at the start: the key, and the bytes of the value within the quotes.
fn attribute(rest: &str) -> Option<(&str, Range<usize>)> {
    let equals = rest.find('=')?;
    let key = rest.get(..equals)?.trim_end();
    if key.is_empty()
        || key.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\''))
    {
        return None;
    }
    let behind = rest.get(equals + 1..)?;
    let start = equals + 1 + (behind.len() - behind.trim_start().len());
    let quote = rest.get(start..)?.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = rest.get(start + 1..)?;
    let end = inside.find(quote)?;
    Some((key, start + 1..start + 1 + end))
}
