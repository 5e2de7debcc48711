//! Connections: what `axum::serve` does, and what it leaves out: a time limit for the head of a request, so that
//! nobody holds a connection by sending it byte by byte, and small frames that leave at once.
//!
//! Bodies have their own limit where they are read (`problem.rs`), and WebSockets theirs (`stream.rs`).

use std::future::Future;
use std::io::ErrorKind;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

/// A request's head arrives within this time; a connection on which no further request begins is closed after it.
const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// When the system has no more file descriptors, some come back with time.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `draining`, then lets what was begun come to its end.
pub async fn serve(listener: TcpListener, app: Router, draining: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    // Every connection holds a receiver: they hear of the end by it, and the last one that drops it was the last.
    let (ending, _) = watch::channel(());
    let mut draining = pin!(draining);
    loop {
        let (stream, address) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut draining => break,
        };
        let app = app.clone();
        let answer = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(address));
            app.clone().oneshot(request)
        });
        let connection = http.serve_connection(TokioIo::new(stream), answer).with_upgrades();
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
                // Frames are small and wanted now. A connection that takes no options is gone, and says so soon.
                let _ = stream.set_nodelay(true);
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

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::net::Ipv4Addr;

    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::{Instant, timeout};

    use super::*;
    use crate::problem::whole_body;

    /// What a server says to `begun`, and the time that it takes.
    async fn told(begun: &str) -> (String, Duration) {
        let read = async |request: Request| whole_body(request, &()).await.map(drop);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, Router::new().route("/", post(read)), pending()));
        let start = Instant::now();
        let mut stream = TcpStream::connect(address).await.unwrap();
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
}
