//! The inside of a tag.

use super::{DICT, LIST, MODULO};

/// A rewritten expression.
pub(super) struct Expression<'s> {
    /// Its text.
    pub(super) text: String,
    /// The end of its tag, with the sign before it; empty when there is none.
    pub(super) sign: &'s str,
    pub(super) end: &'s str,
    /// What follows.
    pub(super) rest: &'s str,
}

/// A bracket that is open.
#[derive(Default)]
struct Level {
    /// What closes it here: `)` for a list literal.
    closing: &'static str,
    /// A comma was the last thing, at this place of the text.
    comma: Option<usize>,
    /// The last operator binds as tightly as `%`.
    is_tight: bool,
    /// The call that stands for `%` is open, and its operand has begun or not.
    modulo: Option<bool>,
}

struct Writer {
    text: String,
    levels: Vec<Level>,
    /// What came last is the end of an operand.
    after_operand: bool,
    /// The last token was a `|` or a `.`: a name follows.
    wants_name: bool,
}

impl<'s> Expression<'s> {
    /// Reads up to `end`, or to the end of the line.
    pub(super) fn read(source: &'s str, end: Option<&str>) -> Self {
        let mut writer = Writer {
            text: String::new(),
            levels: vec![Level::default()],
            after_operand: false,
            wants_name: false,
        };
        let mut rest = source;
        while let Some(first) = rest.chars().next() {
            let is_outside = writer.levels.len() == 1;
            if let Some(after) = end.filter(|_| is_outside).and_then(|end| tag_end(rest, end)) {
                writer.close_modulo();
                let signed = rest.strip_suffix(after).unwrap_or_default();
                let split = signed.len() - end.map_or(0, str::len);
                let (sign, end) = signed.split_at_checked(split).unwrap_or((signed, ""));
                return Self { text: writer.text, sign, end, rest: after };
            }
            if end.is_none() && is_outside && matches!(first, '\n' | '\r') {
                break;
            }
            rest = writer.token(rest, first);
        }
        writer.close_modulo();
        Self { text: writer.text, sign: "", end: "", rest }
    }
}

/// What follows the end of a tag, if it is here.
fn tag_end<'s>(rest: &'s str, end: &str) -> Option<&'s str> {
    rest.strip_prefix(end)
        .or_else(|| rest.strip_prefix(['-', '+']).and_then(|rest| rest.strip_prefix(end)))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Words after which an operand begins.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "in"
            | "is"
            | "if"
            | "else"
            | "elif"
            | "for"
            | "set"
            | "include"
            | "extends"
            | "import"
            | "from"
            | "as"
            | "with"
            | "call"
            | "filter"
            | "do"
            | "recursive"
            | "ignore"
            | "missing"
            | "autoescape"
            | "print"
    )
}

impl Writer {
    fn level(&mut self) -> Option<&mut Level> {
        self.levels.last_mut()
    }

    /// Takes one token; the rest of the source.
    fn token<'s>(&mut self, source: &'s str, first: char) -> &'s str {
        let length = match first {
            c if c.is_whitespace() => {
                self.text.push(c);
                return source.get(c.len_utf8()..).unwrap_or_default();
            }
            '\'' | '"' => string_length(source, first),
            c if is_word(c) => word_length(source),
            '*' | '/' if source.get(1..).is_some_and(|rest| rest.starts_with(first)) => 2,
            '=' | '!' | '<' | '>' if source.get(1..).is_some_and(|rest| rest.starts_with('=')) => 2,
            c => c.len_utf8(),
        };
        let (token, rest) = source.split_at_checked(length).unwrap_or((source, ""));
        let continues = matches!(first, '.' | '(' | '[' | '|');
        if self.after_operand && !continues {
            self.close_modulo();
        }
        if first != ','
            && !matches!(first, ')' | ']' | '}')
            && let Some(level) = self.level()
        {
            level.comma = None;
        }
        if is_word(first) || matches!(first, '\'' | '"') {
            let is_operand = self.wants_name || !is_keyword(token);
            self.text.push_str(token);
            self.operand(is_operand);
        } else {
            self.sign(token);
        }
        rest
    }

    fn operand(&mut self, is_operand: bool) {
        self.wants_name = false;
        self.after_operand = is_operand;
        if let Some(level) = self.level() {
            if is_operand {
                level.modulo = level.modulo.map(|_| true);
            } else {
                level.is_tight = false;
            }
        }
    }

    fn sign(&mut self, token: &str) {
        match token {
            "(" => self.open("(", ")"),
            "[" if self.after_operand => self.open("[", "]"),
            "[" => self.open(&format!("{LIST}("), ")"),
            "{" => self.open(&format!("{DICT}({{"), "})"),
            ")" | "]" | "}" => self.close(token),
            "%" if self.after_operand && self.level().is_some_and(|level| !level.is_tight) => {
                self.text.push('|');
                self.text.push_str(MODULO);
                self.text.push('(');
                self.after_operand = false;
                if let Some(level) = self.level() {
                    level.modulo = Some(false);
                }
            }
            _ => {
                let comma = (token == ",").then_some(self.text.len());
                self.text.push_str(token);
                self.wants_name = matches!(token, "|" | ".");
                self.after_operand = false;
                if let Some(level) = self.level() {
                    level.comma = comma;
                    if !matches!(token, "|" | ".") {
                        level.is_tight = matches!(token, "*" | "/" | "//" | "**" | "%");
                    }
                }
            }
        }
    }

    fn open(&mut self, text: &str, closing: &'static str) {
        self.text.push_str(text);
        self.levels.push(Level { closing, ..Level::default() });
        self.after_operand = false;
        self.wants_name = false;
    }

    fn close(&mut self, token: &str) {
        self.close_modulo();
        if self.levels.len() == 1 {
            self.text.push_str(token);
        } else if let Some(level) = self.levels.pop() {
            // `[a, ]` is a list, `f(a, )` a call; `(a, )` must stay a tuple.
            if let Some(comma) = level.comma.filter(|_| token == "]") {
                self.text.remove(comma);
            }
            self.text.push_str(if level.closing.is_empty() { token } else { level.closing });
        }
        self.operand(true);
    }

    /// Ends the call that stands for `%`, before the blanks that follow its operand.
    fn close_modulo(&mut self) {
        let is_open = self.level().is_some_and(|level| level.modulo == Some(true));
        if is_open {
            let end = self.text.trim_end().len();
            self.text.insert(end, ')');
            if let Some(level) = self.level() {
                level.modulo = None;
            }
        }
    }
}

fn word_length(source: &str) -> usize {
    source.find(|c: char| !is_word(c)).unwrap_or(source.len())
}

/// The length of a string with its quotes; to the end where it is not closed.
fn string_length(source: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in source.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    source.len()
}
