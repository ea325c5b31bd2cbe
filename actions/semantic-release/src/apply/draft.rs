//! Publishing a draft that an earlier run left.

use diagnostics::{Diagnostic, Failure};
use effects::{Applied, Probe, Values};
use github::ReleaseUpdate;

use super::{World, failure, outputs};
use crate::plan::PublishDraft;

impl PublishDraft {
    fn number(&self, values: &Values) -> Result<u64, Failure> {
        let id = values.resolve(&self.release).map_err(failure)?;
        id.parse().map_err(|_| Diagnostic::bug(format!("`{id}` is no release")).into())
    }

    pub(super) async fn probe(&self, world: &World, values: &Values) -> Result<Probe, Failure> {
        let found = world.github()?.get_release(self.number(values)?).await.map_err(failure)?;
        let published = found.filter(|found| !found.draft);
        Ok(published.map_or(Probe::NotDone, |found| Probe::Done(outputs(&found))))
    }

    /// Notes and title stay as somebody may have edited them.
    pub(super) async fn apply(&self, world: &World, values: &Values) -> Result<Applied, Failure> {
        let update = ReleaseUpdate {
            tag_name: Some(self.tag.clone()),
            draft: Some(false),
            make_latest: Some(self.latest),
            ..ReleaseUpdate::default()
        };
        let made = world.github()?.update_release(self.number(values)?, &update).await;
        Ok(Applied::Done(outputs(&made.map_err(failure)?)))
    }
}
