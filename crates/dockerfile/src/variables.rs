//! Which variables hold where: `ARG` and `ENV`, by stage, with what a stage inherits.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::expand::{Expansion, Value, expand};
use crate::instruction::{Base, Dockerfile, Instruction, Kind};
use crate::{Arg, Pair};

/// A variable at a place of a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// What is known of its value.
    pub value: Value,
    /// Whether `ENV` or `ARG` gave it.
    pub origin: Origin,
    /// The bytes of the `NAME=value`, or of the name.
    pub span: Range<usize>,
    /// The instruction that gave it.
    pub instruction: usize,
}

/// Where a variable comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `ENV`: stays in the image.
    Env,
    /// `ARG`: during the build alone.
    Arg,
}

/// The variables at a place of a Dockerfile. `ENV` beats `ARG`, wherever it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    env: BTreeMap<String, Variable>,
    args: BTreeMap<String, Variable>,
    /// Whether an image may bring more.
    is_open: bool,
}

/// What BuildKit gives without being asked; their values depend on where the build runs.
const PLATFORM_ARGS: [&str; 8] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
];

/// Arguments every `RUN` sees without `ARG`.
const PREDEFINED: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];

impl Variables {
    /// A variable.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.env.get(name).or_else(|| self.args.get(name))
    }

    /// A variable that `ENV` gave.
    pub fn env(&self, name: &str) -> Option<&Variable> {
        self.env.get(name)
    }

    /// All of them, `ENV` and `ARG`, by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Variable)> {
        let args = self.args.iter().filter(|(name, _)| !self.env.contains_key(*name));
        self.env.iter().chain(args).map(|(name, variable)| (name.as_str(), variable))
    }

    /// What is known of a variable: one that nobody names may come from the image.
    pub fn value(&self, name: &str) -> Value {
        match self.get(name) {
            Some(variable) => variable.value.clone(),
            None if self.is_open || PREDEFINED.contains(&name) => Value::Unknown,
            None => Value::Unset,
        }
    }

    /// A text with these variables put in.
    ///
    /// # Errors
    ///
    /// As [`expand`].
    pub fn expand(&self, text: &str, escape: char) -> Result<Expansion, String> {
        expand(text, escape, &|name| self.value(name))
    }

    fn set(&self, text: &str, escape: char) -> Value {
        match self.expand(text, escape) {
            Ok(expansion) if expansion.unknown.is_empty() => Value::Known(expansion.text),
            _ => Value::Unknown,
        }
    }

    fn apply(&mut self, at: usize, instruction: &Instruction, escape: char, globals: &Self) {
        match &instruction.kind {
            Kind::Env(pairs) => self.apply_env(at, pairs, escape),
            Kind::Arg(args) => {
                for arg in args {
                    self.apply_arg(at, arg, escape, Some(globals));
                }
            }
            _ => {}
        }
    }

    /// All pairs of one `ENV` see what was there before it.
    fn apply_env(&mut self, at: usize, pairs: &[Pair], escape: char) {
        let mut set = Vec::new();
        for pair in pairs {
            let name = match self.expand(&pair.name, escape) {
                Ok(name) if name.unknown.is_empty() => name.text,
                _ => continue,
            };
            let span = pair.name.span().start..pair.value.span().end.max(pair.name.span().end);
            let value = self.set(&pair.value, escape);
            set.push((name, Variable { value, origin: Origin::Env, span, instruction: at }));
        }
        self.env.extend(set);
    }

    fn apply_arg(&mut self, at: usize, arg: &Arg, escape: char, globals: Option<&Self>) {
        let name = arg.name.to_string();
        let end = arg.default.as_ref().map_or(arg.name.span().end, |text| text.span().end);
        let span = arg.name.span().start..end.max(arg.name.span().end);
        let value = match (&arg.default, globals.and_then(|globals| globals.args.get(&name))) {
            (Some(default), _) => self.set(default, escape),
            (None, Some(global)) => global.value.clone(),
            (None, None) => Value::Unknown,
        };
        self.args.insert(name, Variable { value, origin: Origin::Arg, span, instruction: at });
    }
}

/// The arguments before the first `FROM`, which `FROM` lines see.
pub fn globals(file: &Dockerfile) -> Variables {
    let mut variables = Variables::default();
    for name in PLATFORM_ARGS {
        let value = Value::Unknown;
        let variable = Variable { value, origin: Origin::Arg, span: 0..0, instruction: 0 };
        variables.args.insert(name.to_owned(), variable);
    }
    for (at, instruction) in file.instructions.iter().enumerate() {
        match &instruction.kind {
            Kind::Arg(args) => {
                for arg in args {
                    variables.apply_arg(at, arg, file.escape, None);
                }
            }
            Kind::From(_) => break,
            _ => {}
        }
    }
    variables
}

/// The variables of a Dockerfile, place by place.
#[derive(Clone, Debug)]
pub struct Evaluation<'f> {
    file: &'f Dockerfile,
    globals: Variables,
    ends: Vec<Variables>,
}

impl<'f> Evaluation<'f> {
    /// Follows every stage to its end.
    pub fn new(file: &'f Dockerfile) -> Self {
        let mut evaluation = Self { file, globals: globals(file), ends: Vec::new() };
        for stage in &file.stages {
            let end = evaluation.run(stage.index, stage.instructions.end);
            evaluation.ends.push(end);
        }
        evaluation
    }

    /// The arguments before the first `FROM`.
    pub fn globals(&self) -> &Variables {
        &self.globals
    }

    /// What holds at the end of a stage.
    pub fn at_end(&self, stage: usize) -> Variables {
        self.ends.get(stage).cloned().unwrap_or_default()
    }

    /// What an instruction sees.
    pub fn at(&self, instruction: usize) -> Variables {
        match self.file.stage_of(instruction) {
            Some(stage) => self.run(stage.index, instruction),
            None => self.globals.clone(),
        }
    }

    /// Every instruction of a stage with what it sees.
    pub fn stage(&self, stage: usize) -> Vec<(usize, &'f Instruction, Variables)> {
        let Some(found) = self.file.stages.get(stage) else { return Vec::new() };
        let mut variables = self.start(stage);
        let mut seen = Vec::new();
        for (at, instruction) in self.file.of_stage(found) {
            seen.push((at, instruction, variables.clone()));
            variables.apply(at, instruction, self.file.escape, &self.globals);
        }
        seen
    }

    fn start(&self, stage: usize) -> Variables {
        match self.file.stages.get(stage).map(|stage| &stage.base) {
            Some(Base::Stage(base)) => self.at_end(*base),
            Some(Base::Image(_)) => Variables { is_open: true, ..Variables::default() },
            Some(Base::Scratch) | None => Variables::default(),
        }
    }

    /// From the start of a stage up to an instruction, which is not counted.
    fn run(&self, stage: usize, end: usize) -> Variables {
        let mut variables = self.start(stage);
        if let Some(stage) = self.file.stages.get(stage) {
            for (at, instruction) in self.file.of_stage(stage).take_while(|(at, _)| *at < end) {
                variables.apply(at, instruction, self.file.escape, &self.globals);
            }
        }
        variables
    }
}

#[cfg(test)]
mod tests;
