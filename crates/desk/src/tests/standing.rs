//! What the overview says of a shop's lines, and of its figures, is what a count of its log says.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use facts::{
    Closure, Day, Enrolment, FactKind, Instant, Log, OwnAccount, Registry, ShopEntry, Span, Zone,
};
use figures::standing::{Assessment, Evidence, Query, Standing};
use figures::{Breakdown, InvalidReplies, RuleChoice, Wanted, counting, measure, shown};
use intake::panel::{Panel, Quantity};
use rulebook::Catalogue;
use serde_json::{Value, json};
use store::{NewFact, Reach, Scope, Select, ShopKey, Target};
use testkit::worlds::{Chance, RandomParams, RandomWorld};

use super::{FIRST, Site};
use crate::feeds::Grade;
use crate::view::{MetricNow, ShopNow};

const PLATFORMS: [&str; 10] = [
    "taobao",
    "tmall",
    "taote",
    "douyin",
    "pinduoduo",
    "jd",
    "kuaishou",
    "xiaohongshu",
    "shopee",
    "meta",
];

fn zone() -> Zone {
    Zone::fixed(28_800_000)
}

/// An instant of a local day, so many milliseconds after midnight.
fn at(day: i32, ms: i64) -> Instant {
    zone().start_of(FIRST.plus(day)) + Span(ms)
}

/// Shops with some days of chats, violations and orders, of which a registry knows something.
fn fed(platform: &str, seed: u64) -> (Site, Instant) {
    fed_until(platform, seed, |days| at(days, 36_000_000))
}

fn fed_until(platform: &str, seed: u64, now: fn(i32) -> Instant) -> (Site, Instant) {
    let days = 3 + (seed % 4) as i32 * 4;
    let mut params = RandomParams::new(900, seed);
    (params.platform, params.days) = (platform.to_owned(), days as u16);
    let world = RandomWorld::generate(&params);
    let now = now(days);
    let mut site = Site::new(now);
    let shop = world.rows[0].shop.as_str();
    site.store.put_shop(&Scope::everything(), now, entry(platform, &world)).unwrap();
    site.turning.count_anew().unwrap();
    let mut facts: Vec<NewFact<'_>> = world.rows.iter().map(|row| row.fact()).collect();
    for day in 0..days {
        let event = |ms, kind| NewFact::event(at(day, ms), platform, shop, kind);
        if seed.is_multiple_of(2) {
            facts.push(event(40_000_000, FactKind::Violation));
        }
        let buyer = world.rows[0].buyer.as_str();
        facts.push(NewFact { buyer, ..event(41_000_000 + i64::from(day), FactKind::Ordered) });
    }
    site.send(&facts);
    site.at(now);
    let key = ShopKey::new(platform, shop);
    let known = |site: &Site| {
        let state = site.turning.state();
        let known = state.happenings.of(state.shops.find(&key).unwrap()).unwrap();
        (known.orders(&zone(), now), known.violations(&zone(), now))
    };
    let before = known(&site);
    site.crash();
    site.at(now);
    assert_eq!(known(&site), before, "what came after the last checkpoint counts once");
    (site, now)
}

fn entry(platform: &str, world: &RandomWorld) -> ShopEntry {
    let from = at(1, 50_000_000);
    ShopEntry {
        platform: platform.to_owned(),
        shop: world.rows[0].shop.clone(),
        groups: vec!["north".to_owned()],
        levels: vec![(FIRST, 3)],
        enrolments: vec![Enrolment { period: "spring-festival".to_owned(), enrolled: true }],
        closures: vec![Closure { from, until: from + Span(7_200_000) }],
        own_accounts: vec![OwnAccount { buyer: world.threads[0].buyer.clone() }],
        ..ShopEntry::default()
    }
}

fn log(site: &Site, shop: &ShopNow) -> (Log, Registry) {
    let log = site.store.log(&Scope::everything(), &Select::shop(&shop.platform, &shop.shop));
    let own = site.store.own_rules(&Scope::everything(), &shop.platform, &shop.shop).unwrap();
    let shops = own.entry.into_iter().collect();
    (log.unwrap(), Registry { shops, ..Registry::default() })
}

/// The standings of a shop's log, as a recount has them.
fn assessed(site: &Site, shop: &ShopNow, now: Instant) -> Vec<Value> {
    assessed_with(&Panel::default(), site, shop, now)
}

