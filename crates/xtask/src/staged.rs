//! `cargo xtask stage DIR`: a checkout whose image is made from prebuilt binaries.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::process::{Log, Run};
use crate::project::Project;
use crate::release;
use crate::say;

/// Builds the release binaries when needed and writes the tree.
pub(crate) fn command(project: &Project, directory: &Path) -> Result<()> {
    release::build(project, release::AMD64, "release", &Log::Terminal)?;
    write(project, directory, &Log::Terminal)?;
    say::line(&format!("staged in {}", directory.display()));
    Ok(())
}

/// Writes the tree from the release binaries that exist.
pub(crate) fn write(project: &Project, directory: &Path, log: &Log) -> Result<()> {
    let mut binaries = Vec::new();
    for action in project.actions()? {
        binaries
            .push((action.clone(), release::binary(project, &action, release::AMD64, "release")));
    }
    write_sources(project, directory, log)?;
    write_archive(project, &directory.join("prebuilt.tar"), &binaries, log)
}

/// The files of the checkout, with the prebuilt form in the place of `Dockerfile`.
pub(crate) fn write_sources(project: &Project, directory: &Path, log: &Log) -> Result<()> {
    create_empty(directory)?;
    for file in tracked(project, log)? {
        copy(&project.path(&file), &directory.join(&file))?;
    }
    std::fs::copy(directory.join("Dockerfile.prebuilt"), directory.join("Dockerfile"))
        .context("Dockerfile.prebuilt is missing")?;
    // Ignored files do not travel into act's job container.
    let ignore = directory.join(".gitignore");
    let mut rules = std::fs::read_to_string(&ignore).unwrap_or_default();
    rules.push_str("!/prebuilt.tar\n");
    std::fs::write(ignore, rules)?;
    Ok(())
}

/// prebuilt.tar: the binaries and the rest of the image's root, the same bytes every time.
fn write_archive(
    project: &Project,
    archive: &Path,
    binaries: &[(String, PathBuf)],
    log: &Log,
) -> Result<()> {
    let work = tempfile::tempdir()?;
    Run::new(project.path("image/rootfs.sh")).arg(work.path().join("rootfs")).run(log)?;
    let mut names = vec!["rootfs".to_owned()];
    for (name, file) in binaries {
        std::fs::copy(file, work.path().join(name))
            .with_context(|| format!("failed to copy {}", file.display()))?;
        names.push(name.clone());
    }
    Run::new("tar")
        .args([
            "--create",
            "--sort=name",
            "--mtime=@0",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
        ])
        .arg("--file")
        .arg(archive)
        .arg("--directory")
        .arg(work.path())
        .args(&names)
        .run(log)
}

/// Files git knows, and new ones it would not ignore (in a clean clone both are the same).
fn tracked(project: &Project, log: &Log) -> Result<Vec<PathBuf>> {
    let list = project
        .run("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output(log)?;
    Ok(list.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect())
}

/// Makes the folder; one that holds something already is an error, nothing is overwritten.
pub(crate) fn create_empty(directory: &Path) -> Result<()> {
    std::fs::create_dir_all(directory)
        .with_context(|| format!("failed to create {}", directory.display()))?;
    if std::fs::read_dir(directory)?.next().is_some() {
        bail!("{} is not empty; name an empty or new folder", directory.display());
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let Ok(kind) = std::fs::symlink_metadata(from) else {
        // Deleted in the working tree, not yet in the index.
        return Ok(());
    };
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if kind.is_symlink() {
        std::os::unix::fs::symlink(std::fs::read_link(from)?, to)?;
    } else if kind.is_file() {
        std::fs::copy(from, to).with_context(|| format!("failed to copy {}", from.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn final_part(file: &str) -> String {
        let text = std::fs::read_to_string(Project::find().unwrap().path(file)).unwrap();
        let (_, part) = text.split_once("# -- final part").expect("the marker of the final part");
        part.to_owned()
    }

    #[test]
    fn both_dockerfiles_end_alike() {
        assert_eq!(final_part("Dockerfile"), final_part("Dockerfile.prebuilt"));
    }

    #[test]
    fn the_image_has_every_action() {
        let project = Project::find().unwrap();
        let text = final_part("Dockerfile");
        for action in project.actions().unwrap() {
            let line = format!("COPY --from=build /out/{action} /{action}\n");
            assert!(text.contains(&line), "{action} is not in the image");
        }
    }

    #[test]
    fn a_staged_tree_builds_the_prebuilt_form_and_does_not_ignore_it() {
        let project = Project::find().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("tree");
        write_sources(&project, &tree, &Log::File(folder.path().join("log"))).unwrap();
        let read = |file: &str| std::fs::read_to_string(tree.join(file)).unwrap();
        assert_eq!(read("Dockerfile"), read("Dockerfile.prebuilt"));
        assert!(tree.join("actions/semantic-release/Cargo.toml").is_file());
        assert!(!tree.join("target").exists());
        Run::new("git").args(["init", "--quiet"]).dir(&tree).run(&Log::Terminal).unwrap();
        let ignored = Run::new("git").args(["check-ignore", "prebuilt.tar"]).dir(&tree).finish();
        assert_eq!(ignored.unwrap().code, Some(1), "prebuilt.tar is ignored");
    }

    #[test]
    fn a_folder_with_content_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x"), "").unwrap();
        assert!(create_empty(folder.path()).is_err());
    }
}
