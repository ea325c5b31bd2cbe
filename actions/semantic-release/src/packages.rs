//! Several packages of one repository in one run.

pub mod graph;
pub mod manifest;
pub mod members;
pub mod open;
pub mod run;
pub mod select;
mod tell;
