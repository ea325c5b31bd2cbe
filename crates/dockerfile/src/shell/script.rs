//! Commands of a script.

use super::lexer::{Lexer, Token};
use super::{Assignment, Command, Reach, Redirect, Word, wrap};
use crate::Text;

/// What a script begins with.
#[derive(Clone, Default)]
pub(super) struct Start {
    pub(super) environment: Vec<Assignment>,
    pub(super) directory: Option<Word>,
    pub(super) depth: usize,
    pub(super) is_substituted: bool,
}

/// How deep scripts may stand in scripts.
const DEPTH: usize = 12;

pub(super) fn read(text: &Text, start: Start) -> Vec<Command> {
    if start.depth > DEPTH {
        return Vec::new();
    }
    let mut script = Script::new(text, start);
    script.run();
    script.done
}

/// What is set at the end of a script.
pub(super) fn environment(text: &Text) -> Vec<Assignment> {
    let mut script = Script::new(text, Start::default());
    script.run();
    script.state.environment
}

impl<'t> Script<'t> {
    fn new(text: &'t Text, start: Start) -> Self {
        Self {
            lexer: Lexer::new(text),
            state: State { environment: start.environment, directory: start.directory },
            outer: Vec::new(),
            cases: 0,
            depth: start.depth,
            is_substituted: start.is_substituted,
            done: Vec::new(),
        }
    }
}

#[derive(Clone)]
struct State {
    environment: Vec<Assignment>,
    directory: Option<Word>,
}

struct Script<'t> {
    lexer: Lexer<'t>,
    state: State,
    /// What holds again after `)`.
    outer: Vec<State>,
    cases: usize,
    depth: usize,
    is_substituted: bool,
    done: Vec<Command>,
}

/// A command as it grows.
#[derive(Default)]
struct Growing {
    words: Vec<Word>,
    redirects: Vec<Redirect>,
    has_any: bool,
}

