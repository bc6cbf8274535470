//! The agency of the demo: its shops, how each is run, and what is known of them.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use facts::{Day, Enrolment, Instant, ShopEntry};
use store::{Holding, Person};

use crate::generate::Role;

/// Where the figures of a shop come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fed {
    /// Facts come as they happen.
    Live,
    /// Facts come in a file a day.
    Daily,
    /// Figures come, off the platform's panel.
    Panel,
    /// Nothing comes.
    Nothing,
}

/// A shop of the agency.
pub(super) struct Member {
    pub(super) role: Role,
    pub(super) fed: Fed,
    name: &'static str,
    client: &'static str,
    groups: &'static [&'static str],
    industry: &'static str,
    level: i64,
    /// A programme that it takes part in; empty: none.
    enrolled: &'static str,
}

/// A shop as most are run: somewhat faster than usual, and hardly anybody is forgotten.
const WELL_RUN: Role = Role {
    platform: "",
    shop: "",
    size: 0,
    accounts: &[],
    bot: false,
    assist: false,
    welcome: true,
    pace: 75,
    neglect: 12,
    is_nightly: false,
};

const fn role(
    platform: &'static str,
    shop: &'static str,
    size: u64,
    accounts: &'static [&'static str],
) -> Role {
    Role { platform, shop, size, accounts, ..WELL_RUN }
}

const fn member(
    role: Role,
    name: &'static str,
    [client, industry]: [&'static str; 2],
    groups: &'static [&'static str],
) -> Member {
    Member { role, fed: Fed::Live, name, client, groups, industry, level: 5, enrolled: "" }
}

const SHANYE: &str = "山野茶业";
const LVYA: &str = "绿芽服饰";
const BEICHEN: &str = "北辰商贸";
const SHIGUANG: &str = "拾光家居";
const XIANFENG: &str = "先锋数码";

/// The shops. One misses its line and bears what follows, one is close to its own, one works at
/// night, one is fed daily, one by its panel alone, one by nobody; the others do well.
pub(super) static MEMBERS: [Member; 12] = [
    Member {
        enrolled: "professional-seller",
        ..member(
            Role {
                assist: true, ..role("taobao", "30012", 20, &["小林", "小周", "阿莲", "小何"])
            },
            "山野茶行",
            [SHANYE, "food"],
            &["食品", "华东"],
        )
    },
    // Slow, and questions are left open: the platform bars it from campaigns.
    Member {
        enrolled: "professional-seller",
        ..member(
            Role {
                pace: 390,
                neglect: 60,
                ..role("taobao", "30077", 16, &["小朱", "小许", "阿凤"])
            },
            "绿芽童装旗舰店",
            [LVYA, "apparel"],
            &["服饰", "华东"],
        )
    },
    member(
        Role { bot: true, ..role("tmall", "51120", 22, &["小蒋", "小沈", "小韩", "小杨"]) },
        "拾光家居旗舰店",
        [SHIGUANG, "home"],
        &["家居", "华东"],
    ),
    Member {
        fed: Fed::Panel,
        ..member(role("tmall", "52230", 0, &[]), "云朵母婴专营店", [LVYA, "baby"], &["母婴"])
    },
    member(
        role("taote", "60415", 10, &["小秦", "小尤"]),
        "田园杂粮铺",
        [SHANYE, "food"],
        &["食品"],
    ),
    member(
        role("pinduoduo", "900018", 24, &["小何", "小吕", "小施", "小张"]),
        "好物优选",
        [BEICHEN, "general"],
        &["百货"],
    ),
    Member {
        fed: Fed::Nothing,
        ..member(
            role("pinduoduo", "900451", 0, &[]),
            "新月饰品",
            [BEICHEN, "accessories"],
            &["百货"],
        )
    },
    Member {
        fed: Fed::Daily,
        ..member(
            Role {
                pace: 40, neglect: 8, ..role("jd", "10086", 14, &["小孔", "小曹", "小严"])
            },
            "数码先锋",
            [XIANFENG, "electronics"],
            &["数码"],
        )
    },
    member(
        Role {
            pace: 40,
            neglect: 6,
            ..role("douyin", "77001", 24, &["小华", "小金", "小魏", "小陶"])
        },
        "零食研究所",
        [BEICHEN, "food"],
        &["食品"],
    ),
    member(
        Role {
            pace: 45, neglect: 8, ..role("douyin", "77125", 14, &["小姜", "小戚", "小谢"])
        },
        "晴空美妆",
        [LVYA, "cosmetics"],
        &["美妆", "华东"],
    ),
    // Its buyers come when the others sleep.
    member(
        Role { is_nightly: true, pace: 60, ..role("kuaishou", "44017", 8, &["小邹", "小喻"]) },
        "深夜零食铺",
        [SHANYE, "food"],
        &["食品"],
    ),
    // Its line is 80 % of the last seven days; it is a little above.
    member(
        Role { pace: 120, neglect: 35, ..role("xiaohongshu", "x-551", 10, &["小柏", "小水"]) },
        "慢慢手作",
        [SHIGUANG, "handicraft"],
        &["家居"],
    ),
];

