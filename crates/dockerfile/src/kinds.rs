//! What each instruction makes of its arguments.

use crate::json::{Exec, exec};
use crate::words::{blank_separated, quoted, split_first};
use crate::{Arg, Copy, Flag, Form, From, Healthcheck, Instruction, Kind, Pair, Problem, Text};
use crate::{flags, heredoc};

/// An instruction without its documents.
pub(crate) fn instruction(line: &Text, escape: char, problems: &mut Vec<Problem>) -> Instruction {
    nested(line, escape, problems, false)
}

fn nested(line: &Text, escape: char, problems: &mut Vec<Problem>, is_trigger: bool) -> Instruction {
    let (keyword, rest) = split_first(&line.trim());
    let rest = rest.unwrap_or_else(|| Text::empty(keyword.span().end));
    let (flags, arguments) = flags::take(&rest, escape);
    let arguments = arguments.trim();
    let name = keyword.to_ascii_lowercase();
    let mut reading = Reading { keyword: &keyword, flags: &flags, arguments, escape, problems };
    let kind = reading.kind(&name, is_trigger);
    if !matches!(kind, Kind::Invalid(_)) {
        flags::check(&name, &flags, problems);
    }
    Instruction { span: line.trim().span(), keyword, flags, kind, heredocs: Vec::new() }
}

struct Reading<'r> {
    keyword: &'r Text,
    flags: &'r [Flag],
    arguments: Text,
    escape: char,
    problems: &'r mut Vec<Problem>,
}

