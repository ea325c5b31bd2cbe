//! Git history and tags, reading only.
