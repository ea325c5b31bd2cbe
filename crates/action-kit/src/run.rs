//! One run of an action, from process to exit code.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use diagnostics::{Diagnostic, Exit, Failure};

use crate::Action;
use crate::cancel::{self, GRACE};
use crate::command_line::Answer;
use crate::context::Context;
use crate::definition::Definition;
use crate::explain;
use crate::log::{Level, Log, Setup, Sink};
use crate::outputs::Outputs;
use crate::ownership;
use crate::paths::Paths;
use crate::process::Process;
use crate::request::{self, Request};
use crate::runner::{self, Runner};
use crate::summary::Summary;

/// Runs an action as the process. The whole of every `main`.
pub fn run<A: Action>() -> ExitCode {
    ExitCode::from(run_in::<A>(Process::of_system()).code())
}

/// Runs an action in a process made for it; for tests. It may be called from anywhere, also from
/// asynchronous code.
pub fn run_with<A: Action>(process: Process) -> Exit {
    // A runtime cannot be started on a thread that drives one.
    std::thread::scope(|scope| {
        let run = scope.spawn(|| run_in::<A>(process));
        run.join().unwrap_or(Exit::Bug)
    })
}

fn run_in<A: Action>(mut process: Process) -> Exit {
    let definition = A::definition_for(&process.arguments);
    let request = request::read(definition, &process.environment, &process.arguments);
    let mut warnings = Vec::new();
    let mut _home = None;
    if process.owner && request.answer.is_none() {
        let workspace = runner::workspace(&process.environment, &process.current_dir);
        let engine = definition.engine_commands.contains(&request.command.as_str())
            && !(definition.engine_unless)(&request.inputs);
        match ownership::become_owner(&workspace, engine, &mut process.environment) {
            Ok(home) => _home = home,
            Err(warning) => warnings.push(warning),
        }
    }
    let runner = Runner::new(process.environment, &process.current_dir);
    let log = Log::new(Sink::new(Setup {
        stdout: process.stdout,
        stderr: process.stderr,
        runner: runner.clone(),
        colour: process.colour && !runner.in_actions(),
        shown_to_person: process.terminal,
        level: request.level,
        random: process.random.clone(),
    }));
    if let Some(answer) = request.answer {
        return answered(definition, &log, answer);
    }
    let outputs = Outputs::new(definition, runner.clone(), log.clone(), process.random.clone());
    let end = End { definition, runner: runner.clone(), log, outputs, summary: Summary::default() };
    if process.owner {
        end.install_panic_hook();
        if let Err(error) = end.listen(process.cancel.clone()) {
            warnings.push(Diagnostic::warning("", format!("signals are not handled: {error}")));
        }
    }
    let Request { command, inputs, errors, warnings: of_inputs, .. } = request;
    let context = Context {
        definition,
        command,
        paths: Paths::new(&runner, &inputs),
        inputs,
        runner,
        log: end.log.clone(),
        outputs: end.outputs.clone(),
        summary: end.summary.clone(),
        cancel: process.cancel,
        clock: process.clock,
        random: process.random,
        current_dir: process.current_dir,
    };
    begin(&context, warnings.iter().chain(&of_inputs));
    let mut errors = errors;
    // Better to learn it before anything is changed than after.
    errors.extend(end.outputs.check().err());
    if !errors.is_empty() {
        return end.with(Err(Failure { diagnostics: errors }));
    }
    drive::<A>(context, &end)
}

/// What stands first in every log.
fn begin<'a>(context: &Context, warnings: impl Iterator<Item = &'a Diagnostic>) {
    for secret in context.inputs.secrets() {
        context.log.mask(secret);
    }
    if context.definition.input("apply-under-act").is_some() && context.act_forces_dry_run() {
        context.log.info(
            "act plays the runner and the API is not a stand-in: this is a dry run \
             (input `apply-under-act: true` changes that)",
        );
    }
    for warning in warnings {
        context.log.diagnostic(warning);
    }
}

