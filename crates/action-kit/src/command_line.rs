//! The command line, built from the definition when it is needed.

use std::collections::BTreeMap;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use diagnostics::Diagnostic;

use crate::definition::{Default, Definition, Flag, Input, Kind};

/// What was typed for an input, with the flag as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    Texts(Vec<String>, String),
    Flag(bool, String),
    Count(i64, String),
    Choice(&'static str, String),
}

/// A command line, understood.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// The sub-command, typed or by default; empty: none.
    pub(crate) command: String,
    pub(crate) typed: BTreeMap<&'static str, Typed>,
    /// `-v`s of the kit's own flag.
    pub(crate) verbose: u8,
    pub(crate) quiet: bool,
    pub(crate) problems: Vec<Diagnostic>,
    /// Set: print this and end.
    pub(crate) answer: Option<Answer>,
}

/// A question answered without a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// `--help`, `--version`.
    Text(String),
    /// `explain CODE`.
    Explain(String),
    /// Nothing was asked: this help, as an error.
    Usage(String),
}

/// `1.2.3 (abc123)`: the version of the workspace and the commit it was built from.
pub(crate) fn version() -> &'static str {
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    static LINE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    LINE.get_or_init(|| match option_env!("ACTIONS_COMMIT") {
        Some(commit) if !commit.is_empty() => format!("{VERSION} ({commit})"),
        _ => VERSION.to_owned(),
    })
}

/// Reads a command line. `fallback` is the sub-command meant when none is typed.
pub(crate) fn read(
    definition: &'static Definition,
    arguments: &[String],
    fallback: Option<&str>,
) -> Line {
    let mut arguments = arguments.to_vec();
    if !definition.commands.is_empty()
        && let Some(place) = place_of_command(definition, &arguments)
    {
        if let Some(fallback) = fallback {
            arguments.insert(place, fallback.to_owned());
        } else if arguments.is_empty() {
            let help = wrapped(&build(definition).render_help().to_string());
            return Line { answer: Some(Answer::Usage(help)), ..Line::default() };
        }
    }
    let name = std::iter::once(definition.name.to_owned());
    match build(definition).try_get_matches_from(name.chain(arguments)) {
        Ok(matches) => understood(definition, &matches),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Line { answer: Some(Answer::Text(wrapped(&error.to_string()))), ..Line::default() }
            }
            _ => Line { problems: vec![usage(&error.to_string())], ..Line::default() },
        },
    }
}

/// Columns of help texts.
const WIDTH: usize = 80;

