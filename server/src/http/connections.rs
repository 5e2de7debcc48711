//! Connections: what `axum::serve` does, and what it leaves out: places that are shared out (`places.rs`), a time limit
//! and a size for the head of a request, so that nobody holds a connection by sending it byte by byte, a pace at which
//! answers are taken (`pace.rs`), and an end for whoever has vanished.
//!
//! Bodies have their own limit where they are read (`body.rs`), and WebSockets theirs (`stream.rs`).

pub mod places;

mod pace;

use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use pace::Paced;
use places::Places;

/// A request's head arrives within this time; a connection on which no further request begins is closed after it.
const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// Bytes of a request's head, and of an answer that waits to be taken: each connection may hold so much of either. Browsers
/// send a few hundred; cookies and tokens of whoever shares our address may make it some thousand.
const BUFFER: usize = 32 * 1024;

/// After so long without a word the system asks whether the other side is there still, and then every ten seconds.
const IDLE: Duration = Duration::from_secs(60);
const PROBES: Duration = Duration::from_secs(10);

/// Bytes that the system takes of an answer beyond what is on its way: without a bound it may be megabytes a connection,
/// and a slow reader would seem to take nothing for minutes.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 64 * 1024;

/// When the system has no more file descriptors, some come back with time.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `draining`, then lets what was begun come to its end.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    places: Arc<Places>,
    draining: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(BUFFER);
    // Every connection holds a receiver: they hear of the end by it, and the last one that drops it was the last. This is
    // what `hyper_util::server::graceful` does, which watches a connection that can become a WebSocket only where it may
    // also speak HTTP/2, and then bounds the time until its first bytes by nothing.
    let (ending, _) = watch::channel(());
    let mut draining = pin!(draining);
    loop {
        let (stream, address) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut draining => break,
        };
        // Closed by being dropped: an answer would cost more than it tells.
        let Some(place) = places.take(address.ip()) else { continue };
        let app = app.clone();
        let answer = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(address));
            app.clone().oneshot(request)
        });
        let stream = TokioIo::new(Paced::new(stream, place));
        let connection = http.serve_connection(stream, answer).with_upgrades();
        let mut ended = ending.subscribe();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let outcome = tokio::select! {
                outcome = connection.as_mut() => outcome,
                _ = ended.changed() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = outcome {
                tracing::debug!(%error, "a connection broke");
            }
            drop(ended);
        });
    }
    drop(listener);
    ending.send_replace(());
    ending.closed().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, std::net::SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // A connection that takes no options is gone, and says so soon.
                let _ = prepare(&stream);
                return (stream, address);
            }
            // The other side has gone again.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Small frames leave at once, and whoever has vanished, without a word or with something unread, is let go by the system
/// itself, also where nothing is being written.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(IDLE).with_interval(PROBES))?;
    #[cfg(target_os = "linux")]
    {
        socket.set_tcp_user_timeout(Some(pace::WITHIN))?;
        socket.set_tcp_notsent_lowat(UNSENT)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::net::{Ipv4Addr, SocketAddr};

    use axum::routing::{get, post};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpSocket;
    use tokio::time::{Instant, sleep, timeout};

    use super::*;
    use crate::http::body::whole_body;
    use crate::http::peer::Proxies;

    /// Larger than all that lies between a server and a client that does not read.
    const LARGE: usize = 8 * 1024 * 1024;

    /// A server that has something large to say, and `each` places for an address.
    async fn server(each: u32) -> SocketAddr {
        let read = async |request: Request| whole_body(request, &()).await.map(drop);
        let app = Router::new().route("/", post(read)).route("/large", get(async || vec![0; LARGE]));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Arc::new(Places::new(each, 0, Arc::new(Proxies::default())));
        tokio::spawn(serve(listener, app, places, pending()));
        address
    }

    /// What a server says to `begun`, and the time that it takes.
    async fn told(begun: &str) -> (String, Duration) {
        let mut stream = TcpStream::connect(server(0).await).await.unwrap();
        let start = Instant::now();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(10 * HEAD_WITHIN, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        (answer, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_finish_a_request_is_cut_off() {
        for begun in ["", "POST / HTTP/1.1\r\nHost: a\r\nX-Slow: "] {
            let (_, elapsed) = told(begun).await;
            assert!((HEAD_WITHIN..2 * HEAD_WITHIN).contains(&elapsed), "{begun}: {elapsed:?}");
        }
        let begun = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 9\r\n\r\nslow";
        let (answer, _) = told(begun).await;
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("did not arrive in time"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_has_a_size() {
        // Not a byte more, which would be left unread and take the answer with it.
        let head = format!("{:x<BUFFER$}", "GET /large HTTP/1.1\r\nHost: a\r\nX-Large: ");
        let (answer, _) = told(&head).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer:.80}");
    }

    /// Asks for something large, reads `bytes` of it at once and then nothing for `pause`. How many it was in the end.
    async fn read(server: SocketAddr, bytes: usize, pause: Duration) -> usize {
        let socket = TcpSocket::new_v4().unwrap();
        // As small as that of a device on a slow network.
        socket.set_recv_buffer_size(16 * 1024).unwrap();
        let mut stream = socket.connect(server).await.unwrap();
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        let (mut part, mut count) = (vec![0; bytes], 0);
        while let Ok(read @ 1..) = stream.read(&mut part).await {
            count += read;
            sleep(pause).await;
        }
        count
    }

    /// Whether there is a place for a connection.
    async fn answers(server: SocketAddr) -> bool {
        let mut stream = TcpStream::connect(server).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut answer = Vec::new();
        stream.write_all(request).await.is_ok()
            && stream.read_to_end(&mut answer).await.is_ok_and(|read| read > 0)
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_not_taken_is_given_up() {
        for (bytes, pause) in [(1, Duration::MAX), (1, Duration::from_secs(1)), (100, Duration::from_secs(1))]
        {
            let server = server(1).await;
            tokio::spawn(read(server, bytes, pause));
            let start = Instant::now();
            // The one place is taken, and comes back.
            sleep(Duration::from_secs(5)).await;
            assert!(!answers(server).await);
            while !answers(server).await {
                assert!(start.elapsed() < 4 * pace::WITHIN, "{bytes} bytes in {pause:?}");
                sleep(Duration::from_secs(5)).await;
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_gets_all_of_it() {
        assert!(read(server(0).await, 256 * 1024, Duration::from_secs(5)).await >= LARGE);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_system_lets_go_of_who_has_vanished() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_client, (stream, _)) = tokio::join!(TcpStream::connect(address), accept(&listener));
        let socket = SockRef::from(&stream);
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(pace::WITHIN));
        assert_eq!((socket.keepalive().unwrap(), socket.tcp_keepalive_time().unwrap()), (true, IDLE));
        assert_eq!(socket.tcp_notsent_lowat().unwrap(), UNSENT);
    }
}
