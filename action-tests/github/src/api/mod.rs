//! The REST endpoints, one module per family.

pub(crate) mod assets;
pub(crate) mod branches;
pub(crate) mod commits;
pub(crate) mod contents;
pub(crate) mod data;
pub(crate) mod guard;
pub(crate) mod identity;
pub(crate) mod issues;
pub(crate) mod latest;
pub(crate) mod notes;
pub(crate) mod pulls;
pub(crate) mod refs;
pub(crate) mod releases;
pub(crate) mod repository;
pub(crate) mod tags;
pub(crate) mod trees;
pub(crate) mod view;
