//! What is counted over HTTP is what the same code counts of the same log.

use std::net::SocketAddr;
use std::sync::Arc;

use ::facts::{Author, Instant, Log, Registry, ShopEntry};
use ::figures::calibration;
use ::figures::explain::{Explainer, Question, clause, verdict, why};
use ::figures::shown::{self, rfc3339_ms};
use ::figures::standing::{Assessment, Evidence, Query, Standing, lines};
use ::figures::{
    Bin, Breakdown, InvalidReplies, Lang, Otherwise, Outline, Row, RuleChoice, Spelling, Wanted,
    counting, measure, selection,
};
use intake::{Options, Source};
use rulebook::Catalogue;
use serde_json::{Value, json};
use server::api::{self, Services};
use server::caller::{Reach, ShopKey};
use server::clock::Clock;
use server::events::Hub;
use server::health::Readiness;
use server::listen::Listener;
use server::metrics::Metrics;
use server::role::Grant;
use server::secret::Secret;
use server::stopping::Stopping;
use store::{Batch, NewFact, Outcome, Scope, Store, Target};
use testkit::worlds::{RandomParams, RandomWorld, Row as WorldRow, to_csv};

use crate::client::{Answer, exchange, request};
use crate::site::{Folder, Memory, connectors, settings};

const PLATFORM: &str = "taobao";

/// 2026-06-08T10:00:00+08:00, the day after the last one of the log.
const NOW: Instant = Instant(1_780_884_000_000);

/// A server over a store with a random log, and the rows of one of its shops.
struct Counted {
    address: SocketAddr,
    _folder: Folder,
    store: Store,
    /// May read the shop, not its texts.
    reading: Secret,
    /// May read the shop and its texts.
    trusted: Secret,
    shop: String,
    other_shop: String,
    rows: Vec<WorldRow>,
}

fn world() -> RandomWorld {
    let platform = PLATFORM.to_owned();
    RandomWorld::generate(&RandomParams { platform, ..RandomParams::new(4_000, 7) })
}

fn fact<'a>(row: &'a WorldRow, invalid: &InvalidReplies) -> NewFact<'a> {
    let is_judged = row.author.is_some_and(|author| author != Author::Buyer);
    let flags = if is_judged { invalid.judge(&row.text) } else { Default::default() };
    NewFact { flags, ..row.fact() }
}

impl Counted {
    async fn start() -> Self {
        let folder = Folder::new();
        let store = folder.store();
        let (world, invalid) = (world(), InvalidReplies::of(Catalogue::shipped()).unwrap());
        let mut batch = Batch::default();
        world.rows.iter().for_each(|row| batch.push(&fact(row, &invalid)));
        let kept = store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
        assert!(kept.iter().all(|outcome| matches!(outcome, Outcome::Accepted(_))));
        let shop = world.threads[0].shop.clone();
        let other = world.threads.iter().find(|thread| thread.shop != shop);
        let other_shop = other.unwrap().shop.clone();
        let token = |grants: &[Grant]| {
            let reach = Reach::Shops(vec![ShopKey::new(PLATFORM, &shop)]);
            store.make_token(&Scope::everything(), NOW, "t", (grants, reach)).unwrap().1
        };
        let (reading, trusted) = (token(&[Grant::Read]), token(&[Grant::Read, Grant::Texts]));
        let address = serve(&store).await;
        let rows = world.rows.into_iter().filter(|row| row.shop == shop).collect();
        Self { address, _folder: folder, store, reading, trusted, shop, other_shop, rows }
    }

    /// The shop's log as it is read from a file.
    fn log(&self) -> Log {
        let zone = ::facts::Zone::fixed(8 * 3_600_000);
        let bytes = to_csv(&self.rows, &zone).into_bytes();
        let invalid = InvalidReplies::of(Catalogue::shipped()).unwrap();
        let options = Options {
            keep_id: true,
            keep_text: true,
            text_flags: Some(Box::new(move |text| invalid.judge(text))),
            ..Options::default()
        };
        let source = Source::Bytes { name: "log.csv".into(), bytes };
        let (log, report) = intake::read(&[source], &options, &mut |_| Ok(())).unwrap();
        assert_eq!((report.rejected, log.len()), (0, self.rows.len()));
        log
    }

    async fn get(&self, path: &str, query: &str) -> Answer {
        self.get_as(&self.reading, &self.shop, path, query).await
    }

    async fn get_as(&self, token: &Secret, shop: &str, path: &str, query: &str) -> Answer {
        let token = format!("authorization: Bearer {}", token.reveal());
        let path = format!("{path}?platform={PLATFORM}&shop={shop}{query}");
        exchange(self.address, &request("GET", &path, &[&token], b"")).await
    }

    /// All items of a list, page by page.
    async fn items(&self, path: &str, query: &str, limit: usize) -> Vec<Value> {
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let answer = self.get(path, &format!("{query}&limit={limit}{after}")).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let page = answer.json();
            let found = page["items"].as_array().unwrap();
            assert!(found.len() <= limit);
            items.extend(found.iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return items,
            }
        }
    }
}

/// A desk over what is stored.
fn desk(store: &Store) -> desk::Desk {
    let (catalogue, first) = (Catalogue::shipped(), "2026-03-01".parse().unwrap());
    let invalid = InvalidReplies::of(catalogue).unwrap();
    let rules = desk::Rulesets::of(catalogue, first, |list| invalid.flag(list)).unwrap();
    let (store, tell) = (store.clone(), Box::new(|_: &ShopKey, _| {}));
    let opening = desk::Opening { store, rules, now: Arc::new(|| NOW), tell, calling: None };
    desk::Desk::open(opening).unwrap()
}

