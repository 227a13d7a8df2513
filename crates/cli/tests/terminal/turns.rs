//! `turn-accounts` beside a VPN: the real binary asks the core, a program of whoever runs the VPN does it, and what it
//! did stands in the record. The directory here is a file that the program writes.

use std::{path::Path, process::Stdio};

use plantgate_app::qualify::token::TokenWish;
use plantgate_domain::{base::Kind, witness::account::Account};
use plantgate_store::memory::Memory;
use plantgate_testkit::{browser, demo::Demo, tokens::wish, world::World};
use serde_json::{Value, json};
use tokio::process::Command;

fn put(file: &Path, text: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(file, text).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

async fn does(demo: &Demo, handle: &str, act: &str, body: Value) -> Value {
    let done = demo.world.named(&demo.caller(handle), act, body).await;
    done.map_err(|stop| format!("{act}: {stop:?}")).unwrap()
}

#[tokio::test]
async fn a_program_turns_a_vpn_account_for_an_emergency_and_off_when_it_is_cut() {
    let demo = Demo::on(World::sqlite().await).await;
    let folder = demo.world.folder.join("vpn");
    std::fs::create_dir_all(&folder).unwrap();
    let base = browser::serve(&demo.world).await;
    // given a machine with a token, an account that is bound, and a program that writes what it was told
    let machine = json!({ "reference": "SVC-VPN", "name": "VPN", "owner": "N-102", "site": "BRU" });
    does(&demo, "k.brandt", "make-service", machine).await;
    let asked = TokenWish { service: Some("SVC-VPN".to_owned()), ..wish("vpn", &["confirm-account"], &[]) };
    let made = demo.world.token(&demo.caller("m.okafor"), asked).await.unwrap();
    put(&folder.join("token"), &format!("{}\n", made.secret), 0o600);
    let found = json!({ "instance": "BMS-B61", "name": "vpn-ortega", "kind": "named",
        "holder": demo.person("l.ortega").to_string() });
    let account = does(&demo, "m.okafor", "record-account", found).await["done"]["reference"].clone();
    does(&demo, "m.okafor", "bind-account", json!({ "account": account, "program": "SVC-VPN" })).await;
    let (program, said) = (folder.join("turn"), folder.join("said"));
    let writes = format!("#!/bin/sh\necho \"$1 $2 $PLANTGATE_CUT\" >> {}\n", said.display());
    let runs = async || {
        let out = Command::new(env!("CARGO_BIN_EXE_plantgate"))
            .args(["turn-accounts", "--once", "--core", &base, "--token-file"])
            .arg(folder.join("token"))
            .arg("--run")
            .arg(&program)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    let stands = async || {
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = look.named(Kind::Account, account.as_str().unwrap()).await.unwrap().unwrap();
        look.get::<Account>(plantgate_domain::base::AccountId(on.id)).await.unwrap().bound.unwrap().said.map(|s| s.on)
    };
    // when the program fails, then nothing is said of the account, and the command says so
    put(&program, "#!/bin/sh\nexit 3\n", 0o700);
    let (code, words) = runs().await;
    assert!(code != Some(0) && words.contains("did not turn it off"), "{words}");
    assert_eq!(stands().await, None);
    // when it does its work, then it is done once
    put(&program, &writes, 0o700);
    assert_eq!(runs().await.0, Some(0));
    assert_eq!((runs().await.0, stands().await), (Some(0), Some(false)));
    // an emergency turns it on, and a cut off
    let emergency = json!({ "engagement": "E-025", "person": demo.person("l.ortega").to_string(), "instance": "BMS-B61",
        "environment": "prod", "roles": ["configure"], "pattern": "gateway-attended", "minutes": 60,
        "called_back": true, "reason": "Ventilation stands still." });
    let grant = does(&demo, "d.weber", "open-emergency", emergency).await["done"]["reference"].clone();
    assert_eq!((runs().await.0, stands().await), (Some(0), Some(true)));
    does(&demo, "d.weber", "disconnect", json!({ "grant": grant, "reason": "Enough." })).await;
    assert_eq!((runs().await.0, stands().await), (Some(0), Some(false)));
    let all = std::fs::read_to_string(&said).unwrap();
    assert_eq!(all, "off vpn-ortega no\non vpn-ortega no\noff vpn-ortega yes\n");
    // a token that was taken back turns nothing
    put(&folder.join("token"), "plantgate_none\n", 0o600);
    let (code, words) = runs().await;
    assert!(code != Some(0) && !words.is_empty(), "{words}");
    demo.world.close().await;
}
