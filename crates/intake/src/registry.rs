//! Registry files: dated facts about shops and people, in TOML.
//!
//! ```toml
//! [[shop]]
//! platform       = "taobao"
//! shop           = "s1"
//! name           = "旗舰店"
//! client         = "ACME"
//! groups         = ["north"]
//! level          = [{ from = 2026-01-01, level = 3 }]      # or one number, since ever
//! industry       = "apparel"
//! enrolled       = { "cny-2026" = false }
//! closed         = [{ from = 2026-02-16T00:00:00+08:00, until = 2026-02-18T00:00:00+08:00 }]
//! own_accounts   = ["b9"]
//! account_grades = { a1 = "senior" }
//! account_capacities = { a1 = 8 }                          # conversations at a time
//!
//! [[person]]
//! id       = "Wang"
//! accounts = [{ platform = "taobao", shop = "s1", account = "a1" }]
//! ```

mod diagnostic;

use std::collections::HashMap;
use std::ops::Range;

use facts::{Closure, Day, Enrolment, Instant, OwnAccount, Person, Registry, ShopEntry};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::{Datetime, Offset};

pub use diagnostic::{Diagnostic, Diagnostics, Expected, Problem};

use crate::encoding;
use crate::instant::in_range;
use crate::lang::closest;

/// Reads a registry file; `name` is the file's name in messages.
///
/// # Errors
///
/// [`Diagnostics`] with everything that is wrong with the file. Unknown keys are errors.
///
/// # Example
///
/// ```
/// use intake::registry;
/// let text = "[[shop]]\nplatform = 'taobao'\nshop = 's1'\nlevel = 3\n";
/// let registry = registry::parse(text.as_bytes(), "shops.toml")?;
/// assert_eq!(registry.shop("taobao", "s1").map(|shop| shop.levels[0].1), Some(3));
/// let wrong = registry::parse(b"[[shop]]\nplatfrom = 'taobao'\n", "shops.toml").unwrap_err();
/// assert_eq!(wrong.items.len(), 3);
/// # Ok::<(), registry::Diagnostics>(())
/// ```
pub fn parse(bytes: &[u8], name: &str) -> Result<Registry, Diagnostics> {
    parse_with(bytes, name, |reader, root| reader.registry(root))
}

/// Reads a TOML file by `read`, which reports what is wrong to the [`Reader`].
pub(crate) fn parse_with<T>(
    bytes: &[u8],
    name: &str,
    read: impl FnOnce(&mut Reader, Table<'_, '_>) -> T,
) -> Result<T, Diagnostics> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => {
            let encoding = encoding::other_unicode(bytes).or_else(|| encoding::legacy(bytes));
            let item = Diagnostic::at_file(Problem::NotUtf8 { encoding });
            return Err(Diagnostics { name: name.into(), text: String::new(), items: vec![item] });
        }
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::default();
    let mut broken = false;
    for error in errors {
        let problem = match error.message() {
            "duplicate key" => Problem::RepeatedKey,
            message => Problem::Syntax(message.into()),
        };
        broken |= problem != Problem::RepeatedKey;
        reader.items.push(Diagnostic { problem, span: error.span(), first: None });
    }
    let result = read(&mut reader, Table { entries: table.get_ref(), name: "", span: (0, 0) });
    if reader.items.is_empty() {
        return Ok(result);
    }
    if broken {
        // What the parser could not read is missing from the table for that reason alone.
        reader.items.retain(|item| !matches!(item.problem, Problem::MissingKey { .. }));
    }
    reader.items.sort_by_key(|item| item.span.as_ref().map_or(0, |span| span.start));
    Err(Diagnostics { name: name.into(), text: text.into(), items: reader.items })
}

const TOP: &[&str] = &["shop", "person"];
const SHOP: &[&str] = &[
    "platform",
    "shop",
    "name",
    "client",
    "groups",
    "level",
    "industry",
    "enrolled",
    "closed",
    "own_accounts",
    "account_grades",
    "account_capacities",
];
const PERSON: &[&str] = &["id", "accounts"];
const LEVEL: &[&str] = &["from", "level"];
const CLOSED: &[&str] = &["from", "until"];
const ACCOUNT: &[&str] = &["platform", "shop", "account"];

