//! What `image:` means, what is prepared before the steps, and texts of the docker command line.

use std::path::{Path, PathBuf};

/// Whether the runner takes the text for a Dockerfile (`DockerUtil.IsDockerfile`).
pub fn is_dockerfile(image: &str) -> bool {
    if starts_with(image, "docker://") {
        return false;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    starts_with(last, "Dockerfile.") || ends_with(last, "Dockerfile")
}

/// The image behind `docker://`.
pub fn reference(image: &str) -> Option<&str> {
    starts_with(image, "docker://").then(|| &image["docker://".len()..])
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn ends_with(text: &str, suffix: &str) -> bool {
    let start = text.len().checked_sub(suffix.len());
    start.and_then(|start| text.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

/// A build of an action's image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// `-f`: the action's folder and `image:` joined, not normalised.
    pub dockerfile: PathBuf,
    /// The build context: the Dockerfile's own folder, normalised.
    pub context: PathBuf,
    /// Working directory of the docker client.
    pub working_directory: PathBuf,
}

/// The build of a Dockerfile action. `root` is the root of the action's repository, or the
/// workspace for a local action.
pub fn build(root: &Path, action_folder: &Path, image: &str) -> Build {
    let dockerfile = action_folder.join(image);
    let normal = normalise(&dockerfile);
    Build {
        context: normal.parent().unwrap_or(Path::new("/")).to_owned(),
        dockerfile,
        working_directory: root.to_owned(),
    }
}

impl Build {
    /// The arguments of the docker client: no build arguments, target or platform.
    pub fn arguments(&self, tag: &str) -> Vec<String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        ["build", "-t", tag, "-f"]
            .map(str::to_owned)
            .into_iter()
            .chain([text(&self.dockerfile), text(&self.context)])
            .collect()
    }
}

fn normalise(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                normal.pop();
            }
            std::path::Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}

/// A step's action as it is named under `uses:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uses {
    /// `owner/repo/path@ref` with the `image:` of its manifest.
    Remote {
        /// The whole reference.
        reference: String,
        /// Where its repository was unpacked.
        root: PathBuf,
        /// The folder inside the repository, may be empty.
        folder: String,
        /// `image:`.
        image: String,
    },
    /// `docker://image` as a step of its own.
    Docker(String),
    /// `./folder`: nothing is prepared, it is built when the step runs.
    Local(String),
}

/// What is done before the first step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// An image is pulled.
    Pull(String),
    /// An image is built.
    Build(Build),
}

/// The set-up steps of a job: one pull an image, one build a reference.
pub fn preparations(steps: &[Uses]) -> Vec<Preparation> {
    let mut prepared = Vec::new();
    for step in steps {
        let preparation = match step {
            Uses::Local(_) => continue,
            Uses::Docker(image) => Preparation::Pull(image.clone()),
            Uses::Remote { root, folder, image, .. } => match reference(image) {
                Some(image) => Preparation::Pull(image.to_owned()),
                None => Preparation::Build(build(root, &root.join(folder), image)),
            },
        };
        if !prepared.contains(&preparation) {
            prepared.push(preparation);
        }
    }
    prepared
}

/// A volume as users write it: `target`, `target:ro`, `source:target`, `source:target:ro`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Folder or volume name on the host; none for an anonymous volume.
    pub source: Option<String>,
    /// Folder in the container.
    pub target: String,
    /// Mounted read-only.
    pub read_only: bool,
}

impl From<&str> for Volume {
    fn from(text: &str) -> Self {
        let is_ro = |text: &str| text.eq_ignore_ascii_case("ro");
        match text.split(':').collect::<Vec<_>>()[..] {
            [source, target, mode] => {
                Self { source: Some(source.into()), target: target.into(), read_only: is_ro(mode) }
            }
            [target, mode] if is_ro(mode) => {
                Self { source: None, target: target.into(), read_only: true }
            }
            [source, target] => {
                Self { source: Some(source.into()), target: target.into(), read_only: false }
            }
            _ => Self { source: None, target: text.into(), read_only: false },
        }
    }
}

/// An option with its value quoted as the runner quotes it: backslashes are doubled only before a
/// quote or at the end (`DockerUtil.CreateEscapedOption`).
pub fn escaped_option(flag: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut quoted = String::new();
    let mut backslashes = 0;
    for character in text.chars() {
        if character == '"' {
            quoted.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        quoted.push(character);
    }
    quoted.push_str(&"\\".repeat(backslashes));
    format!("{flag} \"{quoted}\"")
}

/// `args:` as the runner joins them: each in quotes, inner quotes escaped, backslashes not.
pub fn joined_arguments(arguments: &[String]) -> String {
    let quoted = arguments.iter().map(|argument| format!(" \"{}\"", argument.replace('"', "\\\"")));
    quoted.collect()
}

/// Splits a command line as .NET does when it starts a process: blanks separate, quotes group,
/// a backslash escapes only before a quote.
pub fn split_arguments(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let mut count = 1;
                while characters.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let argument = current.get_or_insert_default();
                if characters.peek() == Some(&'"') {
                    argument.push_str(&"\\".repeat(count / 2));
                    if count % 2 == 1 {
                        characters.next();
                        argument.push('"');
                    }
                } else {
                    argument.push_str(&"\\".repeat(count));
                }
            }
            '"' if quoted && characters.next_if_eq(&'"').is_some() => {
                current.get_or_insert_default().push('"');
            }
            '"' => {
                quoted = !quoted;
                current.get_or_insert_default();
            }
            ' ' | '\t' if !quoted => arguments.extend(current.take()),
            other => current.get_or_insert_default().push(other),
        }
    }
    arguments.extend(current);
    arguments
}
