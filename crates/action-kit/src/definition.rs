//! What an action is: its commands, inputs and outputs, said once.
//!
//! The command line, the `inputs:` and `outputs:` of `action.yml`, the tables of the README and
//! the reading of `INPUT_*` all follow from one [`Definition`].

use diagnostics::Explanation;

use crate::inputs::Inputs;

/// An action. Everything in it is fixed at compile time.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// The name of the binary and of the action's folder, `semantic-release`.
    pub name: &'static str,
    /// The name in the marketplace.
    pub title: &'static str,
    /// One sentence, for `action.yml`, `--help` and the README.
    pub about: &'static str,
    /// A Feather icon name, for `branding`.
    pub icon: &'static str,
    /// A colour of `branding`: white, black, yellow, blue, green, orange, red, purple, gray-dark.
    pub color: &'static str,
    /// The sub-commands; the first one with `in_action` is what the action does unless input
    /// `mode` says otherwise. Empty: there are none.
    pub commands: &'static [Command],
    /// The inputs, in the order users read them.
    pub inputs: &'static [Input],
    /// The outputs, in the order they are written.
    pub outputs: &'static [Output],
    /// The long forms of all codes the action can report, one list a crate.
    pub explanations: &'static [&'static [Explanation]],
    /// Whether it writes paths for later steps (`GITHUB_PATH`, `GITHUB_ENV`, path outputs): then
    /// `action.yml` hands the host's workspace over through `args`.
    pub exports_paths: bool,
    /// The commands that talk to the Docker engine; only these join the socket's group.
    pub engine_commands: &'static [&'static str],
    /// Inputs with which a run of those commands does not talk to it after all.
    pub engine_unless: fn(&Inputs) -> bool,
}

/// A sub-command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name, also as a value of input `mode`.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// Whether input `mode` may name it.
    pub in_action: bool,
}

/// One input, flag and environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// The name in `with:`; letters, digits, `-` and `_` only.
    pub name: &'static str,
    /// Further names in `with:` that mean the same. Where the default is an expression, which
    /// always arrives under `name`, an alias that is given wins; else two different values are an
    /// error.
    pub aliases: &'static [&'static str],
    /// What values it takes.
    pub kind: Kind,
    /// One or two sentences.
    pub help: &'static str,
    /// What it is when nobody gives it.
    pub default: Default,
    /// Masked, never on a command line, never shown.
    pub secret: bool,
    /// Whether a run without it is an error.
    pub required: bool,
    /// The commands it belongs to; empty: all, and its flag may stand before the command too.
    pub commands: &'static [&'static str],
    /// How the command line spells it.
    pub flag: Flag,
}

/// What values an input takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A YAML 1.2 core boolean: `true`, `True`, `TRUE`, `false`, `False`, `FALSE`.
    Bool,
    /// A decimal whole number.
    Integer {
        /// The smallest allowed.
        min: i64,
        /// The largest allowed.
        max: i64,
    },
    /// One of these.
    Choice(&'static [&'static str]),
    /// A path, relative to the working directory unless absolute.
    Path,
    /// Several texts: one a line in `with:`, one an occurrence of the flag.
    List,
}

/// What an input is when nobody gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// Absent.
    None,
    /// An expression the runner evaluates, `${{ github.token }}`; written to `action.yml`.
    Expression(&'static str),
    /// What the action does then, for the documentation only: a literal default in `action.yml`
    /// would always arrive and beat the configuration file.
    Builtin(&'static str),
}

/// How the command line spells an input. Names are given without dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Not at all.
    None,
    /// `--long VALUE`.
    Value {
        /// The long name.
        long: &'static str,
        /// The letter.
        short: Option<char>,
    },
    /// `--long` means true; there is no way to say false.
    Switch {
        /// The long name.
        long: &'static str,
        /// The letter.
        short: Option<char>,
    },
    /// `--long` means true, `--no-long` false.
    Pair {
        /// The long name.
        long: &'static str,
    },
    /// `--long` means false; there is no way to say true.
    Off {
        /// The long name.
        long: &'static str,
    },
    /// `-v`, `-vv`: how often it is given. As an input it is a number.
    Count {
        /// The letter.
        short: char,
        /// The long name.
        long: &'static str,
    },
    /// For [`Kind::Choice`]: a switch for each choice, of which one may be given.
    OneOf,
    /// `--long VALUE`, shown neither in `--help` nor in the README: for `args` of `action.yml`.
    Hidden {
        /// The long name.
        long: &'static str,
    },
}

/// One output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub name: &'static str,
    /// One or two sentences.
    pub help: &'static str,
    /// Written when the run did not set it.
    pub default: &'static str,
}

impl Command {
    /// A command that input `mode` may name.
    pub const fn new(name: &'static str, about: &'static str) -> Self {
        Self { name, about, in_action: true }
    }

    /// A command of the command line only.
    pub const fn command_line_only(name: &'static str, about: &'static str) -> Self {
        Self { name, about, in_action: false }
    }
}

impl Input {
    /// A text input without a flag.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            kind: Kind::Text,
            help,
            default: Default::None,
            secret: false,
            required: false,
            commands: &[],
            flag: Flag::None,
        }
    }

    /// The same input under the names of the tool it is a drop-in for.
    #[must_use]
    pub const fn named(mut self, name: &'static str, aliases: &'static [&'static str]) -> Self {
        self.name = name;
        self.aliases = aliases;
        self
    }

    /// Sets the values it takes.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Sets the help text.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// Sets the default.
    #[must_use]
    pub const fn default(mut self, default: Default) -> Self {
        self.default = default;
        self
    }

    /// Makes it a secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Makes it required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Limits it to these commands.
    #[must_use]
    pub const fn commands(mut self, commands: &'static [&'static str]) -> Self {
        self.commands = commands;
        self
    }

    /// Sets the flag.
    #[must_use]
    pub const fn flag(mut self, flag: Flag) -> Self {
        self.flag = flag;
        self
    }

    /// Whether users are told about it.
    pub const fn is_hidden(&self) -> bool {
        matches!(self.flag, Flag::Hidden { .. })
    }

    /// Whether it belongs to a command.
    pub fn applies_to(&self, command: &str) -> bool {
        self.commands.is_empty() || self.commands.contains(&command)
    }

    /// Its name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

impl Output {
    /// An output that is empty unless set.
    pub const fn new(name: &'static str, help: &'static str) -> Self {
        Self { name, help, default: "" }
    }

    /// Sets what is written when the run did not set it.
    #[must_use]
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }
}

impl Definition {
    /// The input of a name or alias.
    pub fn input(&self, name: &str) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.names().any(|known| known == name))
    }

    /// Whether `with:` may give this input: not where all its commands are of the command line only.
    pub fn in_action(&self, input: &Input) -> bool {
        input.commands.is_empty() || self.modes().any(|mode| input.commands.contains(&mode))
    }

    /// The names input `mode` may take.
    pub fn modes(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.commands.iter().filter(|command| command.in_action).map(|command| command.name)
    }
}
