//! Large random logs that crowd around everything a rule can turn on.

use std::collections::{BTreeMap, BTreeSet};

use facts::{Account, Author, Conversation, Day, Fact, FactKind, Form, Instant, Mark};
use facts::{MessageFlags, Rating, Span, Zone};

use super::{Chance, Row, to_csv};

/// The text of every perfunctory reply in a random world, and of no other message.
pub const PERFUNCTORY_TEXT: &str = "在的亲";

/// The value of a rating whose problem was not solved.
const UNSOLVED: &str = "unsolved";

const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;

/// In which order the rows of a random world stand, and so what orders facts of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// As they happened; the order of the rows decides.
    AsHappened,
    /// Mixed up; the order of the rows decides, so a recall may come before its message.
    Mixed,
    /// Mixed up, and a `seq` says how they happened.
    MixedWithSeq,
}

/// What a random world is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomParams {
    /// About how many facts: a thread that was begun is finished.
    pub facts: usize,
    /// The first local day.
    pub first_day: Day,
    /// How many local days; 0 is taken as 1.
    pub days: u16,
    /// Equal seeds (and other parameters) give equal worlds.
    pub seed: u64,
    /// The platform's word, the same for all shops.
    pub platform: String,
    /// The zone of days, hours and written instants.
    pub zone: Zone,
    /// The order of the rows.
    pub order: RowOrder,
}

impl RandomParams {
    /// A world of platform `generic` in the first week of June 2026, UTC+8, rows as they happened.
    #[must_use]
    pub fn new(facts: usize, seed: u64) -> Self {
        Self {
            facts,
            // 2026-06-01.
            first_day: Day(20_605),
            days: 7,
            seed,
            platform: "generic".to_owned(),
            zone: Zone::fixed(8 * 3_600_000),
            order: RowOrder::AsHappened,
        }
    }
}

/// The facts of one buyer with one shop, in order; `row` counts over the whole world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadFacts {
    /// The shop id in the rows.
    pub shop: String,
    /// The buyer id in the rows.
    pub buyer: String,
    /// Its facts.
    pub facts: Vec<Fact>,
}

/// A random log, as rows of text and as facts.
///
/// # Example
///
/// ```
/// use testkit::worlds::{RandomParams, RandomWorld};
/// let world = RandomWorld::generate(&RandomParams::new(1_000, 42));
/// let facts: usize = world.threads.iter().map(|thread| thread.facts.len()).sum();
/// // Facts about accounts and shops are rows of no thread.
/// assert!(facts >= 1_000 && world.rows.len() > facts);
/// assert!(world.csv().starts_with("at,platform,shop,buyer,"));
/// ```
#[derive(Clone, Debug)]
pub struct RandomWorld {
    /// The rows, in the order of the file.
    pub rows: Vec<Row>,
    /// The threads, by shop and buyer.
    pub threads: Vec<ThreadFacts>,
    zone: Zone,
    accounts: Vec<String>,
    conversations: Vec<String>,
}

impl RandomWorld {
    /// Makes the world of some parameters.
    #[must_use]
    pub fn generate(params: &RandomParams) -> Self {
        let mut chance = Chance::new(params.seed);
        let mut drafts: Vec<Draft> = Vec::new();
        let (mut facts, mut thread) = (0, 0);
        while facts < params.facts {
            let walk = Walk::new(params, &mut chance, thread).finish();
            facts += walk.len();
            thread += 1;
            drafts.extend(walk);
            if chance.percent(50) {
                drafts.push(without_buyer(params, &mut chance));
            }
        }
        drafts.sort_by_key(|draft| draft.row.at);
        if params.order == RowOrder::MixedWithSeq {
            for (seq, draft) in drafts.iter_mut().enumerate() {
                draft.row.seq = Some(seq as u32);
            }
        }
        if params.order != RowOrder::AsHappened {
            chance.shuffle(&mut drafts);
        }
        Self::number(params, drafts)
    }

    /// The world as a canonical CSV file.
    #[must_use]
    pub fn csv(&self) -> String {
        to_csv(&self.rows, &self.zone)
    }

    /// The name of an account in the facts; empty for the shop itself.
    #[must_use]
    pub fn account_name(&self, account: Account) -> &str {
        self.accounts.get(account.0 as usize).map_or("", String::as_str)
    }

    /// The id of a conversation in the facts; empty for none.
    #[must_use]
    pub fn conversation_name(&self, conversation: Conversation) -> &str {
        self.conversations.get(conversation.0 as usize).map_or("", String::as_str)
    }

