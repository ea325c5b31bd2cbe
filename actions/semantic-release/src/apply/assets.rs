//! Attaching files to a release.

use diagnostics::{Diagnostic, Failure};
use effects::{Applied, Outputs, Probe, Values};
use github::{Asset, AssetState, AssetUpload};

use super::{World, failure};
use crate::attachments::Attachment;
use crate::plan::Upload;

/// Output of the step: the assets as JSON.
pub(crate) const LIST: &str = "list";

impl Upload {
    fn release(&self, values: &Values) -> Result<u64, Failure> {
        let id = values.resolve(&self.release).map_err(failure)?;
        id.parse().map_err(|_| Diagnostic::bug(format!("`{id}` is no release")).into())
    }

    fn uploads(&self) -> Vec<AssetUpload> {
        self.files.iter().map(Attachment::upload).collect()
    }

    pub(super) async fn probe(&self, world: &World, values: &Values) -> Result<Probe, Failure> {
        let release = self.release(values)?;
        let states = world.github()?.asset_states(release, &self.uploads()).await;
        let mut present = Vec::new();
        for state in states.map_err(failure)? {
            let AssetState::Present(asset) = state else { return Ok(Probe::NotDone) };
            present.push(asset);
        }
        Ok(Probe::Done(outputs(&present)))
    }

    pub(super) async fn apply(&self, world: &World, values: &Values) -> Result<Applied, Failure> {
        let github = world.github()?;
        let id = self.release(values)?;
        let release = github.get_release(id).await.map_err(failure)?;
        let release = release.ok_or_else(|| gone(&self.tag))?;
        let uploads = self.uploads();
        let states = github.asset_states(id, &uploads).await.map_err(failure)?;
        let mut problems = Vec::new();
        let mut present = Vec::new();
        let mut wanted = Vec::new();
        let mut rejected = Vec::new();
        for (upload, state) in uploads.into_iter().zip(states) {
            match state {
                AssetState::Present(asset) => {
                    present.push(asset);
                    continue;
                }
                AssetState::Different(asset) if self.replace || release.draft => {
                    rejected.push(asset);
                }
                AssetState::Different(asset) if !release.immutable => {
                    problems.push(differs(&self.tag, &asset));
                    continue;
                }
                AssetState::Different(_) | AssetState::Missing => {}
            }
            wanted.push(upload);
        }
        if release.immutable && !wanted.is_empty() {
            return Err(immutable(&self.tag, &wanted).into());
        }
        if !problems.is_empty() {
            return Err(problems.into());
        }
        for asset in rejected {
            github.delete_asset(asset.id).await.map_err(failure)?;
        }
        for sent in github.upload_assets(&release, &wanted).await {
            match sent {
                Ok(asset) => present.push(asset),
                Err(error) => problems.push(Diagnostic::from(error)),
            }
        }
        if problems.is_empty() {
            Ok(Applied::Done(outputs(&present)))
        } else {
            Err(problems.into())
        }
    }
}

fn outputs(assets: &[Asset]) -> Outputs {
    Outputs::from([(LIST.to_owned(), list(assets))])
}

/// Assets as JSON, by name: `[{name, size, digest, url}]`.
pub(crate) fn list(assets: &[Asset]) -> String {
    let mut assets: Vec<&Asset> = assets.iter().filter(|asset| asset.state == "uploaded").collect();
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    let list = assets.iter().map(|asset| {
        serde_json::json!({
            "name": asset.name,
            "size": asset.size,
            "digest": asset.digest,
            "url": asset.browser_download_url,
        })
    });
    serde_json::Value::Array(list.collect()).to_string()
}

fn gone(tag: &str) -> Diagnostic {
    Diagnostic::outside("release/no-release", format!("the release of `{tag}` is gone"))
        .with_help("somebody deleted it meanwhile: run again")
}

fn differs(tag: &str, asset: &Asset) -> Diagnostic {
    let message = format!("release `{tag}` has a `{}` already, with other bytes", asset.name);
    Diagnostic::outside("release/asset-differs", message).with_help(
        "publish what the release was built from, or set `replace_assets: true` to put this file in its place",
    )
}

fn immutable(tag: &str, wanted: &[AssetUpload]) -> Diagnostic {
    let names: Vec<String> = wanted.iter().map(|upload| format!("`{}`", upload.name)).collect();
    let message =
        format!("release `{tag}` is immutable: {} cannot be attached any more", names.join(", "));
    Diagnostic::outside("release/immutable", message).with_help(
        "attach files before the release is published: name them in `assets`, or release with `draft: true` and publish with `publish_draft: true`",
    )
}