/// The same with what is known of panels.
fn assessed_with(panel: &Panel, site: &Site, shop: &ShopNow, now: Instant) -> Vec<Value> {
    let (mut log, registry) = log(site, shop);
    let of_shop =
        |one: &&intake::panel::Observed| one.platform == shop.platform && one.shop == shop.shop;
    let figures = panel.figures.iter().filter(of_shop).cloned().collect();
    let panel = Panel { figures, ..Panel::default() };
    figures::standing::add_shops(&mut log, &panel).unwrap();
    let catalogue = Catalogue::shipped();
    let rules = RuleChoice { as_of: Some(shown::rfc3339_utc(now)), ..RuleChoice::default() };
    let query = Query { rules: &rules, metrics: &[], as_told: false, band: true };
    let assessment = Assessment::prepare(catalogue, &log, &query).unwrap();
    let invalid = InvalidReplies::of(catalogue).unwrap();
    let count = |counted: &[counting::Counted]| {
        counting::count((&log, &registry), counted, counting::Grouping::default(), &|_| {})
    };
    let evidence = Evidence { log: &log, registry: &registry, panel: &panel };
    let rows = assessment.rows(evidence, &invalid, &vec![true; log.shops.len()], &count).unwrap();
    rows.iter().map(|row| plain(&serde_json::to_value(Standing::of(row)).unwrap())).collect()
}

/// What both say of a standing.
fn plain(standing: &Value) -> Value {
    let named = |one: &Value, keys: &[&str]| -> Value {
        if one.is_null() {
            return Value::Null;
        }
        keys.iter().map(|key| ((*key).to_owned(), one[*key].clone())).collect()
    };
    let pair = |one: &Value| named(one, &["num", "den"]);
    let keys = [
        "metric",
        "standard",
        "role",
        "lines",
        "check",
        "next_check",
        "from",
        "to",
        "days",
        "days_known",
        "source",
        "samples",
        "minimum",
        "verdict",
        "reason",
        "by_figure",
        "crosses",
    ];
    let mut plain = named(standing, &keys);
    plain["value"] = pair(&standing["value"]);
    // The overview has the band where it crosses the line.
    if standing["crosses"] == json!(true) {
        plain["band"] = json!([pair(&standing["band"]["low"]), pair(&standing["band"]["high"])]);
    }
    plain["headroom"] = named(
        &standing["headroom"],
        &["from", "to", "samples", "until_assessed", "misses", "unlimited", "hits", "never"],
    );
    let ahead = &standing["projection"];
    plain["projection"] = named(ahead, &["level_days", "passes_on", "fails_on"]);
    if !ahead.is_null() {
        plain["projection"]["level"] = pair(&ahead["level"]);
    }
    let consequences = standing["consequences"].as_array().unwrap();
    let consequences =
        consequences.iter().map(|one| named(one, &["what", "may", "since", "until"]));
    plain["consequences"] = consequences.collect();
    plain
}

#[test]
fn the_overview_holds_the_lines_that_a_recount_holds() {
    let (mut n_lines, mut n_fails, mut n_rooms, mut n_follows) = (0, 0, 0, 0);
    let mut n_bands = 0;
    for (seed, platform) in (0..4).flat_map(|seed| PLATFORMS.map(|platform| (seed, platform))) {
        let (site, now) = fed(platform, seed);
        site.turning.count_bands();
        for shop in site.turning.state().overview(&Reach::Everything, now) {
            let expected = assessed(&site, &shop, now);
            let found = shop.standing.iter().map(|one| plain(&serde_json::to_value(one).unwrap()));
            let found: Vec<Value> = found.collect();
            assert_eq!(found, expected, "{platform} {seed} {}", shop.shop);
            n_lines += found.len();
            n_fails += found.iter().filter(|one| one["verdict"] == "fail").count();
            n_rooms += found.iter().filter(|one| !one["headroom"].is_null()).count();
            n_bands += found.iter().filter(|one| one["crosses"] == json!(true)).count();
            let follows = |one: &&Value| one["consequences"] != json!([]);
            n_follows += found.iter().filter(follows).count();
        }
    }
    let n = (n_lines, n_fails, n_rooms, n_follows, n_bands);
    assert!(n.0 > 100 && n.1 > 10 && n.2 > 50 && n.3 > 10 && n.4 > 5, "{n:?}");
}

