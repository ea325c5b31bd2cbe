//! What is found in manifest, lock, Dockerfile or workflow.

use std::fmt;
use std::ops::Range;

use diagnostics::{Diagnostic, Exit, Severity, Source};

use crate::PixiVersion;

/// One thing that is wrong, or worth knowing.
///
/// The message is a lower-case fragment without a full stop; the remedy one line that works when
/// it is followed to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable code, `area/name`: areas are `manifest`, `lock`, `cuda`, `docker`, `workflow`, `host`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where: the text and bytes of it. Without a place it is about what is missing.
    pub place: Option<(Source, Range<usize>)>,
    /// Further facts, one a line.
    pub notes: Vec<String>,
    /// The error text of pixi (or the silence) this comes before, as pixi words it.
    pub prevents: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// The versions of pixi it holds for.
    pub holds: Holds,
    /// The environment it is about.
    pub environment: Option<String>,
    /// The platform row it is about, by the manifest's name or the subdir.
    pub platform: Option<String>,
}

/// Versions of pixi, as a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// The first version.
    pub since: Option<PixiVersion>,
    /// The first version it no longer holds for.
    pub before: Option<PixiVersion>,
}

impl Holds {
    /// Every version.
    pub const ALL: Self = Self { since: None, before: None };

    /// From this minor version on.
    pub const fn since(minor: u64) -> Self {
        Self { since: Some(PixiVersion::new(0, minor, 0)), before: None }
    }

    /// Before this minor version.
    pub const fn before(minor: u64) -> Self {
        Self { since: None, before: Some(PixiVersion::new(0, minor, 0)) }
    }

    /// From the first minor version on, before the second.
    pub const fn between(since: u64, before: u64) -> Self {
        Self {
            since: Some(PixiVersion::new(0, since, 0)),
            before: Some(PixiVersion::new(0, before, 0)),
        }
    }

    /// Whether it holds for a version.
    pub fn contains(self, version: PixiVersion) -> bool {
        self.since.is_none_or(|since| since <= version)
            && self.before.is_none_or(|before| version < before)
    }
}

impl fmt::Display for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |version: PixiVersion| format!("{}.{}", version.major, version.minor);
        match (self.since.map(short), self.before.map(short)) {
            (None, None) => write!(f, "every pixi"),
            (Some(since), None) => write!(f, "pixi >= {since}"),
            (None, Some(before)) => write!(f, "pixi < {before}"),
            (Some(since), Some(before)) => write!(f, "pixi >= {since}, < {before}"),
        }
    }
}

impl Finding {
    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            place: None,
            notes: Vec::new(),
            prevents: None,
            remedy: None,
            holds: Holds::ALL,
            environment: None,
            platform: None,
        }
    }

    /// Something that fails, or passes and should not.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// Something that is probably wrong.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Something worth knowing.
    pub fn notice(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Notice, code, message)
    }

    /// Where it is.
    #[must_use]
    pub fn at(mut self, source: &Source, span: &Range<usize>) -> Self {
        self.place = Some((source.clone(), source.clamp(span)));
        self
    }

    /// Adds a further fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// pixi's own words it comes before.
    #[must_use]
    pub fn prevents(mut self, text: impl Into<String>) -> Self {
        self.prevents = Some(text.into());
        self
    }

    /// What to do.
    #[must_use]
    pub fn remedy(mut self, text: impl Into<String>) -> Self {
        self.remedy = Some(text.into());
        self
    }

    /// The versions of pixi it holds for.
    #[must_use]
    pub fn holds(mut self, holds: Holds) -> Self {
        self.holds = holds;
        self
    }

    /// The environment it is about.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// The platform row it is about.
    #[must_use]
    pub fn platform(mut self, name: impl Into<String>) -> Self {
        self.platform = Some(name.into());
        self
    }

    /// The same as a diagnostic, for terminal and annotations.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = match self.severity {
            Severity::Error => Diagnostic::check_failed(self.code, self.message.clone()),
            Severity::Warning => Diagnostic::warning(self.code, self.message.clone()),
            Severity::Notice => Diagnostic::notice(self.code, self.message.clone()),
        };
        debug_assert!(self.severity != Severity::Error || diagnostic.exit == Exit::CheckFailed);
        if let Some((source, span)) = &self.place {
            diagnostic = diagnostic.with_label(source, span.clone(), "");
        }
        for note in &self.notes {
            diagnostic = diagnostic.with_note(note.clone());
        }
        if let Some(text) = &self.prevents {
            diagnostic = diagnostic.with_note(format!("pixi itself: {text}"));
        }
        if self.holds != Holds::ALL {
            diagnostic = diagnostic.with_note(format!("holds for {}", self.holds));
        }
        if let Some(remedy) = &self.remedy {
            diagnostic = diagnostic.with_help(remedy.clone());
        }
        diagnostic
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_say_what_they_hold_for() {
        let at = |minor| PixiVersion::new(0, minor, 3);
        let holds = Holds::between(42, 71);
        assert_eq!(
            [41, 42, 70, 71].map(|minor| holds.contains(at(minor))),
            [false, true, true, false]
        );
        assert_eq!(holds.to_string(), "pixi >= 0.42, < 0.71");
        assert!(Holds::ALL.contains(at(1)) && !Holds::since(71).contains(at(70)));
    }

    #[test]
    fn a_diagnostic_says_all_of_it() {
        let source = Source::file("pixi.toml", "[workspace]\n");
        let finding = Finding::warning("manifest/x", "odd")
            .at(&source, &(0..11))
            .prevents("unknown environment 'prod'")
            .holds(Holds::since(71))
            .remedy("add `prod = []`");
        let diagnostic = finding.diagnostic();
        assert_eq!(
            diagnostic.notes,
            ["pixi itself: unknown environment 'prod'", "holds for pixi >= 0.71"]
        );
        assert_eq!(diagnostic.help.as_deref(), Some("add `prod = []`"));
        assert_eq!(diagnostic.labels.len(), 1);
    }
}
