//! A client of the stream, of either kind, that speaks plain JSON as published ones do.

use std::collections::VecDeque;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{uuid, within};

pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Frames that came while another kind was waited for.
    kept: VecDeque<Value>,
    /// The `welcome` and, where one came, the `reset`.
    pub welcome: Value,
    pub reset: Value,
}

impl Client {
    /// Connects, as a page of `origin` where one is given, and says nothing yet.
    pub async fn connect(base: &str, origin: Option<&str>) -> Self {
        Self::connect_with(base, origin.map(|origin| ("origin", origin))).await
    }

    /// Connects through a proxy that says which address it was called from.
    pub async fn from(base: &str, address: &str) -> Self {
        Self::connect_with(base, Some(("x-forwarded-for", address))).await
    }

    async fn connect_with(base: &str, header: Option<(&'static str, &str)>) -> Self {
        let address = format!("{}/api/stream", base.replace("http://", "ws://"));
        let mut request = address.into_client_request().unwrap();
        if let Some((name, value)) = header {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let (socket, _) = within("the upgrade", connect_async(request)).await.unwrap();
        Self { socket, kept: VecDeque::new(), welcome: Value::Null, reset: Value::Null }
    }

    /// Connects and says `hello`, whatever comes of it.
    pub async fn hello(base: &str, hello: Value) -> Self {
        let mut client = Self::connect(base, None).await;
        client.send(hello).await;
        client
    }

    /// Connects with a `hello` that is welcomed; one without a cursor gets its first picture.
    pub async fn welcomed(base: &str, hello: Value) -> Self {
        let is_new = hello.get("cursor").is_none();
        let mut client = Self::hello(base, hello).await;
        client.welcome = client.expect("welcome").await;
        if is_new {
            client.reset = client.expect("reset").await;
        }
        client
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        within("sending", self.socket.send(Message::text(text))).await.unwrap();
    }

    /// Sends, unless the connection is gone.
    pub async fn try_send(&mut self, frame: &Value) -> bool {
        within("sending", self.socket.send(Message::text(frame.to_string()))).await.is_ok()
    }

    /// A customer's message (an operator's with the chat), under a new name, which is returned.
    pub async fn post(&mut self, chat: Option<i64>, text: &str) -> String {
        let id = uuid();
        self.send(post(chat, &id, text)).await;
        id
    }

    /// Posts, and waits for the ack.
    pub async fn say(&mut self, chat: Option<i64>, text: &str) -> Value {
        let id = self.post(chat, text).await;
        let ack = self.expect("ack").await;
        assert_eq!(ack["client_id"], id.as_str());
        ack
    }

    /// The next frame of this type, now or earlier; the others are kept for their own waits.
    pub async fn expect(&mut self, kind: &str) -> Value {
        self.find(kind, |frame| frame["type"] == kind).await
    }

    /// The next event of this kind.
    pub async fn event(&mut self, kind: &str) -> Value {
        self.find(kind, |frame| frame["type"] == "event" && frame["event"]["kind"] == kind).await
    }

    /// The next change of a chat's status to this one.
    pub async fn find_status(&mut self, status: i64) -> Value {
        let kind =
            |frame: &Value| frame["event"]["kind"] == "chat_status" && frame["event"]["status"] == status;
        self.find("chat_status", kind).await
    }

    /// The next answer to a post, whichever it is.
    pub async fn answer(&mut self) -> Value {
        self.find("answer", |frame| frame["type"] == "ack" || frame["type"] == "reject").await
    }

    async fn find(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.kept.iter().position(&wanted) {
            return self.kept.remove(place).unwrap();
        }
        loop {
            let Some(frame) = self.receive().await else {
                panic!("the connection ended before a {what} came; kept: {:?}", self.kept);
            };
            if wanted(&frame) {
                return frame;
            }
            assert_ne!(frame["type"], "bye", "waiting for {what}: {frame}");
            self.kept.push_back(frame);
        }
    }

    /// The next frame of any type; none when the connection has ended, however it did.
    pub async fn next(&mut self) -> Option<Value> {
        match self.kept.pop_front() {
            Some(frame) => Some(frame),
            None => self.receive().await,
        }
    }

    async fn receive(&mut self) -> Option<Value> {
        loop {
            match within("a frame", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }

    /// All that came until now: what the server said before it answered this client's last word.
    pub async fn fence(&mut self, history: Value) -> Vec<Value> {
        self.send(history).await;
        let kind = |frame: &Value| frame["type"] == "history" || frame["type"] == "chats";
        self.find("fence", kind).await;
        self.kept.drain(..).collect()
    }

    /// The farewell, and the close code after it.
    pub async fn farewell(&mut self) -> (Value, Option<u16>) {
        let bye = loop {
            let frame = self.receive().await.expect("the connection ended without a bye");
            if frame["type"] == "bye" {
                break frame;
            }
        };
        loop {
            match within("the close", self.socket.next()).await {
                Some(Ok(Message::Close(close))) => return (bye, close.map(|close| close.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return (bye, None),
            }
        }
    }

    /// The place after which this client wants to go on.
    pub fn cursor_at(&self, seq: u64) -> Value {
        json!({ "epoch": self.welcome["cursor"]["epoch"], "seq": seq })
    }

    /// The name of this visitor.
    pub fn visitor_token(&self) -> Value {
        self.welcome["visitor"].clone()
    }
}

pub fn post(chat: Option<i64>, client_id: &str, text: &str) -> Value {
    match chat {
        Some(chat) => json!({ "type": "post", "chat_id": chat, "client_id": client_id, "text": text }),
        None => json!({ "type": "post", "client_id": client_id, "text": text }),
    }
}
