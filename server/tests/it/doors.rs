//! What anybody may knock with: whatever it is, the answer is not that the server failed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use chathub_hub::Clock;
use chathub_server::config::Serve;
use reqwest::{Method, header};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{PASSWORD, Server, answer, within};

/// Sends bytes as they are, and reads the status of the answer; none when the connection is just closed.
async fn raw(server: &Server, request: &[u8]) -> Option<u16> {
    let address = server.base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Whoever is refused early may be cut off while they still send.
    let _ = stream.write_all(request).await;
    let mut text = Vec::new();
    let _ = within("an answer", stream.read_to_end(&mut text)).await;
    String::from_utf8_lossy(&text).split(' ').nth(1).map(|status| status.parse().unwrap())
}

/// A server that answers however often it is asked.
async fn unlimited() -> Server {
    Server::with(
        Clock::system(),
        Serve { limit_requests: Some(0), limit_logins: Some(0), ..Serve::default() },
    )
    .await
}

#[tokio::test]
async fn no_address_method_or_header_makes_the_server_fail() {
    let server = unlimited().await;
    let long = "x".repeat(5_000);
    let steps = "x/".repeat(2_500);
    let paths = [
        "/",
        "/console",
        "/pkg/",
        "/pkg/chathub.aaa.js",
        "/operator-chat-panel/widget-script.js",
        "/customer-chat.js",
        "/reference/",
        "/index.html",
        "/healthz",
        "/api/openapi.json",
        "/api/chat/chats",
        "/api/company/get-token",
        "/api/stream",
        "/api/nothing",
        "/fn/sign_in",
        "/fn/stream_events",
        "/fn/act",
        "/fn/nothing",
        "/nothing",
        "/operator-chat-panel/panel",
        "/console/operators/1",
        "/console/operators/x",
        "/pkg/%00",
        "/pkg/..%2f..%2fhash.txt",
        "/pkg/../hash.txt",
        "/pkg/%ff%fe",
        "/pkg/a%2fb",
        "/%00",
        "/%ff",
        "/console/%ff",
        "/console/%00",
        "/fn/%00",
        "/fn/%ff",
        "/api/chat/chats/%ff/messages",
        "/api/chat/chats/%00",
        "/operator-chat-panel/%00",
        "/operator-chat-panel/%ff/widget-script.js",
        "/reference/%00",
        "/pkg//x",
        "//",
        "/.",
        "/pkg/chathub.aaa.js/x",
        "/?%ff",
        "/console?%ff=%00",
        "/console?__err=%ff",
        "/console?__path=x&__err=e30",
        "*",
        "http://elsewhere.test/console",
    ];
    let long_paths =
        ["/pkg/", "/operator-chat-panel/", "/reference/", "/console/", "/fn/", "/api/chat/chats/", "/"]
            .iter()
            .flat_map(|path| [format!("{path}{long}"), format!("{path}{steps}"), format!("{path}?{long}")]);
    let all: Vec<String> = paths.iter().map(|path| (*path).to_owned()).chain(long_paths).collect();
    let mut failed = Vec::new();
    for path in &all {
        for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            );
            match raw(&server, request.as_bytes()).await {
                Some(..500) => {}
                // The one that this server does not know how to answer, and says so.
                other => failed.push(format!("{method} {path:.60}: {other:?}")),
            }
        }
    }
    let headers = [
        "Range: bytes=99999999999999999999-\r\n",
        "Range: bytes=-0\r\n",
        "Range: bytes=5-1\r\n",
        "Range: lines=1\r\n",
        "Range: bytes=0-0,1-1,2-2,0-\r\n",
        "Range: bytes=0-0\r\nRange: bytes=1-1\r\n",
        "Host: b\r\n",
        "Accept-Encoding: br;q=9, *;q=x\r\n",
        "If-Modified-Since: never\r\n",
        "If-Unmodified-Since: \r\n",
        "Cookie: a\r\nCookie: =;;=\r\n",
        "Cookie: chathub_session=\u{ff}\r\n",
        "Authorization: Bearer\r\n",
        "Authorization: a\r\nAuthorization: b\r\n",
        "Origin: a\r\nOrigin: b\r\n",
        "Origin: \u{ff}\r\n",
        "Content-Type: x\r\n",
        "Content-Type: application/json; charset=\u{ff}\r\n",
        "Referer: \u{ff}\r\nAccept: text/html\r\n",
        "Referer: x\r\nAccept: text/html\r\n",
        "Accept: text/html\r\n",
        "Expect: 100-continue\r\n",
        "Expect: wonders\r\n",
        "X-Forwarded-For: ,,,\r\n",
        "Upgrade: websocket\r\nConnection: upgrade\r\n",
        "Transfer-Encoding: gzip\r\n",
    ];
    for path in [
        "/console",
        "/pkg/chathub.aaa.js",
        "/customer-chat.js",
        "/api/chat/chats",
        "/fn/sign_in",
        "/fn/act",
        "/fn/stream_events",
        "/api/stream",
        "/fn/organizations",
    ] {
        for headers in headers {
            for method in ["GET", "POST"] {
                let request =
                    format!("{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n");
                // One byte each, as they are on the wire.
                let bytes: Vec<u8> = request.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
                if let Some(500..) | None = raw(&server, &bytes).await {
                    failed.push(format!("{method} {path} with {headers:?}"));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[tokio::test]
async fn no_body_makes_a_server_function_fail() {
    let server = unlimited().await;
    let token = server.operator_token(server.people.anna).await;
    let names = [
        "sign_in",
        "sign_out",
        "organizations",
        "operators",
        "operator_token",
        "validate_token",
        "stream_events",
        "post",
        "history",
        "chats",
        "act",
    ];
    for name in names {
        for body in [
            "",
            "{",
            "null",
            "[]",
            "\"x\"",
            "a=b",
            "%ff=%00",
            "login=a",
            "operator=x",
            r#"{"text":"\ud800"}"#,
            "\u{0}",
        ] {
            for kind in [
                "application/json",
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data",
                "",
            ] {
                for accept in ["application/json", "text/html"] {
                    let request = server.request(Method::POST, &format!("/fn/{name}")).bearer_auth(&token);
                    let request = request.header("content-type", kind).header("accept", accept);
                    // Its end is not waited for: a stream that was opened has none.
                    let answer = request.body(body).send().await.unwrap();
                    assert!(answer.status().as_u16() < 500, "{name} {body:?} {kind} {accept}: {answer:?}");
                }
            }
        }
    }
    // Said in our words, with a code.
    let empty = answer(server.request(Method::POST, "/fn/sign_in").body("")).await;
    assert_eq!((empty.status, empty.json()["code"].clone()), (400, json!("malformed")));
}

#[tokio::test]
async fn an_address_says_nothing_on_the_sign_in_page_but_a_code_of_ours() {
    let server = Server::start().await;
    let sentence = "Call +1 555 0100 to unlock your account";
    let error = json!({ "code": "login_refused", "detail": sentence, "typed": sentence }).to_string();
    let encoded = URL_SAFE.encode(&error);
    let plain: String = form_urlencoded::byte_serialize(sentence.as_bytes()).collect();
    for query in [
        format!("__path=%2Ffn%2Fsign_in&__err={encoded}"),
        format!("__err={encoded}"),
        format!("__err={plain}"),
        format!("refused={plain}"),
        format!("refused=login_refused&login={plain}&typed={plain}"),
    ] {
        let page = answer(server.request(Method::GET, &format!("/console?{query}"))).await;
        assert_eq!(page.status, 401);
        assert!(!page.text.contains("555"), "{query}: {}", page.text);
    }
    let page = answer(server.request(Method::GET, "/console?refused=too_many_requests")).await;
    assert!(page.text.contains("Too many attempts"), "{}", page.text);
}

/// A server for browsers at this address.
async fn published(url: &str) -> Server {
    let serve =
        Serve { public_url: Some(url.into()), allowed_hosts: vec!["chathub".into()], ..Serve::default() };
    Server::with(Clock::system(), serve).await
}

#[tokio::test]
async fn names_that_are_not_this_servers_are_refused() {
    let server = published("https://chat.example").await;
    let ask = async |path: &str, host: &str| {
        answer(server.request(Method::GET, path).header(header::HOST, host)).await
    };
    for host in [
        "evil.example",
        "chat.example.evil.example",
        "chat.example@evil.example",
        "",
        "127.0.0.1.evil.example",
    ] {
        for path in ["/console", "/api/openapi.json", "/nothing", "/pkg/chathub.aaa.js"] {
            assert_eq!(ask(path, host).await.refusal(), (421, "misdirected".into()), "{host} {path}");
        }
        for path in ["/healthz", "/readyz"] {
            assert_eq!(ask(path, host).await.status, 200, "{host} {path}");
        }
    }
    for host in [
        "chat.example",
        "CHAT.example:443",
        "chat.example.",
        "127.0.0.1:3000",
        "[::1]:3000",
        "localhost",
        "chathub:3000",
    ] {
        assert_eq!(ask("/api/openapi.json", host).await.status, 200, "{host}");
    }
    // Two of them are nobody's.
    let twice =
        b"GET /console HTTP/1.1\r\nHost: chat.example\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(&server, twice).await, Some(421));
    // A server without an address of its own takes what it is called.
    let plain = Server::start().await;
    let any = plain.request(Method::GET, "/api/openapi.json").header(header::HOST, "any.example");
    assert_eq!(answer(any).await.status, 200);
}

#[tokio::test]
async fn browsers_are_told_to_come_by_tls_only_where_there_is_tls() {
    for (url, told) in [("https://chat.example", true), ("http://chat.example", false)] {
        let server = published(url).await;
        let response = server.request(Method::GET, "/console").send().await.unwrap();
        let header = response.headers().get(header::STRICT_TRANSPORT_SECURITY);
        assert_eq!(header.is_some(), told, "{url}");
        let text = header.map_or("", |value| value.to_str().unwrap());
        assert!(!text.contains("preload") && !text.contains("includeSubDomains"), "{text}");
    }
}

#[tokio::test]
async fn only_the_whole_origin_is_our_own() {
    let server = Server::start().await;
    let host = server.base.strip_prefix("http://").unwrap();
    let signed_in = async |origins: &[String]| {
        let mut request = server.request(Method::POST, "/fn/sign_in");
        for origin in origins {
            request = request.header(header::ORIGIN, origin);
        }
        answer(request.form(&[("login", "acme"), ("password", PASSWORD)])).await
    };
    let own = format!("http://{host}");
    assert_ne!(signed_in(std::slice::from_ref(&own)).await.status, 403);
    for origins in [
        vec![format!("https://{host}")],
        vec![format!("ftp://{host}")],
        vec![own.clone(), "https://evil.example".to_owned()],
        vec![own.clone(), own.clone()],
        vec![format!("{own}, https://evil.example")],
    ] {
        let refused = signed_in(&origins).await;
        assert_eq!(
            (refused.status, refused.json()["code"].clone()),
            (403, json!("origin_not_allowed")),
            "{origins:?}"
        );
    }
}
