//! Plays `actions/cache/restore` and `actions/cache/save`: exactly their inputs, archives by key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A cache that outlives jobs.
pub(crate) struct Cache {
    folder: tempfile::TempDir,
    /// Keys in the order they were saved.
    keys: Vec<String>,
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), keys: Vec::new() }
    }

    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    fn archive(&self, key: &str) -> PathBuf {
        let at = self.keys.iter().position(|known| known == key).unwrap();
        self.folder.path().join(format!("{at}.tar"))
    }

    /// `actions/cache/restore`: its outputs.
    pub(crate) fn restore(
        &self,
        with: &BTreeMap<String, String>,
        workspace: &Path,
    ) -> BTreeMap<String, String> {
        known(with, &["path", "key", "restore-keys"]);
        let key = &with["key"];
        let prefixes = with.get("restore-keys").map_or("", String::as_str).lines();
        let newest =
            |prefix: &str| self.keys.iter().rev().find(|known| known.starts_with(prefix)).cloned();
        let exact = self.keys.iter().find(|known| *known == key).cloned();
        let matched = exact.clone().or_else(|| {
            let mut prefixes = prefixes.filter(|prefix| !prefix.is_empty());
            prefixes.find_map(newest)
        });
        if let Some(matched) = &matched {
            tar(&["--extract", "--preserve-permissions"], &self.archive(matched), workspace, &[]);
        }
        let hit = matched.as_ref().map(|matched| (matched == key).to_string());
        [
            ("cache-primary-key", key.clone()),
            ("cache-matched-key", matched.unwrap_or_default()),
            ("cache-hit", hit.unwrap_or_default()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// `actions/cache/save`.
    pub(crate) fn save(&mut self, with: &BTreeMap<String, String>, workspace: &Path) {
        known(with, &["path", "key"]);
        let key = &with["key"];
        if self.keys.contains(key) {
            return;
        }
        assert!(key.len() <= 512 && !key.contains(','), "{key}");
        self.keys.push(key.clone());
        let paths: Vec<&str> = with["path"].lines().filter(|path| !path.is_empty()).collect();
        let there = |path: &&str| workspace.join(path).exists();
        let paths: Vec<&str> = paths.into_iter().filter(there).collect();
        assert!(!paths.is_empty(), "nothing to save under {key}");
        tar(&["--create"], &self.archive(key), workspace, &paths);
    }
}

/// The real actions warn of inputs they do not have.
fn known(with: &BTreeMap<String, String>, names: &[&str]) {
    for name in with.keys() {
        assert!(names.contains(&name.as_str()), "actions/cache has no input `{name}`");
    }
    assert!(!with["key"].is_empty() && !with["path"].is_empty(), "{with:?}");
}

fn tar(what: &[&str], archive: &Path, folder: &Path, paths: &[&str]) {
    let mut command = Command::new("tar");
    command.args(what).arg("--absolute-names").arg("--file").arg(archive);
    let status = command.arg("--directory").arg(folder).args(paths).status().unwrap();
    assert!(status.success());
}
