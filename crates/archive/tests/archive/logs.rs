//! Random logs: with repeats, conflicts, rejected rows, texts, numbers of the source's own.

/// A generator of numbers, the same for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    /// Whether something of so many percent happens.
    pub(crate) fn percent(&mut self, n: u64) -> bool {
        self.below(100) < n
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

/// What a random log may have.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) rows: u64,
    pub(crate) days: u64,
    pub(crate) ids: u64,
    pub(crate) seq: bool,
    pub(crate) texts: bool,
    pub(crate) rubbish: bool,
}

const HEADER: &str = "at,platform,shop,buyer,conversation,fact,author,kind,account,from_account,\
                      id,seq,seen_at,text,stars,ref,amount,value\n";

/// Some logs that overlap.
pub(crate) fn logs(dice: &mut Dice, n_logs: usize, kind: Kind) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut texts = vec![HEADER.to_owned(); n_logs];
    for number in 0..kind.rows {
        let row = row(dice, number, kind);
        let log = dice.below(n_logs as u64) as usize;
        texts[log].push_str(&row);
        rows.push(row);
        if dice.percent(10) {
            let again = rows[dice.below(rows.len() as u64) as usize].clone();
            let log = dice.below(n_logs as u64) as usize;
            texts[log].push_str(&again);
        }
    }
    texts
}

fn row(dice: &mut Dice, number: u64, kind: Kind) -> String {
    // Few instants, so that many facts share one.
    let at = 1_780_243_200_000
        + dice.below(kind.days) * 86_400_000
        + dice.below(24) * 3_600_000
        + dice.below(4) * 1_000;
    let at = instant(at);
    let platform = dice.pick(&["taobao", "jd"]);
    let shop = dice.pick(&["s1", "s2", "店三"]);
    let buyer = format!("b{}", dice.below(9));
    let fact = if dice.percent(70) {
        "message"
    } else {
        dice.pick(&[
            "assigned",
            "transferred",
            "to-human",
            "rated",
            "recalled",
            "online",
            "violation",
            "closed",
            "flagged",
            "",
        ])
    };
    let is_message = matches!(fact, "message" | "");
    let author = if is_message { dice.pick(&["buyer", "agent", "bot"]) } else { "" };
    let form = if dice.percent(20) { dice.pick(&["image", "text", "emoji"]) } else { "" };
    let account = if dice.percent(50) { dice.pick(&["a1", "a2"]) } else { "" };
    let from_account = if fact == "transferred" { "a3" } else { "" };
    let conversation = if dice.percent(30) { dice.pick(&["c1", "c2"]) } else { "" };
    let id = if dice.percent(kind.ids) {
        // Some ids are given twice.
        format!("m{}", if dice.percent(5) { dice.below(number + 1) } else { number })
    } else {
        String::new()
    };
    let seq = if kind.seq && dice.percent(60) { dice.below(50).to_string() } else { String::new() };
    let seen_at = if dice.percent(10) { instant(1_790_000_000_000) } else { String::new() };
    let text = match dice.below(4) {
        0 | 1 if kind.texts => dice.pick(&["在吗", "\"好的, 亲\"", "\"two\nlines\"", "ok"]),
        _ => "",
    };
    let stars = if fact == "rated" { dice.pick(&["1", "5", ""]) } else { "" };
    let reference =
        if fact == "recalled" { format!("m{}", dice.below(number + 1)) } else { String::new() };
    let amount = if dice.percent(3) { "12.50" } else { "" };
    let value = if dice.percent(3) { "未解决" } else { "" };
    let (at, author, stars) = match dice.below(100) {
        0 if kind.rubbish => ("yesterday".to_owned(), author, stars),
        1 if kind.rubbish => (at, "robot", stars),
        2 if kind.rubbish => (at, author, "9"),
        _ => (at, author, stars),
    };
    format!(
        "{at},{platform},{shop},{buyer},{conversation},{fact},{author},{form},{account},\
         {from_account},{id},{seq},{seen_at},{text},{stars},{reference},{amount},{value}\n"
    )
}

fn instant(ms: u64) -> String {
    let (days, rest) = (ms / 86_400_000, ms % 86_400_000);
    let day = facts::Day(days as i32);
    let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60);
    format!("{day}T{hours:02}:{minutes:02}:{:02}.{:03}Z", rest / 1_000 % 60, rest % 1_000)
}
