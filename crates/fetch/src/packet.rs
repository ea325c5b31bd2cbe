//! Git's packet lines: four hexadecimal digits of length, then the payload.

use bytes::Bytes;

use crate::Error;

/// The largest packet, its length digits included.
const LARGEST: usize = 65_520;

/// One packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Packet {
    /// A payload.
    Data(Bytes),
    /// `0000`: the end of a message.
    Flush,
    /// `0001`: the end of a section.
    Delimiter,
    /// `0002`: the end of an answer.
    End,
}

/// Takes packets from an answer.
#[derive(Clone, Debug)]
pub(crate) struct Packets {
    rest: Bytes,
}

impl Packets {
    pub(crate) fn new(answer: Bytes) -> Self {
        Self { rest: answer }
    }

    /// The next packet; `None` at the end of the answer. An `ERR` packet is the server's refusal.
    pub(crate) fn next(&mut self) -> Result<Option<Packet>, Error> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let cut_off = || Error::protocol("the answer ends within a packet");
        let digits = self.rest.get(..4).ok_or_else(cut_off)?;
        let length = std::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| usize::from_str_radix(digits, 16).ok())
            .filter(|length| *length <= LARGEST && *length != 3)
            .ok_or_else(|| Error::protocol("the answer has no packets of git"))?;
        if length < 4 {
            drop(self.rest.split_to(4));
            return Ok(Some(match length {
                0 => Packet::Flush,
                1 => Packet::Delimiter,
                _ => Packet::End,
            }));
        }
        if self.rest.len() < length {
            return Err(cut_off());
        }
        let payload = self.rest.split_to(length).slice(4..);
        if let Some(words) = payload.strip_prefix(b"ERR ") {
            return Err(Error::refused(words));
        }
        Ok(Some(Packet::Data(payload)))
    }

    /// The next line of text; `None` at the end of a section or message.
    pub(crate) fn line(&mut self) -> Result<Option<String>, Error> {
        Ok(match self.next()? {
            Some(Packet::Data(payload)) => {
                let text = String::from_utf8_lossy(&payload);
                Some(text.trim_end_matches('\n').to_owned())
            }
            _ => None,
        })
    }
}

/// Puts a request together.
#[derive(Debug, Default)]
pub(crate) struct Request(Vec<u8>);

impl Request {
    /// A request for a command of the server.
    pub(crate) fn command(name: &str) -> Self {
        let mut request = Self::default();
        request.line(&format!("command={name}"));
        request.line(concat!("agent=actions/", env!("CARGO_PKG_VERSION")));
        request.line("object-format=sha1");
        request.0.extend_from_slice(b"0001");
        request
    }

    pub(crate) fn line(&mut self, text: &str) {
        self.0.extend_from_slice(format!("{:04x}{text}\n", text.len() + 5).as_bytes());
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"0000");
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_taken_apart() {
        let mut packets = Packets::new(Bytes::from_static(b"0006a\n0004000100000002"));
        assert_eq!(packets.clone().line(), Ok(Some("a".to_owned())));
        let mut all = Vec::new();
        while let Some(packet) = packets.next().unwrap() {
            all.push(packet);
        }
        let data = |text: &'static str| Packet::Data(Bytes::from_static(text.as_bytes()));
        assert_eq!(all, [data("a\n"), data(""), Packet::Delimiter, Packet::Flush, Packet::End]);
    }

    #[test]
    fn what_is_no_packet_is_an_error() {
        for answer in ["00", "+006a\n", "0003", "<html>", "ffffa", "0009abc", "fff1x"] {
            let mut packets = Packets::new(Bytes::copy_from_slice(answer.as_bytes()));
            assert!(matches!(packets.next(), Err(Error::Protocol { .. })), "{answer}");
        }
        let mut packets = Packets::new(Bytes::from_static(b"000eERR no\x1bway"));
        let error = packets.next().unwrap_err();
        assert_eq!(error.to_string(), "the git server refuses: no\\u{1b}way");
    }

    #[test]
    fn requests() {
        let mut request = Request::command("ls-refs");
        request.line("peel");
        let bytes = request.finish();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("0014command=ls-refs\n"), "{text}");
        assert!(text.ends_with("object-format=sha1\n00010009peel\n0000"), "{text}");
    }
}
