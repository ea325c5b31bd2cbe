//! Reading from a git server: its refs, and packs of objects.
//!
//! Smart HTTP in protocol version 2, which every git server of the last years speaks, and of it
//! only what completing a clone takes: `ls-refs`, and `fetch` with wanted and owned commits and
//! an object filter. Nothing is negotiated in rounds: who asks knows what it has. What a pack
//! holds is not looked at here; whoever keeps it checks it. Remotes that are not reached over http
//! are left to the `git` on PATH ([`with_git`]).

mod error;
mod git;
mod pack;
mod packet;
mod server;

pub use error::{EXPLANATIONS, Error};
pub use git::with_git;
pub use pack::Pack;
pub use server::{Credentials, Filter, Ref, Server, Want};
