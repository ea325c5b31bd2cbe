//! A pixi that is there already.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use action_kit::Context;
use diagnostics::Diagnostic;
use pixi_workspace::PixiVersion;

use super::facts::Facts;
use super::place::version_of;
use super::version::Wish;
use crate::settings::Settings;

/// The newest pixi whose reading of a manifest is known here.
const NEWEST_KNOWN: PixiVersion = PixiVersion::new(0, 77, 0);

/// The `pixi` on PATH and its version, where nothing was said about version and place and it suits
/// manifest and lock. In a container of the runner PATH is the image's, not that of later steps, so
/// there is none.
///
/// # Errors
/// `requires-pixi` that is no version specifier.
pub(super) fn find(
    context: &Context,
    settings: &Settings,
    facts: &Facts,
) -> Result<Option<(PathBuf, PixiVersion)>, Diagnostic> {
    let is_open = settings.pixi_version.is_none()
        && settings.pixi_url.is_none()
        && settings.pixi_bin_path.is_none()
        && settings.pixi_sha256.is_none();
    if !is_open || !context.sees_what_steps_see() {
        return Ok(None);
    }
    let Some(path) = context.env("PATH").and_then(on_path) else { return Ok(None) };
    let command = context.child(&path.to_string_lossy(), &[]);
    let version = match version_of(command, &path.display().to_string()) {
        Ok(version) => version,
        Err(error) => {
            context.log.info(format!("{}; it is not used", error.message));
            return Ok(None);
        }
    };
    if let Some(reason) = unsuited(version, facts)? {
        context.log.info(format!("pixi {version} at {} is not used: {reason}", path.display()));
        return Ok(None);
    }
    context.log.info(format!("pixi {version} is at {}: nothing to download", path.display()));
    Ok(Some((path, version)))
}

fn on_path(path: &str) -> Option<PathBuf> {
    let folders = path.split(':').map(Path::new).filter(|folder| folder.is_absolute());
    let runs = |file: &PathBuf| {
        let metadata = file.metadata();
        metadata.is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
    };
    folders.map(|folder| folder.join("pixi")).find(runs)
}

/// Why a version does not suit manifest and lock.
fn unsuited(version: PixiVersion, facts: &Facts) -> Result<Option<String>, Diagnostic> {
    let is_required = match facts.required()? {
        Some(Wish::Exact(exact)) => exact == version,
        Some(Wish::Range(range)) => range.contains(version),
        _ => true,
    };
    if !is_required {
        let asked = facts.requires.as_ref().map_or("", |requires| requires.value.as_str());
        return Ok(Some(format!("`requires-pixi` asks for `{asked}`")));
    }
    if let Some(format) = facts.lock_format.filter(|format| *format > version.lock_format()) {
        return Ok(Some(format!("it does not read lock format {format}")));
    }
    let reads = facts.reads(version, NEWEST_KNOWN);
    Ok((!reads).then(|| "the manifest needs a newer one".to_owned()))
}

#[cfg(test)]
mod tests {
    use pixi_workspace::manifest::Document;

    use super::*;

    #[test]
    fn a_pixi_that_does_not_suit_is_passed_over() {
        let version = PixiVersion::new(0, 67, 2);
        let facts = |requires: Option<&str>, lock_format, platform: Option<&str>| {
            let requires = requires.map(|text| format!("requires-pixi = \"{text}\"\n"));
            let platform = platform.unwrap_or("\"linux-64\"");
            let text = format!(
                "[workspace]\nname = \"x\"\nchannels = []\nplatforms = [{platform}]\n{}",
                requires.unwrap_or_default()
            );
            let source = diagnostics::Source::file("pixi.toml", text);
            Facts::new(Document::parse(&source, Path::new("pixi.toml")).ok(), lock_format)
        };
        let rich = "{ platform = \"linux-64\", cuda = \"12\" }";
        let said = |facts: &Facts| unsuited(version, facts).unwrap();
        assert_eq!(said(&Facts::default()), None);
        assert_eq!(said(&facts(Some(">=0.60"), Some(6), None)), None);
        let cases = [
            (facts(Some(">=0.68"), None, None), "asks for `>=0.68`"),
            (facts(Some("==0.67.1"), None, None), "asks for `==0.67.1`"),
            (facts(None, Some(7), None), "lock format 7"),
            (facts(None, None, Some(rich)), "needs a newer one"),
        ];
        for (facts, reason) in cases {
            assert!(said(&facts).unwrap().contains(reason), "{facts:?}");
        }
    }

    #[test]
    fn only_programs_in_absolute_folders_count() {
        let root = tempfile::tempdir().unwrap();
        let [first, second] = ["a", "b"].map(|name| {
            let folder = root.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("pixi"), "").unwrap();
            folder
        });
        let runs = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(second.join("pixi"), runs).unwrap();
        let path = format!("a::{}:{}", first.display(), second.display());
        assert_eq!(on_path(&path), Some(second.join("pixi")));
        assert_eq!(on_path("a:"), None);
    }
}
