//! Flags before the arguments of an instruction.

use std::ops::Range;

use crate::{Problem, Text};

/// A flag: `--from=build`, `--link`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The name without the dashes.
    pub name: Text,
    /// What follows the equals sign.
    pub value: Option<Text>,
    /// All of it.
    pub span: Range<usize>,
}

/// `--mount`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Keys, lower case, and their values, in order.
    pub fields: Vec<(String, Option<Text>)>,
}

impl Mount {
    /// The value of a key, or of its other names.
    pub fn get(&self, names: &[&str]) -> Option<&Text> {
        let found = self.fields.iter().find(|(name, _)| names.contains(&name.as_str()));
        found.and_then(|(_, value)| value.as_ref())
    }

    /// `bind` unless said otherwise; `cache`, `secret`, `ssh`, `tmpfs`.
    pub fn kind(&self) -> &str {
        self.get(&["type"]).map_or("bind", Text::as_str)
    }

    /// Where it is mounted.
    pub fn target(&self) -> Option<&Text> {
        self.get(&["target", "dst", "destination"])
    }

    /// What of the context or stage is mounted.
    pub fn source(&self) -> Option<&Text> {
        self.get(&["source", "src"])
    }
}

impl Flag {
    /// The fields of `--mount`.
    pub fn mount(&self) -> Option<Mount> {
        if self.name != *"mount" {
            return None;
        }
        let value = self.value.as_ref()?;
        let fields = csv(value).into_iter().map(|field| match field.split_once('=') {
            Some((name, value)) => (name.to_lowercase(), Some(value)),
            None => (field.to_lowercase(), None),
        });
        Some(Mount { fields: fields.collect() })
    }
}

/// Fields between commas; a field in double quotes may hold commas.
fn csv(line: &Text) -> Vec<Text> {
    let mut fields = Vec::new();
    let mut start = 0;
    let mut is_quoted = false;
    for (at, character) in line.char_indices().chain([(line.len(), ',')]) {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted || at == line.len() => {
                let field = line.slice(start..at);
                let inner = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                fields.push(match inner {
                    Some(inner) => field.slice(1..1 + inner.len()),
                    None => field,
                });
                start = at + 1;
            }
            _ => {}
        }
    }
    fields
}

/// Takes the flags off the front: words that begin with two dashes, quotes taken away.
pub(crate) fn take(text: &Text, escape: char) -> (Vec<Flag>, Text) {
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let begin = at + (rest.len() - rest.trim_start().len());
        if !text.get(begin..).unwrap_or_default().starts_with("--") {
            return (flags, text.slice(begin..text.len()));
        }
        let (word, end, quotes) = word(text, begin, escape);
        at = end;
        if word == *"--" {
            return (flags, text.slice(at..text.len()));
        }
        if quotes || !word.is_empty() {
            flags.push(flag(&word, text.places(begin..end)));
        }
    }
}

fn flag(word: &Text, span: Range<usize>) -> Flag {
    let bare = word.slice(2.min(word.len())..word.len());
    match bare.split_once('=') {
        Some((name, value)) => Flag { name, value: Some(value), span },
        None => Flag { name: bare, value: None, span },
    }
}

/// One word: its text, where it ends, and whether it had quotes.
fn word(text: &Text, begin: usize, escape: char) -> (Text, usize, bool) {
    let mut word = Text::empty(text.place(begin));
    let mut quote = None;
    let mut has_quotes = false;
    let rest = text.get(begin..).unwrap_or_default();
    let mut characters = rest.char_indices();
    while let Some((offset, mut character)) = characters.next() {
        let mut at = begin + offset;
        match quote {
            None if character.is_whitespace() => return (word, at, has_quotes),
            None if character == '\'' || character == '"' => {
                quote = Some(character);
                has_quotes = true;
                continue;
            }
            Some(open) if open == character => {
                quote = None;
                continue;
            }
            _ => {}
        }
        if character == escape {
            let Some((next, escaped)) = characters.next() else { continue };
            at = begin + next;
            character = escaped;
        }
        word.push(character, text.place(at), character.len_utf8());
    }
    (word, text.len(), has_quotes)
}

/// What kind of value a flag takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Text,
    Texts,
    Bool,
}

