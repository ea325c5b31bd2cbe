//! `action.yml` and the tables of the README, from the definition.

mod action_yml;
mod readme;

pub use action_yml::{ActionYml, action_yml};
pub use readme::{BEGIN, END, readme_tables, replace_between_markers};
