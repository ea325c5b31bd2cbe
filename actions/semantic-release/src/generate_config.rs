//! The sub-command `generate-config`: python-semantic-release's defaults, to start from.

use action_kit::Context;
use diagnostics::{Exit, Failure};

/// The name of the sub-command.
pub const COMMAND: &str = "generate-config";

const TOML: &str = include_str!("generate_config/defaults.toml");
const JSON: &str = include_str!("generate_config/defaults.json");

/// Prints the defaults.
///
/// # Errors
/// None.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let is_json = context.inputs.text("format") == Some("json");
    let for_pyproject = context.inputs.flag("pyproject") == Some(true);
    context.log.result(text(is_json, for_pyproject));
    Ok(Exit::Done)
}

/// The defaults. In JSON there is no `tool` around them, also for `pyproject.toml`.
fn text(is_json: bool, for_pyproject: bool) -> String {
    match (is_json, for_pyproject) {
        (true, _) => JSON.to_owned(),
        // An empty line ends it, so that more can be appended.
        (false, false) => format!("{TOML}\n"),
        (false, true) => text(false, false).replace("[semantic_release", "[tool.semantic_release"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{ReadOptions, read};
    use diagnostics::Source;

    #[test]
    fn what_is_printed_changes_nothing() {
        let options = ReadOptions {
            strict: Some(true),
            env: &|_| None,
            directory: "/".as_ref(),
            compat: None,
            parser: None,
            lock_files: None,
        };
        let (defaults, _) = read(None, &options).unwrap();
        for (is_json, for_pyproject) in [(false, false), (false, true), (true, false)] {
            let source = Source::text("defaults", text(is_json, for_pyproject));
            let tree =
                if is_json { config::parse_json(&source) } else { config::parse_toml(&source) };
            let (settings, warnings) = read(Some(&tree.unwrap()), &options).unwrap();
            assert!(warnings.is_empty(), "{warnings:?}");
            let shown = |settings: &crate::settings::Settings| {
                let s = settings;
                let changelog = &s.changelog;
                format!(
                    "{:?} {:?} {} {} {:?} {:?} {:?} {} {} {} {:?} {:?} {} {}",
                    s.branches,
                    s.parser,
                    s.allow_zero_version,
                    s.major_on_zero,
                    s.tag_format,
                    s.commit_message,
                    s.stamps,
                    s.repo_dir,
                    s.remote_name,
                    changelog.rewrite,
                    changelog.format,
                    changelog.insertion_flag,
                    changelog.file.value,
                    changelog.mask_initial_release,
                )
            };
            assert_eq!(shown(&settings), shown(&defaults));
            assert_eq!(
                settings.author.map(|author| author.name).as_deref(),
                Some("semantic-release")
            );
        }
    }
}
