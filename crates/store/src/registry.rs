//! What is known of shops beyond their chats: the registry, and rules that are their own.

use facts::{Closure, Day, Enrolment, Instant, OwnAccount, ShopEntry};

use crate::audit::{Entry, next_number, note};
use crate::error::{Error, Result};
use crate::scope::{Grant, Scope};
use crate::sql::{Connection, all, args, first};
use crate::store::Store;

/// A person and the accounts that they hold, in one shop or in many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The person's id or name.
    pub id: String,
    /// Their accounts, each from a day to a day.
    pub holdings: Vec<Holding>,
}

/// An account that a person holds for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The platform of the shop.
    pub platform: String,
    /// The shop.
    pub shop: String,
    /// The account.
    pub account: String,
    /// The first day; absent: always.
    pub from: Option<Day>,
    /// The first day after the last; absent: until further notice.
    pub until: Option<Day>,
}

/// Whose rules are changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// One shop's.
    Shop {
        /// The platform's word.
        platform: String,
        /// The shop.
        shop: String,
    },
    /// Those of every shop of a group.
    Group(String),
}

impl Target {
    /// Word, platform and name, as stored.
    fn stored(&self) -> [&str; 3] {
        match self {
            Self::Shop { platform, shop } => ["shop", platform, shop],
            Self::Group(name) => ["group", "", name],
        }
    }

    fn of_stored(word: &str, platform: String, name: String) -> Self {
        if word == "shop" { Self::Shop { platform, shop: name } } else { Self::Group(name) }
    }

    fn needs(&self, scope: &Scope, grant: Grant) -> Result<()> {
        match self {
            Self::Shop { platform, shop } => scope.needs_shop(grant, platform, shop),
            // A group may have shops that are out of reach.
            Self::Group(_) => scope.needs_everything(grant),
        }
    }
}

/// A version of a rule that is a shop's or a group's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Its number; later versions have greater ones.
    pub number: i64,
    /// Whose.
    pub target: Target,
    /// The metric whose rule it is.
    pub metric: String,
    /// The rule as TOML; absent: withdrawn with this version.
    pub text: Option<String>,
    /// Since when.
    pub at: Instant,
    /// By whom: `engine`, `user 3`.
    pub who: String,
}

/// One dated fact of a shop as a row.
struct ShopFact {
    what: &'static str,
    name: String,
    value: String,
    from: Option<i64>,
    until: Option<i64>,
}

fn shop_facts(entry: &ShopEntry) -> Vec<ShopFact> {
    let fact = |what, name: &str, value: String| ShopFact {
        what,
        name: name.to_owned(),
        value,
        from: None,
        until: None,
    };
    let mut facts = Vec::new();
    facts.extend(entry.groups.iter().map(|group| fact("group", group, String::new())));
    facts.extend(entry.levels.iter().map(|(day, level)| ShopFact {
        from: Some(day.0.into()),
        ..fact("level", "", level.to_string())
    }));
    let enrolled = |enrolment: &Enrolment| if enrolment.enrolled { "yes" } else { "no" }.to_owned();
    facts.extend(entry.enrolments.iter().map(|e| fact("enrolment", &e.period, enrolled(e))));
    facts.extend(entry.closures.iter().map(|closure| ShopFact {
        from: Some(closure.from.0),
        until: Some(closure.until.0),
        ..fact("closure", "", String::new())
    }));
    facts.extend(entry.own_accounts.iter().map(|own| fact("own", &own.buyer, String::new())));
    let grades = entry.account_grades.iter();
    facts.extend(grades.map(|(account, grade)| fact("grade", account, grade.clone())));
    let capacities = entry.account_capacities.iter();
    facts.extend(capacities.map(|(account, n)| fact("capacity", account, n.to_string())));
    facts
}

fn add_fact(
    entry: &mut ShopEntry,
    what: &str,
    (name, value): (String, String),
    (from, until): (Option<i64>, Option<i64>),
) -> Result<()> {
    let damaged = Error::Damaged { what: "a fact about a shop" };
    match what {
        "group" => entry.groups.push(name),
        "level" => {
            let day = from.and_then(|day| i32::try_from(day).ok()).ok_or(damaged.clone())?;
            entry.levels.push((Day(day), value.parse().map_err(|_| damaged)?));
        }
        "enrolment" => {
            entry.enrolments.push(Enrolment { period: name, enrolled: value == "yes" });
        }
        "closure" => {
            let (Some(from), Some(until)) = (from, until) else { return Err(damaged) };
            let closure = Closure { from: Instant(from), until: Instant(until) };
            entry.closures.push(closure);
        }
        "own" => entry.own_accounts.push(OwnAccount { buyer: name }),
        "grade" => entry.account_grades.push((name, value)),
        "capacity" => {
            let n = value.parse().map_err(|_| damaged)?;
            entry.account_capacities.push((name, n));
        }
        _ => return Err(damaged),
    }
    Ok(())
}

