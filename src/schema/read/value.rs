//! A node of a YAML tree → whatever serde type is due, as `serde_yaml` would read it from text: a scalar is text to
//! whoever wants text (`0.30` stays `0.30`), and only a plain one can be a number, a boolean or nothing.
//!
//! Unlike its, it knows the node every refusal is about, leaves out what it is told to, and reads an enum
//! variant with content from a mapping with one key.

use super::refusal::Refusal;
use crate::source::meaning::{Meaning, meaning};
use crate::source::tree::{Kind, NodeRef};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// A node to be read.
#[derive(Clone, Copy)]
pub(super) struct Value<'t, 's> {
    pub(super) node: NodeRef<'t>,
    /// By id, the keys and values that are to be passed over as if they were not there.
    pub(super) left_out: &'s [bool],
}

impl<'t> Value<'t, '_> {
    fn of(self, node: NodeRef<'t>) -> Self {
        Self { node, left_out: self.left_out }
    }

    fn is_left_out(&self) -> bool {
        self.left_out[self.node.id()]
    }

    /// The items that are to be read.
    fn items(self) -> impl Iterator<Item = Self> {
        self.node.items().map(move |item| self.of(item)).filter(|item| !item.is_left_out())
    }

    /// The keys and values that are to be read.
    fn entries(self) -> impl Iterator<Item = (Self, Self)> {
        let entries = self.node.entries().map(move |(key, value)| (self.of(key), self.of(value)));
        entries.filter(|(key, value)| !key.is_left_out() && !value.is_left_out())
    }

    /// What a scalar means; a quoted one is text.
    fn meaning(self) -> Option<(Meaning, &'t str)> {
        let text = self.node.text()?;
        Some((if self.node.is_plain() { meaning(text) } else { Meaning::Text }, text))
    }

    fn mismatch(self, due: &dyn Expected) -> Refusal {
        let found = match (self.node.kind(), self.meaning()) {
            (Kind::Sequence { .. }, _) => Unexpected::Seq,
            (Kind::Mapping { .. }, _) => Unexpected::Map,
            (_, Some((Meaning::Nothing, _))) => Unexpected::Unit,
            (_, Some((Meaning::Truth(truth), _))) => Unexpected::Bool(truth),
            (_, Some((Meaning::Real(number), _))) => Unexpected::Float(number),
            (_, Some((Meaning::Unsigned(number), _))) => Unexpected::Float(number as f64),
            (_, Some((Meaning::Negative(number), _))) => Unexpected::Float(number as f64),
            (_, Some((Meaning::Text, text))) => Unexpected::Str(text),
            (_, None) => Unexpected::Other("an alias"),
        };
        Refusal::invalid_type(found, due)
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.meaning().map(|(meaning, _)| meaning) {
            Some(Meaning::Unsigned(_) | Meaning::Negative(_) | Meaning::Real(_)) => {
                self.deserialize_any(visitor)
            }
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn seq<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if !self.node.is_sequence() {
            return Err(self.mismatch(&visitor));
        }
        let mut items = self.items();
        let mut read = 0;
        let value = visitor.visit_seq(Items { items: &mut items, read: &mut read })?;
        match items.count() {
            0 => Ok(value),
            rest => Err(Refusal::invalid_length(read + rest, &format!("a sequence of {read}").as_str())),
        }
    }

    fn map<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if !self.node.is_mapping() {
            return Err(self.mismatch(&visitor));
        }
        visitor.visit_map(Entries { entries: self.entries(), value: None })
    }
}

/// All number types are read alike: the type's own visitor checks the range.
macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.number(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'_, '_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let Some((meaning, text)) = self.meaning() else {
            return match self.node.kind() {
                Kind::Sequence { .. } => self.seq(visitor),
                Kind::Mapping { .. } => self.map(visitor),
                Kind::Scalar(_) | Kind::Alias => Err(self.mismatch(&visitor)),
            };
        };
        match meaning {
            Meaning::Nothing => visitor.visit_unit(),
            Meaning::Truth(truth) => visitor.visit_bool(truth),
            Meaning::Unsigned(number) => match u64::try_from(number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_u128(number),
            },
            Meaning::Negative(number) => match i64::try_from(number) {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => visitor.visit_i128(number),
            },
            Meaning::Real(number) => visitor.visit_f64(number),
            Meaning::Text => visitor.visit_str(text),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.meaning() {
            Some((Meaning::Truth(truth), _)) => visitor.visit_bool(truth),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.node.text() {
            Some(text) => visitor.visit_str(text),
            None => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.meaning() {
            Some((Meaning::Nothing, _)) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.seq(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let mut entries = self.entries();
        let (variant, content) = match (self.node.kind(), entries.next(), entries.next()) {
            (Kind::Scalar(_), ..) => (self, None),
            (Kind::Mapping { .. }, Some((key, value)), None) => (key, Some(value)),
            _ => return Err(self.mismatch(&visitor)),
        };
        visitor.visit_enum(Variant { variant, content })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct }
}

struct Items<'i, I> {
    items: &'i mut I,
    read: &'i mut usize,
}

impl<'de, 't, 's, I: Iterator<Item = Value<'t, 's>>> SeqAccess<'de> for Items<'_, I> {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        let Some(item) = self.items.next() else { return Ok(None) };
        *self.read += 1;
        seed.deserialize(item).map(Some).map_err(|refusal| refusal.at(item.node.id()))
    }
}

struct Entries<'t, 's, I> {
    entries: I,
    value: Option<Value<'t, 's>>,
}

impl<'de, 't, 's, I: Iterator<Item = (Value<'t, 's>, Value<'t, 's>)>> MapAccess<'de> for Entries<'t, 's, I> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        // Whoever wants any key at all gets its text: keys are names, whatever they look like.
        let name = key.node.text().unwrap_or_default().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|refusal: Refusal| refusal.at(key.node.id()))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let value = self.value.take().expect("serde asks for a value only after its key");
        seed.deserialize(value).map_err(|refusal| refusal.at(value.node.id()))
    }
}

struct Variant<'t, 's> {
    variant: Value<'t, 's>,
    content: Option<Value<'t, 's>>,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Refusal> {
        let id = self.variant.node.id();
        let name = seed.deserialize(self.variant).map_err(|refusal| refusal.at(id))?;
        Ok((name, self))
    }
}

impl Variant<'_, '_> {
    fn content(&self, due: &'static str) -> Result<Self, Refusal> {
        match self.content {
            Some(content) => Ok(Self { variant: content, content: None }),
            None => Err(Refusal::invalid_type(Unexpected::Other("only a name"), &due)),
        }
    }

    fn within<T>(self, read: impl FnOnce(Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let id = self.variant.node.id();
        read(self).map_err(|refusal| refusal.at(id))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        match self.content {
            None => Ok(()),
            Some(content) => Err(content.mismatch(&"a name without content").at(content.node.id())),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Refusal> {
        self.content("a name with content")?.within(|content| seed.deserialize(content.variant))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.content("a name with a sequence")?.within(|content| content.variant.seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.content("a name with a mapping")?.within(|content| content.variant.map(visitor))
    }
}
