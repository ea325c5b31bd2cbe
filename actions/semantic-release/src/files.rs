//! The files of a release: what they are now, what they become.

mod around;
mod whole;

use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use config::Spanned;
use diagnostics::{Diagnostic, Failure, Source};
use history::{Oid, Repository};

use crate::changelog::{Style, Updated};
use crate::settings::Settings;
use crate::stamped;
use crate::survey::Changes;
use crate::template::{Rendered, Templates};

/// A file as the release has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// The new contents.
    pub contents: Vec<u8>,
    /// Whether it can be run.
    pub executable: bool,
    /// It differs from the commit the release starts from.
    pub in_commit: bool,
}

/// Where files are read.
pub struct Place<'r> {
    /// Files that are planned already and are the base of further changes.
    pub earlier: &'r [Planned],
    /// The repository.
    pub repository: &'r Repository,
    /// The top of its working tree, real path.
    pub root: PathBuf,
    /// Where the paths of the settings start, real path.
    pub directory: PathBuf,
    /// The commit the release starts from.
    pub tip: Oid,
    /// That commit is not the one that is checked out: the working tree says nothing.
    pub elsewhere: bool,
}

/// One way to change a file.
#[derive(Clone, Copy)]
enum Edit<'e> {
    Changelog,
    /// The whole contents come from templates.
    Rendered(&'e [u8]),
    Stamp(&'e crate::stamp::Stamp),
    Lock(&'e crate::locks::Lock),
}

/// What the edits need to know.
pub struct Content<'c> {
    /// The version as it is written.
    pub version: &'c str,
    /// Its tag.
    pub tag: &'c str,
    /// The text around the changes.
    pub style: &'c Style,
    /// The changes.
    pub changes: &'c Changes,
    /// Write the changelog.
    pub changelog: bool,
    /// What users' templates make, in place of the default changelog.
    pub rendered: Option<&'c [Rendered]>,
}

/// Plans the files of a release, with the warnings they give rise to. Nothing is written.
///
/// Where the working tree is as the commit has it, or already as the release would have it, the
/// commit's contents are the base, so that a second run gives the same result; edits of the user
/// are kept otherwise.
///
/// # Errors
/// Every file that is missing, outside the repository, not text, or lacks its version.
pub fn plan(
    place: &Place<'_>,
    settings: &Settings,
    content: &Content<'_>,
) -> Result<(Vec<Planned>, Vec<Diagnostic>), Failure> {
    let mut files: Vec<(String, Spanned<String>, Vec<Edit<'_>>)> = Vec::new();
    let mut problems = Vec::new();
    let mut add = |item: Spanned<String>, edit| match place.locate(&item) {
        Ok(path) => match files.iter_mut().find(|(known, ..)| *known == path) {
            Some((.., edits)) => edits.push(edit),
            None => files.push((path, item, vec![edit])),
        },
        Err(problem) => problems.push(problem),
    };
    let depth =
        place.directory.strip_prefix(&place.root).map_or(0, |path| path.components().count());
    match content.rendered.filter(|_| content.changelog) {
        Some(rendered) => {
            for file in rendered {
                add(Templates::item(file, depth), Edit::Rendered(&file.contents));
            }
        }
        None if content.changelog => add(settings.changelog.file.clone(), Edit::Changelog),
        None => {}
    }
    for stamp in &settings.stamps {
        add(Spanned { value: stamp.file.clone(), ..stamp.item.clone() }, Edit::Stamp(stamp));
    }
    let mut planned = Vec::new();
    let mut warnings = Vec::new();
    for (path, item, edits) in files {
        match place.plan_file(&path, &item, &edits, settings, content, &mut warnings) {
            Ok(file) => planned.extend(file),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    for lock in around::locks(place, settings, &planned)? {
        let item = around::item(&lock);
        let edits = [Edit::Lock(&lock)];
        match place.plan_file(&lock.path, &item, &edits, settings, content, &mut warnings) {
            Ok(file) => planned.extend(file),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok((planned, warnings)) } else { Err(problems.into()) }
}

impl Place<'_> {
    /// The path below the root; links must not lead out of the repository.
    fn locate(&self, item: &Spanned<String>) -> Result<String, Diagnostic> {
        let wrong = |why: &str| {
            problem(item, format!("`{}` {why}", item.value))
                .with_help("name a file inside the repository, relative to the working directory")
        };
        if item.value.chars().any(char::is_control) {
            return Err(wrong("holds a control character"));
        }
        let mut path = PathBuf::new();
        for part in self.directory.join(&item.value).components() {
            match part {
                Component::ParentDir => drop(path.pop()),
                Component::CurDir => {}
                part => path.push(part),
            }
        }
        let below =
            path.strip_prefix(&self.root).map_err(|_| wrong("is outside the repository"))?;
        if below.components().any(|part| is_git(part.as_os_str())) || below.as_os_str().is_empty() {
            return Err(wrong("is no file of the repository"));
        }
        // A link is there also when what it leads to is not.
        let is_there = |path: &&Path| path.symlink_metadata().is_ok();
        let existing = path.ancestors().find(is_there).unwrap_or(&self.root);
        if existing.is_symlink() {
            return Err(wrong("is a link, or lies behind one"));
        }
        let real =
            existing.canonicalize().map_err(|error| wrong(&format!("cannot be read: {error}")))?;
        if real != existing || !real.starts_with(&self.root) {
            return Err(wrong("is a link, or lies behind one"));
        }
        if path.is_dir() {
            return Err(wrong("is a directory"));
        }
        // Reading a pipe or a device would never end.
        if existing == path && !path.is_file() {
            return Err(wrong("is no regular file"));
        }
        if existing != path && !existing.is_dir() {
            return Err(wrong("lies below a file"));
        }
        below.to_str().map(str::to_owned).ok_or_else(|| wrong("is not UTF-8"))
    }

    fn plan_file(
        &self,
        path: &str,
        item: &Spanned<String>,
        edits: &[Edit<'_>],
        settings: &Settings,
        content: &Content<'_>,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Option<Planned>, Diagnostic> {
        let committed = self.repository.file_at(self.tip, path)?;
        let earlier = self.earlier.iter().find(|file| file.path == path);
        let here = if self.elsewhere {
            committed.as_ref().map(|file| file.contents.clone())
        } else {
            read(&self.root.join(path)).map_err(|error| {
                problem(item, format!("`{path}` cannot be read: {error}"))
                    .with_help("check the file's permissions and those of its folder")
            })?
        };
        let from_commit = committed.as_ref().map(|file| file.contents.as_slice());
        let edit = |bytes: Option<&[u8]>, edits: &[Edit<'_>], warnings: &mut Vec<Diagnostic>| {
            match edits.split_first() {
                // What was there does not matter, and need not be text.
                Some((Edit::Rendered(made), [])) => Ok(Some(made.to_vec())),
                Some((Edit::Rendered(made), rest)) => {
                    apply(path, item, Some(made), rest, settings, content, warnings)
                }
                _ => apply(path, item, bytes, edits, settings, content, warnings),
            }
        };
        let format = settings.changelog.format;
        // Without the changelog's, where its section has been written before.
        let open = |here: Option<&[u8]>| {
            let is_written = here.is_some_and(|here| {
                stamped::is_written(here, from_commit, format, content.version)
            });
            let is_open = |edit: &&Edit<'_>| !(is_written && matches!(edit, Edit::Changelog));
            edits.iter().filter(is_open).copied().collect::<Vec<_>>()
        };
        if let Some(earlier) = earlier {
            let bytes = Some(earlier.contents.as_slice());
            let Some(contents) = edit(bytes, &open(bytes), warnings)? else { return Ok(None) };
            let in_commit = from_commit != Some(contents.as_slice());
            return Ok(Some(Planned { contents, in_commit, ..earlier.clone() }));
        }
        let is_clean = is_unchanged(here.as_deref(), from_commit);
        let mut told = Vec::new();
        let base = if is_clean { from_commit } else { here.as_deref() };
        let mut result = edit(base, &open(base), &mut told);
        if !is_clean {
            let mut quiet = Vec::new();
            let planned = edit(from_commit, edits, &mut quiet);
            if let (Ok(Some(planned)), Some(here)) = (planned, &here)
                && planned == *here
            {
                (result, told) = (Ok(Some(planned)), quiet);
            }
        }
        warnings.extend(told);
        let Some(contents) = result? else { return Ok(None) };
        let executable = committed.as_ref().is_some_and(|file| file.executable);
        let in_commit = from_commit != Some(contents.as_slice());
        Ok(Some(Planned { path: path.to_owned(), contents, executable, in_commit }))
    }
}

/// Whether the file is as the commit has it, also where git wrote it with CRLF line ends here
/// (`core.autocrlf`, `eol=crlf`) that the commit does not have.
pub(crate) fn is_unchanged(here: Option<&[u8]>, committed: Option<&[u8]>) -> bool {
    let (Some(here), Some(committed)) = (here, committed) else { return here == committed };
    here == committed
        || !committed.contains(&b'\r')
            && here
                .split(|byte| *byte == b'\n')
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
                .eq(committed.split(|byte| *byte == b'\n'))
}

/// A problem with a file, where the settings name it; a default stands nowhere.
fn problem(item: &Spanned<String>, message: String) -> Diagnostic {
    if item.source.is_file() {
        item.error("release/file", message)
    } else {
        Diagnostic::bad_input("release/file", message)
    }
}

/// Whether a file system that ignores case, knows short names or drops characters takes this name
/// for `.git`, as git's own check of trees does.
pub(crate) fn is_git(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    // What HFS+ ignores, and what NTFS cuts off: streams, blanks and dots at the end.
    let name: String = name
        .chars()
        .filter(|c| {
            !matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
        })
        .take_while(|c| *c != ':')
        .collect();
    matches!(name.trim_end_matches([' ', '.']), ".git" | "git~1")
}

/// The file's bytes; `None` when there is none.
pub(crate) fn read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn apply(
    path: &str,
    item: &Spanned<String>,
    bytes: Option<&[u8]>,
    edits: &[Edit<'_>],
    settings: &Settings,
    content: &Content<'_>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Option<Vec<u8>>, Diagnostic> {
    let text = bytes.map(|bytes| String::from_utf8(bytes.to_vec())).transpose();
    let mut text = text.map_err(|_| {
        problem(item, format!("`{path}` is not UTF-8 text")).with_help("save the file as UTF-8")
    })?;
    for edit in edits {
        let there = |text: Option<String>| {
            let text = text.map(|text| Source::file(path.to_owned(), text));
            text.ok_or_else(|| {
                problem(item, format!("`{path}` does not exist")).with_help(
                    "create the file with a version in it, or take it out of the configuration",
                )
            })
        };
        text = Some(match edit {
            Edit::Changelog => changelog(path, text, settings, content, warnings),
            // Never behind another edit.
            Edit::Rendered(_) => text.unwrap_or_default(),
            Edit::Stamp(stamp) => {
                let text = text.or_else(|| stamp.makes_file().then(String::new));
                stamp.apply(&there(text)?, content.version, content.tag)?
            }
            Edit::Lock(lock) => lock.apply(&there(text)?)?,
        });
    }
    Ok(text.map(String::into_bytes))
}

fn changelog(
    path: &str,
    previous: Option<String>,
    settings: &Settings,
    content: &Content<'_>,
    warnings: &mut Vec<Diagnostic>,
) -> String {
    let Content { style, changes, .. } = content;
    let mut sections = vec![changes.section.clone()];
    sections.extend(changes.released.iter().cloned());
    if settings.changelog.rewrite {
        return style.whole(&sections, false);
    }
    let Some(previous) = previous.filter(|text| !text.is_empty()) else {
        return style.whole(&sections, true);
    };
    match style.update(&previous, &changes.section, changes.is_first) {
        Updated::Text(text) => text,
        Updated::NoFlag => {
            warnings.push(
                Diagnostic::warning(
                    "release/no-insertion-flag",
                    format!("`{path}` is not updated: it has no insertion flag"),
                )
                .with_help(format!(
                    "add a line `{}` where new sections belong",
                    style.insertion_flag
                )),
            );
            previous
        }
    }
}

/// Whether the sections of earlier releases are needed for the changelog.
pub fn needs_whole(place: &Place<'_>, settings: &Settings) -> bool {
    let path = place.directory.join(&settings.changelog.file.value);
    let committed = place
        .locate(&settings.changelog.file)
        .ok()
        .and_then(|path| place.repository.file_at(place.tip, &path).ok().flatten());
    let is_empty = |file: &[u8]| file.is_empty();
    settings.changelog.rewrite
        || committed.is_none_or(|file| is_empty(&file.contents))
        || !place.elsewhere && read(&path).ok().flatten().is_none_or(|bytes| is_empty(&bytes))
}

/// Writes a file so that nobody sees half of it; folders are made, the mode is kept.
///
/// # Errors
/// The file system's.
pub fn write(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let permissions = match std::fs::metadata(path) {
        Ok(metadata) => metadata.permissions(),
        Err(_) => std::fs::Permissions::from_mode(0o644),
    };
    let mut file = tempfile::Builder::new().prefix(".semantic-release-").tempfile_in(folder)?;
    file.write_all(contents)?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_keeps_the_mode_and_leaves_nothing_behind() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.txt");
        write(&path, b"1").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        write(&path, b"2").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"2");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o755);
        assert_eq!(std::fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn names_that_some_file_systems_take_for_git() {
        for name in
            [".git", ".GIT", "git~1", "GIT~1", ".git.", ".git ", ".g\u{200c}it", ".git::$INDEX"]
        {
            assert!(is_git(name.as_ref()), "{name}");
        }
        for name in [".github", ".gitignore", "git", "git~2x", "a.git"] {
            assert!(!is_git(name.as_ref()), "{name}");
        }
    }
}