fn drive<A: Action>(mut context: Context, end: &End) -> Exit {
    let cancel = context.cancel.clone();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let bug = Diagnostic::outside("", format!("cannot start the event loop: {error}"));
            return end.with(Err(bug.into()));
        }
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let stop = async {
                cancel.cancelled().await;
                tokio::time::sleep(GRACE).await;
            };
            tokio::select! {
                biased;
                result = A::run(&mut context) => Some(result),
                () = stop => None,
            }
        })
    }));
    // Work on other threads (name look-ups) may hang; nothing waits for it.
    runtime.shutdown_background();
    let result = match outcome {
        Ok(Some(result)) => result,
        Ok(None) => Ok(Exit::Cancelled),
        Err(payload) => Err(Diagnostic::bug(panic_message(payload.as_ref())).into()),
    };
    match result {
        Err(failure) if failure.exit() == Exit::Bug => end.with(Err(failure)),
        result if cancel.is_cancelled() => end.cancelled(result),
        result => end.with(result),
    }
}

fn answered(definition: &'static Definition, log: &Log, answer: Answer) -> Exit {
    match answer {
        Answer::Text(text) => log.result(text),
        Answer::Usage(help) => {
            log.error(format!("nothing says what to do\n\n{help}"));
            return Exit::BadInput;
        }
        Answer::Explain(code) => match explain::find(definition, &code) {
            Ok(text) => log.result(text),
            Err(unknown) => {
                log.diagnostic(&unknown);
                return Exit::BadInput;
            }
        },
    }
    Exit::Done
}

/// The end of a run, whichever way it comes.
#[derive(Clone)]
struct End {
    definition: &'static Definition,
    runner: Runner,
    log: Log,
    outputs: Outputs,
    summary: Summary,
}

impl End {
    fn with(&self, result: Result<Exit, Failure>) -> Exit {
        let (mut exit, diagnostics) = match result {
            Ok(exit) => (exit, Vec::new()),
            Err(failure) => (failure.exit(), failure.diagnostics),
        };
        // The files first: they matter most, and nothing that reads the log can delay them.
        let mut late = Vec::new();
        late.extend(self.outputs.flush().err());
        self.summary.add_failure(self.definition.name, &diagnostics, &self.log);
        match self.summary.flush(&self.runner, &self.log) {
            Ok(notice) => late.extend(notice),
            Err(error) => late.push(error),
        }
        for diagnostic in diagnostics.iter().chain(&late) {
            self.log.diagnostic(diagnostic);
        }
        exit = late.iter().fold(exit, |exit, diagnostic| exit.combine(diagnostic.exit));
        let mut sink = self.log.sink();
        sink.finish();
        if let Some(error) = sink.take_broken() {
            exit = exit.combine(Exit::Outside);
            sink.complain(&format!("error: cannot write to standard output: {error}\n"));
        }
        exit
    }

    fn cancelled(&self, result: Result<Exit, Failure>) -> Exit {
        let mut diagnostics = result.err().map(|failure| failure.diagnostics).unwrap_or_default();
        let told = cancel::cancelled();
        diagnostics.retain(|diagnostic| diagnostic.code != told.code);
        diagnostics.push(told);
        self.with(Err(Failure { diagnostics }));
        Exit::Cancelled
    }

    /// A panic ends the process: with `panic = "abort"` nothing else would write the outputs.
    fn install_panic_hook(&self) {
        let end = self.clone();
        std::panic::set_hook(Box::new(move |info| {
            end.outputs.try_flush();
            if let Some(mut sink) = end.log.try_sink() {
                let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
                let mut bug = Diagnostic::bug(panic_message(info.payload()));
                bug.notes.extend(place.map(|place| format!("panicked at {place}")));
                sink.diagnostic(&bug);
                sink.finish();
            }
            leave(Exit::Bug);
        }));
    }

    fn listen(&self, cancel: crate::Cancel) -> std::io::Result<()> {
        let end = self.clone();
        cancel::listen(cancel, move || {
            end.outputs.try_flush();
            if let Some(mut sink) = end.log.try_sink() {
                sink.say(Level::Warn, "cancelled; the running step did not end in time");
                sink.finish();
            }
            leave(Exit::Cancelled);
        })
    }
}

#[expect(clippy::exit, reason = "after a panic or a signal nothing is left to return to")]
fn leave(exit: Exit) {
    std::process::exit(i32::from(exit.code()));
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("the action panicked: {}", text.unwrap_or("without a message"))
}