pub(crate) type Value<'a> = Spanned<DeValue<'a>>;

/// A table with the place of the whole of it.
#[derive(Clone, Copy)]
pub(crate) struct Table<'t, 'a> {
    pub(crate) entries: &'t DeTable<'a>,
    pub(crate) name: &'static str,
    pub(crate) span: (usize, usize),
}

impl<'t, 'a> Table<'t, 'a> {
    pub(crate) fn get(&self, key: &str) -> Option<&'t Value<'a>> {
        self.entries.get(key)
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.0..self.span.1
    }
}

/// Reads the tables, collecting what is wrong.
#[derive(Default)]
pub(crate) struct Reader {
    items: Vec<Diagnostic>,
}

impl Reader {
    pub(crate) fn report(&mut self, problem: Problem, span: Range<usize>) {
        self.items.push(Diagnostic { problem, span: Some(span), first: None });
    }

    pub(crate) fn wrong_type(&mut self, key: &str, expected: Expected, value: &Value<'_>) {
        let found = value.get_ref().type_str();
        self.report(Problem::WrongType { key: key.into(), expected, found }, value.span());
    }

    fn registry(&mut self, root: Table<'_, '_>) -> Registry {
        self.check_keys(root, TOP);
        let mut registry = Registry::default();
        let mut shops: HashMap<(String, String), Range<usize>> = HashMap::new();
        for table in self.tables(root.get("shop"), "shop") {
            let entry = self.shop(table);
            let key = (entry.platform.clone(), entry.shop.clone());
            let span = table.get("shop").map_or_else(|| table.span(), Spanned::span);
            let problem = Problem::RepeatedShop { platform: key.0.clone(), shop: key.1.clone() };
            // A shop without a name was reported as such.
            if !key.0.is_empty() && !key.1.is_empty() {
                self.once(&mut shops, key, span, problem);
            }
            registry.shops.push(entry);
        }
        let mut persons: HashMap<String, Range<usize>> = HashMap::new();
        for table in self.tables(root.get("person"), "person") {
            let person = self.person(table);
            let span = table.get("id").map_or_else(|| table.span(), Spanned::span);
            let problem = Problem::RepeatedPerson { id: person.id.clone() };
            if !person.id.is_empty() {
                self.once(&mut persons, person.id.clone(), span, problem);
            }
            registry.persons.push(person);
        }
        registry
    }

    /// Reports a key that was seen before, with both places.
    fn once<K: std::hash::Hash + Eq>(
        &mut self,
        seen: &mut HashMap<K, Range<usize>>,
        key: K,
        span: Range<usize>,
        problem: Problem,
    ) {
        match seen.get(&key) {
            Some(first) => {
                let first = Some(first.clone());
                self.items.push(Diagnostic { problem, span: Some(span), first });
            }
            None => {
                seen.insert(key, span);
            }
        }
    }

    fn shop(&mut self, table: Table<'_, '_>) -> ShopEntry {
        self.check_keys(table, SHOP);
        ShopEntry {
            platform: self.required_text(table, "platform"),
            shop: self.required_text(table, "shop"),
            name: self.text(table, "name"),
            client: self.text(table, "client"),
            groups: self.texts(table, "groups"),
            levels: self.levels(table),
            industry: self.text(table, "industry"),
            enrolments: self.enrolments(table),
            closures: self.closures(table),
            own_accounts: self
                .texts(table, "own_accounts")
                .into_iter()
                .map(|buyer| OwnAccount { buyer })
                .collect(),
            account_grades: self.grades(table),
            account_capacities: self.capacities(table),
        }
    }

    fn person(&mut self, table: Table<'_, '_>) -> Person {
        self.check_keys(table, PERSON);
        let id = self.required_text(table, "id");
        let accounts = self
            .tables(table.get("accounts"), "accounts")
            .into_iter()
            .map(|account| {
                self.check_keys(account, ACCOUNT);
                (
                    self.required_text(account, "platform"),
                    self.required_text(account, "shop"),
                    self.required_text(account, "account"),
                )
            })
            .collect();
        Person { id, accounts }
    }

