//! conda's and Python's versions, specifiers and archive names, as pixi reads them.
//!
//! conda's side answers as rattler does, Python's as `packaging` and uv do; both were compared on
//! thousands of texts, and samples of that are the tables in the tests. Every reader takes any text
//! without panicking.

pub mod archive;
pub mod match_spec;
pub mod pep440;
pub mod pep503;
pub mod pep508;
pub mod version;
pub mod version_spec;

pub use archive::{Archive, PythonArchive};
pub use match_spec::{Fit, MatchSpec, Pattern, Record};
pub use pep503::normalize_name;
pub use version::{MalformedVersion, Version};
pub use version_spec::{Bound, MalformedSpec, Operator, Strictness, VersionSpec};
