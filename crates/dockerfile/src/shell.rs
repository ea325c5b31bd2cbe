//! Words and simple commands of a shell line, as far as a lint needs them.
//!
//! This is no shell: what is run conditionally, in a loop or in a function counts as run. Wrapped
//! lines (`sh -c "…"`, `env A=b …`, `exec …`, `$(…)`) are taken apart.

mod lexer;
mod script;
mod wrap;

use std::ops::Range;

use crate::{Form, Healthcheck, Instruction, Kind, Text};

/// A word: quotes and backslashes taken away, variables as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: Text,
    /// Whether it holds a variable or a command whose value only the shell knows.
    pub has_expansion: bool,
    /// Whether a part of it stood in quotes.
    pub is_quoted: bool,
}

/// A variable that is set for a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name.
    pub name: Text,
    /// The value; none where the variable is taken away.
    pub value: Option<Word>,
    /// How far it reaches.
    pub reach: Reach,
}

/// How far an assignment reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// `NAME=value command`, `env NAME=value command`: this command.
    Command,
    /// `export NAME=value`: programs that are started later.
    Exported,
    /// `NAME=value` alone: programs only if the variable was in the environment before.
    Shell,
}

/// A redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `<<`, `<<<`, `&>` …
    pub operator: String,
    /// The file, or the word a document ends with.
    pub target: Word,
}

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments; wrappers such as `env` and `exec` are taken away.
    pub words: Vec<Word>,
    /// What is set for it, the latest last.
    pub environment: Vec<Assignment>,
    /// Its redirections.
    pub redirects: Vec<Redirect>,
    /// Where it stands.
    pub span: Range<usize>,
    /// The argument of the last `cd` before it.
    pub directory: Option<Word>,
    /// Whether it stands in `$(…)` or backticks.
    pub is_substituted: bool,
}

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Where it stands, quotes included.
    pub fn span(&self) -> Range<usize> {
        self.text.span()
    }

    /// A word that is what it says.
    pub fn literal(text: Text) -> Self {
        Self { text, has_expansion: false, is_quoted: true }
    }

    fn slice(&self, range: Range<usize>) -> Self {
        let text = self.text.slice(range);
        let has_expansion = self.has_expansion && text.contains(['$', '`']);
        Self { text, has_expansion, is_quoted: self.is_quoted }
    }
}

impl Command {
    /// The file name of the program.
    pub fn program(&self) -> Option<&str> {
        let first = self.words.first()?.as_str();
        Some(first.rsplit('/').next().unwrap_or(first))
    }

    /// The arguments.
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// What is set of a name, the latest; `is_in_environment` says whether it was there already.
    pub fn assigned(&self, name: &str, is_in_environment: bool) -> Option<&Assignment> {
        self.environment.iter().rev().find(|assignment| {
            assignment.name == *name && (assignment.reach != Reach::Shell || is_in_environment)
        })
    }
}

/// The simple commands of a line or script, in order; those in `$(…)` before the command they
/// stand in.
pub fn commands(script: &Text) -> Vec<Command> {
    script::read(script, script::Start::default())
}

/// What a script has set at its end, in order: what a program that reads it finds.
pub fn environment(script: &Text) -> Vec<Assignment> {
    script::environment(script)
}

/// The commands of an exec form: no shell, unless the program is one.
pub fn of_words(words: &[Text]) -> Vec<Command> {
    let words: Vec<Word> = words.iter().cloned().map(Word::literal).collect();
    let span = match (words.first(), words.last()) {
        (Some(first), Some(last)) => first.span().start..last.span().end.max(first.span().start),
        _ => return Vec::new(),
    };
    wrap::taken_apart(Command { words, span, ..Command::default() }, &script::Start::default())
}

/// Whether `SHELL` is one whose language this is.
pub fn is_posix(shell: &[Text]) -> bool {
    shell.first().is_none_or(|program| wrap::is_shell(program))
}

/// The commands of `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`; `shell` is what `SHELL` says.
/// Documents that are scripts count.
pub fn of_instruction(instruction: &Instruction, shell: &[Text]) -> Vec<Command> {
    let form = match &instruction.kind {
        Kind::Run(form)
        | Kind::Cmd(form)
        | Kind::Entrypoint(form)
        | Kind::Healthcheck(Healthcheck::Cmd(form)) => form,
        Kind::Onbuild(inner) => return of_instruction(inner, shell),
        _ => return Vec::new(),
    };
    let line = match form {
        Form::Exec(words) => return of_words(words),
        Form::Shell(_) if !is_posix(shell) => return Vec::new(),
        Form::Shell(line) => line,
    };
    let mut found = Vec::new();
    for command in commands(line) {
        let reads: Vec<_> = documents(&command, instruction).collect();
        let is_script = command.words.is_empty() || wrap::reads_script(&command);
        let start = || script::Start {
            environment: command.environment.clone(),
            directory: command.directory.clone(),
            ..script::Start::default()
        };
        let mut scripts = Vec::new();
        if is_script {
            for document in reads {
                let is_ours = document.interpreter().is_none_or(wrap::is_shell_line);
                if is_ours || !command.words.is_empty() {
                    scripts.extend(script::read(&document.content, start()));
                }
            }
        }
        if !command.words.is_empty() || scripts.is_empty() {
            found.push(command);
        }
        found.extend(scripts);
    }
    found.retain(|command| !command.words.is_empty() || !command.environment.is_empty());
    found
}

fn documents<'i>(
    command: &'i Command,
    instruction: &'i Instruction,
) -> impl Iterator<Item = &'i crate::Heredoc> {
    let here = command.redirects.iter().filter(|redirect| redirect.operator.starts_with("<<"));
    here.filter_map(|redirect| {
        instruction.heredocs.iter().find(|document| redirect.target.text == *document.name.as_str())
    })
}

#[cfg(test)]
mod tests;
