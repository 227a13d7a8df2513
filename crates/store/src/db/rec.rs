//! A row that came back, read by position, whichever engine sent it.

use sqlx::{Row, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

use crate::stop::Stop;

/// One row.
pub enum Rec {
    Lite(SqliteRow),
    Pg(PgRow),
}

macro_rules! get {
    ($self:ident, $i:ident, $ty:ty) => {
        match $self {
            Rec::Lite(r) => r.try_get::<$ty, usize>($i).map_err(Stop::from),
            Rec::Pg(r) => r.try_get::<$ty, usize>($i).map_err(Stop::from),
        }
    };
}

impl Rec {
    /// An id.
    pub fn id(&self, i: usize) -> Result<Uuid, Stop> {
        get!(self, i, Uuid)
    }
    /// An id or NULL.
    pub fn maybe_id(&self, i: usize) -> Result<Option<Uuid>, Stop> {
        get!(self, i, Option<Uuid>)
    }
    /// A whole number.
    pub fn int(&self, i: usize) -> Result<i64, Stop> {
        get!(self, i, i64)
    }
    /// A whole number or NULL.
    pub fn maybe_int(&self, i: usize) -> Result<Option<i64>, Stop> {
        get!(self, i, Option<i64>)
    }
    /// A size; a negative one is a damaged row.
    pub fn size(&self, i: usize) -> Result<u64, Stop> {
        u64::try_from(self.int(i)?).map_err(Stop::fault)
    }
    /// Text.
    pub fn text(&self, i: usize) -> Result<String, Stop> {
        get!(self, i, String)
    }
    /// Text or NULL.
    pub fn maybe_text(&self, i: usize) -> Result<Option<String>, Stop> {
        get!(self, i, Option<String>)
    }
    /// Bytes.
    pub fn bytes(&self, i: usize) -> Result<Vec<u8>, Stop> {
        get!(self, i, Vec<u8>)
    }
    /// Bytes or NULL.
    pub fn maybe_bytes(&self, i: usize) -> Result<Option<Vec<u8>>, Stop> {
        get!(self, i, Option<Vec<u8>>)
    }
}
