//! Chats over REST: one use case with the stream, under the same rights.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Server, answer, uuid, within};

async fn put_status(server: &Server, token: &str, body: Value) -> Answer {
    answer(server.request(Method::PUT, "/api/chat/status").bearer_auth(token).json(&body)).await
}

async fn delete(server: &Server, token: &str, chat: i64) -> Answer {
    let path = format!("/api/chat/chats/{chat}");
    answer(server.request(Method::DELETE, &path).bearer_auth(token)).await
}

fn messages_of(chat: i64) -> String {
    format!("/api/chat/chats/{chat}/messages")
}

/// A customer of Sales with a name and a number, who has said this; the chat as the panel learns of it.
async fn customer(server: &Server, panel: &mut Client, text: &str) -> (Client, i64) {
    let hello = json!({
        "type": "hello", "organization": server.people.sales,
        "customer": { "name": "Jānis Bērziņš", "phone": "+371 20 000 123" },
    });
    let mut customer = Client::welcomed(&server.base, hello).await;
    customer.say(None, text).await;
    let created = panel.event("chat_created").await;
    assert_eq!(created["event"]["customer"], "Jānis Bērziņš");
    panel.event("message").await;
    (customer, created["event"]["chat_id"].as_i64().unwrap())
}

#[tokio::test]
async fn the_list_says_what_published_clients_read() {
    let server = Server::start().await;
    let (company, anna) =
        (server.company_token("acme").await, server.operator_token(server.people.anna).await);
    let mut panel = server.panel(server.people.anna).await;
    let (_customer, chat) = customer(&server, &mut panel, "Where is my parcel?").await;
    panel.say(Some(chat), "On its way.").await;
    let list = server.get("/api/chat/chats", &company).await;
    insta::assert_json_snapshot!("chats", list.json(), {
        ".items[].createdAt" => "[time]", ".items[].updatedAt" => "[time]",
        ".items[].lastMessage.createdAt" => "[time]",
    });
    let as_text = server.request(Method::GET, "/api/chat/chats").header("accept", "text/plain");
    assert_eq!(answer(as_text.bearer_auth(&company)).await.json(), list.json());
    let messages = server.get(&messages_of(chat), &anna).await;
    insta::assert_json_snapshot!("messages", messages.json(), {
        "[].createdAt" => "[time]", "[].clientId" => "[uuid]",
    });
    assert_eq!(server.get(&messages_of(chat), &company).await.json(), messages.json());
}

#[tokio::test]
async fn what_rest_says_the_panel_and_the_customer_hear() {
    let server = Server::start().await;
    let anna = server.operator_token(server.people.anna).await;
    let company = server.company_token("acme").await;
    let mut panel = server.panel(server.people.boris).await;
    let (mut customer, chat) = customer(&server, &mut panel, "Hello").await;
    let body = json!({ "clientId": uuid(), "text": "Good day" });
    let stored = server.post(&messages_of(chat), &anna, body.clone()).await;
    assert_eq!(stored.status, 200, "{stored:?}");
    for client in [&mut panel, &mut customer] {
        let event = client.event("message").await;
        // The customer's own first message came before.
        let event =
            if event["event"]["message"]["text"] == "Hello" { client.event("message").await } else { event };
        assert_eq!(event["event"]["message"]["text"], "Good day");
        assert_eq!(event["event"]["message"]["client_id"], body["clientId"]);
    }
    // The same name is the same message, whatever else is said.
    let again = json!({ "clientId": body["clientId"], "text": "Something else" });
    assert_eq!(server.post(&messages_of(chat), &anna, again).await.json(), stored.json());
    // And what the panel says, REST reads.
    panel.say(Some(chat), "From the panel").await;
    customer.send(json!({ "type": "read", "seq": 2 })).await;
    panel.event("read").await;
    let read = server.get(&messages_of(chat), &company).await.json();
    let texts: Vec<_> = read.as_array().unwrap().iter().map(|m| (&m["text"], &m["status"])).collect();
    assert_eq!(
        texts,
        [
            (&json!("Hello"), &json!(1)),
            (&json!("Good day"), &json!(3)),
            (&json!("From the panel"), &json!(1))
        ]
    );

    assert_eq!(put_status(&server, &company, json!({ "id": chat, "status": 3 })).await.status, 200);
    let status = panel.find_status(3).await;
    assert!(status["event"]["by"].is_null(), "a company is no operator: {status}");
    assert_eq!(put_status(&server, &anna, json!({ "id": chat, "status": 4 })).await.status, 200);
    assert_eq!(panel.find_status(4).await["event"]["by"]["name"], "Anna");
    let closed = server.get("/api/chat/chats?status=4", &anna).await.json();
    assert_eq!((&closed["total"], &closed["items"][0]["id"]), (&json!(1), &json!(chat)));
}

