//! Lists of accounts as directories, gateways and hosts really export them, and what is wrong with one, by line and
//! column.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops at once")]

use plantgate_domain::{
    base::Invalid,
    witness::account_list::{Last, Listed},
};
use plantgate_interchange::{
    Bounds,
    accounts::{Accounts, read},
    csv::Encoding,
};

/// As a plant reads them, but few.
const BOUNDS: Bounds = Bounds { rows: 1_000, cell: 200, ..Bounds::SMALL };

fn list(text: &str) -> Accounts {
    read("a.csv", text.as_bytes(), &BOUNDS).unwrap()
}
fn complaints(bytes: &[u8]) -> Vec<String> {
    let told = |w: &Invalid| {
        let p = &w.place;
        assert_eq!(p.file.as_deref(), Some("a.csv"));
        format!("{}:{}: {}", p.line.unwrap_or(0), p.field.clone().unwrap_or_default(), w.why)
    };
    read("a.csv", bytes, &BOUNDS).unwrap_err().iter().map(told).collect()
}
fn last(cell: &str) -> Last {
    let all = list(&format!("Benutzer\tLetzte Anmeldung\tArt\na\t{cell}\tDienst\n")).accounts;
    assert!(all[0].shared);
    all[0].used()
}
fn on(day: &str) -> Last {
    Last::On(day.parse().unwrap())
}

#[test]
fn an_export_of_a_directory_is_read_as_it_comes() {
    // given semicolons, Windows letters, a title of its own for everything, and columns nobody needs
    let text = "sAMAccountName;displayName;lastLogonTimestamp;Enabled;memberOf\r\n\
        m.mueller;M\u{fc}ller, Max;134077000000000000;True;CN=a\r\n\r\n\
        svc;;0;FALSE;\r\n";
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let list = read("ad.csv", &bytes, &BOUNDS).unwrap();
    assert_eq!(
        (list.encoding, list.delimiter, list.left_alone),
        (Encoding::Windows1252, ';', vec!["memberOf".to_owned()])
    );
    let max = Listed {
        account: "m.mueller".into(),
        name: Some("M\u{fc}ller, Max".into()),
        last: Some("2025-11-15".parse().unwrap()),
        never: false,
        enabled: Some(true),
        shared: false,
    };
    let svc =
        Listed { account: "svc".into(), name: None, last: None, never: true, enabled: Some(false), shared: false };
    assert_eq!(list.accounts, vec![max, svc]);
}

#[test]
fn an_export_of_a_shell_has_a_type_above_its_titles_and_a_number_for_disabled() {
    let text = "#TYPE Microsoft.ActiveDirectory.Management.ADUser\n\"UserPrincipalName\",\"userAccountControl\"\n\
        \"a@works.example\",\"512\"\n\"b@works.example\",\"514\"\n\"c@works.example\",\"\"\n";
    let enabled: Vec<Option<bool>> = list(text).accounts.iter().map(|a| a.enabled).collect();
    assert_eq!(enabled, vec![Some(true), Some(false), None]);
    // lines are those of the file all the same
    let wrong = complaints(format!("{text}\"d\",\"x\"\n").as_bytes());
    assert_eq!(wrong, vec!["6:userAccountControl: invalid-accounts-enabled given=x"]);
}

#[test]
fn days_are_read_as_they_are_written_and_counted() {
    for cell in
        ["2026-11-03", "2026-11-03T07:00:00Z", "03.11.2026 08:15", "3.11.2026", "134381376000000000", "1793700000"]
    {
        assert_eq!(last(cell), on("2026-11-03"), "{cell}");
    }
    // a clock that stands at its beginning never ran
    for cell in ["nie", "0", "1601-01-01", "01.01.0001 00:00:00", "1970-01-01"] {
        assert_eq!(last(cell), Last::Never, "{cell}");
    }
    assert_eq!((last(""), last("-"), last("unbekannt")), (Last::Unknown, Last::Unknown, Last::Unknown));
}

#[test]
fn every_row_that_cannot_be_read_is_told_with_line_and_column() {
    let text = "Login;Last sign-in;Enabled\na;2026-11-03;yes\nA;nie;yes\n;nie;yes\nb;11/03/2026;yes\nc;;perhaps\n\
        d;nie\ne;9223372036854775807;\nf;9999-12-31;\ng\u{202e}h;;\n\"i\nj\";;\n";
    let wants = [
        "3:Login: invalid-accounts-twice line=2",
        "4:Login: invalid-csv-cell-empty",
        "5:Last sign-in: invalid-accounts-day given=11/03/2026",
        "6:Enabled: invalid-accounts-enabled given=perhaps",
        "7:: invalid-csv-cells has=2 wants=3",
        "8:Last sign-in: invalid-accounts-day given=9223372036854775807",
        "9:Last sign-in: invalid-accounts-day given=9999-12-31",
        "10:Login: invalid-csv-cell-control code=U+202E",
        "11:Login: invalid-csv-cell-control code=U+000A",
    ];
    assert_eq!(complaints(text.as_bytes()), wants);
}

#[test]
fn a_file_that_is_no_list_or_too_large_is_refused_as_a_whole() {
    let one = |bytes: &[u8]| {
        let all = complaints(bytes);
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    };
    assert_eq!(one(b"name;mail\nA;b\n"), "1:: invalid-accounts-column");
    assert_eq!(one(b"login\n"), "0:: invalid-csv-empty");
    assert!(one(b"").contains("invalid-csv-empty"));
    assert!(one(b"PK\x03\x04zip").contains("invalid-csv-archive"));
    assert!(one(b"\xff\xfel\0o\0").contains("invalid-csv-utf16"));
    assert!(one(b"login\na\0b\n").contains("invalid-csv-no-text"));
    assert_eq!(one(b"#TYPE x\nlogin;last\na;\"nie\n"), "3:: invalid-csv-quote");
    let titles = "login,".repeat(BOUNDS.columns + 1);
    assert!(one(titles.as_bytes()).contains("invalid-csv-columns has=66 most=64"));
    let rows: String = (0..=BOUNDS.rows).map(|n| format!("u{n}\n")).collect();
    assert_eq!(one(format!("login\n{rows}").as_bytes()), "0:: invalid-csv-rows most=1000");
    let large = vec![b'a'; BOUNDS.bytes + 1];
    assert!(one(&large).contains("invalid-csv-large"));
    let long = format!("login,name\na,{}\n", "x".repeat(BOUNDS.cell + 1));
    assert_eq!(one(long.as_bytes()), "2:name: invalid-csv-cell-long most=200");
    // the text of a formula is a text
    assert_eq!(list("login,name\na,'=1+1\n").accounts[0].name.as_deref(), Some("=1+1"));
}

#[test]
fn more_than_a_hundred_wrong_rows_are_counted() {
    let rows: String = (0..250).map(|n| format!("u{n},soon\n")).collect();
    let all = complaints(format!("login,last\n{rows}").as_bytes());
    assert_eq!((all.len(), all[99].as_str()), (101, "101:last: invalid-accounts-day given=soon"));
    assert_eq!(all[100], "0:: invalid-accounts-more count=150");
}
