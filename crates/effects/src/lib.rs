//! Plan and apply: steps as data, probed, printed, carried out, resumed.
