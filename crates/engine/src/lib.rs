//! Docker Engine API over the unix socket: sibling containers that see the same workspace.
//!
//! An action in a container has no programs of its own image's users. Where the engine's socket is
//! mounted, it can ask the engine for a container beside its own, with the workspace at the same
//! path: [`Engine::connect`], [`Engine::neighbourhood`] to learn how the engine knows the
//! workspace, [`Engine::ensure_image`], [`Engine::check`], [`Engine::run`].
//!
//! This crate speaks HTTP itself, with hyper on a [`tokio::net::UnixStream`]: what `http-client` is
//! there for (roots, proxies, redirects, tokens, retry) does not exist on a socket of this machine,
//! and its client cannot dial one. A ready-made client of the engine brings models of the whole
//! API, several times the size of what is used here.

mod client;
mod container;
mod error;
mod explain;
mod frames;
mod home;
mod image;
mod neighbourhood;
mod removal;
mod socket;

pub use client::Engine;
pub use container::{Checked, Job, Mount};
pub use error::Error;
pub use explain::EXPLANATIONS;
pub use image::Reference;
pub use neighbourhood::{Neighbourhood, Traces};
pub use socket::{SOCKET, find as find_socket};