    pub(crate) fn check_keys(&mut self, table: Table<'_, '_>, known: &'static [&'static str]) {
        for key in table.entries.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let suggestion = closest(name, known.iter().copied());
                let problem = Problem::UnknownKey { key: name.into(), suggestion, known };
                self.report(problem, key.span());
            }
        }
    }

    pub(crate) fn tables<'t, 'a>(
        &mut self,
        value: Option<&'t Value<'a>>,
        name: &'static str,
    ) -> Vec<Table<'t, 'a>> {
        let Some(value) = value else { return Vec::new() };
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_type(name, Expected::Tables, value);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in array.iter() {
            match item.get_ref() {
                DeValue::Table(entries) => {
                    let span = (item.span().start, item.span().end);
                    tables.push(Table { entries, name, span });
                }
                _ => self.wrong_type(name, Expected::Tables, item),
            }
        }
        tables
    }

    pub(crate) fn text(&mut self, table: Table<'_, '_>, key: &'static str) -> String {
        match table.get(key) {
            None => String::new(),
            Some(value) => self.text_of(key, value),
        }
    }

    pub(crate) fn text_of(&mut self, key: &str, value: &Value<'_>) -> String {
        match value.get_ref() {
            DeValue::String(text) if text.is_empty() => {
                self.report(Problem::EmptyText { key: key.into() }, value.span());
                String::new()
            }
            DeValue::String(text) => text.to_string(),
            _ => {
                self.wrong_type(key, Expected::Text, value);
                String::new()
            }
        }
    }

    fn required_text(&mut self, table: Table<'_, '_>, key: &'static str) -> String {
        if table.get(key).is_none() {
            self.report(Problem::MissingKey { key, table: table.name }, table.span());
        }
        self.text(table, key)
    }

    pub(crate) fn texts(&mut self, table: Table<'_, '_>, key: &'static str) -> Vec<String> {
        let Some(value) = table.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(array) => array.iter().map(|item| self.text_of(key, item)).collect(),
            _ => {
                self.wrong_type(key, Expected::Texts, value);
                Vec::new()
            }
        }
    }

    fn levels(&mut self, table: Table<'_, '_>) -> Vec<(Day, i64)> {
        let Some(value) = table.get("level") else { return Vec::new() };
        if value.get_ref().is_integer() {
            return self.integer("level", value).map(|n| vec![(SINCE_EVER, n)]).unwrap_or_default();
        }
        if !value.get_ref().is_array() {
            self.wrong_type("level", Expected::Level, value);
            return Vec::new();
        }
        let mut levels = Vec::new();
        let mut seen: HashMap<Day, Range<usize>> = HashMap::new();
        for table in self.tables(Some(value), "level") {
            self.check_keys(table, LEVEL);
            let from = self.required(table, "from").and_then(|value| self.day("from", value));
            let level = self.required(table, "level").and_then(|v| self.integer("level", v));
            if let Some(day) = from {
                let span = table.get("from").map_or_else(|| table.span(), Spanned::span);
                self.once(&mut seen, day, span, Problem::RepeatedDay);
            }
            levels.extend(from.zip(level));
        }
        levels.sort_by_key(|(day, _)| *day);
        levels
    }

    fn required<'t, 'a>(
        &mut self,
        table: Table<'t, 'a>,
        key: &'static str,
    ) -> Option<&'t Value<'a>> {
        let value = table.get(key);
        if value.is_none() {
            self.report(Problem::MissingKey { key, table: table.name }, table.span());
        }
        value
    }

    fn integer(&mut self, key: &str, value: &Value<'_>) -> Option<i64> {
        let number = match value.get_ref() {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong_type(key, Expected::Integer, value);
        }
        number
    }

    fn day(&mut self, key: &str, value: &Value<'_>) -> Option<Day> {
        let day = match value.get_ref() {
            DeValue::Datetime(Datetime { date: Some(date), time: None, offset: None }) => {
                Day::from_date(i32::from(date.year), u32::from(date.month), u32::from(date.day))
                    .ok()
            }
            _ => None,
        };
        if day.is_none() {
            self.wrong_type(key, Expected::Day, value);
        }
        day
    }

    fn enrolments(&mut self, table: Table<'_, '_>) -> Vec<Enrolment> {
        let mut enrolments = Vec::new();
        for (period, value) in self.entries(table, "enrolled", Expected::Enrolments) {
            match value.get_ref() {
                DeValue::Boolean(enrolled) => {
                    enrolments.push(Enrolment { period, enrolled: *enrolled });
                }
                _ => self.wrong_type(&period, Expected::Boolean, value),
            }
        }
        enrolments
    }

    fn grades(&mut self, table: Table<'_, '_>) -> Vec<(String, String)> {
        let entries = self.entries(table, "account_grades", Expected::Grades);
        entries
            .into_iter()
            .map(|(account, value)| {
                let grade = self.text_of(&account, value);
                (account, grade)
            })
            .collect()
    }

    fn capacities(&mut self, table: Table<'_, '_>) -> Vec<(String, u32)> {
        let mut capacities = Vec::new();
        for (account, value) in self.entries(table, "account_capacities", Expected::Capacities) {
            match self.integer(&account, value).map(u32::try_from) {
                Some(Ok(n)) if n > 0 => capacities.push((account, n)),
                Some(_) => self.wrong_type(&account, Expected::Capacity, value),
                None => {}
            }
        }
        capacities
    }

    /// The entries of a table whose keys are free, in file order.
    pub(crate) fn entries<'t, 'a>(
        &mut self,
        table: Table<'t, 'a>,
        key: &'static str,
        expected: Expected,
    ) -> Vec<(String, &'t Value<'a>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let DeValue::Table(entries) = value.get_ref() else {
            self.wrong_type(key, expected, value);
            return Vec::new();
        };
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries.into_iter().map(|(key, value)| (key.get_ref().to_string(), value)).collect()
    }

    fn closures(&mut self, table: Table<'_, '_>) -> Vec<Closure> {
        let mut closures = Vec::new();
        for table in self.tables(table.get("closed"), "closed") {
            self.check_keys(table, CLOSED);
            let from = self.required(table, "from").and_then(|v| self.instant("from", v));
            let until = self.required(table, "until").and_then(|v| self.instant("until", v));
            if let Some((from, until)) = from.zip(until) {
                if from >= until {
                    self.report(Problem::Backwards, table.span());
                }
                closures.push(Closure { from, until });
            }
        }
        closures
    }

    fn instant(&mut self, key: &str, value: &Value<'_>) -> Option<Instant> {
        let DeValue::Datetime(datetime) = value.get_ref() else {
            self.wrong_type(key, Expected::Instant, value);
            return None;
        };
        let Some(ms) = milliseconds(datetime) else {
            self.wrong_type(key, Expected::Instant, value);
            return None;
        };
        let instant = in_range(ms).ok();
        if instant.is_none() {
            self.report(Problem::OutOfRange, value.span());
        }
        instant
    }
}

/// The first day of the calendar's first year: a level without a date holds since ever.
const SINCE_EVER: Day = Day(-719_162);

/// Milliseconds since the epoch; `None` without a date, a time or an offset.
fn milliseconds(datetime: &Datetime) -> Option<i64> {
    let (date, time) = (datetime.date?, datetime.time?);
    let offset = match datetime.offset? {
        Offset::Z => 0,
        Offset::Custom { minutes } => i64::from(minutes),
    };
    let day =
        Day::from_date(i32::from(date.year), u32::from(date.month), u32::from(date.day)).ok()?;
    // A leap second is read as the second before it.
    let second = i64::from(time.second.unwrap_or(0).min(59));
    let minutes = i64::from(time.hour) * 60 + i64::from(time.minute) - offset;
    let fraction = i64::from(time.nanosecond.unwrap_or(0) / 1_000_000);
    Some(i64::from(day.0) * 86_400_000 + minutes * 60_000 + second * 1_000 + fraction)
}

#[cfg(test)]
mod tests;
