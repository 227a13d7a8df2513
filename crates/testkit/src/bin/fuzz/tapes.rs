//! A recording as the office opens it again: whatever became of its file, what is read is what was sealed, from its
//! beginning on, and its head is that of the record only where all of it is there.

use std::sync::LazyLock;

use plantgate_domain::event::witness::PartKind;
use plantgate_gateway::{
    Limits,
    recording::{self, Head, Line, NotRead, Recorder},
};

const KEY: [u8; 32] = [7; 32];

/// A recording by the recorder itself, with what was shown.
static SEALED: LazyLock<(Vec<u8>, Vec<u8>, String)> = LazyLock::new(|| {
    let file = std::env::temp_dir().join(format!("plantgate-fuzz-{}.rec", std::process::id()));
    let _other_run = std::fs::remove_file(&file);
    let head = Head { kind: PartKind::Terminal, columns: 80, rows: 24, began: 0, terminal: "xterm".to_owned() };
    let limits = Limits { frame: 64, ..Limits::standard() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let (recorder, written) = Recorder::open(file.clone(), &KEY.into(), head, &limits).await.unwrap();
        for n in 0..6 {
            recorder.take(Line::Shown(format!("$ line {n} with a \x1b[1mword\x1b[0m\r\n").into_bytes())).await;
        }
        drop(recorder);
        written.await.unwrap()
    });
    let sealed = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let opened = recording::open(&sealed, &KEY.into()).unwrap();
    (sealed, opened.text, opened.head)
});

/// The whole, and one that was cut.
pub fn recordings() -> Vec<Vec<u8>> {
    let sealed = &SEALED.0;
    let half = sealed.len() / 2;
    vec![sealed.clone(), sealed.iter().take(half).copied().collect()]
}

/// Opened.
pub fn recording_of(input: &[u8]) -> String {
    let (sealed, text, head) = &*SEALED;
    let left = recording::left(input, &KEY.into(), PartKind::Terminal);
    match recording::open(input, &KEY.into()) {
        Ok(opened) => {
            assert!(text.starts_with(&opened.text), "nothing else was sealed");
            assert_eq!(&opened.head == head, opened.text.len() == text.len(), "the head says whether it is all");
            assert!(opened.cut || opened.head != *head || input == sealed.as_slice(), "one spelling");
            assert_eq!(left.unwrap().head, opened.head);
            format!("opened, {} cut", if opened.cut { "and" } else { "not" })
        }
        Err(no) => {
            assert_eq!(left.unwrap_err(), no);
            if no == NotRead::Foreign { "foreign" } else { "changed" }.to_owned()
        }
    }
}
