//! The output of a container: frames of two streams, put back into lines.

/// A line longer than this is told in pieces: nothing says that it ever ends.
const LONGEST: usize = 64 * 1024;
/// Before each frame: the stream, three zeros, the length.
const HEADER: usize = 8;

/// Takes the multiplexed stream in pieces of any size and gives whole lines.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    raw: Vec<u8>,
    /// Unfinished lines of standard output and standard error.
    open: [Vec<u8>; 2],
}

impl Frames {
    /// Takes more of the stream.
    pub(crate) fn push(&mut self, bytes: &[u8], lines: &mut impl FnMut(&str)) {
        self.raw.extend_from_slice(bytes);
        while let Some((header, rest)) = self.raw.split_first_chunk::<HEADER>() {
            let [stream, _, _, _, length @ ..] = *header;
            let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
            let Some(content) = rest.get(..length) else { return };
            let open = if stream == 2 { &mut self.open[1] } else { &mut self.open[0] };
            take(open, content, lines);
            self.raw.drain(..HEADER + length);
        }
    }

    /// The stream has ended; says whether it ended in the middle of a frame.
    pub(crate) fn finish(mut self, lines: &mut impl FnMut(&str)) -> bool {
        for open in &mut self.open {
            if !open.is_empty() {
                lines(&String::from_utf8_lossy(open));
            }
        }
        !self.raw.is_empty()
    }
}

fn take(open: &mut Vec<u8>, content: &[u8], lines: &mut impl FnMut(&str)) {
    for piece in content.split_inclusive(|byte| *byte == b'\n') {
        open.extend_from_slice(piece);
        if piece.ends_with(b"\n") || open.len() > LONGEST {
            let line = String::from_utf8_lossy(open);
            lines(line.strip_suffix('\n').unwrap_or(&line));
            open.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(stream: u8, text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap().to_be_bytes();
        [&[stream, 0, 0, 0][..], &length, text.as_bytes()].concat()
    }

    #[test]
    fn pieces_of_any_size_give_the_same_lines() {
        let stream = [
            frame(1, "one\ntw"),
            frame(2, "error "),
            frame(1, "o\r\nthree"),
            frame(2, "line\n"),
            frame(1, ""),
        ]
        .concat();
        for size in [1, 3, 8, 1000] {
            let (mut frames, mut told) = (Frames::default(), Vec::new());
            let mut lines = |line: &str| told.push(line.to_owned());
            for piece in stream.chunks(size) {
                frames.push(piece, &mut lines);
            }
            assert!(!frames.finish(&mut lines));
            assert_eq!(told, ["one", "two\r", "error line", "three"], "{size}");
        }
    }

    #[test]
    fn a_cut_frame_is_noticed_and_an_endless_line_is_told() {
        let mut told = Vec::new();
        let mut frames = Frames::default();
        frames.push(&frame(1, "whole\nand more")[..12], &mut |line| told.push(line.to_owned()));
        assert!(frames.finish(&mut |line| told.push(line.to_owned())));
        let mut frames = Frames::default();
        let long = "x".repeat(LONGEST);
        for _ in 0..3 {
            frames.push(&frame(1, &long), &mut |line| told.push(line.len().to_string()));
        }
        assert_eq!(told, [(2 * LONGEST).to_string()]);
    }
}
