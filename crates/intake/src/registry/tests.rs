#![allow(clippy::unwrap_used)]
use super::*;
use crate::Lang;

const WHOLE: &str = r#"
[[shop]]
platform       = "taobao"
shop           = "s1"
name           = "旗舰店"
client         = "ACME"
groups         = ["north", "apparel"]
level          = [{ from = 2026-06-01, level = 4 }, { from = 2026-01-01, level = 3 }]
industry       = "apparel"
enrolled       = { "cny-2026" = false, "618" = true }
closed         = [{ from = 2026-02-16T00:00:00+08:00, until = 2026-02-18T00:00:00.5Z }]
own_accounts   = ["b9"]
account_grades = { a1 = "senior" }
account_capacities = { a1 = 8 }

[[shop]]
platform = "douyin"
shop     = "s1"
level    = 0x10

[[person]]
id       = "Wang"
accounts = [{ platform = "taobao", shop = "s1", account = "a1" }]
"#;

#[test]
fn every_key_is_read() {
    let registry = parse(WHOLE.as_bytes(), "shops.toml").unwrap();
    let day = |text: &str| text.parse::<Day>().unwrap();
    let shop = registry.shop("taobao", "s1").unwrap();
    assert_eq!(shop.name, "旗舰店");
    assert_eq!(shop.client, "ACME");
    assert_eq!(shop.groups, ["north", "apparel"]);
    assert_eq!(shop.levels, [(day("2026-01-01"), 3), (day("2026-06-01"), 4)]);
    assert_eq!(shop.industry, "apparel");
    let enrolled = |period: &str, enrolled| Enrolment { period: period.into(), enrolled };
    assert_eq!(shop.enrolments, [enrolled("cny-2026", false), enrolled("618", true)]);
    let closure = Closure { from: Instant(1_771_171_200_000), until: Instant(1_771_372_800_500) };
    assert_eq!(shop.closures, [closure]);
    assert_eq!(shop.own_accounts, [OwnAccount { buyer: "b9".into() }]);
    assert_eq!(shop.account_grades, [("a1".into(), "senior".into())]);
    assert_eq!((shop.grade("a1"), shop.capacity("a1")), (Some("senior"), Some(8)));
    let other = registry.shop("douyin", "s1").unwrap();
    assert_eq!(other.levels, [(day("0001-01-01"), 16)]);
    assert_eq!(registry.persons[0].accounts, [("taobao".into(), "s1".into(), "a1".into())]);
}

#[test]
fn an_empty_registry_knows_nothing() {
    assert_eq!(parse(b"", "shops.toml"), Ok(Registry::default()));
    assert_eq!(parse(b"\xef\xbb\xbf# ok\n", "shops.toml"), Ok(Registry::default()));
}

/// Everything that can be wrong, in one file, told at once.
const WRONG: &str = r#"# 店铺登记表
[[shop]]
platfrom = "taobao"  # 平台
shop     = "s1"
level    = "三级"
closed   = [{ from = 2026-02-16T00:00:00, until = 2026-02-18 }]
weather  = "fine"

[[shop]]
platform = "douyin"
shop     = "店铺一"
shop     = "s2"
enrolled = { "cny-2026" = "no" }
level    = [{ from = 2026-01-01, level = 1 }, { from = 2026-01-01, level = 2 }, { level = 3 }]
closed   = [{ from = 2026-02-18T00:00:00Z, until = 2026-02-18T00:00:00Z }]

[[shop]]
platform     = "douyin"
shop         = "店铺一"
own_accounts = ["", 7]
closed       = [{ from = 1960-01-01T00:00:00Z, until = 2026-02-18T00:00:00Z }]

[[person]]
id = "王"

[[person]]
id       = "王"
accounts = ["a1"]
"#;

#[test]
fn all_problems_are_told_at_once_in_english() {
    insta::assert_snapshot!(parse(WRONG.as_bytes(), "shops.toml").unwrap_err().render(Lang::En));
}

#[test]
fn all_problems_are_told_at_once_in_chinese() {
    insta::assert_snapshot!(parse(WRONG.as_bytes(), "shops.toml").unwrap_err().render(Lang::Zh));
}

#[test]
fn colours_are_the_only_difference_of_the_coloured_form() {
    let wrong = parse(WRONG.as_bytes(), "shops.toml").unwrap_err();
    let coloured = wrong.render_coloured(Lang::En);
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_ne!(coloured, plain);
    assert_eq!(plain, wrong.render(Lang::En));
}

/// The marks stand under the characters they are about: wide characters count two columns.
#[test]
fn wide_characters_are_aligned() {
    let text = "[[shop]]\nplatform = \"淘宝\"\nshop = { 店 = 1 }\n";
    let wrong = parse(text.as_bytes(), "登记.toml").unwrap_err().render(Lang::Zh);
    let lines: Vec<&str> = wrong.lines().collect();
    let code = lines.iter().position(|line| line.contains("店 = 1")).unwrap();
    let column = |line: &str, c: char| line.chars().position(|x| x == c).unwrap();
    assert_eq!(column(lines[code], '{'), column(lines[code + 1], '^'));
    let marks = lines[code + 1].chars().filter(|c| *c == '^').count();
    assert_eq!(marks, "{ 店 = 1 }".chars().count() + 1);
}

#[test]
fn a_file_in_another_encoding_is_told() {
    let text: Vec<u8> = "[[shop]]\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wrong = parse(&[b"\xff\xfe", &text[..]].concat(), "shops.toml").unwrap_err();
    assert!(wrong.render(Lang::En).contains("UTF-16LE"), "{wrong}");
    let wrong = parse(b"name = \"\xb5\xea\xc6\xcc\"", "shops.toml").unwrap_err();
    assert!(wrong.render(Lang::Zh).contains("GB18030"));
}
