//! What is known of shops beside the figures that are counted: the days that their facts cover,
//! violations, orders, figures read off panels, who is at work and how many conversations they
//! hold.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use facts::{Account, Author, Day, Fact, FactKind, Instant, ShopId, Span, Zone};
use figures::standing::PanelFigure;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use store::Names;

/// A conversation in which nothing happened for so long is over, also where nobody closed it.
const FORGOTTEN: Span = Span::seconds(86_400);

/// Whether an account is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Presence {
    Online,
    Busy,
    Away,
    Offline,
}

impl Presence {
    const fn of(kind: FactKind) -> Option<Self> {
        match kind {
            FactKind::Online => Some(Self::Online),
            FactKind::Busy => Some(Self::Busy),
            FactKind::Away => Some(Self::Away),
            FactKind::Offline => Some(Self::Offline),
            _ => None,
        }
    }

    const ALL: [Self; 4] = [Self::Online, Self::Busy, Self::Away, Self::Offline];

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|presence| presence.word() == word)
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Busy => "busy",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
}

/// The place of a fact: when it happened, and when it arrived.
pub(crate) type Place = (Instant, u64);

/// What makes two figures read off a panel the same: metric, days, and when it was looked at.
pub(crate) type Look = (String, (Day, Day), Option<Instant>);

/// What is known of one shop.
#[derive(Clone, Debug, Default)]
pub(crate) struct OfShop {
    /// The local days on which there is a fact.
    days: BTreeSet<Day>,
    /// The day of the last fact, of which the next one mostly is too.
    current: Option<Range<i64>>,
    pub(crate) has_messages: bool,
    violations: Vec<Instant>,
    orders: BTreeMap<Day, u64>,
    /// Orders that had not happened when they were learned.
    orders_ahead: Vec<Instant>,
    /// What `observed` facts say of the shop's own figures, each with the number of its fact.
    panel: BTreeMap<Look, (u64, PanelFigure)>,
    /// By account, the newest word of it.
    presence: BTreeMap<Account, (Place, Presence)>,
    /// By thread: the newest fact that says who holds the conversation, `None`: nobody.
    held: HashMap<u32, (Place, Option<Account>)>,
    /// Whether the shop's source tells when conversations end.
    tells_ends: bool,
}

impl OfShop {
    /// The first and the last day that the facts cover, of those that happened; absent: there are
    /// none.
    pub(crate) fn covered(&self, zone: &Zone, now: Instant) -> Option<(Day, Day)> {
        let last_looked_at = zone.day(Instant(now.0 - 1));
        let (first, last) = (*self.days.first()?, *self.days.last()?);
        Some((first, last.min(last_looked_at))).filter(|(first, last)| first <= last)
    }

    /// The days of the violations that happened.
    pub(crate) fn violations(&self, zone: &Zone, now: Instant) -> Vec<Day> {
        let happened = self.violations.iter().filter(|at| **at < now);
        happened.map(|at| zone.day(*at)).collect()
    }

    /// Orders by day; `None`: nothing is known of orders.
    pub(crate) fn orders(&self, zone: &Zone, now: Instant) -> Option<BTreeMap<Day, u64>> {
        let mut orders = self.orders.clone();
        for at in self.orders_ahead.iter().filter(|at| **at < now) {
            *orders.entry(zone.day(*at)).or_default() += 1;
        }
        (!orders.is_empty()).then_some(orders)
    }

    /// What its `observed` facts say, in no order; each figure as it was told first.
    pub(crate) fn panel(&self) -> impl Iterator<Item = &PanelFigure> {
        self.panel.values().map(|(_, figure)| figure)
    }

    /// The accounts of which it is known whether they are at work.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (Account, Presence, Instant)> {
        self.presence.iter().map(|(account, ((at, _), presence))| (*account, *presence, *at))
    }

    /// How many conversations each account holds; `None`: the source does not tell when they end.
    pub(crate) fn held(&self, now: Instant) -> Option<BTreeMap<Account, u32>> {
        let mut counts = BTreeMap::new();
        let open = self.held.values().filter(|((at, _), _)| now - *at < FORGOTTEN);
        for account in open.filter_map(|(_, holder)| *holder) {
            *counts.entry(account).or_default() += 1;
        }
        self.tells_ends.then_some(counts)
    }
}

/// What is known of all shops.
#[derive(Clone, Debug, Default)]
pub(crate) struct Happenings {
    shops: HashMap<ShopId, OfShop>,
    /// When conversations that are over are forgotten next.
    forgets_at: Option<Instant>,
}

/// What is kept of a shop, with names in the place of accounts' numbers.
#[derive(Serialize, Deserialize)]
struct Kept {
    days: Vec<i32>,
    has_messages: bool,
    violations: Vec<i64>,
    orders: Vec<(i32, u64)>,
    orders_ahead: Vec<i64>,
    panel: Vec<KeptFigure>,
    /// Account, when and by which fact it was told, the word.
    presence: Vec<(String, i64, u64, String)>,
    /// Thread, when and by which fact it was told, who holds it.
    held: Vec<(u32, i64, u64, Option<String>)>,
    tells_ends: bool,
}

