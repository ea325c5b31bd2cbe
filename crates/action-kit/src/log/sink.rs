//! Where the lines of the log go.

use std::io::{ErrorKind, Write};

use diagnostics::{Diagnostic, Secret, annotations, render_terminal, visible};

use super::Level;
use crate::clock::Random;
use crate::runner::Runner;
use crate::wire;

/// How a run's log is written.
pub(crate) struct Setup {
    pub(crate) stdout: Box<dyn Write + Send>,
    pub(crate) stderr: Box<dyn Write + Send>,
    pub(crate) runner: Runner,
    pub(crate) colour: bool,
    /// Whether stdout is a terminal.
    pub(crate) shown_to_person: bool,
    pub(crate) level: Level,
    pub(crate) random: Random,
}

/// The state behind a [`super::Log`].
pub(crate) struct Sink {
    setup: Setup,
    masks: Vec<String>,
    grouped: bool,
    /// The token that switches commands on again, while they are off.
    stopped: Option<String>,
    /// What was shown, for the annotations.
    shown: Vec<Diagnostic>,
    /// Why stdout could not be written, other than that nobody reads it.
    broken: Option<std::io::Error>,
    closed: bool,
}

impl Sink {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            setup,
            masks: Vec::new(),
            grouped: false,
            stopped: None,
            shown: Vec::new(),
            broken: None,
            closed: false,
        }
    }

    pub(crate) fn shows(&self, level: Level) -> bool {
        level <= self.setup.level
    }

    pub(crate) fn say(&mut self, level: Level, text: &str) {
        if !self.shows(level) {
            return;
        }
        let debug = matches!(level, Level::Debug | Level::Trace);
        if debug
            && self.setup.runner.in_actions()
            && self.setup.runner.debug()
            && self.stopped.is_none()
        {
            for line in visible(&self.scrub(text)).lines() {
                let line = wire::command_line("debug", &[], line, self.setup.runner.dialect());
                self.write(&line);
            }
            return;
        }
        let prefix = match level {
            Level::Error => "error: ",
            Level::Warn => "warning: ",
            Level::Info => "",
            Level::Debug | Level::Trace => "debug: ",
        };
        self.plain(&visible(&format!("{prefix}{text}")));
    }

    pub(crate) fn result(&mut self, text: &str) {
        if self.setup.runner.in_actions() {
            self.plain(&visible(text));
        } else {
            let mut text = self.scrub(text);
            if self.setup.shown_to_person {
                text = visible(&text);
            }
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            self.write_stdout(&text);
        }
    }

    pub(crate) fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        // Rendering makes foreign characters visible itself, and colours what it shows.
        let text = render_terminal(diagnostic, self.setup.colour);
        self.plain(&text);
        self.shown.push(diagnostic.clone());
    }

    pub(crate) fn open_group(&mut self, title: &str) -> bool {
        if !self.shows(Level::Info) {
            return false;
        }
        let title = visible(&self.scrub(title)).replace('\n', " ");
        if !self.setup.runner.in_actions() || self.grouped || self.stopped.is_some() {
            self.plain(&title);
            return false;
        }
        self.grouped = true;
        let line = wire::command_line("group", &[], &title, self.setup.runner.dialect());
        self.write(&line);
        true
    }

    pub(crate) fn close_group(&mut self) {
        if std::mem::take(&mut self.grouped) {
            self.command("::endgroup::\n");
        }
    }

    pub(crate) fn stop_commands(&mut self) -> bool {
        if !self.setup.runner.in_actions() || self.stopped.is_some() {
            return false;
        }
        let token = self.setup.random.token();
        self.write(&format!("::stop-commands::{token}\n"));
        self.stopped = Some(token);
        true
    }

    pub(crate) fn resume_commands(&mut self) {
        if let Some(token) = self.stopped.take() {
            self.write(&format!("::{token}::\n"));
        }
    }

    pub(crate) fn foreign(&mut self, text: &str) {
        if !self.shows(Level::Info) {
            return;
        }
        let text = without_escapes(text).replace("\r\n", "\n").replace('\r', "\n");
        let text = self.scrub(&text);
        let mut lines = String::with_capacity(text.len() + 1);
        for line in text.lines() {
            lines.push_str(&visible(line));
            lines.push('\n');
        }
        self.write(&lines);
    }

    pub(crate) fn mask(&mut self, secret: &Secret) {
        let forms = wire::mask_forms(secret);
        if forms.iter().all(|form| self.masks.contains(form)) {
            return;
        }
        self.masks.extend(forms);
        self.masks.sort_by_key(|form| std::cmp::Reverse(form.len()));
        self.masks.dedup();
        if self.setup.runner.in_actions() {
            let lines = wire::mask_lines(secret, self.setup.runner.dialect()).concat();
            self.command(&lines);
        }
    }

    /// Replaces known secrets.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for mask in &self.masks {
            if text.contains(mask.as_str()) {
                text = text.replace(mask.as_str(), "***");
            }
        }
        text
    }

    /// Closes what is open and writes the annotations, most important first.
    pub(crate) fn finish(&mut self) {
        self.resume_commands();
        self.close_group();
        let shown = std::mem::take(&mut self.shown);
        if !self.setup.runner.in_actions() {
            return;
        }
        let (annotations, left) = annotations(&shown);
        for mut annotation in annotations {
            annotation.message = visible(&self.scrub(&annotation.message));
            annotation.file = annotation.file.map(|file| self.scrub(&file));
            let line = wire::annotation_line(&annotation, self.setup.runner.dialect());
            self.write(&line);
        }
        if left > 0 {
            self.plain(&format!(
                "{left} more are in the log above only: the runner keeps ten of a kind"
            ));
        }
    }

    /// Why stdout could not be written, if it could not.
    pub(crate) fn take_broken(&mut self) -> Option<std::io::Error> {
        self.broken.take()
    }

    /// Writes to stderr; nowhere is left to say that it is broken.
    pub(crate) fn complain(&mut self, line: &str) {
        let _ = self.setup.stderr.write_all(line.as_bytes());
        let _ = self.setup.stderr.flush();
    }

    /// Lines that no runner takes for commands.
    fn plain(&mut self, text: &str) {
        let text = self.scrub(text);
        let mut lines = String::with_capacity(text.len() + 1);
        for line in text.lines() {
            if self.setup.runner.in_actions() {
                lines.push_str(&wire::plain_line(line));
            } else {
                lines.push_str(line);
            }
            lines.push('\n');
        }
        self.write(&lines);
    }

    /// A command, also while commands are off: they are switched on for it.
    fn command(&mut self, line: &str) {
        match self.stopped.take() {
            None => self.write(line),
            Some(token) => {
                let next = self.setup.random.token();
                self.write(&format!("::{token}::\n{line}::stop-commands::{next}\n"));
                self.stopped = Some(next);
            }
        }
    }

    fn write(&mut self, lines: &str) {
        if self.setup.runner.in_actions() {
            self.write_stdout(lines);
        } else {
            self.complain(lines);
        }
    }

    fn write_stdout(&mut self, text: &str) {
        if self.closed {
            return;
        }
        let written =
            self.setup.stdout.write_all(text.as_bytes()).and_then(|()| self.setup.stdout.flush());
        if let Err(error) = written {
            self.closed = true;
            // `action plan | head -1` is no failure.
            if error.kind() != ErrorKind::BrokenPipe {
                self.broken = Some(error);
            }
        }
    }
}

/// Takes out what programs colour their output with: ESC, `[`, parameters, a letter.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.split("\u{1b}[");
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let is_parameter = |c: char| c.is_ascii_digit() || matches!(c, ';' | ':' | '?');
        let rest = piece.trim_start_matches(is_parameter);
        let mut characters = rest.chars();
        match characters.next() {
            Some(letter) if letter.is_ascii_alphabetic() => plain.push_str(characters.as_str()),
            // Not such a sequence: shown for what it is.
            _ => {
                plain.push_str("\u{1b}[");
                plain.push_str(piece);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out_and_other_escapes_shown() {
        let cases = [
            ("\u{1b}[1;31mred\u{1b}[0m", "red"),
            ("\u{1b}[2Ka\u{1b}[?25l", "a"),
            ("\u{1b}[", "\u{1b}["),
            ("\u{1b}]0;t\u{7}", "\u{1b}]0;t\u{7}"),
            ("plain", "plain"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_escapes(text), expected);
        }
    }
}
