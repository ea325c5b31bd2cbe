//! The pack of an answer, taken out of its side bands.

use std::collections::VecDeque;
use std::io::{BufRead, Read};

use bytes::{Buf as _, Bytes};

use crate::Error;
use crate::packet::{Packet, Packets};

/// A pack as the server sent it. It reads like a file; the parts lie where the answer has them.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    parts: VecDeque<Bytes>,
}

impl Pack {
    /// The bytes that are left to be read.
    pub fn len(&self) -> usize {
        self.parts.iter().map(Bytes::len).sum()
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Reads the side bands up to the end of the message: 1 is the pack, 2 the progress for
    /// people, 3 the words of a server that gives up.
    pub(crate) fn read(packets: &mut Packets) -> Result<Self, Error> {
        let mut parts = VecDeque::new();
        loop {
            let payload = match packets.next()? {
                Some(Packet::Data(payload)) => payload,
                Some(_) => return Ok(Self { parts }),
                None => return Err(Error::protocol("the answer ends within the pack")),
            };
            match payload.first() {
                Some(1) => parts.push_back(payload.slice(1..)),
                Some(2) => {}
                Some(3) => return Err(Error::refused(&payload.slice(1..))),
                _ => return Err(Error::protocol("the pack has a side band nobody knows")),
            }
            if parts.back().is_some_and(Bytes::is_empty) {
                parts.pop_back();
            }
        }
    }
}

impl Read for Pack {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let part = self.fill_buf()?;
        let count = part.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), part.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Pack {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        Ok(self.parts.front().map_or(&[], Bytes::as_ref))
    }

    fn consume(&mut self, amount: usize) {
        let Some(part) = self.parts.front_mut() else { return };
        part.advance(amount.min(part.len()));
        if part.is_empty() {
            self.parts.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_told_apart() {
        let answer = b"0009\x02talk0008\x01abc0005\x010007\x01de0000";
        let mut pack = Pack::read(&mut Packets::new(Bytes::from_static(answer))).unwrap();
        assert_eq!(pack.len(), 5);
        let mut text = String::new();
        pack.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), pack.is_empty()), ("abcde", true));
        for (answer, words) in [
            (&b"0008\x01abc"[..], "ends within the pack"),
            (b"000a\x03sorry0000", "refuses: sorry"),
            (b"0006\x09x0000", "side band"),
        ] {
            let error = Pack::read(&mut Packets::new(Bytes::from_static(answer))).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
