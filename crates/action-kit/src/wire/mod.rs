//! What the runner reads, as pure functions: file-command entries and workflow commands.
//!
//! Everything this project hands to a runner goes through here, so that one audited place holds
//! the rules of both readers, the runner's and act's (runner contract, sections 3.1 to 3.4).

mod command;
mod key_value;

pub(crate) use command::mask_forms;
pub use command::{
    annotation_line, command_line, escape_data, escape_property, mask_lines, plain_line,
};
pub use key_value::{WireError, defuse_expressions, key_value, path_line, readable};

/// Which reader is on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Dialect {
    /// The GitHub runner.
    #[default]
    Runner,
    /// `act`, which reads commands and files by rules of its own.
    Act,
}
