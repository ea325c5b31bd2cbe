//! What later steps do: the install command, cache keys and paths, the override.

use action_kit::Context;
use diagnostics::{Exit, Failure};
use pixi_workspace::View;
use pixi_workspace::lock::Row;
use serde_json::json;

use crate::answer::SCHEMA;
use crate::cache_key::{Basis, Cache};
use crate::check::{self, Examined};
use crate::settings::{self, Settings};
use crate::subject::{self, Files, Subject};

/// What later steps do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// The `pixi install` line, for a shell whose working directory is the workspace.
    pub install_command: String,
    /// For `actions/cache`; none where there is no lock to make a key from.
    pub keys: Option<Cache>,
}

/// The command.
///
/// # Errors
/// Settings, or a manifest that cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let settings = settings::read(context)?;
    let files = Files::read(context, &settings)?;
    let pixi = subject::assumed(&settings, &files)?;
    let examined = check::examine(context, &settings, files, pixi)?;
    check::outputs(context, &examined.answer, &[])?;
    let later = Later::of(context, &settings, &examined);
    later.tell(context)?;
    if context.inputs.flag("json") == Some(true) {
        context.log.result(later.json(&examined).to_string());
    } else {
        context.log.result(later.text(&examined));
    }
    Ok(Exit::Done)
}

impl Later {
    /// What suits an examined subject.
    pub fn of(context: &Context, settings: &Settings, examined: &Examined) -> Self {
        let subject = &examined.subject;
        let views = View::all(&subject.manifest, subject.pixi.version);
        Self {
            install_command: install_command(subject, settings),
            keys: cache(context, settings, examined, &views),
        }
    }

    /// Sets the outputs.
    ///
    /// # Errors
    /// A defect.
    pub fn tell(&self, context: &Context) -> Result<(), Failure> {
        context.outputs.set("install-command", &self.install_command)?;
        if let Some(keys) = &self.keys {
            context.outputs.set("cache-key", &keys.key)?;
            context.outputs.set("restore-keys", keys.restore_keys.join("\n"))?;
            context.outputs.set("cache-paths", keys.paths.join("\n"))?;
        }
        Ok(())
    }

    fn text(&self, examined: &Examined) -> String {
        let mut lines = vec![format!("install: {}", self.install_command)];
        if let Some(value) = &examined.answer.cuda_override.exported {
            lines.push(format!("override: CONDA_OVERRIDE_CUDA={value}"));
        }
        if let Some(keys) = &self.keys {
            lines.push(format!("cache key: {}", keys.key));
            lines.extend(keys.restore_keys.iter().map(|key| format!("restore key: {key}")));
            lines.extend(keys.paths.iter().map(|path| format!("cache path: {path}")));
        }
        lines.join("\n")
    }

    fn json(&self, examined: &Examined) -> serde_json::Value {
        json!({
            "schema": SCHEMA,
            "action": "pixi-cuda-setup",
            "version": env!("CARGO_PKG_VERSION"),
            "mode": "plan",
            "steps": [],
            "result": {
                "pixi": examined.answer.pixi,
                "install-command": self.install_command,
                "override": examined.answer.cuda_override,
                "cache-key": self.keys.as_ref().map(|keys| &keys.key),
                "restore-keys": self.keys.as_ref().map(|keys| &keys.restore_keys),
                "cache-paths": self.keys.as_ref().map(|keys| &keys.paths),
            },
        })
    }
}

/// Keys and paths for the environments that are installed, with the row each takes.
fn cache(
    context: &Context,
    settings: &Settings,
    examined: &Examined,
    views: &[View<'_>],
) -> Option<Cache> {
    let subject = &examined.subject;
    let lock = subject.lock()?;
    let taken = |name: &str| {
        let view = views.iter().find(|view| view.name() == name)?;
        let facts = examined.answer.environments.iter().find(|facts| facts.name == name)?;
        let row = view.row(facts.prediction.as_ref()?.install.row.as_deref()?)?;
        view.locked_row(lock, row)
    };
    let environments: Vec<(&str, Option<&Row>)> =
        subject.environments.iter().map(|name| (name.as_str(), taken(name))).collect();
    let root = context.paths.host(&subject.files.root);
    let root = root.unwrap_or_else(|_| subject.files.root.clone());
    Some(Cache::of(&Basis {
        prefix: &settings.cache_prefix,
        lock,
        environments: &environments,
        subdir: &subject.subdir,
        version: subject.pixi.version,
        cuda_override: examined.answer.cuda_override.in_force.as_deref(),
        workspace: &root.to_string_lossy(),
        folder: &subject.files.prefix,
    }))
}

/// `pixi install`, with the reasons for a stale lock in its log.
fn install_command(subject: &Subject, settings: &Settings) -> String {
    let mut words = vec!["pixi", "install", "-v"];
    if settings.frozen {
        words.push("--frozen");
    } else if subject.is_locked(settings) {
        words.push("--locked");
    }
    let manifest = subject.manifest.source.name();
    if manifest.contains('/') || settings.manifest_path.is_some() {
        words.extend(["--manifest-path", manifest]);
    }
    if subject.environments != ["default"] {
        words.extend(subject.environments.iter().flat_map(|name| ["-e", name]));
    }
    words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=+@:,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        for (word, expected) in [
            ("-e", "-e"),
            ("sub/pixi.toml", "sub/pixi.toml"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$(x)", "'$(x)'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