/// A shop's entry in the words of the audit log.
fn told(entry: &ShopEntry) -> String {
    let mut told = format!("{} / {} / {}", entry.name, entry.client, entry.industry);
    // An own account is a buyer id: only how many there are.
    let n_own = entry.own_accounts.len();
    for fact in shop_facts(entry).iter().filter(|fact| fact.what != "own") {
        let days = [fact.from, fact.until].into_iter().flatten().map(|n| n.to_string());
        let days = days.collect::<Vec<_>>().join("..");
        let words = [fact.what, &fact.name, &fact.value, &days].map(str::trim);
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        told = format!("{told}; {}", words.join(" "));
    }
    if n_own > 0 { format!("{told}; {n_own} own accounts") } else { told }
}

impl Store {
    /// Puts a shop's entry in the place of the one it had. The same again changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the shop is out of reach, [`Error::Unfit`] when it has no id.
    pub fn put_shop(&self, scope: &Scope, at: Instant, entry: ShopEntry) -> Result<()> {
        scope.needs_shop(Grant::Settings, &entry.platform, &entry.shop)?;
        let is_id = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        if !is_id(&entry.platform) || !is_id(&entry.shop) {
            return Err(Error::Unfit { what: "shop", expected: "a platform and a shop id" });
        }
        let who = scope.who();
        self.change(move |connection| {
            let (platform, shop) = (entry.platform.as_str(), entry.shop.as_str());
            let before = shops(connection, Some((platform, shop)))?;
            if before.first() == Some(&entry) {
                return Ok(());
            }
            connection.run(
                "INSERT INTO shops (platform, shop, name, client, industry)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (platform, shop) DO UPDATE SET name = EXCLUDED.name,
                 client = EXCLUDED.client, industry = EXCLUDED.industry",
                args![
                    platform,
                    shop,
                    entry.name.clone(),
                    entry.client.clone(),
                    entry.industry.clone(),
                ],
            )?;
            let old = "DELETE FROM shop_facts WHERE platform = $1 AND shop = $2";
            connection.run(old, args![platform, shop])?;
            for (position, fact) in (0..).zip(shop_facts(&entry)) {
                let ShopFact { what, name, value, from, until } = fact;
                connection.run(
                    "INSERT INTO shop_facts
                     (platform, shop, what, position, name, value, from_at, until_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    args![platform, shop, what, position as i64, name, value, from, until],
                )?;
            }
            let was = before.first().map(told);
            let becomes = told(&entry);
            let line = Entry::new("shop", shop).of_shop(platform, shop);
            note(connection, at, who, &line.change(was.as_deref(), Some(&becomes)))
        })
    }

    /// The shops in reach that have an entry.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not read.
    pub fn shops(&self, scope: &Scope) -> Result<Vec<ShopEntry>> {
        scope.needs(Grant::Read)?;
        let mut found = self.read(|connection| shops(connection, None))?;
        found.retain(|entry| scope.reach().has(&entry.platform, &entry.shop));
        Ok(found)
    }

    /// The entry of one shop.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the shop is out of reach, [`Error::Absent`] when it has none.
    pub fn shop(&self, scope: &Scope, platform: &str, shop: &str) -> Result<ShopEntry> {
        scope.needs_shop(Grant::Read, platform, shop)?;
        let found = self.read(|connection| shops(connection, Some((platform, shop))))?;
        found.into_iter().next().ok_or(Error::Absent { what: "shop" })
    }

    /// Takes a shop's entry away. Its facts stay.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`], [`Error::Absent`] when there is none.
    pub fn remove_shop(
        &self,
        scope: &Scope,
        at: Instant,
        platform: &str,
        shop: &str,
    ) -> Result<()> {
        scope.needs_shop(Grant::Settings, platform, shop)?;
        let (who, platform, shop) = (scope.who(), platform.to_owned(), shop.to_owned());
        self.change(move |connection| {
            let before = shops(connection, Some((&platform, &shop)))?;
            let before = before.first().ok_or(Error::Absent { what: "shop" })?;
            for table in ["shops", "shop_facts"] {
                let old = format!("DELETE FROM {table} WHERE platform = $1 AND shop = $2");
                connection.run(&old, args![platform.as_str(), shop.as_str()])?;
            }
            let line = Entry::new("shop", &shop).of_shop(&platform, &shop);
            note(connection, at, who, &line.change(Some(&told(before)), None))
        })
    }

    /// Puts a person's accounts in the place of those they had; with none, the person leaves. The
    /// same again changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when an account is, or was, in a shop out of reach.
    pub fn put_person(&self, scope: &Scope, at: Instant, person: Person) -> Result<()> {
        scope.needs(Grant::Settings)?;
        if person.id.is_empty() {
            return Err(Error::Unfit { what: "person", expected: "an id" });
        }
        let (who, reach) = (scope.who(), scope.reach().clone());
        self.change(move |connection| {
            let before = holdings(connection, Some(&person.id))?;
            let before: Vec<Holding> = before.into_iter().map(|(_, holding)| holding).collect();
            let in_reach = |holding: &Holding| reach.has(&holding.platform, &holding.shop);
            if !before.iter().chain(&person.holdings).all(in_reach) {
                return Err(Error::Denied);
            }
            if before == person.holdings {
                return Ok(());
            }
            let id = person.id.as_str();
            connection.run("DELETE FROM holdings WHERE person = $1", args![id])?;
            connection.run("DELETE FROM persons WHERE id = $1", args![id])?;
            if !person.holdings.is_empty() {
                connection.run("INSERT INTO persons (id) VALUES ($1)", args![id])?;
            }
            for (position, holding) in (0i64..).zip(&person.holdings) {
                connection.run(
                    "INSERT INTO holdings
                     (person, position, platform, shop, account, from_day, until_day)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    args![
                        id,
                        position,
                        holding.platform.as_str(),
                        holding.shop.as_str(),
                        holding.account.as_str(),
                        holding.from.map(|day| i64::from(day.0)),
                        holding.until.map(|day| i64::from(day.0)),
                    ],
                )?;
            }
            let (was, becomes) = (held(&before), held(&person.holdings));
            let line = Entry::new("person", id).change(was.as_deref(), becomes.as_deref());
            note(connection, at, who, &line)
        })
    }

    /// Persons with their accounts in shops in reach; persons with none there are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not read.
    pub fn persons(&self, scope: &Scope) -> Result<Vec<Person>> {
        scope.needs(Grant::Read)?;
        let found = self.read(|connection| holdings(connection, None))?;
        Ok(persons_in_reach(scope, found))
    }

    /// A person with their accounts in shops in reach.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not read, [`Error::Absent`] when there is no such
    /// person, or none with an account there.
    pub fn person(&self, scope: &Scope, id: &str) -> Result<Person> {
        scope.needs(Grant::Read)?;
        // An empty id asks for all of them.
        let found = match id {
            "" => Vec::new(),
            id => self.read(|connection| holdings(connection, Some(id)))?,
        };
        let person = persons_in_reach(scope, found).into_iter().next();
        person.ok_or(Error::Absent { what: "person" })
    }

    /// Adds a version of a rule that is a shop's or a group's own; without text, it is withdrawn.
    /// Earlier versions stay. Returns the number of the version that stands: what stands already,
    /// or is withdrawn already, is no new one. `None`: there was none to withdraw.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the shop is out of reach; a group is for callers who reach all.
    /// [`Error::Unfit`] when the metric is none.
    pub fn put_override(
        &self,
        scope: &Scope,
        at: Instant,
        (target, metric): (Target, &str),
        text: Option<String>,
    ) -> Result<Option<i64>> {
        target.needs(scope, Grant::Settings)?;
        if metric.is_empty() {
            let expected = "a metric's id such as `taobao/human-reply-3m`";
            return Err(Error::Unfit { what: "metric", expected });
        }
        let (who, metric) = (scope.who(), metric.to_owned());
        self.change(move |connection| {
            let [word, platform, name] = target.stored();
            let newest = "SELECT number, text FROM overrides
                          WHERE target = $1 AND platform = $2 AND name = $3 AND metric = $4
                          ORDER BY number DESC LIMIT 1";
            let values = args![word, platform, name, metric.clone()];
            let newest =
                first(connection, newest, values, |row| Ok((row.int()?, row.maybe_text()?)))?;
            let (newest, before) = newest.map_or((None, None), |(n, text)| (Some(n), text));
            if before == text {
                return Ok(newest);
            }
            let number = next_number(connection, "SELECT MAX(number) FROM overrides")?;
            connection.run(
                "INSERT INTO overrides (number, target, platform, name, text, at, by_whom, metric)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                args![
                    number,
                    word,
                    platform,
                    name,
                    text.clone(),
                    at.0,
                    who.to_string(),
                    metric.clone(),
                ],
            )?;
            let subject = match word {
                "shop" => metric,
                _ => format!("{metric} of group {name}"),
            };
            let mut line = Entry::new("override", &subject);
            if word == "shop" {
                line = line.of_shop(platform, name);
            }
            note(connection, at, who, &line.change(before.as_deref(), text.as_deref()))?;
            Ok(Some(number))
        })
    }

