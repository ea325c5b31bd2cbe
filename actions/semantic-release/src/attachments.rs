//! Files that are attached to a release.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use config::Spanned;
use diagnostics::{Diagnostic, Failure};
use github::AssetUpload;
use history::Oid;
use serde::Serialize;

use crate::files::{Planned, is_unchanged};
use crate::paths::{is_ignored, pathspec};
use crate::session::Session;

/// GitHub takes files smaller than this.
const TOO_LARGE: u64 = 2 * 1024 * 1024 * 1024;

/// A file to attach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Its name there.
    pub name: String,
    /// Where it is, relative to the root of the repository.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Where it is, absolute.
    #[serde(skip)]
    pub file: PathBuf,
}

impl Attachment {
    /// What is asked of GitHub.
    pub fn upload(&self) -> AssetUpload {
        AssetUpload {
            path: self.file.clone(),
            name: self.name.clone(),
            label: None,
            content_type: None,
        }
    }
}

/// What the setting `assets` stands for.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// Files to attach, by name.
    pub attachments: Vec<Attachment>,
    /// Those that go into the release commit too: git knows them, or does not ignore them.
    pub committed: Vec<Planned>,
    /// Items that stand for no file yet.
    pub missing: Vec<Spanned<String>>,
}

impl Assets {
    /// Finds the files. `files` are written by the release itself before anything is attached.
    ///
    /// # Errors
    /// Files that cannot be attached.
    pub fn find(session: &Session, tip: Oid, files: &[Planned]) -> Result<Self, Failure> {
        let mut assets = Self::default();
        let mut problems = Vec::new();
        let mut known = Vec::new();
        for item in &session.settings.release.assets {
            let mut found = pathspec(&session.directory, &item.value);
            if found.is_empty() {
                found = pathspec(&session.root, &item.value);
            }
            let planned = session.path_in_repository(&item.value);
            if found.is_empty() && files.iter().any(|file| file.path == planned) {
                found.push(session.root.join(&planned));
            }
            if found.is_empty() {
                assets.missing.push(item.clone());
            }
            found.retain(|file| !known.contains(file));
            for file in found {
                known.push(file.clone());
                if let Err((why, help)) = assets.add(session, tip, files, file) {
                    problems.push(item.error("release/asset", why).with_help(help));
                }
            }
        }
        problems.extend(same_names(&assets.attachments));
        if problems.is_empty() { Ok(assets) } else { Err(problems.into()) }
    }

    /// Refuses items that stand for no file.
    ///
    /// # Errors
    /// Every one of them.
    pub fn check_missing(&self) -> Result<(), Failure> {
        let problem = |item: &Spanned<String>| {
            item.error("release/asset-missing", format!("asset `{}` does not exist", item.value))
                .with_help("build it before this step, or take it out of `assets`; paths start at the working directory")
        };
        let problems: Vec<Diagnostic> = self.missing.iter().map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
    }

    fn add(
        &mut self,
        session: &Session,
        tip: Oid,
        files: &[Planned],
        file: PathBuf,
    ) -> Result<(), (String, &'static str)> {
        let path = below(&session.root, &file)?;
        if let Some(planned) = files.iter().find(|planned| planned.path == path) {
            let bytes = planned.contents.len() as u64;
            self.attachments.push(Attachment { name: name(&path), path, bytes, file });
            return Ok(());
        }
        let attachment = attachment(&session.root, file.clone())?;
        let committed = session
            .repository
            .file_at(tip, &path)
            .map_err(|error| (error.to_string(), "check the repository with `git fsck`"))?;
        let git_dir = session.repository.git_dir();
        let in_commit = committed.is_some() || !is_ignored(&session.root, git_dir, &path);
        if in_commit && !file.is_symlink() {
            let contents = std::fs::read(&file).map_err(|error| unreadable(&path, &error))?;
            let before = committed.as_ref().map(|file| file.contents.as_slice());
            let executable =
                file.metadata().is_ok_and(|meta| meta.permissions().mode() & 0o100 != 0);
            let same_mode = committed.as_ref().is_none_or(|file| file.executable == executable);
            let in_commit = !(is_unchanged(Some(&contents), before) && same_mode);
            self.committed.push(Planned { path, contents, executable, in_commit });
        }
        self.attachments.push(attachment);
        Ok(())
    }
}