async fn serve(store: &Store) -> SocketAddr {
    let (settings, stopping) = (settings(), Stopping::default());
    let metrics = Arc::new(Metrics::default());
    let hub = Hub::new(16, settings.limits.streams, stopping.clone()).unwrap();
    let desk = Arc::new(desk(store));
    let services = Services {
        store: store.clone(),
        feed: Arc::new(Memory::default()),
        connectors: connectors(store, &desk),
        desk,
        clock: Clock::new(|| NOW),
        hub,
        readiness: Readiness::new(stopping.clone()),
        metrics: metrics.clone(),
    };
    let listener = Listener::bind(&settings).await.unwrap();
    let address = listener.address();
    let app = api::router(&settings, services).unwrap();
    tokio::spawn(listener.serve(app, metrics, stopping));
    address
}

/// The choice of rules of a request that makes none.
fn choice() -> RuleChoice {
    RuleChoice { as_of: Some(shown::rfc3339_utc(NOW)), ..RuleChoice::default() }
}

/// What the API says of a figure, of what does not come from the catalogue.
fn told(row: &Row) -> Value {
    let text = |ratio| shown::value(Some(ratio), row.figure, Lang::En);
    let pair = |ratio: shown::Pair| json!({ "num": ratio.num, "den": ratio.den });
    let shown = |ratio| json!({ "value": text(ratio), "ratio": pair(shown::Pair::from(ratio)) });
    let dropped: serde_json::Map<String, Value> =
        row.dropped().map(|(reason, n)| (reason.word().to_owned(), n.into())).collect();
    json!({
        "metric": row.metric,
        "name": row.name.en,
        "editions": row.basis.editions,
        "revision": row.basis.revision,
        "platform": row.platform,
        "shop": row.shop,
        "account": row.account,
        "from": row.from.to_string(),
        "to": row.to.to_string(),
        "hour": row.hour,
        "samples": row.tally.samples(),
        "hits": row.is_judged().then_some(row.tally.hits),
        "misses": row.is_judged().then_some(row.tally.misses),
        "unanswered": row.tally.unanswered,
        "pending": row.tally.pending,
        "dropped": dropped,
        "wait_ms": row.tally.wait_ms,
        "value": row.value.map(text),
        "ratio": row.value.map(|ratio| pair(ratio.into())),
        "readings": row.basis.readings,
        "confidence": row.basis.confidence,
        "band": row.band.flatten().map(|(low, high)| {
            json!({ "low": shown(low), "high": shown(high) })
        }),
        "percentiles_ms": row.percentiles.flatten().map(|[p50, p90, p99]| {
            json!({ "p50": p50, "p90": p90, "p99": p99 })
        }),
        "weekday": row.weekday,
        "waits": row.waits.as_ref().map(|waits| {
            let bin = |bin: &Bin| {
                json!({ "over_ms": bin.over_ms, "to_ms": bin.to_ms, "n": bin.n })
            };
            let bins: Vec<Value> = waits.bins.iter().map(bin).collect();
            json!({ "bins": bins, "limits_ms": waits.limits_ms })
        }),
        "fed": null,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_that_of_the_same_log() {
    let site = Counted::start().await;
    let (log, registry) = (site.log(), Registry::default());
    let (shop, day) = (Breakdown { shop: true, ..Breakdown::default() }, |text: &str| {
        Some(text.parse().unwrap())
    });
    let between = (day("2026-06-02"), day("2026-06-04"));
    let readings = RuleChoice { reading: vec!["R1=late".into()], ..choice() };
    let earlier = RuleChoice { as_of: Some("2026-06-05".into()), ..choice() };
    let (three, reply) = (vec!["taobao/human-reply-3m".to_owned()], Vec::new());
    let all = Breakdown { account: true, day: true, hour: true, ..shop };
    let both = Breakdown { percentiles: true, band: true, ..shop };
    let by_week = Breakdown { weekday: true, hour: true, ..shop };
    let otherwise = RuleChoice {
        otherwise: Otherwise { within: Some("60s".into()), hours: Some("10:00-20:00".into()) },
        ..choice()
    };
    let cases = [
        ("", &reply, choice(), (None, None), shop),
        ("&percentiles=true&band=true", &reply, choice(), (None, None), both),
        ("&by=day,hour,account", &reply, choice(), (None, None), all),
        ("&from=2026-06-02&to=2026-06-04", &reply, choice(), between, shop),
        (
            "&from=2026-06-02&to=2026-06-04&by=day",
            &reply,
            choice(),
            between,
            Breakdown { day: true, ..shop },
        ),
        ("&metric=taobao/human-reply-3m&reading=R1%3Dlate", &three, readings, (None, None), shop),
        ("&as_of=2026-06-05", &reply, earlier.clone(), (None, None), shop),
        ("&by=weekday,hour", &reply, choice(), (None, None), by_week),
        ("&waits=true", &reply, choice(), (None, None), Breakdown { waits: true, ..shop }),
        (
            "&metric=taobao/human-reply-3m&if_within=60s&if_hours=10:00-20:00",
            &three,
            otherwise,
            (None, None),
            shop,
        ),
        ("&seen_at=2026-06-05", &reply, earlier, (None, None), shop),
    ];
    let mut n = 0;
    for (query, metrics, choice, between, breakdown) in cases {
        let wanted = Wanted { rules: &choice, metrics, every_day: breakdown.day, between };
        let expected =
            measure(Catalogue::shipped(), (&log, &registry), &wanted, &breakdown).unwrap();
        let expected: Vec<Value> = expected.rows.iter().map(told).collect();
        let limit = if expected.len() > 50 { 97 } else { 3 };
        let mut found = site.items("/v1/figures", query, limit).await;
        found.iter_mut().for_each(without_the_desks);
        assert_eq!(found, expected, "{query}");
        n += expected.iter().filter(|row| row["samples"] != 0).count();
    }
    assert!(n > 100, "only {n} figures had samples");
}

/// What the panel shows, and where today closes, is no count of a request: the desk knows it.
fn without_the_desks(row: &mut Value) {
    let row = row.as_object_mut().unwrap();
    assert!(["shown", "forecast"].iter().all(|key| row.remove(*key).is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_figures_is_what_the_panel_shows() {
    let site = Counted::start().await;
    let metric = "&metric=taobao/human-reply-3m";
    for (by, is_by_account) in [("", false), ("&by=account", true)] {
        let rows = site.items("/v1/figures", &format!("{metric}{by}"), 100).await;
        let of = |row: &&Value| !is_by_account || row["account"] != "";
        let mut n = 0;
        for row in rows.iter().filter(of) {
            let shown = &row["shown"];
            assert_eq!(shown["samples"], row["samples"], "{row}");
            assert_eq!(shown["since"], "2026-06-08T00:00:00.000+08:00");
            assert_eq!(shown["next"], "2026-06-09T00:00:00.000+08:00");
            assert_eq!((&shown["from"], &shown["to"]), (&row["from"], &row["to"]));
            n += 1;
        }
        assert!(n > usize::from(is_by_account), "{by}");
    }
    for other in ["&from=2026-06-02", "&by=day", "&seen_at=2026-06-05", "&reading=R1%3Dlate"] {
        let rows = site.items("/v1/figures", &format!("{metric}{other}"), 100).await;
        assert!(rows.iter().all(|row| row["shown"].is_null()), "{other}");
    }
    let both = site.get("/v1/figures", "&as_of=2026-06-05&seen_at=2026-06-04").await;
    assert_eq!(both.status, 400, "{}", both.text());
    assert!(both.text().contains("seen_at"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_panel_leaves_out_what_was_learned_later() {
    let site = Counted::start().await;
    let at = Instant(NOW.0 - 3 * 86_400_000);
    let message = |ms, author, account, seen_at| NewFact {
        buyer: "late",
        account,
        seen_at,
        ..NewFact::message(Instant(at.0 + ms), PLATFORM, &site.shop, author)
    };
    let mut batch = Batch::default();
    batch.push(&message(0, Author::Buyer, "", None));
    // The answer was learned of two days later.
    batch.push(&message(10_000, Author::Agent, "a1", Some(Instant(NOW.0 - 86_400_000))));
    site.store.append(&Scope::everything(), batch).unwrap().wait().unwrap();
    let day = "&metric=taobao/human-reply-3m&from=2026-06-05&to=2026-06-05";
    let count = async |seen: &str| {
        let rows = site.items("/v1/figures", &format!("{day}{seen}"), 100).await;
        (rows[0]["hits"].as_u64().unwrap(), rows[0]["misses"].as_u64().unwrap())
    };
    let (then, now) = (count("&seen_at=2026-06-06").await, count("").await);
    assert_eq!((now.0, now.1), (then.0 + 1, then.1 - 1), "the answer made a hit of a miss");
    let standing = site.get("/v1/standing", "&seen_at=2026-06-06").await;
    assert!(
        standing.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| { one["as_of"] == "2026-06-06" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_explanation_is_that_of_the_same_log() {
    let site = Counted::start().await;
    let (log, registry, choice) = (site.log(), Registry::default(), choice());
    let catalogue = Catalogue::shipped();
    let invalid = InvalidReplies::of(catalogue).unwrap();
    let mut n = 0;
    for metric in catalogue.metrics_of(PLATFORM) {
        let metrics = [metric.id.clone()];
        let wanted =
            Wanted { rules: &choice, metrics: &metrics, every_day: true, between: (None, None) };
        let selection = selection::select(catalogue, Outline::of(&log), &wanted).unwrap();
        let Some(selected) = selection.metrics.first() else { continue };
        let question = Question { shop: &site.shop, ..Question::default() };
        let explainer = Explainer::new((&log, &registry), selected, question);
        let all = explainer.explain(&invalid).unwrap();
        let at = |at| rfc3339_ms(at, &selected.zone);
        let mut expected: Vec<(Instant, u32, Value)> = Vec::new();
        for one in &all.threads {
            let notes = one.notes();
            for judged in &one.samples {
                let rows = explainer.rows(one, judged).into_iter();
                let facts: Vec<Value> = rows
                    .map(|row| json!([at(log.fact(row).at), notes.of(&log, row).0.word()]))
                    .collect();
                let sample = json!([
                    one.chosen.edition.id,
                    explainer.buyer(one.thread),
                    explainer.account(judged),
                    judged.day.to_string(),
                    verdict(judged.outcome),
                    at(judged.opened_at),
                    judged.ended_at.map(at),
                    clause(one.chosen, judged).key,
                    judged.wait.0,
                    why(one.chosen, judged, Lang::En),
                    facts,
                ]);
                expected.push((judged.opened_at, judged.opened_row, sample));
            }
        }
        let place = |one: &(Instant, u32, Value)| (one.0, one.1, one.2.to_string());
        expected.sort_by_key(place);
        let query = format!("&metric={}", metric.id);
        let found = site.items("/v1/explanations", &query, 1_000).await;
        let mut found: Vec<Value> = found.iter().map(told_sample).collect();
        let mut expected: Vec<Value> = expected.into_iter().map(|(.., sample)| sample).collect();
        let key = |sample: &Value| (sample[5].as_str().unwrap().to_owned(), sample.to_string());
        let opened: Vec<&str> = found.iter().map(|sample| sample[5].as_str().unwrap()).collect();
        assert!(opened.is_sorted(), "{}", metric.id);
        found.sort_by_cached_key(key);
        expected.sort_by_cached_key(key);
        assert_eq!(found, expected, "{}", metric.id);
        n += found.len();
    }
    assert!(n > 300, "only {n} samples");
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_and_what_if_add_up_to_their_figures() {
    let site = Counted::start().await;
    let metric = "&metric=taobao/human-reply-3m";
    let days = "&from=2026-05-01&to=2026-06-30";
    let figure = async |more: &str| {
        let items = site.items("/v1/figures", &format!("{metric}{days}{more}"), 1_000).await;
        items.into_iter().next().unwrap()
    };
    let counts = |one: &Value| ["samples", "hits", "pending"].map(|key| one[key].as_u64().unwrap());
    let sum = |all: &[Value]| {
        all.iter().map(counts).fold([0; 3], |sum, one| [0, 1, 2].map(|n| sum[n] + one[n]))
    };
    let explained = async |more: &str| {
        let answer = site.get("/v1/explanations", &format!("{metric}{days}{more}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["figure"].clone()
    };
    let own = figure("").await;
    // Each hour of the week, each account, each length of waits: together they are the figure, and
    // each is what its own rounds make.
    let week = format!("{metric}{days}&by=weekday,hour");
    let week = site.items("/v1/figures", &week, 1_000).await;
    assert_eq!(sum(&week), counts(&own));
    for one in week.iter().step_by(7) {
        let (weekday, hour) = (&one["weekday"], &one["hour"]);
        let rounds = explained(&format!("&weekday={weekday}&hour={hour}")).await;
        assert_eq!((counts(&rounds), &rounds["value"]), (counts(one), &one["value"]));
    }
    let waits = figure("&waits=true").await["waits"].clone();
    assert_eq!(waits["limits_ms"], json!([180_000]));
    let mut answered = 0;
    for bin in waits["bins"].as_array().unwrap() {
        let bound = |key: &str| bin[key].as_i64().map(|ms| format!("&{key}={ms}"));
        let bounds = [bound("over_ms"), bound("to_ms")].map(Option::unwrap_or_default);
        let rounds = explained(&bounds.concat()).await;
        assert_eq!(rounds["samples"], bin["n"], "{bin}");
        answered += bin["n"].as_u64().unwrap();
    }
    let n = |key: &str| own[key].as_u64().unwrap();
    assert_eq!(answered, n("samples") - n("unanswered"));
    // A shorter limit, fewer hours: fewer hits, fewer samples, and their own rounds.
    let shorter = figure("&if_within=60s").await;
    assert_eq!(shorter["samples"], own["samples"]);
    assert!(shorter["hits"].as_u64() < own["hits"].as_u64(), "{shorter}");
    assert_ne!(shorter["revision"], own["revision"]);
    let daytime = figure("&if_hours=10:00-14:00").await;
    assert!(daytime["samples"].as_u64() < own["samples"].as_u64(), "{daytime}");
    for (more, one) in [("&if_within=60s", &shorter), ("&if_hours=10:00-14:00", &daytime)] {
        assert_eq!(counts(&explained(more).await), counts(one), "{more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_go_into_spreadsheets_with_what_defines_them() {
    let site = Counted::start().await;
    let query = "&metric=taobao/human-reply-3m&by=day&if_within=60s&lang=en";
    let figures = site.items("/v1/figures", query, 1_000).await;
    let csv = site.get("/v1/figures/export", &format!("{query}&format=csv")).await;
    assert_eq!(csv.status, 200, "{}", csv.text());
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let place = csv.header("content-disposition").unwrap();
    assert!(place.starts_with("attachment; filename*=UTF-8''"), "{place}");
    assert!(place.ends_with(".csv"), "{place}");
    let text = csv.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split("\r\n").collect();
    assert!(lines[0].starts_with("metric,first day,last day,value,numerator,"), "{}", lines[0]);
    for (line, one) in lines[1..].iter().zip(&figures) {
        let number = |value: &Value| value.as_i64().map(|n| n.to_string()).unwrap_or_default();
        let expected = [
            one["metric"].as_str().unwrap().to_owned(),
            one["from"].as_str().unwrap().to_owned(),
            one["to"].as_str().unwrap().to_owned(),
            one["value"].as_str().unwrap_or_default().to_owned(),
            number(&one["ratio"]["num"]),
            number(&one["ratio"]["den"]),
            number(&one["samples"]),
            number(&one["hits"]),
            number(&one["misses"]),
        ];
        assert!(line.starts_with(&expected.join(",")), "{line}: {expected:?}");
    }
    let rest = lines[1 + figures.len()..].join("\n");
    for part in ["What if,another limit: 60s", "Edition,", "Source,", "Readings,", "Standard,"] {
        assert!(rest.contains(part), "{part}: {rest}");
    }
    let book = site.get("/v1/figures/export", query).await;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!((book.status, book.header("content-type")), (200, Some(kind)));
    assert!(book.body.starts_with(b"PK"));
}

/// The same of a sample as the test expects.
fn told_sample(sample: &Value) -> Value {
    let facts = sample["facts"].as_array().unwrap().iter();
    let facts: Vec<Value> = facts.map(|fact| json!([fact["at"], fact["note"]])).collect();
    let keys = [
        "edition",
        "buyer",
        "account",
        "day",
        "verdict",
        "opened_at",
        "ended_at",
        "clause",
        "wait_ms",
        "why",
    ];
    let mut told: Vec<Value> = keys.iter().map(|key| sample[key].clone()).collect();
    told.push(facts.into());
    told.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_explanations_put_together_are_the_list() {
    let site = Counted::start().await;
    let query = "&metric=taobao/human-reply-3m";
    let whole = site.items("/v1/explanations", query, 1_000).await;
    assert!(whole.len() > 20, "{}", whole.len());
    assert_eq!(site.items("/v1/explanations", query, 7).await, whole);
    let misses = site.items("/v1/explanations", &format!("{query}&verdict=miss"), 1_000).await;
    let expected: Vec<Value> =
        whole.iter().filter(|sample| sample["verdict"] == "miss").cloned().collect();
    assert_eq!(misses, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_shop_stands_is_told_as_of_the_same_log() {
    let site = Counted::start().await;
    let all = Scope::everything();
    let entry = ShopEntry {
        platform: PLATFORM.into(),
        shop: site.shop.clone(),
        industry: "apparel".into(),
        ..ShopEntry::default()
    };
    site.store.put_shop(&all, NOW, entry.clone()).unwrap();
    let (log, catalogue, rules) = (site.log(), Catalogue::shipped(), choice());
    let registry = Registry { shops: vec![entry], ..Registry::default() };
    let query = Query { rules: &rules, metrics: &[], as_told: true, band: true };
    let assessment = Assessment::prepare(catalogue, &log, &query).unwrap();
    let panel = intake::panel::from_log(&log);
    let evidence = Evidence { log: &log, registry: &registry, panel: &panel };
    let invalid = InvalidReplies::of(catalogue).unwrap();
    let count = |counted: &[counting::Counted]| {
        counting::count((&log, &registry), counted, counting::Grouping::default(), &|_| {})
    };
    let rows = assessment.rows(evidence, &invalid, &[true], &count).unwrap();
    let answer = site.get("/v1/standing", "&as_told=true").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let found = answer["items"].as_array().unwrap();
    assert_eq!(found.len(), rows.len());
    assert!(rows.len() > 2);
    let spelling = Spelling {
        option: str::to_owned,
        rules: [""; 2],
        rules_of: [""; 2],
        registry: ["the shop's entry", "店铺登记"],
    };
    for (row, found) in rows.iter().zip(found) {
        let line = serde_json::to_value(Standing::of(row)).unwrap();
        // What has values in it is shown otherwise.
        let plain =
            line.as_object().unwrap().iter().filter(|(key, _)| {
                !["value", "band", "projection", "grade"].contains(&key.as_str())
            });
        for (key, value) in plain {
            assert_eq!(&found[key], value, "{key}");
        }
        assert_eq!(found["ratio"], line["value"]);
        let value = row.window.value().map(|ratio| shown::value(Some(ratio), row.figure, Lang::En));
        assert_eq!(found["value"], json!(value));
        assert_eq!(found["band"]["low"]["ratio"], line["band"]["low"]);
        assert_eq!(found["projection"]["level"]["ratio"], line["projection"]["level"]);
        assert_eq!(found["projection"]["fails_on"], line["projection"]["fails_on"]);
        assert_eq!(found["sentences"], json!(lines(row, Lang::En, &spelling)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_counted_by_rules_of_its_own() {
    let site = Counted::start().await;
    let shipped = include_str!("../../../../rulebooks/taobao/human-reply-3m/rule.toml");
    let own = shipped.replace("\"180s\"", "\"20s\"");
    assert_ne!(own, shipped);
    let query = "&metric=taobao/human-reply-3m&by=day";
    let before = site.items("/v1/figures", query, 100).await;
    let metric = "taobao/human-reply-3m";
    let target = Target::Shop { platform: PLATFORM.into(), shop: site.shop.clone() };
    let all = Scope::everything();
    site.store.put_override(&all, NOW, (target.clone(), metric), Some(own.clone())).unwrap();
    let after = site.items("/v1/figures", query, 100).await;
    let sum = |items: &[Value]| items.iter().map(|one| one["hits"].as_u64().unwrap()).sum::<u64>();
    assert!(sum(&after) < sum(&before), "{} {}", sum(&after), sum(&before));
    let loaded = Catalogue::shipped().extended([(format!("{metric}/rule.toml"), own)]);
    let catalogue = loaded.into_result().unwrap();
    let (metrics, rules) = ([metric.to_owned()], choice());
    let wanted =
        Wanted { rules: &rules, metrics: &metrics, every_day: true, between: (None, None) };
    let breakdown = Breakdown { shop: true, day: true, ..Breakdown::default() };
    let (log, registry) = (site.log(), Registry::default());
    let expected = measure(&catalogue, (&log, &registry), &wanted, &breakdown).unwrap();
    let mut counted = after;
    counted.iter_mut().for_each(without_the_desks);
    assert_eq!(counted, expected.rows.iter().map(told).collect::<Vec<_>>());
    // Rules with problems count nothing, and a withdrawn one is the shipped one.
    site.store
        .put_override(&all, NOW, (target.clone(), metric), Some("within = 3".into()))
        .unwrap();
    assert_eq!(site.get("/v1/figures", query).await.problem(), "conflict");
    site.store.put_override(&all, NOW, (target, metric), None).unwrap();
    assert_eq!(site.items("/v1/figures", query, 100).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_is_for_those_who_may_read_it_and_ask() {
    let site = Counted::start().await;
    let query = "&metric=taobao/human-reply-3m&limit=1000";
    let texts = |answer: &Answer| {
        let json = answer.json();
        let items = json["items"].as_array().unwrap().iter();
        let facts = items.flat_map(|item| item["facts"].as_array().unwrap().clone());
        facts.map(|fact| (fact["id"].clone(), fact["text"].clone())).collect::<Vec<_>>()
    };
    let plain = site.get_as(&site.trusted, &site.shop, "/v1/explanations", query).await;
    assert!(texts(&plain).iter().all(|(_, text)| text.is_null()));
    let asked = format!("{query}&texts=true");
    let refused = site.get("/v1/explanations", &asked).await;
    assert_eq!(refused.problem(), "not-allowed");
    let written = site.get_as(&site.trusted, &site.shop, "/v1/explanations", &asked).await;
    let (mut n, texts) = (0, texts(&written));
    for (id, text) in &texts {
        let Some(id) = id.as_str() else { continue };
        let row = site.rows.iter().find(|row| row.id == id).unwrap();
        assert_eq!(text.as_str().unwrap_or_default(), row.text);
        n += usize::from(!row.text.is_empty());
    }
    assert!(n > 20, "{n} of {}", texts.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_counted_is_a_problem_that_says_what_to_do() {
    let site = Counted::start().await;
    let cases = [
        ("/v1/figures", "&metric=taobao/human-reply-3", "bad-parameter", "did you mean"),
        ("/v1/figures", "&from=June", "bad-parameter", "`from` `June`: expected a calendar day"),
        ("/v1/figures", "&from=2026-06-03&to=2026-06-01", "bad-parameter", "swap the two"),
        ("/v1/figures", "&reading=R6", "bad-parameter", "`reading` `R6`: expected READING=ANSWER"),
        ("/v1/figures", "&reading=R99%3Dx", "bad-parameter", "`GET /v1/rules/{platform}/{metric}`"),
        ("/v1/figures", "&edition=1999", "bad-parameter", "`edition` `1999`"),
        ("/v1/figures", "&within=60", "bad-parameter", "`within` `60`: expected a number with"),
        ("/v1/figures", "&as_of=now", "bad-parameter", "`as_of` `now`: expected a day"),
        ("/v1/figures", "&by=week", "bad-parameter", "expected one of `account`, `day`, `hour`, "),
        ("/v1/figures", "&edition=x&rules_on=2026-06-01", "bad-parameter", "exclude each other"),
        ("/v1/figures", "&limit=0", "bad-parameter", "`limit` is 0"),
        ("/v1/figures", "&if_within=1", "bad-parameter", "`if_within` `1`: expected a number"),
        ("/v1/figures", "&if_hours=8-22", "bad-parameter", "as `08:00-22:00`"),
        (
            "/v1/figures",
            "&metric=taobao/human-reply-time&if_within=60s",
            "bad-parameter",
            "no limit bears on the figure",
        ),
        ("/v1/explanations", "&metric=taobao/human-reply-3m&hour=24", "bad-parameter", "`23`"),
        ("/v1/figures/export", "&format=pdf", "bad-parameter", "expected one of `xlsx`, `csv`"),
        ("/v1/calibration", "&metric=taobao/x", "bad-parameter", "no metric `taobao/x`"),
        ("/v1/calibration", "&rounds=201", "bad-parameter", "expected 0 to 200"),
        ("/v1/calibration", "&from=1", "bad-parameter", "`from` `1`"),
        ("/v1/standing", "&metric=nothing", "bad-parameter", "no metric `nothing`"),
        ("/v1/figures/comparison", "&metric=taobao/x", "bad-parameter", "no metric `taobao/x`"),
        (
            "/v1/figures/comparison",
            "&metric=taobao/human-reply-3m&with=year",
            "bad-parameter",
            "`with` `year`: expected one of `before`, `last-week`",
        ),
        ("/v1/explanations", "", "bad-parameter", "metric"),
        ("/v1/explanations", "&metric=taobao/human-reply-3m&verdict=no", "bad-parameter", "`hit`"),
        ("/v1/explanations", "&metric=taobao/human-reply-3m&buyer=王五", "not-found", "no such"),
        ("/v1/explanations", "&metric=taobao/human-reply-3m&day=1", "bad-parameter", "`day` `1`"),
    ];
    for (path, query, code, detail) in cases {
        let query = query.replace("王五", "%E7%8E%8B%E4%BA%94");
        let answer = site.get(path, &query).await;
        assert_eq!(answer.problem(), code, "{query}");
        let found = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(found.contains(detail), "{query}: {found}");
        assert!(!found.contains("王五"), "{found}");
        let zh = site.get(path, &format!("{query}&lang=zh")).await.json();
        let zh = zh["detail"].as_str().unwrap().to_owned();
        assert!(!zh.is_ascii() && zh != found, "{query}: {zh}");
    }
    for path in [
        "/v1/figures",
        "/v1/figures/export",
        "/v1/figures/comparison",
        "/v1/calibration",
        "/v1/standing",
        "/v1/explanations",
    ] {
        let query = "&metric=taobao/human-reply-3m";
        for shop in [site.other_shop.as_str(), "no-such-shop"] {
            let answer = site.get_as(&site.trusted, shop, path, query).await;
            assert_eq!(answer.problem(), "not-allowed", "{path} {shop}");
        }
        let nobody = request("GET", &format!("{path}?platform=x&shop=y"), &[], b"");
        assert_eq!(exchange(site.address, &nobody).await.problem(), "sign-in-needed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_compared_with_the_one_before_and_with_last_week() {
    let site = Counted::start().await;
    let figure = async |days: &str| {
        let query = format!("&metric=taobao/human-reply-3m{days}");
        site.get("/v1/figures", &query).await.json()["items"][0].clone()
    };
    let compare = async |more: &str| {
        let query = format!("&metric=taobao/human-reply-3m&from=2026-06-05&to=2026-06-06{more}");
        site.get("/v1/figures/comparison", &query).await.json()
    };
    let later = figure("&from=2026-06-05&to=2026-06-06").await;
    for (with, from, to) in [
        ("", "2026-06-03", "2026-06-04"),
        ("&with=before", "2026-06-03", "2026-06-04"),
        ("&with=last-week", "2026-05-29", "2026-05-30"),
    ] {
        let found = compare(with).await;
        assert_eq!(found["later"]["ratio"], later["ratio"]);
        assert_eq!([&found["from"], &found["to"]], [from, to]);
        let earlier = figure(&format!("&from={from}&to={to}")).await;
        assert_eq!(found["earlier"]["value"], earlier["value"], "{with}");
        if earlier["samples"].as_u64() > Some(0) {
            assert!(found["difference"]["value"].as_str().unwrap().ends_with("points"), "{found}");
            let order = found["difference"]["order"].as_str().unwrap();
            let [a, b] = [&later, &earlier].map(|one| {
                let part = |key: &str| one["ratio"][key].as_i64().unwrap();
                (part("num"), part("den"))
            });
            let is_greater = i128::from(a.0) * i128::from(b.1) > i128::from(b.0) * i128::from(a.1);
            assert_eq!(order == "greater", is_greater);
        }
    }
    let whole = compare("").await;
    assert_eq!(whole["later_days"], serde_json::json!({ "days": 2, "known": 2 }));
    assert_eq!(whole["earlier_days"], serde_json::json!({ "days": 2, "known": 2 }));
    // The log begins on the first of June.
    let query = "&metric=taobao/human-reply-3m&from=2026-06-02&to=2026-06-04&with=before";
    let begun = site.get("/v1/figures/comparison", query).await.json();
    assert_eq!(begun["later_days"], serde_json::json!({ "days": 3, "known": 3 }), "{begun}");
    assert_eq!(begun["earlier_days"], serde_json::json!({ "days": 3, "known": 1 }), "{begun}");
    let zh = compare("&lang=zh").await;
    assert!(zh["difference"]["words"].as_str().unwrap().contains("样本"), "{zh}");
}

/// A day's figure as a panel prints it that reads the rule so.
fn panel_of(log: &Log, reading: &str) -> Vec<(String, String, u64)> {
    let reading = vec![reading.to_owned()];
    let choice = RuleChoice { reading, ..RuleChoice::default() };
    let metrics = ["taobao/human-reply-3m".to_owned()];
    let wanted =
        Wanted { rules: &choice, metrics: &metrics, every_day: true, between: (None, None) };
    let by_day = Breakdown { shop: true, day: true, ..Breakdown::default() };
    let facts = (log, &Registry::default());
    let measured = measure(Catalogue::shipped(), facts, &wanted, &by_day).unwrap();
    let printed = |row: Row| {
        let value = shown::percent(row.value?).replace(' ', "");
        Some((row.from.to_string(), value, row.tally.samples()))
    };
    measured.rows.into_iter().filter_map(printed).collect()
}

/// A panel of a shop that leaves out what nobody answered, and one figure of days without facts.
fn planted(site: &Counted) -> intake::panel::Panel {
    let mut text = String::from("shop,metric,day,value,samples\n");
    for (day, value, samples) in panel_of(&site.log(), "R6=drop") {
        let metric = "taobao/human-reply-3m";
        text.push_str(&format!("{},{metric},{day},{value},{samples}\n", site.shop));
    }
    text.push_str(&format!("{},taobao/human-reply-3m,2020-01-01,50.00%,\n", site.shop));
    let panel = intake::panel::parse(text.as_bytes(), "panel.csv").unwrap();
    let observed = panel.figures.iter().map(|one| store::Observed {
        platform: one.platform.clone(),
        shop: one.shop.clone(),
        account: String::new(),
        metric: one.metric.clone(),
        from: one.from,
        to: one.to,
        seen_at: None,
        value: one.value.to_string(),
        samples: one.samples,
    });
    site.store.put_observed(&Scope::everything(), NOW, observed.collect()).unwrap();
    panel
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calibration_is_what_the_same_code_says_of_the_same_log() {
    let site = Counted::start().await;
    let (panel, log) = (planted(&site), site.log());
    let figures: Vec<_> = panel.figures.iter().collect();
    let asked = calibration::Asked {
        catalogue: Catalogue::shipped(),
        log: &log,
        registry: &Registry::default(),
        invalid: &InvalidReplies::of(Catalogue::shipped()).unwrap(),
        figures: &figures,
        metrics: &["taobao/human-reply-3m".to_owned()],
        n_rounds: 20,
    };
    let report = calibration::calibrate(&asked, &calibration::Unwatched).unwrap();
    let [expected] = &report.metrics[..] else { panic!("one metric was compared") };
    assert!(!expected.findings.reproducing.is_empty() && expected.compared.len() > 3);
    let found = site.get("/v1/calibration", "&metric=taobao/human-reply-3m").await.json();
    assert_eq!(found["uncompared"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["uncompared"][0]["reason"], "not-covered");
    let found = &found["items"][0];
    assert_eq!(found["compared"], expected.compared.len());
    assert_eq!(found["reproduced"], expected.compared.len());
    assert_eq!(found["reproducing"], expected.findings.reproducing.len());
    assert_eq!(found["best"]["unusual"], json!(["R6=drop"]));
    let readings = found["readings"].as_array().unwrap();
    assert_eq!(readings.len(), expected.findings.questions.len());
    for (question, found) in expected.findings.questions.iter().zip(readings) {
        assert_eq!(found["reading"], question.id);
        for ((answer, state), found) in
            question.answers.iter().zip(found["answers"].as_array().unwrap())
        {
            assert_eq!([&found["answer"], &found["state"]], [answer.as_str(), state.word()]);
        }
    }
    let rounds = found["rounds"].as_array().unwrap();
    assert_eq!(rounds.len(), expected.rounds.listed.len());
    // Day by day, each answer for itself: ours to R6 is refuted by some day.
    let days = found["figures"].as_array().unwrap();
    let of_answer = |day: &Value, answer: &str| {
        let all = day["answers"].as_array().unwrap().clone();
        let is_it = |one: &Value| one["reading"] == "R6" && one["answer"] == answer;
        all.into_iter().find(is_it).unwrap()["is_reproduced"].as_bool().unwrap()
    };
    assert!(days.iter().all(|day| of_answer(day, "drop")));
    assert!(days.iter().any(|day| !of_answer(day, "miss")));
    let later = site.get("/v1/calibration", "&from=2021-01-01&rounds=0").await.json();
    assert_eq!(later["items"][0]["rounds"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_off_a_panel_are_listed_with_those_of_the_log_where_they_are_asked_for() {
    let site = Counted::start().await;
    let (panel, log) = (planted(&site), site.log());
    let all = site.get("/v1/observed", "&facts=true").await.json();
    let typed = all["items"].as_array().unwrap().iter().filter(|one| one["source"] == "panel");
    assert_eq!(typed.count(), panel.figures.len());
    let from_log = intake::panel::from_log(&log).figures.len();
    assert_eq!(all["items"].as_array().unwrap().len(), panel.figures.len() + from_log);
    let sent = site.get("/v1/observed", "").await.json();
    assert_eq!(sent["items"].as_array().unwrap().len(), panel.figures.len());
    // Of every shop's log that would be too much.
    let token = format!("authorization: Bearer {}", site.reading.reveal());
    let every = request("GET", "/v1/observed?facts=true", &[&token], b"");
    assert_eq!(exchange(site.address, &every).await.problem(), "bad-parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_readable() {
    let site = Counted::start().await;
    let get = |path: &'static str| async {
        let token = format!("authorization: Bearer {}", site.reading.reveal());
        exchange(site.address, &request("GET", path, &[&token], b"")).await
    };
    let listed = get("/v1/rules?limit=1000").await.json();
    let ids: Vec<&str> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["metric"].as_str().unwrap())
        .collect();
    let mut known: Vec<&str> =
        Catalogue::shipped().metrics().map(|metric| metric.id.as_str()).collect();
    known.sort_unstable();
    assert_eq!(ids, known);
    let one = get("/v1/rules/taobao/human-reply-3m?lang=zh").await.json();
    let metric = Catalogue::shipped().metric("taobao/human-reply-3m").unwrap();
    assert_eq!(one["name"], metric.name.zh);
    let details = one["details"].as_array().unwrap();
    assert_eq!(details.len(), metric.editions.len());
    for (found, edition) in details.iter().zip(&metric.editions) {
        assert_eq!(found["revision"], edition.revision());
        assert_eq!(found["open"].as_array().unwrap().len(), edition.open.len());
        assert!(found["sources"].as_array().unwrap().iter().all(|one| one["title"] != ""));
        assert!(!found["words"].as_array().unwrap().is_empty());
    }
    assert!(!one["standards"].as_array().unwrap().is_empty());
    assert!(one["cases"].as_str().unwrap().contains('#'));
    assert_eq!(get("/v1/rules/taobao/nothing").await.problem(), "not-found");
    assert_eq!(get("/v1/rules?platform=ebay9").await.problem(), "bad-parameter");
    assert_eq!(get("/v1/rules?shop=s1").await.problem(), "bad-parameter");
    let platforms = get("/v1/platforms?lang=zh").await.json();
    let platforms = platforms["items"].as_array().unwrap();
    assert_eq!(platforms.len(), Catalogue::shipped().platforms().count());
    let taobao = platforms.iter().find(|one| one["platform"] == "taobao").unwrap();
    assert_eq!(taobao["special_periods"][1]["name"], "2026年春节不打烊");
    assert_eq!(taobao["special_periods"][1]["from"], "2026-02-15");
    assert_eq!(taobao["enrolments"], json!(["professional-seller"]));
}
