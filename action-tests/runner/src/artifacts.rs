//! `GITHUB_ARTIFACTS` and `GITHUB_ARTIFACTS_LIST` (`CreateArtifactsFileCommand.cs`, runner 2.336).

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::layout::PathMap;

/// The most bytes of the file.
pub const FILE_LIMIT: u64 = 1024 * 1024;
/// The most subjects of a job.
pub const SUBJECT_LIMIT: usize = 500;

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of the workspace.
    File,
    /// An image.
    Oci,
}

/// A declared artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// File name or image reference.
    pub name: String,
    /// `algorithm:hex`, lower case.
    pub digest: String,
    /// File or image.
    pub kind: Kind,
}

/// The subjects of a job.
#[derive(Clone, Debug, Default)]
pub struct Subjects {
    by_name: BTreeMap<String, Subject>,
    /// Whether the feature is switched on; without it the file is ignored.
    pub enabled: bool,
}

impl Subjects {
    /// No subjects yet.
    pub fn new(enabled: bool) -> Self {
        Self { enabled, ..Self::default() }
    }

    /// The declared subjects, by name.
    pub fn all(&self) -> impl Iterator<Item = &Subject> {
        self.by_name.values()
    }

    /// Reads a step's file. `job_container` translates absolute paths: for a step container there
    /// is none, so absolute paths are those of the host.
    ///
    /// # Errors
    /// The message the runner shows; the step fails with it.
    pub fn process(
        &mut self,
        path: &Path,
        workspace: &Path,
        job_container: Option<&PathMap>,
    ) -> Result<(), String> {
        let Some(metadata) = std::fs::metadata(path).ok().filter(|_| self.enabled) else {
            return Ok(());
        };
        if metadata.len() > FILE_LIMIT {
            return Err(format!(
                "$GITHUB_ARTIFACTS supports content up to {}k, got {}k",
                FILE_LIMIT / 1024,
                metadata.len() / 1024
            ));
        }
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let mut parsed = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let subject = parse_line(line, workspace, job_container)
                .map_err(|error| format!("invalid line {}: {error}", index + 1))?;
            parsed.push((index + 1, subject));
        }
        for (number, subject) in parsed {
            self.add(subject).map_err(|error| format!("invalid line {number}: {error}"))?;
        }
        Ok(())
    }

    fn add(&mut self, subject: Subject) -> Result<(), String> {
        match self.by_name.get(&subject.name) {
            Some(known) if known.digest == subject.digest => Ok(()),
            Some(known) => Err(format!(
                "'{}' was declared with digest {} before, now {}",
                subject.name, known.digest, subject.digest
            )),
            None if self.by_name.len() >= SUBJECT_LIMIT => {
                Err(format!("a job may declare at most {SUBJECT_LIMIT} artifacts"))
            }
            None => {
                self.by_name.insert(subject.name.clone(), subject);
                Ok(())
            }
        }
    }

    /// The contents of the read-only list: empty text when the feature is off.
    pub fn list(&self) -> String {
        if !self.enabled {
            return String::new();
        }
        let subjects: Vec<_> = self
            .all()
            .map(|subject| {
                let kind = if subject.kind == Kind::Oci { "oci" } else { "file" };
                serde_json::json!({"name": subject.name, "digest": subject.digest, "kind": kind})
            })
            .collect();
        serde_json::json!({"version": 1, "subjects": subjects}).to_string()
    }
}

fn parse_line(line: &str, root: &Path, container: Option<&PathMap>) -> Result<Subject, String> {
    if line.contains('=') {
        return Err("entries containing '=' are reserved and not permitted".into());
    }
    let lower = line.to_ascii_lowercase();
    if lower.starts_with("file://") {
        return file(&line[7..], root, container);
    }
    if lower.starts_with("oci://") {
        let digest = split_digest(&line[6..]);
        return match digest {
            Some((name, algorithm, hex)) if hex.len() == length(algorithm) => {
                Ok(image(name, algorithm, hex))
            }
            Some((_, algorithm, hex)) => Err(format!(
                "digest '{algorithm}' must be {} hex characters, got {}",
                length(algorithm),
                hex.len()
            )),
            None => Err("oci:// entries must include a digest".into()),
        };
    }
    if let Some((scheme, _)) = line.split_once("://")
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    {
        return Err("unsupported URI scheme".into());
    }
    match split_digest(line) {
        Some((name, algorithm, hex)) if hex.len() == length(algorithm) => {
            Ok(image(name, algorithm, hex))
        }
        _ => file(line, root, container),
    }
}

fn split_digest(text: &str) -> Option<(&str, &str, &str)> {
    let (name, digest) = text.rsplit_once('@')?;
    let (algorithm, hex) = digest.split_once(':')?;
    let known = ["sha256", "sha384", "sha512"].contains(&algorithm);
    let is_hex = !hex.is_empty() && hex.chars().all(|c| c.is_ascii_hexdigit());
    (known && is_hex && !name.is_empty()).then_some((name, algorithm, hex))
}

fn length(algorithm: &str) -> usize {
    match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        _ => 128,
    }
}

fn image(name: &str, algorithm: &str, hex: &str) -> Subject {
    let digest = format!("{algorithm}:{}", hex.to_ascii_lowercase());
    Subject { name: name.to_owned(), digest, kind: Kind::Oci }
}

fn file(declared: &str, root: &Path, container: Option<&PathMap>) -> Result<Subject, String> {
    let path = match container {
        Some(paths) if declared.starts_with('/') => {
            let host = paths.to_host(declared);
            if host == declared {
                return Err(format!(
                    "absolute path '{declared}' is not inside a volume mounted into the container \
                     and cannot be resolved"
                ));
            }
            host.into()
        }
        _ => root.join(declared),
    };
    if path.is_dir() {
        return Err(format!("'{declared}' is a directory, not a regular file"));
    }
    let bytes = std::fs::read(&path).map_err(|_| format!("file '{declared}' does not exist"))?;
    let hex: Vec<_> = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let hex = hex.concat();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Subject { name, digest: format!("sha256:{hex}"), kind: Kind::File })
}
