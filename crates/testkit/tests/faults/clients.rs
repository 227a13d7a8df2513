//! Clients that dawdle: each is ended at a named limit, and nobody else waits for them.

use std::{net::SocketAddr, time::Duration};

use plantgate_store::Limits;
use plantgate_testkit::{demo::Demo, door::Door};
use plantgate_web::door::serve;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::{interval, timeout},
};

use super::ground::{aside, works};

/// Bytes that the systems on both sides keep of an answer which nobody takes: few, so that they are full soon.
const KEPT_BYTES: u32 = 16 * 1_024;

/// A door whose connections keep that little.
fn door() -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    // What is accepted inherits it.
    socket.set_send_buffer_size(KEPT_BYTES).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket.listen(64).unwrap()
}

/// A client whose system keeps that little.
async fn client(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(KEPT_BYTES).unwrap();
    socket.connect(address).await.unwrap()
}

/// The real server over a demo plant, less patient than in a plant.
async fn served(demo: &Demo) -> SocketAddr {
    let listener = door();
    let address = listener.local_addr().unwrap();
    let (router, limits) = (demo.world.router(), Limits { patience_secs: 2, ..Limits::for_testing() });
    tokio::spawn(async move { serve(listener, router, limits, std::future::pending()).await });
    address
}

/// Sends what begins a request, then one byte now and then, until the server ends it; what it answered.
async fn drips(address: SocketAddr, begins: String) -> String {
    let (mut answer, mut line) = (Vec::new(), TcpStream::connect(address).await.unwrap());
    line.write_all(begins.as_bytes()).await.unwrap();
    let (mut from, mut to) = line.split();
    let mut tick = interval(Duration::from_millis(100));
    let dripping = async {
        loop {
            tick.tick().await;
            if to.write_all(b"x").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        // Ended without an answer, or behind one: both are an end.
        _ = from.read_to_end(&mut answer) => {}
        () = dripping => {}
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn upload(door: &Door, length: usize) -> String {
    let token = door.token();
    format!(
        "POST /api/v1/evidence/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn five_clients_that_drip_are_ended_at_a_limit_and_nobody_waits_for_them() {
    for demo in Demo::both().await {
        let (address, door) = (served(&demo).await, demo.sign_in("i.campos").await);
        // given three that drip a head, and two that drip a file
        let head = "GET /providers HTTP/1.1\r\nHost: x\r\nX-Long: ".to_owned();
        let begins = [head.clone(), head.clone(), head, upload(&door, 900_000), upload(&door, 900_000)];
        let all: Vec<_> = begins.into_iter().map(|begins| tokio::spawn(drips(address, begins))).collect();
        // when others ask and act meanwhile, then they are answered at once
        for n in 0..10 {
            let mut line = TcpStream::connect(address).await.unwrap();
            line.write_all(b"GET /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
            let mut answer = String::new();
            line.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            works(&demo, &demo.world.app, &format!("C{n}")).await;
        }
        // then all five are ended, soon after two seconds, and nothing of them is kept
        for (n, client) in all.into_iter().enumerate() {
            let ended = timeout(Duration::from_secs(90), client).await;
            let said = ended.unwrap_or_else(|_| panic!("client {n} drips on, on {}", demo.world.engine)).unwrap();
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "client {n}: {said}");
        }
        assert_eq!(aside(&demo), 0, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

/// Asks for the same page again and again and reads nothing of it; how long until the server is tired of that.
async fn reads_nothing(address: SocketAddr, door: &Door) -> Duration {
    let mut line = client(address).await;
    let ask = format!("GET /systems HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", door.token());
    // More answers than the systems on both sides keep for a reader who does not come, and then more questions.
    let asked = timeout(Duration::from_secs(90), async {
        while line.write_all(ask.as_bytes()).await.is_ok() {
            tokio::task::yield_now().await;
        }
    });
    let begun = tokio::time::Instant::now();
    asked.await.expect("the server waits for ever");
    begun.elapsed()
}

#[tokio::test]
async fn five_clients_that_read_nothing_are_ended_and_hold_up_no_end_of_the_server() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let listener = door();
    let (address, door) = (listener.local_addr().unwrap(), demo.sign_in("m.okafor").await);
    // given a server with long patience that is to end, and five who read nothing
    let limits = Limits { patience_secs: 600, stop_secs: 1, ..Limits::for_testing() };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let router = demo.world.router();
    let patient = tokio::spawn(async move { serve(listener, router, limits, async { drop(stopped.await) }).await });
    for _ in 0..5 {
        let mut line = client(address).await;
        let ask = format!("GET /systems HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", door.token());
        tokio::spawn(async move { while line.write_all(ask.as_bytes()).await.is_ok() {} });
    }
    works(&demo, &demo.world.app, "R1").await;
    // when it is told to end, then it ends
    drop(stop);
    timeout(Duration::from_secs(90), patient).await.expect("the server never ends").unwrap();
    // and a server with the usual patience ends each of them by itself, while others are answered
    let address = served(&demo).await;
    let all: Vec<_> = (0..5)
        .map(|_| {
            let door = door.clone();
            tokio::spawn(async move { reads_nothing(address, &door).await })
        })
        .collect();
    works(&demo, &demo.world.app, "R2").await;
    for client in all {
        let waited = client.await.unwrap();
        assert!(waited >= Duration::from_secs(2), "{waited:?}: not before the limit");
    }
    demo.world.close().await;
}

#[tokio::test]
async fn a_slow_line_that_keeps_its_pace_is_served_however_long_it_takes() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let (address, door) = (served(&demo).await, demo.sign_in("i.campos").await);
    // given a line with four times the pace that is asked for, and a file that takes longer than our patience
    let file = "ortega;engineer\n".repeat(1_000);
    let mut line = TcpStream::connect(address).await.unwrap();
    line.write_all(upload(&door, file.len()).replace("Host: x", "Host: x\r\nConnection: close").as_bytes())
        .await
        .unwrap();
    let mut tick = interval(Duration::from_millis(250));
    for part in file.as_bytes().chunks(1_024) {
        tick.tick().await;
        line.write_all(part).await.unwrap();
    }
    // when it is through, then it is taken
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(&format!("\"bytes\":{}", file.len())), "{answer}");
    demo.world.close().await;
}
