//! Variables in the arguments of instructions, as BuildKit's `frontend/dockerfile/shell` puts them
//! in: `$name`, `${name}`, `${name:-word}` and the other forms; quotes and escapes are taken away.

use std::collections::BTreeSet;

use crate::pattern::Pattern;

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// It has this value.
    Known(String),
    /// It is not there.
    Unset,
    /// It is given from outside, or comes from an image.
    Unknown,
}

/// A text with its variables put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// The text; what is unknown stands there as `${name}`.
    pub text: String,
    /// The variables that are unknown.
    pub unknown: BTreeSet<String>,
    /// The variables that are not there: nothing was put in.
    pub unset: BTreeSet<String>,
}

impl Expansion {
    /// The text, if all of it is known.
    pub fn known(&self) -> Option<&str> {
        self.unknown.is_empty().then_some(self.text.as_str())
    }
}

/// The longest value that is put in; a longer one is unknown.
const LONGEST: usize = 64 * 1024;

/// What a text may grow to; a longer one is refused.
const MOST: usize = 1024 * 1024;

/// How deep `${a:-${b:-…}}` may be nested.
const DEPTH: usize = 64;

/// Puts variables in.
///
/// # Errors
///
/// BuildKit's own words for a quote or brace without its end, a form it does not know, or
/// `${name:?…}` of a name that is not there.
pub fn expand(
    text: &str,
    escape: char,
    lookup: &dyn Fn(&str) -> Value,
) -> Result<Expansion, String> {
    let mut lex = Lex::new(text, escape, lookup);
    let (result, _) = lex.until(None, false, false).map_err(|e| failed(text, &e))?;
    let Lex { unknown, unset, .. } = lex;
    Ok(Expansion { text: result, unknown, unset })
}

/// The words of a text, nothing put in.
pub(crate) fn words(
    text: &str,
    raw_quotes: bool,
    raw_escapes: bool,
) -> Result<Vec<String>, String> {
    let unset = |_: &str| Value::Unset;
    let mut lex = Lex::new(text, '\\', &unset);
    lex.keeps_quotes = raw_quotes;
    lex.keeps_escapes = raw_escapes;
    lex.keeps_unset = true;
    lex.until(None, raw_escapes, false).map(|(_, words)| words).map_err(|e| failed(text, &e))
}

fn failed(text: &str, why: &str) -> String {
    format!("failed to process {text:?}: {why}")
}

struct Lex<'l> {
    characters: Vec<char>,
    at: usize,
    escape: char,
    lookup: &'l dyn Fn(&str) -> Value,
    keeps_quotes: bool,
    keeps_escapes: bool,
    keeps_unset: bool,
    unknown: BTreeSet<String>,
    unset: BTreeSet<String>,
    depth: usize,
}

/// Words as they grow.
#[derive(Default)]
struct Words {
    done: Vec<String>,
    word: String,
}

impl Words {
    fn character(&mut self, character: char) {
        if !character.is_whitespace() {
            self.word.push(character);
        } else if !self.word.is_empty() {
            self.done.push(std::mem::take(&mut self.word));
        }
    }

    fn finish(mut self) -> Vec<String> {
        if !self.word.is_empty() {
            self.done.push(self.word);
        }
        self.done
    }
}

impl<'l> Lex<'l> {
    fn new(text: &str, escape: char, lookup: &'l dyn Fn(&str) -> Value) -> Self {
        Self {
            characters: text.chars().collect(),
            at: 0,
            escape,
            lookup,
            keeps_quotes: false,
            keeps_escapes: false,
            keeps_unset: false,
            unknown: BTreeSet::new(),
            unset: BTreeSet::new(),
            depth: 0,
        }
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += 1;
        Some(character)
    }

    /// Up to a character, or the end.
    fn until(
        &mut self,
        stop: Option<char>,
        keeps_escapes: bool,
        is_pattern: bool,
    ) -> Result<(String, Vec<String>), String> {
        if self.depth > DEPTH {
            return Err("too many nested substitutions".to_owned());
        }
        self.depth += 1;
        let before = std::mem::replace(&mut self.keeps_escapes, keeps_escapes);
        let result = self.until_inner(stop, is_pattern);
        self.keeps_escapes = before;
        self.depth -= 1;
        result
    }

