//! One address's connections, and everybody else's meanwhile.

use std::net::{Ipv4Addr, SocketAddr};

use chathub_hub::Clock;
use chathub_server::config::Serve;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Server, within};

const EACH: u32 = 8;

/// A connection from one of this machine's many addresses.
async fn connect(server: &Server, from: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, from), 0))).unwrap();
    let address = server.base.strip_prefix("http://").unwrap().parse().unwrap();
    within("a connection", socket.connect(address)).await.unwrap()
}

/// The status of an answer; none when the connection is just closed.
async fn asked(mut stream: TcpStream, path: &str) -> Option<u16> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = within("an answer", stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).split(' ').nth(1).map(|status| status.parse().unwrap())
}

async fn limited(serve: Serve) -> Server {
    Server::with(Clock::system(), Serve { limit_connections: Some(EACH), ..serve }).await
}

#[tokio::test]
async fn an_address_that_holds_all_its_places_takes_nobody_elses() {
    let server = limited(Serve::default()).await;
    let mut held = Vec::new();
    for _ in 0..EACH {
        let mut stream = connect(&server, 2).await;
        // Begun and never finished.
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ").await.unwrap();
        held.push(stream);
    }
    for _ in 0..50 {
        assert_eq!(asked(connect(&server, 2).await, "/healthz").await, None);
    }
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/console", 401)] {
        assert_eq!(asked(connect(&server, 1).await, path).await, Some(status), "{path}");
    }
    // A place that is given back is taken again.
    drop(held.pop());
    let again = async {
        while asked(connect(&server, 2).await, "/healthz").await != Some(200) {
            tokio::task::yield_now().await;
        }
    };
    within("a place", again).await;
}

#[tokio::test]
async fn an_open_stream_keeps_its_place() {
    let server = limited(Serve::default()).await;
    let mut held = Vec::new();
    for _ in 0..EACH {
        let socket = connect(&server, 3).await;
        let address = format!("{}/api/stream", server.base.replace("http://", "ws://"));
        let (mut socket, _) = tokio_tungstenite::client_async(address, socket).await.unwrap();
        let hello = json!({ "type": "hello", "organization": server.people.sales }).to_string();
        futures::SinkExt::send(&mut socket, hello.into()).await.unwrap();
        within("a welcome", futures::StreamExt::next(&mut socket)).await.unwrap().unwrap();
        held.push(socket);
    }
    assert_eq!(asked(connect(&server, 3).await, "/healthz").await, None);
    assert_eq!(asked(connect(&server, 1).await, "/healthz").await, Some(200));
}

#[tokio::test]
async fn a_trusted_proxy_speaks_for_many() {
    let trusted_proxies = vec!["127.0.0.4/32".parse().unwrap()];
    let server = limited(Serve { trusted_proxies, ..Serve::default() }).await;
    let mut held = Vec::new();
    for _ in 0..3 * EACH {
        held.push(connect(&server, 4).await);
    }
    assert_eq!(asked(connect(&server, 4).await, "/healthz").await, Some(200));
}
