//! A verified pixi, where later steps find it.
//!
//! The binary is downloaded, held against its published SHA-256 (and the user's), taken out of its
//! archive and put where later steps look: nothing of it is installed before all of that went well.
//! In a container of the runner it is never run: what runs it are the steps on the host. As a plain
//! command it is asked for its version before it is put in its place.

pub mod checksum;
pub mod download;
mod explanations;
pub mod exports;
pub mod facts;
pub mod mirror;
mod place;
mod preinstalled;
pub mod releases;
mod steps;
pub mod template;
pub mod unpack;
pub mod version;

use std::path::{Path, PathBuf};

use action_kit::Context;
use config::Spanned;
use diagnostics::{Diagnostic, Exit, Failure};
use effects::{Plan, Same, carry_out};
use http_client::{Client, redact};
use pixi_workspace::PixiVersion;

use crate::settings::{self, Settings};
use crate::watcher::Watcher;
use checksum::Digest;
use download::Origin;
use exports::Exports;
use place::Place;
use releases::Server;
use steps::{Download, Told, World};
use unpack::Architecture;
use version::Wish;

pub use explanations::EXPLANATIONS;
pub use facts::Facts;
pub use steps::Effect;

/// What is going to be installed. Nothing was changed yet.
pub struct Prepared {
    /// The version, where it is known before the download.
    pub version: Option<PixiVersion>,
    /// Why this one, as a part of a sentence.
    pub why: String,
    place: Place,
    architecture: Architecture,
    origin: Option<Origin>,
    client: Client,
}

/// What is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The version, where anything named it.
    pub version: Option<PixiVersion>,
    /// The binary, as later steps see it.
    pub path: PathBuf,
    /// Whether this run put it there.
    pub changed: bool,
}

/// Command `install`.
///
/// # Errors
/// Everything that keeps a verified pixi from its place; then nothing was changed.
pub async fn run(context: &Context) -> Result<Exit, Failure> {
    let settings = settings::read(context)?;
    // Whoever names a version needs no manifest.
    let is_auto = settings.pixi_version.is_none();
    let facts = if is_auto { Facts::read(context, &settings)? } else { Facts::default() };
    let prepared = context.cancel.unless(prepare(context, &settings, &facts)).await?;
    let exports = Exports { cache: prepared.cache(context), ..Exports::default() };
    let plan = prepared.plan(context, &exports)?;
    let dry_run = context.inputs.flag("dry-run") == Some(true);
    let mode = if dry_run { "dry-run" } else { "apply" };
    let json = plan.to_json("pixi-cuda-setup", env!("CARGO_PKG_VERSION"), mode);
    context.plan(&json.map_err(Diagnostic::from)?, &plan.to_string())?;
    if dry_run {
        prepared.tell_plan(context)?;
        return Ok(Exit::Done);
    }
    let installed = Box::pin(prepared.apply(context, plan)).await?;
    if !context.runner.in_actions() {
        context.log.result(installed.path.display().to_string());
        let folder = installed.path.parent().unwrap_or(Path::new("/"));
        let path = context.env("PATH").unwrap_or_default();
        if !path.split(':').any(|known| Path::new(known) == folder) {
            context.log.info(format!("{} is not on your PATH", folder.display()));
        }
    }
    Ok(Exit::Done)
}