    fn until_inner(
        &mut self,
        stop: Option<char>,
        is_pattern: bool,
    ) -> Result<(String, Vec<String>), String> {
        let mut result = String::new();
        let mut words = Words::default();
        while let Some(character) = self.peek() {
            if Some(character) == stop {
                self.next();
                return Ok((result, words.finish()));
            }
            if result.len() > MOST {
                return Err("too long".to_owned());
            }
            let raw = match character {
                '\'' => self.single(is_pattern)?,
                '"' => self.double(is_pattern)?,
                '<' => self.heredoc(),
                '$' => {
                    let text = self.dollar()?;
                    text.chars().for_each(|character| words.character(character));
                    result.push_str(&text);
                    continue;
                }
                _ => {
                    self.next();
                    if character != self.escape {
                        words.character(character);
                        result.push(character);
                        continue;
                    }
                    let mut text = String::new();
                    if self.keeps_escapes {
                        text.push(character);
                    }
                    text.extend(self.next());
                    text
                }
            };
            words.word.push_str(&raw);
            result.push_str(&raw);
        }
        match stop {
            Some(stop) => {
                Err(format!("unexpected end of statement while looking for matching {stop}"))
            }
            None => Ok((result, words.finish())),
        }
    }

    fn heredoc(&mut self) -> String {
        let mut text = String::from('<');
        self.next();
        if self.peek() != Some('<') {
            return text;
        }
        text.extend(self.next());
        while let Some(blank @ ('\t' | '\r' | ' ')) = self.peek() {
            text.push(blank);
            self.next();
        }
        text
    }

    fn single(&mut self, is_pattern: bool) -> Result<String, String> {
        let mut result = String::new();
        let quote = self.next();
        result.extend(quote.filter(|_| self.keeps_quotes));
        loop {
            let Some(character) = self.next() else {
                let text = "unexpected end of statement while looking for matching single-quote";
                return Err(text.to_owned());
            };
            if character == '\'' {
                result.extend(quote.filter(|_| self.keeps_quotes));
                return Ok(result);
            }
            if is_pattern && character == self.escape {
                result.push(character);
            }
            result.push(character);
        }
    }

    fn double(&mut self, is_pattern: bool) -> Result<String, String> {
        let mut result = String::new();
        let quote = self.next();
        result.extend(quote.filter(|_| self.keeps_quotes));
        loop {
            match self.peek() {
                None => {
                    let text =
                        "unexpected end of statement while looking for matching double-quote";
                    return Err(text.to_owned());
                }
                Some('"') => {
                    self.next();
                    result.extend(quote.filter(|_| self.keeps_quotes));
                    return Ok(result);
                }
                Some('$') if result.len() > MOST => return Err("too long".to_owned()),
                Some('$') => result.push_str(&self.dollar()?),
                Some(character) if character == self.escape => {
                    self.next();
                    match self.peek() {
                        None => {}
                        Some(next) if matches!(next, '"' | '$') || next == self.escape => {
                            result.extend(self.keeps_escapes.then_some(character));
                            result.extend(self.next());
                        }
                        Some(_) => {
                            if self.keeps_escapes && (!self.keeps_quotes || is_pattern) {
                                result.push(character);
                            }
                            result.push(character);
                        }
                    }
                }
                Some(_) => result.extend(self.next()),
            }
        }
    }

