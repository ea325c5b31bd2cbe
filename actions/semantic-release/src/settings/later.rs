//! Keys that python-semantic-release knows and this action does not act on yet.
//!
//! Each would change what is released, so each is an error before anything is touched; a value
//! that says what happens anyway is fine.

use config::Table;

/// Reads the keys and reports those that ask for something.
pub(super) fn check(table: &Table<'_>) {
    // Without user templates these change nothing.
    table.accept(&["logging_use_named_masks"]);
}
