//! A mirror: the address that `pixi-url` stands for, and the version that is there.
//!
//! A mirror has no list of releases. So a version has to be known, or the address has to be one
//! that needs none: a fixed one, or a template that knows `latest`.

use config::Spanned;
use diagnostics::Diagnostic;
use pixi_workspace::PixiVersion;

use super::facts::Facts;
use super::template::{Filled, Variables, Wrong, fill};
use super::unpack::Architecture;
use super::version::{Wish, without_list};

/// What a template amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirrored {
    /// The address.
    pub url: String,
    /// The version there, where anything names it.
    pub version: Option<PixiVersion>,
    /// Why this version.
    pub why: &'static str,
}

/// The address of the pixi that was asked for.
///
/// # Errors
/// A template that cannot be filled in or gives no address; a version that has to be known and is
/// not; an address that names another version than was asked for.
pub fn mirrored(
    template: &Spanned<String>,
    wish: &Wish,
    facts: &Facts,
    architecture: Architecture,
) -> Result<Mirrored, Diagnostic> {
    let file = architecture.file();
    let filled = |version: &str| {
        let variables = Variables { version, latest: version == "latest", file: &file };
        fill(&template.value, variables).map_err(|wrong| of_template(template, &wrong))
    };
    let fixed = filled("latest")?;
    if let Some(choice) = without_list(wish, facts)? {
        let filled = filled(&format!("v{}", choice.version))?;
        let named = if filled.names_version { None } else { named(&filled.url) };
        let other = named.filter(|named| *named != choice.version);
        if let Some(other) = other {
            let message =
                format!("`pixi-url` names pixi {other}, and {} is asked for", choice.version);
            return Err(template.error("install/url", message)
                .with_help("write `{{version}}` in place of the number (it stands for `v0.77.0`), or leave `pixi-version` out"));
        }
        let url = address(template, filled)?;
        return Ok(Mirrored { url, version: Some(choice.version), why: "as asked for" });
    }
    let is_fixed = !fixed.names_version && !fixed.knows_latest;
    if !is_fixed && needs_version(wish, facts, &fixed)? {
        let message = "a mirror has no list of releases to choose from";
        return Err(template.error("install/mirror-version", message).with_help(
            "give an exact `pixi-version`, such as `0.77.0`; `latest` works where `pixi-url` has a branch `{{#if latest}}`",
        ));
    }
    let version = named(&fixed.url);
    if let Some(version) = version.filter(|_| is_fixed) {
        fits(template, version, wish, facts)?;
    }
    let why = if version.is_some() { "`pixi-url` names it" } else { "what the mirror has" };
    Ok(Mirrored { url: address(template, fixed)?, version, why })
}

/// Whether a template that is not fixed must be given a version. setup-pixi fills in `latest` for
/// the version when asked for `latest`.
fn needs_version(wish: &Wish, facts: &Facts, fixed: &Filled) -> Result<bool, Diagnostic> {
    Ok(match wish {
        Wish::Latest | Wish::Exact(_) => false,
        Wish::Range(_) => true,
        Wish::Auto => facts.required()?.is_some() || !fixed.knows_latest,
    })
}

/// A fixed address must be of a version that was asked for.
fn fits(
    template: &Spanned<String>,
    version: PixiVersion,
    wish: &Wish,
    facts: &Facts,
) -> Result<(), Diagnostic> {
    let range = match wish {
        Wish::Range(range) => Some((range.clone(), "`pixi-version`")),
        Wish::Auto => match facts.required()? {
            Some(Wish::Range(range)) => Some((range, "`requires-pixi`")),
            _ => None,
        },
        _ => None,
    };
    match range.filter(|(range, _)| !range.contains(version)) {
        None => Ok(()),
        Some((range, whose)) => {
            let message =
                format!("`pixi-url` names pixi {version}, and {whose} asks for `{}`", range.text());
            Err(template
                .error("install/url", message)
                .with_help("name a version that is within, or widen the range"))
        }
    }
}

fn of_template(template: &Spanned<String>, wrong: &Wrong) -> Diagnostic {
    let start = template.span.start;
    // Within a settings file the text has quotes around it, or is escaped: then the whole is shown.
    let span = if template.source.contents().get(template.span.clone()) == Some(&template.value) {
        start + wrong.span.start..start + wrong.span.end
    } else {
        template.span.clone()
    };
    Diagnostic::bad_input("install/url", format!("`pixi-url`: {}", wrong.message))
        .with_label(&template.source, span, "")
        .with_help(
            "write an address such as `https://mirror.example/{{version}}/{{pixiFile}}.tar.gz`",
        )
}

