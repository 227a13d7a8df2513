//! The deserializer that notes what it is asked for, and answers with something that reads.

use std::collections::BTreeMap;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
    value::{Error, StrDeserializer},
};

use super::TEXTS;

/// What stands at a path.
#[derive(Clone, Copy, Debug)]
pub enum Node {
    /// A text of a format.
    Text(&'static str),
    Integer(i64, u64),
    Bool,
    List,
    /// Any names, a value for each.
    Texts,
    Object(&'static [&'static str]),
    Words(&'static [&'static str]),
    WishedWindow,
}

impl Node {
    /// Paths of the fields of an object.
    pub fn fields(&self, path: &str) -> Vec<String> {
        match self {
            Node::Object(fields) => fields.iter().map(|f| format!("{path}/{f}")).collect(),
            _ => Vec::new(),
        }
    }
}

/// What was seen so far, and what the next reading tries.
#[derive(Default)]
pub struct Seen {
    pub nodes: BTreeMap<String, Node>,
    /// Paths where nothing may stand.
    pub maybe: Vec<String>,
    /// Which text is tried at a path.
    pub texts: BTreeMap<String, usize>,
    variants: BTreeMap<String, usize>,
    /// The field that is left out.
    pub skip: Option<String>,
    /// Where the reading failed.
    pub failed: Option<String>,
}

impl Seen {
    /// Goes on to the next word everywhere; whether there was one.
    pub fn next_variants(&mut self) -> bool {
        let mut more = false;
        for (path, at) in &mut self.variants {
            let words = match self.nodes.get(path) {
                Some(Node::Words(words)) => words.len(),
                _ => 0,
            };
            if *at + 1 < words {
                *at += 1;
                more = true;
            }
        }
        more
    }
}

/// Reads a value once.
pub fn read<T: DeserializeOwned>(seen: &mut Seen) -> Result<T, Error> {
    T::deserialize(Trace { seen, path: String::new() })
}

struct Trace<'a> {
    seen: &'a mut Seen,
    path: String,
}

impl Trace<'_> {
    fn note(&mut self, node: Node) {
        self.seen.nodes.insert(self.path.clone(), node);
    }
    fn at(&mut self, field: &str) -> Trace<'_> {
        Trace { path: format!("{}/{field}", self.path), seen: self.seen }
    }
    /// Reads what stands at a field, and remembers the innermost place where that failed.
    fn value<'de, S: DeserializeSeed<'de>>(&mut self, field: &str, seed: S) -> Result<S::Value, Error> {
        let path = format!("{}/{field}", self.path);
        let read = seed.deserialize(self.at(field));
        if read.is_err() && self.seen.failed.is_none() {
            self.seen.failed = Some(path);
        }
        read
    }
}

macro_rules! integers {
    ($($read:ident $visit:ident $t:ty),+ $(,)?) => { $(
        fn $read<V: Visitor<'de>>(mut self, v: V) -> Result<V::Value, Error> {
            let most = u64::try_from(<$t>::MAX).unwrap_or(u64::MAX);
            self.note(Node::Integer(i64::try_from(<$t>::MIN).unwrap_or(i64::MIN), most));
            v.$visit(1)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Trace<'_> {
    type Error = Error;

    integers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("this says nothing about itself"))
    }
    fn deserialize_bool<V: Visitor<'de>>(mut self, v: V) -> Result<V::Value, Error> {
        self.note(Node::Bool);
        v.visit_bool(true)
    }
    fn deserialize_str<V: Visitor<'de>>(mut self, v: V) -> Result<V::Value, Error> {
        let tried = self.seen.texts.get(&self.path).copied().unwrap_or_default();
        let (format, text) = TEXTS.get(tried).copied().unwrap_or_default();
        self.note(Node::Text(format));
        v.visit_str(text)
    }
    fn deserialize_string<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Error> {
        self.deserialize_str(v)
    }
    fn deserialize_option<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Error> {
        if !self.seen.maybe.contains(&self.path) {
            self.seen.maybe.push(self.path.clone());
        }
        v.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, v: V) -> Result<V::Value, Error> {
        v.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(mut self, v: V) -> Result<V::Value, Error> {
        self.note(Node::List);
        v.visit_seq(One { of: self, left: true })
    }
    fn deserialize_map<V: Visitor<'de>>(mut self, v: V) -> Result<V::Value, Error> {
        self.note(Node::Texts);
        v.visit_map(Fields { of: self, left: &["*"], now: "" })
    }
    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        fields: &'static [&'static str],
        v: V,
    ) -> Result<V::Value, Error> {
        if name == "WishedWindow" {
            self.note(Node::WishedWindow);
            // Its inside is described by hand and noted where nobody looks.
            let of = Trace { path: format!("#{}", self.path), seen: self.seen };
            return v.visit_map(Fields { of, left: fields, now: "" });
        }
        self.note(Node::Object(fields));
        v.visit_map(Fields { of: self, left: fields, now: "" })
    }
    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        variants: &'static [&'static str],
        v: V,
    ) -> Result<V::Value, Error> {
        self.note(Node::Words(variants));
        let at = *self.seen.variants.entry(self.path.clone()).or_default();
        let word = variants.get(at).or(variants.first()).copied().unwrap_or_default();
        v.visit_enum(Chosen { of: self, word })
    }

    serde::forward_to_deserialize_any! {
        f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// A list of one.
struct One<'a> {
    of: Trace<'a>,
    left: bool,
}

impl<'de> SeqAccess<'de> for One<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        if std::mem::take(&mut self.left) { self.of.value("[]", seed).map(Some) } else { Ok(None) }
    }
}

/// Fields in order, without the one that is left out.
struct Fields<'a> {
    of: Trace<'a>,
    left: &'static [&'static str],
    now: &'static str,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        while let Some((first, rest)) = self.left.split_first() {
            (self.now, self.left) = (first, rest);
            if self.of.seen.skip.as_deref() != Some(format!("{}/{first}", self.of.path).as_str()) {
                let key: StrDeserializer<'_, Error> = (*first).into_deserializer();
                return seed.deserialize(key).map(Some);
            }
        }
        Ok(None)
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        self.of.value(self.now, seed)
    }
}

/// A word, and what it may carry.
struct Chosen<'a> {
    of: Trace<'a>,
    word: &'static str,
}

impl<'de> EnumAccess<'de> for Chosen<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Error> {
        let word: StrDeserializer<'_, Error> = self.word.into_deserializer();
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> VariantAccess<'de> for Chosen<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, Error> {
        self.of.value(self.word, seed)
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("a word that carries several values"))
    }
    fn struct_variant<V: Visitor<'de>>(mut self, fields: &'static [&'static str], v: V) -> Result<V::Value, Error> {
        self.of.at(self.word).deserialize_struct("", fields, v)
    }
}