impl Reading<'_> {
    fn kind(&mut self, name: &str, is_trigger: bool) -> Kind {
        let read = match name {
            "from" => self.from(),
            "run" => self.form().map(Kind::Run),
            "cmd" => self.form().map(Kind::Cmd),
            "entrypoint" => self.form().map(Kind::Entrypoint),
            "shell" => self.shell(),
            "copy" => self.copy("COPY").map(Kind::Copy),
            "add" => self.copy("ADD").map(Kind::Add),
            "env" => self.pairs("ENV").map(Kind::Env),
            "label" => self.pairs("LABEL").map(Kind::Label),
            "arg" => self.args(),
            "workdir" => self.one("WORKDIR").map(Kind::Workdir),
            "user" => self.one("USER").map(Kind::User),
            "stopsignal" => self.one("STOPSIGNAL").map(Kind::Stopsignal),
            "maintainer" => self.one("MAINTAINER").map(Kind::Maintainer),
            "expose" => self.several("EXPOSE", false).map(Kind::Expose),
            "volume" => self.several("VOLUME", true).map(Kind::Volume),
            "healthcheck" => self.healthcheck(),
            "onbuild" => self.onbuild(is_trigger),
            _ => self.refuse(format!("unknown instruction: {}", self.keyword)),
        };
        read.unwrap_or_else(|| Kind::Invalid(self.arguments.clone()))
    }

    fn refuse<T>(&mut self, message: impl Into<String>) -> Option<T> {
        let span = if self.arguments.is_empty() || message_is_about_keyword(self.keyword) {
            self.keyword.span()
        } else {
            self.arguments.span()
        };
        self.problems.push(Problem::new(message, span));
        None
    }

    fn from(&mut self) -> Option<Kind> {
        let words = blank_separated(&self.arguments);
        let (image, name) = match words.as_slice() {
            [image] => (image.clone(), None),
            [image, word, name] if word.eq_ignore_ascii_case("as") => {
                (image.clone(), Some(name.clone()))
            }
            _ => return self.refuse("FROM requires either one or three arguments"),
        };
        if let Some(name) = &name
            && !is_stage_name(name)
        {
            let message = format!(
                "invalid name for build stage: {:?}, name can't start with a number or contain symbols",
                name.as_str()
            );
            self.problems.push(Problem::new(message, name.span()));
        }
        let platform = self.flags.iter().find(|flag| flag.name == *"platform");
        let platform = platform.and_then(|flag| flag.value.clone());
        Some(Kind::From(From { image, name, platform }))
    }

    /// Shell or exec form; a list that is not of strings is refused.
    fn form(&mut self) -> Option<Form> {
        form(&self.arguments, self.problems)
    }

    fn shell(&mut self) -> Option<Kind> {
        match self.form()? {
            Form::Exec(words) if words.is_empty() => {
                self.refuse("SHELL requires at least one argument")
            }
            Form::Exec(words) => Some(Kind::Shell(words)),
            Form::Shell(line) if line.is_empty() => {
                self.refuse("SHELL requires at least one argument")
            }
            Form::Shell(line) => {
                self.refuse(format!("SHELL requires the arguments to be in JSON form: {line}"))
            }
        }
    }

    /// A list of words, as JSON or between blanks.
    fn list(&mut self) -> Option<Vec<Text>> {
        match exec(&self.arguments) {
            Exec::Words(words) => Some(words),
            Exec::NotStrings => self.refuse(NOT_STRINGS),
            Exec::NotJson => Some(blank_separated(&self.arguments)),
        }
    }

    fn copy(&mut self, name: &str) -> Option<Copy> {
        let mut sources = self.list()?;
        let destination = match sources.pop() {
            Some(last) if !sources.is_empty() => last,
            _ => {
                return self.refuse(format!(
                    "{name} requires at least two arguments, but only one was provided. Destination could not be determined"
                ));
            }
        };
        if heredoc::announced(&destination).is_some() {
            let message = format!("{name} cannot accept a heredoc as a destination");
            self.problems.push(Problem::new(message, destination.span()));
        }
        sources.retain(|source| heredoc::announced(source).is_none());
        let from = self.flags.iter().find(|flag| flag.name == *"from");
        let from = from.and_then(|flag| flag.value.clone());
        Some(Copy { from, sources, destination })
    }

    fn pairs(&mut self, name: &str) -> Option<Vec<Pair>> {
        let words = quoted(&self.arguments, self.escape);
        let Some(first) = words.first() else {
            return self.refuse(format!("{name} requires at least one argument"));
        };
        if !first.contains('=') {
            let (key, value) = split_first(&self.arguments);
            let Some(value) = value else {
                return self.refuse(format!("{name} must have two arguments"));
            };
            return Some(vec![Pair { name: key, value, is_old_form: true }]);
        }
        let mut pairs = Vec::new();
        for word in &words {
            let Some((key, value)) = word.split_once('=') else {
                let message = format!(
                    "Syntax error - can't find = in {:?}. Must be of the form: name=value",
                    word.as_str()
                );
                self.problems.push(Problem::new(message, word.span()));
                continue;
            };
            if key.is_empty() {
                let message = format!("{name} names can not be blank");
                self.problems.push(Problem::new(message, word.span()));
                continue;
            }
            pairs.push(Pair { name: key, value, is_old_form: false });
        }
        Some(pairs)
    }

    fn args(&mut self) -> Option<Kind> {
        let words = quoted(&self.arguments, self.escape);
        if words.is_empty() {
            return self.refuse("ARG requires at least one argument");
        }
        let mut args = Vec::new();
        for word in words {
            match word.split_once('=') {
                Some((name, _)) if name.is_empty() => {
                    let problem = Problem::new("ARG names can not be blank", word.span());
                    self.problems.push(problem);
                }
                Some((name, default)) => args.push(Arg { name, default: Some(default) }),
                None => args.push(Arg { name: word, default: None }),
            }
        }
        Some(Kind::Arg(args))
    }

    fn one(&mut self, name: &str) -> Option<Text> {
        if self.arguments.is_empty() {
            return self.refuse(format!("{name} requires exactly one argument"));
        }
        Some(self.arguments.clone())
    }

    fn several(&mut self, name: &str, is_json: bool) -> Option<Vec<Text>> {
        let words = if is_json { self.list()? } else { blank_separated(&self.arguments) };
        if words.is_empty() {
            return self.refuse(format!("{name} requires at least one argument"));
        }
        if is_json && words.iter().any(|word| word.as_str().trim().is_empty()) {
            return self.refuse(format!("{name} specified can not be an empty string"));
        }
        Some(words)
    }

    fn healthcheck(&mut self) -> Option<Kind> {
        let arguments = &self.arguments;
        if arguments.is_empty() {
            return self.refuse("HEALTHCHECK requires at least one argument");
        }
        let end = arguments.find(char::is_whitespace).unwrap_or(arguments.len());
        let kind = arguments.slice(0..end).to_uppercase();
        let rest = arguments.slice(end..arguments.len()).trim();
        match kind.as_str() {
            "NONE" if rest.is_empty() => Some(Kind::Healthcheck(Healthcheck::None)),
            "NONE" => self.refuse("HEALTHCHECK NONE takes no arguments"),
            "CMD" => match form(&rest, self.problems)? {
                Form::Shell(line) if line.is_empty() => {
                    self.refuse("Missing command after HEALTHCHECK CMD")
                }
                Form::Exec(words) if words.is_empty() => {
                    self.refuse("Missing command after HEALTHCHECK CMD")
                }
                form => Some(Kind::Healthcheck(Healthcheck::Cmd(form))),
            },
            other => self.refuse(format!("Unknown type {other:?} in HEALTHCHECK (try CMD)")),
        }
    }

    fn onbuild(&mut self, is_trigger: bool) -> Option<Kind> {
        if self.arguments.is_empty() {
            return self.refuse("ONBUILD requires at least one argument");
        }
        if is_trigger {
            return self.refuse("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        }
        let inner = nested(&self.arguments, self.escape, self.problems, true);
        let name = inner.keyword.to_uppercase();
        if matches!(name.as_str(), "MAINTAINER" | "FROM") {
            return self.refuse(format!("{name} isn't allowed as an ONBUILD trigger"));
        }
        Some(Kind::Onbuild(Box::new(inner)))
    }
}

const NOT_STRINGS: &str = "when using JSON array syntax, arrays must be comprised of strings only";

fn form(arguments: &Text, problems: &mut Vec<Problem>) -> Option<Form> {
    match exec(arguments) {
        Exec::Words(words) => Some(Form::Exec(words)),
        Exec::NotStrings => {
            problems.push(Problem::new(NOT_STRINGS, arguments.span()));
            None
        }
        Exec::NotJson => Some(Form::Shell(arguments.clone())),
    }
}

fn message_is_about_keyword(keyword: &Text) -> bool {
    !crate::parse::is_keyword(keyword)
}

fn is_stage_name(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}
