//! The files around a manifest that have a say in CUDA: Dockerfiles, workflows, ignore files.

use std::path::{Path, PathBuf};

use action_kit::Context;
use config::{MAX_BYTES, Spanned};
use diagnostics::{Failure, Source};

use crate::settings::Settings;
use crate::subject::Files;

/// Files of one kind that are read at the most.
const MOST: usize = 200;

/// What lies around a manifest.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    /// The Dockerfiles.
    pub dockerfiles: Vec<Dockerfile>,
    /// `.github/workflows/*.yml` and `*.yaml`.
    pub workflows: Vec<Source>,
    /// `.gitignore` of the manifest's folder and those above it in the repository, each with its
    /// folder; that of the manifest's folder first.
    pub gitignores: Vec<(PathBuf, Source)>,
}

/// A Dockerfile, and what its build leaves out.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    /// Its text.
    pub source: Source,
    /// `NAME.dockerignore` beside it, else `.dockerignore` beside the manifest, else beside it.
    pub ignore: Option<Source>,
}

impl Neighbours {
    /// Looks around. Files that were not named and cannot be read count as absent.
    ///
    /// # Errors
    /// A Dockerfile that input `dockerfile` names and that is not there, or cannot be read.
    pub fn read(context: &Context, settings: &Settings, files: &Files) -> Result<Self, Failure> {
        let top = top(&files.root, context.base_dir());
        let named = |path: &Path| shown(context, path);
        let found: Vec<(PathBuf, Source)> = match &settings.dockerfiles {
            None => dockerfiles_near(&files.root)
                .into_iter()
                .filter_map(|path| read(&path, named(&path)).map(|source| (path, source)))
                .collect(),
            Some(given) => asked(context, given)?,
        };
        let dockerfiles = found
            .into_iter()
            .map(|(path, source)| {
                let ignore = ignore_of(&path, &files.root, &named);
                Dockerfile { source, ignore }
            })
            .collect();
        let folder = top.join(".github/workflows");
        let is_workflow = |path: &PathBuf| {
            path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
        };
        let workflows = listed(&folder)
            .into_iter()
            .filter(is_workflow)
            .filter_map(|path| read(&path, named(&path)))
            .collect();
        let gitignores = files
            .root
            .ancestors()
            .take_while(|folder| folder.starts_with(&top))
            .filter_map(|folder| {
                let path = folder.join(".gitignore");
                Some((folder.to_owned(), read(&path, named(&path))?))
            })
            .collect();
        Ok(Self { dockerfiles, workflows, gitignores })
    }
}

/// The top of the repository: the nearest folder upwards with `.git`, else the folder of the run
/// where the manifest lies in it, else the manifest's.
fn top(root: &Path, base: &Path) -> PathBuf {
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    let base = Some(base).filter(|base| root.starts_with(base));
    repository.or(base).unwrap_or(root).to_owned()
}

/// Whether git has a file, by the index of its repository. An index of version 4 keeps paths in
/// pieces and tells nothing; neither does that of a linked work tree.
pub fn is_tracked(path: &Path) -> bool {
    let Some(top) = path.ancestors().find(|folder| folder.join(".git/index").is_file()) else {
        return false;
    };
    let Some(name) = path.strip_prefix(top).ok().and_then(Path::to_str) else { return false };
    let Ok(index) = std::fs::read(top.join(".git/index")) else { return false };
    // An entry ends with the length of the name, the name and a NUL.
    let length = u8::try_from(name.len() & 0xff).unwrap_or_default();
    index
        .split(|byte| *byte == 0)
        .any(|piece| piece.strip_suffix(name.as_bytes()).and_then(<[u8]>::last) == Some(&length))
}

/// The path as users know it: relative to the folder of the run where it lies in there.
fn shown(context: &Context, path: &Path) -> String {
    path.strip_prefix(context.base_dir()).unwrap_or(path).display().to_string()
}