/// Figures of panels: of days before the chats of some shops, of whole periods, and of a shop that
/// has no chats.
fn panel(platform: &str, shops: &[&str], seed: u64) -> Panel {
    let catalogue = Catalogue::shipped();
    let mut chance = Chance::new(seed);
    let mut text = "shop,metric,from,to,value,samples\n".to_owned();
    let metrics: BTreeSet<(&str, bool)> = catalogue
        .standards(platform)
        .filter_map(|one| catalogue.metric(&one.standard.metric))
        .map(|metric| {
            let figure = metric.editions[0].rule(&[]).unwrap().figure;
            (metric.id.as_str(), figures::standing::quantity(figure) == Quantity::Share)
        })
        .collect();
    for (shop, (metric, is_share)) in
        shops.iter().flat_map(|shop| metrics.iter().map(move |metric| (shop, metric)))
    {
        for day in -35..12 {
            // Some print as the lines do: of those the panel does not tell on which side they are.
            let value = match is_share {
                true if chance.percent(60) => format!("{}0.00%", chance.between(5, 9)),
                true => format!("{}.{:02}%", chance.between(60, 98), chance.below(100)),
                false => format!("{}.{:02}s", chance.between(1, 60), chance.below(100)),
            };
            let samples = if chance.percent(50) { "2000" } else { "" };
            let (from, to) = (FIRST.plus(day - chance.below(3) as i32 * 29), FIRST.plus(day));
            if chance.percent(90) {
                let _ = writeln!(text, "{shop},{metric},{from},{to},{value},{samples}");
            }
        }
    }
    intake::panel::parse(text.as_bytes(), "panel.csv").unwrap()
}

/// Has the figures of a panel typed in, or told by `observed` facts, or both, in which case the
/// facts say something else.
fn read_off(site: &mut Site, panel: &mut Panel, (keys, now): (&[ShopKey; 2], Instant)) {
    let looked_at = now - Span(1);
    let mut typed = Vec::new();
    let mut told: Vec<(&str, String)> = Vec::new();
    for (i, one) in panel.figures.iter_mut().enumerate() {
        one.captured_at = (i % 3 != 0).then_some(looked_at);
        let value = one.value.to_string();
        let n = one.samples.map(|n| format!(" n={n}")).unwrap_or_default();
        let fact = |value| format!("{} {}..{} {value}{n}", one.metric, one.from, one.to);
        let shop = if one.shop == keys[0].shop { &keys[0].shop } else { &keys[1].shop };
        match i % 3 {
            1 => told.push((shop, fact(value.as_str()))),
            2 => told.push((shop, fact(if value.ends_with('%') { "50.00%" } else { "59.59s" }))),
            _ => {}
        }
        if i % 3 != 1 {
            typed.push(store::Observed {
                platform: one.platform.clone(),
                shop: one.shop.clone(),
                account: String::new(),
                metric: one.metric.clone(),
                from: one.from,
                to: one.to,
                seen_at: one.captured_at,
                value,
                samples: one.samples,
            });
        }
    }
    let platform = keys[0].platform.as_str();
    let facts: Vec<NewFact<'_>> = told
        .iter()
        .map(|(shop, value)| {
            let event = NewFact::event(looked_at, platform, shop, FactKind::Observed);
            NewFact { value, ..event }
        })
        .collect();
    site.send(&facts);
    site.store.put_observed(&Scope::everything(), now, typed).unwrap();
    site.turning.hear(&keys[1], ("panel", Grade::Panel), now);
    site.turning.panels_changed(keys);
}

#[test]
fn where_a_panel_says_more_than_the_chats_its_figures_are_held_against_the_lines() {
    let (mut n_observed, mut n_alone, mut n_bands) = (0, 0, 0);
    for (seed, platform) in (0..4).flat_map(|seed| PLATFORMS.map(|platform| (seed, platform))) {
        let (mut site, now) = fed(platform, seed);
        let shops = site.turning.state().overview(&Reach::Everything, now);
        let mut panel = panel(platform, &[&shops[0].shop, "no chats"], seed);
        let keys = [shops[0].shop.as_str(), "no chats"].map(|shop| ShopKey::new(platform, shop));
        read_off(&mut site, &mut panel, (&keys, now));
        for is_after_a_crash in [false, true] {
            if is_after_a_crash {
                site.crash();
                site.at(now);
            }
            site.turning.count_bands();
            for shop in site.turning.state().overview(&Reach::Everything, now) {
                let expected = assessed_with(&panel, &site, &shop, now);
                let found =
                    shop.standing.iter().map(|one| plain(&serde_json::to_value(one).unwrap()));
                let found: Vec<Value> = found.collect();
                assert_eq!(found, expected, "{platform} {seed} {}", shop.shop);
                let observed = || found.iter().filter(|one| one["source"] == "observed");
                n_observed += observed().count();
                n_alone += usize::from(shop.shop == "no chats") * observed().count();
                n_bands += observed().filter(|one| one["crosses"] == json!(true)).count();
            }
        }
    }
    let n = (n_observed, n_alone, n_bands);
    assert!(n.0 > 40 && n.1 > 20 && n.2 > 1, "{n:?}");
}

