//! Which pixi: what was asked for, and the release that is.
//!
//! `auto` is what the manifest's `requires-pixi` asks for. A manifest that asks for nothing gets
//! the newest pixi that writes the format its lock has: a newer one would read it too, but
//! `pixi lock` and every change would turn it into a format the others of the team cannot read, and
//! `pixi lock --check` fails on it. Where that pixi is too old for the manifest (platforms with
//! virtual packages came with 0.71, the format before), the newest is taken.

use conda::{Version, VersionSpec};
use config::Spanned;
use diagnostics::Diagnostic;
use pixi_workspace::PixiVersion;

use super::facts::Facts;

/// The first format that has a version number in today's sense; older locks are rewritten anyway.
const OLDEST_FORMAT: u8 = 4;

/// What was asked for.
#[derive(Clone, Debug)]
pub enum Wish {
    /// What suits manifest and lock.
    Auto,
    /// The newest.
    Latest,
    /// This one.
    Exact(PixiVersion),
    /// The newest that is within a range.
    Range(Range),
}

/// A range of versions, as conda writes them.
#[derive(Clone, Debug)]
pub struct Range {
    text: String,
    spec: VersionSpec,
}

/// A release of pixi.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its version.
    pub version: PixiVersion,
    /// Neither a draft nor a prerelease, and the file for this machine is there.
    pub is_ready: bool,
}

/// A version, and why this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The version.
    pub version: PixiVersion,
    /// Why, as a part of a sentence.
    pub why: String,
    /// A release further down the list might suit better.
    pub is_makeshift: bool,
}

impl Choice {
    fn new(version: PixiVersion, why: impl Into<String>) -> Self {
        Self { version, why: why.into(), is_makeshift: false }
    }
}

impl Range {
    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a version is within.
    pub fn contains(&self, version: PixiVersion) -> bool {
        let version: Result<Version, _> = version.to_string().parse();
        version.is_ok_and(|version| self.spec.matches(&version))
    }
}

impl Wish {
    /// Reads input `pixi-version`; `None` is `auto`.
    ///
    /// # Errors
    /// A text that is neither a version nor a range.
    pub fn read(given: Option<&Spanned<String>>) -> Result<Self, Diagnostic> {
        let Some(given) = given else { return Ok(Self::Auto) };
        match given.value.trim() {
            "auto" => Ok(Self::Auto),
            "latest" => Ok(Self::Latest),
            text => read(text).ok_or_else(|| {
                let message = format!("`{text}` is neither a version of pixi nor a range");
                given.error("install/version", message).with_help(
                    "write `auto`, `latest`, a version such as `0.77.0`, or a range such as `>=0.68,<0.80`",
                )
            }),
        }
    }
}

/// A version of three numbers, or a range; `0.77` alone is the range conda takes it for.
fn read(text: &str) -> Option<Wish> {
    let bare = text.strip_prefix('v').unwrap_or(text);
    let exact = bare.strip_prefix("==").unwrap_or(bare).trim();
    if exact.split('.').count() == 3
        && let Ok(version) = exact.parse()
    {
        return Some(Wish::Exact(version));
    }
    // `v0.77` is no version conda reads the way it is meant.
    let text = if bare.starts_with(|first: char| first.is_ascii_digit()) { bare } else { text };
    // conda takes words for versions, lower than any number; pixi has no such version.
    let is_plain = |c: char| c.is_ascii_digit() || " .*,|<>=!~()".contains(c);
    if !text.chars().all(is_plain) {
        return None;
    }
    let spec = VersionSpec::in_manifest(text).ok()?;
    Some(Wish::Range(Range { text: text.to_owned(), spec }))
}

impl Facts {
    /// `requires-pixi` as a wish.
    ///
    /// # Errors
    /// A text that is neither a version nor a range.
    pub fn required(&self) -> Result<Option<Wish>, Diagnostic> {
        let Some(requires) = &self.requires else { return Ok(None) };
        read(requires.value.trim()).map(Some).ok_or_else(|| {
            let message = format!("`requires-pixi` is no version specifier: `{}`", requires.value);
            requires
                .error("install/version", message)
                .with_help("write a range such as `requires-pixi = \">=0.68\"`")
        })
    }
}

/// The version to install, where it takes no list of releases.
///
/// # Errors
/// `requires-pixi` that is no version specifier.
pub fn without_list(wish: &Wish, facts: &Facts) -> Result<Option<Choice>, Diagnostic> {
    Ok(match wish {
        Wish::Exact(version) => Some(Choice::new(*version, "as asked for")),
        Wish::Auto => match facts.required()? {
            Some(Wish::Exact(version)) => Some(Choice::new(version, "`requires-pixi` names it")),
            _ => None,
        },
        Wish::Latest | Wish::Range(_) => None,
    })
}

/// The version to install, of the releases there are.
///
/// # Errors
/// No release is what was asked for; `requires-pixi` that is no version specifier.
pub fn choose(releases: &[Release], wish: &Wish, facts: &Facts) -> Result<Choice, Diagnostic> {
    if let Some(choice) = without_list(wish, facts)? {
        return Ok(choice);
    }
    let newest = |fits: &dyn Fn(PixiVersion) -> bool| {
        let ready = releases.iter().filter(|release| release.is_ready);
        ready.map(|release| release.version).filter(|version| fits(*version)).max()
    };
    let within = |range: &Range, whose: &str| {
        let version = newest(&|version| range.contains(version)).ok_or_else(|| {
            let message = format!("no release of pixi is within `{}`, {whose}", range.text);
            no_release(message, newest(&|_| true))
        })?;
        Ok(Choice::new(version, format!("the newest within `{}`, {whose}", range.text)))
    };
    let latest = || {
        let none = || no_release("there is no release of pixi".to_owned(), None);
        newest(&|_| true).ok_or_else(none)
    };
    match wish {
        Wish::Exact(version) => Ok(Choice::new(*version, "as asked for")),
        Wish::Latest => Ok(Choice::new(latest()?, "the newest")),
        Wish::Range(range) => within(range, "as asked for"),
        Wish::Auto => {
            if let Some(Wish::Range(range)) = facts.required()? {
                return within(&range, "as `requires-pixi` asks for");
            }
            Ok(for_lock(latest()?, facts, newest))
        }
    }
}

/// The newest that writes the format of the lock, or the newest.
fn for_lock(
    latest: PixiVersion,
    facts: &Facts,
    newest: impl Fn(&dyn Fn(PixiVersion) -> bool) -> Option<PixiVersion>,
) -> Choice {
    let format = facts.lock_format.filter(|format| *format >= OLDEST_FORMAT);
    let Some(format) = format.filter(|format| *format < latest.lock_format()) else {
        return Choice::new(latest, "the newest");
    };
    let fits =
        |version: PixiVersion| version.lock_format() == format && facts.reads(version, latest);
    if let Some(version) = newest(&fits) {
        return Choice::new(version, format!("the newest that writes lock format {format}"));
    }
    let why = format!("the newest; none writes lock format {format} and reads the manifest");
    Choice { is_makeshift: true, ..Choice::new(latest, why) }
}

fn no_release(message: String, newest: Option<PixiVersion>) -> Diagnostic {
    let error = Diagnostic::bad_input("install/no-release", message);
    let error = match newest {
        Some(newest) => error.with_note(format!("the newest is {newest}")),
        None => error,
    };
    error.with_help(
        "give another `pixi-version`; https://github.com/prefix-dev/pixi/releases lists them",
    )
}

#[cfg(test)]
mod tests;
