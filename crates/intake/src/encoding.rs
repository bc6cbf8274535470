//! Telling texts that are not UTF-8, and bytes that are no text.

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

    #[test]
    fn binary_is_mostly_control_characters() {
        assert!(is_binary(&(0..=255).cycle().take(4_000).collect::<Vec<u8>>()));
        assert!(!is_binary(b"at,platform\n2026,\0\n"));
        assert!(!is_binary(b""));
    }
}