    /// All versions of all overrides in reach, oldest first; groups are for callers who reach all.
    ///
    /// # Errors
    ///
    /// [`Error::Denied`] when the caller may not read.
    pub fn overrides(&self, scope: &Scope) -> Result<Vec<Override>> {
        scope.needs(Grant::Read)?;
        let mut found = self.read(|connection| {
            let every = "SELECT number, target, platform, name, metric, text, at, by_whom
                         FROM overrides ORDER BY number";
            all(connection, every, &[], |row| {
                let number = row.int()?;
                let target = Target::of_stored(&row.text()?, row.text()?, row.text()?);
                let (metric, text) = (row.text()?, row.maybe_text()?);
                let (at, who) = (Instant(row.int()?), row.text()?);
                Ok(Override { number, target, metric, text, at, who })
            })
        })?;
        found.retain(|version| version.target.needs(scope, Grant::Read).is_ok());
        Ok(found)
    }
}

/// Persons of rows in their order, with what is in reach alone.
fn persons_in_reach(scope: &Scope, rows: Vec<(String, Holding)>) -> Vec<Person> {
    let mut persons: Vec<Person> = Vec::new();
    for (id, holding) in rows {
        if !scope.reach().has(&holding.platform, &holding.shop) {
            continue;
        }
        match persons.last_mut() {
            Some(person) if person.id == id => person.holdings.push(holding),
            _ => persons.push(Person { id, holdings: vec![holding] }),
        }
    }
    persons
}

