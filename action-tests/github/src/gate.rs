//! A listener whose connections can be cut, before or in the middle of an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Accepts connections that can be cut.
pub(crate) struct Gate(pub(crate) TcpListener);

/// The handle of one connection: how many bytes may still be written to it.
#[derive(Clone, Debug)]
pub(crate) struct Wire(Arc<AtomicU64>);

impl Wire {
    /// After this many bytes the connection is closed.
    pub(crate) fn cut_after(&self, bytes: u64) {
        self.0.store(bytes, Ordering::SeqCst);
    }
}

/// A connection with a limit on what is written.
pub(crate) struct Line {
    stream: TcpStream,
    limit: Arc<AtomicU64>,
}

impl Listener for Gate {
    type Io = Line;
    type Addr = Wire;

    async fn accept(&mut self) -> (Line, Wire) {
        let (stream, _) = Listener::accept(&mut self.0).await;
        // Answers are small and written at once; waiting for more bytes only costs time.
        let _ = stream.set_nodelay(true);
        let limit = Arc::new(AtomicU64::new(u64::MAX));
        (Line { stream, limit: Arc::clone(&limit) }, Wire(limit))
    }

    fn local_addr(&self) -> io::Result<Wire> {
        Ok(Wire(Arc::new(AtomicU64::new(u64::MAX))))
    }
}

impl Connected<IncomingStream<'_, Gate>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Gate>) -> Self {
        stream.remote_addr().clone()
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let left = self.limit.load(Ordering::SeqCst);
        if left == 0 {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let allowed = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let written =
            Pin::new(&mut self.stream).poll_write(context, bytes.get(..allowed).unwrap_or(bytes));
        if let Poll::Ready(Ok(count)) = &written
            && left != u64::MAX
        {
            let count = u64::try_from(*count).unwrap_or(left);
            self.limit.store(left.saturating_sub(count), Ordering::SeqCst);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
