//! The cases: which files, who takes part, what has to be reached.

use super::bars::{Bar, Verdict};
use super::data::{Form, Store, pack_words};
use super::options::short;
use super::party::{self, Measured, Party, Text, Work};

/// The metric that everybody counts.
const METRIC: &str = "taobao/human-reply-3m";
/// All metrics of the platform, one by one.
const METRICS: [&str; 4] =
    [METRIC, "taobao/human-reply-time", "taobao/reply-rate", "taobao/satisfaction"];
/// Shops of every log but one.
const SHOPS: u64 = 1_000;
/// A day in the middle of every log.
const DAY: &str = "2026-06-15";
/// Yingda's name.
const YINGDA: &str = "Yingda";

/// A case that is ready to run.
#[derive(Debug)]
pub(crate) struct Case {
    name: &'static str,
    title: Text,
    parties: Vec<Party>,
    bars: Vec<Bar>,
    /// Everybody's figures must be the same.
    alike: bool,
}

/// What came of a case.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) name: &'static str,
    pub(crate) title: Text,
    pub(crate) all: Vec<Measured>,
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) alike: bool,
}

impl Case {
    /// Runs all parties in turns.
    pub(crate) fn run(self, store: &Store) -> Outcome {
        let all = party::run(self.parties, store);
        let verdicts = self.bars.iter().map(|bar| bar.judge(&all)).collect();
        let Self { name, title, alike, .. } = self;
        Outcome { name, title, all, verdicts, alike }
    }
}

impl Outcome {
    /// Whether all figures that were found are the same, where they have to be.
    pub(crate) fn agree(&self) -> bool {
        let mut found = self.all.iter().filter_map(|measured| measured.digest.as_deref());
        let first = found.next();
        !self.alike || found.all(|digest| Some(digest) == first)
    }

    /// Whether everybody who could run did.
    pub(crate) fn complete(&self) -> bool {
        self.all.iter().all(|m| m.missing.as_ref().is_none_or(|why| *why == party::not_there()))
    }
}

/// Makes the data of a case; `None`: there is nothing to run under these options.
type Make = fn(&mut Store) -> Result<Option<Case>, String>;

/// Every case, in the order of the page.
pub(crate) const CASES: &[(&str, Make)] = &[
    ("time", time),
    ("repeats", repeats),
    ("packed", packed),
    ("csv", csv),
    ("numbers", numbers),
    ("catalogue", catalogue),
    ("pack", pack),
    ("threads", threads),
    ("shops", shops),
    ("metrics", metrics),
    ("large", large),
    ("growth", growth),
    ("explain", explain),
];

fn time(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let file = store.log(Form::Time, rows, SHOPS)?;
    let mut parties = vec![yingda(store, Text::same(YINGDA), &file), decode(store, &file)];
    parties.extend(["chdb", "duckdb", "polars", "datafusion"].map(|e| peer(e, "time", &file)));
    let faster = |peer, times| Bar::Faster { ours: 0, peer, times };
    Ok(Some(Case {
        name: "time",
        title: Text::new(
            format!("{} messages in time order, Parquet", short(rows)),
            format!("{}条消息，按时间排列的Parquet", short(rows)),
        ),
        parties,
        bars: vec![
            faster(2, 5.0),
            faster(3, 7.0),
            faster(4, 12.0),
            Bar::Within { ours: 0, base: 1, times: 2.0 },
        ],
        alike: true,
    }))
}

fn repeats(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let file = store.log(Form::Repeats, rows, SHOPS)?;
    Ok(Some(Case {
        name: "repeats",
        title: Text::new(
            format!("{} messages with ids, a hundredth of them twice: repeats found", short(rows)),
            format!("{}条带编号的消息，其中百分之一重复：找出重复", short(rows)),
        ),
        parties: vec![yingda(store, Text::same(YINGDA), &file), peer("duckdb", "repeats", &file)],
        bars: vec![Bar::Faster { ours: 0, peer: 1, times: 3.0 }],
        alike: true,
    }))
}