#[tokio::test]
async fn chats_are_found_by_what_is_known_of_them() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let mut panel = server.panel(server.people.anna).await;
    let (_first, parcel) = customer(&server, &mut panel, "Where is my PARCEL?").await;
    let (_second, korean) = customer(&server, &mut panel, "주문 안녕").await;
    panel.say(Some(korean), "Hello").await;
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    let tomorrow = today.tomorrow().unwrap();
    let (sales, anna) = (server.people.sales, server.people.anna);
    for (query, expected) in [
        (String::new(), vec![korean, parcel]),
        ("sort=created".into(), vec![parcel, korean]),
        ("search=arce".into(), vec![parcel]),
        ("search=%EC%95%88%EB%85%95".into(), vec![korean]),
        ("search=b%C4%93rzi%C5%86%C5%A1&search=ignored".into(), vec![korean, parcel]),
        ("search=020000123".into(), vec![korean, parcel]),
        ("phone=%2B37120000123".into(), vec![korean, parcel]),
        ("phone=%2B371+(0)20.000/123".into(), vec![korean, parcel]),
        ("phone=%D9%A2%D9%A0%D9%A0%D9%A0%D9%A0".into(), vec![korean, parcel]),
        ("search=%2B371%C2%A020000123+ext.+7".into(), vec![korean, parcel]),
        ("search=%2B372+20000123".into(), vec![]),
        ("phone=999999".into(), vec![]),
        (format!("operatorId={anna}"), vec![korean]),
        ("operatorId=4711".into(), vec![]),
        (format!("organizationId={sales}"), vec![korean, parcel]),
        (format!("organizationId={}", server.people.support), vec![]),
        ("organizationId=4711".into(), vec![]),
        ("source=5&status=0".into(), vec![parcel]),
        ("source=2".into(), vec![]),
        ("tg_user_id=7".into(), vec![]),
        (format!("date={today}&date={today}"), vec![korean, parcel]),
        (format!("date={tomorrow}"), vec![]),
        ("date=2020-01-01T00:00:00Z&date=2020-01-02T00:00:00%2B02:00".into(), vec![]),
        ("per_page=1&page=2".into(), vec![parcel]),
        ("per_page=1000&nonsense=%FF".into(), vec![korean, parcel]),
        ("page=99".into(), vec![]),
    ] {
        let list = server.get(&format!("/api/chat/chats?{query}"), &company).await;
        let found: Vec<_> = list.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_i64().unwrap())
            .collect();
        assert_eq!(found, expected, "{query}: {list:?}");
    }
    let page = server.get("/api/chat/chats?per_page=1&page=2", &company).await.json();
    assert_eq!((&page["total"], &page["page"], &page["perPage"]), (&json!(2), &json!(2), &json!(1)));
}

