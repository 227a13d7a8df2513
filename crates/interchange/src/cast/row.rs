//! One line of a recording as JSON, read without building what nobody asked for: a line is as long as whoever sent it
//! likes, and a list of a million numbers takes a few bytes each to write and many to hold.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What stands in a place of an event.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Cell {
    Number(f64),
    Text(String),
    Other,
}

impl Cell {
    pub fn number(&self) -> Option<f64> {
        if let Cell::Number(n) = self { Some(*n) } else { None }
    }
    pub fn text(&self) -> Option<&str> {
        if let Cell::Text(text) = self { Some(text) } else { None }
    }
}

/// An event of versions 2 and 3: time, code, data, and nothing else.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Row(pub [Cell; 3]);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(OfRow)
    }
}

struct OfRow;

impl<'de> Visitor<'de> for OfRow {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of a time, a code and a text")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Row, A::Error> {
        let cells = (all.next_element()?, all.next_element()?, all.next_element()?);
        let mut more = false;
        while all.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        match cells {
            (Some(time), Some(code), Some(data)) if !more => Ok(Row([time, code, data])),
            _ => Err(A::Error::custom("not three places")),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OfCell)
    }
}

struct OfCell;

impl<'de> Visitor<'de> for OfCell {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_f64<E: Error>(self, n: f64) -> Result<Cell, E> {
        Ok(Cell::Number(n))
    }
    fn visit_u64<E: Error>(self, n: u64) -> Result<Cell, E> {
        Ok(Cell::Number(n as f64))
    }
    fn visit_i64<E: Error>(self, n: i64) -> Result<Cell, E> {
        Ok(Cell::Number(n as f64))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(text.to_owned()))
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<Cell, E> {
        Ok(Cell::Other)
    }
    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell::Other)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Cell, A::Error> {
        while all.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cell::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Cell, A::Error> {
        while all.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Other)
    }
}
