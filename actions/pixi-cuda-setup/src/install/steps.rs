//! The installation as steps: download, place, tell later steps.

use std::path::{Path, PathBuf};
use std::process::Command;

use action_kit::{Log, Outputs, SharedFolder};
use diagnostics::{Diagnostic, Failure};
use effects::{Applied, Plan, Probe, Step, Values};
use http_client::Client;
use pixi_workspace::PixiVersion;
use serde::Serialize;

use super::checksum::Digest;
use super::download::{Origin, Verified};
use super::exports::Variable;
use super::place::{Made, Place, version_of};
use super::unpack::Architecture;

/// The step that downloads.
pub(super) const DOWNLOAD: &str = "download";
/// The step that places.
pub(super) const PLACE: &str = "place";
/// The folder of packages in the shared one. It is the same for every version: pixi keeps packages
/// apart by their digests.
pub(super) const CACHE: &str = "cache";
/// What the download leaves: the digest of the binary.
const BINARY: &str = "sha256";

/// One thing to do.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum Effect {
    /// Download, verify and unpack.
    Download(Download),
    /// Put the binary in its place.
    Place {
        /// The binary, as this run sees it.
        path: PathBuf,
    },
    /// Make the folder of packages.
    Cache {
        /// As this run sees it.
        path: PathBuf,
    },
    /// Put a folder on the PATH of later steps.
    SearchPath {
        /// As later steps see it.
        folder: PathBuf,
    },
    /// Set a variable for later steps.
    Variable(Variable),
}

/// What is downloaded.
#[derive(Clone, Debug, Serialize)]
pub struct Download {
    /// The addresses that are tried, fit to be shown.
    pub urls: Vec<String>,
    /// The version, where it is known before.
    pub version: Option<String>,
    /// The digest the user pinned.
    pub pin: Option<Digest>,
}

/// Makes the command line that runs a program, without its arguments.
pub(super) type Runs = Box<dyn Fn(&Path) -> Command>;

/// What the steps look at and change.
pub struct World {
    /// The network.
    pub client: Client,
    /// Where the binary comes from; `None` where the one that is there is used.
    pub origin: Option<Origin>,
    /// The machine.
    pub architecture: Architecture,
    /// Where the binary goes.
    pub place: Place,
    /// What this action shares with later steps.
    pub shared: Option<SharedFolder>,
    /// What later steps get.
    pub outputs: Outputs,
    /// The log.
    pub log: Log,
    /// Runs the binary to see that it runs; `None` in a container, where nothing is run.
    pub command: Option<Runs>,
    /// The version it must be, and then the one it is.
    pub version: Option<PixiVersion>,
    /// What was downloaded and is not yet in its place.
    pub held: Option<Verified>,
}

impl effects::Effect for Effect {
    type World = World;

    async fn probe(&self, world: &mut World, values: &Values) -> Result<Probe, Failure> {
        match self {
            Self::Download(_) => world.is_there().await,
            Self::Place { .. } => {
                if world.held.is_some() {
                    return Ok(Probe::NotDone);
                }
                let there = world.place.digest().map(|digest| digest.to_string());
                if there.is_some() && there.as_deref() == values.get(DOWNLOAD, BINARY) {
                    return Ok(Probe::Done(effects::Outputs::new()));
                }
                Ok(Probe::Conflict("the binary changed while it was looked at".to_owned()))
            }
            Self::Cache { path } if path.is_dir() => Ok(Probe::Done(effects::Outputs::new())),
            // Each run tells the steps after it.
            Self::Cache { .. } | Self::SearchPath { .. } | Self::Variable(_) => Ok(Probe::NotDone),
        }
    }

    async fn apply(&self, world: &mut World, _: &Values) -> Result<Applied, Failure> {
        match self {
            Self::Download(_) => world.download().await,
            Self::Place { .. } => world.put(),
            Self::Cache { path } => {
                world.make_cache().map_err(|error| {
                    let message = format!("cannot make `{}`: {error}", path.display());
                    Diagnostic::outside("install/place", message).with_help(
                        "check space and permissions there, or set PIXI_CACHE_DIR for the job",
                    )
                })?;
                Ok(Applied::nothing())
            }
            Self::SearchPath { folder } => {
                world.outputs.add_path(folder)?;
                Ok(Applied::nothing())
            }
            Self::Variable(variable) => {
                world.outputs.export_env(&variable.name, &variable.value)?;
                Ok(Applied::nothing())
            }
        }
    }
}