/// Finds out which pixi comes from where and goes where. Asks the network for the list of releases
/// where the version is not exact.
///
/// # Errors
/// Inputs that do not go together, a version that is not to be had.
pub async fn prepare(
    context: &Context,
    settings: &Settings,
    facts: &Facts,
) -> Result<Prepared, Failure> {
    let architecture = Architecture::here().ok_or_else(|| {
        let message = format!("pixi has no Linux binary for {}", std::env::consts::ARCH);
        Diagnostic::bad_input("install/architecture", message)
            .with_help("use a runner of architecture x86_64 or aarch64")
    })?;
    let wish = Wish::read(settings.pixi_version.as_ref())?;
    let pin = settings.pixi_sha256.as_ref().map(pin).transpose()?;
    let client = client(context);
    if let Some((path, version)) = preinstalled::find(context, settings, facts)? {
        let place = Place::of_preinstalled(path);
        let why = "it is on PATH, and suits".to_owned();
        let version = Some(version);
        return Ok(Prepared { version, why, place, architecture, origin: None, client });
    }
    let (origin, version, why) = match &settings.pixi_url {
        Some(template) => {
            for credential in download::credentials(&template.value) {
                context.log.mask(&diagnostics::Secret::new(credential));
            }
            let found = mirror::mirrored(template, &wish, facts, architecture)?;
            let headers = settings.pixi_url_headers.as_ref();
            let headers = headers.map(|text| download::headers(text.expose())).transpose()?;
            let headers = headers.unwrap_or_default();
            for (_, value) in &headers {
                mask(context, value.to_str().unwrap_or_default());
            }
            let origin = Origin::mirror(found.url, architecture, headers, pin);
            (origin, found.version, found.why.to_owned())
        }
        None if settings.pixi_url_headers.is_some() => {
            let message = "`pixi-url-headers` without `pixi-url`";
            return Err(Diagnostic::bad_input("install/headers", message)
                .with_help("give `pixi-url` too; the headers go to its origin and to no other")
                .into());
        }
        None => {
            let server = server(context);
            let choice = if let Some(choice) = version::without_list(&wish, facts)? {
                choice
            } else {
                let file = format!("{}.tar.gz", architecture.file());
                releases::resolve(&client, &server, &file, &wish, facts).await?
            };
            let folder = server.downloads(choice.version);
            (Origin::release(&folder, architecture, pin), Some(choice.version), choice.why)
        }
    };
    let place = Place::find(context, settings.pixi_bin_path.as_deref(), version)?;
    match version {
        Some(version) => context.log.info(format!("pixi {version}: {why}")),
        None => context.log.info(format!("pixi of no known version: {why}")),
    }
    Ok(Prepared { version, why, place, architecture, origin: Some(origin), client })
}

impl Prepared {
    /// The folder where later steps keep packages, as they see it; `None` where nobody plays the
    /// runner: pixi's own place is right there.
    pub fn cache(&self, context: &Context) -> Option<String> {
        let shared = context.shared_folder(place::FOLDER).ok()??;
        Some(shared.theirs().join(steps::CACHE).to_string_lossy().into_owned())
    }

    /// Where the binary will be, as later steps see it.
    pub fn told_path(&self) -> &Path {
        &self.place.theirs
    }

    /// The steps: download and place, and what later steps are told. What is not set, and why, goes
    /// to the log.
    ///
    /// # Errors
    /// A defect.
    pub fn plan(&self, context: &Context, exports: &Exports) -> Result<Plan<Effect>, Failure> {
        let download = self.origin.as_ref().map(|origin| Download {
            urls: origin.urls.iter().map(|url| redact(url)).collect(),
            version: self.version.map(|version| version.to_string()),
            pin: origin.pin,
        });
        let mut told = Told::default();
        if context.runner.in_actions() {
            let is_set = |name: &str| context.variable(name).map(|value| as_set(context, value));
            let decided = exports.decide(is_set);
            for sentence in &decided.kept {
                context.log.info(sentence);
            }
            let cache = decided.set.iter().any(|set| set.name == "PIXI_CACHE_DIR");
            let shared = context.shared_folder(place::FOLDER)?.filter(|_| cache);
            told.cache = shared.map(|shared| shared.path().join(steps::CACHE));
            told.folder = Some(self.place.folder().to_owned());
            told.variables = decided.set;
        }
        Ok(steps::plan(download, &self.place, told)?)
    }

    /// Sets the outputs of a dry run.
    ///
    /// # Errors
    /// A defect.
    pub fn tell_plan(&self, context: &Context) -> Result<(), Failure> {
        let would_change = self.origin.is_some() && self.place.made_of().is_none();
        context.outputs.set("dry-run", "true")?;
        context.outputs.set("changed", would_change.to_string())?;
        tell(context, self.version, &self.place.theirs)
    }

