//! Masking (`src/Runner.Common/HostContext.cs`, `src/Sdk/DTLogging/Logging/ValueEncoders.cs`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Dialect;

/// The secrets of a job and how they are hidden.
#[derive(Clone, Debug, Default)]
pub struct Masker {
    dialect: Dialect,
    /// As they were added.
    values: Vec<String>,
    /// What is searched for, each derived form too.
    patterns: Vec<String>,
}

impl Masker {
    /// A masker with no secrets.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// Adds a secret; on the runner in all its encodings, under act as it is.
    pub fn add(&mut self, value: &str) {
        if value.is_empty() || self.values.iter().any(|known| known == value) {
            return;
        }
        self.values.push(value.to_owned());
        self.insert(value.to_owned());
        if self.dialect == Dialect::Runner {
            for form in derived(value) {
                self.insert(form);
            }
        }
    }

    /// Adds what an `add-mask` command names. Returns false if the runner only warns about it.
    ///
    /// The runner adds the whole and each of its lines; act adds the whole only.
    pub fn add_command(&mut self, value: &str) -> bool {
        match self.dialect {
            Dialect::Act => self.add(value),
            Dialect::Runner => {
                if value.trim().is_empty() {
                    return false;
                }
                self.add(value);
                for line in value.split(['\r', '\n']) {
                    self.add(line.trim());
                }
            }
        }
        true
    }

    /// The values as they were added, without derived forms.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Replaces every secret in one line by three asterisks; places that touch become one.
    pub fn mask(&self, line: &str) -> String {
        if self.dialect == Dialect::Act {
            return self
                .patterns
                .iter()
                .fold(line.to_owned(), |line, secret| line.replace(secret, "***"));
        }
        let mut hidden: Vec<(usize, usize)> = Vec::new();
        for pattern in &self.patterns {
            let mut from = 0;
            while let Some(at) = line.get(from..).and_then(|rest| rest.find(pattern.as_str())) {
                let start = from + at;
                hidden.push((start, start + pattern.len()));
                from = start + line[start..].chars().next().map_or(1, char::len_utf8);
            }
        }
        hidden.sort_unstable();
        let mut masked = String::new();
        let mut at = 0;
        let mut ranges = hidden.into_iter().peekable();
        while let Some((start, mut end)) = ranges.next() {
            while let Some((_, next)) = ranges.next_if(|(next, _)| *next <= end) {
                end = end.max(next);
            }
            masked.push_str(&line[at..start]);
            masked.push_str("***");
            at = end;
        }
        masked.push_str(&line[at..]);
        masked
    }

    /// Whether the text holds a secret.
    pub fn hides(&self, text: &str) -> bool {
        self.patterns.iter().any(|pattern| text.contains(pattern.as_str()))
    }

    fn insert(&mut self, pattern: String) {
        if !pattern.is_empty() && !self.patterns.contains(&pattern) {
            self.patterns.push(pattern);
        }
    }
}

fn derived(value: &str) -> Vec<String> {
    let mut forms: Vec<String> = (0..3).map(|shift| base64(value, shift)).collect();
    forms.push(value.replace('"', "\\\""));
    forms.push(value.replace('\'', "''"));
    forms.push(json(value));
    forms.push(uri(value));
    forms.push(xml(value));
    if value.len() > 8 && value.starts_with('"') && value.ends_with('"') {
        forms.push(value[1..value.len() - 1].to_owned());
    }
    forms.extend(ampersand(value).into_iter().filter(|section| section.chars().count() >= 6));
    forms
}

fn base64(value: &str, shift: usize) -> String {
    let bytes = value.as_bytes();
    let bytes = if bytes.len() > shift { &bytes[shift..] } else { bytes };
    STANDARD.encode(bytes)
}

fn json(value: &str) -> String {
    let quoted = serde_json::to_string(value).unwrap_or_default();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
}

/// `Uri.EscapeDataString`: everything but letters, digits and `-._~` as UTF-8 bytes.
fn uri(value: &str) -> String {
    let escaped = value.bytes().map(|byte| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    });
    escaped.collect()
}

fn xml(value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    value.replace('"', "&quot;").replace('\'', "&apos;")
}

/// The two sections of a secret that a shell prints apart when it stumbles over `&`.
fn ampersand(value: &str) -> Vec<String> {
    if let Some(at) = value.find("&+") {
        let before = value[..at + 2].to_owned();
        let after = value[at + 2..].chars().skip(1).collect();
        vec![before, after]
    } else if let Some(at) = value.rfind('&') {
        vec![value[..=at].to_owned(), value[at + 1..].to_owned()]
    } else {
        Vec::new()
    }
}
