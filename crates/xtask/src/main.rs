//! `cargo xtask`: the project's own commands. Each sub-command is one module; `test` is what CI runs.

mod bench;
mod boundaries;
mod cold_start;
mod demo;
mod dist;
mod engine;
mod generate;
mod http_get;
mod image;
mod interrupt;
mod pipeline;
mod pixi;
mod process;
mod project;
mod registry;
mod release;
mod sample;
mod say;
mod staged;
mod stand_in;
mod test;
mod tools;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::project::Project;

fn main() -> ExitCode {
    match run() {
        Ok(_) if interrupt::interrupted() => ExitCode::from(130),
        Ok(code) => code,
        Err(error) => {
            say::error(&error);
            if interrupt::interrupted() { ExitCode::from(130) } else { ExitCode::FAILURE }
        }
    }
}

fn run() -> Result<ExitCode> {
    let matches = arguments().get_matches();
    let project = Project::find()?;
    interrupt::watch()?;
    match matches.subcommand() {
        Some(("demo", given)) => demo::run(&project, path(given, "repo"))?,
        Some(("test", given)) => {
            let options = test::Options {
                install: given.get_flag("install"),
                full: given.get_flag("full"),
                only: given.get_many::<String>("only").unwrap_or_default().cloned().collect(),
            };
            return test::run(&project, &options);
        }
        Some(("stage", given)) => {
            if let Some(directory) = path(given, "dir") {
                staged::command(&project, directory)?;
            }
        }
        Some(("generate", given)) => generate::run(&project, given.get_flag("check"))?,
        Some(("dist", given)) => {
            if let Some(directory) = path(given, "dir") {
                let digest = given.get_one::<String>("digest").map(String::as_str);
                let registry = given.get_one::<String>("registry").map(String::as_str);
                dist::command(&project, directory, digest, registry)?;
            }
        }
        Some(("bench", given)) => {
            let subjects: Vec<String> =
                given.get_many("subject").unwrap_or_default().cloned().collect();
            bench::run(&project, &subjects, path(given, "binary"))?;
        }
        Some((bench::MEASURE, given)) => {
            let command: Vec<OsString> =
                given.get_many("command").unwrap_or_default().cloned().collect();
            bench::measured(&command)?;
        }
        _ => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn path<'a>(given: &'a ArgMatches, name: &str) -> Option<&'a PathBuf> {
    given.get_one::<PathBuf>(name)
}

fn arguments() -> Command {
    let directory = |help: &'static str| {
        Arg::new("dir")
            .value_name("DIR")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    let value = |name: &'static str, shown: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(shown).help(help)
    };
    Command::new("cargo xtask")
        .about("The project's own commands")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("demo")
                .about("Make a real release from real commits, against a stand-in for GitHub")
                .arg(
                    value("repo", "PATH", "use a copy of this repository instead of a made one")
                        .value_parser(value_parser!(PathBuf)),
                ),
        )
        .subcommand(
            Command::new("test")
                .about("Everything CI checks, with a table of minutes per stage at the end")
                .arg(switch(
                    "install",
                    "install what is missing (apt, rustup, pip, npm, Go packages)",
                ))
                .arg(switch(
                    "full",
                    "also build the image from source, arm64, and check dependencies",
                ))
                .arg(
                    value("only", "STAGE", "run this stage and what it needs; may be repeated")
                        .action(ArgAction::Append),
                ),
        )
        .subcommand(
            Command::new("stage")
                .about("Write a checkout that builds its image from prebuilt binaries")
                .arg(directory("where to write it; must be empty or absent")),
        )
        .subcommand(
            Command::new("generate")
                .about("Write action.yml, README tables and schemas from each action's definition")
                .arg(switch("check", "change nothing, fail when a file differs")),
        )
        .subcommand(
            Command::new("dist")
                .about("Write the release tree that `uses: org/actions/NAME@v1` resolves to")
                .arg(directory("where to write it; must be empty or absent"))
                .arg(value("digest", "sha256:HEX", "the image's digest"))
                .arg(value("registry", "HOST", "registry host instead of the workspace's")),
        )
        .subcommand(
            Command::new("bench")
                .about("Measure CPU time and memory of whole processes, beside git and the peers")
                .arg(
                    Arg::new("subject")
                        .value_name("SUBJECT")
                        .action(ArgAction::Append)
                        .help("cold-start, release or pixi; everything when none is given"),
                )
                .arg(
                    value("binary", "PATH", "measure this binary instead of a release build")
                        .value_parser(value_parser!(PathBuf)),
                ),
        )
        .subcommand(
            Command::new(bench::MEASURE).hide(true).arg(
                Arg::new("command")
                    .value_parser(value_parser!(OsString))
                    .action(ArgAction::Append)
                    .trailing_var_arg(true),
            ),
        )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::arguments().debug_assert();
    }
}