impl Script<'_> {
    fn run(&mut self) {
        let mut command = Growing::default();
        while let Some(token) = self.lexer.next() {
            match token {
                Token::Word(word, scripts) => {
                    for script in &scripts {
                        self.substituted(script);
                    }
                    command.has_any = true;
                    command.words.push(word);
                    self.keyword(&mut command);
                }
                Token::Redirect(operator) => self.redirect(operator, &mut command),
                Token::Operator("(") => {
                    // `name ()` begins a function, whose name is no command.
                    if command.has_any {
                        command = Growing::default();
                    }
                    self.outer.push(self.state.clone());
                }
                Token::Operator(")") => {
                    if self.outer.is_empty() && self.cases > 0 {
                        // The pattern of a `case`.
                        command = Growing::default();
                        continue;
                    }
                    self.finish(std::mem::take(&mut command));
                    if let Some(state) = self.outer.pop() {
                        self.state = state;
                    }
                }
                Token::Operator(_) => self.finish(std::mem::take(&mut command)),
            }
        }
        self.finish(command);
    }

    fn substituted(&mut self, script: &Text) {
        let start = Start {
            environment: self.state.environment.clone(),
            directory: self.state.directory.clone(),
            depth: self.depth + 1,
            is_substituted: true,
        };
        self.done.extend(read(script, start));
    }

    fn redirect(&mut self, operator: String, command: &mut Growing) {
        let Some(Token::Word(target, scripts)) = self.lexer.next() else { return };
        for script in &scripts {
            self.substituted(script);
        }
        if operator == "<<" || operator == "<<-" {
            self.lexer.document(target.as_str(), operator == "<<-");
        }
        command.has_any = true;
        command.redirects.push(Redirect { operator, target });
    }

    /// Takes a keyword away that stands where a command begins.
    fn keyword(&mut self, command: &mut Growing) {
        let [word] = command.words.as_slice() else { return };
        if word.is_quoted || word.has_expansion {
            return;
        }
        match word.as_str() {
            "case" => self.cases += 1,
            "esac" => self.cases = self.cases.saturating_sub(1),
            _ => {}
        }
        let keywords = [
            "if", "then", "else", "elif", "fi", "while", "until", "do", "done", "{", "}", "!",
            "time", "esac",
        ];
        if keywords.contains(&word.as_str()) {
            *command =
                Growing { redirects: std::mem::take(&mut command.redirects), ..Growing::default() };
        }
    }

    fn finish(&mut self, growing: Growing) {
        let Growing { mut words, redirects, has_any } = growing;
        if !has_any {
            return;
        }
        let is_header = words.first().is_some_and(|word| {
            !word.is_quoted && matches!(word.as_str(), "for" | "case" | "select" | "function")
        });
        if is_header {
            return;
        }
        let start = words.first().map_or_else(
            || redirects.first().map_or(0, |redirect| redirect.target.span().start),
            |word| word.span().start,
        );
        let end = words.last().into_iter().map(Word::span);
        let ends = end.chain(redirects.iter().map(|redirect| redirect.target.span()));
        let span = start..ends.map(|span| span.end).max().unwrap_or(start).max(start);
        let assigned = leading(&mut words);
        if words.is_empty() && redirects.is_empty() {
            for (name, value) in assigned {
                let reach = if self.is_exported(&name) { Reach::Exported } else { Reach::Shell };
                self.state.environment.push(Assignment { name, value: Some(value), reach });
            }
            return;
        }
        if self.builtin(&words) {
            return;
        }
        let mut environment = self.state.environment.clone();
        environment.extend(assigned.into_iter().map(|(name, value)| Assignment {
            name,
            value: Some(value),
            reach: Reach::Command,
        }));
        let command = Command {
            words,
            environment,
            redirects,
            span,
            directory: self.state.directory.clone(),
            is_substituted: self.is_substituted,
        };
        let start = Start {
            depth: self.depth + 1,
            is_substituted: self.is_substituted,
            ..Start::default()
        };
        self.done.extend(wrap::taken_apart(command, &start));
    }

    fn is_exported(&self, name: &str) -> bool {
        let found = self.state.environment.iter().rev().find(|found| found.name == *name);
        found.is_some_and(|found| found.reach == Reach::Exported)
    }

    /// What changes the shell itself: `export`, `unset`, `cd`.
    fn builtin(&mut self, words: &[Word]) -> bool {
        let Some((first, rest)) = words.split_first() else { return false };
        match first.as_str() {
            "export" | "declare" | "typeset" | "readonly" | "local" => {
                let is_exported = first.as_str() == "export"
                    || rest
                        .iter()
                        .any(|word| word.as_str().starts_with('-') && word.as_str().contains('x'));
                let reach = if is_exported { Reach::Exported } else { Reach::Shell };
                for word in rest.iter().filter(|word| !word.as_str().starts_with('-')) {
                    self.declare(word, reach);
                }
                true
            }
            "unset" => {
                for word in rest.iter().filter(|word| !word.as_str().starts_with('-')) {
                    let reach = Reach::Exported;
                    let name = word.text.clone();
                    self.state.environment.push(Assignment { name, value: None, reach });
                }
                true
            }
            "cd" | "pushd" => {
                self.state.directory = rest.iter().find(|word| word.as_str() != "--").cloned();
                true
            }
            _ => false,
        }
    }

    fn declare(&mut self, word: &Word, reach: Reach) {
        if let Some((name, value)) = assignment(word) {
            self.state.environment.push(Assignment { name, value: Some(value), reach });
            return;
        }
        // `export NAME` after `NAME=value`.
        let found = self.state.environment.iter().rev().find(|found| found.name == word.text);
        if let Some(found) = found {
            let again = Assignment { reach, ..found.clone() };
            self.state.environment.push(again);
        }
    }
}

/// `NAME=value` as name and value.
pub(super) fn assignment(word: &Word) -> Option<(Text, Word)> {
    let at = word.as_str().find('=')?;
    let name = word.as_str().get(..at)?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (word.text.slice(0..name.len()), word.slice(at + 1..word.as_str().len())))
}

/// Takes the assignments off the front.
pub(super) fn leading(words: &mut Vec<Word>) -> Vec<(Text, Word)> {
    let assigned: Vec<_> = words.iter().map_while(assignment).collect();
    words.drain(..assigned.len());
    assigned
}
