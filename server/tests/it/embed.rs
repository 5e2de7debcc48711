//! What a page of somebody else's downloads: the panel, and the means to check it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha384};

use crate::support::{Process, Server, answer, chathub, folder};

fn sha384(content: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

async fn get(server: &Process, path: &str) -> Response {
    let request = Client::new().get(format!("{}{path}", server.base)).header("accept-encoding", "br");
    request.send().await.unwrap()
}

async fn current(server: &Process) -> Value {
    get(server, "/operator-chat-panel/version.json").await.json().await.unwrap()
}

#[tokio::test]
async fn a_page_can_check_every_file_that_it_is_sent_to() {
    let server = Server::start().await;
    let token = server.operator_token(server.people.anna).await;
    let panel = server.post("/operator-chat-panel/panel", &token, json!({})).await.json();
    for file in ["js", "wasm", "css"] {
        let path = panel[file].as_str().unwrap();
        let sent = answer(server.request(Method::GET, path)).await;
        assert_eq!(sent.status, 200, "{path}");
        assert_eq!(panel["integrity"][file], sha384(sent.text.as_bytes()).as_str(), "{path}");
    }
}

#[tokio::test]
async fn a_pinned_loader_is_the_same_after_an_upgrade() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    let modules = assets.join("operator-chat-panel");
    // What the loader brings later is pinned in the same way.
    std::fs::write(modules.join("window.js"), "a later module").unwrap();
    std::fs::write(modules.join("window.js.br"), "the same, compressed").unwrap();

    let server = Process::serve(&data, &assets).await;
    let first = current(&server).await;
    let (version, src) = (first["version"].as_str().unwrap(), first["src"].as_str().unwrap());
    assert_eq!(src, format!("/operator-chat-panel/{version}/widget-script.js"));
    let loader = get(&server, src).await;
    let header = |name: &str| loader.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header("access-control-allow-origin"), "*");
    assert!(header("content-type").starts_with("text/javascript"));
    assert_eq!(first["integrity"], sha384(&loader.bytes().await.unwrap()).as_str());
    server.terminate().await;

    std::fs::write(modules.join("widget-script.js"), "the next build's").unwrap();
    std::fs::remove_file(modules.join("window.js")).unwrap();
    std::fs::remove_file(modules.join("window.js.br")).unwrap();
    let server = Process::serve(&data, &assets).await;
    assert_eq!(first["integrity"], sha384(&get(&server, src).await.bytes().await.unwrap()).as_str());
    let second = current(&server).await;
    assert_ne!(second["version"], first["version"]);
    assert_eq!(get(&server, second["src"].as_str().unwrap()).await.text().await.unwrap(), "the next build's");
    // printf 'a later module' | sha256sum
    let later = get(&server, "/operator-chat-panel/37a3230c99d5/window.js").await;
    assert_eq!(later.headers()["content-encoding"], "br");
    assert_eq!(later.text().await.unwrap(), "the same, compressed");
    // One that was laid down since the start: an upgrade does so before the restart.
    std::fs::write(modules.join("window.js"), "a later one still").unwrap();
    let later = get(&server, "/operator-chat-panel/71c8dd170790/window.js").await;
    assert_eq!(later.text().await.unwrap(), "a later one still");
}

#[tokio::test]
async fn the_words_of_a_customer_chat_are_kept_by_browsers_for_good() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    std::fs::create_dir_all(assets.join("customer-chat/0123456789ab")).unwrap();
    std::fs::write(assets.join("customer-chat/0123456789ab/nl.js"), "export default {}").unwrap();
    let server = Process::serve(&data, &assets).await;
    for (path, status, cache) in [
        ("/customer-chat/0123456789ab/nl.js", 200, "public, max-age=31536000, immutable"),
        ("/customer-chat/0123456789ab/fr.js", 404, "no-store"),
        ("/customer-chat/ba9876543210/nl.js", 404, "no-store"),
    ] {
        let answer = get(&server, path).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()["cache-control"], cache, "{path}");
        // Modules of another origin come with its leave alone.
        assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{path}");
    }
}

#[tokio::test]
async fn a_version_answers_with_what_it_names_or_not_at_all() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    let server = Process::serve(&data, &assets).await;
    let first = current(&server).await;
    let version = first["version"].as_str().unwrap();
    std::fs::write(assets.join("operator-chat-panel/widget-script.js"), "the next build's").unwrap();
    std::fs::write(data.join("loaders").join(format!("{version}.js")), "not what it was").unwrap();
    for path in [
        format!("/operator-chat-panel/{version}/widget-script.js"),
        format!("/operator-chat-panel/{version}/widget-script.css"),
        "/operator-chat-panel/000000000000/widget-script.js".to_owned(),
        "/operator-chat-panel/%2e%2e%2f%2e%2e%2fdata/token-keys.js".to_owned(),
    ] {
        let answer = get(&server, &path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_ne!(answer.headers()["cache-control"], "public, max-age=31536000, immutable", "{path}");
    }
}

#[tokio::test]
async fn the_command_line_prints_the_tag_that_the_server_serves() {
    let folder = folder();
    let (data, assets) = (folder.path().join("data"), folder.path().join("assets"));
    let server = Process::serve(&data, &assets).await;
    let arguments = ["loader", "--public-url", &server.base, "--assets", assets.to_str().unwrap()];
    let output = chathub(&arguments, "").await;
    assert!(output.status.success(), "{output:?}");
    let tag = String::from_utf8(output.stdout).unwrap();
    let current = current(&server).await;
    for part in [
        format!("src=\"{}{}\"", server.base, current["src"].as_str().unwrap()),
        format!("integrity=\"{}\"", current["integrity"].as_str().unwrap()),
    ] {
        assert!(tag.contains(&part), "{part} in {tag}");
    }
    let output = chathub(&["loader", "--assets", data.to_str().unwrap()], "").await;
    assert!(!output.status.success() && String::from_utf8(output.stderr).unwrap().contains("--assets"));
}
