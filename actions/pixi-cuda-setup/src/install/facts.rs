//! What manifest and lock say about the pixi that reads them.

use std::path::Path;

use action_kit::Context;
use config::Spanned;
use diagnostics::{Failure, Severity};
use pixi_workspace::PixiVersion;
use pixi_workspace::lock::{self, Kind, Trouble};
use pixi_workspace::manifest::{Document, Undiscovered, discover};

use crate::settings::Settings;
use crate::subject::Files;

/// What manifest and lock say about the pixi that reads them.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// `requires-pixi`, as written.
    pub requires: Option<Spanned<String>>,
    /// The format of the lock.
    pub lock_format: Option<u8>,
    /// The manifest, for asking which pixi reads it.
    pub(super) manifest: Option<Document>,
}

impl Facts {
    /// What a manifest and the format of a lock say.
    pub fn new(manifest: Option<Document>, lock_format: Option<u8>) -> Self {
        let requires = manifest.as_ref().and_then(Document::requires_pixi);
        Self { requires, lock_format, manifest }
    }

    /// Reads manifest and lock. Where there is no workspace nothing is said: pixi can be installed
    /// for other uses.
    ///
    /// # Errors
    /// A manifest that was named and is not there; one that is not TOML.
    pub fn read(context: &Context, settings: &Settings) -> Result<Self, Failure> {
        let named = settings.manifest_path.as_ref().map(|path| Path::new(&path.value));
        match discover(&context.working_directory()?, named) {
            Err(Undiscovered::NotFound(_) | Undiscovered::WithoutPixi(_)) if named.is_none() => {
                Ok(Self::default())
            }
            _ => Ok(Files::read(context, settings)?.facts()),
        }
    }

    /// Whether this pixi reads the manifest as well as another one does.
    pub(super) fn reads(&self, version: PixiVersion, other: PixiVersion) -> bool {
        let Some(manifest) = &self.manifest else { return true };
        let refused = |version| {
            let (_, findings) = manifest.read(version);
            findings.iter().filter(|finding| finding.severity == Severity::Error).count()
        };
        refused(version) <= refused(other)
    }
}

/// The format of a lock, also of one that is too new to be read.
pub fn format(read: &Result<lock::Lock, Trouble>) -> Option<u8> {
    match read {
        Ok(lock) => Some(lock.version),
        Err(Trouble { kind: Kind::Newer(version), .. }) => u8::try_from(*version).ok(),
        Err(_) => None,
    }
}
