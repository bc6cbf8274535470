use proptest::prelude::*;

use super::*;
use crate::lang::Lang;

fn read(text: &str) -> Panel {
    parse(text.as_bytes(), "panel.csv").expect("a panel")
}

fn messages(problems: &[Problem], lang: Lang) -> String {
    problems.iter().map(|problem| problem.message(lang) + "\n").collect()
}

#[test]
fn every_column_has_its_place() {
    let panel = read(
        "captured_at,value,samples,to,from,metric,account,shop,platform\n\
         2026-08-02T09:00:00+08:00, 99.85% ,1234,2026-08-01,2026-07-03,human-reply-3m,a1,s1,\
         taobao\n",
    );
    let figure = &panel.figures[0];
    assert_eq!((panel.rows, panel.rejected), (1, 0));
    assert_eq!((&*figure.platform, &*figure.shop), ("taobao", "s1"));
    assert_eq!(figure.account.as_deref(), Some("a1"));
    assert_eq!(figure.metric, "taobao/human-reply-3m");
    assert_eq!(
        (figure.from.to_string(), figure.to.to_string()),
        ("2026-07-03".into(), "2026-08-01".into())
    );
    assert_eq!((figure.value.to_string(), figure.samples), ("99.85%".into(), Some(1234)));
    assert_eq!(figure.captured_at, Some(Instant(1_785_632_400_000)));
    assert_eq!(figure.place.message(Lang::En), "panel.csv:2");
}

#[test]
fn values_keep_the_precision_in_which_they_were_printed() {
    let shown = |text: &str| text.parse::<Printed>().map(|value| value.to_string());
    for (text, canonical) in [
        ("97.41%", "97.41%"),
        ("97.40 %", "97.40%"),
        ("100%", "100%"),
        ("97.41％", "97.41%"),
        ("0.9741", "0.9741"),
        ("18/20", "18/20"),
        ("18 / 20", "18/20"),
        ("10.615s", "10.615s"),
        ("10.615 秒", "10.615s"),
        ("0.37min", "0.37min"),
        ("0.37分钟", "0.37min"),
        ("007", "7"),
    ] {
        assert_eq!(shown(text).as_deref(), Ok(canonical), "{text}");
    }
    for text in
        ["", "%", "-1%", "97,41%", "1.", ".5", "1.2.3", "1e3", "九成", "5m", "1/2/3", "1.5/2"]
    {
        assert_eq!(shown(text), Err(BadValue::Malformed), "{text}");
    }
    for text in ["1234567890123", "0.1234567890"] {
        assert_eq!(shown(text), Err(BadValue::TooLong), "{text}");
    }
    for text in ["3/2", "0/0"] {
        assert_eq!(shown(text), Err(BadValue::NotAShare), "{text}");
    }
}

#[test]
fn the_bounds_of_a_printed_value_are_half_up() {
    let admits = |text: &str, num, den| {
        text.parse::<Printed>().expect("a value").admits(Quantity::Share, num, den)
    };
    // 0.005 % prints as 0.01 %, a hair less as 0.00 %.
    assert_eq!(admits("0.01%", 1, 20_000), Some(true));
    assert_eq!(admits("0.00%", 1, 20_000), Some(false));
    assert_eq!(admits("0.00%", 1, 20_001), Some(true));
    assert_eq!(admits("0%", 0, 7), Some(true));
    assert_eq!(admits("100%", 199, 200), Some(true), "99.5 %");
    assert_eq!(admits("9/10", 18, 20), Some(true));
    assert_eq!(admits("0.9", 18, 20), Some(true));
    assert_eq!(admits("10.6s", 18, 20), None);
    let wait = |text: &str, num, den| {
        text.parse::<Printed>().expect("a value").admits(Quantity::Wait, num, den)
    };
    assert_eq!(wait("10.615s", 106_823_000, 10_063), Some(true));
    assert_eq!(wait("10.616s", 106_823_000, 10_063), Some(false));
    assert_eq!(wait("0.37min", 22_499, 1), Some(true), "0.37498 min");
    assert_eq!(wait("0.37min", 22_500, 1), Some(false), "0.375 min prints as 0.38");
    assert_eq!(wait("10.615", 106_823_000, 10_063), None, "its unit is missing");
    assert_eq!(wait("97%", 1, 1), None);
    // The largest numbers that there can be do not overflow.
    let largest: Printed = "999999999999min".parse().expect("a value");
    assert_eq!(largest.admits(Quantity::Wait, i64::MAX, i64::MAX), Some(false));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    /// A printed value admits an exact one if and only if that one prints so.
    #[test]
    fn a_value_admits_what_prints_so(
        num in 0i64..2_000,
        den in 1i64..2_000,
        places in 0u8..5,
        off in -1i64..2,
    ) {
        let scale = 10i64.pow(u32::from(places));
        let digits = (2 * num * 100 * scale + den) / (2 * den);
        let told = (digits + off).max(0) as u64;
        let printed = Printed::Percent(Decimal { digits: told, places });
        let again: Printed = printed.to_string().parse().expect("what is printed is read");
        prop_assert_eq!(again, printed);
        prop_assert_eq!(printed.admits(Quantity::Share, num, den), Some(told == digits as u64));
        // The range says the same.
        let (low, high) = printed.range(Quantity::Share).expect("a share");
        let below = |a: (i64, i64), b: (i64, i64)| a.0 * b.1 < b.0 * a.1;
        let is_inside = !below((num, den), low) && below((num, den), high);
        prop_assert_eq!(printed.admits(Quantity::Share, num, den), Some(is_inside));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,30}") {
        let _ = text.parse::<Printed>().map(|value| value.admits(Quantity::Share, 1, 2));
    }
}

