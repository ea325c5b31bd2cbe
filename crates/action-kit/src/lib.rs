//! The runner contract: inputs, outputs, commands, summary, paths, ownership, signals, exit codes.
