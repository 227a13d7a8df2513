//! Papers as a stranger finds them: the same bytes again, tagged, with nothing of what people typed read as a command.

use plantgate_print::{Fact, Moment, NotPrinted, Paper, Part, Printed, Size, print};

fn paper(parts: Vec<Part>) -> Paper {
    Paper {
        lang: "de".to_owned(),
        title: "Prüfpaket".to_owned(),
        maker: "Plantgate 0.1.0".to_owned(),
        ident: "plantgate.example/1 1234".to_owned(),
        at: Moment { year: 2026, month: 11, day: 16, hour: 7, minute: 30, second: 5 },
        foot: "plantgate.example/1".to_owned(),
        size: Size::AsLongAsNeeded { wide: false },
        parts,
    }
}

fn table(rows: usize, cell: &str) -> Part {
    let head = ["Eintrag", "Was", "Wer"].map(|word| (word.to_owned(), 1)).to_vec();
    Part::Table { head, rows: (0..rows).map(|n| vec![n.to_string(), cell.to_owned(), "N-104".to_owned()]).collect() }
}

fn bytes(printed: &Printed) -> String {
    String::from_utf8_lossy(&printed.bytes).into_owned()
}

#[test]
fn the_same_paper_is_the_same_bytes_with_the_instant_it_bears() {
    let paper = paper(vec![Part::Heading("Köpfe".to_owned()), table(3, "Stufe gesetzt")]);
    let (first, again) = (print(&paper).unwrap(), print(&paper).unwrap());
    assert!(first == again && first.bytes.starts_with(b"%PDF-1."));
    assert!(bytes(&first).contains("20261116073005"), "its own instant");
    // and another instant is another paper
    let later = Paper { at: Moment { second: 6, ..paper.at }, ..paper.clone() };
    assert!(print(&later).unwrap().bytes != first.bytes);
    // and an instant no calendar knows is refused
    let never = Paper { at: Moment { month: 13, ..paper.at }, ..paper };
    assert_eq!(print(&never), Err(NotPrinted::Moment));
}

#[test]
fn a_paper_is_tagged_in_its_language_with_its_title() {
    let facts = vec![Fact { name: "Kopf".to_owned(), lines: vec!["ab".repeat(70)], code: true }];
    let framed = Part::Framed { title: "Grenzen".to_owned(), text: "Was hier nicht steht.".to_owned() };
    let made = print(&paper(vec![Part::Text("Ein Satz.".to_owned()), Part::Facts(facts), framed, table(2, "x")]));
    let made = bytes(&made.unwrap());
    for mark in ["/StructTreeRoot", "/Marked true", "/Lang(de", "pdfuaid:part", "Prüfpaket", "/DisplayDocTitle true"] {
        assert!(made.contains(mark), "{mark}");
    }
}

#[test]
fn what_people_typed_is_never_a_command_and_strange_signs_break_nothing() {
    let typed = [
        "#read(\"/etc/passwd\")",
        "#panic()",
        "= heading $x^2$ @label <label> `raw` *b* _i_ \\ //",
        "#image(\"x.png\")",
        "林和 \u{7} \u{202e} \u{0} \u{1f600} \u{fffe} שלום",
        "",
        "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
    ];
    for words in typed {
        let fact = Fact { name: words.to_owned(), lines: vec![words.to_owned()], code: true };
        let parts = vec![
            Part::Heading(words.to_owned()),
            Part::Text(words.to_owned()),
            Part::Facts(vec![fact]),
            Part::Framed { title: words.to_owned(), text: words.to_owned() },
            table(2, words),
        ];
        let made = print(&Paper { foot: words.to_owned(), ..paper(parts) });
        assert_eq!(made.map(|m| m.pages), Ok(1), "{words:?}");
    }
}

#[test]
fn one_page_is_one_page_or_none() {
    let one = |rows| print(&Paper { size: Size::OnePage, ..paper(vec![table(rows, "Stufe gesetzt")]) });
    assert_eq!(one(40).map(|m| m.pages), Ok(1));
    // more rows than fit at the first size still fit in smaller letters
    assert_eq!(one(62).map(|m| m.pages), Ok(1));
    assert!(matches!(one(400), Err(NotPrinted::TooLong(pages)) if pages > 1));
}