    /// Numbers the names of the rows, and sorts the facts into threads.
    fn number(params: &RandomParams, drafts: Vec<Draft>) -> Self {
        let mut accounts = Names::default();
        let mut conversations = Names::default();
        let recalled: BTreeSet<&str> =
            drafts.iter().map(|draft| draft.row.reference.as_str()).collect();
        let mut marks = Names::default();
        let mut threads = BTreeMap::<(String, String), Vec<Fact>>::new();
        for (position, Draft { row, perfunctory }) in drafts.iter().enumerate() {
            if row.buyer.is_empty() {
                continue;
            }
            let mark = match row.fact {
                FactKind::Recalled | FactKind::NoReplyNeeded => marks.number(&row.reference),
                FactKind::Message if recalled.contains(row.id.as_str()) => marks.number(&row.id),
                _ => 0,
            };
            let fact = Fact {
                at: row.at,
                row: row.seq.unwrap_or(position as u32),
                account: Account(accounts.number(&row.account)),
                from_account: Account(accounts.number(&row.from_account)),
                conversation: Conversation(conversations.number(&row.conversation)),
                mark: Mark(mark),
                kind: row.fact,
                author: row.author.unwrap_or(Author::System),
                form: row.form,
                flags: if *perfunctory { MessageFlags::PERFUNCTORY } else { MessageFlags(0) },
                rating: match row.stars {
                    Some(stars) => Rating::new(stars, row.value == UNSOLVED),
                    None => Rating::NONE,
                },
            };
            threads.entry((row.shop.clone(), row.buyer.clone())).or_default().push(fact);
        }
        let threads = threads
            .into_iter()
            .map(|((shop, buyer), mut facts)| {
                facts.sort_by_key(|fact| (fact.at, fact.row));
                ThreadFacts { shop, buyer, facts }
            })
            .collect();
        Self {
            rows: drafts.into_iter().map(|draft| draft.row).collect(),
            threads,
            zone: params.zone.clone(),
            accounts: accounts.names,
            conversations: conversations.names,
        }
    }
}

/// Names numbered in the order first seen; the empty name is 0.
struct Names {
    numbers: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Default for Names {
    fn default() -> Self {
        Self { numbers: BTreeMap::from([(String::new(), 0)]), names: vec![String::new()] }
    }
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }
}

/// A row to be, with what is known of its text.
#[derive(Clone, Debug)]
struct Draft {
    row: Row,
    perfunctory: bool,
}

fn blank(params: &RandomParams, shop: &str, at: Instant, fact: FactKind) -> Row {
    Row {
        at,
        platform: params.platform.clone(),
        shop: shop.to_owned(),
        buyer: String::new(),
        conversation: String::new(),
        fact,
        author: None,
        form: Form::Text,
        account: String::new(),
        from_account: String::new(),
        id: String::new(),
        seq: None,
        text: String::new(),
        stars: None,
        reference: String::new(),
        amount: String::new(),
        value: String::new(),
    }
}

fn end_of(params: &RandomParams) -> Instant {
    params.zone.start_of(params.first_day.plus(i32::from(params.days.max(1))))
}

/// A fact about an account or about the shop.
fn without_buyer(params: &RandomParams, chance: &mut Chance) -> Draft {
    const KINDS: &[FactKind] = &[
        FactKind::Online,
        FactKind::Busy,
        FactKind::Away,
        FactKind::Offline,
        FactKind::Violation,
        FactKind::Observed,
    ];
    let shop = shop_name(chance);
    let (from, until) = (params.zone.start_of(params.first_day), end_of(params));
    let at = Instant(chance.between(from.0, until.0 - 1));
    let kind = chance.pick(KINDS).unwrap_or(FactKind::Online);
    let mut row = blank(params, &shop, at, kind);
    if kind.about_account() {
        row.account = account_name(chance, &shop);
    }
    if kind == FactKind::Observed {
        row.value = format!("generic/reply 0.{}", chance.between(10, 99));
    }
    Draft { row, perfunctory: false }
}

fn shop_name(chance: &mut Chance) -> String {
    ["s1", "s2", "小店"][chance.below(3) as usize].to_owned()
}

fn account_name(chance: &mut Chance, shop: &str) -> String {
    let person = ["小美", "bob", "晚班, 2"][chance.below(3) as usize];
    format!("{shop}:{person}")
}

/// How a thread writes its conversation ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ids {
    Absent,
    Present,
    Both,
}