/// What is kept of a figure read off a panel.
#[derive(Serialize, Deserialize)]
struct KeptFigure {
    /// By which fact it was told.
    number: u64,
    metric: String,
    days: (i32, i32),
    /// As the panel prints it.
    value: String,
    samples: Option<u64>,
    seen_at: Option<i64>,
}

impl KeptFigure {
    fn of((number, figure): &(u64, PanelFigure)) -> Self {
        Self {
            number: *number,
            metric: figure.metric.clone(),
            days: (figure.days.0.0, figure.days.1.0),
            value: figure.value.to_string(),
            samples: figure.samples,
            seen_at: figure.seen_at.map(|at| at.0),
        }
    }

    /// `None`: the value is none.
    fn figure(&self) -> Option<(u64, PanelFigure)> {
        let days = (Day(self.days.0), Day(self.days.1));
        let known = (self.samples, self.seen_at.map(Instant));
        Some((self.number, PanelFigure::new(&self.metric, days, &self.value, known)?))
    }
}

pub(crate) fn look(figure: &PanelFigure) -> Look {
    (figure.metric.clone(), figure.days, figure.seen_at)
}

impl OfShop {
    fn kept(&self, names: &Names) -> Kept {
        let name = |account: Account| names.account(account).to_owned();
        let presence = self.presence.iter().map(|(account, ((at, number), presence))| {
            (name(*account), at.0, *number, presence.word().to_owned())
        });
        let mut held: Vec<_> = self.held.iter().collect();
        held.sort_unstable_by_key(|(thread, _)| **thread);
        let held = held
            .into_iter()
            .map(|(thread, ((at, number), holder))| (*thread, at.0, *number, holder.map(name)));
        Kept {
            days: self.days.iter().map(|day| day.0).collect(),
            has_messages: self.has_messages,
            violations: self.violations.iter().map(|at| at.0).collect(),
            orders: self.orders.iter().map(|(day, n)| (day.0, *n)).collect(),
            orders_ahead: self.orders_ahead.iter().map(|at| at.0).collect(),
            panel: self.panel.values().map(KeptFigure::of).collect(),
            presence: presence.collect(),
            held: held.collect(),
            tells_ends: self.tells_ends,
        }
    }

    /// `None`: a name or a word is none.
    fn of_kept(kept: Kept, names: &mut Names) -> Option<Self> {
        let mut account = |name: &str| match name {
            "" => Some(Account::SHOP),
            name => names.number_account(name).ok(),
        };
        let presence = kept.presence.into_iter().map(|(name, at, number, word)| {
            Some((account(&name)?, ((Instant(at), number), Presence::from_word(&word)?)))
        });
        let presence = presence.collect::<Option<_>>()?;
        let held = kept.held.into_iter().map(|(thread, at, number, holder)| {
            let holder = match holder {
                Some(name) => Some(account(&name)?),
                None => None,
            };
            Some((thread, ((Instant(at), number), holder)))
        });
        let panel = kept.panel.iter().map(|one| {
            let figure = one.figure()?;
            Some((look(&figure.1), figure))
        });
        Some(Self {
            days: kept.days.into_iter().map(Day).collect(),
            current: None,
            has_messages: kept.has_messages,
            violations: kept.violations.into_iter().map(Instant).collect(),
            orders: kept.orders.into_iter().map(|(day, n)| (Day(day), n)).collect(),
            orders_ahead: kept.orders_ahead.into_iter().map(Instant).collect(),
            panel: panel.collect::<Option<_>>()?,
            presence,
            held: held.collect::<Option<_>>()?,
            tells_ends: kept.tells_ends,
        })
    }
}

impl Happenings {
    /// What is known of a shop, for the store. `None`: nothing is.
    pub(crate) fn kept(&self, shop: ShopId, names: &Names) -> Option<Vec<u8>> {
        // Made of texts and numbers, it always becomes JSON.
        self.shops.get(&shop).and_then(|one| serde_json::to_vec(&one.kept(names)).ok())
    }

    /// Takes what was kept of a shop. `None`: it is not as this program writes it.
    pub(crate) fn put(&mut self, shop: ShopId, kept: &[u8], names: &mut Names) -> Option<()> {
        let kept: Kept = serde_json::from_slice(kept).ok()?;
        self.shops.insert(shop, OfShop::of_kept(kept, names)?);
        Some(())
    }

    pub(crate) fn of(&self, shop: ShopId) -> Option<&OfShop> {
        self.shops.get(&shop)
    }