/// A recount of one day of a shop's metric.
fn recounted(site: &Site, shop: &ShopNow, metric: &str, days: (Day, Day), now: Instant) -> Value {
    let (log, registry) = log(site, shop);
    let own = site.store.own_rules(&Scope::everything(), &shop.platform, &shop.shop).unwrap();
    let files = own.rules.iter().map(|(metric, text)| (format!("{metric}/rule.toml"), text));
    let catalogue = Catalogue::shipped().extended(files).into_result().unwrap();
    let rules = RuleChoice { as_of: Some(shown::rfc3339_utc(now)), ..RuleChoice::default() };
    let metrics = [metric.to_owned()];
    let between = (Some(days.0), Some(days.1));
    let wanted = Wanted { rules: &rules, metrics: &metrics, every_day: false, between };
    let breakdown = Breakdown { shop: true, ..Breakdown::default() };
    let measured = measure(&catalogue, (&log, &registry), &wanted, &breakdown).unwrap();
    let rows = measured.rows.iter().filter(|row| row.shop.as_deref() == Some(&shop.shop));
    let rows: Vec<Value> = rows
        .map(|row| {
            let value = row.value.map(|value| json!([value.num, value.den]));
            json!([row.tally.samples(), row.tally.pending, row.tally.wait_ms, value])
        })
        .collect();
    rows.first().cloned().unwrap_or_else(|| json!([0, 0, 0, null]))
}

fn live(count: &crate::Count) -> Value {
    let value = count.value.as_ref().map(|value| json!([value.num, value.den]));
    json!([count.hits + count.misses, count.pending, count.wait_ms, value])
}

fn hold_values(site: &Site, now: Instant) -> (usize, usize) {
    let (mut n, mut n_values) = (0, 0);
    for shop in site.turning.state().overview(&Reach::Everything, now) {
        for one in &shop.metrics {
            let MetricNow { metric, today, period, .. } = one;
            for count in [Some(today), period.as_ref()].into_iter().flatten() {
                let expected = recounted(site, &shop, metric, (count.from, count.to), now);
                assert_eq!(live(count), expected, "{metric} {} {}", shop.shop, count.from);
                n += 1;
                n_values += usize::from(count.value.is_some());
            }
        }
    }
    (n, n_values)
}

#[test]
fn values_are_those_of_a_recount_also_of_means_of_the_fastest() {
    for platform in ["meta", "jd", "pinduoduo"] {
        // The last second of the last day.
        let (site, now) = fed_until(platform, 2, |days| at(days - 1, 86_399_000));
        let (n, n_values) = hold_values(&site, now);
        assert!(n > 4 && n_values > 2, "{platform}: {n} {n_values}");
    }
}

#[test]
fn rules_of_a_shop_or_its_group_are_live_and_so_is_their_end() {
    let hits_of = |site: &Site, now| {
        let shops = site.turning.state().overview(&Reach::Everything, now);
        let shop = shops.into_iter().find(|one| !one.groups.is_empty()).unwrap();
        let hits = shop.metrics.iter().filter_map(|one| one.period.as_ref()).map(|one| one.hits);
        (hits.sum::<u64>(), shop)
    };
    let mut all_fed = (0..30).map(|seed| fed("taote", seed));
    let (mut site, now) = all_fed.find(|(site, now)| hits_of(site, *now).0 > 2).unwrap();
    let all = Scope::everything();
    let text = include_str!("../../../../rulebooks/taote/reply-3m/rule.toml");
    let strict = text.replace("within = \"180s\"", "within = \"1s\"");
    assert_ne!(text, strict);
    let shop = hits_of(&site, now).1;
    let hits = |site: &Site| hits_of(site, now).0;
    let before = hits(&site);
    let own = Target::Shop { platform: shop.platform.clone(), shop: shop.shop.clone() };
    for target in [own, Target::Group("north".to_owned())] {
        let put = |site: &mut Site, text: Option<String>| {
            let of = (target.clone(), "taote/reply-3m");
            site.store.put_override(&all, now, of, text).unwrap();
            site.turning.count_anew().unwrap();
            site.at(now);
        };
        put(&mut site, Some(strict.clone()));
        hold_values(&site, now);
        assert_ne!(hits(&site), before, "the rule is another");
        // What fires is counted by it too, over a crash.
        site.crash();
        hold_values(&site, now);
        put(&mut site, None);
        assert_eq!(hits(&site), before);
    }
    // A text that no version of the program reads any more: nothing is counted by another rule.
    let of = (Target::Group("north".to_owned()), "taote/reply-3m");
    site.store.put_override(&all, now, of, Some("sampel = 1".to_owned())).unwrap();
    site.turning.count_anew().unwrap();
    let state = site.turning.state();
    let shops = state.overview(&Reach::Everything, now);
    let bad: Vec<&ShopNow> = shops.iter().filter(|one| one.problem.is_some()).collect();
    assert_eq!(bad.len(), 1);
    assert!(bad[0].metrics.is_empty() && bad[0].standing.is_empty());
}

