//! The lists of phrases whose bits flags of texts have.

use figures::InvalidReplies;
use rulebook::Catalogue;

/// The lists of a catalogue, in the order of their bits.
pub(crate) fn lists(catalogue: &Catalogue, invalid: &InvalidReplies) -> Vec<Vec<String>> {
    let mut lists: Vec<Vec<String>> = Vec::new();
    for edition in catalogue.metrics().flat_map(|metric| &metric.editions) {
        let others = edition.open.iter().flat_map(|reading| {
            reading.alternatives.iter().map(|other| vec![(&*reading.id, &*other.name)])
        });
        let rules = std::iter::once(Vec::new()).chain(others).map(|picks| edition.rule(&picks));
        lists.extend(rules.flatten().map(|rule| rule.invalid_replies));
    }
    lists.retain(|list| invalid.flag(list).0 != 0);
    lists.sort_by_key(|list| invalid.flag(list).0);
    lists.dedup();
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_has_its_list() {
        let catalogue = Catalogue::shipped();
        let invalid = InvalidReplies::of(catalogue).expect("few lists");
        let lists = lists(catalogue, &invalid);
        assert!(!lists.is_empty());
        for (bit, list) in lists.iter().enumerate() {
            assert_eq!(invalid.flag(list).0, 1 << bit);
            assert_eq!(invalid.judge(&list[0]).0 >> bit & 1, 1);
        }
    }
}