    fn dollar(&mut self) -> Result<String, String> {
        self.next();
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            let shown = if self.keeps_unset { format!("${name}") } else { format!("${{{name}}}") };
            return Ok(match self.value(&name) {
                Value::Known(value) => value,
                Value::Unset if !self.keeps_unset => String::new(),
                Value::Unset | Value::Unknown => shown,
            });
        }
        self.next();
        match self.peek() {
            None => return Err("syntax error: missing '}'".to_owned()),
            Some('{' | '}' | ':') => return Err("syntax error: bad substitution".to_owned()),
            Some(_) => {}
        }
        let name = self.name();
        match self.next() {
            Some('}') => Ok(match self.value(&name) {
                Value::Known(value) => value,
                Value::Unset if !self.keeps_unset => String::new(),
                Value::Unset | Value::Unknown => format!("${{{name}}}"),
            }),
            Some(':') => {
                let modifier = self.next();
                self.modified(&name, true, modifier)
            }
            Some('/') => self.replaced(&name),
            modifier => self.modified(&name, false, modifier),
        }
    }

    fn modified(
        &mut self,
        name: &str,
        null_is_unset: bool,
        modifier: Option<char>,
    ) -> Result<String, String> {
        let colon = if null_is_unset { ":" } else { "" };
        let shown = modifier.unwrap_or(char::REPLACEMENT_CHARACTER);
        let unsupported = || Err(format!("unsupported modifier ({colon}{shown}) in substitution"));
        let is_pattern = matches!(shown, '#' | '%');
        if (null_is_unset && is_pattern) || (!null_is_unset && !"+-?#%".contains(shown)) {
            return unsupported();
        }
        let word = self.word('}', is_pattern, is_pattern)?;
        let (value, is_set) = match self.value(name) {
            Value::Known(value) => (value, true),
            Value::Unset if !self.keeps_unset => (String::new(), false),
            Value::Unset | Value::Unknown => {
                return Ok(format!("${{{name}{colon}{shown}{word}}}"));
            }
        };
        let counts = is_set && !(null_is_unset && value.is_empty());
        match shown {
            '-' => Ok(if counts { value } else { word }),
            '+' => Ok(if counts { word } else { String::new() }),
            '?' if counts => Ok(value),
            '?' => {
                let state = if is_set { "empty" } else { "unset" };
                let said =
                    if word.is_empty() { format!("is not allowed to be {state}") } else { word };
                Err(format!("{name}: {said}"))
            }
            '#' | '%' => {
                let (longest, text) = match word.strip_prefix(shown) {
                    Some(rest) => (true, rest),
                    None => (false, word.as_str()),
                };
                let pattern = pattern(text)?;
                Ok(match shown {
                    '#' => pattern.without_prefix(&value, longest),
                    _ => pattern.without_suffix(&value, longest),
                })
            }
            _ => unsupported(),
        }
    }

    fn replaced(&mut self, name: &str) -> Result<String, String> {
        let all = self.peek() == Some('/');
        if all {
            self.next();
        }
        let text = self.word('/', true, true)?;
        let with = self.word('}', true, false)?;
        match self.value(name) {
            Value::Known(value) => {
                let pattern = pattern(&text)?;
                Ok(limited(pattern.replace(&value, &with, all)))
            }
            Value::Unset if !self.keeps_unset => Ok(String::new()),
            Value::Unset | Value::Unknown => Ok(format!("${{{name}/{text}/{with}}}")),
        }
    }

    /// The word of a `${}` up to its end.
    fn word(&mut self, stop: char, escapes: bool, is_pattern: bool) -> Result<String, String> {
        match self.until(Some(stop), escapes, is_pattern) {
            Ok((word, _)) => Ok(word),
            Err(_) if self.peek().is_none() => Err(if stop == '/' {
                "syntax error: missing '/' in ${}".to_owned()
            } else {
                "syntax error: missing '}'".to_owned()
            }),
            Err(e) => Err(e),
        }
    }

    fn value(&mut self, name: &str) -> Value {
        let value = match (self.lookup)(name) {
            Value::Known(value) if value.len() > LONGEST => Value::Unknown,
            value => value,
        };
        match value {
            Value::Known(_) => {}
            Value::Unset => {
                self.unset.insert(name.to_owned());
            }
            Value::Unknown => {
                self.unknown.insert(name.to_owned());
            }
        }
        value
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(character) = self.peek() {
            if name.is_empty() && character.is_ascii_digit() {
                while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
                    name.push(digit);
                    self.next();
                }
                return name;
            }
            if name.is_empty() && "@*#?-$!".contains(character) {
                self.next();
                return character.to_string();
            }
            if !character.is_alphanumeric() && character != '_' {
                break;
            }
            name.push(character);
            self.next();
        }
        name
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::parse(text).map_err(|e| format!("invalid pattern ({text}) in substitution: {e}"))
}

fn limited(mut text: String) -> String {
    if text.len() > LONGEST {
        let mut end = LONGEST;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    text
}
