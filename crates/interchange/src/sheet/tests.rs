//! A realistic awful sheet, as CSV in Windows-1252 with semicolons and as XLSX with a merged header; and hostile ones.

use std::io::Write;

use plantgate_domain::event::expect::SheetField as F;
use rust_xlsxwriter::{Format, Formula, Workbook};

use super::*;
use crate::Bounds;

const CSV: &str = "Fremdfirmenliste Werk Brunnfeld;;;;;;;;\r\n\
    Stand 03/2026, gepflegt von Technik;;;;;;;;\r\n\
    Firma;;Ansprechpartner;;Anlage;;Vertrag;;Zugang\r\n\
    Name;Land;Name;E-Mail;Nr.;Bezeichnung;Nr.;bis;\r\n\
    Müller Anlagenbau GmbH;Deutschland;Jürgen Groß;j.gross@mueller.example;KKZ-4711;Kälte; RV-12 ;31.12.2027;VPN\r\n\
    ;;;;;;;;\r\n\
    \"Mueller; Anlagenbau\";DE;=HYPERLINK(\"\"x\"\");n/a;;;;unbefristet;vor Ort\r\n";

fn windows(text: &str) -> Vec<u8> {
    Encoding::Windows1252.encode(text)
}

fn told(stop: Result<Sheet, Vec<Invalid>>) -> String {
    let wrong = stop.unwrap_err();
    let i = &wrong[0];
    format!("{:?} {:?} {:?} {}", i.place.sheet, i.place.line, i.place.field, i.why)
}

#[test]
fn a_windows_file_with_two_rows_of_titles_is_read_and_guessed() {
    let sheet = read("liste.csv", &windows(CSV), &How::default(), &Bounds::SMALL).unwrap();
    assert_eq!(sheet.form, Form::Csv { encoding: Encoding::Windows1252, delimiter: ';' });
    assert_eq!((sheet.above.len(), sheet.head.len(), sheet.rows.len()), (2, 2, 2));
    let guessed = guess(&sheet.titles);
    let want = [F::Provider, F::Country, F::Person, F::Handle, F::System, F::SystemName, F::Contract, F::Until, F::Way];
    assert_eq!(guessed, want.map(Some), "{:?}", sheet.titles);
    assert_eq!((sheet.rows[0].number, sheet.rows[1].number), (5, 7), "lines as an editor counts them");
    assert_eq!(sheet.rows[0].cell(0), "Müller Anlagenbau GmbH");
}

#[test]
fn rejected_rows_go_back_as_the_file_they_came_in() {
    let sheet = read("liste.csv", &windows(CSV), &How::default(), &Bounds::SMALL).unwrap();
    let back = rejected(&sheet, "Grund", &|line| (line == 7).then(|| "Kein Tag für „bis“.".to_owned())).unwrap();
    let head = windows(
        "Firma;;Ansprechpartner;;Anlage;;Vertrag;;Zugang;\r\nName;Land;Name;E-Mail;Nr.;Bezeichnung;Nr.;bis;;Grund\r\n",
    );
    assert!(back.windows(head.len()).any(|w| w == head), "letters, separator and both rows of titles");
    let again = read("zurück.csv", &back, &How::default(), &Bounds::SMALL).unwrap();
    assert_eq!((again.form.clone(), again.rows.len()), (sheet.form, 1));
    assert_eq!(
        again.rows[0].cells[..9],
        sheet.rows[1].cells[..9],
        "a formula went out as text and came back as it was"
    );
    assert!(String::from_utf8_lossy(&back).contains("'=HYPERLINK"), "no spreadsheet runs it");
    assert_eq!(guess(&again.titles)[9], None, "our own column is not read");
    // a second time the column is written anew, not added
    let twice = read(
        "x.csv",
        &rejected(&again, "Grund", &|_| Some("neu".to_owned())).unwrap(),
        &How::default(),
        &Bounds::SMALL,
    );
    assert_eq!(twice.unwrap().rows[0].cell(9), "neu");
}

fn xlsx(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Leer").unwrap();
    fill(book.add_worksheet().set_name("Firmen").unwrap());
    book.save_to_buffer().unwrap()
}

fn merged() -> Vec<u8> {
    xlsx(|s| {
        let (f, day) = (Format::new(), Format::new().set_num_format("dd.mm.yyyy"));
        s.merge_range(0, 0, 0, 4, "Vendors at Brunnfeld", &f).unwrap();
        s.merge_range(1, 0, 1, 1, "Vendor", &f).unwrap();
        s.merge_range(1, 2, 1, 3, "Contract", &f).unwrap();
        s.merge_range(1, 4, 2, 4, "Access", &f).unwrap();
        for (c, t) in ["Name", "Country", "No.", "until"].iter().enumerate() {
            s.write_string(2, c as u16, *t).unwrap();
        }
        s.merge_range(3, 0, 4, 0, "Verdano", &f).unwrap();
        s.write_string(3, 1, "BE").unwrap();
        s.write_number(3, 2, 4711.0).unwrap();
        s.write_number_with_format(3, 3, 46_752.0, &day).unwrap();
        s.write_formula(3, 4, Formula::new("=\"on \"&\"site\"").set_result("on site")).unwrap();
        s.write_string(4, 2, "@cmd").unwrap();
    })
}

