//! Published examples of standards, by the ids of the collection that they come from.
#![allow(clippy::unwrap_used)]

use metric::{
    Amount, Check, Day, Line, Period, PointsClass, Ratio, Sanction, Standard, Standing, Unassessed,
    Verdict, verdict_of_each,
};
use rulebook::{Catalogue, NamedStandard};

fn named(platform: &str, id: &str) -> &'static NamedStandard {
    let mut all = Catalogue::shipped().standards(platform);
    all.find(|one| one.standard.id == id).unwrap_or_else(|| panic!("{platform} {id}"))
}

fn standard(platform: &str, id: &str) -> &'static Standard {
    &named(platform, id).standard
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn percent(n: i64) -> Option<Ratio> {
    Some(Ratio { num: n, den: 100 })
}

/// What stands on the day of a check with this figure.
fn brings(standard: &Standard, value: Option<Ratio>, samples: u64, check: &str) -> Vec<Sanction> {
    let mut standing = Standing::default();
    let verdict = standard.judge(value, Some(samples), None);
    standing.step(standard, &Check { day: day(check), verdict, value }, &[]);
    let stands = standing.on(day(check));
    stands.map(|active| standard.consequences[active.consequence].what).collect()
}

/// What a failing check on a day brings that is sure.
fn follows(standard: &Standard, check: &str) -> Vec<(Sanction, bool)> {
    let mut standing = Standing::default();
    let check = Check { day: day(check), verdict: Verdict::Fail, value: None };
    standing.step(standard, &check, &[]);
    let stands = standing.on(check.day).map(|active| &standard.consequences[active.consequence]);
    stands.map(|one| (one.what, one.may)).collect()
}

/// TB-EX-21: the first cycle is 6 to 31 July; warnings in August and September, public warnings
/// from October, four points of class A from February.
#[test]
fn taobao_2022() {
    for id in ["reply-3m-2022", "satisfaction-2022"] {
        let one = standard("taobao", id);
        let own = Period::Days { days: 30, lag: 1 };
        let window = one.window(own, day("2022-08-01")).unwrap();
        assert_eq!(window, (day("2022-07-06"), day("2022-07-31")));
        let warned = [(Sanction::Warning, false)];
        assert_eq!(follows(one, "2022-08-01"), warned);
        assert_eq!(follows(one, "2022-09-01"), warned);
        let public = [(Sanction::PublicWarning, false), (Sanction::Points, true)];
        assert_eq!(follows(one, "2022-10-01"), public);
        assert_eq!(follows(one, "2023-01-01"), public);
        assert_eq!(follows(one, "2023-02-01"), [(Sanction::Points, false)]);
        let points = Amount::Points { class: Some(PointsClass::A), tenths: 40, week_cap: None };
        assert_eq!(one.consequences[3].amount, Some(points));
    }
    assert_eq!(standard("taobao", "reply-3m-2022").lines[0].to_string(), ">= 90%");
    assert_eq!(standard("taobao", "satisfaction-2022").lines[0].to_string(), ">= 70%");
}

/// TB-EX-22: period 163 is 1 to 15 April, the label shows on the 16th.
#[test]
fn gold_sellers() {
    let one = standard("taobao", "gold-seller");
    assert!(one.rhythm.checks_on(day("2021-04-16")) && !one.rhythm.checks_on(day("2021-04-15")));
    let window = one.window(Period::Days { days: 30, lag: 1 }, day("2021-04-16")).unwrap();
    assert_eq!(window, (day("2021-04-01"), day("2021-04-15")));
    assert_eq!(one.judge(percent(50), Some(500), None), Verdict::Unassessed(Unassessed::NoLine));
}

