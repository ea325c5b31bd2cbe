//! What this crate asks of an engine, and what it makes of every answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod runs;

use std::path::Path;

use engine::{Checked, Engine, Error, Job, Reference, Traces};
use engine_stand_in::Engine as StandIn;

/// Runs a story on the kind of event loop that actions have.
fn story<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

async fn connect(stand_in: &StandIn) -> Engine {
    let socket = engine::find_socket(Some(&stand_in.host())).unwrap();
    Engine::connect(&socket).await.unwrap()
}

async fn check(engine: &Engine, image: &str, workspace: &Path) -> Result<Checked, Error> {
    let image = Reference::parse(image)?;
    engine.ensure_image(&image, &mut |_| {}).await?;
    let place = engine.neighbourhood(&Traces::default(), workspace).await?;
    engine.check(&image, place, workspace).await
}

fn job<'j>(command: &'j str, directory: &'j Path) -> Job<'j> {
    let env = vec![("NEW_VERSION".to_owned(), "1.2.3".to_owned())];
    Job { command, directory, user: (1001, 127), env }
}
