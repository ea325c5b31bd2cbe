//! SSH and OpenPGP signatures as git reads them, made natively: no agent, no child process, no
//! file on disk.
//!
//! Keys are read here; what signs is `ring`, which is in the binary for TLS anyway and works in
//! constant time. Verifying is git's business.

mod error;
mod explain;
mod openpgp;
mod raw;
mod signer;
mod ssh;

pub use error::{Error, Family};
pub use explain::EXPLANATIONS;
pub use signer::Signer;
