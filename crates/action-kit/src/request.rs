//! What the run is asked to do: command line and inputs together, before anything is touched.

use diagnostics::{Diagnostic, Severity};

use crate::command_line::{self, Answer};
use crate::definition::{Definition, Flag};
use crate::environment::Environment;
use crate::inputs::{self, Inputs, Origin};
use crate::log::Level;

/// A request, complete with everything that is wrong with it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) command: String,
    pub(crate) inputs: Inputs,
    pub(crate) level: Level,
    pub(crate) errors: Vec<Diagnostic>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) answer: Option<Answer>,
}

/// Reads arguments and environment. Nothing else is read, nothing is written.
pub(crate) fn read(
    definition: &'static Definition,
    environment: &Environment,
    arguments: &[String],
) -> Request {
    let (given, mut problems) = inputs::read(definition, environment);
    let mode = definition.input("mode").and_then(|input| given.get(input.name));
    let mode = mode.map(|given| given.text.as_str());
    let modes: Vec<&str> = definition.modes().collect();
    let by_default = (environment.get("GITHUB_ACTIONS") == Some("true"))
        .then(|| modes.first().copied())
        .flatten();
    // A mode that is none is reported with the other inputs; meanwhile any command will do.
    let fallback = match mode {
        Some(mode) if modes.contains(&mode) => Some(mode),
        Some(_) => modes.first().copied(),
        None => by_default,
    };
    let line = command_line::read(definition, arguments, fallback);
    let understood = line.problems.is_empty();
    problems.extend(line.problems);
    let mut of_values = Vec::new();
    let inputs = inputs::merge(definition, &line.command, line.typed, given, &mut of_values);
    // What was not understood is not missing.
    problems.extend(of_values.into_iter().filter(|d| understood || d.code != "input/required"));
    let level = level(&inputs, line.verbose, line.quiet, environment);
    let (errors, warnings) = problems.into_iter().partition(|d| d.severity == Severity::Error);
    Request { command: line.command, inputs, level, errors, warnings, answer: line.answer }
}

/// Flags, then input `log-level`, then step debug logging.
fn level(inputs: &Inputs, verbose: u8, quiet: bool, environment: &Environment) -> Level {
    if quiet {
        return Level::Warn;
    }
    let counted = inputs
        .definition
        .inputs
        .iter()
        .find(|input| matches!(input.flag, Flag::Count { short: 'v', .. }));
    let counted =
        counted.and_then(|input| Some((inputs.integer(input.name)?, inputs.origin(input.name)?)));
    let by_flag = match counted {
        Some((count, Origin::Flag(_))) => count,
        _ => i64::from(verbose),
    };
    match by_flag {
        0 => {}
        1 => return Level::Debug,
        _ => return Level::Trace,
    }
    let debug = environment.get("RUNNER_DEBUG") == Some("1");
    // The input counts as the tool does whose name it has: one is the ordinary log.
    let by_count = match counted {
        Some((0, Origin::Input(_))) => Some(Level::Warn),
        Some((1, Origin::Input(_))) => Some(Level::Info),
        Some((2, Origin::Input(_))) => Some(Level::Debug),
        Some((_, Origin::Input(_))) => Some(Level::Trace),
        _ => None,
    };
    let by_input = inputs.text("log-level").and_then(Level::named).or(by_count);
    let level = by_input.unwrap_or(Level::Info);
    if debug { level.max(Level::Debug) } else { level }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::{Input, Kind};
    use crate::demo::DEMO;
    use crate::standard;

    static COUNTED: Definition = Definition {
        commands: &[],
        inputs: &[
            Input::new("verbosity", "")
                .kind(Kind::Integer { min: 0, max: 9 })
                .flag(Flag::Count { short: 'v', long: "verbose" }),
            standard::LOG_LEVEL,
        ],
        ..DEMO
    };

    #[test]
    fn a_counting_input_and_its_flag() {
        let level = |variables: &[(&str, &str)], arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
            let request = read(&COUNTED, &variables.iter().copied().collect(), &arguments);
            assert!(request.errors.is_empty(), "{:?}", request.errors);
            request.level
        };
        assert_eq!(level(&[], &[]), Level::Info);
        let levels = [Level::Warn, Level::Info, Level::Debug, Level::Trace];
        for (text, expected) in ["0", "1", "2", "3"].into_iter().zip(levels) {
            assert_eq!(level(&[("INPUT_VERBOSITY", text)], &[]), expected);
        }
        let quiet = ("INPUT_VERBOSITY", "0");
        assert_eq!(level(&[quiet], &["-v"]), Level::Debug);
        assert_eq!(level(&[quiet, ("RUNNER_DEBUG", "1")], &[]), Level::Debug);
        assert_eq!(level(&[quiet, ("INPUT_LOG-LEVEL", "error")], &[]), Level::Error);
        assert_eq!(level(&[("RUNNER_DEBUG", "1")], &["--verbose", "-q"]), Level::Warn);
    }

    #[test]
    fn letters_before_the_command_are_no_command() {
        let environment = [("INPUT_MODE", "check")].into_iter().collect();
        for (arguments, expected) in [(vec!["-vq", "apply"], "apply"), (vec!["-vq"], "check")] {
            let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
            assert_eq!(read(&DEMO, &environment, &arguments).command, expected);
        }
    }
}