/// The member with this shop.
pub(super) fn member_of(platform: &str, shop: &str) -> Option<&'static Member> {
    MEMBERS.iter().find(|member| member.role.platform == platform && member.role.shop == shop)
}

impl Member {
    /// What is known of the shop.
    pub(super) fn entry(&self, since: Day) -> ShopEntry {
        let enrolment = || Enrolment { period: self.enrolled.to_owned(), enrolled: true };
        ShopEntry {
            platform: self.role.platform.to_owned(),
            shop: self.role.shop.to_owned(),
            name: self.name.to_owned(),
            client: self.client.to_owned(),
            groups: self.groups.iter().map(|&group| group.to_owned()).collect(),
            industry: self.industry.to_owned(),
            levels: vec![(since, self.level)],
            enrolments: (!self.enrolled.is_empty()).then(enrolment).into_iter().collect(),
            ..ShopEntry::default()
        }
    }
}

/// Who holds which accounts: one name is one person, also in several shops of the agency.
pub(super) fn persons() -> Vec<Person> {
    let mut persons: BTreeMap<&str, Person> = BTreeMap::new();
    for Member { role, .. } in &MEMBERS {
        for (number, name) in role.accounts.iter().enumerate() {
            let person = persons.entry(name).or_default();
            person.id = (*name).to_owned();
            person.holdings.push(Holding {
                platform: role.platform.to_owned(),
                shop: role.shop.to_owned(),
                account: role.account(number).unwrap_or_default(),
                from: None,
                until: None,
            });
        }
    }
    persons.into_values().collect()
}

/// What the panel of a shop said on each of some days up to yesterday, as somebody who looks at
/// nine in the morning typed it off.
pub(super) fn panel(role: &Role, (today, days): (Day, i32)) -> String {
    let mut csv = "shop,metric,day,value,samples,captured_at\n".to_owned();
    for before in (1..=days).rev() {
        let (day, next) = (today.plus(-before), today.plus(1 - before));
        // Between 88 and 97 %, with weekends a little lower.
        let weekend = i32::from(day.weekday() >= 5);
        let samples = 240 + (day.0 * 37).rem_euclid(90) + 60 * weekend;
        let hits = samples * (930 + (day.0 * 53).rem_euclid(41) - 20 * weekend) / 1_000;
        // Rounded as panels do, so that hits of so many samples do print so.
        let tenths = (hits * 2_000 + samples) / (2 * samples);
        let (shop, platform) = (role.shop, role.platform);
        csv.push_str(&format!(
            "{shop},{platform}/human-reply-3m,{day},{}.{}%,{samples},{next}T09:00:00+08:00\n",
            tenths / 10,
            tenths % 10,
        ));
    }
    csv
}

/// Shops in which, one after the other, a question stays open for too long.
const LATE: [[&str; 2]; 4] =
    [["taobao", "30077"], ["pinduoduo", "900018"], ["taobao", "30012"], ["taobao", "30077"]];

/// How many milliseconds lie between two of them.
const LATE_EVERY: i64 = 6 * 60_000;

/// How long each waits: the next one is late before this one is answered.
const LATE_FOR: i64 = 9 * 60_000 + 20_000;

/// Questions that are open when the demo begins: the shop, and how many milliseconds before the
/// beginning it was asked and after it is answered.
const OPEN: [([&str; 2], i64, i64); 6] = [
    (["taobao", "30077"], 130_000, 45_000),
    (["taobao", "30012"], 35_000, 75_000),
    (["tmall", "51120"], 20_000, 90_000),
    (["pinduoduo", "900018"], 70_000, 60_000),
    (["taote", "60415"], 95_000, 55_000),
    (["xiaohongshu", "x-551"], 10_000, 120_000),
];

/// Shops that are asked one after the other while somebody takes a first look.
const FIRST: [[&str; 2]; 7] = [
    ["douyin", "77001"],
    ["taobao", "30012"],
    ["pinduoduo", "900018"],
    ["tmall", "51120"],
    ["douyin", "77125"],
    ["taobao", "30077"],
    ["taote", "60415"],
];

/// How many milliseconds lie between two of them, how many there are, and how long each waits.
const FIRST_EVERY: (i64, usize, i64) = (5_000, 48, 42_000);

