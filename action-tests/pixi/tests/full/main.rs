//! `pixi-cuda-setup/full` from its own action.yml: its steps are played one by one, the container's
//! by the real binary on the stand-in runner, the others by bash. pixi, its release server and
//! `actions/cache` are stand-ins.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod cache;
mod command;
mod composite;
mod house;
mod inputs;
mod releases;
mod stories;
