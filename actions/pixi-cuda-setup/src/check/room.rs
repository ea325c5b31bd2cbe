//! The machine: free disk, and environments that are there already.

use std::path::Path;

use action_kit::Context;
use nix::sys::statvfs::statvfs;
use pixi_workspace::lock::Row;
use pixi_workspace::{Finding, View};

use crate::answer::Answer;
use crate::cache_key::restored::{self, Expected};
use crate::sizes::Size;
use crate::subject::Subject;

/// The largest marker file that is read.
const MOST: u64 = 1024 * 1024;

/// What the disk and a restored `.pixi` say.
pub(super) fn findings(
    context: &Context,
    subject: &Subject,
    views: &[View<'_>],
    answer: &Answer,
) -> Vec<Finding> {
    let root = &subject.files.root;
    // pixi resolves links in the path it writes down; those of another machine cannot be seen.
    let workspace = match context.paths.host(root) {
        Ok(host) if host != *root => host,
        _ => root.canonicalize().unwrap_or_else(|_| root.clone()),
    };
    let workspace = workspace.to_string_lossy();
    let mut findings = Vec::new();
    let mut rows: Vec<&Row> = Vec::new();
    for name in &subject.environments {
        let Some(view) = views.iter().find(|view| view.name() == name) else { continue };
        let facts = answer.environments.iter().find(|facts| facts.name == *name);
        let taken = facts.and_then(|facts| facts.prediction.as_ref()?.install.row.as_deref());
        let taken = taken.and_then(|row| view.row(row));
        let metadata = root.join(".pixi/envs").join(name).join("conda-meta");
        let (marker, prefix) =
            (read(&metadata.join("pixi")), read(&metadata.join("pixi_env_prefix")));
        let is_there = marker.is_some() || prefix.is_some();
        if !is_there {
            let locked =
                subject.lock().zip(taken).and_then(|(lock, row)| view.locked_row(lock, row));
            rows.extend(locked);
        }
        let expected = Expected {
            environment: name,
            workspace: &workspace,
            row: taken,
            version: subject.pixi.version,
        };
        findings.extend(restored::findings(marker.as_deref(), prefix.as_deref(), &expected));
    }
    if let Some(lock) = subject.lock() {
        let size = Size::of_all(lock, rows);
        findings.extend(free(root).and_then(|free| size.disk(free)));
        if context.runner.in_actions() {
            findings.extend(size.cache());
        }
    }
    findings
}

fn read(path: &Path) -> Option<String> {
    let length = path.metadata().ok()?.len();
    (length <= MOST).then(|| std::fs::read_to_string(path).ok()).flatten()
}

/// The bytes that are free where the environments go.
fn free(root: &Path) -> Option<u64> {
    let disk = statvfs(root).ok()?;
    disk.blocks_available().checked_mul(disk.fragment_size())
}