/// TB-EX-26: February is checked on 20 March.
#[test]
fn pet_advisors() {
    let month = Period::Days { days: 30, lag: 1 };
    for (id, line, least) in
        [("pet-advisor-reply-3m", 90, 100), ("pet-advisor-satisfaction", 80, 30)]
    {
        let one = standard("tmall", id);
        assert_eq!(one.rhythm.last_check(day("2026-03-31")), day("2026-03-20"));
        let window = one.window(month, day("2026-03-20")).unwrap();
        assert_eq!(window, (day("2026-02-01"), day("2026-02-28")));
        let removed = [Sanction::LabelRemoved];
        assert_eq!(brings(one, percent(line - 1), least, "2026-03-20"), removed);
        assert_eq!(brings(one, percent(line), least, "2026-03-20"), []);
        assert_eq!(brings(one, percent(line - 1), least - 1, "2026-03-20"), []);
    }
}

/// TB-EX-27: below 70 % over thirty days no marketing activity on that day, and no points.
#[test]
fn taobao_2023() {
    let one = standard("taobao", "reply-3m-2023");
    assert_eq!(brings(one, percent(69), 100, "2023-03-24"), [Sanction::NoCampaign]);
    assert_eq!(brings(one, percent(70), 100, "2023-03-24"), []);
    assert_eq!(brings(one, percent(69), 99, "2023-03-24"), []);
}

/// TT-EX-01 and TT-EX-02; and the FAQ's stricter recovery as the open reading.
#[test]
fn taote() {
    let one = named("taote", "reply-3m-day");
    let demoted = [Sanction::Demotion, Sanction::NoNewListing, Sanction::NoListing];
    assert_eq!(brings(&one.standard, percent(39), 9, "2026-06-02"), demoted);
    let lifted_on = |standard: &Standard, value: i64| {
        let mut standing = Standing::default();
        for (check, value) in [("2026-06-02", 39), ("2026-06-03", value)] {
            let value = percent(value);
            let verdict = standard.judge(value, Some(9), None);
            standing.step(standard, &Check { day: day(check), verdict, value }, &[]);
        }
        standing.on(day("2026-06-03")).count() == 0
    };
    assert!(lifted_on(&one.standard, 40) && !lifted_on(&one.standard, 39));
    let (name, faq) = &one.open[0].alternatives[0];
    assert_eq!(name, "stays");
    assert!(!lifted_on(faq, 40) && lifted_on(faq, 41));
}

/// DY-EX-18: points by severity, their weekly caps, and the delayed payouts.
#[test]
fn douyin_no_service() {
    let one = standard("douyin", "no-service-2021");
    let amounts: Vec<Option<Amount>> = one.consequences.iter().map(|one| one.amount).collect();
    let points = |class, tenths, week_cap| Some(Amount::Points { class, tenths, week_cap });
    let (a, b) = (Some(PointsClass::A), Some(PointsClass::B));
    assert_eq!(
        amounts,
        [points(a, 5, Some(50)), points(a, 20, Some(80)), points(b, 40, None), None]
    );
    assert_eq!(one.consequences[3].what, Sanction::PayoutDelay);
    assert_eq!(one.consequences[3].lasts, metric::Lasts::Days(30));
}

/// DY-EX-19: above 90 s on a natural day or in a natural week, in the text before 2026-07-31.
#[test]
fn douyin_slow() {
    let own = Period::Days { days: 30, lag: 1 };
    let seconds = |ms| Some(Ratio { num: ms, den: 1 });
    for (id, last, next) in
        [("slow-day", "2026-07-30", "2026-07-31"), ("slow-week", "2026-07-27", "2026-08-10")]
    {
        let one = standard("douyin", id);
        assert_eq!(brings(one, seconds(90_001), 1, last), [Sanction::Violation]);
        assert_eq!(brings(one, seconds(90_000), 1, last), []);
        assert!(one.window(own, day(last)).is_some() && one.window(own, day(next)).is_none());
    }
}

