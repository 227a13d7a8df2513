//! CSV as it comes from plants, and as an attacker would send it.

use plantgate_domain::{base::Day, event::expect::ProviderKind};
use plantgate_interchange::{
    Bounds,
    csv::{Column, Encoding, cell, read, write},
};

const COLUMNS: &[Column] =
    &[Column::must("reference"), Column::must("name"), Column::may("kinds"), Column::may("first day")];
const B: Bounds = Bounds { rows: 5, columns: 6, cell: 20, bytes: 4_000, ..Bounds::SMALL };

#[cfg(test)]
mod given {
    use super::*;

    /// Every complaint as `line field: message and what it tells`.
    pub fn complaints(bytes: &[u8]) -> Vec<String> {
        let wrong = read("p.csv", bytes, COLUMNS, &B).unwrap_err();
        assert!(wrong.iter().all(|w| w.place.file.as_deref() == Some("p.csv")));
        wrong
            .into_iter()
            .map(|w| {
                let field = w.place.field.unwrap_or_default();
                format!("{} {field}: {}", w.place.line.map_or("-".to_owned(), |l| l.to_string()), w.why)
            })
            .collect()
    }
}
use given::complaints;

#[test]
fn reads_what_spreadsheets_write() {
    let cases: [(&[u8], Encoding, char); 4] = [
        ("Reference,NAME,Kinds\n\r\nP-01,Müller,oem|vendor\n".as_bytes(), Encoding::Utf8, ','),
        ("\u{FEFF}reference;name;kinds\r\nP-01;Müller;oem, vendor\r\n".as_bytes(), Encoding::Utf8Marked, ';'),
        ("reference\tname\tKINDS\nP-01\tMüller\toem|vendor".as_bytes(), Encoding::Utf8, '\t'),
        (b"reference;name;kinds\nP-01;M\xFCller;oem|vendor\n", Encoding::Windows1252, ';'),
    ];
    for (bytes, encoding, delimiter) in cases {
        let table = read("p.csv", bytes, COLUMNS, &B).unwrap();
        assert_eq!((table.encoding, table.delimiter), (encoding, delimiter));
        let row = &table.records[0];
        let line = if delimiter == ',' { 3 } else { 2 };
        assert_eq!((row.line, row.get("name")), (line, Some("Müller")));
        let kinds = row.list::<ProviderKind>("kinds").unwrap();
        assert_eq!(kinds, Some(vec![ProviderKind::Oem, ProviderKind::Vendor]));
    }
}

#[test]
fn empty_is_not_said_and_a_dash_is_none() {
    let text = "reference;name;kinds;First-Day\nP-1;\"a; \"\"b\"\"\nc\";-;2026-10-01\n;;;\nP-2;x;;\n";
    let table = read("p.csv", text.as_bytes(), COLUMNS, &B).unwrap();
    let [one, two] = table.records.as_slice() else { panic!("{table:?}") };
    assert_eq!(one.get("name"), Some("a; \"b\"\nc"));
    assert_eq!(one.list::<ProviderKind>("kinds").unwrap(), Some(vec![]));
    assert_eq!(one.may::<Day>("first day").unwrap().unwrap().to_string(), "2026-10-01");
    // the quoted cell has two lines
    assert_eq!((two.line, two.list::<ProviderKind>("kinds").unwrap()), (5, None));
}

#[test]
fn a_wrong_word_names_its_place_and_the_right_words() {
    let table = read("p.csv", b"reference,name,kinds\nP-1,x,oen\n", COLUMNS, &B).unwrap();
    let wrong = table.records[0].list::<ProviderKind>("kinds").unwrap_err();
    assert_eq!((wrong.place.line, wrong.place.field.as_deref()), (Some(2), Some("kinds")));
    assert_eq!((wrong.why.id, wrong.why.text("given")), ("invalid-none-of", Some("oen")));
    assert!(wrong.why.text("known").unwrap().starts_with("oem, vendor"), "{}", wrong.why);
    assert!(table.records[0].must("first day").is_err());
}

#[test]
fn all_complaints_of_a_header_come_at_once() {
    let said = complaints(b"reference,Reference,,colour\n1,2,3,4\n");
    assert_eq!(
        said,
        [
            "1 reference: invalid-csv-column-twice",
            "1 : invalid-csv-column-unnamed number=3 known=reference, name, kinds, first day",
            "1 colour: invalid-csv-column-unknown name=colour known=reference, name, kinds, first day",
            "1 name: invalid-csv-column-missing name=name",
        ]
    );
}

#[test]
fn hostile_files_are_refused_in_words() {
    let long = format!("reference,name\nP,{}\nP,a\u{7}b\nP\n", "x".repeat(21));
    assert_eq!(complaints(long.as_bytes()).len(), 3);
    let rows = format!("reference,name\n{}", "a,b\n".repeat(6));
    assert!(complaints(rows.as_bytes())[0].ends_with("csv-rows most=5"));
    assert!(complaints(&[b'a'; 4_001])[0].ends_with("csv-large size=3 KiB"));
    assert!(complaints(b"a,b,c,d,e,f,g\n")[0].contains("csv-columns has=7 most="));
    assert!(complaints(b"")[0].ends_with("csv-empty"));
    assert!(complaints(b"reference,name\nP,\"never closed\nQ,x\n")[0].starts_with("2 : invalid-csv-quote"));
    assert!(complaints(b"reference,name\nP,\x81\xFF\n")[0].starts_with("2 : invalid-csv-byte byte=81"));
    assert!(complaints(b"\xEF\xBB\xBFreference,name\nP,\xFC\n")[0].starts_with("2 : invalid-csv-marked-utf8"));
    assert!(complaints(b"\xFF\xFEr\0")[0].ends_with("csv-utf16"));
    assert!(complaints(b"PK\x03\x04zip")[0].ends_with("csv-archive"));
    assert!(complaints(b"reference,name\na\0,b")[0].starts_with("2 : invalid-csv-no-text"));
}

#[test]
fn formulas_are_text_and_come_back() {
    let inner = ["x;=1+1;y", "x; '=1", "x,\"@SUM(A1)", "a; - b", "it's; 'so'", "x;''+1", "a\n=1", "x;＝1", ";'"];
    let plain = ["=1+1", "+49 30", "-5", "@SUM(A1)", "'=x", "'tis", "plain", "a\"b;c", "-"];
    for text in plain.into_iter().chain(inner) {
        let bytes = write(&["reference", "name"], &[vec!["P".to_owned(), text.to_owned()]]);
        let table = read("p.csv", &bytes, COLUMNS, &B).unwrap();
        assert_eq!(table.records[0].get("name"), Some(text));
    }
    assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
    assert_eq!(cell("it's; 'so', he said; 5-3"), "it's; 'so', he said; 5-3");
}

#[test]
fn no_reader_with_another_separator_finds_a_formula() {
    // given texts with a formula behind each separator a spreadsheet may split at
    for run in ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "＝1"] {
        for between in [",", ";", "\t", "\n", "; ", ";\"", ",\u{A0}"] {
            let bytes = write(&["reference", "name"], &[vec!["P".to_owned(), format!("x{between}{run}{between}y")]]);
            let text = String::from_utf8(bytes).unwrap();
            // when it splits there without seeing our quotes
            for parts in [',', ';', '\t'] {
                let cells = text.split([parts, '\n', '\r']).map(|c| c.trim_matches(['"', ' ', '\u{A0}']));
                // then no cell begins with what it would run
                for cell in cells {
                    assert!(!cell.starts_with(['=', '@', '+', '-', '＝']), "{run} {between:?} {parts:?}: {cell}");
                }
            }
        }
    }
}
