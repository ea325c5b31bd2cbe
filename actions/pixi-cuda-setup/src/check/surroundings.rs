//! What Dockerfiles, workflows and ignore files say.

use std::path::{Path, PathBuf};

use action_kit::Context;
use config::MAX_BYTES;
use diagnostics::{Failure, Source};
use pixi_workspace::{Finding, lock};

use crate::lint_docker::{self, Around};
use crate::neighbours::{Neighbours, is_tracked};
use crate::settings::Settings;
use crate::subject::Subject;

/// The files around the manifest, read.
pub(super) struct Surroundings<'a> {
    subject: &'a Subject,
    files: Neighbours,
    scripts: Vec<Source>,
}

impl<'a> Surroundings<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// A Dockerfile that was named is not there.
    pub(super) fn read(
        context: &Context,
        settings: &Settings,
        subject: &'a Subject,
    ) -> Result<Self, Failure> {
        let files = Neighbours::read(context, settings, &subject.files)?;
        Ok(Self { subject, files, scripts: activation_scripts(subject) })
    }

    fn about(&self) -> Around<'_> {
        Around {
            manifest: &self.subject.manifest,
            lock: self.subject.files.lock.as_ref(),
            version: self.subject.pixi.version,
            subdir: &self.subject.subdir,
            scripts: &self.scripts,
            free_disk: None,
        }
    }

    /// Whether there is a Dockerfile to look at.
    pub(super) fn has_dockerfiles(&self) -> bool {
        !self.files.dockerfiles.is_empty()
    }

    /// The findings about Dockerfiles.
    pub(super) fn dockerfiles(&self) -> Vec<Finding> {
        lint_docker::dockerfiles(&self.files, &self.about())
    }

    /// The findings about workflows, activation and ignore files.
    pub(super) fn others(&self) -> Vec<Finding> {
        let mut findings = lint_docker::others(&self.files, &self.about());
        let path = self.subject.files.root.join("pixi.lock");
        let seen_from = |(folder, source): &(PathBuf, Source)| {
            Some((source.clone(), path.strip_prefix(folder).ok()?.to_str()?.to_owned()))
        };
        // The outermost first.
        let ignores: Vec<(Source, String)> =
            self.files.gitignores.iter().rev().filter_map(seen_from).collect();
        // What was added by force stays.
        findings.extend(lock::ignored(&ignores).filter(|_| !is_tracked(&path)));
        findings
    }
}

/// The activation scripts that can be read.
fn activation_scripts(subject: &Subject) -> Vec<Source> {
    let targets = subject.manifest.features.iter().flat_map(|feature| &feature.targets);
    let scripts = targets.flat_map(|target| &target.activation_scripts);
    scripts.filter_map(|script| read(&subject.files.root, &script.value, subject)).collect()
}

fn read(root: &Path, name: &str, subject: &Subject) -> Option<Source> {
    let path = root.join(name).canonicalize().ok().filter(|path| path.starts_with(root))?;
    let length = path.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
    let fits = usize::try_from(length).is_ok_and(|length| length <= MAX_BYTES);
    let text = fits.then(|| std::fs::read_to_string(&path).ok()).flatten()?;
    Some(Source::file(subject.files.name(name), text))
}
