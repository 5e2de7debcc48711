//! What a page of somebody else's downloads: the panel, and the means to check it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha384};

use crate::support::{Server, answer};

#[tokio::test]
async fn a_page_can_check_every_file_that_it_is_sent_to() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    let panel = server.post("/operator-chat-panel/panel", &token, json!({})).await.json();
    for file in ["js", "wasm", "css"] {
        let path = panel[file].as_str().unwrap();
        let sent = answer(server.request(reqwest::Method::GET, path)).await;
        assert_eq!(sent.status, 200, "{path}");
        let expected = format!("sha384-{}", STANDARD.encode(Sha384::digest(&sent.text)));
        assert_eq!(panel["integrity"][file], expected.as_str(), "{path}");
    }
}
