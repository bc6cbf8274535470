//! From consults to an ordered stream of exactly as many facts as were asked for.

use facts::FactKind;

use super::GenerateError;
use super::consult::{Row, Start, blank};
use super::dice::{Dice, key};
use super::settings::{Order, Settings};
use super::world::{DAY, World};

/// How many new facts are made before those that are settled are sorted and written.
const BLOCK: usize = 1 << 18;

/// About how many facts a consult has; only the sizes of shops rest on it.
const FACTS_PER_CONSULT: u64 = 13;

/// The stream of facts. Beyond the facts of one block it holds those that open consults still
/// bring, orders' later facts, and 24 bytes for every consult of the day.
pub(super) struct Flow<'a> {
    settings: &'a Settings,
    world: World,
    /// Facts made so far, those still held included.
    made: u64,
    /// Facts of a thousand consults.
    per_thousand: u64,
    /// Facts of the day that are not written yet.
    pending: Vec<Row>,
    /// Facts of later days.
    later: Vec<Row>,
    /// Scratch: the facts of one consult.
    consult: Vec<Row>,
    /// The first instant after the log.
    end: i64,
}

/// The consults of one day, in the order in which they are played.
struct Plan {
    starts: Vec<Start>,
    /// Coming and going of accounts.
    shifts: Vec<Row>,
}

impl<'a> Flow<'a> {
    /// A stream that has not begun.
    pub(super) fn new(settings: &'a Settings) -> Self {
        let world = World::new(settings, settings.rows / FACTS_PER_CONSULT);
        let mut rows = Vec::new();
        let mut facts = 0;
        for consult in 0..1_000 {
            rows.clear();
            Start::of(&world, 0, consult).play(&world, 0, &mut rows);
            facts += rows.len() as u64;
        }
        Self {
            settings,
            end: world.midnight(settings.days),
            world,
            made: 0,
            per_thousand: facts,
            pending: Vec::new(),
            later: Vec::new(),
            consult: Vec::new(),
        }
    }

    /// Makes all facts and hands them over, block by block, in order.
    ///
    /// # Errors
    ///
    /// What `write` returns, at once.
    pub(super) fn run(
        mut self,
        mut write: impl FnMut(&World, &[Row]) -> Result<(), GenerateError>,
    ) -> Result<(), GenerateError> {
        let weights: Vec<u64> = (0..self.settings.days).map(|day| self.world.bustle(day)).collect();
        let total: u64 = weights.iter().sum();
        let mut until = 0;
        for (day, weight) in (0..self.settings.days).zip(weights) {
            until += weight;
            let target = u128::from(self.settings.rows) * u128::from(until) / u128::from(total);
            let plan = self.plan(day, target as u64);
            self.play(day, plan, &mut write)?;
        }
        Ok(())
    }

    /// Which consults a day has, so that about `target` facts are made by its end; on the last day,
    /// exactly as many as were asked for.
    fn plan(&self, day: u16, target: u64) -> Plan {
        let left = self.settings.rows.saturating_sub(self.made);
        let wanted = target.saturating_sub(self.made);
        let last = day + 1 == self.settings.days;
        // Far from the end a day's number of consults is estimated; the next day makes up for it.
        let exact = last || left < 2 * wanted + 100_000;
        let estimate = wanted * 1_000 / self.per_thousand;
        let mut seen = vec![false; self.world.shops.len()];
        let mut plan = Plan { starts: Vec::new(), shifts: Vec::new() };
        let mut rows = Vec::new();
        let mut facts = 0;
        for consult in 0.. {
            let enough = if exact { facts >= wanted } else { u64::from(consult) >= estimate };
            if enough || facts >= left {
                break;
            }
            let mut start = Start::of(&self.world, day, consult);
            if !std::mem::replace(&mut seen[start.shop as usize], true) {
                let before = plan.shifts.len();
                self.shifts(start.shop, day, &mut plan.shifts);
                plan.shifts.truncate((before as u64 + (left - facts)) as usize);
                facts += (plan.shifts.len() - before) as u64;
            }
            if exact {
                rows.clear();
                start.play(&self.world, day, &mut rows);
                start.keep = self.keep(&rows, left - facts);
                let kept = &rows[..rows.len().min(usize::from(start.keep))];
                facts += kept.iter().filter(|row| row.at < self.end).count() as u64;
            }
            plan.starts.push(start);
        }
        match self.settings.order {
            Order::Time => plan.starts.sort_unstable_by_key(|s| (s.at, s.consult)),
            Order::Clustered => {
                plan.starts.sort_unstable_by_key(|s| (s.shop, s.buyer, s.at, s.consult));
            }
        }
        plan
    }

