//! One consult: what a buyer and a shop do from the first question to the review.

use facts::{Author, FactKind, Form};

use super::dice::Dice;
use super::world::{DAY, HOUR, MINUTE, Shop, World};

/// One fact, as small as a hundred million of them need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Milliseconds since the epoch.
    pub(super) at: i64,
    /// Number of the shop.
    pub(super) shop: u32,
    /// Number of the buyer, from 1; 0: the fact has none.
    pub(super) buyer: u32,
    /// Number of the consult within the day it began.
    pub(super) consult: u32,
    /// Money in hundredths; 0: none.
    pub(super) cents: u32,
    /// The day the consult began, from 0.
    pub(super) day: u16,
    /// Number of the fact within its consult.
    pub(super) n: u16,
    /// The fact of the same consult that this one is about: a message, an order.
    pub(super) refers: Option<u16>,
    /// The account concerned, from 1; 0: none.
    pub(super) account: u16,
    /// The account that passed the buyer on, from 1; 0: none.
    pub(super) from_account: u16,
    /// Which conversation of the consult, from 1; 0: the platform gives no id.
    pub(super) conversation: u8,
    /// A rating; 0: none.
    pub(super) stars: u8,
    /// What happened.
    pub(super) kind: FactKind,
    /// Who wrote, and in which form; only messages have these.
    pub(super) message: Option<(Author, Form)>,
    /// What a message is about.
    pub(super) topic: Topic,
    /// Another fact refers to this message, so that it needs an id.
    pub(super) named: bool,
}

/// What a message is about: which phrases it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Topic {
    /// Nothing in particular: not a message.
    None,
    /// A question about goods or orders.
    Question,
    /// Is anybody there?
    Nudge,
    /// Thanks.
    Thanks,
    /// A human, please.
    Human,
    /// An answer.
    Answer,
    /// A perfunctory answer.
    Wait,
    /// A bot's answer.
    Bot,
    /// A welcome text.
    Welcome,
    /// An away text.
    Away,
    /// A notice of the platform.
    Notice,
}

/// Limits of platforms, at which waits sometimes end to the millisecond.
const LIMITS: [i64; 8] = [30_000, 120_000, 180_000, 180_000, 300_000, 600_000, 900_000, 3_600_000];

/// A consult and the rows it has written so far.
pub(super) struct Consult<'a> {
    world: &'a World,
    shop: &'a Shop,
    dice: Dice,
    rows: &'a mut Vec<Row>,
    blank: Row,
    /// Where the clock stands.
    now: i64,
    /// The account in charge, from 0.
    agent: Option<u16>,
    /// The wait that is running began here.
    asked: Option<i64>,
}

/// Which consult, and who meets whom when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// The instant of the first message.
    pub(super) at: i64,
    /// Number of the shop.
    pub(super) shop: u32,
    /// Number of the buyer, from 1.
    pub(super) buyer: u32,
    /// Number of the consult within its day.
    pub(super) consult: u32,
    /// How many of its facts are written: `u16::MAX` is all.
    pub(super) keep: u16,
}

impl Start {
    /// The start of a consult of a day.
    pub(super) fn of(world: &World, day: u16, consult: u32) -> Self {
        let mut dice = Dice::new(world.seed() ^ 1, u64::from(day), u64::from(consult));
        let shop = world.any_shop(&mut dice);
        let at = world.midnight(day) + world.any_time(shop, &mut dice);
        Self { at, shop, buyer: world.any_buyer(shop, &mut dice), consult, keep: u16::MAX }
    }

    /// Writes the facts of this consult behind those in `rows`.
    pub(super) fn play(&self, world: &World, day: u16, rows: &mut Vec<Row>) {
        let shop = &world.shops[self.shop as usize];
        let mut blank = blank(self.shop, day);
        blank.buyer = self.buyer;
        blank.consult = self.consult;
        blank.conversation = u8::from(shop.habits.conversations);
        let dice = Dice::new(world.seed() ^ 2, u64::from(day), u64::from(self.consult));
        let mut consult =
            Consult { world, shop, dice, rows, blank, now: self.at, agent: None, asked: None };
        consult.play();
    }
}

/// A fact about a shop on a day, with nothing in it yet.
pub(super) const fn blank(shop: u32, day: u16) -> Row {
    Row {
        at: 0,
        shop,
        buyer: 0,
        consult: 0,
        cents: 0,
        day,
        n: 0,
        refers: None,
        account: 0,
        from_account: 0,
        conversation: 0,
        stars: 0,
        kind: FactKind::Message,
        message: None,
        topic: Topic::None,
        named: false,
    }
}

