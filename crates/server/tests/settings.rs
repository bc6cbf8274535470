//! Settings: precedence, places of errors, all of them at once, and the page.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use intake::Lang;
use proptest::prelude::*;
use server::settings::{Given, LogLevel, Settings, UNITS, Unit};

fn of_file(text: &str) -> Result<Settings, Vec<String>> {
    let given = Given { file: Some(("yingda.toml", text)), ..Given::default() };
    read(&given)
}

fn read(given: &Given<'_>) -> Result<Settings, Vec<String>> {
    Settings::read(given).map_err(|wrong| wrong.iter().map(ToString::to_string).collect())
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

#[test]
fn nothing_given_is_the_default() {
    assert_eq!(read(&Given::default()).unwrap(), Settings::default());
    assert_eq!(of_file("").unwrap(), Settings::default());
}

#[test]
fn flags_stand_before_the_environment_and_that_before_the_file() {
    let mut given = Given {
        file: Some(("yingda.toml", "[log]\nlevel = \"error\"\n[limits]\nrows = 5")),
        environment: pairs(&[("YINGDA_LOG_LEVEL", "warn"), ("HOME", "/"), ("YINGDA_DATA", "d")]),
        flags: pairs(&[("--log-level", "debug")]),
    };
    let settings = read(&given).unwrap();
    assert_eq!((settings.log_level, settings.limits.rows), (LogLevel::Debug, 5));
    assert_eq!(settings.data, Path::new("d"));
    given.flags.clear();
    assert_eq!(read(&given).unwrap().log_level, LogLevel::Warn);
    given.environment.clear();
    assert_eq!(read(&given).unwrap().log_level, LogLevel::Error);
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_place() {
    let given = Given {
        file: Some((
            "yingda.toml",
            "listn = \"x\"\nlanguage = \"fr\"\n[tls]\nkey = \"k.pem\"\n[limits]\nrows = 0\n\
             body = \"8MB\"\nunpacked = true\n[log.more]\nlevel = \"info\"\n",
        )),
        environment: pairs(&[("YINGDA_LISTEN", "localhost"), ("YINGDA_DAAT", "x")]),
        flags: pairs(&[("--data", "a"), ("--data", "b"), ("--lagnuage", "zh")]),
    };
    let wrong = read(&given).unwrap_err();
    let expected = [
        "yingda.toml:2:12: found `fr`, expected one of `zh`, `en`",
        "yingda.toml:7:8: found `8MB`, expected a size from 1KiB to 1GiB, such as `512KiB` or \
         `8MiB`",
        "yingda.toml:6:8: found `0`, expected a whole number from 1 to 1000000",
        "yingda.toml:8:12: found `true`, expected a size from 1KiB to 1GiB, such as `512KiB` or \
         `8MiB`",
        "yingda.toml:1:1: there is no such setting; is `listen` meant?",
        "yingda.toml:9:6: there is no such setting",
        "YINGDA_LISTEN: found `localhost`, expected an address and a port, such as \
         `127.0.0.1:8788` or `[::]:8788`",
        "YINGDA_DAAT: there is no such setting; is `YINGDA_DATA` meant?",
        "--data: given twice; keep one",
        "--lagnuage: there is no such setting; is `--language` meant?",
        "`tls.key` needs `tls.certificate`; set both or neither",
    ];
    let (found, expected): (BTreeSet<&str>, BTreeSet<&str>) =
        (wrong.iter().map(String::as_str).collect(), expected.into());
    assert_eq!(found, expected);
}

#[test]
fn a_file_that_is_no_toml_says_where() {
    let wrong = of_file("listen = \"127.0.0.1:1\"\ndata = [").unwrap_err();
    assert!(wrong[0].starts_with("yingda.toml:2:"), "{wrong:?}");
}

#[test]
fn nobody_listens_beyond_this_machine_by_accident() {
    for address in ["0.0.0.0:80", "[::]:80", "192.168.1.5:80"] {
        let wrong = of_file(&format!("listen = \"{address}\"")).unwrap_err();
        assert!(wrong[0].contains("without TLS"), "{wrong:?}");
        let proxied = of_file(&format!("listen = \"{address}\"\nbehind-proxy = true")).unwrap();
        assert!(!proxied.is_https());
        let tls = "tls = { certificate = \"c.pem\", key = \"k.pem\" }";
        assert!(of_file(&format!("listen = \"{address}\"\n{tls}")).unwrap().is_https());
    }
    for address in ["127.0.0.1:80", "[::1]:80", "[::ffff:127.0.0.1]:80", "127.9.9.9:80"] {
        assert!(of_file(&format!("listen = \"{address}\"")).is_ok());
    }
}

#[test]
fn waits_lie_within_one_another() {
    let wrong = of_file("timeouts = { piece = \"60s\" }").unwrap_err();
    assert_eq!(wrong, ["`timeouts.piece` has to be shorter than `timeouts.request`"]);
    assert!(of_file("timeouts = { piece = \"59999ms\" }").is_ok());
}

#[test]
fn one_body_fits_into_the_room_of_all() {
    let text = "limits = { body = \"1MiB\", unpacked = \"2MiB\", held = \"2MiB\" }";
    let given = Given { file: Some(("f", text)), ..Given::default() };
    let wrong = Settings::read(&given).unwrap_err();
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| wrong[0].message(lang));
    assert!(en.starts_with("`limits.held` is 2MiB;") && en.contains("at least 3MiB"), "{en}");
    assert!(zh.starts_with("`limits.held` 为 2MiB；") && zh.contains("至少 3MiB"), "{zh}");
    assert!(of_file("limits = { body = \"1MiB\", unpacked = \"2MiB\", held = \"3MiB\" }").is_ok());
}

#[test]
fn no_secret_is_shown() {
    let url = "postgres://yingda:hunter2@db/yingda";
    let settings = of_file(&format!("database = \"{url}\"")).unwrap();
    assert_eq!(settings.database.as_ref().unwrap().reveal(), url);
    assert!(!format!("{settings:?}").contains("hunter2"));
    for wrong in ["database = \"mysql://u:hunter2@db\"", "database = [\"hunter2\"]"] {
        let wrong = of_file(wrong).unwrap_err();
        assert!(wrong[0].contains("expected a URL") && !wrong[0].contains("hunter2"), "{wrong:?}");
    }
}

#[test]
fn names_are_one_of_a_kind_and_defaults_read_as_shown() {
    let of = |name: fn(&Unit) -> String| UNITS.iter().map(name).collect::<BTreeSet<_>>().len();
    assert_eq!(of(|unit| unit.key.into()), UNITS.len());
    assert_eq!(of(Unit::flag), UNITS.len());
    assert_eq!(of(Unit::variable), UNITS.len());
    let defaults = Settings::default();
    let flags = UNITS.iter().filter_map(|unit| Some((unit.flag(), unit.shown(&defaults)?)));
    let given = Given { flags: flags.collect(), ..Given::default() };
    assert_eq!(read(&given).unwrap(), defaults);
}

/// Files as people write them, with slips.
fn files() -> impl Strategy<Value = String> {
    let value =
        prop_oneof!["\"[^\"]{0,9}\"", "[0-9]{1,25}", Just("true".to_owned()), "\\[[^\\]]{0,9}\\]",];
    let key =
        prop_oneof!["[a-z.\\-]{1,10}", (0..UNITS.len()).prop_map(|n| UNITS[n].key.to_owned())];
    let line = prop_oneof![(key, value).prop_map(|(key, value)| key + " = " + &value), ".{0,20}"];
    prop::collection::vec(line, 0..6).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(
        text in files(),
    ) {
        if let Err(wrong) = Settings::read(&Given { file: Some(("f", &text)), ..Given::default() })
        {
            prop_assert!(!wrong.is_empty());
            prop_assert!(wrong.iter().all(|wrong| !wrong.message(Lang::Zh).is_empty()));
        }
    }

    #[test]
    fn no_value_makes_the_reader_panic(unit in 0..UNITS.len(), value in ".{0,30}") {
        let flags = vec![(UNITS[unit].flag(), value)];
        let _ = Settings::read(&Given { flags, ..Given::default() });
    }
}