/// A file as an attachment.
///
/// # Errors
/// Why it cannot be one, and what helps.
pub fn attachment(root: &Path, file: PathBuf) -> Result<Attachment, (String, &'static str)> {
    let path = below(root, &file)?;
    let bytes = file.metadata().map_err(|error| unreadable(&path, &error))?.len();
    if bytes == 0 {
        return Err((format!("`{path}` is empty"), "GitHub takes no empty files: leave it out"));
    }
    if bytes >= TOO_LARGE {
        let help = "GitHub takes files below 2 GiB: split it, or publish it elsewhere";
        return Err((format!("`{path}` has {bytes} bytes"), help));
    }
    Ok(Attachment { name: name(&path), path, bytes, file })
}

/// Two files that GitHub would store under one name.
pub fn same_names(attachments: &[Attachment]) -> Vec<Diagnostic> {
    let stored = |attachment: &Attachment| github::stored_asset_name(&attachment.name);
    let mut problems = Vec::new();
    for (index, attachment) in attachments.iter().enumerate() {
        let mut earlier = attachments.iter().take(index);
        if let Some(other) = earlier.find(|other| stored(other) == stored(attachment)) {
            problems.push(
                Diagnostic::bad_input(
                    "release/asset-name",
                    format!("`{}` and `{}` have the same name", other.path, attachment.path),
                )
                .with_help("the files of a release have no folders: rename one, or leave it out"),
            );
        }
    }
    problems
}

fn unreadable(path: &str, error: &std::io::Error) -> (String, &'static str) {
    (format!("`{path}` cannot be read: {error}"), "check the file's permissions")
}

fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// The path below the root; a link must not lead out of the repository.
fn below(root: &Path, file: &Path) -> Result<String, (String, &'static str)> {
    let help = "only files of the repository's folder are published: copy it there first";
    let outside = || (format!("`{}` is outside the repository", file.display()), help);
    let mut path = PathBuf::new();
    for part in file.components() {
        match part {
            std::path::Component::ParentDir => drop(path.pop()),
            std::path::Component::CurDir => {}
            part => path.push(part),
        }
    }
    let below = path.strip_prefix(root).map_err(|_| outside())?;
    // What the release writes itself may not be there yet.
    if path.canonicalize().is_ok_and(|real| !real.starts_with(root)) {
        return Err(outside());
    }
    below.to_str().map(str::to_owned).ok_or_else(outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_attached() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("dist")).unwrap();
        std::fs::write(root.join("dist/a.whl"), "x").unwrap();
        std::fs::write(root.join("empty"), "").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", root.join("link")).unwrap();
        let found = attachment(&root, root.join("dist/../dist/a.whl")).unwrap();
        assert_eq!(
            (found.name.as_str(), found.path.as_str(), found.bytes),
            ("a.whl", "dist/a.whl", 1)
        );
        for (file, why) in [
            ("empty", "is empty"),
            ("link", "outside"),
            ("../x", "outside"),
            ("dist/none", "cannot be read"),
        ] {
            let (message, _) = attachment(&root, root.join(file)).unwrap_err();
            assert!(message.contains(why), "{file}: {message}");
        }
    }

    #[test]
    fn one_name_twice() {
        let file = |path: &str| Attachment {
            name: name(path),
            path: path.to_owned(),
            bytes: 1,
            file: PathBuf::new(),
        };
        assert_eq!(same_names(&[file("a/x y"), file("b/z")]), Vec::new());
        assert_eq!(same_names(&[file("a/x y"), file("b/x.y")]).len(), 1);
    }
}
