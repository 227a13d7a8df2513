//! Lists of accounts as directories, gateways and hosts really export them, and what is wrong with one, by line and
//! field.

use plantgate_interchange::{
    Bounds,
    accounts::{LastUse, read},
    csv::Encoding,
};

fn why(text: &str) -> String {
    let wrong = read("a.csv", text.as_bytes(), &Bounds::SMALL).unwrap_err();
    let place = &wrong[0].place;
    format!("{} {}: {}", place.line.unwrap_or(0), place.field.clone().unwrap_or_default(), wrong[0].why)
}

#[test]
fn an_export_of_a_directory_is_read_as_it_comes() {
    // given semicolons, Windows letters, a title of its own for everything, and columns nobody needs
    let text = "sAMAccountName;displayName;lastLogonTimestamp;Enabled;memberOf\r\n\
        m.mueller;M\u{fc}ller, Max;134077000000000000;True;CN=a\r\n\r\n\
        svc;;0;FALSE;\r\n";
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let list = read("ad.csv", &bytes, &Bounds::SMALL).unwrap();
    assert_eq!(
        (list.encoding, list.delimiter, list.left_alone),
        (Encoding::Windows1252, ';', vec!["memberOf".to_owned()])
    );
    let [one, two] = list.accounts.as_slice() else { panic!("two accounts") };
    assert_eq!((one.line, one.account.as_str(), one.name.as_deref()), (2, "m.mueller", Some("M\u{fc}ller, Max")));
    assert_eq!((one.last, one.enabled), (LastUse::On("2025-11-15".parse().unwrap()), Some(true)));
    assert_eq!((two.line, two.last, two.enabled, &two.name), (4, LastUse::Never, Some(false), &None));
}

#[test]
fn days_and_words_are_read_in_both_languages() {
    let last = |cell: &str| {
        let text = format!("Benutzer\tLetzte Anmeldung\tArt\na\t{cell}\tDienst\n");
        let list = read("v.csv", text.as_bytes(), &Bounds::SMALL).unwrap();
        assert!(list.accounts[0].shared);
        list.accounts[0].last
    };
    let day = LastUse::On("2026-11-03".parse().unwrap());
    for cell in ["2026-11-03", "2026-11-03T07:00:00Z", "03.11.2026 08:15", "3.11.2026"] {
        assert_eq!(last(cell), day, "{cell}");
    }
    assert_eq!((last("nie"), last(""), last("-")), (LastUse::Never, LastUse::Unsaid, LastUse::Unsaid));
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_field() {
    assert!(why("name;mail\nA;b\n").starts_with("1 account: invalid-accounts-column"));
    assert!(why("login;last\na;2026-11-03\nA;nie\n").starts_with("3 account: invalid-accounts-twice line=2"));
    assert!(why("login;last\na;11/03/2026\n").starts_with("2 last: invalid-accounts-day given=11/03/2026"));
    assert!(why("login;enabled\na;perhaps\n").starts_with("2 enabled: invalid-accounts-enabled"));
    assert!(why("login;last\na\n").contains("invalid-csv-cells has=1 wants=2"));
    assert!(why("login;last\n;nie\n").starts_with("2 account: invalid-csv-cell-empty"));
    assert!(why("login\n").contains("invalid-csv-empty") && why("").contains("invalid-csv"));
    assert!(why("login;last\na;99999999999999999999\n").contains("invalid-accounts-day"));
}