#[tokio::test]
async fn every_wrong_parameter_is_named() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let path = "/api/chat/chats?page=0&per_page=x&source=9&status=-1&date=soon&date=2020-01-01&date=2020-01-02\
                &organizationId=1.5&operatorId=x&tg_user_id=x&phone=none&sort=name";
    let refused = server.get(path, &company).await;
    assert_eq!(refused.refusal(), (400, "invalid_field".into()));
    let errors = refused.json()["errors"].clone();
    let mut named: Vec<_> =
        errors.as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "?date",
            "?date",
            "?operatorId",
            "?organizationId",
            "?page",
            "?per_page",
            "?phone",
            "?sort",
            "?source",
            "?status",
            "?tg_user_id"
        ]
    );
    let refused = server.get(&format!("{}?before=x&limit=0", messages_of(1)), &company).await;
    assert_eq!(refused.json()["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn messages_are_read_from_either_end() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let mut panel = server.panel(server.people.anna).await;
    let (mut customer, chat) = customer(&server, &mut panel, "1").await;
    for number in 2..=5 {
        customer.say(None, &number.to_string()).await;
    }
    let page = async |query: &str| {
        let path = format!("{}{query}", messages_of(chat));
        let response = server.request(Method::GET, &path).bearer_auth(&company).send().await.unwrap();
        let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let messages = Answer::read(response).await.json();
        let texts: Vec<_> =
            messages.as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect();
        (texts.join(" "), link.unwrap_or_default())
    };
    let (texts, link) = page("?limit=2").await;
    assert_eq!(texts, "4 5");
    // Following the links walks the whole chat, back and forth.
    let mut seen = vec![texts];
    let mut link = link;
    while let Some(address) = link.split(", ").find(|link| link.ends_with("rel=\"prev\"")) {
        let query = address[address.find('?').unwrap()..address.find('>').unwrap()].to_owned();
        let (texts, further) = page(&query).await;
        seen.push(texts);
        link = further;
    }
    assert_eq!(seen, ["4 5", "2 3", "1"]);
    assert!(link.ends_with("rel=\"next\""), "{link}");
    assert_eq!(page("?after=0&limit=3").await.0, "1 2 3");
    assert_eq!(page("?limit=1000").await, ("1 2 3 4 5".into(), String::new()));
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let anna = server.operator_token(server.people.anna).await;
    let mut panel = server.panel(server.people.anna).await;
    let (mut customer, chat) = customer(&server, &mut panel, "Hello").await;
    let text = |text: &str| json!({ "clientId": uuid(), "text": text });
    let by_company = server.post(&messages_of(chat), &company, text("Hi")).await;
    assert_eq!(by_company.refusal(), (403, "wrong_token_kind".into()));
    assert!(by_company.json()["detail"].as_str().unwrap().contains("operator token"), "{by_company:?}");
    for (body, status, code) in [
        (text("  "), 422, "message_empty"),
        (text(&"x".repeat(8_001)), 422, "message_too_long"),
        (json!({ "text": "Hi" }), 400, "invalid_field"),
        (json!({ "clientId": "7", "text": "Hi" }), 400, "invalid_field"),
        (json!([]), 400, "invalid_field"),
    ] {
        let refused = server.post(&messages_of(chat), &anna, body).await;
        assert_eq!(refused.refusal(), (status, code.into()), "{refused:?}");
    }
    for chat in ["4711", "x", "-1", "99999999999999999999"] {
        let path = format!("/api/chat/chats/{chat}/messages");
        assert_eq!(server.post(&path, &anna, text("Hi")).await.refusal().0, 404, "{chat}");
        assert_eq!(server.get(&path, &company).await.refusal(), (404, "not_found".into()), "{chat}");
    }
    assert_eq!(put_status(&server, &company, json!({ "id": 4711, "status": 4 })).await.refusal().0, 404);
    let nonsense = put_status(&server, &company, json!({ "id": chat, "status": 5 })).await;
    assert_eq!(nonsense.json()["errors"][0]["pointer"], "/status");
    // A closed chat stays closed while its customer has another.
    put_status(&server, &anna, json!({ "id": chat, "status": 4 })).await;
    customer.say(None, "Another thing").await;
    let reopened = put_status(&server, &company, json!({ "id": chat, "status": 1 })).await;
    assert_eq!(reopened.refusal(), (409, "conflict".into()));
}

#[tokio::test]
async fn an_erased_chat_is_gone_from_everywhere() {
    const SECRET: &str = "unforgettable-Zanzibar-4711";

    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let mut panel = server.panel(server.people.anna).await;
    let (mut customer, chat) = customer(&server, &mut panel, SECRET).await;
    panel.say(Some(chat), &format!("Re: {SECRET}")).await;
    assert!(stands_in(&server, SECRET));
    assert_eq!(delete(&server, &company, chat).await.status, 200);
    assert_eq!(panel.event("chat_erased").await["event"]["chat_id"], chat);
    customer.event("erased").await;
    for word in [SECRET, "Zanzibar", "Bērziņš", "20 000 123"] {
        assert!(!stands_in(&server, word), "{word} is on the disk still");
    }
    assert_eq!(delete(&server, &company, chat).await.refusal(), (404, "not_found".into()));
    assert_eq!(server.get(&messages_of(chat), &company).await.refusal().0, 404);
    assert_eq!(server.get("/api/chat/chats?search=zanz", &company).await.json()["total"], 0);
    // Who comes back has nothing, goes on in the same counting, and may begin anew.
    let hello = json!({
        "type": "hello", "organization": server.people.sales, "visitor": customer.visitor_token(),
        "cursor": customer.cursor_at(3),
    });
    let mut back = Client::hello(&server.base, hello).await;
    let reset = back.expect("reset").await;
    assert_eq!((&reset["snapshot"]["messages"], &reset["cursor"]["seq"]), (&json!([]), &json!(4)));
    assert_eq!(back.say(None, "Hello again").await["seq"], 5);
    let next = panel.event("chat_created").await;
    assert!(next["event"]["chat_id"].as_i64().unwrap() > chat);
    // A panel that slept through it is told of the numbers alone.
    let token = server.operator_token(server.people.boris).await;
    let hello = json!({ "type": "hello", "token": token, "cursor": panel.cursor_at(0) });
    let mut late = Client::hello(&server.base, hello).await;
    late.expect("welcome").await;
    for seq in 1..=6 {
        let event = late.expect("event").await;
        assert_eq!((&event["seq"], &event["event"]["kind"]), (&json!(seq), &json!("chat_erased")));
    }
}

/// Whoever asked hangs up as soon as the chat is gone: what was said in it goes all the same.
#[tokio::test]
async fn an_erasure_ends_without_whoever_asked_for_it() {
    const SECRET: &str = "unforgettable-Zanzibar-4711";

    let server = Server::start().await;
    let company = server.company_token("acme").await;
    let mut panel = server.panel(server.people.anna).await;
    for _ in 0..4 {
        let (_customer, chat) = customer(&server, &mut panel, SECRET).await;
        for _ in 0..9 {
            panel.say(Some(chat), SECRET).await;
        }
        let path = format!("/api/chat/chats/{chat}");
        let request = server.request(Method::DELETE, &path).bearer_auth(&company);
        let asked = tokio::spawn(request.send());
        panel.event("chat_erased").await;
        asked.abort();
    }
    within("nothing is left", async {
        // Nobody is told when that is.
        while stands_in(&server, SECRET) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await;
}

/// Whether the database's files hold the text.
fn stands_in(server: &Server, text: &str) -> bool {
    let files = std::fs::read_dir(server.data()).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.is_file()).any(|path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// Customers call themselves what they want: who could be taken for somebody who answers is marked.
#[tokio::test]
async fn a_customer_who_is_called_like_an_operator_is_marked() {
    let server = Server::start().await;
    let mut panel = server.panel(server.people.anna).await;
    // The first letter of the first name is Cyrillic.
    for (name, alike) in [("\u{410}nna", true), ("Eva", false)] {
        let organization = server.people.sales;
        let hello = json!({ "type": "hello", "organization": organization, "customer": { "name": name } });
        Client::welcomed(&server.base, hello).await.say(None, "Hello").await;
        let chat = panel.event("chat_created").await["event"]["chat_id"].clone();
        panel.event("message").await;
        panel.send(json!({ "type": "chats" })).await;
        let page = panel.expect("chats").await;
        let found = page["chats"].as_array().unwrap().iter().find(|one| one["id"] == chat).unwrap();
        assert_eq!(found["looks_like_operator"] == true, alike, "{name}");
    }
}
