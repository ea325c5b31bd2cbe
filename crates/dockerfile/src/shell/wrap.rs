//! Commands that run other commands.

use super::script::{self, Start};
use super::{Assignment, Command, Reach, Word};

/// Whether a program reads the shell language.
pub(super) fn is_shell(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "busybox")
}

/// Whether the line after `#!` names a shell.
pub(super) fn is_shell_line(line: &str) -> bool {
    line.split_whitespace().any(is_shell)
}

/// Whether a command is a shell that reads its script from its input.
pub(super) fn reads_script(command: &Command) -> bool {
    let Some((program, rest)) = command.words.split_first() else { return false };
    let is_option = |word: &Word| word.as_str().starts_with('-');
    is_shell(program.as_str())
        && rest.iter().all(|word| is_option(word) || word.as_str() == "pipefail")
}

/// The command itself, without its wrappers, or the commands of the script it runs.
pub(super) fn taken_apart(mut command: Command, start: &Start) -> Vec<Command> {
    // Every round takes a word away.
    while unwrap(&mut command) {}
    let script = script_of(&command).or_else(|| evaluated(&command));
    match script {
        Some(script) if !script.has_expansion || script.as_str().contains(' ') => {
            let start = Start {
                environment: command.environment.clone(),
                directory: command.directory.clone(),
                depth: start.depth + 1,
                is_substituted: start.is_substituted,
            };
            let inner = script::read(&script.text, start);
            if inner.is_empty() { vec![command] } else { inner }
        }
        _ => vec![command],
    }
}

/// The script of `sh -c script`.
fn script_of(command: &Command) -> Option<Word> {
    let (program, rest) = command.words.split_first()?;
    if !is_shell(program.as_str()) {
        return None;
    }
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let text = word.as_str();
        if text == "-o" || text == "+o" || text == "--rcfile" || text == "--init-file" {
            words.next();
        } else if text.starts_with('-') && !text.starts_with("--") {
            if text.contains('c') {
                // Options may still follow: `bash -c -e script`.
                return words.find(|word| !word.as_str().starts_with('-')).cloned();
            }
            if text.ends_with('o') {
                words.next();
            }
        } else if text != "sh" && text != "ash" && !text.starts_with("--") {
            return None;
        }
    }
    None
}

/// The script of `eval script`.
fn evaluated(command: &Command) -> Option<Word> {
    match command.words.as_slice() {
        [program, script] if program.as_str() == "eval" && !script.has_expansion => {
            Some(script.clone())
        }
        _ => None,
    }
}

/// Options of a wrapper that take a value, and how many words stand before the command.
fn wrapper(name: &str) -> Option<(&'static [&'static str], usize)> {
    Some(match name {
        "exec" => (&["-a"], 0),
        "command" | "builtin" | "nohup" | "time" | "setsid" | "catchsegv" => (&[], 0),
        "env" => (&["-u", "--unset", "-C", "--chdir", "-S", "--split-string"], 0),
        "sudo" => (&["-u", "--user", "-g", "--group", "-h", "-p", "-C", "-r", "-t"], 0),
        "nice" => (&["-n"], 0),
        "ionice" => (&["-c", "-n"], 0),
        "stdbuf" => (&["-i", "-o", "-e"], 0),
        "timeout" => (&["-k", "-s", "--signal", "--kill-after"], 1),
        "tini" | "dumb-init" | "catatonit" => (&["-p", "-e", "-r", "--rewrite"], 0),
        "gosu" | "su-exec" | "setpriv" | "chroot" => (&[], 1),
        _ => return None,
    })
}

/// Takes one wrapper away.
fn unwrap(command: &mut Command) -> bool {
    let Some(name) = command.program().map(str::to_owned) else { return false };
    let Some((options, skipped)) = wrapper(&name) else { return false };
    let mut words = command.words.clone();
    words.remove(0);
    let mut environment = Vec::new();
    let mut skipped = skipped;
    while let Some(word) = words.first() {
        let text = word.as_str().to_owned();
        if text == "--" {
            words.remove(0);
            break;
        }
        if text.starts_with('-') && text.len() > 1 {
            let option = words.remove(0);
            let takes = options.contains(&text.as_str()) && !words.is_empty();
            let value = takes.then(|| words.remove(0));
            if name == "env" && text.starts_with("-u") {
                let glued = option.slice(2..text.len());
                let unset = value.unwrap_or(glued).text;
                environment.push(Assignment { name: unset, value: None, reach: Reach::Command });
            }
            continue;
        }
        if matches!(name.as_str(), "env" | "sudo")
            && let Some((variable, value)) = script::assignment(word)
        {
            environment.push(Assignment {
                name: variable,
                value: Some(value),
                reach: Reach::Command,
            });
            words.remove(0);
            continue;
        }
        if skipped == 0 {
            break;
        }
        skipped -= 1;
        words.remove(0);
    }
    if words.is_empty() {
        return false;
    }
    command.words = words;
    command.environment.extend(environment);
    true
}