impl Consult<'_> {
    fn play(&mut self) {
        self.question_burst();
        if self.shop.welcome {
            let at = self.later(300, 900);
            self.say_at(at, Author::Auto, Topic::Welcome);
        }
        if self.shop.bot && !self.bot_stage() {
            self.close();
            return;
        }
        if !self.find_agent() {
            self.nobody_there();
            return;
        }
        for exchange in 0..self.dice.throws(2_700, 30) {
            if exchange > 0 {
                self.pause();
                self.question_burst();
            }
            if self.dice.chance(400) || !self.still_at_work() {
                self.transfer();
            }
            if !self.answer() {
                break;
            }
        }
        self.part();
        self.close();
        self.trade();
        self.complain();
    }

    // ---- Facts

    fn push(&mut self, row: Row) -> u16 {
        let n = u16::try_from(self.rows.len()).unwrap_or(u16::MAX);
        self.rows.push(Row { n, ..row });
        n
    }

    fn fact(&mut self, at: i64, kind: FactKind) -> u16 {
        let account = match kind {
            FactKind::Assigned | FactKind::Rated | FactKind::RatingSent | FactKind::Closed => {
                self.agent.map_or(0, |agent| agent + 1)
            }
            _ => 0,
        };
        let conversation = if kind.in_conversation() { self.blank.conversation } else { 0 };
        self.push(Row { at, kind, account, conversation, ..self.blank })
    }

    fn say_at(&mut self, at: i64, author: Author, topic: Topic) -> u16 {
        let form = match author {
            Author::Buyer if topic == Topic::Question => BUYER_FORMS[self.dice.below(64) as usize],
            Author::Agent if topic == Topic::Answer => AGENT_FORMS[self.dice.below(32) as usize],
            _ => Form::Text,
        };
        let account = match author {
            Author::Agent | Author::Assist => self.agent.map_or(0, |agent| agent + 1),
            _ => 0,
        };
        self.push(Row { at, account, message: Some((author, form)), topic, ..self.blank })
    }

    /// An instant that is that much later than now.
    fn later(&mut self, from: i64, until: i64) -> i64 {
        self.now + self.dice.between(from, until)
    }

    /// The buyer writes now, and from now on waits.
    fn ask(&mut self, topic: Topic) -> u16 {
        let n = self.say_at(self.now, Author::Buyer, topic);
        self.asked.get_or_insert(self.now);
        n
    }

    /// Another fact about a message that was written.
    fn about(&mut self, message: u16, at: i64, kind: FactKind) {
        self.rows[usize::from(message)].named = true;
        let n = self.fact(at, kind);
        self.rows[usize::from(n)].refers = Some(message);
    }

    // ---- The course of a consult

    fn question_burst(&mut self) {
        for n in 0..self.dice.throws(6_200, 8) {
            if n > 0 {
                self.now += 1_200 + self.dice.exponential(8_000);
            }
            let message = self.ask(Topic::Question);
            if self.dice.chance(60) {
                let at = self.later(2_000, 60_000);
                self.about(message, at, FactKind::Recalled);
            }
        }
    }

    /// The bot answers first; whether the buyer gets to a human.
    fn bot_stage(&mut self) -> bool {
        for _ in 0..self.dice.throws(4_500, 5) {
            self.now += self.dice.between(500, 2_200);
            self.say_at(self.now, Author::Bot, Topic::Bot);
            self.asked = None;
            if self.dice.chance(2_600) {
                return false;
            }
            self.now += 4_000 + self.dice.exponential(15_000);
            let human = self.dice.chance(6_000);
            self.ask(if human { Topic::Human } else { Topic::Question });
        }
        self.now += self.dice.between(200, 900);
        self.fact(self.now, FactKind::ToHuman);
        true
    }

    /// Somebody is put in charge; false when nobody is at work.
    fn find_agent(&mut self) -> bool {
        let habits = self.shop.habits;
        if habits.handover && !self.shop.bot {
            self.now += self.dice.between(50, 400);
            self.fact(self.now, FactKind::ToHuman);
        }
        self.agent = self.world.anybody(self.blank.shop, self.now, &mut self.dice);
        if self.agent.is_none() {
            return false;
        }
        if habits.handover && self.dice.chance(1_200) {
            self.now += self.dice.between(20, 200);
            self.fact(self.now, FactKind::Queued);
            self.now += 1_000 + self.dice.exponential(25_000);
        }
        if habits.assigned {
            self.now += self.dice.between(20, 300);
            self.fact(self.now, FactKind::Assigned);
        }
        true
    }

    /// Nobody is at work: an away text, a leave-message, perhaps an answer in the morning.
    fn nobody_there(&mut self) {
        self.now += self.dice.between(300, 900);
        if self.shop.habits.leave_messages {
            self.fact(self.now, FactKind::LeftMessage);
        } else {
            self.say_at(self.now, Author::Auto, Topic::Away);
        }
        if self.dice.chance(3_000) {
            self.now += 20_000 + self.dice.exponential(240_000);
            self.ask(Topic::Nudge);
        }
        if self.dice.chance(10_000 - self.shop.neglected(4_500).min(10_000)) {
            for _ in 0..16 {
                self.now += HOUR;
                self.agent = self.world.anybody(self.blank.shop, self.now, &mut self.dice);
                if self.agent.is_some() {
                    self.now += self.dice.between(0, 40 * MINUTE);
                    self.say_at(self.now, Author::Agent, Topic::Answer);
                    break;
                }
            }
        }
        self.close();
    }

    /// The buyer reads, thinks, and now and then goes away for a while.
    fn pause(&mut self) {
        self.now += 3_000 + self.dice.exponential(38_000);
        if self.dice.chance(500) {
            self.now += self.dice.between(8 * MINUTE, 70 * MINUTE);
        }
    }

    fn still_at_work(&self) -> bool {
        self.agent.is_some_and(|agent| self.world.at_work(self.blank.shop, agent, self.now))
    }

    /// The buyer is passed on, if there is somebody else.
    fn transfer(&mut self) {
        let Some(from) = self.agent else { return };
        if self.dice.chance(4_000) {
            self.reply_after(2_000);
        }
        self.now += self.dice.between(1_500, 40_000);
        let to = self.world.anybody(self.blank.shop, self.now, &mut self.dice);
        let Some(to) = to.filter(|to| *to != from) else { return };
        self.agent = Some(to);
        let n = self.fact(self.now, FactKind::Transferred);
        let row = &mut self.rows[usize::from(n)];
        (row.account, row.from_account) = (to + 1, from + 1);
    }

    /// Somebody answers, or the question stays open; whether the consult goes on.
    fn answer(&mut self) -> bool {
        if self.shop.assist && self.dice.chance(2_200) {
            self.now += self.dice.between(900, 3_500);
            self.say_at(self.now, Author::Assist, Topic::Answer);
            self.asked = None;
            return true;
        }
        if self.dice.chance(self.shop.neglected(330)) {
            // Nobody ever answers; the buyer may ask for a while.
            if self.dice.chance(4_000) {
                self.now += MINUTE + self.dice.exponential(5 * MINUTE);
                self.ask(Topic::Nudge);
            }
            return false;
        }
        let wait = self.wait();
        if wait > 70_000 && self.dice.chance(3_500) {
            let end = self.now + wait;
            self.now += wait * 2 / 5;
            self.ask(Topic::Nudge);
            self.reply_after(end - self.now);
        } else {
            self.reply_after(wait);
        }
        true
    }

    /// How long the next answer takes from now.
    fn wait(&mut self) -> i64 {
        let agent = self.agent.unwrap_or(0);
        let pace = self.world.pace(self.blank.shop, agent, self.now);
        if self.dice.chance(self.shop.neglected(60)) {
            // Forgotten for a while.
            return self.dice.between(10 * MINUTE, 3 * HOUR);
        }
        let wait = self.dice.log_normal(pace, 1_250).clamp(900, 6 * HOUR);
        let Some(asked) = self.asked.filter(|_| self.dice.chance(80)) else { return wait };
        let limit = LIMITS[self.dice.below(LIMITS.len() as u64) as usize];
        let end = asked + limit + [-1, 0, 0, 0, 1][self.dice.below(5) as usize];
        if end > self.now { end - self.now } else { wait }
    }

    /// One or more messages of the account in charge, the first after `wait`.
    fn reply_after(&mut self, wait: i64) {
        self.now += wait.max(1);
        for n in 0..self.dice.throws(7_400, 6) {
            if n > 0 {
                self.now += 1_500 + self.dice.exponential(9_000);
            }
            let topic = if self.dice.chance(450) { Topic::Wait } else { Topic::Answer };
            let message = self.say_at(self.now, Author::Agent, topic);
            self.asked = None;
            if self.dice.chance(30) {
                let at = self.later(2_000, 60_000);
                self.about(message, at, FactKind::Recalled);
            }
        }
        if self.dice.chance(250) {
            let at = self.later(100, 9_000);
            self.say_at(at, Author::System, Topic::Notice);
        }
    }

    /// Thanks, which sometimes nobody answers.
    fn part(&mut self) {
        if self.asked.is_some() || !self.dice.chance(3_000) {
            return;
        }
        self.now += 3_000 + self.dice.exponential(20_000);
        let thanks = self.ask(Topic::Thanks);
        if self.dice.chance(10_000 - self.shop.neglected(3_000).min(10_000)) {
            let wait = self.wait();
            self.reply_after(wait);
        } else if self.dice.chance(600) {
            let at = self.later(5_000, MINUTE);
            self.about(thanks, at, FactKind::NoReplyNeeded);
        }
    }

    /// The conversation ends, is rated, and may begin again.
    fn close(&mut self) {
        if self.agent.is_some() && self.dice.chance(1_500) {
            self.now += self.dice.between(1_000, 30_000);
            self.fact(self.now, FactKind::RatingSent);
            if self.dice.chance(3_500) {
                let at = self.now + 3_000 + self.dice.exponential(60_000);
                let n = self.fact(at, FactKind::Rated);
                self.rows[usize::from(n)].stars = self.stars();
                self.now = at;
            }
        }
        if !self.shop.habits.conversations {
            return;
        }
        self.now += self.dice.between(3 * MINUTE, 10 * MINUTE);
        self.fact(self.now, FactKind::Closed);
        if self.agent.is_some() && self.dice.chance(300) {
            // Back within a few minutes, under another conversation id.
            self.now += self.dice.between(20_000, 14 * MINUTE);
            self.blank.conversation += 1;
            self.asked = None;
            self.question_burst();
            if self.still_at_work() {
                self.answer();
            }
            self.now += self.dice.between(3 * MINUTE, 10 * MINUTE);
            self.fact(self.now, FactKind::Closed);
        }
    }

    fn stars(&mut self) -> u8 {
        if self.shop.is_well_run() && self.dice.chance(7_500) {
            return 5;
        }
        [5, 5, 5, 5, 5, 5, 4, 4, 3, 2, 1, 1][self.dice.below(12) as usize]
    }

    /// The order that came of it, sometimes.
    fn trade(&mut self) {
        if !self.dice.chance(900) {
            return;
        }
        let at = self.now + self.dice.exponential(20 * MINUTE);
        let order = self.fact(at, FactKind::Ordered);
        let cents = self.dice.log_normal(6_900, 1_100).clamp(100, 500_000) as u32;
        let first = &mut self.rows[usize::from(order)];
        (first.refers, first.cents) = (Some(order), cents);
        if !self.dice.chance(8_600) {
            return;
        }
        let paid = at + 4_000 + self.dice.exponential(40_000);
        self.traded(order, cents, paid, FactKind::Paid);
        if self.dice.chance(700) {
            let asked = paid + self.dice.between(MINUTE, 3 * DAY);
            self.traded(order, cents, asked, FactKind::RefundAsked);
            if self.dice.chance(8_000) {
                let refunded = asked + self.dice.between(MINUTE, DAY);
                self.traded(order, cents, refunded, FactKind::Refunded);
            }
            return;
        }
        let shipped = paid + self.dice.between(2 * HOUR, 2 * DAY);
        self.traded(order, 0, shipped, FactKind::Shipped);
        if self.dice.chance(1_500) {
            let reviewed = shipped + self.dice.between(2 * DAY, 6 * DAY);
            let n = self.traded(order, 0, reviewed, FactKind::Reviewed);
            self.rows[usize::from(n)].stars = self.stars();
        }
    }

    fn traded(&mut self, order: u16, cents: u32, at: i64, kind: FactKind) -> u16 {
        let n = self.fact(at, kind);
        let row = &mut self.rows[usize::from(n)];
        (row.refers, row.cents) = (Some(order), cents);
        n
    }

    /// The shop reports a buyer, or the platform flags the account, once in a while.
    fn complain(&mut self) {
        if self.dice.chance(25) {
            let at = self.later(MINUTE, HOUR);
            self.fact(at, FactKind::Reported);
            if self.dice.chance(5_000) {
                let upheld = at + self.dice.between(HOUR, 3 * DAY);
                self.fact(upheld, FactKind::ReportUpheld);
            }
        } else if self.dice.chance(10) {
            let at = self.later(MINUTE, DAY);
            self.fact(at, FactKind::Flagged);
        }
    }
}

/// Forms of a buyer's messages, as often as they occur.
const BUYER_FORMS: [Form; 64] = {
    let mut forms = [Form::Text; 64];
    let mut i = 0;
    while i < 5 {
        forms[i] = Form::Image;
        i += 1;
    }
    forms[5] = Form::Emoji;
    forms[6] = Form::Emoji;
    forms[7] = Form::ProductCard;
    forms[8] = Form::ProductCard;
    forms[9] = Form::ProductCard;
    forms[10] = Form::OrderCard;
    forms[11] = Form::OrderCard;
    forms[12] = Form::Voice;
    forms[13] = Form::Link;
    forms[14] = Form::Video;
    forms
};

/// Forms of a person's answers, as often as they occur.
const AGENT_FORMS: [Form; 32] = {
    let mut forms = [Form::Text; 32];
    forms[0] = Form::Image;
    forms[1] = Form::Emoji;
    forms[2] = Form::Link;
    forms[3] = Form::ProductCard;
    forms
};
