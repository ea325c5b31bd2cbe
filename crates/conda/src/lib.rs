//! conda's and Python's versions, specifiers and archive names, as pixi reads them.
