//! The table of what makes a lock stale, row by row: what 0.77.0 does, and what 0.48.2 does
//! otherwise. A case is named after its row.

mod conda;
mod cuda;
mod doubts;
mod formats;
mod groups;
mod python;
mod python_project;
mod world;