    /// How many facts of a consult are kept, so that at most `room` lie before the end.
    fn keep(&self, rows: &[Row], room: u64) -> u16 {
        let mut inside = 0;
        for (n, row) in rows.iter().enumerate() {
            inside += u64::from(row.at < self.end);
            if inside > room {
                return n as u16;
            }
        }
        u16::MAX
    }

    /// The coming and going of a shop's accounts on a day.
    fn shifts(&self, shop: u32, day: u16, rows: &mut Vec<Row>) {
        let midnight = self.world.midnight(day);
        for account in 0..self.world.shops[shop as usize].staff {
            let Some(shift) = self.world.shift(shop, account, day) else { continue };
            let seed = key(self.world.seed(), 0xb5, u64::from(day));
            let mut dice = Dice::new(seed, shop.into(), account.into());
            let rest = if dice.chance(7_000) { FactKind::Away } else { FactKind::Busy };
            let facts = [
                (shift.on, FactKind::Online),
                (shift.pause, rest),
                (shift.back, FactKind::Online),
                (shift.off, FactKind::Offline),
            ];
            for (time, kind) in facts {
                let at = midnight + time;
                if at < self.end {
                    let account = account + 1;
                    rows.push(Row { at, kind, account, ..blank(shop, day) });
                }
            }
        }
    }

    /// Plays a day's consults and writes every fact of the day.
    fn play(
        &mut self,
        day: u16,
        plan: Plan,
        write: &mut impl FnMut(&World, &[Row]) -> Result<(), GenerateError>,
    ) -> Result<(), GenerateError> {
        let midnight = self.world.midnight(day) + DAY;
        self.made += plan.shifts.len() as u64;
        let held = std::mem::take(&mut self.later);
        held.into_iter().chain(plan.shifts).for_each(|row| self.hold(row, midnight));
        let mut starts = plan.starts.iter().peekable();
        loop {
            let mut fresh = 0;
            // At least as many new facts as are held back: each is looked at twice on average.
            while fresh < BLOCK.max(self.pending.len() / 2)
                && let Some(start) = starts.next()
            {
                fresh += self.play_one(start, day, midnight);
            }
            let next = starts.peek().map(|start| match self.settings.order {
                Order::Time => (0, start.at),
                Order::Clustered => (thread(start.shop, start.buyer), i64::MIN),
            });
            let ready = self.settle(next);
            write(&self.world, &ready)?;
            if next.is_none() {
                return Ok(());
            }
        }
    }

    /// Plays one consult; how many facts it brought.
    fn play_one(&mut self, start: &Start, day: u16, midnight: i64) -> usize {
        let mut rows = std::mem::take(&mut self.consult);
        rows.clear();
        start.play(&self.world, day, &mut rows);
        rows.truncate(start.keep.into());
        rows.retain(|row| row.at < self.end);
        self.made += rows.len() as u64;
        rows.iter().for_each(|row| self.hold(*row, midnight));
        let n = rows.len();
        self.consult = rows;
        n
    }

    fn hold(&mut self, row: Row, midnight: i64) {
        let rows = if row.at < midnight { &mut self.pending } else { &mut self.later };
        rows.push(row);
    }

    /// Takes out the facts that nothing to come can precede, in order.
    fn settle(&mut self, next: Option<(u64, i64)>) -> Vec<Row> {
        let order = self.settings.order;
        let place = |row: &Row| match order {
            Order::Time => (0, row.at),
            Order::Clustered => (thread(row.shop, row.buyer), row.at),
        };
        let mut ready: Vec<(u64, i64, u32)> = Vec::new();
        let mut kept = Vec::new();
        for (n, row) in self.pending.iter().enumerate() {
            let (thread, at) = place(row);
            if next.is_none_or(|next| (thread, at) < next) {
                ready.push((thread, at, n as u32));
            } else {
                kept.push(*row);
            }
        }
        ready.sort_unstable();
        let rows = ready.iter().map(|(_, _, n)| self.pending[*n as usize]).collect();
        self.pending = kept;
        rows
    }
}

/// Threads by shop, then buyer; a shop's facts without a buyer come first.
fn thread(shop: u32, buyer: u32) -> u64 {
    u64::from(shop) << 32 | u64::from(buyer)
}