#[test]
fn lines_of_two_thousand_shops_are_kept_until_something_changes() {
    let (site, now) = fed("pinduoduo", 3);
    let state = site.turning.state();
    let shop =
        state.shops.find(&ShopKey::new("pinduoduo", &state.shops.key(facts::ShopId(0)).shop));
    let mut assessments = Default::default();
    let first = state.standing(shop.unwrap(), now, &mut assessments);
    let again = state.standing(shop.unwrap(), now, &mut Default::default());
    assert!(std::sync::Arc::ptr_eq(&first, &again));
    let next = state.standing(shop.unwrap(), at(40, 0), &mut Default::default());
    assert_ne!(first[0].now.check, next[0].now.check);
}

#[test]
fn who_is_at_work_and_how_loaded_is_told_where_facts_tell_it() {
    let mut site = Site::new(at(0, 36_000_000));
    let of = |ms: i64, kind, account, buyer| NewFact {
        account,
        buyer,
        ..NewFact::event(at(0, 35_000_000 + ms), "taobao", "s1", kind)
    };
    let accounts = |site: &Site| {
        let now = at(0, 36_000_000);
        let shop = site.turning.state().overview(&Reach::Everything, now).remove(0);
        let plain = |one: crate::AccountNow| (one.account, one.presence, one.open);
        shop.accounts.into_iter().map(plain).collect::<Vec<_>>()
    };
    let named = |account: &str, presence, open| (account.to_owned(), presence, open);
    site.send(&[
        of(9, FactKind::Online, "a1", ""),
        of(5, FactKind::Offline, "a1", ""),
        of(1, FactKind::Busy, "a2", ""),
        of(2, FactKind::Assigned, "a1", "b1"),
        of(3, FactKind::Assigned, "a1", "b2"),
        of(4, FactKind::Transferred, "a2", "b2"),
    ]);
    let told = [named("a1", "online", None), named("a2", "busy", None)];
    assert_eq!(accounts(&site), told, "nobody says when conversations end");
    site.send(&[of(20, FactKind::Closed, "", "b1"), of(21, FactKind::Assigned, "a2", "b3")]);
    let told = [named("a1", "online", Some(0)), named("a2", "busy", Some(2))];
    assert_eq!(accounts(&site), told);
    site.crash();
    assert_eq!(accounts(&site), told);
}

/// How long an overview takes: printed, since it hangs on the machine.
#[test]
#[ignore = "a measurement: run it with --nocapture"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures")]
fn an_overview_of_two_thousand_shops() {
    let (days, n_shops) = (40, 2_000);
    let mut site = Site::new(at(days, 0));
    let shops: Vec<String> = (0..n_shops).map(|n| format!("s{n}")).collect();
    let accounts = ["a1", "a2", "a3", "a4", "a5"];
    for day in 0..days {
        let mut facts = Vec::new();
        for shop in &shops {
            for (n, account) in (0..).zip(accounts) {
                let asked = at(day, 36_000_000 + n * 600_000);
                let buyer = accounts[n as usize];
                let one = |at, author| NewFact::message(at, "taobao", shop, author);
                facts.push(NewFact { buyer, ..one(asked, facts::Author::Buyer) });
                let answer = one(asked + Span(20_000), facts::Author::Agent);
                facts.push(NewFact { buyer, account, ..answer });
            }
        }
        site.send(&facts);
    }
    let state = site.turning.state();
    for what in ["at first", "again", "after midnight"] {
        let now = if what == "after midnight" { at(days + 1, 1) } else { at(days, 1) };
        let began = std::time::Instant::now();
        let shops = state.overview(&Reach::Everything, now);
        let n: usize = shops.iter().map(|shop| shop.standing.len() + shop.metrics.len()).sum();
        println!("{what}: {} shops, {n} lines and figures in {:?}", shops.len(), began.elapsed());
    }
}
