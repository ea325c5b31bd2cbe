//! Workflow commands as the runner parses them (`src/Runner.Common/ActionCommand.cs`).

/// A parsed command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The name as written; names are compared without case.
    pub name: String,
    /// Properties in order, unescaped.
    pub properties: Properties,
    /// The data, unescaped.
    pub data: String,
}

/// Properties of a command or annotation; names are compared without case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties(Vec<(String, String)>);

impl Properties {
    /// The value of a property.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Sets a property, replacing an earlier value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.0.iter_mut().find(|(key, _)| key.eq_ignore_ascii_case(name)) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Takes a property away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    /// All properties in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Escapes of the data of a `::` command, in the order in which they are undone.
const DATA: &[(&str, &str)] = &[("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
/// Escapes of the properties of a `::` command.
const PROPERTY: &[(&str, &str)] =
    &[("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
/// Escapes of a `##[` command.
const OLD: &[(&str, &str)] =
    &[("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%")];

fn unescape(text: &str, escapes: &[(&str, &str)]) -> String {
    escapes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Parses a line in either syntax; `known` says which names are commands.
pub fn parse(line: &str, known: impl Fn(&str) -> bool) -> Option<Command> {
    parse_v2(line, &known).or_else(|| parse_v1(line, &known))
}

/// Parses `::name key=value,...::data` at the start of the line, blanks before it allowed.
pub fn parse_v2(line: &str, known: impl Fn(&str) -> bool) -> Option<Command> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (info, data) = rest.split_once("::")?;
    let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
    known(name).then(|| Command {
        name: name.to_owned(),
        properties: split_properties(properties.trim(), ',', PROPERTY),
        data: unescape(data, DATA),
    })
}

/// Parses `##[name key=value;...]data` anywhere in the line.
pub fn parse_v1(line: &str, known: impl Fn(&str) -> bool) -> Option<Command> {
    let (_, rest) = line.split_once("##[")?;
    let (info, data) = rest.split_once(']')?;
    let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
    known(name).then(|| Command {
        name: name.to_owned(),
        properties: split_properties(properties, ';', OLD),
        data: unescape(data, OLD),
    })
}

fn split_properties(text: &str, separator: char, escapes: &[(&str, &str)]) -> Properties {
    let mut properties = Properties::default();
    for part in text.split(separator) {
        // .NET's split drops empty pieces before it counts, so `=a=b` is name `a`, value `b`.
        if let Some((name, value)) = part.trim_start_matches('=').split_once('=')
            && !value.is_empty()
        {
            properties.set(name, unescape(value, escapes));
        }
    }
    properties
}
