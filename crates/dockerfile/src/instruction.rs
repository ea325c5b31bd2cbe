//! A Dockerfile and what it is made of.

use std::ops::Range;

use diagnostics::Source;

use crate::expand::Expansion;
use crate::{Directive, Flag, Heredoc, Problem, Text};

/// A Dockerfile.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// Its text.
    pub source: Source,
    /// The parser directives at its top.
    pub directives: Vec<Directive>,
    /// The escape character: a backslash, or a backtick where `# escape=` says so.
    pub escape: char,
    /// The instructions in order, those that are wrong too.
    pub instructions: Vec<Instruction>,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// What BuildKit refuses; it stops at the first.
    pub problems: Vec<Problem>,
    /// Blank lines within a continued instruction, which BuildKit warns of.
    pub blank_continuations: Vec<Range<usize>>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// From the keyword to the end of its last line, heredocs included.
    pub span: Range<usize>,
    /// The keyword as written.
    pub keyword: Text,
    /// The flags before the arguments.
    pub flags: Vec<Flag>,
    /// What it says.
    pub kind: Kind,
    /// The documents below it.
    pub heredocs: Vec<Heredoc>,
}

/// What an instruction says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `FROM`.
    From(From),
    /// `RUN`.
    Run(Form),
    /// `CMD`.
    Cmd(Form),
    /// `ENTRYPOINT`.
    Entrypoint(Form),
    /// `SHELL`.
    Shell(Vec<Text>),
    /// `COPY`.
    Copy(Copy),
    /// `ADD`.
    Add(Copy),
    /// `ENV`.
    Env(Vec<Pair>),
    /// `LABEL`.
    Label(Vec<Pair>),
    /// `ARG`.
    Arg(Vec<Arg>),
    /// `WORKDIR`.
    Workdir(Text),
    /// `USER`.
    User(Text),
    /// `EXPOSE`.
    Expose(Vec<Text>),
    /// `VOLUME`.
    Volume(Vec<Text>),
    /// `STOPSIGNAL`.
    Stopsignal(Text),
    /// `MAINTAINER`.
    Maintainer(Text),
    /// `HEALTHCHECK`.
    Healthcheck(Healthcheck),
    /// `ONBUILD`: what later builds on this image run first.
    Onbuild(Box<Instruction>),
    /// Something that is no instruction, or lacks what it needs.
    Invalid(Text),
}

/// The two ways of writing a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line for the shell.
    Shell(Text),
    /// A JSON list: program and arguments, no shell.
    Exec(Vec<Text>),
}

/// `FROM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    /// An image or an earlier stage, as written.
    pub image: Text,
    /// The name after `AS`, as written.
    pub name: Option<Text>,
    /// `--platform`.
    pub platform: Option<Text>,
}

/// `COPY` or `ADD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// `--from`: a stage by name or number, a named context, or an image.
    pub from: Option<Text>,
    /// What is copied, without heredocs.
    pub sources: Vec<Text>,
    /// Where to.
    pub destination: Text,
}

/// A name and its value, quotes and variables as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: Text,
    /// The value as written.
    pub value: Text,
    /// Whether it is the old form, `ENV name value`.
    pub is_old_form: bool,
}

/// A build argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// The name.
    pub name: Text,
    /// The default as written.
    pub default: Option<Text>,
}

/// `HEALTHCHECK`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Healthcheck {
    /// None, also none of the base image.
    None,
    /// A command.
    Cmd(Form),
}

/// A stage: a `FROM` and what follows up to the next.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name, lower case.
    pub name: Option<String>,
    /// Its position in [`Dockerfile::stages`].
    pub index: usize,
    /// The `FROM`, as a position in [`Dockerfile::instructions`].
    pub from: usize,
    /// All of its instructions, the `FROM` first.
    pub instructions: Range<usize>,
    /// What it begins with.
    pub base: Base,
}

/// What a stage begins with.
#[derive(Clone, Debug)]
pub enum Base {
    /// An earlier stage.
    Stage(usize),
    /// Nothing.
    Scratch,
    /// An image, with the global arguments put in.
    Image(Expansion),
}

impl Dockerfile {
    /// The instructions of a stage with their positions.
    pub fn of_stage(&self, stage: &Stage) -> impl Iterator<Item = (usize, &Instruction)> {
        let range = stage.instructions.clone();
        range.clone().zip(self.instructions.get(range).unwrap_or_default())
    }

    /// The stage of an instruction; none before the first `FROM`.
    pub fn stage_of(&self, instruction: usize) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.instructions.contains(&instruction))
    }

    /// A stage by name, or by number as `COPY --from` has it, among those before a position.
    pub fn stage_named(&self, name: &str, before: usize) -> Option<&Stage> {
        let earlier = self.stages.get(..before.min(self.stages.len())).unwrap_or_default();
        let named = |stage: &&Stage| {
            stage.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        earlier.iter().rev().find(named).or_else(|| {
            let number: usize = name.parse().ok()?;
            earlier.get(number)
        })
    }

    /// A stage and those it is based on, itself first.
    pub fn lineage(&self, stage: &Stage) -> Vec<&Stage> {
        let mut line = Vec::new();
        let mut next = self.stages.get(stage.index);
        while let Some(stage) = next {
            line.push(stage);
            next = match stage.base {
                // Only earlier stages can be named, so this ends.
                Base::Stage(index) if index < stage.index => self.stages.get(index),
                _ => None,
            };
        }
        line
    }

    /// The image a stage begins with in the end; none for `scratch`.
    pub fn image(&self, stage: &Stage) -> Option<&Expansion> {
        match &self.lineage(stage).last()?.base {
            Base::Image(image) => Some(image),
            _ => None,
        }
    }

    /// The last stage: what is built unless a target is given.
    pub fn final_stage(&self) -> Option<&Stage> {
        self.stages.last()
    }
}

impl Instruction {
    /// The value of a flag, the last one where it may stand several times.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().rev().find(|flag| flag.name == *name)
    }
}
