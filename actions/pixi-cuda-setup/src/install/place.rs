//! Where the binary goes, and how it gets there whole.

use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use action_kit::{Context, SharedFolder};
use diagnostics::Diagnostic;
use pixi_workspace::PixiVersion;
use serde::{Deserialize, Serialize};

use super::checksum::Digest;

/// The folder of what this action shares with later steps.
pub(super) const FOLDER: &str = "pixi-cuda-setup";

/// Beside the binary: what it was made of. It saves a download and is believed only where the
/// binary has the digest it names and the published one is the archive's.
const RECORD: &str = ".pixi.verified.json";

/// How files that are being written are called.
const UNFINISHED: &str = ".pixi-cuda-setup-";

/// The age from which an unfinished file is one that a killed run left.
const ABANDONED: Duration = Duration::from_hours(1);

/// Where the binary goes.
#[derive(Clone, Debug)]
pub struct Place {
    /// The binary, as this run sees it.
    pub path: PathBuf,
    /// The binary, as later steps see it.
    pub theirs: PathBuf,
    shared: Option<SharedFolder>,
}

/// What the binary was made of.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    schema: u32,
    archive: Digest,
    binary: Digest,
}

impl Place {
    /// The place: input `pixi-bin-path`, else a folder that later steps share, else `~/.pixi/bin`.
    /// Folders of versions are beside each other: jobs under act share one.
    ///
    /// # Errors
    /// A place that later steps do not see; no home folder.
    pub fn find(
        context: &Context,
        given: Option<&Path>,
        version: Option<PixiVersion>,
    ) -> Result<Self, Diagnostic> {
        if let Some(given) = given {
            return Self::given(context, given);
        }
        if let Some(shared) = context.shared_folder(FOLDER)? {
            let version =
                version.map_or_else(|| "latest".to_owned(), |version| version.to_string());
            let below = Path::new(&version).join("pixi");
            let (path, theirs) = (shared.path().join(&below), shared.theirs().join(&below));
            return Ok(Self { path, theirs, shared: Some(shared) });
        }
        let home = context.paths.home().ok_or_else(|| {
            Diagnostic::bad_input("install/place", "there is no home folder to install pixi in")
                .with_help("set HOME, or name the binary by `--pixi-bin-path`")
        })?;
        let path = home.join(".pixi/bin/pixi");
        Ok(Self { theirs: path.clone(), path, shared: None })
    }

    /// A place the user names: `~` is the home folder, a folder that is there gets the name `pixi`
    /// added. In Actions it is a path later steps know, translated where it must be.
    fn given(context: &Context, given: &Path) -> Result<Self, Diagnostic> {
        let expanded = match (given.strip_prefix("~"), context.paths.home()) {
            (Ok(below), Some(home)) => home.join(below),
            _ => given.to_owned(),
        };
        let absolute = context.base_dir().join(expanded);
        let path = context.paths.container(&absolute);
        let path = if path.is_dir() { path.join("pixi") } else { path };
        if path.file_name().is_none_or(|name| name != "pixi") {
            let message =
                format!("`pixi-bin-path` must end in `pixi`, found `{}`", given.display());
            return Err(Diagnostic::bad_input("install/place", message).with_help(
                "later steps call it by this name; give a folder, or a path such as `.tools/pixi`",
            ));
        }
        let theirs = context.paths.host(&path)?;
        Ok(Self { path, theirs, shared: None })
    }

    /// The folder that goes on the PATH of later steps.
    pub fn folder(&self) -> &Path {
        self.theirs.parent().unwrap_or(&self.theirs)
    }

    /// The pixi that is there already.
    pub(super) fn of_preinstalled(path: PathBuf) -> Self {
        Self { theirs: path.clone(), path, shared: None }
    }

    /// The digest of the binary that is there, where it can be run.
    pub(super) fn digest(&self) -> Option<Digest> {
        let metadata = fs::symlink_metadata(&self.path).ok()?;
        let runs = metadata.is_file() && metadata.mode() & 0o555 == 0o555;
        runs.then(|| fs::read(&self.path).ok().map(|bytes| Digest::of(&bytes))).flatten()
    }

