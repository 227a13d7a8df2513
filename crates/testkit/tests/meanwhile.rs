//! While the rows of a new release are made, every address answers, in the reader's language, and says what stays.

use plantgate_web::door::meanwhile::meanwhile;
use tokio::{net::TcpListener, sync::oneshot};

#[tokio::test]
async fn nobody_stands_before_a_shut_port_while_rows_are_made() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (open, opened) = oneshot::channel::<&str>();
    // given a record that takes its time to fold
    let making = tokio::spawn(meanwhile(listener, async { opened.await.unwrap() }));
    let client = reqwest::Client::new();
    let ask = client.get(format!("http://{address}/access/grants?site=BRU")).header("accept-language", "de");
    // when somebody opens any page, then it says so and asks again by itself
    let page = ask.send().await.unwrap();
    assert_eq!((page.status().as_u16(), page.headers()["refresh"].to_str().unwrap()), (503, "2"));
    assert_eq!(page.headers()["retry-after"], "2");
    assert!(page.headers().contains_key("content-security-policy"));
    let text = page.text().await.unwrap();
    assert!(text.contains("Was in der Anlage läuft, läuft weiter"), "{text}");
    // and when the rows are there, the same address goes on with what comes after
    open.send("the archive").unwrap();
    let (listener, made) = making.await.unwrap().unwrap();
    assert_eq!((made, listener.local_addr().unwrap()), ("the archive", address));
    let next = tokio::spawn(async move { listener.accept().await.map(|_| ()) });
    let _ = tokio::net::TcpStream::connect(address).await.unwrap();
    next.await.unwrap().unwrap();
}