fn packed(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let time = store.log(Form::Time, rows, SHOPS)?;
    let file = store.log(Form::Clustered, rows, SHOPS)?;
    let (ours, bare) = match store.pack(&time, rows)? {
        Some(folder) => {
            let name = Text::new("Yingda on the packed folder", "Yingda（打包后的文件夹）");
            (yingda(store, name, &folder), decode(store, &folder))
        }
        None => (nothing("Yingda on the packed folder"), nothing("bare decode")),
    };
    let name = Text::new("Yingda on the clustered file", "Yingda（聚集的文件）");
    let mut parties = vec![ours, bare, yingda(store, name, &file)];
    parties.extend(["polars", "duckdb", "chdb"].map(|e| peer(e, "clustered", &file)));
    Ok(Some(Case {
        name: "packed",
        title: Text::new(
            format!("{} messages packed; others: sorted by shop, buyer and instant", short(rows)),
            format!("{}条消息打包后；其他引擎：按店铺、买家、时间排序的文件", short(rows)),
        ),
        parties,
        bars: vec![
            Bar::Faster { ours: 0, peer: 3, times: 3.0 },
            Bar::Faster { ours: 0, peer: 4, times: 8.0 },
            Bar::Within { ours: 0, base: 1, times: 2.0 },
        ],
        alike: true,
    }))
}

fn csv(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let file = store.log(Form::Csv, rows, SHOPS)?;
    let mut parties = vec![yingda(store, Text::same(YINGDA), &file)];
    parties.extend(["duckdb", "polars", "chdb"].map(|e| peer(e, "csv", &file)));
    Ok(Some(Case {
        name: "csv",
        title: Text::new(
            format!("{} messages in time order, CSV", short(rows)),
            format!("{}条消息，按时间排列的CSV", short(rows)),
        ),
        parties,
        bars: [1, 2].map(|peer| Bar::Faster { ours: 0, peer, times: 5.0 }).into(),
        alike: true,
    }))
}

fn numbers(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let file = store.log(Form::Numbers, rows, SHOPS)?;
    let mut parties = vec![yingda(store, Text::same(YINGDA), &file), decode(store, &file)];
    parties.extend(["chdb", "duckdb", "polars"].map(|e| peer(e, "numbers", &file)));
    Ok(Some(Case {
        name: "numbers",
        title: Text::new(
            format!("{} messages in time order, shops and buyers as whole numbers", short(rows)),
            format!("{}条消息，按时间排列，店铺和买家为整数编号", short(rows)),
        ),
        parties,
        bars: Vec::new(),
        alike: true,
    }))
}

fn catalogue(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let file = store.log(Form::Time, rows, SHOPS)?;
    let all = [("all metrics", "全部指标"), ("by shop, account and day", "按店铺、账号、日")];
    let one = Text::new("one metric, by shop and day", "一个指标，按店铺、日");
    let fine = Text::new(format!("one metric, {}", all[1].0), format!("一个指标，{}", all[1].1));
    let every =
        Text::new(format!("{}, {}", all[0].0, all[1].0), format!("{}，{}", all[0].1, all[1].1));
    let by = "shop,account,day";
    Ok(Some(Case {
        name: "catalogue",
        title: Text::new(
            format!("All Taobao metrics of {} messages at once", short(rows)),
            format!("{}条消息，一次计算淘宝全部指标", short(rows)),
        ),
        parties: vec![
            yingda(store, one, &file),
            measure(store, fine, &file, &["--metric", METRIC, "--by", by], None),
            measure(store, every, &file, &["--by", by], None),
        ],
        bars: vec![Bar::Within { ours: 2, base: 0, times: 2.0 }],
        alike: true,
    }))
}

fn pack(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let mut parties = Vec::new();
    let ways = [(Form::Time, "without texts", "不带文本"), (Form::Texts, "with texts", "带文本")];
    for (form, en, zh) in ways {
        let file = store.log(form, rows, SHOPS)?;
        let folder = store.absent_folder(&format!("packing-{}", form.name()))?;
        let name = Text::new(format!("yingda pack, {en}"), format!("yingda pack，{zh}"));
        parties.push(program(name, ours(store, &pack_words(&file, &folder)), None, Some(folder)));
        let mut other = peer("duckdb", "pack", &file);
        other.name = Text::new(format!("DuckDB, {en}"), format!("DuckDB，{zh}"));
        parties.push(other);
    }
    Ok(Some(Case {
        name: "pack",
        title: Text::new(
            format!(
                "Packing {} messages: sort by day, shop, buyer, instant and write",
                short(rows)
            ),
            format!("打包{}条消息：按日、店铺、买家、时间排序并写出", short(rows)),
        ),
        parties,
        bars: [0, 2].map(|ours| Bar::Faster { ours, peer: ours + 1, times: 0.6 }).into(),
        alike: true,
    }))
}

