//! Cancellation: SIGINT, SIGTERM.

use std::sync::Arc;
use std::time::Duration;

use diagnostics::{Diagnostic, Exit, Failure};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How long the running step gets after the signal. The runner sends SIGTERM after 7.5 s.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// How long until the process ends whatever it does, for code that does not yield.
const LAST: Duration = Duration::from_secs(6);

/// Within this time a second signal is taken for an echo of the first.
const ECHO: Duration = Duration::from_millis(500);

/// Whether the run was asked to stop. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Default for Cancel {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Cancel {
    /// Whether no new step may start.
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when the run is asked to stop.
    pub async fn cancelled(&self) {
        let mut receiver = self.0.subscribe();
        // The sender lives as long as `self`, so this waits for nothing but the signal.
        let _ = receiver.wait_for(|cancelled| *cancelled).await;
    }

    /// What a future gives, unless the run is asked to stop before: for work that changes nothing
    /// outside and can be dropped anywhere.
    ///
    /// # Errors
    /// The future's, or `runner/cancelled`.
    pub async fn unless<T>(
        &self,
        future: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            result = future => result,
            () = self.cancelled() => Err(cancelled().into()),
        }
    }

    /// Asks the run to stop, as a signal does.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

/// The end of a run that was asked to stop.
pub(crate) fn cancelled() -> Diagnostic {
    let mut diagnostic = Diagnostic::warning("runner/cancelled", "the run was cancelled")
        .with_help("nothing was undone; run it again and it completes");
    diagnostic.exit = Exit::Cancelled;
    diagnostic
}

/// Takes SIGINT and SIGTERM from here on, on a thread of its own: process 1 of a container gets
/// neither without a handler, and a busy main thread must not delay them. When the run has not
/// ended in time, or at a second signal, `last` is called, which ends the process.
pub(crate) fn listen(cancel: Cancel, last: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    let (ready, wait) = std::sync::mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            let signals = signal(SignalKind::interrupt())
                .and_then(|interrupt| Ok((interrupt, signal(SignalKind::terminate())?)));
            let (mut interrupt, mut terminate) = match signals {
                Ok(signals) => signals,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            let _ = ready.send(Ok(()));
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            cancel.cancel();
            tokio::time::sleep(ECHO).await;
            // Signals that came meanwhile are echoes; a recv that is ready takes them all.
            let mut again = async || {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            };
            let _ = tokio::time::timeout(Duration::from_millis(1), again()).await;
            let _ = tokio::time::timeout(LAST.saturating_sub(ECHO), again()).await;
            last();
        });
    })?;
    wait.recv().unwrap_or_else(|_| Err(std::io::Error::other("the thread for signals ended")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_at_the_request_and_after_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let cancel = Cancel::default();
            assert!(!cancel.is_cancelled());
            let other = cancel.clone();
            let ((), ()) = tokio::join!(async { other.cancel() }, cancel.cancelled());
            cancel.cancelled().await;
            assert!(cancel.is_cancelled());
        });
    }

    #[test]
    fn waiting_for_others_ends_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let cancel = Cancel::default();
            assert_eq!(cancel.unless(async { Ok(1) }).await, Ok(1));
            cancel.cancel();
            let failure = cancel.unless(std::future::pending::<Result<(), _>>()).await.unwrap_err();
            assert_eq!(failure.exit(), Exit::Cancelled);
        });
    }
}