    /// Carries the steps out, and sets the outputs `pixi-version`, `pixi-path` and `changed`.
    ///
    /// # Errors
    /// The download or the place failed: then nothing was installed, and later steps are told
    /// nothing.
    pub async fn apply(self, context: &Context, plan: Plan<Effect>) -> Result<Installed, Failure> {
        let path = self.place.theirs.clone();
        let runs = context.sees_what_steps_see();
        let variables = ["PATH", "HOME"];
        let variables = variables.map(|name| (name, context.env(name).map(str::to_owned)));
        let command = move |program: &Path| {
            let value = |name: &str| {
                variables.iter().find(|(known, _)| *known == name).and_then(|(_, v)| v.clone())
            };
            action_kit::child::command(program, value, &[])
        };
        let mut world = World {
            client: self.client,
            origin: self.origin,
            architecture: self.architecture,
            place: self.place,
            shared: context.shared_folder(place::FOLDER)?,
            outputs: context.outputs.clone(),
            log: context.log.clone(),
            command: runs.then(|| Box::new(command) as steps::Runs),
            version: self.version,
            held: None,
        };
        let mut planner = Same(plan.clone());
        let mut watcher = Watcher { context };
        let carried = Box::pin(carry_out(plan, &mut planner, &mut world, &mut watcher));
        let (report, failure) = match carried.await {
            Ok(report) => (report, None),
            Err(stopped) => (stopped.report, Some(stopped.failure)),
        };
        let is_new =
            |step: &effects::Finished| step.id == steps::PLACE && step.how != effects::How::Found;
        let changed = report.finished.iter().any(is_new);
        // `setup` may have edited the manifest before.
        let is_known = context.outputs.get("changed").as_deref() == Some("true");
        context.outputs.set("changed", (changed || is_known).to_string())?;
        if let Some(failure) = failure {
            return Err(failure);
        }
        let version = world.installed();
        tell(context, version, &path)?;
        Ok(Installed { version, path, changed })
    }
}

/// A variable's value as it was set: the runner translates paths on their way in, those that an
/// earlier run of this action exported too.
fn as_set(context: &Context, value: &str) -> String {
    let path = Path::new(value);
    let theirs = path.is_absolute().then(|| context.paths.host(path).ok()).flatten();
    theirs.map_or_else(|| value.to_owned(), |path| path.to_string_lossy().into_owned())
}

fn tell(context: &Context, version: Option<PixiVersion>, path: &Path) -> Result<(), Failure> {
    let version = version.map(|version| version.to_string()).unwrap_or_default();
    context.outputs.set("pixi-version", version)?;
    context.outputs.set("pixi-path", path.to_string_lossy())?;
    Ok(())
}

fn pin(given: &Spanned<String>) -> Result<Digest, Diagnostic> {
    given.value.parse().map_err(|error: checksum::NotADigest| {
        given
            .error("install/pin", format!("`pixi-sha256`: {error}"))
            .with_help("take it from the `.sha256` file beside the archive of the release")
    })
}

/// Hides a header's value, and the token in `Bearer TOKEN`.
fn mask(context: &Context, value: &str) {
    for part in std::iter::once(value).chain(value.split_whitespace().skip(1)) {
        context.log.mask(&diagnostics::Secret::new(part));
    }
}

fn server(context: &Context) -> Server {
    Server::new(context.runner.api_url(), context.runner.server_url(), context.token())
}

fn client(context: &Context) -> Client {
    let mut settings = http_client::Settings::from_env(|name| context.env(name).map(str::to_owned));
    settings.ca_file = context.inputs.path("ca-file").map(|path| context.base_dir().join(path));
    settings.insecure_hosts = context.inputs.list("insecure-hosts").unwrap_or_default().to_vec();
    let log = context.log.clone();
    Client::new(settings).with_observer(std::sync::Arc::new(move |waiting| {
        log.info(format!(
            "{}: {}; waiting {} ms for attempt {}",
            waiting.request,
            waiting.reason,
            waiting.wait.as_millis(),
            waiting.next_attempt
        ));
    }))
}