/// What comes next in a thread.
#[derive(Clone, Copy, Debug)]
enum Step {
    Says(Author),
    Does(FactKind),
    /// A fact that refers to a message before it.
    TakesBack(FactKind),
}

const STEPS: &[(u64, Step)] = &[
    (320, Step::Says(Author::Buyer)),
    (210, Step::Says(Author::Agent)),
    (50, Step::Says(Author::Assist)),
    (90, Step::Says(Author::Bot)),
    (25, Step::Says(Author::Auto)),
    (10, Step::Says(Author::System)),
    (8, Step::Says(Author::Staff)),
    (8, Step::Says(Author::Merchant)),
    (25, Step::Does(FactKind::ToHuman)),
    (15, Step::Does(FactKind::Queued)),
    (35, Step::Does(FactKind::Assigned)),
    (40, Step::Does(FactKind::Transferred)),
    (12, Step::Does(FactKind::LeftMessage)),
    (60, Step::Does(FactKind::Closed)),
    (30, Step::Does(FactKind::RatingSent)),
    (40, Step::Does(FactKind::Rated)),
    (40, Step::TakesBack(FactKind::Recalled)),
    (20, Step::TakesBack(FactKind::NoReplyNeeded)),
    (5, Step::Does(FactKind::Reported)),
    (4, Step::Does(FactKind::ReportUpheld)),
    (2, Step::Does(FactKind::Flagged)),
    (4, Step::Does(FactKind::Ordered)),
    (4, Step::Does(FactKind::Paid)),
    (3, Step::Does(FactKind::Shipped)),
    (3, Step::Does(FactKind::RefundAsked)),
    (3, Step::Does(FactKind::Refunded)),
    (3, Step::Does(FactKind::Reviewed)),
];

const FORMS: &[(u64, Form)] = &[
    (80, Form::Text),
    (4, Form::Image),
    (2, Form::Voice),
    (1, Form::Video),
    (3, Form::Emoji),
    (1, Form::File),
    (3, Form::ProductCard),
    (2, Form::OrderCard),
    (2, Form::RedPacket),
    (1, Form::Link),
    (1, Form::Other),
];

/// The limits that rules know, in seconds.
const LIMITS: &[i64] = &[1, 30, 120, 180, 300, 600, 900, 1_800, 3_600];

/// Where hours and days begin and end, in hours of the wall clock.
const EDGES: &[i64] = &[0, 8, 9, 19, 23];

/// One thread while it is made up.
struct Walk<'a> {
    params: &'a RandomParams,
    chance: &'a mut Chance,
    thread: usize,
    shop: String,
    buyer: String,
    ids: Ids,
    conversation: usize,
    messages: Vec<String>,
    at: Instant,
    drafts: Vec<Draft>,
}

impl<'a> Walk<'a> {
    fn new(params: &'a RandomParams, chance: &'a mut Chance, thread: usize) -> Self {
        let shop = shop_name(chance);
        let ids = match chance.below(4) {
            0 | 1 => Ids::Present,
            2 => Ids::Absent,
            _ => Ids::Both,
        };
        let day = params.first_day.plus(chance.below(u64::from(params.days.max(1))) as i32);
        let start = params.zone.start_of(day);
        let at = Instant(chance.between(start.0, start.0 + DAY_MS - 1));
        // Buyers of several shops, and of the same shop again, share names.
        let buyer = format!("买家{}", thread / 2);
        let (messages, drafts) = (Vec::new(), Vec::new());
        Self { params, chance, thread, shop, buyer, ids, conversation: 0, messages, at, drafts }
    }

    fn finish(mut self) -> Vec<Draft> {
        let (length, until) = (self.chance.between(1, 90), end_of(self.params));
        for _ in 0..length {
            let step = self.chance.weighted(STEPS).unwrap_or(Step::Says(Author::Buyer));
            let draft = self.draft(step);
            self.drafts.push(draft);
            self.at = self.later();
            if self.at >= until {
                break;
            }
        }
        self.drafts
    }

    /// When the next fact happens: often at once, or just around something that decides.
    fn later(&mut self) -> Instant {
        let chance = &mut *self.chance;
        let near = chance.between(-1, 1);
        let wait = match chance.below(100) {
            0..8 => 0,
            8..12 => 1,
            12..48 => chance.between(1_000, MINUTE_MS),
            48..68 => chance.pick(LIMITS).unwrap_or(180) * 1_000 + near,
            68..80 => chance.between(MINUTE_MS, 20 * MINUTE_MS),
            80..86 => [10, 30][chance.below(2) as usize] * MINUTE_MS + near,
            86..93 => self.time_to_edge() + near,
            93..98 => chance.between(MINUTE_MS, 5 * 60 * MINUTE_MS),
            _ => chance.between(1, 3) * DAY_MS + near,
        };
        self.at + Span(wait.max(0))
    }

