//! What the typesetter may see: one template, the fonts, and the values of one paper. No file, no clock, no network.

use std::sync::LazyLock;

use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Dict, Duration},
    syntax::{FileId, Source},
    text::{Font, FontBook},
    utils::LazyHash,
};

use crate::fonts::FONTS;

static TEMPLATE: LazyLock<Source> = LazyLock::new(|| Source::detached(include_str!("paper.typ")));

/// The desk a paper is set on.
pub(crate) struct Desk {
    library: LazyHash<Library>,
}

impl Desk {
    pub(crate) fn new(inputs: Dict) -> Desk {
        Desk { library: LazyHash::new(Library::builder().with_inputs(inputs).build()) }
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == TEMPLATE.id() { Ok(TEMPLATE.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _id: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.all.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