fn threads(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let file = store.log(Form::Time, rows, SHOPS)?;
    let party = |n: usize| {
        let name = Text::new(plural(n, "thread"), format!("{n}个线程"));
        match store.threads(n) {
            Some(words) => {
                let out = store.result("threads.csv");
                program(name, measure_command(store, &file, &ONE, &words, &out), Some(out), None)
            }
            None => Party { name, work: Work::Nothing(party::not_there()) },
        }
    };
    Ok(Some(Case {
        name: "threads",
        title: Text::new(
            format!("Threads, {} messages in time order", short(rows)),
            format!("线程数，{}条按时间排列的消息", short(rows)),
        ),
        parties: [1, 2].map(party).into(),
        bars: Vec::new(),
        alike: true,
    }))
}

fn shops(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let mut parties = Vec::new();
    for (n, en, zh) in
        [(SHOPS, "1,000 shops", "1000家店铺"), (1_000_000, "1,000,000 shops", "100万家店铺")]
    {
        let file = store.log(Form::Time, rows, n)?;
        parties.push(measure(store, Text::new(en, zh), &file, &ONE, None));
    }
    Ok(Some(Case {
        name: "shops",
        title: Text::new(
            format!("Shops, {} messages in time order", short(rows)),
            format!("店铺数，{}条按时间排列的消息", short(rows)),
        ),
        parties,
        bars: Vec::new(),
        alike: false,
    }))
}

fn metrics(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.rows;
    let file = store.log(Form::Time, rows, SHOPS)?;
    let party = |n: usize| {
        let name = Text::new(plural(n, "metric"), format!("{n}个指标"));
        let list = METRICS[..n].join(",");
        measure(store, name, &file, &["--metric", &list, "--by", "shop,day"], None)
    };
    Ok(Some(Case {
        name: "metrics",
        title: Text::new(
            format!("Number of metrics, {} messages in time order", short(rows)),
            format!("指标数，{}条按时间排列的消息", short(rows)),
        ),
        parties: [1, 2, 3, 4].map(party).into(),
        bars: Vec::new(),
        alike: false,
    }))
}

fn large(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.large;
    if rows == 0 {
        return Ok(None);
    }
    let file = store.log(Form::Time, rows, SHOPS)?;
    let unpacked = yingda(store, Text::new("in time order", "按时间排列"), &file);
    let packed = match store.pack(&file, rows)? {
        Some(folder) => yingda(store, Text::new("packed", "打包"), &folder),
        None => nothing("packed"),
    };
    Ok(Some(Case {
        name: "large",
        title: Text::new(format!("{} messages", short(rows)), format!("{}条消息", short(rows))),
        parties: vec![unpacked, packed],
        bars: vec![Bar::Small { ours: 0, mib: 1_536.0 }, Bar::Small { ours: 1, mib: 600.0 }],
        alike: true,
    }))
}

fn growth(store: &mut Store) -> Result<Option<Case>, String> {
    let largest = store.options.large;
    if largest == 0 {
        return Ok(None);
    }
    let mut parties = Vec::new();
    for rows in [largest / 10, largest / 5, largest / 2, largest] {
        let file = store.log(Form::Time, rows, SHOPS)?;
        let n = short(rows);
        let name = Text::new(format!("{n}, in time order"), format!("{n}，按时间排列"));
        parties.push(measure(store, name, &file, &ONE, None));
        let name = Text::new(format!("{n}, packed"), format!("{n}，打包"));
        parties.push(match store.pack(&file, rows)? {
            Some(folder) => measure(store, name, &folder, &ONE, None),
            None => Party { name, work: Work::Nothing(party::not_there()) },
        });
    }
    let linear = |base: usize| Bar::Within { ours: base + 6, base, times: 12.0 };
    Ok(Some(Case {
        name: "growth",
        title: Text::new(
            "Number of messages (linear: ten times as many in at most 12 times the time)",
            "消息数（线性：消息多十倍，用时至多12倍）",
        ),
        parties,
        bars: vec![linear(0), linear(1)],
        alike: false,
    }))
}

