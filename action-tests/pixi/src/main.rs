//! Plays pixi 0.77 for tests, as far as later steps of a job see it: `install` makes environments
//! that know where they are, `shell-hook` activates them, `run` runs in them. It needs no network
//! and installs no packages.
//!
//! As pixi does, it refuses an environment whose lock needs `__cuda` while nothing provides it, and a
//! lock that does not fit the manifest: here one whose `# for:` line is not the manifest's name.
//! Every call is written to the file `PIXI_STAND_IN_CALLS` names.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that plays a program")]

mod text;
mod workspace;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use workspace::Workspace;

/// The version it plays.
const VERSION: &str = "0.77.0";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = note(&words) {
        eprintln!("pixi stand-in: the call cannot be noted: {error}");
        return ExitCode::from(70);
    }
    match answer(&words) {
        Ok(code) => code,
        Err(error) => {
            eprint!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// One line a call: what can be asked about it afterwards.
fn note(words: &[String]) -> std::io::Result<()> {
    let Some(path) = std::env::var_os("PIXI_STAND_IN_CALLS") else { return Ok(()) };
    let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| "unset".to_owned());
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    let overridden = variable("CONDA_OVERRIDE_CUDA");
    let credentials = std::env::var_os("RATTLER_AUTH_FILE")
        .and_then(|path| std::fs::read_to_string(path).ok())
        .unwrap_or_else(|| "none".to_owned());
    let line = format!(
        "pixi {} | override {overridden} | credentials {}\n",
        words.join(" "),
        credentials.trim()
    );
    file.write_all(line.as_bytes())
}

fn answer(words: &[String]) -> Result<ExitCode, String> {
    let arguments = Arguments::read(words);
    let command: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    match command.as_slice() {
        [] if words.iter().any(|word| word == "--version" || word == "-V") => {
            println!("pixi {VERSION}");
            Ok(ExitCode::SUCCESS)
        }
        ["install"] => {
            let workspace = Workspace::find(arguments.manifest.as_deref())?;
            workspace.check_lock(arguments.verbose, arguments.locked)?;
            for name in arguments.chosen(&workspace) {
                workspace.install(&name)?;
                eprintln!("✔ The {name} environment has been installed.");
            }
            Ok(ExitCode::SUCCESS)
        }
        ["shell-hook"] => {
            let workspace = Workspace::find(arguments.manifest.as_deref())?;
            let name = arguments.environments.first().map_or("default", String::as_str);
            workspace.install(name)?;
            print!("{}", workspace.hook(name));
            Ok(ExitCode::SUCCESS)
        }
        ["run", program, rest @ ..] => {
            let workspace = Workspace::find(arguments.manifest.as_deref())?;
            let name = arguments.environments.first().map_or("default", String::as_str);
            workspace.install(name)?;
            let prefix = workspace.prefix(name);
            let inside = prefix.join("bin").join(program);
            let inside = if inside.is_file() { inside } else { PathBuf::from(program) };
            let status = Command::new(inside)
                .args(rest)
                .env("CONDA_PREFIX", prefix)
                .status()
                .map_err(|error| format!("Error:   × {program}: {error}\n"))?;
            Ok(status
                .code()
                .map_or(ExitCode::FAILURE, |code| ExitCode::from(u8::try_from(code).unwrap_or(1))))
        }
        ["global", "install", packages @ ..] => {
            for package in packages {
                workspace::install_globally(package)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        // What actions of this repository must not ask: each has an answer that misleads.
        _ => Err(format!("Error:   × the stand-in does not play `pixi {}`\n", words.join(" "))),
    }
}

/// The command line.
#[derive(Default)]
struct Arguments {
    words: Vec<String>,
    environments: Vec<String>,
    manifest: Option<PathBuf>,
    locked: bool,
    all: bool,
    verbose: bool,
}

impl Arguments {
    fn read(words: &[String]) -> Self {
        let mut arguments = Self::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-e" | "--environment" => arguments.environments.extend(rest.next().cloned()),
                "--manifest-path" => arguments.manifest = rest.next().map(PathBuf::from),
                "--pypi-keyring-provider" | "--shell" | "--platform" => drop(rest.next()),
                "--locked" => arguments.locked = true,
                "--all" => arguments.all = true,
                "-v" | "-vv" | "-vvv" => arguments.verbose = true,
                // What runs has options of its own.
                _ if arguments.words.first().is_some_and(|first| first == "run") => {
                    arguments.words.push(word.clone());
                }
                _ if word.starts_with('-') => {}
                _ => arguments.words.push(word.clone()),
            }
        }
        arguments
    }

    fn chosen(&self, workspace: &Workspace) -> Vec<String> {
        match self.environments.as_slice() {
            _ if self.all => workspace.environments(),
            [] => vec!["default".to_owned()],
            named => named.to_vec(),
        }
    }
}