/// The flags of an instruction; `None` where flags are not looked at.
fn known(keyword: &str) -> Option<&'static [(&'static str, Takes)]> {
    Some(match keyword {
        "from" => &[("platform", Takes::Text)],
        "run" => &[
            ("mount", Takes::Texts),
            ("network", Takes::Text),
            ("security", Takes::Text),
            ("device", Takes::Texts),
        ],
        "copy" => &[
            ("chown", Takes::Text),
            ("from", Takes::Text),
            ("chmod", Takes::Text),
            ("link", Takes::Bool),
            ("exclude", Takes::Texts),
            ("parents", Takes::Bool),
        ],
        "add" => &[
            ("chown", Takes::Text),
            ("chmod", Takes::Text),
            ("link", Takes::Bool),
            ("keep-git-dir", Takes::Bool),
            ("checksum", Takes::Text),
            ("unpack", Takes::Bool),
            ("exclude", Takes::Texts),
        ],
        "healthcheck" => &[
            ("interval", Takes::Text),
            ("timeout", Takes::Text),
            ("start-period", Takes::Text),
            ("start-interval", Takes::Text),
            ("retries", Takes::Text),
        ],
        "arg" | "stopsignal" => return None,
        _ => &[],
    })
}

/// What BuildKit says of the flags.
pub(crate) fn check(keyword: &str, flags: &[Flag], problems: &mut Vec<Problem>) {
    let Some(known) = known(keyword) else { return };
    for (position, flag) in flags.iter().enumerate() {
        let name = flag.name.as_str();
        let mut refuse = |message: String| problems.push(Problem::new(message, flag.span.clone()));
        let Some((_, takes)) = known.iter().find(|(known, _)| *known == name) else {
            refuse(format!("unknown flag: --{name}"));
            continue;
        };
        let earlier = flags.get(..position).unwrap_or_default();
        if *takes != Takes::Texts && earlier.iter().any(|other| other.name == flag.name) {
            refuse(format!("duplicate flag specified: --{name}"));
            continue;
        }
        match (takes, flag.value.as_deref()) {
            (Takes::Bool, Some("")) | (Takes::Text | Takes::Texts, None) => {
                refuse(format!("missing a value on flag: --{name}"));
            }
            (Takes::Bool, Some(value))
                if !matches!(value.to_lowercase().as_str(), "true" | "false") =>
            {
                refuse(format!("expecting boolean value for flag --{name}, not: {value}"));
            }
            _ => {}
        }
        if let (Some(value), Some(message)) = (&flag.value, value_problem(keyword, flag)) {
            problems.push(Problem::new(message, value.span()));
        }
    }
}

/// What is wrong with the value of a flag.
fn value_problem(keyword: &str, flag: &Flag) -> Option<String> {
    let value = flag.value.as_deref()?;
    match (keyword, flag.name.as_str()) {
        ("run", "mount") => mount_problem(&flag.mount()?),
        ("run", "network") => (!matches!(value, "default" | "none" | "host"))
            .then(|| format!("invalid network mode {value:?}")),
        ("run", "security") => (!matches!(value, "insecure" | "sandbox"))
            .then(|| format!("security {value:?} is not valid")),
        ("copy", "from") => value.contains('$').then(|| {
            "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround".to_owned()
        }),
        _ => None,
    }
}

const MOUNT_KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];

fn mount_problem(mount: &Mount) -> Option<String> {
    for (key, value) in &mount.fields {
        let Some(value) = value else {
            let stands_alone = ["readonly", "ro", "readwrite", "rw", "required"];
            if stands_alone.contains(&key.as_str()) {
                continue;
            }
            return Some(format!("invalid field '{key}' must be a key=value pair"));
        };
        if key == "from" && value.find('$').is_some_and(|at| at + 1 < value.len()) {
            let why = "doesn't support variable expansion, define alias stage instead";
            return Some(format!("'{key}' {why}"));
        }
        if !MOUNT_KEYS.contains(&key.as_str()) {
            return Some(format!("unexpected key '{key}' in '{key}={value}'"));
        }
        let kinds = ["bind", "cache", "tmpfs", "secret", "ssh"];
        let kind = value.to_lowercase();
        if key == "type" && !value.contains('$') && !kinds.contains(&kind.as_str()) {
            return Some(format!("unsupported mount type {:?}", value.as_str()));
        }
    }
    None
}