fn held(holdings: &[Holding]) -> Option<String> {
    let told = holdings.iter().map(|holding| {
        let day = |day: Option<Day>| day.map_or(String::new(), |day| day.to_string());
        let (from, until) = (day(holding.from), day(holding.until));
        format!("{} {} {} {from}..{until}", holding.platform, holding.shop, holding.account)
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn holdings(connection: &mut dyn Connection, id: Option<&str>) -> Result<Vec<(String, Holding)>> {
    let every = "SELECT person, platform, shop, account, from_day, until_day FROM holdings
                 WHERE $1 = '' OR person = $1 ORDER BY person, position";
    let day = |day: Option<i64>| day.map(|day| Day(day as i32));
    all(connection, every, args![id.unwrap_or("")], |row| {
        let (person, platform, shop) = (row.text()?, row.text()?, row.text()?);
        let (account, from, until) = (row.text()?, day(row.maybe_int()?), day(row.maybe_int()?));
        Ok((person, Holding { platform, shop, account, from, until }))
    })
}

pub(crate) fn shops(
    connection: &mut dyn Connection,
    one: Option<(&str, &str)>,
) -> Result<Vec<ShopEntry>> {
    let (platform, shop) = one.unwrap_or(("", ""));
    let every = "SELECT platform, shop, name, client, industry FROM shops
                 WHERE $1 = '' OR (platform = $1 AND shop = $2) ORDER BY platform, shop";
    let mut entries = all(connection, every, args![platform, shop], |row| {
        Ok(ShopEntry {
            platform: row.text()?,
            shop: row.text()?,
            name: row.text()?,
            client: row.text()?,
            industry: row.text()?,
            ..ShopEntry::default()
        })
    })?;
    let every = "SELECT platform, shop, what, name, value, from_at, until_at FROM shop_facts
                 WHERE $1 = '' OR (platform = $1 AND shop = $2)
                 ORDER BY platform, shop, position";
    connection.each(every, args![platform, shop], &mut |mut row| {
        let key = (row.text()?, row.text()?);
        let (what, name, value) = (row.text()?, row.text()?, row.text()?);
        let dates = (row.maybe_int()?, row.maybe_int()?);
        let same = |entry: &&mut ShopEntry| entry.platform == key.0 && entry.shop == key.1;
        match entries.iter_mut().find(same) {
            Some(entry) => add_fact(entry, &what, (name, value), dates),
            None => Ok(()),
        }
    })?;
    Ok(entries)
}
