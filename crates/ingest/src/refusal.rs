//! Why a row that reads as a fact is not kept, in words.

use intake::{Column, Lang};
use store::Refused;

/// Why a row is no fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The column at fault; absent when it is the row as a whole.
    pub column: Option<Column>,
    /// A stable code.
    pub code: &'static str,
    /// What was found, what was expected, what to do, in English. Never a buyer's text.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
}

impl Refusal {
    /// What was found, what was expected, what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let told = |column, code, en: &str, zh: &str| Refusal {
            column,
            code,
            en: en.to_owned(),
            zh: zh.to_owned(),
        };
        match refused {
            Refused::OtherContents { .. } => told(
                Some(Column::Id),
                "id-conflict",
                "found an id that stands for other contents; the first fact stands; give each \
                 message an id of its own",
                "该编号已用于内容不同的事实；以先到的为准；请为每条消息使用各自的编号",
            ),
            Refused::OtherShop => told(
                Some(Column::Shop),
                "shop-not-allowed",
                "found a shop that you may not send facts for; ask an owner for it",
                "无权为该店铺发送事实；请向所有者申请",
            ),
            Refused::NameMissing => told(
                None,
                "name-missing",
                "found an empty platform, shop or buyer; expected a name in each",
                "平台、店铺或买家为空；每项都应有名称",
            ),
            Refused::InstantOutOfRange => told(
                Some(Column::At),
                "instant-out-of-range",
                "found an instant before 1970 or after 9999",
                "时刻早于 1970 年或晚于 9999 年",
            ),
            Refused::TooLong => told(
                None,
                "too-long",
                "found a name of more than 1,024 bytes, or a text of more than 262,144",
                "名称超过 1,024 字节，或文本超过 262,144 字节",
            ),
            Refused::ControlCharacter => told(
                None,
                "control-character",
                "found a control character in a name, or a null byte in a text",
                "名称中有控制字符，或文本中有空字节",
            ),
            Refused::BeforeHorizon { horizon } => Refusal {
                column: Some(Column::At),
                code: "before-horizon",
                en: format!(
                    "found an instant before {}, until which repeats are recognised; count older \
                     facts with `yingda measure`",
                    horizon.0
                ),
                zh: format!(
                    "时刻早于 {}，更早的重复已无法识别；更早的事实请用 `yingda measure` 统计",
                    horizon.0
                ),
            },
        }
    }
}
