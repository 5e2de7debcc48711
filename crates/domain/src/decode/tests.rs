//! The decoder by hand against the derived one, on every frame of the wire's own golden file.

use serde_json::Value;

use super::*;

const GOLDEN: &str = include_str!(
    "../../../../crates/domain/src/wire/snapshots/chathub_domain__wire__tests__server_frames.snap"
);

fn frames() -> Vec<&'static str> {
    let frames: Vec<&str> = GOLDEN.lines().filter(|line| line.starts_with('{')).collect();
    assert!(frames.len() >= 18, "the golden file has moved");
    frames
}

#[test]
fn every_frame_of_the_wire_is_read_as_it_was_written() {
    for text in frames() {
        let derived: ServerFrame = serde_json::from_str(text).unwrap();
        assert_ne!(derived, ServerFrame::Unknown, "{text}");
        // What only who watches the badge is told.
        let for_others = matches!(derived, ServerFrame::Notice { .. });
        assert_eq!(frame(text), Some(if for_others { ServerFrame::Unknown } else { derived }), "{text}");
    }
}

#[test]
fn every_kind_of_frame_is_in_the_golden_file() {
    let kinds = [
        "welcome",
        "event",
        "ack",
        "reject",
        "typing",
        "history",
        "chats",
        "operators",
        "blocked",
        "reset",
        "badge",
        "heartbeat",
        "bye",
    ];
    for kind in kinds {
        let start = format!("{{\"type\":\"{kind}\"");
        assert!(frames().iter().any(|text| text.starts_with(&start)), "{kind}");
    }
}

#[test]
fn what_is_new_is_passed_over() {
    assert_eq!(frame(r#"{"type":"confetti","colour":3}"#), Some(ServerFrame::Unknown));
    for text in frames() {
        let mut json: Value = serde_json::from_str(text).unwrap();
        json["added"] = Value::from("later");
        assert_eq!(frame(&json.to_string()), frame(text));
    }
    for event in [r#"{"kind":"noted","chat_id":3}"#, r#"{"kind":"read","chat_id":3,"reader":{"kind":"bot"}}"#]
    {
        let text = format!(r#"{{"type":"event","seq":12,"prev":11,"at":5,"event":{event}}}"#);
        let expected = ServerFrame::Event { seq: 12, prev: 11, at: Timestamp(5), event: Event::Unknown };
        assert_eq!(frame(&text), Some(expected));
    }
}

#[test]
fn a_message_of_an_author_of_a_newer_server_is_shown() {
    let from = |author: &str| {
        let message = format!(
            r#"{{"id":1,"seq":12,"client_id":"0191e3a4-7e5c-7a83-b0f6-3c1d2a9b8e47","author":{author},"text":"Hi","at":5}}"#
        );
        let event = format!(r#"{{"kind":"message","chat_id":3,"message":{message}}}"#);
        match frame(&format!(r#"{{"type":"event","seq":12,"prev":11,"at":5,"event":{event}}}"#)) {
            Some(ServerFrame::Event { event: Event::Message { message, .. }, .. }) => message.author,
            other => panic!("{other:?}"),
        }
    };
    let named = |id, name: &str| Author::Operator(OperatorRef { id: OperatorId(id), name: name.into() });
    assert_eq!(from(r#"{"kind":"bot","name":"Robo"}"#), named(0, "Robo"));
    assert_eq!(from(r#"{"kind":"bot","id":9,"name":"Robo"}"#), named(9, "Robo"));
    assert_eq!(from(r#"{"kind":"nobody"}"#), named(0, ""));
}

#[test]
fn what_is_broken_is_no_frame() {
    for text in
        ["", "null", "[]", "{}", r#"{"type":7}"#, r#"{"type":"ack"}"#, r#"{"type":"reset","cursor":{}}"#]
    {
        assert_eq!(frame(text), None, "{text}");
    }
}

#[test]
fn props_survive_the_journey() {
    let snapshot = frames().into_iter().find_map(|text| match frame(text) {
        Some(ServerFrame::Reset { cursor, snapshot }) => Some((cursor, snapshot)),
        _ => None,
    });
    let (cursor, snapshot) = snapshot.unwrap();
    for door in [Door::Console, Door::Embed] {
        let props = PanelProps {
            hub: "https://hub.example".into(),
            token: "eyJ".into(),
            me: Me {
                operator: OperatorRef { id: OperatorId(7), name: "Anna".into() },
                organization: OrganizationRef { id: OrganizationId(1), name: "Sales".into() },
            },
            expires_at: Timestamp(5),
            cursor,
            snapshot: snapshot.clone(),
            build: "1".into(),
            door,
            texts: serde_json::json!({ "language": "lv", "texts": ["Sarunas", { "other": "{0}" }] }).into(),
        };
        let text = serde_json::to_string(&props).unwrap();
        assert_eq!(PanelProps::read(&text), Some(props));
    }
    assert_eq!(PanelProps::read("{}"), None);
}
