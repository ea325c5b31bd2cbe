//! Reading JSON (RFC 8259).

use std::collections::HashMap;
use std::ops::Range;

use diagnostics::{Diagnostic, Failure, Source};

use crate::format::check_size;
use crate::{ConfigError, Format, Key, MAX_DEPTH, MAX_PROBLEMS, Node, Place, Tree, Value};

/// Reads a JSON text. A byte order mark in front is skipped.
///
/// # Errors
/// The first syntax error, or every duplicate key.
pub fn parse_json(source: &Source) -> Result<Tree, Failure> {
    check_size(source).map_err(Diagnostic::from)?;
    let text = source.contents();
    let at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut reader = Reader { source, text, at, duplicates: Vec::new() };
    let root = reader.document().map_err(Diagnostic::from)?;
    if reader.duplicates.is_empty() {
        return Ok(Tree::new(source.clone(), root));
    }
    Err(Failure::from(reader.duplicates.into_iter().map(Diagnostic::from).collect::<Vec<_>>()))
}

struct Reader<'s> {
    source: &'s Source,
    text: &'s str,
    at: usize,
    duplicates: Vec<ConfigError>,
}

type Step<T> = Result<T, ConfigError>;

impl Reader<'_> {
    fn document(&mut self) -> Step<Node> {
        self.blanks();
        let root = self.value(0)?;
        self.blanks();
        if self.at < self.text.len() {
            return Err(
                self.error("unexpected text after the value", "a file holds one value only")
            );
        }
        Ok(root)
    }

    fn value(&mut self, depth: usize) -> Step<Node> {
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(ConfigError::TooDeep { place: self.place(start..start + 1) });
        }
        let value = match self.peek() {
            Some('{') => self.mapping(depth)?,
            Some('[') => self.sequence(depth)?,
            Some('"') => Value::String(self.string()?),
            Some('-' | '0'..='9') => self.number()?,
            _ => self.word()?,
        };
        Ok(Node::new(start..self.at, value))
    }

    fn mapping(&mut self, depth: usize) -> Step<Value> {
        let open = self.at;
        self.at += 1;
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut seen: HashMap<String, Range<usize>> = HashMap::new();
        self.blanks();
        if self.eat('}') {
            return Ok(Value::Mapping(entries));
        }
        loop {
            self.blanks();
            let start = self.at;
            match self.peek() {
                Some('"') => {}
                Some('}') => {
                    return Err(self.error("comma before the closing brace", "remove the comma"));
                }
                Some(_) => {
                    return Err(
                        self.error("expected a key in double quotes", "write `\"key\": value`")
                    );
                }
                None => return Err(self.unclosed(open, "brace")),
            }
            let key = Key { text: self.string()?, span: start..self.at };
            self.blanks();
            if !self.eat(':') {
                return Err(self.error("expected `:` after the key", "write `\"key\": value`"));
            }
            self.blanks();
            let node = self.value(depth + 1)?;
            if let Some(first) = seen.get(&key.text) {
                if self.duplicates.len() < MAX_PROBLEMS {
                    self.duplicates.push(ConfigError::Duplicate {
                        key: key.text.clone(),
                        place: self.place(key.span.clone()),
                        first: first.clone(),
                    });
                }
            } else {
                seen.insert(key.text.clone(), key.span.clone());
                entries.push((key, node));
            }
            self.blanks();
            if self.eat('}') {
                return Ok(Value::Mapping(entries));
            }
            self.comma(open, "brace")?;
        }
    }

    fn sequence(&mut self, depth: usize) -> Step<Value> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.eat(']') {
            return Ok(Value::Sequence(items));
        }
        loop {
            self.blanks();
            if self.peek() == Some(']') {
                return Err(self.error("comma before the closing bracket", "remove the comma"));
            }
            if self.peek().is_none() {
                return Err(self.unclosed(open, "bracket"));
            }
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.eat(']') {
                return Ok(Value::Sequence(items));
            }
            self.comma(open, "bracket")?;
        }
    }

    fn comma(&mut self, open: usize, bracket: &str) -> Step<()> {
        if self.eat(',') {
            return Ok(());
        }
        if self.peek().is_none() {
            return Err(self.unclosed(open, bracket));
        }
        Err(self.error(
            "expected a comma or the end of the list or table",
            "add a comma between values",
        ))
    }

    fn string(&mut self) -> Step<String> {
        let open = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            match self.next() {
                None | Some('\n' | '\r') => {
                    self.at = start;
                    let place = self.place(open..start);
                    return Err(syntax(
                        "a string is not closed on its line",
                        place,
                        "add the closing `\"`",
                    ));
                }
                Some('"') => return Ok(out),
                Some('\\') => out.push(self.escape(start)?),
                Some(c) if c < ' ' => {
                    let place = self.place(start..self.at);
                    return Err(syntax(
                        "control character in a string",
                        place,
                        "write it as `\\u00XX`",
                    ));
                }
                Some(c) => out.push(c),
            }
        }
    }

    fn escape(&mut self, start: usize) -> Step<char> {
        let simple = match self.next() {
            Some('n') => Some('\n'),
            Some('t') => Some('\t'),
            Some('r') => Some('\r'),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some(c @ ('"' | '\\' | '/')) => Some(c),
            Some('u') => self.unicode(),
            _ => None,
        };
        let place = self.place(start..self.at);
        simple.ok_or_else(|| {
            syntax("unknown escape in a string", place, "write a backslash as `\\\\`")
        })
    }

    /// The character of `\uXXXX`, with its second half where it is a surrogate pair.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        let second = (self.eat('\\') && self.eat('u')).then(|| self.hex())??;
        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + low)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn number(&mut self) -> Step<Value> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let token = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'));
        let raw = rest.get(..rest.find(token).unwrap_or(rest.len())).unwrap_or_default();
        if !is_number(raw) {
            let place = self.place(self.at..self.at + raw.len());
            let help = "numbers look like `42`, `-1.5` or `1e3`; put other words in double quotes";
            return Err(syntax(&format!("`{raw}` is not a number"), place, help));
        }
        self.at += raw.len();
        Ok(Value::Number(raw.to_owned()))
    }

    fn word(&mut self) -> Step<Value> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let word =
            rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let value = match word {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "" if rest.starts_with('\'') => {
                return Err(self.error("strings take double quotes", "write `\"…\"`"));
            }
            "" if rest.starts_with('/') => {
                return Err(self.error("comments are not part of JSON", "remove the comment"));
            }
            "" if rest.is_empty() => {
                return Err(
                    self.error("expected a value, found the end of the file", "add the value")
                );
            }
            "" => {
                return Err(
                    self.error("expected a value", "add the value, or remove the comma before")
                );
            }
            _ => {
                let place = self.place(self.at..self.at + word.len());
                return Err(syntax(
                    &format!("unknown word `{word}`"),
                    place,
                    "put text in double quotes",
                ));
            }
        };
        self.at += word.len();
        Ok(value)
    }

    fn blanks(&mut self) {
        while let Some(' ' | '\t' | '\n' | '\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.source.clone(), span }
    }

    fn error(&self, what: &str, help: &str) -> ConfigError {
        syntax(what, self.place(self.at..self.at + 1), help)
    }

    fn unclosed(&self, open: usize, bracket: &str) -> ConfigError {
        let what = format!("this {bracket} is not closed");
        syntax(&what, self.place(open..open + 1), &format!("add the closing {bracket}"))
    }
}

fn syntax(what: &str, place: Place, help: &str) -> ConfigError {
    let (what, help) = (what.to_owned(), Some(help.to_owned()));
    ConfigError::Syntax { format: Format::Json, what, place, help }
}

/// The number grammar of RFC 8259, section 6.
fn is_number(raw: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match raw.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (raw, None),
    };
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

#[cfg(test)]
mod tests;
