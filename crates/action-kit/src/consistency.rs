//! What a definition must hold to, beyond what its types say.

use std::collections::BTreeSet;

use crate::definition::{Definition, Flag, Input, Kind};

/// What every action has (design, shared conventions), under this name or as an alias.
const INPUTS: [&str; 7] =
    ["config", "working-directory", "dry-run", "token", "mode", "fail-on", "log-level"];
const OUTPUTS: [&str; 5] = ["plan", "plan-file", "changed", "dry-run", "report"];

/// Colours the marketplace knows.
const COLOURS: [&str; 9] =
    ["white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"];

impl Definition {
    /// What is wrong with the definition; each action's tests expect nothing.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.check_names(&mut problems);
        self.check_flags(&mut problems);
        for input in self.inputs {
            self.check_input(input, &mut problems);
        }
        for wanted in INPUTS.iter().filter(|wanted| self.input(wanted).is_none()) {
            problems.push(format!("input `{wanted}` is missing"));
        }
        for wanted in OUTPUTS {
            if !self.outputs.iter().any(|output| output.name == wanted) {
                problems.push(format!("output `{wanted}` is missing"));
            }
        }
        if self.exports_paths && self.input("host-workspace").is_none() {
            problems.push("it exports paths without input `host-workspace`".to_owned());
        }
        if !COLOURS.contains(&self.color) {
            problems.push(format!("the marketplace has no colour `{}`", self.color));
        }
        for command in self.engine_commands {
            if !self.has_command(command) {
                problems.push(format!("engine command `{command}` is none"));
            }
        }
        problems
    }

    fn has_command(&self, name: &str) -> bool {
        self.commands.iter().any(|command| command.name == name)
    }

    /// Two names that share a variable, or a name act would turn into one that something reads.
    fn check_names(&self, problems: &mut Vec<String>) {
        let mut variables = BTreeSet::new();
        for name in self.inputs.iter().flat_map(Input::names) {
            if !variables.insert(name.to_lowercase().replace('-', "_")) {
                problems.push(format!("input `{name}` is there twice"));
            }
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || !name.chars().all(plain) {
                problems.push(format!("input `{name}` has characters runner and act spell apart"));
            }
            let is_proxy = name.ends_with("_proxy");
            if is_proxy || !name.chars().any(|c| c.is_ascii_lowercase()) {
                problems.push(format!("input `{name}` is a real variable under act"));
            }
        }
        let mut outputs = BTreeSet::new();
        for output in self.outputs {
            if !outputs.insert(output.name.to_lowercase()) {
                problems.push(format!("output `{}` is there twice", output.name));
            }
        }
    }

    /// Flags that meet in one command.
    fn check_flags(&self, problems: &mut Vec<String>) {
        let commands = self.commands.iter().map(|command| command.name).chain([""]);
        for command in commands {
            let mut seen: BTreeSet<String> =
                ["--help", "-h", "--version", "-V", "--quiet", "-q"].map(str::to_owned).into();
            for input in self.inputs.iter().filter(|input| input.applies_to(command)) {
                for flag in flags(input) {
                    if !seen.insert(flag.clone()) {
                        problems.push(format!("flag `{flag}` is there twice in `{command}`"));
                    }
                }
            }
        }
    }

    fn check_input(&self, input: &Input, problems: &mut Vec<String>) {
        let name = input.name;
        if input.secret && input.flag != Flag::None {
            problems.push(format!("secret `{name}` has a flag: command lines are public"));
        }
        let boolean =
            matches!(input.flag, Flag::Switch { .. } | Flag::Pair { .. } | Flag::Off { .. });
        let fits = match input.flag {
            Flag::OneOf => matches!(input.kind, Kind::Choice(_)),
            Flag::Count { .. } => matches!(input.kind, Kind::Integer { .. }),
            _ => !boolean || input.kind == Kind::Bool,
        };
        if !fits {
            problems.push(format!("the flag of `{name}` does not fit its kind"));
        }
        for command in input.commands.iter().filter(|command| !self.has_command(command)) {
            problems.push(format!("`{name}` belongs to `{command}`, which is no command"));
        }
    }
}

fn flags(input: &Input) -> Vec<String> {
    let long_and = |long: &str, short: Option<char>| {
        let letter = short.map(|letter| format!("-{letter}"));
        std::iter::once(format!("--{long}")).chain(letter).collect()
    };
    match (input.flag, input.kind) {
        (Flag::Value { long, short } | Flag::Switch { long, short }, _) => long_and(long, short),
        (Flag::Count { short, long }, _) => long_and(long, Some(short)),
        (Flag::Pair { long }, _) => vec![format!("--{long}"), format!("--no-{long}")],
        (Flag::Off { long } | Flag::Hidden { long }, _) => vec![format!("--{long}")],
        (Flag::OneOf, Kind::Choice(choices)) => {
            choices.iter().map(|choice| format!("--{choice}")).collect()
        }
        (Flag::None | Flag::OneOf, _) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::DEMO;
    use crate::{Output, standard};

    #[test]
    fn the_demo_is_sound() {
        assert_eq!(DEMO.problems(), Vec::<String>::new());
    }

    #[test]
    fn each_mistake_is_found() {
        const BAD: &[Input] = &[
            standard::TOKEN.flag(Flag::Value { long: "token", short: Some('q') }),
            Input::new("a-b", ""),
            Input::new("a_b", ""),
            Input::new("a.b", ""),
            Input::new("PATH", ""),
            Input::new("http_proxy", ""),
            Input::new("x", "").flag(Flag::OneOf),
            Input::new("y", "").commands(&["gone"]),
        ];
        const OUTPUTS: &[Output] = &[Output::new("A", ""), Output::new("a", "")];
        let bad = Definition {
            inputs: BAD,
            outputs: OUTPUTS,
            color: "pink",
            engine_commands: &["gone"],
            engine_unless: |_| false,
            ..DEMO
        };
        let problems = bad.problems().join("\n");
        for expected in [
            "secret `token` has a flag",
            "flag `-q` is there twice",
            "input `a_b` is there twice",
            "input `a.b` has characters",
            "input `PATH` is a real variable",
            "input `http_proxy` is a real variable",
            "the flag of `x` does not fit",
            "`y` belongs to `gone`",
            "input `config` is missing",
            "output `plan` is missing",
            "output `a` is there twice",
            "without input `host-workspace`",
            "no colour `pink`",
            "engine command `gone` is none",
        ] {
            assert!(problems.contains(expected), "{expected} in\n{problems}");
        }
    }
}