impl World {
    fn make_cache(&self) -> std::io::Result<()> {
        self.shared.as_ref().map_or(Ok(()), |shared| shared.create(CACHE).map(drop))
    }

    fn origin(&self) -> Result<&Origin, Diagnostic> {
        self.origin.as_ref().ok_or_else(|| Diagnostic::bug("there is nothing to download from"))
    }

    /// Whether the binary in its place is what the download would give.
    async fn is_there(&mut self) -> Result<Probe, Failure> {
        let Some(made) = self.place.made_of() else { return Ok(Probe::NotDone) };
        if self.origin()?.expected(&self.client).await != Some(made.archive) {
            return Ok(Probe::NotDone);
        }
        Ok(Probe::Done(left(&made)))
    }

    async fn download(&mut self) -> Result<Applied, Failure> {
        let verified = self.origin()?.fetch(&self.client, self.architecture, &self.log).await?;
        let made = Made { archive: verified.archive, binary: Digest::of(&verified.binary) };
        self.log.info(format!("verified {}, SHA-256 {}", verified.url, verified.archive));
        self.held = Some(verified);
        Ok(Applied::Done(left(&made)))
    }

    fn put(&mut self) -> Result<Applied, Failure> {
        let verified =
            self.held.as_ref().ok_or_else(|| Diagnostic::bug("nothing was downloaded"))?;
        let made = Made { archive: verified.archive, binary: Digest::of(&verified.binary) };
        let mut found = self.version;
        self.place.put(&verified.binary, &made, |path| {
            let Some(version) = self.version_of(path, &verified.url)? else { return Ok(()) };
            found = Some(version);
            match self.version.filter(|wanted| *wanted != version) {
                None => Ok(()),
                Some(wanted) => Err(other_version(&verified.url, wanted, version)),
            }
        })?;
        self.version = found;
        self.held = None;
        Ok(Applied::nothing())
    }

    /// The version a binary says it is; `None` where nothing is run.
    fn version_of(&self, path: &Path, shown: &str) -> Result<Option<PixiVersion>, Diagnostic> {
        self.command.as_ref().map(|command| version_of(command(path), shown)).transpose()
    }

    /// The version that is installed, where that can be known.
    pub(super) fn installed(&self) -> Option<PixiVersion> {
        let shown = self.place.theirs.display().to_string();
        self.version.or_else(|| self.version_of(&self.place.path, &shown).ok().flatten())
    }
}

fn other_version(url: &str, wanted: PixiVersion, found: PixiVersion) -> Diagnostic {
    let message = format!("{url} is pixi {found}, not {wanted}");
    Diagnostic::outside("install/other-version", message)
        .with_help("nothing was installed; check `pixi-url` and `pixi-version`")
}

fn left(made: &Made) -> effects::Outputs {
    effects::Outputs::from([(BINARY.to_owned(), made.binary.to_string())])
}

/// The steps of an installation.
///
/// # Errors
/// A defect.
pub(super) fn plan(
    download: Option<Download>,
    place: &Place,
    told: Told,
) -> Result<Plan<Effect>, Diagnostic> {
    let mut steps = Vec::new();
    if let Some(download) = download {
        let from = download.urls.first().cloned().unwrap_or_default();
        let summary = match &download.version {
            Some(version) => format!("download and verify pixi {version}: {from}"),
            None => format!("download and verify pixi: {from}"),
        };
        steps.push(Step::new(DOWNLOAD, summary, Effect::Download(download)));
        let path = place.path.clone();
        let summary = format!("put pixi at {}", place.theirs.display());
        steps.push(Step::new(PLACE, summary, Effect::Place { path }).needs(DOWNLOAD));
    }
    if let Some(path) = told.cache {
        let summary = format!("make the folder of packages {}", path.display());
        steps.push(Step::new("cache", summary, Effect::Cache { path }));
    }
    if let Some(folder) = told.folder {
        let summary = format!("put {} on the PATH of later steps", folder.display());
        steps.push(Step::new("path", summary, Effect::SearchPath { folder }));
    }
    for variable in told.variables {
        let summary = format!("set {}={} for later steps", variable.name, variable.value);
        let id = variable.name.to_lowercase().replace('_', "-");
        steps.push(Step::new(id, summary, Effect::Variable(variable)));
    }
    Ok(Plan::new(steps)?)
}

/// What later steps are told.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// The folder of packages, where it is to be made.
    pub(super) cache: Option<PathBuf>,
    /// The folder of the binary.
    pub(super) folder: Option<PathBuf>,
    /// Variables.
    pub(super) variables: Vec<Variable>,
}
