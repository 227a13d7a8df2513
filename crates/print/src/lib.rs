//! Papers: what people print, file and hand on, as PDF. The one crate that knows the typesetter, because compiling that
//! costs more than everything else together: nobody below knows this crate, and it knows nobody of the house.
//!
//! A paper is typed values. They reach the one template of this crate as values, never as markup, so no text that
//! somebody typed can become a command; the template opens no file, and knows no clock and no chance. So the same paper
//! gives the same bytes on every machine. Every paper is tagged for PDF/UA-1 and refused if it cannot be.

mod fonts;
mod paper;
mod world;

pub use paper::{Fact, Moment, Paper, Part, Printed, Size};

use typst::{
    diag::{SourceDiagnostic, Warned},
    ecow::EcoVec,
    foundations::{Datetime, Smart},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Why a paper was not made. None of them is the reader's doing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotPrinted {
    /// An instant the calendar of PDF cannot say.
    Moment,
    /// What the typesetter said.
    Typeset(String),
    /// More than one page, however small the letters.
    TooLong(usize),
}

impl std::fmt::Display for NotPrinted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotPrinted::Moment => f.write_str("an instant that no calendar of PDF can say"),
            NotPrinted::Typeset(said) => write!(f, "the paper could not be set: {said}"),
            NotPrinted::TooLong(pages) => write!(f, "the paper should fit one page and takes {pages}"),
        }
    }
}

impl std::error::Error for NotPrinted {}

/// Letters of a paper that must fit one page, in points: the largest that fits is taken.
const SIZES: [f64; 5] = [9.5, 9.0, 8.5, 8.0, 7.5];

/// Makes the PDF of a paper.
///
/// # Errors
/// A paper that cannot be set as PDF/UA-1, or that does not fit where it must.
pub fn print(paper: &Paper) -> Result<Printed, NotPrinted> {
    let made = match paper.size {
        Size::AsLongAsNeeded { wide } => set(paper, 9.5, wide).and_then(|set| export(paper, &set)),
        Size::OnePage => fitted(paper),
    };
    // What the typesetter remembers of one paper helps no other, and would stay for ever.
    typst::comemo::evict(0);
    made
}

fn fitted(paper: &Paper) -> Result<Printed, NotPrinted> {
    let mut pages = 0;
    for size in SIZES {
        let document = set(paper, size, false)?;
        pages = document.pages().len();
        if pages == 1 {
            return export(paper, &document);
        }
    }
    Err(NotPrinted::TooLong(pages))
}

fn set(paper: &Paper, size: f64, wide: bool) -> Result<PagedDocument, NotPrinted> {
    let world = world::Desk::new(paper::inputs(paper, size, wide));
    let Warned { output, warnings: _ } = typst::compile::<PagedDocument>(&world);
    output.map_err(|all| said(&all))
}

fn export(paper: &Paper, document: &PagedDocument) -> Result<Printed, NotPrinted> {
    let m = paper.at;
    let at = Datetime::from_ymd_hms(m.year, m.month, m.day, m.hour, m.minute, m.second).ok_or(NotPrinted::Moment)?;
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|e| NotPrinted::Typeset(e.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(paper.ident.clone()),
        creator: Smart::Custom(Some(paper.maker.clone())),
        timestamp: Some(Timestamp::new_utc(at)),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(document, &options).map_err(|all| said(&all))?;
    Ok(Printed { bytes, pages: document.pages().len() })
}

fn said(all: &EcoVec<SourceDiagnostic>) -> NotPrinted {
    let words: Vec<String> = all.iter().map(|d| d.message.to_string()).collect();
    NotPrinted::Typeset(words.join("; "))
}
