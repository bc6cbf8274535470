//! Words of several routes: reaches, roles, grants, secrets.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use store::{Grant, Reach, Role, ShopKey};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::extract::said;
use crate::role::Permission;
use crate::secret::Secret;

/// A word of a list that another crate has.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $word:ty, $schema:literal, $en:literal, $zh:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $word);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.word())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                <$word>::from_word(&text).map(Self).ok_or_else(|| said($en, $zh))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = <$word>::ALL.iter().map(|word| word.word());
                let words: Vec<&str> = words.collect();
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                $schema.into()
            }
        }
    };
}

word!(
    /// What a user is.
    RoleWord, Role, "Role", "expected `owner`, `supervisor`, `agent` or `viewer`",
    "应为 `owner`、`supervisor`、`agent` 或 `viewer`"
);
word!(
    /// What a token may do.
    GrantWord, Grant, "Grant", "expected `feed`, `read`, `texts`, `settings` or `manage`",
    "应为 `feed`、`read`、`texts`、`settings` 或 `manage`"
);

word!(
    /// What a caller may do.
    PermissionWord, Permission, "Permission", "expected one of the permissions that `/v1/me` lists",
    "应为 `/v1/me` 所列的权限之一"
);

/// A shop on a platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShopKey)]
pub(crate) struct ShopKeyBody {
    /// The platform's word.
    platform: String,
    /// The shop id, as the platform has it.
    shop: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Every {
    /// Every shop, also those that come later.
    Everything,
}

/// Which shops: the word `everything`, or a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "expected `\"everything\"` or a list of `{\"platform\": …, \"shop\": …}`\u{1f}\
                 应为 `\"everything\"`，或由 `{\"platform\": …, \"shop\": …}` 组成的列表"
)]
#[schema(as = Reach)]
pub(crate) enum ReachBody {
    /// Every shop, also those that come later.
    Every(Every),
    /// These and no others.
    Shops(Vec<ShopKeyBody>),
}

impl From<&Reach> for ReachBody {
    fn from(reach: &Reach) -> Self {
        let body =
            |key: &ShopKey| ShopKeyBody { platform: key.platform.clone(), shop: key.shop.clone() };
        match reach {
            Reach::Everything => Self::Every(Every::Everything),
            Reach::Shops(shops) => Self::Shops(shops.iter().map(body).collect()),
        }
    }
}

impl From<ReachBody> for Reach {
    fn from(body: ReachBody) -> Self {
        let key = |body: ShopKeyBody| ShopKey { platform: body.platform, shop: body.shop };
        match body {
            ReachBody::Every(Every::Everything) => Self::Everything,
            ReachBody::Shops(shops) => Self::Shops(shops.into_iter().map(key).collect()),
        }
    }
}

/// Bytes that are no text: a file.
pub(crate) struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Binary {
    fn name() -> Cow<'static, str> {
        "Binary".into()
    }
}

/// A secret of a body. What is no text is not repeated in the problem: it may be a password of
/// digits.
#[derive(Clone, Debug)]
pub(crate) struct SecretBody(pub(crate) Secret);

impl<'de> Deserialize<'de> for SecretBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self(Secret::from(text))),
            _ => Err(said("expected a text", "应为文本")),
        }
    }
}

/// The one place in which a secret goes out: where it is shown once.
impl Serialize for SecretBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.reveal())
    }
}

impl PartialSchema for SecretBody {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Password);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for SecretBody {
    fn name() -> Cow<'static, str> {
        "Secret".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_named_where_one_is_wrong() {
        let wrong = |json: &str| {
            let role = serde_json::from_str::<RoleWord>(json).unwrap_err().to_string();
            let grant = serde_json::from_str::<GrantWord>(json).unwrap_err().to_string();
            (role, grant)
        };
        let (role, grant) = wrong("\"x\"");
        assert!(Role::ALL.iter().all(|known| role.contains(known.word())), "{role}");
        assert!(Grant::ALL.iter().all(|known| grant.contains(known.word())), "{grant}");
    }

    #[test]
    fn reaches_come_back() {
        for json in ["\"everything\"", "[]", r#"[{"platform":"jd","shop":"店"}]"#] {
            let body: ReachBody = serde_json::from_str(json).unwrap();
            let reach = Reach::from(body.clone());
            assert_eq!(ReachBody::from(&reach), body);
            assert_eq!(serde_json::to_string(&body).unwrap(), json);
        }
        for wrong in ["null", "\"all\"", r#"[{"platform":"jd"}]"#, "3"] {
            let error = serde_json::from_str::<ReachBody>(wrong).unwrap_err().to_string();
            assert!(error.contains("everything"), "{error}");
        }
    }

    #[test]
    fn a_password_of_digits_is_not_repeated() {
        let error = serde_json::from_str::<SecretBody>("13800138000").unwrap_err().to_string();
        assert!(!error.contains("138"), "{error}");
    }
}