fn address(template: &Spanned<String>, filled: Filled) -> Result<String, Diagnostic> {
    let url = filled.url;
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if is_web && !url.contains(|character: char| character.is_whitespace()) {
        return Ok(url);
    }
    Err(template
        .error("install/url", "`pixi-url` is not the address of a file on a web server")
        .with_help(
            "write an address such as `https://mirror.example/{{version}}/{{pixiFile}}.tar.gz`",
        ))
}

/// The version an address names: a part of its path that is three numbers, with or without a `v`.
fn named(url: &str) -> Option<PixiVersion> {
    let path = url.split(['?', '#']).next()?;
    let parts = path.split(['/', '-', '_']).filter(|part| part.split('.').count() == 3);
    parts.filter_map(|part| part.parse().ok()).next_back()
}

#[cfg(test)]
mod tests {
    use diagnostics::Source;

    use super::*;

    fn text(value: &str) -> Spanned<String> {
        let source = Source::text("input `pixi-url`", value);
        Spanned { value: value.to_owned(), span: 0..value.len(), source }
    }

    fn mirror(url: &str, wish: &str, requires: Option<&str>) -> Result<Mirrored, Diagnostic> {
        let wish = Wish::read((wish != "auto").then(|| text(wish)).as_ref()).unwrap();
        let facts = Facts { requires: requires.map(text), ..Facts::default() };
        mirrored(&text(url), &wish, &facts, Architecture::X86_64)
    }

    const BOTH: &str =
        "{{#if latest}}https://m/latest{{else}}https://m/{{version}}{{/if}}/{{pixiFile}}";
    const FILE: &str = "pixi-x86_64-unknown-linux-musl";

    #[test]
    fn addresses_and_versions() {
        let v = |minor| Some(PixiVersion::new(0, minor, 0));
        let cases = [
            (BOTH, "0.77.0", None, "https://m/v0.77.0/", v(77)),
            (BOTH, "latest", None, "https://m/latest/", None),
            (BOTH, "auto", None, "https://m/latest/", None),
            (BOTH, "auto", Some("==0.48.0"), "https://m/v0.48.0/", v(48)),
            ("https://m/{{version}}/{{pixiFile}}", "latest", None, "https://m/latest/", None),
            ("https://m/v0.48.0/{{pixiFile}}", "auto", None, "https://m/v0.48.0/", v(48)),
            ("https://m/v0.48.0/{{pixiFile}}", "0.48.0", None, "https://m/v0.48.0/", v(48)),
            ("https://m/v0.48.0/{{pixiFile}}", ">=0.40", None, "https://m/v0.48.0/", v(48)),
            ("https://m/v0.48.0/{{pixiFile}}", "auto", Some(">=0.40"), "https://m/v0.48.0/", v(48)),
            ("https://m/new/{{pixiFile}}", "0.48.0", None, "https://m/new/", v(48)),
            ("https://m/new/{{pixiFile}}", ">=0.40", None, "https://m/new/", None),
        ];
        for (template, wish, requires, folder, version) in cases {
            let found = mirror(template, wish, requires).unwrap();
            assert_eq!(found.url, format!("{folder}{FILE}"), "{template} {wish}");
            assert_eq!(found.version, version, "{template} {wish}");
        }
    }

    #[test]
    fn a_version_has_to_be_known() {
        let cases = [
            (BOTH, ">=0.40", None, "install/mirror-version"),
            (BOTH, "auto", Some(">=0.40"), "install/mirror-version"),
            ("https://m/{{version}}/x", "auto", None, "install/mirror-version"),
            ("https://m/v0.48.0/x", "0.77.0", None, "install/url"),
            ("https://m/v0.48.0/x", ">=0.70", None, "install/url"),
            ("https://m/v0.48.0/x", "auto", Some(">=0.70"), "install/url"),
            ("https://m/{{arch}}/x", "0.77.0", None, "install/url"),
            ("ftp://m/x", "0.77.0", None, "install/url"),
            ("https://m/a b", "0.77.0", None, "install/url"),
            ("{{#if latest}}https://m/x{{/if}}", "0.77.0", None, "install/url"),
        ];
        for (template, wish, requires, code) in cases {
            let error = mirror(template, wish, requires).unwrap_err();
            assert_eq!(error.code, code, "{template} {wish}");
            assert!(error.help.is_some() && !error.labels.is_empty());
        }
    }

    #[test]
    fn versions_in_addresses() {
        let cases = [
            ("https://m/v0.48.2/pixi", Some("0.48.2")),
            ("https://10.0.0.1/0.48.2/pixi-x86_64", Some("0.48.2")),
            ("https://m/pixi-0.48.2.tar.gz", None),
            ("https://m/1.2/v0.77.1/x?v=0.1.2", Some("0.77.1")),
        ];
        for (url, version) in cases {
            assert_eq!(named(url).map(|version| version.to_string()).as_deref(), version, "{url}");
        }
    }
}
