//! Command lines of pixi.

use std::ops::Range;

use dockerfile::Text;
use dockerfile::expand::{Value, expand};
use dockerfile::shell::{Command, Reach, Word};
use dockerfile::variables::{Origin, Variables};
use pixi_workspace::predict::Usage;

/// What pixi is told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `install`, `reinstall`.
    Install,
    /// `run`.
    Run,
    /// `shell`.
    Shell,
    /// `shell-hook`.
    ShellHook,
    /// `lock --check`, which writes all the same.
    LockCheck,
    /// `lock`.
    Lock,
    /// Anything else, by its name.
    Other(String),
}

/// Which environments a call is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Those that are named.
    Named(Vec<Named>),
    /// The one pixi picks: `default`, or the only one with the task.
    Task(String),
    /// `--all`.
    All,
    /// Named by something only the build knows.
    Unknown,
}

/// An environment by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) value: String,
    pub(crate) span: Range<usize>,
}

/// A variable as a call sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Not set.
    Absent,
    /// Set to this, there.
    Known {
        value: String,
        span: Range<usize>,
        /// `ENV` or `ARG`; none where the command line itself sets it.
        origin: Option<Origin>,
    },
    /// Set, but only the build knows to what.
    Unknown,
}

impl Setting {
    pub(crate) fn known(&self) -> Option<&str> {
        match self {
            Self::Known { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Whether a switch such as `PIXI_LOCKED` is on.
    fn is_on(&self) -> bool {
        self.known().is_some_and(|value| {
            !matches!(
                value.to_ascii_lowercase().as_str(),
                "" | "0" | "false" | "no" | "off" | "n" | "f"
            )
        })
    }
}

/// One call of pixi.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) verb: Verb,
    pub(crate) target: Target,
    pub(crate) usage: Usage,
    /// `--as-is`, `--no-install`.
    pub(crate) is_as_is: bool,
    pub(crate) platform: Option<String>,
    pub(crate) manifest_path: Option<String>,
    /// `--skip`, `--skip-with-deps`, `--only`.
    pub(crate) is_partial: bool,
    /// The task of `run`.
    pub(crate) task: Option<String>,
    /// `CONDA_OVERRIDE_CUDA`.
    pub(crate) cuda: Setting,
    /// `CONDA_OVERRIDE_CUDA_ARCH`.
    pub(crate) cuda_arch: Setting,
    /// The command line.
    pub(crate) words: Vec<Text>,
    /// The position of the verb among them.
    pub(crate) verb_at: usize,
    pub(crate) span: Range<usize>,
    /// The argument of `cd` before it.
    pub(crate) directory: Option<String>,
}

/// What a variable is for a command: what its line sets, over `ENV` and `ARG`.
pub(crate) fn setting(name: &str, command: &Command, variables: &Variables) -> Setting {
    let outer = variables.get(name);
    if let Some(assigned) = command.assigned(name, outer.is_some()) {
        let Some(word) = &assigned.value else { return Setting::Absent };
        return match known(word, command, variables) {
            Some(value) => Setting::Known {
                value,
                span: assigned.name.span().start..word.span().end.max(assigned.name.span().end),
                origin: None,
            },
            None => Setting::Unknown,
        };
    }
    match outer {
        None => Setting::Absent,
        Some(variable) => match &variable.value {
            Value::Known(value) => Setting::Known {
                value: value.clone(),
                span: variable.span.clone(),
                origin: Some(variable.origin),
            },
            Value::Unset => Setting::Absent,
            Value::Unknown => Setting::Unknown,
        },
    }
}

/// The text of a word, variables of the line and of the Dockerfile put in.
pub(crate) fn known(word: &Word, command: &Command, variables: &Variables) -> Option<String> {
    if !word.has_expansion {
        return Some(word.as_str().to_owned());
    }
    known_text(word.as_str(), command, variables, 0)
}

fn known_text(text: &str, command: &Command, variables: &Variables, depth: u8) -> Option<String> {
    if depth > 4 || text.contains("$(") || text.contains('`') {
        return None;
    }
    let lookup = |name: &str| {
        // Assignments of the shell itself count for its own words.
        let mut set = command.environment.iter().rev();
        match set.find(|set| set.name == *name && set.reach != Reach::Command) {
            Some(set) => set.value.as_ref().map_or(Value::Unset, |value| {
                known_text(value.as_str(), command, variables, depth + 1)
                    .map_or(Value::Unknown, Value::Known)
            }),
            None => variables.value(name),
        }
    };
    let expansion = expand(&text.replace(['\'', '"'], ""), '\\', &lookup).ok()?;
    expansion.known().map(str::to_owned)
}

/// Options that take a value, beside those that are looked at.
const WITH_VALUE: [&str; 14] = [
    "--color",
    "--auth-file",
    "--concurrent-downloads",
    "--concurrent-solves",
    "--pinning-strategy",
    "--pypi-keyring-provider",
    "--tls-root-certs",
    "--workspace",
    "--shell",
    "--change-ps1",
    "--script",
    "--channel",
    "--config-file",
    "--config",
];

/// What the options of a call say.
#[derive(Default)]
struct Options {
    verb: Option<(String, usize)>,
    environments: Vec<(Option<String>, Range<usize>)>,
    platform: Option<String>,
    manifest_path: Option<String>,
    switches: Vec<String>,
    is_partial: bool,
    positional: Vec<Option<String>>,
}

/// Reads a command, if it is one of pixi's.
pub(crate) fn call(command: &Command, variables: &Variables) -> Option<Call> {
    if command.program()? != "pixi" {
        return None;
    }
    let options = options(command, variables);
    let (verb, verb_at) = options.verb.clone()?;
    let has = |name: &str| options.switches.iter().any(|switch| switch == name);
    let verb = match verb.as_str() {
        "install" | "i" | "reinstall" => Verb::Install,
        "run" | "r" => Verb::Run,
        "shell" | "s" => Verb::Shell,
        "shell-hook" => Verb::ShellHook,
        "lock" if has("check") && !has("dry-run") => Verb::LockCheck,
        "lock" => Verb::Lock,
        _ => Verb::Other(verb),
    };
    let is_on = |name| setting(name, command, variables).is_on();
    // pixi looks for `locked` first.
    let usage = match () {
        () if has("locked") || (is_on("PIXI_LOCKED") && !has("frozen")) => Usage::Locked,
        () if has("frozen") || has("as-is") || is_on("PIXI_FROZEN") => Usage::Frozen,
        () => Usage::Update,
    };
    let words: Vec<Text> = command.words.iter().map(|word| word.text.clone()).collect();
    Some(Call {
        target: target(&options, has("all"), command, variables),
        task: options.positional.first().cloned().flatten().filter(|_| verb == Verb::Run),
        verb,
        usage,
        is_as_is: has("as-is") || has("no-install") || is_on("PIXI_NO_INSTALL"),
        platform: options.platform,
        manifest_path: options.manifest_path,
        is_partial: options.is_partial,
        cuda: setting("CONDA_OVERRIDE_CUDA", command, variables),
        cuda_arch: setting("CONDA_OVERRIDE_CUDA_ARCH", command, variables),
        span: super::covering(&words),
        words,
        verb_at,
        directory: command.directory.as_ref().and_then(|word| known(word, command, variables)),
    })
}

fn target(options: &Options, all: bool, command: &Command, variables: &Variables) -> Target {
    if all {
        return Target::All;
    }
    let mut named = Vec::new();
    for (name, span) in &options.environments {
        let Some(name) = name else { return Target::Unknown };
        named.push(Named { value: name.clone(), span: span.clone() });
    }
    if !named.is_empty() {
        return Target::Named(named);
    }
    // Within an activated environment its name is the default.
    if let Setting::Known { value, span, .. } = setting("PIXI_ENVIRONMENT_NAME", command, variables)
        && setting("PIXI_IN_SHELL", command, variables) != Setting::Absent
    {
        return Target::Named(vec![Named { value, span }]);
    }
    Target::Task("default".to_owned())
}

fn options(command: &Command, variables: &Variables) -> Options {
    let mut options = Options::default();
    let mut words = command.words.iter().enumerate().skip(1);
    while let Some((at, word)) = words.next() {
        let text = word.as_str();
        if text == "--" {
            options
                .positional
                .extend(words.by_ref().map(|(_, word)| Some(word.as_str().to_owned())));
            break;
        }
        let is_option = text.starts_with('-') && text.len() > 1;
        if !is_option {
            match options.verb {
                None => options.verb = Some((text.to_owned(), at)),
                Some((ref verb, _)) => {
                    let is_run = matches!(verb.as_str(), "run" | "r" | "exec" | "x");
                    options.positional.push(known(word, command, variables));
                    if is_run {
                        // The rest belongs to the task.
                        break;
                    }
                }
            }
            continue;
        }
        for (name, glued) in split(text) {
            let takes = matches!(
                name,
                "e" | "environment"
                    | "p"
                    | "platform"
                    | "m"
                    | "manifest-path"
                    | "w"
                    | "c"
                    | "skip"
                    | "skip-with-deps"
                    | "only"
            ) || WITH_VALUE.contains(&format!("--{name}").as_str())
                || name == "s" && options.verb.is_some();
            if !takes {
                options.switches.push(long(name).to_owned());
                continue;
            }
            let (value, span) = match glued {
                Some(start) => {
                    let slice = word.text.slice(start..text.len());
                    let piece = Word { text: slice, ..word.clone() };
                    (known(&piece, command, variables), piece.span())
                }
                None => match words.next() {
                    Some((_, next)) => (known(next, command, variables), next.span()),
                    None => continue,
                },
            };
            match name {
                "e" | "environment" => options.environments.push((value, span)),
                "p" | "platform" => options.platform = value,
                "m" | "manifest-path" => options.manifest_path = value,
                "skip" | "skip-with-deps" | "only" => options.is_partial = true,
                _ => {}
            }
        }
    }
    options
}

fn long(name: &str) -> &str {
    match name {
        "a" => "all",
        other => other,
    }
}

/// The options in a word, each with where its value begins if it is in the same word: `--all`,
/// `--environment=prod`, `-e=prod`, `-eprod`, `-av`.
fn split(word: &str) -> Vec<(&str, Option<usize>)> {
    if let Some(name) = word.strip_prefix("--") {
        return match name.split_once('=') {
            Some((name, _)) => vec![(name, Some(name.len() + 3))],
            None => vec![(name, None)],
        };
    }
    let mut found = Vec::new();
    for (at, letter) in word.char_indices().skip(1) {
        let end = at + letter.len_utf8();
        let name = word.get(at..end).unwrap_or_default();
        let rest = word.get(end..).unwrap_or_default();
        if matches!(letter, 'e' | 'p' | 'm' | 'w' | 'c') && !rest.is_empty() {
            let start = if rest.starts_with('=') { end + 1 } else { end };
            found.push((name, Some(start)));
            break;
        }
        found.push((name, None));
    }
    found
}