    /// Learns a fact of a shop; `thread`: that of its buyer, absent: it is the shop's own.
    pub(crate) fn learn(
        &mut self,
        (shop, thread): (ShopId, Option<u32>),
        (fact, number): (&Fact, u64),
        (zone, now): (&Zone, Instant),
    ) {
        let one = self.shops.entry(shop).or_default();
        let at = fact.at;
        if one.current.as_ref().is_none_or(|day| !day.contains(&at.0)) {
            let day = zone.day(at);
            one.days.insert(day);
            one.current = Some(zone.start_of(day).0..zone.start_of(day.plus(1)).0);
        }
        one.has_messages |= thread.is_some();
        match fact.kind {
            FactKind::Violation => one.violations.push(at),
            FactKind::Ordered if at < now => {
                *one.orders.entry(zone.day(at)).or_default() += 1;
            }
            FactKind::Ordered => one.orders_ahead.push(at),
            kind => {
                if let Some(presence) = Presence::of(kind) {
                    let newest =
                        one.presence.entry(fact.account).or_insert(((at, number), presence));
                    if newest.0 <= (at, number) {
                        *newest = ((at, number), presence);
                    }
                }
            }
        }
        let Some((thread, holder)) = thread.zip(holder(fact)) else { return };
        one.tells_ends |= fact.kind == FactKind::Closed;
        let place = (at, number);
        let newest = one.held.entry(thread).or_insert((place, holder));
        if newest.0 <= place {
            *newest = (place, holder);
        }
    }

    /// Learns a figure that a fact of a shop says its panel shows. Of two that contradict each
    /// other the one that came first stands, as in a log.
    pub(crate) fn learn_panel(&mut self, shop: ShopId, figure: PanelFigure, number: u64) {
        let known = &mut self.shops.entry(shop).or_default().panel;
        match known.entry(look(&figure)) {
            Entry::Vacant(place) => {
                place.insert((number, figure));
            }
            Entry::Occupied(mut first) if number < first.get().0 => {
                first.insert((number, figure));
            }
            Entry::Occupied(_) => {}
        }
    }

    /// Forgets conversations that are over, once an hour.
    pub(crate) fn forget(&mut self, now: Instant) {
        if self.forgets_at.is_some_and(|at| now < at) {
            return;
        }
        self.forgets_at = Some(now + Span::seconds(3_600));
        for one in self.shops.values_mut() {
            one.held.retain(|_, ((at, _), _)| now - *at < FORGOTTEN);
        }
    }
}

/// Who holds a conversation by a fact; `None`: the fact says nothing of it.
fn holder(fact: &Fact) -> Option<Option<Account>> {
    let known = Some(fact.account).filter(|account| account.is_known());
    match fact.kind {
        FactKind::Assigned | FactKind::Transferred => known.map(Some),
        FactKind::Message if matches!(fact.author, Author::Agent | Author::Assist) => {
            known.map(Some)
        }
        FactKind::Closed => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_shop_says_the_same_to_whoever_numbers_accounts_otherwise() {
        let zone = Zone::fixed(8 * 3_600_000);
        let mut names = Names::default();
        let lin = names.number_account("lin").unwrap();
        let of = |kind, at, account| {
            let at = Instant(at);
            Fact { kind, account, ..Fact::message(at, Author::System) }
        };
        let mut happenings = Happenings::default();
        let facts = [
            of(FactKind::Ordered, 1_000, Account::SHOP),
            of(FactKind::Ordered, 90_000, Account::SHOP),
            of(FactKind::Violation, 2_000, Account::SHOP),
            of(FactKind::Busy, 3_000, lin),
            of(FactKind::Assigned, 4_000, lin),
            of(FactKind::Closed, 5_000, lin),
        ];
        let shop = ShopId(0);
        for (number, fact) in (1u64..).zip(&facts) {
            let thread = (fact.kind != FactKind::Busy).then_some(7 + (number % 2) as u32);
            happenings.learn((shop, thread), (fact, number), (&zone, Instant(50_000)));
        }
        let day = Day(20_000);
        let of = |value| PanelFigure::new("a/b", (day, day), value, (Some(20), Some(Instant(1))));
        happenings.learn_panel(shop, of("18/20").unwrap(), 9);
        happenings.learn_panel(shop, of("95%").unwrap(), 8);
        happenings.learn_panel(shop, of("85%").unwrap(), 10);
        let kept = happenings.kept(shop, &names).unwrap();
        let mut others = Names::default();
        others.number_account("chen").unwrap();
        let mut again = Happenings::default();
        again.put(ShopId(3), &kept, &mut others).unwrap();
        assert_eq!(again.kept(ShopId(3), &others).unwrap(), kept);
        let (one, now) = (again.of(ShopId(3)).unwrap(), Instant(100_000));
        assert_eq!(one.orders(&zone, now).unwrap().values().sum::<u64>(), 2);
        assert_eq!(one.violations(&zone, now).len(), 1);
        assert!(one.panel().eq([&of("95%").unwrap()]), "the first word of a figure stands");
        let lin = others.number_account("lin").unwrap();
        assert_eq!(one.accounts().collect::<Vec<_>>(), [(lin, Presence::Busy, Instant(3_000))]);
        assert_eq!(one.held(now), Some(BTreeMap::from([(lin, 1)])));
        assert!(Happenings::default().put(shop, b"[]", &mut others).is_none());
    }
}
