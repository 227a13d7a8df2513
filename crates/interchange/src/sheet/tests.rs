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
fn a_list_as_a_workbook_reads_back_cell_by_cell_and_calculates_nothing() {
    let rows = [["007", "=1+1", "2026-01-02", "", "Größe"], ["-", "+49 30", "@x", "a\nb", "''"]];
    let rows: Vec<Vec<String>> = rows.iter().map(|r| r.map(str::to_owned).to_vec()).collect();
    let bytes = book("systems", &["reference", "name", "until", "note", "more"], &rows).unwrap();
    let sheet = read("s.xlsx", &bytes, &How::default(), &Bounds::SMALL).unwrap();
    assert_eq!(sheet.form, Form::Xlsx { sheet: "systems".to_owned() });
    assert_eq!(sheet.titles, ["reference", "name", "until", "note", "more"]);
    let cells: Vec<Vec<&str>> = sheet.rows.iter().map(|r| (0..5).map(|c| r.cell(c)).collect()).collect();
    assert_eq!(cells, rows);
    // when a cell is longer than a workbook holds: told, nothing is cut off
    let long = vec![vec!["x".repeat(40_000)]];
    assert_eq!(book("systems", &["a"], &long).unwrap_err().id, "invalid-export-book");
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

/// A workbook written by hand: one shared text, and a worksheet that says how often it stands.
fn by_hand(shared: &str, rows: &str, merges: &str) -> Vec<u8> {
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let book = format!(
        "<workbook xmlns='{main}' xmlns:r='{rel}'><sheets><sheet name='S' sheetId='1' r:id='a'/></sheets></workbook>"
    );
    let whole = format!(
        "<Relationships xmlns='{package}'><Relationship Id='a' Type='{rel}/officeDocument' Target='xl/workbook.xml'/>\
         </Relationships>"
    );
    let parts = [
        ("_rels/.rels", whole),
        ("xl/workbook.xml", book),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns='{package}'>\
                 <Relationship Id='a' Type='{rel}/worksheet' Target='worksheets/sheet1.xml'/>\
                 <Relationship Id='b' Type='{rel}/sharedStrings' Target='sharedStrings.xml'/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml", format!("<sst xmlns='{main}'><si><t>{shared}</t></si></sst>")),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns='{main}'><sheetData>{rows}</sheetData>{merges}</worksheet>"),
        ),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn row(number: usize, columns: usize) -> String {
    let cells = (0..columns).map(|c| format!("<c r='{}{number}' t='s'><v>0</v></c>", letters(c)));
    format!("<row r='{number}'>{}</row>", cells.collect::<String>())
}

#[test]
fn one_long_text_in_many_cells_is_refused_before_it_is_copied() {
    let text = "x".repeat(4_000);
    // given a small file that names a text 25,600 times, a hundred megabytes
    let often = by_hand(&text, &(1..=400).map(|n| row(n, 64)).collect::<String>(), "");
    assert!(often.len() < 100_000, "{}", often.len());
    // then reading stops in the row where eight megabytes are full
    let said = told(read("o.xlsx", &often, &How::default(), &Bounds::SMALL));
    assert_eq!(said, "Some(\"S\") Some(33) None invalid-sheet-text size=8 MiB");
    // given one that says it in one row only, and merges that reach down from there over rows of numbers
    let number = |row: String| row.replace(" t='s'><v>0<", "><v>1<");
    let below: String = (3..=800).map(|n| number(row(n, 1))).collect();
    let rows = format!("{}{}{below}", number(row(1, 64)), row(2, 64));
    let down = |text: &str| by_hand(text, &rows, &merges((0..64).map(|c| (c, 2, c, 800))));
    let short = read("k.xlsx", &down("kurz"), &How::default(), &Bounds::SMALL).unwrap();
    assert_eq!((short.rows[700].number, short.rows[700].cell(63)), (702, "kurz"));
    let said = told(read("d.xlsx", &down(&text), &How::default(), &Bounds::SMALL));
    assert!(said.contains("invalid-sheet-text size=8 MiB"), "{said}");
}

fn merges(all: impl Iterator<Item = (usize, usize, usize, usize)>) -> String {
    let one = |(c, r, d, s)| format!("<mergeCell ref='{}{r}:{}{s}'/>", letters(c), letters(d));
    format!("<mergeCells>{}</mergeCells>", all.map(one).collect::<String>())
}

#[test]
fn merged_cells_that_lie_over_each_other_are_refused() {
    let rows: String = (1..=9).map(|n| row(n, 4)).collect();
    let file = |all: &[(usize, usize, usize, usize)]| by_hand("x", &rows, &merges(all.iter().copied()));
    let beside = file(&[(0, 2, 1, 5), (2, 2, 2, 9), (0, 6, 1, 7)]);
    assert!(read("b.xlsx", &beside, &How::default(), &Bounds::SMALL).is_ok());
    let over = file(&[(0, 2, 1, 5), (1, 4, 2, 9)]);
    let said = told(read("o.xlsx", &over, &How::default(), &Bounds::SMALL));
    assert_eq!(said, "Some(\"S\") Some(4) Some(\"B\") invalid-sheet-overlap");
    // and it is found wherever it is: every pair of small merges, with a third one before it
    let small =
        || (0..3).flat_map(|c| (1..4).flat_map(move |r| (0..2).flat_map(move |w| (0..2).map(move |h| (c, r, w, h)))));
    let merged = |(c, r, w, h): (usize, u64, usize, u64)| Merged { first: (r, c), last: (r + h, c + w) };
    let touch = |a: &Merged, b: &Merged| {
        a.first.0 <= b.last.0 && b.first.0 <= a.last.0 && a.first.1 <= b.last.1 && b.first.1 <= a.last.1
    };
    for (a, b, c) in small().flat_map(|a| small().flat_map(move |b| small().map(move |c| (a, b, c)))) {
        let [a, b, c] = [a, b, c].map(merged);
        let any = touch(&a, &b) || touch(&b, &c) || touch(&a, &c);
        assert_eq!(xlsx::overlaps(&[a, b, c]).is_some(), any, "{a:?} {b:?} {c:?}");
    }
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
    assert_eq!(is("31.12.49").unwrap().as_deref(), Some("2049-12-31"));
    // two digits at either end may be the year, and from 1950 on it may be of two centuries
    for text in ["03/04/2026", "26-12-31", "31/12/26", "12/31/26"] {
        assert_eq!(is(text).unwrap_err().id, "invalid-sheet-day-either", "{text}");
    }
    for text in ["01.01.98", "31.12.50"] {
        assert_eq!(is(text).unwrap_err().id, "invalid-sheet-day-century", "{text}");
    }
    for text in ["31.02.2026", "Ende 2026", "46022", "1.1.1", "31.12", "0031/12/01", "1.1.0026", "+1.1.2026"] {
        assert_eq!(is(text).unwrap_err().id, "invalid-sheet-day", "{text}");
    }
}