const WRONG: &str = "\
platform,shop,metric,from,to,day,value,samples,captured_at
taobao,,jd/first-reply-30s,2026-08-01,2026-07-01,,97.41,,
,s1,human-reply-3m,,,2026-02-30,97;41%,-3,2026-08-02T09:00:00
,s1,taobao/human-reply-3m,2026-07-01,,2026-08-01,9/10,20,
,s1,taobao/human-reply-3m,2026-07-01,,,\u{1b}[2J,,
,s1,taobao/human-reply-3m,2026-08-01
,s1,taobao/human-reply-3m,,,2026-08-01,99.85%,,
,s1,taobao/human-reply-3m,,,2026-08-01,99.85%,,
,s1,taobao/human-reply-3m,,,2026-08-01,99.86%,,
,s1,taobao/human-reply-3m,,,2026-08-02,\"99.86%,,
,s1,taobao/human-reply-3m,,,2026-08-03,99.86%,,
";

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let panel = read(WRONG);
    assert_eq!((panel.figures.len(), panel.rows), (1, 9));
    assert_eq!((panel.rejected, panel.repeats), (7, 1));
    insta::assert_snapshot!("wrong_in_english", messages(&panel.problems, Lang::En));
    insta::assert_snapshot!("wrong_in_chinese", messages(&panel.problems, Lang::Zh));
}

#[test]
fn a_file_that_is_no_panel_says_why() {
    let said = |bytes: &[u8]| messages(&parse(bytes, "panel.csv").expect_err("no panel"), Lang::En);
    insta::assert_snapshot!(
        "no_panel",
        [
            said(b""),
            said(b"shop,metrc,value,value\n"),
            said(b"at,platform,shop,buyer\n"),
            said(b"\xb5\xea\xc6\xcc,\xd6\xb8\xb1\xea\n\xb5\xea,\xd6\xb8\n"),
        ]
        .join("--\n")
    );
    assert_eq!(read("\u{feff}shop,metric,day,value\r\n\r\ns1,jd/x,2026-08-01,1%\r\n").rows, 1);
}

#[test]
fn panels_add_up_and_the_first_stands() {
    let one = |row: &str| read(&format!("shop,metric,day,value\n{row}\n"));
    let mut all = one("s1,jd/x,2026-08-01,1%");
    for row in ["s1,jd/x,2026-08-01,2%", "s1,jd/x,2026-08-01,1%", "s2,jd/x,2026-08-01,1%"] {
        all.extend(one(row));
    }
    assert_eq!((all.figures.len(), all.rows), (2, 4));
    assert_eq!((all.rejected, all.repeats), (1, 1));
    assert_eq!(all.figures.len() as u64 + all.rejected + all.repeats, all.rows);
}

fn of_log(rows: &str) -> Panel {
    let text = format!("at,platform,shop,buyer,author,fact,account,value\n{rows}");
    let sources = [crate::Source::Bytes { name: "log.csv".into(), bytes: text.into_bytes() }];
    let (log, report) =
        crate::read(&sources, &crate::Options::default(), &mut |_| Ok(())).expect("a log");
    assert_eq!(report.rejected, 0);
    from_log(&log)
}

#[test]
fn observed_facts_of_a_log_are_figures() {
    let panel = of_log(
        "2026-08-02T09:00:00+08:00,taobao,s1,,,observed,a1,human-reply-3m 2026-08-01 18/20\n\
         2026-08-02T09:00:00+08:00,taobao,s1,b1,buyer,message,,\n\
         2026-08-02T09:00:00+08:00,jd,s1,,,observed,,taobao/human-reply-3m 2026-08-01 1%\n\
         2026-08-02T09:00:01+08:00,jd,s1,,,observed,,今日回复率 九成\n\
         2026-08-02T09:00:02+08:00,jd,s1,,,observed,,\n",
    );
    assert_eq!((panel.rows, panel.rejected, panel.figures.len()), (4, 3, 1));
    let figure = &panel.figures[0];
    assert_eq!((&*figure.metric, figure.samples), ("taobao/human-reply-3m", Some(20)));
    assert_eq!(figure.account.as_deref(), Some("a1"));
    assert_eq!(figure.captured_at, Some(Instant(1_785_632_400_000)));
    let told = messages(&panel.problems, Lang::En);
    assert!(told.contains("`observed` of shop `s1` at 2026-08-02T01:00:01Z"), "{told}");
    assert!(!told.contains("九成"), "{told}");
}