#[test]
fn a_workbook_with_merged_cells_is_read_as_people_see_it() {
    let sheet = read("v.xlsx", &merged(), &How::default(), &Bounds::SMALL).unwrap();
    assert_eq!(sheet.form, Form::Xlsx { sheet: "Firmen".to_owned() }, "the first one that is not empty");
    assert_eq!(sheet.titles, ["Vendor – Name", "Vendor – Country", "Contract – No.", "Contract – until", "Access"]);
    assert_eq!(guess(&sheet.titles), [F::Provider, F::Country, F::Contract, F::Until, F::Way].map(Some));
    assert_eq!(sheet.rows[0].cells, ["Verdano", "BE", "4711", "2027-12-31", "on site"], "a formula is what it showed");
    assert_eq!((sheet.rows[1].cell(0), sheet.rows[1].number), ("Verdano", 5), "merged downwards");
    let back = rejected(&sheet, "reason", &|line| (line == 5).then(|| "=because".to_owned())).unwrap();
    let again = read("b.xlsx", &back, &How::default(), &Bounds::SMALL).unwrap();
    assert_eq!((again.form, again.above.len(), again.head.len()), (sheet.form, 1, 2), "the header is merged as it was");
    assert_eq!(again.titles[..5], sheet.titles[..5]);
    assert_eq!(again.rows[0].cells, ["Verdano", "", "@cmd", "", "", "=because"]);
}

#[test]
fn the_person_may_name_worksheet_and_header() {
    let how = How { sheet: Some("Nichts".to_owned()), header: None };
    assert!(
        told(read("v.xlsx", &merged(), &how, &Bounds::SMALL))
            .contains("invalid-sheet-none name=Nichts known=Leer, Firmen")
    );
    let how = How { sheet: None, header: Some(4) };
    assert_eq!(read("v.xlsx", &merged(), &how, &Bounds::SMALL).unwrap().titles[2], "4711");
    let how = How { sheet: None, header: Some(99) };
    assert!(told(read("v.xlsx", &merged(), &how, &Bounds::SMALL)).contains("Some(99) None invalid-sheet-header"));
}

#[test]
fn hostile_workbooks_are_refused_with_their_place() {
    let small = Bounds { unpacked: 20_000, ..Bounds::SMALL };
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![b'a'; 1_000_000]).unwrap();
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 20_000, "small on the way in");
    assert!(told(read("b.xlsx", &bomb, &How::default(), &small)).contains("invalid-sheet-bomb"));
    let corner = xlsx(|s| {
        s.write_string(0, 0, "Vendor").unwrap();
        s.write_string(1_048_575, 16_383, "x").unwrap();
    });
    let said = told(read("c.xlsx", &corner, &How::default(), &Bounds::SMALL));
    assert!(said.contains("Some(\"Firmen\") Some(1048576) Some(\"XFD\") invalid-sheet-columns"), "{said}");
    let long = xlsx(|s| {
        s.write_string(0, 0, "Vendor").unwrap();
        s.write_string(1, 1, "y".repeat(5_000)).unwrap();
    });
    let said = told(read("l.xlsx", &long, &How::default(), &Bounds::SMALL));
    assert!(said.contains("Some(2) Some(\"B\") invalid-csv-cell-long"), "{said}");
    let few = Bounds { parts: 3, ..Bounds::SMALL };
    assert!(told(read("p.xlsx", &merged(), &How::default(), &few)).contains("invalid-sheet-parts"));
    let old = [&[0xD0, 0xCF, 0x11, 0xE0][..], &[0; 100]].concat();
    assert!(told(read("o.xls", &old, &How::default(), &Bounds::SMALL)).contains("invalid-sheet-old"));
    let mut cut = merged();
    cut.truncate(cut.len() / 2);
    assert!(told(read("h.xlsx", &cut, &How::default(), &Bounds::SMALL)).contains("invalid-sheet-broken"));
}

#[test]
fn days_are_read_as_written_and_never_guessed() {
    let is = |text: &str| day(text).map(|d| d.map(|d| d.to_string()));
    for text in ["2026-12-31", "31.12.2026", "31.12.26", "31/12/2026", "12/31/2026", "2026-12-31 00:00:00"] {
        assert_eq!(is(text).unwrap().as_deref(), Some("2026-12-31"), "{text}");
    }
    for text in ["", "n/a", "N/A", "k.A.", "-", "unbefristet", "tbd", "#NV"] {
        assert_eq!(is(text), Ok(None), "{text}");
    }
    assert_eq!(is("03/04/2026").unwrap_err().id, "invalid-sheet-day-either");
    for text in ["31.02.2026", "Ende 2026", "46022", "1.1.1", "31.12"] {
        assert_eq!(is(text).unwrap_err().id, "invalid-sheet-day", "{text}");
    }
}
