//! Words and operators.

use super::Word;
use crate::Text;

/// A part of a line.
#[derive(Debug)]
pub(super) enum Token {
    /// A word, and the scripts of the `$(…)` in it.
    Word(Word, Vec<Text>),
    /// `&&`, `||`, `;`, `|`, `&`, `(`, `)`, a newline.
    Operator(&'static str),
    /// A redirection; the target follows.
    Redirect(String),
}

/// Reads tokens.
pub(super) struct Lexer<'t> {
    text: &'t Text,
    at: usize,
    /// Words that documents below this line end with.
    documents: Vec<(String, bool)>,
    /// Whether a `$(` without its end was seen: the rest is taken as it stands.
    is_open: bool,
}

const OPERATORS: [&str; 12] = ["&&", "||", ";;&", ";;", ";&", ";", "|&", "|", "&", "(", ")", "\n"];

const REDIRECTS: [&str; 12] =
    ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"];

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t Text) -> Self {
        Self { text, at: 0, documents: Vec::new(), is_open: false }
    }

    fn rest(&self) -> &'t str {
        self.text.as_str().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// A document that ends with this word follows the line.
    pub(super) fn document(&mut self, name: &str, drops_tabs: bool) {
        self.documents.push((name.to_owned(), drops_tabs));
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        self.blank();
        let rest = self.rest();
        rest.chars().next()?;
        let is_process = rest.starts_with("<(") || rest.starts_with(">(");
        if let Some(found) = REDIRECTS.iter().find(|found| rest.starts_with(**found))
            && !is_process
        {
            self.at += found.len();
            return Some(Token::Redirect((*found).to_owned()));
        }
        if let Some(found) = OPERATORS.iter().find(|found| rest.starts_with(**found)) {
            self.at += found.len();
            if *found == "\n" {
                self.skip_documents();
            }
            return Some(Token::Operator(found));
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = rest.get(digits..).unwrap_or_default();
        if digits > 0 && after.starts_with(['<', '>']) && !after.starts_with("<(") {
            self.at += digits;
            return self.next();
        }
        Some(self.word())
    }

    /// Blanks, continued lines and comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            if rest.starts_with("\\\n") {
                self.at += 2;
            } else if rest.starts_with("\\\r\n") {
                self.at += 3;
            } else if let Some(first) = rest.chars().next()
                && first != '\n'
                && first.is_whitespace()
            {
                self.at += first.len_utf8();
            } else if rest.starts_with('#') {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else {
                return;
            }
        }
    }

    fn skip_documents(&mut self) {
        for (name, drops_tabs) in std::mem::take(&mut self.documents) {
            while !self.rest().is_empty() {
                let rest = self.rest();
                let line = rest.split('\n').next().unwrap_or_default();
                self.at += (line.len() + 1).min(rest.len());
                let line = line.trim_end_matches('\r');
                let line = if drops_tabs { line.trim_start_matches('\t') } else { line };
                if line == name {
                    break;
                }
            }
        }
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        let mut word = Word { text: Text::empty(self.text.place(start)), ..Word::default() };
        let mut scripts = Vec::new();
        let mut is_double = false;
        while let Some(character) = self.peek() {
            let rest = self.rest();
            match character {
                '"' => {
                    is_double = !is_double;
                    word.is_quoted = true;
                    self.at += 1;
                }
                '\'' if !is_double => self.single(&mut word),
                '\\' => self.escaped(&mut word, is_double),
                '$' | '`' => self.dollar(&mut word, &mut scripts),
                '<' | '>' if !is_double && rest.get(1..2) == Some("(") && !self.is_open => {
                    self.process(&mut word, &mut scripts);
                }
                _ if is_double => self.keep(&mut word, character.len_utf8()),
                _ if character.is_whitespace() || ";&|()<>".contains(character) => break,
                _ => self.keep(&mut word, character.len_utf8()),
            }
        }
        if self.at == start {
            // Nothing fits: pass over one character, so that this ends.
            self.keep(&mut word, self.peek().map_or(1, char::len_utf8));
        }
        word.text.cover(self.text.places(start..self.at));
        Token::Word(word, scripts)
    }

    fn keep(&mut self, word: &mut Word, length: usize) {
        let end = (self.at + length).min(self.text.len());
        word.text.push_text(&self.text.slice(self.at..end));
        self.at = end.max(self.at + 1);
    }

    fn single(&mut self, word: &mut Word) {
        self.at += 1;
        word.is_quoted = true;
        let rest = self.rest();
        let end = rest.find('\'').unwrap_or(rest.len());
        word.text.push_text(&self.text.slice(self.at..self.at + end));
        self.at = (self.at + end + 1).min(self.text.len());
    }

    fn escaped(&mut self, word: &mut Word, is_double: bool) {
        let after = self.rest().get(1..).unwrap_or_default();
        match after.chars().next() {
            None => self.at += 1,
            Some('\n') => self.at += 2,
            Some('\r') if after.starts_with("\r\n") => self.at += 3,
            Some(next) if is_double && !"$`\"\\".contains(next) => {
                self.keep(word, 1 + next.len_utf8());
            }
            Some(next) => {
                self.at += 1;
                self.keep(word, next.len_utf8());
            }
        }
    }

    /// `$name`, `${…}`, `$(…)`, `$((…))` and backticks, kept as written.
    fn dollar(&mut self, word: &mut Word, scripts: &mut Vec<Text>) {
        let rest = self.rest();
        let after = rest.get(1..).unwrap_or_default();
        let begins_name = |c: char| c.is_alphanumeric() || "_@*#?-$!".contains(c);
        let length = if rest.starts_with('`') {
            after.find('`').map(|end| {
                scripts.push(self.text.slice(self.at + 1..self.at + 1 + end));
                end + 2
            })
        } else if after.starts_with("((") {
            after.find("))").map(|end| end + 3)
        } else if after.starts_with('(') {
            self.parenthesis(self.at + 2).map(|end| {
                scripts.push(self.text.slice(self.at + 2..end));
                end + 1 - self.at
            })
        } else if after.starts_with('{') {
            after.find('}').map(|end| end + 2)
        } else if after.starts_with(begins_name) {
            let name = |c: char| !(c.is_alphanumeric() || c == '_');
            Some(1 + after.find(name).unwrap_or(after.len()).max(1))
        } else {
            self.keep(word, 1);
            return;
        };
        word.has_expansion = true;
        // Without its end, the rest is no shell either.
        let mut length = length.unwrap_or(rest.len()).min(rest.len());
        while !rest.is_char_boundary(length) {
            length += 1;
        }
        self.keep(word, length);
    }

    fn process(&mut self, word: &mut Word, scripts: &mut Vec<Text>) {
        word.has_expansion = true;
        let end = self.parenthesis(self.at + 2);
        if let Some(end) = end {
            scripts.push(self.text.slice(self.at + 2..end));
        }
        let length = end.map_or(2, |end| end + 1 - self.at);
        self.keep(word, length);
    }

    /// Where the parenthesis that is open at a place ends.
    fn parenthesis(&mut self, from: usize) -> Option<usize> {
        if self.is_open {
            return None;
        }
        let mut depth = 1_usize;
        let mut quote = None;
        let mut characters = self.text.as_str().get(from..)?.char_indices();
        while let Some((at, character)) = characters.next() {
            match (quote, character) {
                (Some('\''), '\'') | (Some('"'), '"') => quote = None,
                (Some('\''), _) => {}
                (_, '\\') => {
                    characters.next();
                }
                (None, '\'' | '"') => quote = Some(character),
                (None, '(') => depth += 1,
                (None, ')') => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(from + at);
                    }
                }
                _ => {}
            }
        }
        self.is_open = true;
        None
    }
}
