//! The client against loopback servers that misbehave.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod faults;
mod limits;
mod proxies;
mod redirects;
mod server;
mod tls;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_client::{Client, Settings, Time};

/// Time that stands still; waits are recorded and take none.
#[derive(Default)]
pub(crate) struct Still(pub(crate) Mutex<Vec<Duration>>);

impl Time for Still {
    fn now(&self) -> u64 {
        1_000_000
    }
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.lock().unwrap().push(duration);
        Box::pin(async {})
    }
    fn jitter(&self) -> f64 {
        1.0
    }
}

pub(crate) fn quick() -> Settings {
    Settings {
        connect_timeout: Duration::from_secs(5),
        read_timeout: Duration::from_millis(200),
        ..Settings::default()
    }
}

pub(crate) fn client(settings: Settings) -> (Client, Arc<Still>) {
    let time = Arc::new(Still::default());
    (Client::new(settings).with_time(Arc::clone(&time) as Arc<dyn Time>), time)
}
