//! Replies that rules look past, as lists of phrases.

use facts::MessageFlags;
use rulebook::Catalogue;

use crate::error::Error;

/// Lists of replies that rules look past, each with its bit in [`MessageFlags`].
#[derive(Clone, Debug, Default)]
pub struct InvalidReplies {
    lists: Vec<Vec<String>>,
    /// The same without spaces and punctuation.
    bare: Vec<Vec<String>>,
    /// Bytes of the longest of these.
    longest: usize,
}

impl InvalidReplies {
    /// The distinct lists of a catalogue, those of other answers to open readings too.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyLists`] when there are more lists than bits.
    pub fn of(catalogue: &Catalogue) -> Result<Self, Error> {
        let mut lists: Vec<Vec<String>> = Vec::new();
        for edition in catalogue.metrics().flat_map(|metric| &metric.editions) {
            let others = edition.open.iter().flat_map(|reading| {
                reading.alternatives.iter().map(|other| vec![(&*reading.id, &*other.name)])
            });
            for picks in std::iter::once(Vec::new()).chain(others) {
                let Ok(rule) = edition.rule(&picks) else { continue };
                if !rule.invalid_replies.is_empty() && !lists.contains(&rule.invalid_replies) {
                    lists.push(rule.invalid_replies);
                }
            }
        }
        if lists.len() > 8 {
            return Err(Error::TooManyLists);
        }
        Ok(Self::with(lists))
    }

    fn with(lists: Vec<Vec<String>>) -> Self {
        let bare = lists.iter().map(|list| list.iter().map(|phrase| bare(phrase).collect()));
        let bare: Vec<Vec<String>> = bare.map(Iterator::collect).collect();
        let longest = bare.iter().flatten().map(String::len).max().unwrap_or(0);
        Self { lists, bare, longest }
    }

    /// The bit of a rule's list.
    #[must_use]
    pub fn flag(&self, list: &[String]) -> MessageFlags {
        let position = self.lists.iter().position(|known| known == list);
        position.map_or(MessageFlags(0), |i| MessageFlags(1 << i))
    }

    /// Whether there is no list at all, so that texts need not be looked at.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The bits of a text: the lists that have it, spaces and punctuation aside.
    #[must_use]
    pub fn judge(&self, text: &str) -> MessageFlags {
        let mut known = String::new();
        for c in bare(text) {
            known.push(c);
            // Most replies say more than any phrase.
            if known.len() > self.longest {
                return MessageFlags(0);
            }
        }
        let mut flags = 0;
        for (i, list) in self.bare.iter().enumerate() {
            flags |= u8::from(list.contains(&known)) << i;
        }
        MessageFlags(flags)
    }
}

fn bare(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_perfunctory_whatever_its_punctuation() {
        let lists = vec![vec!["稍等".to_owned(), "好的，稍等".to_owned()]];
        let invalid = InvalidReplies::with(lists);
        assert_eq!(invalid.judge(" 稍等~。"), MessageFlags(1));
        assert_eq!(invalid.judge("好的 稍等！"), MessageFlags(1));
        assert_eq!(invalid.judge("稍等，我查一下运费"), MessageFlags(0));
    }
}
