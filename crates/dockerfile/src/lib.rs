//! Dockerfiles, `.dockerignore` files and the shell lines in `RUN`, with byte spans.
//!
//! ```
//! use diagnostics::Source;
//! use dockerfile::{Kind, parse};
//!
//! let source = Source::file("Dockerfile", "FROM debian:12 AS base\nRUN apt-get update \\\n && true\n");
//! let file = parse(&source);
//! assert!(file.problems.is_empty());
//! assert_eq!(file.stages[0].name.as_deref(), Some("base"));
//! let Kind::Run(form) = &file.instructions[1].kind else { panic!("this is a RUN") };
//! let commands = dockerfile::shell::of_instruction(&file.instructions[1], &[]);
//! assert_eq!(commands[0].words[1].as_str(), "update");
//! assert_eq!(source.position(commands[1].words[0].span().start).line, 3);
//! # let _ = form;
//! ```
//!
//! Everything here is total: any text gives a [`Dockerfile`], with its problems in the words of
//! BuildKit (`frontend/dockerfile/parser` and `instructions`), which stops at the first of them.

pub mod expand;
mod flags;
mod heredoc;
pub mod ignore;
mod instruction;
mod json;
mod kinds;
mod lines;
mod parse;
mod pattern;
mod problem;
pub mod shell;
mod text;
pub mod variables;
mod words;

pub use flags::{Flag, Mount};
pub use heredoc::Heredoc;
pub use instruction::{
    Arg, Base, Copy, Dockerfile, Form, From, Healthcheck, Instruction, Kind, Pair, Stage,
};
pub use lines::Directive;
pub use parse::parse;
pub use problem::{EXPLANATIONS, Problem};
pub use text::Text;

#[cfg(test)]
mod tests;
