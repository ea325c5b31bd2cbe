//! Ctrl-C and SIGTERM: what runs is ended by its id, nothing new starts, and the ordinary way out
//! ends the services and removes their folders.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::signal::unix::{SignalKind, signal};

/// How a child is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody waits for it: an interrupt ends it at once, with its whole group.
    Foreground,
    /// A value holds it and ends it in order.
    Service,
}

static RUNNING: Mutex<BTreeMap<i32, Kind>> = Mutex::new(BTreeMap::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How long the ordinary way out may take before everything is killed.
const GRACE: Duration = Duration::from_secs(40);

/// Whether a signal arrived; nothing new is started then.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Acquire)
}

/// Remembers a child; each leads a process group of its own.
pub(crate) fn started(id: u32, kind: Kind) {
    if let Ok(id) = i32::try_from(id) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).insert(id, kind);
        // The signal may have come between the check and the start.
        if interrupted() && kind == Kind::Foreground {
            send(id, true, Signal::SIGTERM);
        }
    }
}

/// Forgets a child that has ended and was waited for.
pub(crate) fn ended(id: u32) {
    if let Ok(id) = i32::try_from(id) {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// Signals a child that has not been waited for yet, or its whole group.
pub(crate) fn signal_child(id: u32, group: bool, what: Signal) {
    if let Ok(id) = i32::try_from(id) {
        send(id, group, what);
    }
}

fn send(id: i32, group: bool, what: Signal) {
    // A child that is already gone is what we want.
    let _ = if group { killpg(Pid::from_raw(id), what) } else { kill(Pid::from_raw(id), what) };
}

fn running() -> BTreeMap<i32, Kind> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Starts the thread that waits for SIGINT and SIGTERM.
pub(crate) fn watch() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to watch for signals")?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return;
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            INTERRUPTED.store(true, Ordering::Release);
            crate::say::line("interrupted: ending what was started (once more: at once)");
            for (id, kind) in running() {
                if kind == Kind::Foreground {
                    send(id, true, Signal::SIGTERM);
                }
            }
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                () = tokio::time::sleep(GRACE) => {}
            }
            for id in running().into_keys() {
                send(id, true, Signal::SIGKILL);
            }
            #[expect(clippy::exit, reason = "the other threads may be waiting for anything")]
            std::process::exit(130);
        });
    })?;
    Ok(())
}
