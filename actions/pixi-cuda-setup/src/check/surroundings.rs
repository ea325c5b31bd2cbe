//! What Dockerfiles, workflows and ignore files say.

use std::path::{Path, PathBuf};

use action_kit::Context;
use config::MAX_BYTES;
use diagnostics::{Failure, Source};
use pixi_workspace::{Finding, lock};

use crate::answer::{Answer, EnvironmentFacts};
use crate::lint_docker::{self, Build, Level};
use crate::neighbours::{Dockerfile, Neighbours};
use crate::settings::Settings;
use crate::subject::Subject;
use crate::workflows;

/// The files around the manifest, read.
pub(super) struct Around<'a> {
    subject: &'a Subject,
    files: Neighbours,
    levels: Vec<Level>,
}

impl<'a> Around<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// A Dockerfile that was named is not there.
    pub(super) fn read(
        context: &Context,
        settings: &Settings,
        subject: &'a Subject,
        answer: &Answer,
    ) -> Result<Self, Failure> {
        let files = Neighbours::read(context, settings, &subject.files)?;
        let levels = answer.environments.iter().map(|one| level(subject, one)).collect();
        Ok(Self { subject, files, levels })
    }

    /// The findings about Dockerfiles.
    pub(super) fn dockerfiles(&self) -> Vec<Finding> {
        let subject = self.subject;
        let values = workflows::overrides(&self.files.workflows);
        let facts = lint_docker::Facts {
            manifest: &subject.manifest,
            lock: subject.files.lock.as_ref(),
            version: subject.pixi.version,
            subdir: &subject.subdir,
            levels: &self.levels,
            workflows: &values,
            free_disk: None,
        };
        let manifest = subject.manifest.path.file_name().unwrap_or_default().to_string_lossy();
        let of = |one: &Dockerfile| {
            let file = dockerfile::parse(&one.source);
            let ignore = one.ignore.as_ref().map(dockerfile::ignore::parse);
            let build = Build { file: &file, ignore: ignore.as_ref(), manifest: &manifest };
            lint_docker::lint(&facts, &build)
        };
        self.files.dockerfiles.iter().flat_map(of).collect()
    }

    /// The findings about workflows, activation and ignore files.
    pub(super) fn others(&self) -> Vec<Finding> {
        let subject = self.subject;
        let has_cuda = self.levels.iter().any(|level| level.is_cuda);
        let scripts = activation_scripts(subject);
        let mut findings = lint_docker::in_activation(&subject.manifest, &scripts, has_cuda);
        let facts = workflows::Facts {
            manifest: &subject.manifest,
            version: subject.pixi.version,
            subdir: &subject.subdir,
            has_lock: subject.lock().is_some(),
        };
        findings.extend(workflows::lint(&facts, &self.files.workflows));
        let path = subject.files.root.join("pixi.lock");
        let seen_from = |(folder, source): &(PathBuf, Source)| {
            Some((source.clone(), path.strip_prefix(folder).ok()?.to_str()?.to_owned()))
        };
        // The outermost first.
        let ignores: Vec<(Source, String)> =
            self.files.gitignores.iter().rev().filter_map(seen_from).collect();
        findings.extend(lock::ignored(&ignores));
        findings
    }
}

/// What is locked for an environment on the platform of the run.
fn level(subject: &Subject, facts: &EnvironmentFacts) -> Level {
    let here = facts.rows.iter().filter(|row| row.subdir == subject.subdir && row.locked);
    let row =
        here.clone().find(|row| matches!(row.variant, "cuda" | "mixed")).or(here.clone().next());
    let Some(row) = row else {
        return Level { environment: facts.name.clone(), ..Level::default() };
    };
    Level {
        environment: facts.name.clone(),
        is_cuda: matches!(row.variant, "cuda" | "mixed") || row.cuda_level.is_some(),
        cuda: row.cuda_level.clone(),
        download: row.download_bytes,
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
