//! A container is gone when nobody waits for it any more, however that came about.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use crate::Engine;

/// How long the engine may take; a cancelled run has five seconds for everything.
const LIMIT: Duration = Duration::from_secs(4);

/// Kills and removes a container when it is dropped. It does not use the event loop: a run that is
/// cancelled drops what it was doing, and nothing drives a request then.
#[derive(Debug)]
pub(crate) struct Removal {
    engine: Engine,
    id: String,
}

impl Removal {
    pub(crate) fn new(engine: &Engine, id: &str) -> Self {
        Self { engine: engine.clone(), id: id.to_owned() }
    }

    fn remove(&self) -> std::io::Result<()> {
        let mut stream = UnixStream::connect(self.engine.socket())?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        let (version, id) = (self.engine.version(), &self.id);
        let request = format!(
            "DELETE {version}/containers/{id}?force=1&v=1 HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes())?;
        // The engine answers when the container is gone.
        stream.read(&mut [0; 64]).map(drop)
    }
}

impl Drop for Removal {
    fn drop(&mut self) {
        // One that is gone already is as good; one that cannot be removed is found by its label in
        // the next run.
        self.remove().ok();
    }
}
