//! Telling texts that are not UTF-8, decoding them, and telling bytes that are no text.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// The UTF-8 byte order mark.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// The name of another Unicode encoding that a text begins like.
pub(crate) fn other_unicode(start: &[u8]) -> Option<&'static str> {
    match start {
        [0xff, 0xfe, 0, 0, ..] => return Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff, ..] => return Some("UTF-32BE"),
        [0xff, 0xfe, ..] => return Some("UTF-16LE"),
        [0xfe, 0xff, ..] => return Some("UTF-16BE"),
        _ => {}
    }
    // Without a mark: in a header of ASCII names every other byte is null.
    let head = &start[..start.len().min(64)];
    let nulls = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (nulls(0), nulls(1));
    let most = head.len() * 2 / 5;
    if head.len() < 8 {
        None
    } else if odd >= most && even == 0 {
        Some("UTF-16LE")
    } else if even >= most && odd == 0 {
        Some("UTF-16BE")
    } else {
        None
    }
}

/// Whether bytes are no text in any encoding: more than a tenth are control characters.
pub(crate) fn is_binary(start: &[u8]) -> bool {
    let head = &start[..start.len().min(8 * 1024)];
    let control = |b: &&u8| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x1b);
    head.iter().filter(control).count() * 10 > head.len()
}

/// The name of a legacy encoding that a text seems to be in; `None` for UTF-8, also for UTF-8 with
/// a few damaged places.
pub(crate) fn legacy(start: &[u8]) -> Option<&'static str> {
    let mut good = 0usize;
    let mut bad = 0usize;
    for chunk in start.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // One bad place may be the last character, cut by the end of the sample.
    if bad <= 1 || good > bad {
        return None;
    }
    Some(if is_gb18030(start) { "GB18030" } else { "ISO-8859-1" })
}

/// Whether the bytes are well formed in GB18030, which GBK and GB2312 are parts of. A sequence cut
/// by the end of the sample is let pass.
fn is_gb18030(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] | [0x81..=0xfe] | [0x81..=0xfe, 0x30..=0x39] => return true,
            [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe] => return true,
            [0..=0x7f, rest @ ..] => rest,
            [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, rest @ ..] => rest,
            [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, rest @ ..] => rest,
            _ => return false,
        };
    }
}

/// Whether bytes are GB18030 but for a few damaged places: at least ten Chinese characters to
/// each of them.
pub(crate) fn is_damaged_gb18030(start: &[u8]) -> bool {
    let text = encoding_rs::GB18030.decode_without_bom_handling(start).0;
    let bad = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let good = text.chars().filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}')).count();
    good >= 10 * bad
}

/// The encodings that a profile may name.
pub(crate) const KNOWN: [(&str, &Encoding); 5] = [
    ("utf-8", encoding_rs::UTF_8),
    ("gb18030", encoding_rs::GB18030),
    ("gbk", encoding_rs::GB18030),
    ("utf-16le", encoding_rs::UTF_16LE),
    ("utf-16be", encoding_rs::UTF_16BE),
];

/// What people call an encoding.
pub(crate) fn name(encoding: &'static Encoding, has_mark: bool) -> &'static str {
    match encoding.name() {
        "UTF-8" if has_mark => "UTF-8 BOM",
        "gb18030" => "GB18030",
        name => name,
    }
}

/// Text of another encoding as UTF-8. What is not of the encoding comes out as a byte that UTF-8
/// does not have, so that the row which holds it is found out where it is read.
pub(crate) struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// The part of `input` that was not decoded yet.
    left: std::ops::Range<usize>,
    output: Vec<u8>,
    given: usize,
    ended: bool,
}

const PIECE: usize = 64 * 1024;

impl<R: Read> Decoding<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; PIECE],
            left: 0..0,
            output: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        self.output.clear();
        self.given = 0;
        if self.left.is_empty() {
            let n = self.inner.read(&mut self.input)?;
            self.left = 0..n;
            self.ended = n == 0;
        }
        self.output.resize(2 * PIECE, 0);
        let input = &self.input[self.left.clone()];
        let (result, n_in, n_out) =
            self.decoder.decode_to_utf8_without_replacement(input, &mut self.output, self.ended);
        self.left.start += n_in;
        self.output.truncate(n_out);
        if let DecoderResult::Malformed(..) = result {
            self.output.push(0xff);
            // The decoder is asked again, so that nothing it holds is lost.
            self.ended = false;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() && !self.ended {
            self.decode_more()?;
        }
        let left = &self.output[self.given..];
        let n = left.len().min(buffer.len());
        buffer[..n].copy_from_slice(&left[..n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GBK: &[u8] = b"at,platform\n\xd4\xda\xc2\xf0,\xd3\xd0\xc8\xcb\xc2\xf0";

    #[test]
    fn encodings_are_told_by_their_bytes() {
        let utf16: Vec<u8> = "at,platform,店".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(other_unicode(&utf16), Some("UTF-16LE"));
        assert_eq!(other_unicode(b"\xfe\xff\0a"), Some("UTF-16BE"));
        assert_eq!(other_unicode(b"at,platform"), None);
        assert_eq!(legacy(GBK), Some("GB18030"));
        assert_eq!(legacy("at,在吗,有人吗".as_bytes()), None);
        assert_eq!(legacy(b"caf\xe9,\xfc\xff,\xe4\n"), Some("ISO-8859-1"));
    }

    #[test]
    fn damage_in_utf8_is_not_another_encoding() {
        let mut text = "在吗,有人吗\n".repeat(10).into_bytes();
        text[4] = 0xff;
        text.pop();
        text.pop();
        assert_eq!(legacy(&text), None);
    }

    fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Vec<u8> {
        let mut out = Vec::new();
        Decoding::new(bytes, encoding).read_to_end(&mut out).expect("memory can be read");
        out
    }

    #[test]
    fn damage_in_a_decoded_text_is_no_utf8() {
        assert_eq!(decoded(GBK, encoding_rs::GB18030), "at,platform\n在吗,有人吗".as_bytes());
        assert_eq!(decoded(b"a\xffb\xd4", encoding_rs::GB18030), b"a\xffb\xff");
        assert_eq!(decoded(b"\xff\xfea\0\x28\x57", encoding_rs::UTF_16LE), "a在".as_bytes());
        assert_eq!(decoded(b"a\0\x28", encoding_rs::UTF_16LE), b"a\xff");
        assert_eq!(decoded(b"", encoding_rs::GB18030), b"");
    }

    #[test]
    fn damaged_gb18030_is_told_from_latin() {
        let (mut bytes, _, _) =
            encoding_rs::GB18030.encode("在吗，这件衣服有货吗，多久可以发货呢，谢谢您");
        bytes.to_mut()[5] = 0xff;
        assert_eq!(legacy(&bytes), Some("ISO-8859-1"));
        assert!(is_damaged_gb18030(&bytes));
        assert!(!is_damaged_gb18030(b"caf\xe9,\xfc\xff,\xe4\n"));
    }

    #[test]
    fn a_long_text_is_decoded_piece_by_piece() {
        let text = "在吗a".repeat(PIECE);
        let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
        assert!(decoded(&bytes, encoding_rs::GB18030) == text.as_bytes());
    }

    #[test]
    fn binary_is_mostly_control_characters() {
        assert!(is_binary(&(0..=255).cycle().take(4_000).collect::<Vec<u8>>()));
        assert!(!is_binary(b"at,platform\n2026,\0\n"));
        assert!(!is_binary(b""));
    }
}
