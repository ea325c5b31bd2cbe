//! Annotations: `error`, `warning` and `notice` commands and what the runner makes of their places.

use crate::command::{Command, Properties};
use crate::layout::PathMap;

/// The most annotations of one severity the runner records per step.
pub const PER_SEVERITY: usize = 10;
/// The length in UTF-16 units a message is cut to.
pub const MESSAGE_LIMIT: usize = 4096;

/// How severe an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// `error`.
    Error,
    /// `warning`.
    Warning,
    /// `notice`.
    Notice,
}

impl Severity {
    /// The severity of a command name.
    pub fn of(command: &str) -> Option<Self> {
        match command.to_ascii_lowercase().as_str() {
            "error" => Some(Self::Error),
            "warning" => Some(Self::Warning),
            "notice" => Some(Self::Notice),
            _ => None,
        }
    }

    /// The name of the command.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// An annotation as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Error, warning or notice.
    pub severity: Severity,
    /// The message, masked and cut.
    pub message: String,
    /// `file`, `line`, `endLine`, `col`, `endColumn`, `title` and whatever else was given.
    pub properties: Properties,
}

impl Annotation {
    /// An annotation without a place.
    pub fn plain(severity: Severity, message: impl Into<String>) -> Self {
        Self { severity, message: message.into(), properties: Properties::default() }
    }

    /// A property, such as `file`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.properties.get(name)
    }
}

/// Turns an issue command into an annotation: place checked, path made relative to the workspace.
///
/// `workspace` is the folder on the host.
pub fn from_command(
    severity: Severity,
    command: &Command,
    paths: &PathMap,
    workspace: &str,
) -> Annotation {
    let mut properties = command.properties.clone();
    validate_place(&mut properties);
    if let Some(file) = properties.get("file").map(|file| paths.to_host(file)) {
        let relative = file.strip_prefix(workspace).and_then(|rest| rest.strip_prefix('/'));
        let file = relative.map_or_else(|| file.clone(), str::to_owned);
        properties.set("file", file);
    }
    Annotation { severity, message: command.data.clone(), properties }
}

/// Line and column sanity (`ValidateLinesAndColumns` in `ActionCommandManager.cs`).
pub fn validate_place(properties: &mut Properties) {
    let text = |properties: &Properties, name: &str| properties.get(name).map(str::to_owned);
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<i32>().ok());
    let (mut line, end_line) = (text(properties, "line"), text(properties, "endLine"));
    let (mut column, end_column) = (text(properties, "col"), text(properties, "endColumn"));
    let (line_number, end_line_number) = (number(&line), number(&end_line));
    let (column_number, end_column_number) = (number(&column), number(&end_column));
    let mut has_line = line_number.is_some();
    let mut has_column = column_number.is_some();
    let any_column = has_column || end_column_number.is_some();

    if end_line_number.is_some() && !has_line {
        properties.set("line", end_line.clone().unwrap_or_default());
        line.clone_from(&end_line);
        has_line = true;
    }
    if end_column_number.is_some() && !has_column {
        properties.set("col", end_column.clone().unwrap_or_default());
        column = end_column;
        has_column = column.is_some();
    }
    let drop_columns = |properties: &mut Properties| {
        properties.remove("col");
        properties.remove("endColumn");
    };
    if !has_line && any_column {
        drop_columns(properties);
    }
    if end_line_number.is_some() && line != end_line && any_column {
        drop_columns(properties);
    }
    // The numbers are those read before a missing start was filled in: zero where there was none.
    if has_line && end_line_number.is_some_and(|end| end < line_number.unwrap_or_default()) {
        properties.remove("line");
        properties.remove("endLine");
    }
    if has_column && end_column_number.is_some_and(|end| end < column_number.unwrap_or_default()) {
        drop_columns(properties);
    }
}

/// The annotations of one step, with the runner's limits.
#[derive(Clone, Debug, Default)]
pub struct Issues {
    recorded: Vec<Annotation>,
}

impl Issues {
    /// Records an annotation if its severity has room left; the message is cut.
    pub fn add(&mut self, mut annotation: Annotation) {
        annotation.message = cut(&annotation.message);
        let same = |known: &&Annotation| known.severity == annotation.severity;
        if self.recorded.iter().filter(same).count() < PER_SEVERITY {
            self.recorded.push(annotation);
        }
    }

    /// Records an annotation as act does: whole, however many there are.
    pub fn add_unlimited(&mut self, annotation: Annotation) {
        self.recorded.push(annotation);
    }

    /// What was recorded.
    pub fn recorded(&self) -> &[Annotation] {
        &self.recorded
    }
}

/// Cuts a message to [`MESSAGE_LIMIT`] UTF-16 units.
pub fn cut(message: &str) -> String {
    let mut units = 0;
    message
        .chars()
        .take_while(|character| {
            units += character.len_utf16();
            units <= MESSAGE_LIMIT
        })
        .collect()
}
