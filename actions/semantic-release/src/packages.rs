//! Several packages of one repository in one run.

pub mod graph;
pub mod manifest;
