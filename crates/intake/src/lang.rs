//! The two languages that messages are written in, and how foreign text is quoted in them.

/// Language of a message.
///
/// # Example
///
/// ```
/// use intake::Lang;
/// assert_eq!(Lang::default(), Lang::En);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// One of two texts: that of this language.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(intake::Lang::Zh.of("shop", "店铺"), "店铺");
    /// ```
    #[must_use]
    pub fn of<T>(self, en: T, zh: T) -> T {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

/// The longest text that a message repeats from a file, in characters.
const MAX_QUOTED: usize = 40;

/// A text from a file in backticks: at most 40 characters, and nothing in it that could steer a
/// terminal or reverse the direction of the line.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("`");
    let mut chars = text.chars();
    for c in chars.by_ref().take(MAX_QUOTED) {
        match c {
            _ if c.is_control() => out.extend(c.escape_unicode()),
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            _ => out.push(c),
        }
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out.push('`');
    out
}

/// The known word that a misspelt one most likely means.
pub(crate) fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer words are nobody's slip, and the distance costs the product of the lengths.
    if word.is_empty() || word.len() > 64 {
        return None;
    }
    let lower = word.trim().to_lowercase().replace(['_', ' '], "-");
    known
        .map(|candidate| {
            let plain = candidate.replace('_', "-");
            (strsim::damerau_levenshtein(&lower, &plain), candidate)
        })
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_short_and_harmless() {
        assert_eq!(quoted("agnet"), "`agnet`");
        assert_eq!(quoted("\u{1b}[2J\u{202e}x"), "`\\u{1b}[2J\\u{202e}x`");
        let long = quoted(&"问".repeat(41));
        assert_eq!(long.chars().count(), MAX_QUOTED + 3);
        assert!(long.ends_with("…`"));
    }

    #[test]
    fn a_slip_finds_its_word_and_a_different_word_finds_none() {
        let known = ["shop", "conversation", "from_account", "to-human"];
        let find = |word| closest(word, known.into_iter());
        assert_eq!(find("shpo"), Some("shop"));
        assert_eq!(find("Conversation "), Some("conversation"));
        assert_eq!(find("from account"), Some("from_account"));
        assert_eq!(find("to_human"), Some("to-human"));
        assert_eq!(find("price"), None);
        assert_eq!(find(""), None);
    }
}
