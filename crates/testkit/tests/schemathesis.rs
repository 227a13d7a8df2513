//! Requests made up from the description of our API by schemathesis, which knows nothing of us, with tokens of several
//! callers: nothing fails on our side, and no answer has a status or a form that the description does not say.

use std::{process::Stdio, time::Duration};

use plantgate_testkit::{
    browser::serve,
    left_out::left_out,
    story::{Story, steps},
};

/// Seconds for one caller on one engine; all of them together stay below three minutes.
const SECS: u64 = 10;

/// Who asks: nobody, a machine, and people by their tokens, of ours and of a provider.
const WHO: &[(&str, bool)] = &[
    ("", false),
    ("W-machine-BRU", true),
    ("W-ot-security-BRU", true),
    ("W-administrator-BRU", true),
    ("W-auditor-BRU", false),
    ("M-2", true),
];

#[tokio::test]
async fn requests_made_up_from_the_description_find_no_fault_and_no_status_it_does_not_say() {
    #[expect(clippy::disallowed_methods, reason = "tests are configured by the test command, not by cli::config")]
    let Ok(program) = std::env::var("TEST_SCHEMATHESIS") else {
        return left_out("no schemathesis here: the API was not asked by requests made up from its description");
    };
    let mut wrong = Vec::new();
    for story in Story::both().await {
        wrong.extend(Box::pin(asked(story, &program)).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the answers that each caller gets.
async fn asked(mut story: Story, program: &str) -> Vec<String> {
    let last = ["withdraw-qualification", "end-activation", "erase-person"];
    for step in steps().into_iter().take_while(|s| !last.contains(&s.act.as_str())) {
        story.does(&step).await.unwrap();
    }
    story.machine("W-machine-BRU", "BRU").await;
    let base = serve(&story.demo.world).await;
    let mut wrong = Vec::new();
    for (n, (who, acts_too)) in WHO.iter().enumerate() {
        let token = match *who {
            "" => String::new(),
            who => story.program(who, *acts_too).await.token().to_owned(),
        };
        let (green, said) = run(program, &base, &token, n).await;
        let generated = number(&said, "generated");
        println!("{who}: {generated} requests, {} operations", number(&said, "Tested"));
        assert!(generated >= 50, "{who}: too few requests to prove anything: {said}");
        if !green {
            wrong.push(format!("== {} {who}\n{said}", story.demo.world.engine));
        }
    }
    story.demo.world.close().await;
    wrong
}

/// The number on the line of its summary that has a word.
fn number(said: &str, word: &str) -> u64 {
    let line = said.lines().rev().find(|line| line.contains(word)).unwrap_or_default();
    let digits = line.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

/// One caller's run; whether it found nothing, and what it said.
async fn run(program: &str, base: &str, token: &str, seed: usize) -> (bool, String) {
    let mut command = tokio::process::Command::new(program);
    command.args(["run", &format!("{base}/api/v1/openapi.json"), "--no-color", "--output-sanitize", "false"]);
    command.args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance"]);
    command.args(["--phases", "coverage,fuzzing", "--max-time", &SECS.to_string()]);
    // One worker: Python 3.11 counts for all threads together how deep it reads sources, and two at once confuse it.
    command.args(["--workers", "1"]);
    command.args(["--seed", &(seed + 1).to_string(), "--no-shrink", "--warnings", "off"]);
    command.args(["--generation-database", "none", "--request-timeout", "30"]);
    if !token.is_empty() {
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let folder = std::env::temp_dir();
    let ran = command.current_dir(folder).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(Duration::from_secs(SECS * 4), ran).await.expect("it did not end").unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}