    /// The time to the next end of some hours, or to a limit before it.
    fn time_to_edge(&mut self) -> i64 {
        let clock = self.params.zone.local(self.at).ms;
        let hour = self.chance.pick(EDGES).unwrap_or(0);
        let to_edge = (hour * 3_600_000 - clock).rem_euclid(DAY_MS);
        let before = if self.chance.percent(50) { 0 } else { 180_000 };
        (to_edge - before).max(0)
    }

    fn draft(&mut self, step: Step) -> Draft {
        let mut draft = match step {
            Step::Says(author) => self.message(author),
            Step::Does(kind) => self.event(kind),
            Step::TakesBack(kind) => self.take_back(kind),
        };
        draft.row.buyer.clone_from(&self.buyer);
        draft
    }

    fn blank(&self, kind: FactKind) -> Row {
        blank(self.params, &self.shop, self.at, kind)
    }

    fn message(&mut self, author: Author) -> Draft {
        let mut row = self.blank(FactKind::Message);
        row.author = Some(author);
        row.form = self.chance.weighted(FORMS).unwrap_or(Form::Text);
        row.conversation = self.conversation_id();
        let has_account = match author {
            Author::Agent => 92,
            Author::Assist => 80,
            Author::Bot => 30,
            _ => 0,
        };
        if self.chance.percent(has_account) {
            row.account = account_name(self.chance, &self.shop);
        }
        if self.chance.percent(60) {
            row.id = format!("m{}-{}", self.thread, self.drafts.len());
            self.messages.push(row.id.clone());
        }
        let replies = matches!(author, Author::Agent | Author::Assist | Author::Bot);
        let perfunctory = replies && row.form == Form::Text && self.chance.percent(10);
        row.text = if perfunctory {
            PERFUNCTORY_TEXT.to_owned()
        } else if self.chance.percent(20) {
            "他说\"好\", 然后,\n谢谢".to_owned()
        } else {
            String::new()
        };
        Draft { row, perfunctory }
    }

    fn event(&mut self, kind: FactKind) -> Draft {
        let mut row = self.blank(kind);
        if kind.in_conversation() {
            row.conversation = self.conversation_id();
        }
        match kind {
            FactKind::Assigned | FactKind::Transferred if self.chance.percent(96) => {
                row.account = account_name(self.chance, &self.shop);
            }
            FactKind::Closed => self.conversation += self.chance.below(2) as usize,
            FactKind::Rated => {
                let stars = self.chance.between(1, 5) as u8;
                row.stars = self.chance.percent(90).then_some(stars);
                if self.chance.percent(15) {
                    row.value = UNSOLVED.to_owned();
                }
                if self.chance.percent(40) {
                    row.account = account_name(self.chance, &self.shop);
                }
            }
            FactKind::Ordered | FactKind::Paid | FactKind::Refunded => {
                row.amount = format!("{}.50", self.chance.between(1, 999));
                row.reference = format!("o{}", self.thread);
            }
            _ => {}
        }
        if kind == FactKind::Transferred && self.chance.percent(50) {
            row.from_account = account_name(self.chance, &self.shop);
        }
        Draft { row, perfunctory: false }
    }

    /// Refers to one of the last messages with an id, or to one that is not in the log.
    fn take_back(&mut self, kind: FactKind) -> Draft {
        let mut row = self.blank(kind);
        let last = self.messages.len().saturating_sub(3);
        let found = self.chance.below(3) as usize;
        row.reference = match self.messages.get(last + found) {
            Some(id) => id.clone(),
            None => format!("lost{}-{}", self.thread, self.drafts.len()),
        };
        Draft { row, perfunctory: false }
    }

    fn conversation_id(&mut self) -> String {
        let present = match self.ids {
            Ids::Absent => false,
            Ids::Present => true,
            Ids::Both => self.chance.percent(70),
        };
        if !present {
            return String::new();
        }
        // Now and then something of the conversation before or after.
        let drift = if self.chance.percent(15) { self.chance.below(2) as usize } else { 0 };
        format!("c{}-{}", self.thread, self.conversation + drift)
    }
}
