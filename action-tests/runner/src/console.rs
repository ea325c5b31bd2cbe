//! From bytes on two streams to lines for the command interpreter.

use crate::Dialect;
use crate::step_state::StepState;
use crate::{act, commands};

/// A stream of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

#[derive(Debug)]
enum Interpreter {
    Runner(commands::Commands),
    Act(act::commands::Commands),
}

/// Splits output into lines and feeds the interpreter of the dialect.
#[derive(Debug)]
pub struct Console {
    interpreter: Interpreter,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// Lines kept back so that those of standard error are handled first.
    held_back: Option<(Vec<String>, Vec<String>)>,
    /// Every byte of both streams, for the other dialect.
    seen: Vec<(Stream, Vec<u8>)>,
}

impl Console {
    /// A console at the start of a step. With `stderr_first` all lines wait for the end, and those
    /// of standard error come first, as within one batch of the runner.
    pub fn new(dialect: Dialect, stderr_first: bool) -> Self {
        let interpreter = match dialect {
            Dialect::Runner => Interpreter::Runner(commands::Commands::default()),
            Dialect::Act => Interpreter::Act(act::commands::Commands::default()),
        };
        Self {
            interpreter,
            stdout: Vec::new(),
            stderr: Vec::new(),
            held_back: stderr_first.then(Default::default),
            seen: Vec::new(),
        }
    }

    /// Takes bytes as they arrive.
    pub fn bytes(&mut self, stream: Stream, bytes: &[u8], state: &mut StepState) {
        self.seen.push((stream, bytes.to_vec()));
        match &mut self.interpreter {
            Interpreter::Runner(_) => {
                let buffer = match stream {
                    Stream::Stdout => &mut self.stdout,
                    Stream::Stderr => &mut self.stderr,
                };
                buffer.extend_from_slice(bytes);
                let lines = take_lines(buffer);
                self.lines(stream, lines, state);
            }
            Interpreter::Act(interpreter) => {
                // Both streams share one buffer; only LF ends a line.
                self.stdout.extend_from_slice(bytes);
                while let Some(end) = self.stdout.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = self.stdout.drain(..=end).collect();
                    interpreter.line(&String::from_utf8_lossy(&line), state);
                }
            }
        }
    }

    /// The streams have ended: the runner takes the last partial lines, act loses them.
    pub fn end(&mut self, state: &mut StepState) {
        if matches!(self.interpreter, Interpreter::Runner(_)) {
            for stream in [Stream::Stdout, Stream::Stderr] {
                let rest = match stream {
                    Stream::Stdout => std::mem::take(&mut self.stdout),
                    Stream::Stderr => std::mem::take(&mut self.stderr),
                };
                if !rest.is_empty() {
                    let line = String::from_utf8_lossy(&rest).trim_end_matches('\r').to_owned();
                    self.lines(stream, vec![line], state);
                }
            }
        }
        if let Some((stdout, stderr)) = self.held_back.take() {
            self.lines(Stream::Stderr, stderr, state);
            self.lines(Stream::Stdout, stdout, state);
        }
    }

    /// What arrived, in order.
    pub fn seen(&self) -> &[(Stream, Vec<u8>)] {
        &self.seen
    }

    fn lines(&mut self, stream: Stream, lines: Vec<String>, state: &mut StepState) {
        if let Some((stdout, stderr)) = &mut self.held_back {
            match stream {
                Stream::Stdout => stdout.extend(lines),
                Stream::Stderr => stderr.extend(lines),
            }
            return;
        }
        for line in lines {
            if let Interpreter::Runner(interpreter) = &mut self.interpreter {
                interpreter.line(&line, state);
            }
        }
    }
}

/// Takes complete lines off the buffer; LF, CR LF and CR end one. A CR at the end waits for what
/// follows it.
fn take_lines(buffer: &mut Vec<u8>) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let Some(end) = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            return lines;
        };
        let width = match (buffer.get(end), buffer.get(end + 1)) {
            (Some(b'\r'), None) => return lines,
            (Some(b'\r'), Some(b'\n')) => 2,
            _ => 1,
        };
        let line: Vec<u8> = buffer.drain(..end + width).collect();
        lines.push(String::from_utf8_lossy(line.get(..end).unwrap_or_default()).into_owned());
    }
}
