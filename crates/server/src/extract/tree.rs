//! Any JSON, read into types with errors that know their place.

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use super::misfit::{Misfit, Step};
use crate::problem::BodyPlace;

/// A value of JSON; objects in their order, keys given twice too.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Null,
    Flag(bool),
    Natural(u64),
    Negative(i64),
    Fraction(f64),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Builder)
    }
}

impl Tree {
    /// What it is, to whoever wants something else.
    pub(crate) fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Flag(flag) => Unexpected::Bool(*flag),
            Self::Natural(n) => Unexpected::Unsigned(*n),
            Self::Negative(n) => Unexpected::Signed(*n),
            Self::Fraction(n) => Unexpected::Float(*n),
            Self::Text(text) => Unexpected::Str(text),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        }
    }
}

struct Builder;

impl<'de> Visitor<'de> for Builder {
    type Value = Tree;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Tree, E> {
        Ok(Tree::Flag(flag))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Tree, E> {
        Ok(Tree::Natural(n))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Tree, E> {
        Ok(u64::try_from(n).map_or(Tree::Negative(n), Tree::Natural))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Tree, E> {
        Ok(Tree::Fraction(n))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Tree, E> {
        Ok(Tree::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Tree::Object(object))
    }
}

impl<'de> Deserializer<'de> for &'de Tree {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self {
            Tree::Null => visitor.visit_unit(),
            Tree::Flag(flag) => visitor.visit_bool(*flag),
            Tree::Natural(n) => visitor.visit_u64(*n),
            Tree::Negative(n) => visitor.visit_i64(*n),
            Tree::Fraction(n) => visitor.visit_f64(*n),
            Tree::Text(text) => visitor.visit_borrowed_str(text),
            // Its first item would be taken for the tag.
            Tree::List(_) if is_tagged(&visitor) => Err(no_object(&visitor)),
            Tree::List(list) => visitor.visit_seq(Items(list.iter().enumerate())),
            Tree::Object(object) => visitor.visit_map(Entries { left: object.iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self {
            // A visitor takes a list for the values of its keys, in their order.
            Tree::List(_) => Err(no_object(&visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self {
            Tree::Text(word) => visitor.visit_enum(Word { word, value: None }),
            Tree::Object(entries) if entries.len() == 1 => {
                let (word, value) = &entries[0];
                visitor.visit_enum(Word { word, value: Some(value) })
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

/// Whether a visitor is of an enum whose variant a key of an object names.
fn is_tagged(expected: &dyn Expected) -> bool {
    expected.to_string().contains("tagged enum")
}

fn no_object(expected: &dyn Expected) -> Misfit {
    de::Error::invalid_type(Unexpected::Seq, expected)
}

struct Items<'de>(std::iter::Enumerate<std::slice::Iter<'de, Tree>>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        let Some((n, item)) = self.0.next() else { return Ok(None) };
        seed.deserialize(item).map(Some).map_err(|misfit| misfit.within(Step::Item(n)))
    }
}

struct Entries<'de> {
    left: std::slice::Iter<'de, (String, Tree)>,
    value: Option<(&'de str, &'de Tree)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some((key.as_str(), value));
        let key: StrDeserializer<'_, Misfit> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        // Asked for in the wrong order, there is none.
        let (key, value) = self.value.take().unwrap_or(("", &Tree::Null));
        seed.deserialize(value).map_err(|misfit| misfit.within(Step::Key(key.to_owned())))
    }
}

struct Word<'de> {
    word: &'de str,
    value: Option<&'de Tree>,
}

impl<'de> EnumAccess<'de> for Word<'de> {
    type Error = Misfit;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Misfit> {
        let word: StrDeserializer<'_, Misfit> = self.word.into_deserializer();
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> Word<'de> {
    /// What stands beside the word, which some words need.
    fn value(&self) -> Result<&'de Tree, Misfit> {
        let lone = || de::Error::invalid_type(Unexpected::Str(""), &"an object");
        self.value.ok_or_else(lone)
    }

    fn within<T>(&self, done: Result<T, Misfit>) -> Result<T, Misfit> {
        done.map_err(|misfit| misfit.within(Step::Key(self.word.to_owned())))
    }
}

impl<'de> VariantAccess<'de> for Word<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.value {
            None => Ok(()),
            Some(value) => self.within(<()>::deserialize(value)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        let value = self.value()?;
        self.within(seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        let value = self.value()?;
        self.within(value.deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let value = self.value()?;
        self.within(value.deserialize_struct("", fields, visitor))
    }
}

/// Where the value lies to which steps lead in a text that is JSON. Where a step leads nowhere, it
/// is the place of the value before.
pub(super) fn place(json: &[u8], steps: &[Step]) -> BodyPlace {
    let mut walk = Walk { json, at: 0 };
    walk.blank();
    for step in steps {
        let before = walk.at;
        if !walk.enter(step) {
            walk.at = before;
            break;
        }
    }
    let before = &json[..walk.at.min(json.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    BodyPlace { line, byte: (before.len() - begin) as u64 + 1 }
}

struct Walk<'a> {
    json: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn next(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.next().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Passes a text, its quotes included.
    fn text(&mut self) {
        self.at += 1;
        while let Some(byte) = self.next() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
    }

    /// Passes a value.
    fn value(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.next() {
            match byte {
                b'"' => self.text(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' if depth == 0 => return,
                _ => self.at += 1,
            }
        }
    }

    fn enter(&mut self, step: &Step) -> bool {
        let open = if matches!(step, Step::Item(_)) { b'[' } else { b'{' };
        if self.next() != Some(open) {
            return false;
        }
        self.at += 1;
        let mut n = 0;
        loop {
            self.blank();
            match step {
                Step::Item(wanted) if n == *wanted => return true,
                Step::Item(_) => {}
                Step::Key(wanted) => {
                    let begin = self.at;
                    self.text();
                    let raw = self.json.get(begin..self.at).unwrap_or_default();
                    let key: Option<String> = serde_json::from_slice(raw).ok();
                    self.blank();
                    self.at += 1;
                    self.blank();
                    if key.as_ref() == Some(wanted) {
                        return true;
                    }
                }
            }
            self.value();
            if self.next() != Some(b',') {
                return false;
            }
            self.at += 1;
            n += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JSON: &str = "{\"a\": [1, {\"b\\u0063\": \"]}\\\"\"},\n  [2, true]], \"d\": null}";

    fn at(steps: &[Step]) -> (u64, u64) {
        let place = place(JSON.as_bytes(), steps);
        (place.line, place.byte)
    }

    #[test]
    fn places_are_found() {
        let key = |key: &str| Step::Key(key.to_owned());
        assert_eq!(at(&[]), (1, 1));
        assert_eq!(at(&[key("a")]), (1, 7));
        assert_eq!(at(&[key("a"), Step::Item(1), key("bc")]), (1, 23));
        assert_eq!(at(&[key("a"), Step::Item(2), Step::Item(1)]), (2, 7));
        assert_eq!(at(&[key("d")]), (2, 20));
        assert_eq!(at(&[key("x")]), (1, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 500,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Whatever the text is, JSON or not, a place is within it.
        #[test]
        fn places_are_within_the_text(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            item in 0_usize..4,
        ) {
            let mut json = JSON.as_bytes().to_vec();
            let i = at.index(json.len());
            json[i] = byte;
            let steps = [Step::Key("a".into()), Step::Item(item), Step::Key("bc".into())];
            let place = place(&json, &steps);
            prop_assert!(place.line >= 1 && place.byte <= json.len() as u64 + 1);
        }
    }
}
