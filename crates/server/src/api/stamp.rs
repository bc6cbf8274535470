//! Instants and days as JSON has them.

use std::borrow::Cow;

use facts::{Day, Instant};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::extract::said;

/// China's offset from UTC, in which instants are written that belong to no one shop.
const CHINA_MS: i64 = 8 * 60 * 60 * 1_000;

/// An instant: RFC 3339 with milliseconds, written with `+08:00`, read with any offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(pub(crate) Instant);

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&desk::Stamp { at: self.0, offset: CHINA_MS })
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        intake::parse_instant(&text).map(Self).map_err(|_| {
            said(
                "expected an instant with its offset, such as `2026-06-01T09:00:00.000+08:00`",
                "应为带时区偏移的时刻，例如 `2026-06-01T09:00:00.000+08:00`",
            )
        })
    }
}

impl PartialSchema for Stamp {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Stamp {
    fn name() -> Cow<'static, str> {
        "Instant".into()
    }
}

/// A day: `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DayStamp(pub(crate) Day);

impl Serialize for DayStamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DayStamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let day = text.parse::<Day>().map(Self);
        day.map_err(|_| said("expected a day, such as `2026-06-01`", "应为日期，例如 `2026-06-01`"))
    }
}

impl PartialSchema for DayStamp {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Date);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for DayStamp {
    fn name() -> Cow<'static, str> {
        "Day".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_days_come_back() {
        let at = Stamp(Instant(1_780_279_205_007));
        let json = serde_json::to_string(&at).unwrap();
        assert_eq!(json, "\"2026-06-01T10:00:05.007+08:00\"");
        assert_eq!(serde_json::from_str::<Stamp>(&json).unwrap(), at);
        let utc = "\"2026-06-01T02:00:05.007Z\"";
        assert_eq!(serde_json::from_str::<Stamp>(utc).unwrap(), at);
        let day: DayStamp = serde_json::from_str("\"2026-02-28\"").unwrap();
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2026-02-28\"");
        for wrong in ["\"2026-06-01T02:00:05\"", "\"x\"", "3"] {
            assert!(serde_json::from_str::<Stamp>(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<DayStamp>("\"2026-02-30\"").is_err());
    }
}