/// A question of a new buyer, and when it is answered.
struct Scene {
    shop: [&'static str; 2],
    asked_at: i64,
    answered_at: i64,
}

fn scenes(begins_at: Instant, ends_at: Instant) -> Vec<Scene> {
    let open = OPEN.iter().map(|(shop, before, after)| Scene {
        shop: *shop,
        asked_at: begins_at.0 - before,
        answered_at: begins_at.0 + after,
    });
    let (every, n, wait) = FIRST_EVERY;
    let looked = (1..).zip(FIRST.iter().cycle()).take(n).map(|(n, shop)| Scene {
        shop: *shop,
        asked_at: begins_at.0 + n * every,
        answered_at: begins_at.0 + n * every + wait,
    });
    let first = begins_at.0 - LATE_EVERY;
    let late = (0..).map(|n| first + n * LATE_EVERY).take_while(|at| *at < ends_at.0);
    let late = late.zip(LATE.iter().cycle()).map(|(asked_at, shop)| Scene {
        shop: *shop,
        asked_at,
        answered_at: asked_at + LATE_FOR,
    });
    open.chain(looked).chain(late).collect()
}

/// Adds to a log what must not be left to chance: that somebody waits when the demo begins, and
/// that somebody always waits for too long.
pub(super) fn add_scenes(path: &Path, begins_at: Instant, ends_at: Instant) -> io::Result<()> {
    let mut header = String::new();
    io::BufRead::read_line(&mut io::BufReader::new(std::fs::File::open(path)?), &mut header)?;
    let columns: Vec<&str> = header.trim_end().split(',').collect();
    let file = std::fs::OpenOptions::new().append(true).open(path)?;
    let mut out = io::BufWriter::new(file);
    for (n, scene) in scenes(begins_at, ends_at).iter().enumerate() {
        let [platform, shop] = scene.shop;
        let account = member_of(platform, shop).and_then(|member| member.role.account(0));
        let account = account.unwrap_or_default();
        let rows = [
            (scene.asked_at, ["buyer", "", "q", "请问今天下单什么时候发货"]),
            (scene.answered_at, ["agent", &account, "a", "今天下午四点前付款当天发出"]),
        ];
        for (at, [author, account, id, text]) in rows {
            let stamp = desk::Stamp { at: Instant(at), offset: super::OFFSET }.to_string();
            let (buyer, id) = (format!("w{n:06}"), format!("{id}{n:06}"));
            let values = columns.iter().map(|column| match *column {
                "at" => &stamp,
                "platform" => platform,
                "shop" => shop,
                "buyer" => &buyer,
                "fact" => "message",
                "author" => author,
                "kind" => "text",
                "account" => account,
                "id" => &id,
                "text" => text,
                _ => "",
            });
            writeln!(out, "{}", values.collect::<Vec<&str>>().join(","))?;
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agency_is_what_the_demo_says_it_is() {
        let platforms: std::collections::BTreeSet<&str> =
            MEMBERS.iter().map(|member| member.role.platform).collect();
        for platform in ["taobao", "taote", "douyin", "pinduoduo", "jd"] {
            assert!(platforms.contains(platform), "{platform}");
        }
        let fed = |fed: Fed| MEMBERS.iter().filter(|member| member.fed == fed).count();
        assert_eq!([Fed::Live, Fed::Daily, Fed::Panel, Fed::Nothing].map(fed), [9, 1, 1, 1]);
        for member in &MEMBERS {
            let has_facts = matches!(member.fed, Fed::Live | Fed::Daily);
            assert_eq!(member.role.size > 0, has_facts, "{}", member.name);
            assert_eq!(member.role.accounts.is_empty(), !has_facts, "{}", member.name);
        }
        let scenes = LATE.iter().chain(&FIRST).chain(OPEN.iter().map(|(shop, _, _)| shop));
        for [platform, shop] in scenes {
            let member = member_of(platform, shop).expect("a shop of the agency");
            assert_eq!(member.fed, Fed::Live, "{shop}");
        }
        assert!(persons().iter().any(|person| person.holdings.len() > 1));
    }

    #[test]
    fn somebody_always_waits_for_too_long() {
        let (begin, end) = (Instant(1_000_000_000), Instant(1_000_000_000 + 3_600_000));
        let scenes = scenes(begin, end);
        for second in 0..3_600 {
            let now = begin.0 + second * 1_000;
            let is_late = |scene: &Scene| scene.asked_at + 180_000 < now && now < scene.answered_at;
            assert!(scenes.iter().any(is_late), "{second}");
        }
    }

    #[test]
    fn the_panel_reads_as_one() {
        let today = Day::from_date(2026, 11, 22).expect("a day");
        let member = MEMBERS.iter().find(|member| member.fed == Fed::Panel).expect("one");
        let csv = panel(&member.role, (today, 30));
        let read = intake::panel::parse(csv.as_bytes(), "panel.csv").expect("a panel");
        assert_eq!((read.figures.len(), read.rejected), (30, 0), "{:?}", read.problems);
    }
}