fn explain(store: &mut Store) -> Result<Option<Case>, String> {
    let rows = store.options.large;
    if rows == 0 {
        return Ok(None);
    }
    let file = store.log(Form::Time, rows, SHOPS)?;
    let names = [
        Text::new("explain, a shop of average size, one day", "explain，规模居中的店铺，一天"),
        Text::new("explain, the largest shop, one day", "explain，最大的店铺，一天"),
    ];
    let parties = match store.pack(&file, rows)? {
        Some(folder) => {
            let (largest, average) = shops_of(store, &folder);
            let explained = |(name, shop): (Text, String)| {
                let words = ["--metric", METRIC, "--shop", &shop, "--day", DAY];
                let command = [&["explain", &folder][..], &words].concat();
                program(name, ours(store, &command), None, None)
            };
            names.into_iter().zip([average, largest]).map(explained).collect()
        }
        None => {
            let absent = |name| Party { name, work: Work::Nothing(party::not_there()) };
            names.into_iter().map(absent).collect()
        }
    };
    Ok(Some(Case {
        name: "explain",
        title: Text::new(
            format!("Proving one figure out of {} packed messages", short(rows)),
            format!("在{}条打包的消息中证明一个数字", short(rows)),
        ),
        parties,
        bars: vec![Bar::Quick { ours: 0, ms: 100.0 }, Bar::Quick { ours: 1, ms: 100.0 }],
        alike: false,
    }))
}

// ---- Parties

/// The arguments that count one metric by shop and day.
const ONE: [&str; 4] = ["--metric", METRIC, "--by", "shop,day"];

/// Yingda counting the metric by shop and day; its figures are held against the others'.
fn yingda(store: &Store, name: Text, log: &str) -> Party {
    let out = store.result(&format!("{}.csv", name.en.replace(' ', "-")));
    measure(store, name, log, &ONE, Some(out))
}

fn measure(store: &Store, name: Text, log: &str, words: &[&str], figures: Option<String>) -> Party {
    let out = figures.clone().unwrap_or_else(|| store.result("figures.csv"));
    match store.threads(store.options.threads) {
        Some(threads) => {
            program(name, measure_command(store, log, words, &threads, &out), figures, None)
        }
        None => Party { name, work: Work::Nothing(party::not_there()) },
    }
}

fn measure_command(
    store: &Store,
    log: &str,
    words: &[&str],
    threads: &[String],
    out: &str,
) -> Vec<String> {
    let fixed = ["measure", log, "--quiet", "--format", "csv", "--output", out];
    let mut command = ours(store, &[&fixed[..], words].concat());
    command.extend_from_slice(threads);
    command
}

fn ours(store: &Store, words: &[&str]) -> Vec<String> {
    let program = store.yingda.display().to_string();
    std::iter::once(program).chain(words.iter().map(|word| (*word).to_owned())).collect()
}

fn program(
    name: Text,
    command: Vec<String>,
    figures: Option<String>,
    clear: Option<String>,
) -> Party {
    Party { name, work: Work::Program { command, figures, clear } }
}

fn decode(store: &Store, log: &str) -> Party {
    let threads = store.options.threads.to_string();
    let command = vec![store.decode.display().to_string(), threads, log.to_owned()];
    program(Text::new("bare decode", "仅解码"), command, None, None)
}

fn nothing(name: &str) -> Party {
    Party { name: Text::same(name), work: Work::Nothing(party::not_there()) }
}

fn peer(engine: &'static str, case: &'static str, file: &str) -> Party {
    let name = match engine {
        "chdb" => "ClickHouse",
        "duckdb" => "DuckDB",
        "polars" => "Polars",
        _ => "DataFusion",
    };
    Party { name: Text::same(name), work: Work::Peer { engine, case, file: file.to_owned() } }
}

fn plural(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// The shop with the most samples, and one of average size. Where they cannot be told, a shop that
/// does not exist, so that the case says so.
fn shops_of(store: &Store, log: &str) -> (String, String) {
    let out = store.result("shops.csv");
    let command = measure_command(store, log, &ONE, &[], &out);
    let run = std::process::Command::new(&command[0]).args(&command[1..]).status();
    let told = match run.is_ok_and(|status| status.success()) {
        true => {
            let words = ["benches/run.py".to_owned(), "figures".to_owned(), out];
            party::told(&store.python, words.iter())
        }
        false => Vec::new(),
    };
    let shop = |name: &str| {
        let found = told.iter().find(|(known, _)| known == name);
        found.map_or_else(|| "unknown".to_owned(), |(_, shop)| shop.clone())
    };
    (shop("largest_shop"), shop("average_shop"))
}
