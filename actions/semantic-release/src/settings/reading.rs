//! The switches of [`Reading`].

use config::Table;
use diagnostics::Severity;

use crate::parser::Parser;
use crate::reading::{REPORT_UNPARSED, Reading, Squash};
use crate::version::Version;

/// Under the strict parser a message that does not parse is worth a word.
fn default_report(parser: &Parser) -> Option<Severity> {
    matches!(parser, Parser::Strict(_)).then_some(Severity::Warning)
}

/// Reads the keys; problems go to the table.
pub(super) fn read(table: &Table<'_>, parser: &Parser) -> Reading {
    let revert = table.choice("revert", &[("keep", false), ("cancel", true)]);
    let initial = table.string("initial_version");
    let initial_version = initial.as_ref().and_then(|text| Version::parse(&text.value, "").ok());
    let allow_zero = table.bool("allow_zero_version").is_some_and(|value| value.value);
    if let Some(text) = &initial {
        let problem = match &initial_version {
            Some(version) if version.is_prerelease() || !version.build.is_empty() => Some((
                format!("`{}` is not a full version", text.value),
                "write three numbers: `0.1.0`; a prerelease branch adds its token itself",
            )),
            Some(version) if version.major.is_zero() && !allow_zero => Some((
                format!("`{}` is below 1.0.0, and 0.x versions are not allowed", text.value),
                "set `allow_zero_version = true`, or the release after it would be 1.0.0",
            )),
            Some(_) => None,
            None => {
                Some((format!("`{}` is not a version", text.value), "write three numbers: `0.1.0`"))
            }
        };
        if let Some((message, help)) = problem {
            table.problems().push(text.error("release/initial-version", message).with_help(help));
        }
    }
    Reading {
        squash: table.choice("squash", &Squash::CHOICES).map(|word| word.value).unwrap_or_default(),
        cancel_reverts: revert.is_some_and(|word| word.value),
        release_as: table
            .choice("release_as", &[("off", false), ("on", true)])
            .is_some_and(|word| word.value),
        initial_version,
        overrides_file: table.string("overrides_file").filter(|file| !file.value.is_empty()),
        pr_overrides: table.bool("pr_overrides").is_some_and(|value| value.value),
        report_unparsed: table
            .choice("report_unparsed", &REPORT_UNPARSED)
            .map_or_else(|| default_report(parser), |word| word.value),
        ..Reading::default()
    }
}
