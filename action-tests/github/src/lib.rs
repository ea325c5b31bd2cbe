//! A stateful stand-in for GitHub, backed by a real bare git repository.
