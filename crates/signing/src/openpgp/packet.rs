//! Packets and what is in them.

use super::damaged;
use crate::Error;

/// Reads from the front of some bytes.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(damaged("it is cut off"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.number(1)?.to_le_bytes()[0])
    }

    /// A number of at most four bytes.
    pub(super) fn number(&mut self, bytes: usize) -> Result<u32, Error> {
        Ok(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// Bytes behind their length.
    pub(super) fn counted(&mut self, bytes: usize) -> Result<&'a [u8], Error> {
        let length = self.number(bytes)?;
        self.take(usize::try_from(length).map_err(|_| damaged("it is cut off"))?)
    }

    /// A number of any size.
    pub(super) fn large(&mut self) -> Result<&'a [u8], Error> {
        let bits = self.number(2)?;
        self.take(bits.div_ceil(8) as usize)
    }
}

/// A packet.
pub(super) struct Packet<'a> {
    pub(super) tag: u8,
    pub(super) body: &'a [u8],
}

/// Every packet.
pub(super) fn packets(bytes: &[u8]) -> Result<Vec<Packet<'_>>, Error> {
    let mut reader = Reader(bytes);
    let mut packets = Vec::new();
    while !reader.0.is_empty() {
        let head = reader.byte()?;
        if head & 0x80 == 0 {
            return Err(damaged("it is no OpenPGP key"));
        }
        let (tag, body) = if head & 0x40 == 0 {
            let length = match head & 3 {
                0 => 1,
                1 => 2,
                2 => 4,
                _ => return Err(damaged("a packet has no length")),
            };
            ((head >> 2) & 15, reader.counted(length)?)
        } else {
            (head & 63, newer(&mut reader, 224)?)
        };
        packets.push(Packet { tag, body });
    }
    Ok(packets)
}

/// Bytes behind a length of one, two or five bytes; two bytes up to `below`.
fn newer<'a>(reader: &mut Reader<'a>, below: u32) -> Result<&'a [u8], Error> {
    let length = match reader.number(1)? {
        short @ 0..192 => short,
        255 => reader.number(4)?,
        first if first < below => (first - 192) * 256 + reader.number(1)? + 192,
        _ => return Err(damaged("a packet comes in parts")),
    };
    reader.take(usize::try_from(length).map_err(|_| damaged("it is cut off"))?)
}

/// What a self-signature says about a key.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    pub(super) kind: u8,
    pub(super) created: u32,
    /// What the key may do: 2 is signing.
    pub(super) flags: Option<u8>,
    /// Seconds after the key's creation; 0 is never.
    pub(super) expires_after: u32,
    /// The last eight bytes of the issuer's fingerprint.
    pub(super) issuer: Vec<u8>,
}

impl Statement {
    /// Reads a signature; `None` for versions that are not looked at.
    pub(super) fn read(body: &[u8]) -> Result<Option<Self>, Error> {
        let mut reader = Reader(body);
        if reader.byte()? != 4 {
            return Ok(None);
        }
        let mut statement = Self { kind: reader.byte()?, ..Self::default() };
        reader.take(2)?;
        for is_hashed in [true, false] {
            let mut area = Reader(reader.counted(2)?);
            while !area.0.is_empty() {
                statement.subpacket(newer(&mut area, 255)?, is_hashed)?;
            }
        }
        Ok(Some(statement))
    }

    fn subpacket(&mut self, bytes: &[u8], is_hashed: bool) -> Result<(), Error> {
        let mut reader = Reader(bytes);
        match reader.byte()? & 0x7f {
            16 => self.issuer = reader.take(8)?.to_vec(),
            33 => {
                let fingerprint = reader.0.last_chunk::<8>();
                self.issuer = fingerprint.map(|id| id.to_vec()).unwrap_or_default();
            }
            // What is not hashed is not signed.
            2 if is_hashed => self.created = reader.number(4)?,
            9 if is_hashed => self.expires_after = reader.number(4)?,
            27 if is_hashed => self.flags = Some(reader.0.first().copied().unwrap_or(0)),
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_of_every_form() {
        let long = [[0xC2, 255, 0, 0, 0, 2, 7, 7].as_slice(), &[0x89, 0, 1, 9]].concat();
        let read = packets(&long).unwrap();
        let read: Vec<_> = read.iter().map(|packet| (packet.tag, packet.body)).collect();
        assert_eq!(read, [(2, [7, 7].as_slice()), (2, &[9])]);
        let two = [[0xC2, 192, 8].as_slice(), &[1; 200]].concat();
        assert_eq!(packets(&two).unwrap()[0].body.len(), 200);
        for bad in [&[0x42][..], &[0x8B], &[0xC2, 230], &[0xC2, 5, 1], &[0xC2]] {
            assert!(packets(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            drop(packets(&bytes));
            drop(Statement::read(&bytes));
        }
    }
}