/// PDD-EX-02, PDD-EX-05 (and its other copies: strictly more than 100).
#[test]
fn pinduoduo() {
    let one = standard("pinduoduo", "human-reply-3m-day");
    assert_eq!(brings(one, percent(49), 1, "2022-12-30"), [Sanction::Warning]);
    assert_eq!(brings(one, percent(50), 1, "2022-12-30"), []);
    let fined = named("pinduoduo", "effective-reply-day");
    assert_eq!(brings(&fined.standard, percent(49), 100, "2019-01-10"), [Sanction::Fine]);
    assert_eq!(fined.standard.consequences[0].amount, Some(Amount::Yuan(1_000, 1_000)));
    assert_eq!(brings(&fined.standard, percent(50), 100, "2019-01-10"), []);
    assert_eq!(brings(&fined.standard, percent(49), 99, "2019-01-10"), []);
    let (_, above) = &fined.open[0].alternatives[0];
    assert_eq!(brings(above, percent(49), 100, "2019-01-10"), []);
    assert_eq!(brings(above, percent(49), 101, "2019-01-10"), [Sanction::Fine]);
}

/// PDD-EX-07: each of the three days before must be above the line.
#[test]
fn pinduoduo_gates() {
    for (id, line) in [("gate-new-item", 55), ("gate-nine-nine", 60), ("gate-street", 60)] {
        let one = standard("pinduoduo", id);
        assert_eq!(one.each_of, 3);
        let eligible = |values: [i64; 3]| {
            verdict_of_each(values.map(|value| one.judge(percent(value), Some(9), None)))
        };
        assert_eq!(eligible([line + 1; 3]), Verdict::Pass);
        assert_eq!(eligible([line + 1, line, line + 1]), Verdict::Fail);
    }
}

/// JD-EX-06: 40 s or more, or half or more leave-messages: two points.
#[test]
fn jd() {
    let (time, share) = (standard("jd", "reply-time-month"), standard("jd", "leave-message-month"));
    let ms = |num| Some(Ratio { num, den: 1 });
    assert_eq!(brings(time, ms(40_000), 1, "2023-03-01"), [Sanction::Points]);
    assert_eq!(brings(time, ms(39_999), 1, "2023-03-01"), []);
    assert_eq!(brings(share, percent(50), 1, "2023-03-01"), [Sanction::Points]);
    assert_eq!(brings(share, percent(49), 1, "2023-03-01"), []);
    for one in [time, share] {
        let points = Amount::Points { class: None, tenths: 20, week_cap: None };
        assert_eq!(one.consequences[0].amount, Some(points));
    }
}

/// KS-EX-04, XHS-EX-02, SHP-EX-03.
#[test]
fn kuaishou_xiaohongshu_and_shopee() {
    let low = standard("kuaishou", "reply-3m-week-low");
    assert_eq!(brings(low, percent(19), 1, "2026-06-01"), [Sanction::MonthlyAssessment]);
    assert_eq!(brings(low, percent(20), 1, "2026-06-01"), []);
    let ladder = [(80, Sanction::Reminder), (50, Sanction::Study), (30, Sanction::FlowLimit)];
    for (line, what) in ladder {
        let one = named("xiaohongshu", &format!("ladder-{line}"));
        assert_eq!(brings(&one.standard, percent(line - 1), 1, "2026-06-01"), [what]);
        assert_eq!(brings(&one.standard, percent(line), 1, "2026-06-01"), []);
        let (_, at_the_line) = &one.open[0].alternatives[0];
        assert_eq!(brings(at_the_line, percent(line), 1, "2026-06-01"), [what]);
    }
    let shopee = standard("shopee", "chat-response-points");
    assert_eq!(brings(shopee, percent(20), 1, "2026-06-01"), [Sanction::Points]);
    assert_eq!(brings(shopee, percent(21), 1, "2026-06-01"), []);
    assert_eq!(shopee.conditions, [metric::Condition::Orders(10)]);
}

/// The standards that ship, a line each.
#[test]
fn standards() {
    let mut list = String::new();
    for platform in Catalogue::shipped().platforms() {
        for one in Catalogue::shipped().standards(&platform.id) {
            let standard = &one.standard;
            let lines: Vec<String> = standard.lines.iter().map(Line::to_string).collect();
            let told = if one.as_told { " as-told" } else { "" };
            list += &format!(
                "{} {} {} {}: {}{told}\n",
                standard.metric,
                standard.id,
                standard.role.word(),
                one.confidence.word(),
                lines.join(" "),
            );
        }
    }
    insta::assert_snapshot!("standards", list);
}
