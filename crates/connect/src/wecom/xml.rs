//! The XML of callbacks: one element that holds elements with texts, and nothing else of XML.
//!
//! Documents that declare types or entities, have attributes or instructions, or lie deeper, are
//! refused: nothing is ever expanded or fetched.

/// The largest document in bytes. Events have some hundred.
const MAX_BYTES: usize = 64 << 10;
/// The most elements.
const MAX_ELEMENTS: usize = 64;

/// The elements of a document, each with its text, in order.
pub(super) fn elements(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let mut rest = Rest(text.trim_start_matches('\u{feff}').trim());
    if rest.eat("<?xml") {
        rest.until("?>")?;
        rest.skip();
    }
    let root = rest.open()?;
    let mut found = Vec::new();
    loop {
        rest.skip();
        if rest.eat("</") {
            rest.close(root)?;
            return rest.0.is_empty().then_some(found);
        }
        if found.len() == MAX_ELEMENTS {
            return None;
        }
        let name = rest.open()?;
        let text = rest.text()?;
        rest.close(name)?;
        found.push((name.to_owned(), text));
    }
}

/// What is left of a document.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn skip(&mut self) {
        self.0 = self.0.trim_start();
    }

    fn eat(&mut self, what: &str) -> bool {
        let found = self.0.strip_prefix(what);
        self.0 = found.unwrap_or(self.0);
        found.is_some()
    }

    /// Everything before a mark, which is eaten too.
    fn until(&mut self, mark: &str) -> Option<&'a str> {
        let (before, after) = self.0.split_once(mark)?;
        self.0 = after;
        Some(before)
    }

    /// An opening tag.
    fn open(&mut self) -> Option<&'a str> {
        if !self.eat("<") {
            return None;
        }
        let name = self.until(">")?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        ((1..=64).contains(&name.len()) && name.chars().all(plain)).then_some(name)
    }

    /// The rest of a closing tag after `</`.
    fn close(&mut self, name: &str) -> Option<()> {
        let found = self.until(">")?;
        (found.trim_end() == name).then_some(())
    }

    /// The text up to a closing tag, whose `</` is eaten.
    fn text(&mut self) -> Option<String> {
        let mut out = String::new();
        loop {
            let at = self.0.find(['<', '&'])?;
            out.push_str(&self.0[..at]);
            self.0 = &self.0[at..];
            if self.eat("</") {
                return Some(out);
            }
            if self.eat("<![CDATA[") {
                out.push_str(self.until("]]>")?);
            } else if self.eat("&") {
                out.push(character(self.until(";")?)?);
            } else {
                return None;
            }
        }
    }
}

/// The character of a reference: one of the five that every XML has, or one by its number.
fn character(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = reference.strip_prefix('#')?;
            let number = match digits.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(String, String)>> {
        elements(text.as_bytes())
    }

    #[test]
    fn elements_have_their_texts() {
        let text = "<?xml version=\"1.0\"?>\n<xml>\n <A><![CDATA[a<b]]></A>\n<B>1 &amp; &#x32;</B>\
                    <C></C>\n</xml>\n";
        let pairs = [("A", "a<b"), ("B", "1 & 2"), ("C", "")];
        let expected = pairs.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(read(text), Some(expected.to_vec()));
    }

    #[test]
    fn everything_else_of_xml_is_refused() {
        for text in [
            "",
            "<xml>",
            "<xml></xm>",
            "<xml></xml>x",
            "<xml><A>1</B></xml>",
            "<xml><A><B>1</B></A></xml>",
            "<xml><A b=\"c\">1</A></xml>",
            "<xml><A/></xml>",
            "<xml><A>&b;</A></xml>",
            "<xml><A>&#xd800;</A></xml>",
            "<!DOCTYPE xml [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><xml><A>&b;</A></xml>",
            "<?xml version=\"1.0\"?><!DOCTYPE xml><xml></xml>",
            "<xml><?php ?></xml>",
            "<xml><!-- x --></xml>",
            "<xml><A><![CDATA[x</A></xml>",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let many = format!("<xml>{}</xml>", "<A>1</A>".repeat(MAX_ELEMENTS + 1));
        assert_eq!(read(&many), None);
        let large = format!("<xml><A>{}</A></xml>", "x".repeat(MAX_BYTES));
        assert_eq!(read(&large), None);
    }
}
