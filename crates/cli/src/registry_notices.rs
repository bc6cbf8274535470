//! What a registry names and no rulebook knows: mostly slips of the pen, which would else be
//! silent, since what is not known of a shop counts as unknown.

use std::collections::{BTreeMap, BTreeSet};

use facts::Registry;
use figures::selection::closest;
use metric::Condition;
use rulebook::Catalogue;

use crate::lang::Lang;
use crate::screen::Screen;

/// Says which platforms and enrolments of a registry no rulebook names.
pub(crate) fn tell(registry: &Registry, catalogue: &Catalogue, screen: &Screen) {
    for notice in notices(registry, catalogue, screen.lang) {
        screen.notice(&notice);
    }
}

fn notices(registry: &Registry, catalogue: &Catalogue, lang: Lang) -> Vec<String> {
    // By what is named, the shops that name it.
    let mut platforms: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut enrolments: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for entry in &registry.shops {
        let platform = entry.platform.as_str();
        if catalogue.platform(platform).is_none() {
            platforms.entry(platform).or_default().push(&entry.shop);
            continue;
        }
        let known = enrolment_ids(catalogue, platform);
        for enrolment in entry.enrolments.iter().filter(|one| !known.contains(one.period.as_str()))
        {
            enrolments.entry((platform, &enrolment.period)).or_default().push(&entry.shop);
        }
    }
    let mut notices = Vec::new();
    for (platform, shops) in platforms {
        let known = catalogue.platforms().map(|platform| platform.id.as_str());
        let (hint, shops) = (hint(platform, known, lang), some_of(&shops));
        notices.push(lang.of(
            format!("registry: no rulebook has a platform `{platform}` ({shops}){hint}"),
            format!("店铺登记：没有平台 `{platform}` 的规则（{shops}）{hint}"),
        ));
    }
    for ((platform, id), shops) in enrolments {
        let known = enrolment_ids(catalogue, platform);
        let (hint, shops) = (hint(id, known.into_iter(), lang), some_of(&shops));
        notices.push(lang.of(
            format!("registry: nothing on {platform} asks for `enrolled.{id}` ({shops}){hint}"),
            format!("店铺登记：{platform} 的规则都不看 `enrolled.{id}`（{shops}）{hint}"),
        ));
    }
    notices
}

/// The ids for which the rules and standards of a platform ask.
fn enrolment_ids<'c>(catalogue: &'c Catalogue, platform: &str) -> BTreeSet<&'c str> {
    let periods = catalogue.platform(platform).into_iter();
    let periods = periods.flat_map(|platform| &platform.special_periods);
    let conditions = catalogue
        .standards(platform)
        .flat_map(|named| &named.standard.conditions)
        .filter_map(|condition| match condition {
            Condition::Enrolled(id) | Condition::NotEnrolled(id) => Some(id.as_str()),
            _ => None,
        });
    periods.map(|named| named.period.id.as_str()).chain(conditions).collect()
}

fn hint<'a>(word: &str, known: impl Iterator<Item = &'a str>, lang: Lang) -> String {
    closest(word, known)
        .map(|id| lang.of(format!("; did you mean `{id}`?"), format!("；是否为 `{id}`？")))
        .unwrap_or_default()
}

/// The first shops, and how many more.
fn some_of(shops: &[&str]) -> String {
    match shops {
        [first, second, third, _, ..] => {
            format!("{first}, {second}, {third}, +{}", shops.len() - 3)
        }
        _ => shops.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use facts::{Enrolment, ShopEntry};

    use super::*;

    fn entry(platform: &str, shop: &str, enrolled: &[&str]) -> ShopEntry {
        let enrolment = |id: &&str| Enrolment { period: (*id).into(), enrolled: true };
        ShopEntry {
            platform: platform.into(),
            shop: shop.into(),
            enrolments: enrolled.iter().map(enrolment).collect(),
            ..ShopEntry::default()
        }
    }

    #[test]
    fn what_no_rulebook_names_is_told_once_with_its_shops() {
        let known = ["cny-2026", "professional-seller"];
        let mut registry = Registry::default();
        registry.shops.push(entry("taobao", "right", &known));
        let catalogue = Catalogue::shipped();
        assert_eq!(notices(&registry, catalogue, Lang::En), Vec::<String>::new());
        for shop in ["a", "b", "c", "d", "e"] {
            registry.shops.push(entry("taobao", shop, &["cny-2062"]));
        }
        registry.shops.push(entry("taoabo", "f", &["cny-2062"]));
        assert_eq!(
            notices(&registry, catalogue, Lang::En),
            [
                "registry: no rulebook has a platform `taoabo` (f); did you mean `taobao`?",
                "registry: nothing on taobao asks for `enrolled.cny-2062` (a, b, c, +2); \
                 did you mean `cny-2026`?",
            ]
        );
    }
}