/// Help with its long lines broken at blanks, as deep as they started.
fn wrapped(help: &str) -> String {
    let mut out = String::with_capacity(help.len());
    for line in help.lines() {
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let mut width = 0;
        // Inner runs of blanks separate columns: they stay where the line is not broken.
        let mut words = line.trim_start_matches(' ').split_inclusive(' ').peekable();
        while let Some(word) = words.next() {
            // `[default: info]` stays in one piece.
            let glued = words.peek().filter(|_| word.trim_end() == "[default:");
            let length = [Some(&word), glued].into_iter().flatten();
            let length: usize = length.map(|word| word.chars().count()).sum();
            let length = length - usize::from(glued.unwrap_or(&word).ends_with(' '));
            if width == 0 {
                out.push_str(&indent);
                width = indent.len();
            } else if width + length > WIDTH && length > 0 {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                out.push_str(&indent);
                width = indent.len();
            }
            out.push_str(word);
            width += word.chars().count();
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}

/// Where a sub-command is missing: the index to put one at, or `None` when one is there or help
/// is asked for. Only global options can stand before it.
fn place_of_command(definition: &'static Definition, arguments: &[String]) -> Option<usize> {
    let mut index = 0;
    while let Some(argument) = arguments.get(index) {
        if matches!(argument.as_str(), "-h" | "--help" | "-V" | "--version") {
            return None;
        }
        if !argument.starts_with('-') {
            return None;
        }
        let Some(takes_value) = global_option(definition, argument) else { break };
        index += if takes_value { 2 } else { 1 };
    }
    Some(index.min(arguments.len()))
}

/// Whether an argument is a global option, and if so whether the next one is its value.
fn global_option(definition: &'static Definition, argument: &str) -> Option<bool> {
    let (name, has_value) = match argument.split_once('=') {
        Some((name, _)) => (name, true),
        None => (argument, false),
    };
    let letters = name.strip_prefix('-').filter(|rest| !rest.is_empty());
    if matches!(name, "--verbose" | "--quiet")
        || letters.is_some_and(|rest| rest.chars().all(|letter| matches!(letter, 'v' | 'q')))
    {
        return Some(false);
    }
    definition.inputs.iter().filter(|input| input.commands.is_empty()).find_map(|input| {
        let long = |long: &str| name.strip_prefix("--").is_some_and(|typed| typed == long);
        let letter = |short: Option<char>| {
            let typed = name.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            short.zip(typed).is_some_and(|(short, typed)| typed.starts_with(short))
        };
        match input.flag {
            Flag::Value { long: name_, short } if long(name_) || letter(short) => {
                // `-cFILE` carries its value.
                let attached = !name.starts_with("--") && name.chars().count() > 2;
                Some(!has_value && !attached)
            }
            Flag::Hidden { long: name_ } if long(name_) => Some(!has_value),
            Flag::Switch { long: name_, short } if long(name_) || letter(short) => Some(false),
            Flag::Count { long: name_, short } if long(name_) || letter(Some(short)) => Some(false),
            Flag::Off { long: name_ } if long(name_) => Some(false),
            Flag::Pair { long: name_ } if long(name_) || long(&format!("no-{name_}")) => {
                Some(false)
            }
            _ => None,
        }
    })
}

/// The clap command of a definition. Values are read by `inputs`, which collects all problems;
/// clap knows names, arities and help.
pub(crate) fn build(definition: &'static Definition) -> Command {
    let mut command = Command::new(definition.name)
        .about(definition.about)
        .version(version())
        .args_override_self(true)
        .disable_help_subcommand(true)
        .arg(global(
            Arg::new("-q")
                .short('q')
                .long("quiet")
                .action(ArgAction::SetTrue)
                .help("Only warnings and errors"),
        ));
    let counts = |input: &&Input| matches!(input.flag, Flag::Count { short: 'v', .. });
    if !definition.inputs.iter().any(|input| counts(&input)) {
        command = command.arg(global(
            Arg::new("-v")
                .short('v')
                .long("verbose")
                .action(ArgAction::Count)
                .help("Say more; twice for everything"),
        ));
    }
    for input in definition.inputs.iter().filter(|input| input.commands.is_empty()) {
        command = command.args(arguments_of(input).into_iter().map(global));
    }
    for known in definition.commands {
        let mut sub = Command::new(known.name).about(known.about);
        let own = |input: &&Input| input.commands.contains(&known.name);
        for input in definition.inputs.iter().filter(own) {
            sub = sub.args(arguments_of(input));
        }
        command = command.subcommand(sub);
    }
    let code = Arg::new("CODE").required(true).help("As in `error[CODE]`");
    command = command.subcommand(
        Command::new("explain").about("Explain a code of an error or warning").arg(code),
    );
    if !definition.commands.is_empty() {
        command = command.subcommand_required(true);
    }
    command
}

/// An argument that may stand before and after the sub-command.
fn global(arg: Arg) -> Arg {
    arg.global(true).help_heading("Options of every command")
}

fn arguments_of(input: &'static Input) -> Vec<Arg> {
    let mut help = input.help.to_owned();
    if let (Kind::Choice(choices), Flag::Value { .. }) = (input.kind, input.flag) {
        help = format!("{help} [one of: {}]", choices.join(", "));
    }
    if let Default::Builtin(text) = input.default {
        help = format!("{help} [default: {text}]");
    }
    let arg = |long: &str| Arg::new(format!("--{long}")).long(long.to_owned()).help(help.clone());
    let valued = |long: &str, short: Option<char>| {
        let name = long.to_uppercase().replace('-', "_");
        let arg = arg(long).value_name(name).action(ArgAction::Append);
        let arg = arg.allow_hyphen_values(matches!(input.kind, Kind::Integer { .. }));
        short.into_iter().fold(arg, Arg::short)
    };
    let switch = |long: &str| arg(long).action(ArgAction::SetTrue);
    if input.secret {
        return Vec::new();
    }
    match input.flag {
        Flag::None => Vec::new(),
        Flag::Value { long, short } => vec![valued(long, short)],
        Flag::Hidden { long } => vec![valued(long, None).hide(true)],
        Flag::Switch { long, short } => vec![short.into_iter().fold(switch(long), Arg::short)],
        Flag::Off { long } => vec![switch(long).help(format!("{help} This says no."))],
        Flag::Count { short, long } => vec![arg(long).short(short).action(ArgAction::Count)],
        Flag::Pair { long } => {
            let no = format!("no-{long}");
            vec![
                switch(long).overrides_with(format!("--{no}")),
                Arg::new(format!("--{no}"))
                    .long(no.clone())
                    .action(ArgAction::SetTrue)
                    .overrides_with(format!("--{long}"))
                    .help(format!("The opposite of --{long}")),
            ]
        }
        Flag::OneOf => match input.kind {
            Kind::Choice(choices) => choices
                .iter()
                .map(|choice| {
                    let help = format!("{} ({}: {choice})", input.help, input.name);
                    Arg::new(format!("--{choice}"))
                        .long(*choice)
                        .action(ArgAction::SetTrue)
                        .help(help)
                })
                .collect(),
            _ => Vec::new(),
        },
    }
}

fn understood(definition: &'static Definition, matches: &ArgMatches) -> Line {
    let mut line = Line::default();
    let mut matches = matches;
    if let Some((name, of_command)) = matches.subcommand() {
        if name == "explain" {
            let code = of_command.get_one::<String>("CODE").cloned().unwrap_or_default();
            line.answer = Some(Answer::Explain(code));
            return line;
        }
        name.clone_into(&mut line.command);
        matches = of_command;
    }
    line.quiet = is_set(matches, "-q");
    line.verbose = matches.try_get_one::<u8>("-v").ok().flatten().copied().unwrap_or(0);
    for input in definition.inputs.iter().filter(|input| input.applies_to(&line.command)) {
        match typed(input, matches) {
            Ok(Some(typed)) => {
                line.typed.insert(input.name, typed);
            }
            Ok(None) => {}
            Err(problem) => line.problems.push(problem),
        }
    }
    line
}

fn is_set(matches: &ArgMatches, id: &str) -> bool {
    matches.try_get_one::<bool>(id).ok().flatten().copied().unwrap_or(false)
}

fn typed(input: &'static Input, matches: &ArgMatches) -> Result<Option<Typed>, Diagnostic> {
    Ok(match input.flag {
        Flag::None => None,
        _ if input.secret => None,
        Flag::Value { long, .. } | Flag::Hidden { long } => {
            let flag = format!("--{long}");
            let texts = matches.try_get_many::<String>(&flag).ok().flatten();
            texts.map(|texts| Typed::Texts(texts.cloned().collect(), flag))
        }
        Flag::Switch { long, .. } => {
            let flag = format!("--{long}");
            is_set(matches, &flag).then_some(Typed::Flag(true, flag))
        }
        Flag::Off { long } => {
            let flag = format!("--{long}");
            is_set(matches, &flag).then_some(Typed::Flag(false, flag))
        }
        Flag::Pair { long } => {
            let (yes, no) = (format!("--{long}"), format!("--no-{long}"));
            if is_set(matches, &yes) {
                Some(Typed::Flag(true, yes))
            } else {
                is_set(matches, &no).then_some(Typed::Flag(false, no))
            }
        }
        Flag::Count { long, .. } => {
            let flag = format!("--{long}");
            let count = matches.try_get_one::<u8>(&flag).ok().flatten().copied().unwrap_or(0);
            (count > 0).then(|| Typed::Count(i64::from(count), flag))
        }
        Flag::OneOf => {
            let Kind::Choice(choices) = input.kind else { return Ok(None) };
            let set: Vec<&'static str> = choices
                .iter()
                .copied()
                .filter(|choice| is_set(matches, &format!("--{choice}")))
                .collect();
            match set.as_slice() {
                [] => None,
                [choice] => Some(Typed::Choice(choice, format!("--{choice}"))),
                several => {
                    let flags: Vec<String> = several.iter().map(|c| format!("`--{c}`")).collect();
                    let message = format!("{} exclude each other", flags.join(" and "));
                    return Err(
                        Diagnostic::bad_input("input/usage", message).with_help("give one of them")
                    );
                }
            }
        }
    })
}

/// clap's message as a diagnostic: its first paragraph, and its tip or usage as help.
fn usage(text: &str) -> Diagnostic {
    let mut paragraphs = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    let first = paragraphs.next().unwrap_or("the command line is not understood");
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let message = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut help = Vec::new();
    for paragraph in paragraphs {
        help.push(paragraph.trim_start_matches("tip: ").replace("\n  tip: ", "\n"));
    }
    Diagnostic::bad_input("input/usage", message).with_help(help.join("\n"))
}
