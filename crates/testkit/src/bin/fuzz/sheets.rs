//! Sheets as strangers keep them. A workbook is spoilt twice: as the bytes of its container, and inside it, where a
//! check sum would otherwise stop nearly every input before the reader sees a cell.

use std::io::{Cursor, Read, Write};

use plantgate_interchange::{
    Bounds,
    sheet::{self, How},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The part of a workbook that holds the cells of its only worksheet.
const CELLS: &str = "xl/worksheets/sheet1.xml";
/// The part that holds its texts.
const TEXTS: &str = "xl/sharedStrings.xml";

pub fn workbook() -> Vec<u8> {
    let rows = [["Verdano", "BE", "2027-12-31"], ["=cmd|' /C calc'!A0", "", "n/a"]];
    let rows: Vec<Vec<String>> = rows.iter().map(|r| r.map(str::to_owned).to_vec()).collect();
    sheet::book("Firmen", &["Vendor", "Country", "Contract until"], &rows).unwrap()
}

pub fn text() -> Vec<u8> {
    b"Vendors at Brunnfeld;;\r\nVendor;Country;until\r\n\"Verdano\";BE;31.12.2027\r\nM\xfcller;DE;n/a\r\n".to_vec()
}

/// What stands inside: the cells, and the texts.
pub fn insides() -> Vec<Vec<u8>> {
    [CELLS, TEXTS].map(inside).to_vec()
}

fn inside(part: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(workbook())).unwrap();
    let mut bytes = Vec::new();
    archive.by_name(part).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// The workbook with one part replaced.
fn with(part: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(workbook())).unwrap();
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..archive.len() {
        let file = archive.by_index(n).unwrap();
        if file.name().unwrap() == part {
            out.start_file(part, SimpleFileOptions::default()).unwrap();
            out.write_all(bytes).unwrap();
        } else {
            out.raw_copy_file(file).unwrap();
        }
    }
    out.finish().unwrap().into_inner()
}

fn said(file: &str, input: &[u8]) -> String {
    match sheet::read(file, input, &How::default(), &Bounds::SMALL) {
        Ok(s) => format!("{} titles, {} rows, {} merged", s.titles.len().min(8), s.rows.len().min(4), s.merged.len()),
        Err(all) => super::targets::ids(&all),
    }
}

pub fn workbook_of(input: &[u8]) -> String {
    said("fuzz.xlsx", input)
}
pub fn inside_of(input: &[u8]) -> String {
    format!("{} | {}", said("fuzz.xlsx", &with(CELLS, input)), said("fuzz.xlsx", &with(TEXTS, input)))
}
pub fn text_of(input: &[u8]) -> String {
    said("fuzz.csv", input)
}