/// A text file; `None` where it cannot be read, is no text or has no end.
fn read(path: &Path, name: String) -> Option<Source> {
    let length = path.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
    let fits = usize::try_from(length).is_ok_and(|length| length <= MAX_BYTES);
    let text = fits.then(|| std::fs::read_to_string(path).ok()).flatten()?;
    Some(Source::file(name, text))
}

/// The files of a folder, by name.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.truncate(MOST);
    paths
}

/// The Dockerfiles beside the manifest, and in the folders there that are called after them.
fn dockerfiles_near(root: &Path) -> Vec<PathBuf> {
    let folders = ["", "docker", ".docker", ".devcontainer"];
    let all = folders.into_iter().flat_map(|folder| listed(&root.join(folder)));
    all.filter(|path| is_dockerfile(path)).take(MOST).collect()
}

fn is_dockerfile(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let lower = name.to_ascii_lowercase();
    let is_named = ["dockerfile", "containerfile"].iter().any(|word| {
        lower == *word
            || lower.strip_prefix(word).is_some_and(|rest| rest.starts_with(['.', '-', '_']))
            || lower.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    });
    is_named && !lower.ends_with(".dockerignore")
}

/// The Dockerfiles that were named.
fn asked(context: &Context, given: &[Spanned<String>]) -> Result<Vec<(PathBuf, Source)>, Failure> {
    let folder = context.working_directory()?;
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for name in given {
        let path = folder.join(&name.value);
        if let Some(source) = read(&path, shown(context, &path)) {
            found.push((path, source));
        } else {
            let why =
                if path.is_file() { "it cannot be read as a text" } else { "it is not there" };
            let message = format!("there is no Dockerfile `{}`: {why}", name.value);
            let help = "name it relative to `working-directory`, or `off` to check none";
            problems.push(name.error("docker/not-found", message).with_help(help));
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Failure::from(problems)) }
}

/// What the build of a Dockerfile leaves out: the file of its own name first, then that of the
/// context, which is the manifest's folder where it has one, else the Dockerfile's.
fn ignore_of(path: &Path, root: &Path, named: &dyn Fn(&Path) -> String) -> Option<Source> {
    let mut own = path.as_os_str().to_owned();
    own.push(".dockerignore");
    let beside = path.parent().unwrap_or(root);
    [PathBuf::from(own), root.join(".dockerignore"), beside.join(".dockerignore")]
        .iter()
        .find_map(|path| read(path, named(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_are_known_by_their_names() {
        for name in
            ["Dockerfile", "dockerfile", "Dockerfile.gpu", "prod.Dockerfile", "Containerfile"]
        {
            assert!(is_dockerfile(Path::new(name)), "{name}");
        }
        for name in ["Dockerfile.dockerignore", "dockerfiles", "README.md", "mydockerfile", ""] {
            assert!(!is_dockerfile(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn what_was_added_is_in_the_index() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let (lock, other) = (root.join("sub/pixi.lock"), root.join("pixi.lock"));
        assert!(!is_tracked(&lock), "no repository");
        std::fs::create_dir(root.join(".git")).unwrap();
        let mut index = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
        index.extend([7; 60]);
        index.extend(b"\0\x0dsub/pixi.lock\0\0\0");
        std::fs::write(root.join(".git/index"), index).unwrap();
        assert!(is_tracked(&lock));
        assert!(!is_tracked(&other), "the end of another name");
    }

    #[test]
    fn the_ignore_file_of_its_own_name_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("docker")).unwrap();
        let path = root.join("docker/Dockerfile");
        let named = |path: &Path| path.strip_prefix(root).unwrap().display().to_string();
        let found = || ignore_of(&path, root, &named).map(|source| source.name().to_owned());
        assert_eq!(found(), None);
        for name in ["docker/.dockerignore", ".dockerignore", "docker/Dockerfile.dockerignore"] {
            std::fs::write(root.join(name), "x\n").unwrap();
            assert_eq!(found().as_deref(), Some(name));
        }
    }
}
