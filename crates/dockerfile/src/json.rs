//! The JSON list of the exec form, as Go's `encoding/json` reads it.

use crate::Text;

/// What a text turned out to be.
pub(crate) enum Exec {
    /// A list of strings.
    Words(Vec<Text>),
    /// A list, but not of strings.
    NotStrings,
    /// No list: the shell form.
    NotJson,
}

/// How deep lists may be nested to count as JSON at all.
const DEPTH: usize = 64;

/// Reads the whole text as a list.
pub(crate) fn exec(text: &Text) -> Exec {
    let mut reader = Reader { text, at: 0 };
    reader.blank();
    if reader.peek() != Some('[') {
        return Exec::NotJson;
    }
    let mut words = Vec::new();
    let Some(all_strings) = reader.list(&mut words) else { return Exec::NotJson };
    reader.blank();
    if reader.peek().is_some() {
        return Exec::NotJson;
    }
    if all_strings { Exec::Words(words) } else { Exec::NotStrings }
}

struct Reader<'t> {
    text: &'t Text,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn blank(&mut self) {
        while self.peek().is_some_and(|character| matches!(character, ' ' | '\t' | '\r' | '\n')) {
            self.at += 1;
        }
    }

    /// The outermost list; whether all of its members are strings.
    fn list(&mut self, words: &mut Vec<Text>) -> Option<bool> {
        self.take();
        let mut all_strings = true;
        self.blank();
        if self.peek() == Some(']') {
            self.take();
            return Some(true);
        }
        loop {
            self.blank();
            if self.peek() == Some('"') {
                words.push(self.string()?);
            } else {
                all_strings = false;
                self.value(DEPTH)?;
            }
            self.blank();
            match self.take()? {
                ',' => {}
                ']' => return Some(all_strings),
                _ => return None,
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.blank();
        match self.peek()? {
            '"' => self.string().map(|_| ()),
            '[' => self.members(']', depth, Self::value),
            '{' => self.members('}', depth, |reader, depth| {
                reader.blank();
                if reader.peek() != Some('"') {
                    return None;
                }
                reader.string()?;
                reader.blank();
                (reader.take()? == ':').then_some(())?;
                reader.value(depth)
            }),
            _ => self.scalar(),
        }
    }

    fn members(
        &mut self,
        end: char,
        depth: usize,
        member: impl Fn(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        self.take();
        self.blank();
        if self.peek() == Some(end) {
            self.take();
            return Some(());
        }
        loop {
            member(self, depth)?;
            self.blank();
            match self.take()? {
                ',' => {}
                other if other == end => return Some(()),
                _ => return None,
            }
        }
    }

    fn scalar(&mut self) -> Option<()> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
        let rest = self.rest();
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let word = rest.get(..length)?;
        let known = matches!(word, "true" | "false" | "null") || is_number(word);
        self.at += length;
        known.then_some(())
    }

    fn string(&mut self) -> Option<Text> {
        let start = self.at;
        self.take();
        let mut word = Text::empty(self.text.place(start));
        loop {
            let at = self.at;
            let character = match self.take()? {
                '"' => break,
                '\\' => self.escaped()?,
                control if control < ' ' => return None,
                other => other,
            };
            let place = self.text.places(at..self.at);
            word.push(character, place.start, place.len());
        }
        word.cover(self.text.places(start..self.at));
        Some(word)
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.take()? {
            quoted @ ('"' | '\\' | '/') => quoted,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unicode()?,
            _ => return None,
        })
    }

    fn unicode(&mut self) -> Option<char> {
        let unit = self.unit()?;
        if let Some(character) = char::from_u32(unit) {
            return Some(character);
        }
        let before = self.at;
        if self.rest().starts_with("\\u") {
            self.at += 2;
            let low = self.unit()?;
            if (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(&low) {
                return char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
            }
            self.at = before;
        }
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let unit = all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
        self.at += 4;
        Some(unit)
    }
}

/// A JSON number: no plus sign, no leading zeros.
fn is_number(word: &str) -> bool {
    let rest = word.strip_prefix('-').unwrap_or(word);
    let whole = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if whole == 0 || (whole > 1 && rest.starts_with('0')) {
        return false;
    }
    rest.parse::<f64>().is_ok()
        && !rest.ends_with('.')
        && !rest.contains(".e")
        && !rest.contains(".E")
}