    /// The digest of the archive that the binary there was made of.
    pub(super) fn made_of(&self) -> Option<Made> {
        let record = fs::read(self.path.with_file_name(RECORD)).ok()?;
        let record: Record = serde_json::from_slice(&record).ok()?;
        let same = record.schema == 1 && self.digest() == Some(record.binary);
        same.then_some(Made { archive: record.archive, binary: record.binary })
    }

    /// Puts the binary there: whole or not at all. `try_out` sees it before anybody else can.
    ///
    /// # Errors
    /// The folder cannot be made or written; what `try_out` says.
    pub(super) fn put(
        &self,
        binary: &[u8],
        made: &Made,
        try_out: impl FnOnce(&Path) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let failed = |error: io::Error| {
            let message = format!("cannot write `{}`: {error}", self.path.display());
            Diagnostic::outside("install/place", message).with_help(
                "check space and permissions there, or name another place by `pixi-bin-path`",
            )
        };
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        self.create(folder).map_err(failed)?;
        sweep(folder);
        let file = write(folder, binary, 0o755).map_err(failed)?;
        // Closed before it is run: a program that is open for writing cannot be.
        let file = file.into_temp_path();
        try_out(&file)?;
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        let record = Record { schema: 1, archive: made.archive, binary: made.binary };
        let record = serde_json::to_vec(&record).map_err(|error| failed(error.into()))?;
        let written = write(folder, &record, 0o644).and_then(|file| {
            file.persist(folder.join(RECORD)).map(drop).map_err(|error| error.error)
        });
        // Without it the next run downloads again, and nothing else.
        written.or_else(|_| fs::remove_file(folder.join(RECORD))).ok();
        Ok(())
    }

    fn create(&self, folder: &Path) -> io::Result<()> {
        match &self.shared {
            Some(shared) => {
                let below = folder.strip_prefix(shared.path()).unwrap_or(Path::new(""));
                shared.create(below).map(drop)
            }
            None => fs::create_dir_all(folder),
        }
    }
}

/// What a binary was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Made {
    /// The digest of the download.
    pub(super) archive: Digest,
    /// The digest of the binary.
    pub(super) binary: Digest,
}

/// Removes what runs left that were killed while they wrote. Others may be writing now, so only
/// what is old goes, and what cannot go stays.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let modified = entry.metadata().and_then(|data| data.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok());
        if is_unfinished && age.is_some_and(|age| age > ABANDONED) {
            fs::remove_file(entry.path()).ok();
        }
    }
}

fn write(folder: &Path, bytes: &[u8], mode: u32) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    // The mask of the process does not count for what others have to run.
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Runs a program that was just written. Where another thread starts a program at that moment, its
/// copy of our open file keeps ours from being run until it is gone.
fn patient(command: &mut Command) -> io::Result<Output> {
    for _ in 0..40 {
        match command.output() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(Duration::from_millis(25));
            }
            ended => return ended,
        }
    }
    command.output()
}

/// The version that a pixi says it is.
///
/// # Errors
/// It does not run, or says something else than a version.
pub(super) fn version_of(mut command: Command, shown: &str) -> Result<PixiVersion, Diagnostic> {
    let failed = |reason: String| {
        Diagnostic::outside("install/does-not-run", format!("{shown}: `pixi --version` {reason}"))
            .with_help("nothing was installed; check that it is pixi for this machine, and that the folder is not mounted with `noexec`")
    };
    command.arg("--version");
    let output =
        patient(&mut command).map_err(|error| failed(format!("cannot be run: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.trim().strip_prefix("pixi ").and_then(|version| version.parse().ok());
    match version {
        Some(version) if output.status.success() => Ok(version),
        _ => {
            let said = diagnostics::visible_line(text.lines().next().unwrap_or_default());
            Err(failed(format!("ended with {}, and said `{said}`", output.status)))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_a_killed_run_left_is_swept_away() {
        let root = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - Duration::from_hours(2);
        for (name, modified) in [
            (".pixi-cuda-setup-old", old),
            (".pixi-cuda-setup-new", SystemTime::now()),
            (".pixi-notes", old),
            ("pixi", old),
        ] {
            let file = fs::File::create(root.path().join(name)).unwrap();
            file.set_modified(modified).unwrap();
        }
        sweep(root.path());
        let mut left: Vec<_> =
            fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".pixi-cuda-setup-new", ".pixi-notes", "pixi"]);
        sweep(Path::new("/nowhere"));
    }
}
