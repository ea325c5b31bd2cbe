//! Request bodies.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// Read from a file at a time.
const CHUNK: usize = 64 * 1024;

/// What a request carries. It can be sent again for a retry or a redirect.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Bytes in memory.
    Bytes(Bytes),
    /// A file, streamed.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its length in bytes when the body was made.
        length: u64,
    },
}

impl Body {
    /// A file to be streamed. Its length is taken now; a file that changes fails the request.
    ///
    /// # Errors
    /// When the file cannot be looked at.
    pub fn file(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let length = path.metadata()?.len();
        Ok(Self::File { path, length })
    }

    pub(crate) fn to_reqwest(&self) -> io::Result<Option<reqwest::Body>> {
        Ok(match self {
            Self::Empty => None,
            Self::Bytes(bytes) => Some(reqwest::Body::from(bytes.clone())),
            Self::File { path, length } => {
                let file = File::open(path)?;
                Some(reqwest::Body::wrap(FileBody { file, left: *length }))
            }
        })
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        if bytes.is_empty() { Self::Empty } else { Self::Bytes(bytes) }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

/// A local file in chunks. Reads block for the moment a disk takes, which is less than a thread
/// pool costs here.
struct FileBody {
    file: File,
    left: u64,
}

impl http_body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let want = usize::try_from(self.left).unwrap_or(CHUNK).min(CHUNK);
        let mut chunk = vec![0; want];
        Poll::Ready(Some(match self.file.read(&mut chunk) {
            Ok(0) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter")),
            Ok(read) => {
                chunk.truncate(read);
                self.left -= read as u64;
                Ok(Frame::data(chunk.into()))
            }
            Err(error) => Err(error),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
