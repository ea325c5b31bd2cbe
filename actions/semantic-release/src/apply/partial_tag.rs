//! Moving short tags.

use diagnostics::Failure;
use effects::{Applied, Outputs, Probe, Values};
use publish::{Publisher as _, TagRequest, Writer};

use super::{World, conflict_or, failure, identity};
use crate::partial::{PartialTag, is_newest};
use crate::plan::MovedTag;
use crate::tags::TagFormat;
use crate::version::Version;

/// Whether the tag is at the release's commit, or a newer release has it.
///
/// # Errors
/// The server cannot be asked.
pub(crate) async fn is_done(
    writer: &Writer,
    tag: &PartialTag,
    (format, version): (&TagFormat, &Version),
    commit: &str,
) -> Result<bool, Failure> {
    let found = writer.tag_target(&tag.name).await.map_err(failure)?;
    if found.is_some_and(|found| found.as_str() == commit) {
        return Ok(true);
    }
    if tag.line.is_empty() {
        return Ok(false);
    }
    // This run may be the late end of an older release, and its clone not know the newer one.
    let names = writer.tag_names(&tag.line).await.map_err(failure)?;
    Ok(!is_newest(tag, format, version, names.iter().map(String::as_str)))
}

impl MovedTag {
    pub(super) async fn probe(&self, world: &World, values: &Values) -> Result<Probe, Failure> {
        let target = self.tag.target(values)?;
        let version = (&self.format, &self.version);
        let is_done = is_done(world.writer()?, &self.partial, version, target.as_str()).await?;
        Ok(if is_done { Probe::Done(Outputs::new()) } else { Probe::NotDone })
    }

    pub(super) async fn apply(&self, world: &World, values: &Values) -> Result<Applied, Failure> {
        let request = TagRequest {
            name: self.tag.name.clone(),
            target: self.tag.target(values)?,
            message: self.tag.message.clone(),
            tagger: identity(self.tag.identity.as_ref()),
        };
        match world.writer()?.move_tag(&request).await {
            Ok(()) => Ok(Applied::nothing()),
            Err(error) => conflict_or(error),
        }
    }
}
