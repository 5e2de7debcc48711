//! Our decoders against serde's: on every frame of the wire's own golden file, on those with anything changed in them, and
//! on frames of anything.

mod frames;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;
use crate::wire::ServerFrame;
use crate::{Author, Event, OperatorId, OperatorRef, Timestamp};

const GOLDEN: &str = include_str!("../wire/snapshots/chathub_domain__wire__tests__server_frames.snap");

fn frame(text: &str) -> Option<ServerFrame> {
    read(text)
}

fn golden() -> Vec<&'static str> {
    let frames: Vec<&str> = GOLDEN.lines().filter(|line| line.starts_with('{')).collect();
    assert!(frames.len() >= 18, "the golden file has moved");
    frames
}

#[test]
fn every_frame_of_the_wire_is_read_as_it_was_written() {
    for text in golden() {
        let derived: ServerFrame = serde_json::from_str(text).unwrap();
        assert_ne!(derived, ServerFrame::Unknown, "{text}");
        assert_eq!(frame(text), Some(derived), "{text}");
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
        "notice",
        "heartbeat",
        "bye",
    ];
    for kind in kinds {
        let start = format!("{{\"type\":\"{kind}\"");
        assert!(golden().iter().any(|text| text.starts_with(&start)), "{kind}");
    }
}

#[test]
fn what_is_new_is_passed_over() {
    assert_eq!(frame(r#"{"type":"confetti","colour":3}"#), Some(ServerFrame::Unknown));
    for text in golden() {
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

/// Nothing of these stands in the decoder: a declaration is all that a kind needs.
#[test]
fn whatever_is_declared_is_read_as_serde_reads_it() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Decode)]
    #[serde(tag = "is", rename_all = "snake_case")]
    enum Trial {
        NothingMore,
        #[serde(rename = "fields")]
        Named {
            #[serde(rename = "type")]
            kind: Kind,
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            list: Vec<u32>,
            perhaps: Option<bool>,
            #[serde(flatten)]
            operator: OperatorRef,
        },
        Whole(OperatorRef),
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Decode)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        OfTwoWords,
        #[serde(other)]
        Another,
    }

    let operator = || OperatorRef { id: OperatorId(7), name: "Anna".into() };
    let named = |kind, list: &[u32], perhaps| Trial::Named {
        kind,
        list: list.to_vec(),
        perhaps,
        operator: operator(),
    };
    for trial in [
        Trial::NothingMore,
        named(Kind::OfTwoWords, &[1, 2], Some(true)),
        named(Kind::Another, &[], None),
        Trial::Whole(operator()),
    ] {
        let text = serde_json::to_string(&trial).unwrap();
        assert_eq!(serde_json::from_str::<Trial>(&text).unwrap(), trial, "{text}");
        assert_eq!(read::<Trial>(&text), Some(trial), "{text}");
    }
    assert_eq!(read::<Trial>(r#"{"is":"unheard_of"}"#), None);
}

/// Every place in a value, as a pointer to it.
fn places(json: &Value, here: &str, places: &mut Vec<String>) {
    places.push(here.to_owned());
    match json {
        Value::Object(members) => {
            members.iter().for_each(|(name, json)| self::places(json, &format!("{here}/{name}"), places));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, json)| self::places(json, &format!("{here}/{at}"), places));
        }
        _ => {}
    }
}

/// One of the golden frames, and every place in it.
fn chosen(line: prop::sample::Index) -> (Value, Vec<String>) {
    let json = serde_json::from_str(line.get::<&str>(&golden())).unwrap();
    let mut all = Vec::new();
    places(&json, "", &mut all);
    (json, all)
}

fn some_json() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0..9_i64).prop_map(Value::from),
        Just(Value::from(1.5)),
        ".{0,3}".prop_map(Value::from),
        Just(Value::from("customer")),
        Just(serde_json::json!([])),
        Just(serde_json::json!({})),
        Just(serde_json::json!({ "kind": "operator", "id": 1, "name": "Boris" })),
    ]
}

/// What serde reads, we read as the same. Where it refuses, we may know better, but only where that is meant.
fn agree(text: &str) -> Result<(), TestCaseError> {
    match serde_json::from_str::<ServerFrame>(text) {
        Ok(derived) => prop_assert_eq!(frame(text), Some(derived), "{}", text),
        Err(_) => drop(frame(text)),
    }
    Ok(())
}

proptest! {
    #[test]
    fn frames_of_anything_are_read_as_they_were_written(written in frames::any_frame()) {
        let text = serde_json::to_string(&written).unwrap();
        prop_assert_eq!(&serde_json::from_str::<ServerFrame>(&text).unwrap(), &written);
        prop_assert_eq!(frame(&text), Some(written));
    }

    #[test]
    fn what_serde_reads_is_read_the_same(
        line in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), other in some_json()
    ) {
        let (mut json, all) = chosen(line);
        let place = place.get::<String>(&all);
        // serde takes a number for a kind's place among its kinds; nobody says it so.
        prop_assume!(!(other.is_number() && (place.ends_with("/kind") || place.ends_with("/type"))));
        *json.pointer_mut(place).unwrap() = other;
        agree(&json.to_string())?;
    }

    #[test]
    fn what_is_left_out_is_read_the_same(line in any::<prop::sample::Index>(), place in any::<prop::sample::Index>()) {
        let (mut json, all) = chosen(line);
        if let Some((whole, member)) = place.get::<String>(&all).rsplit_once('/')
            && let Some(Value::Object(members)) = json.pointer_mut(whole)
        {
            members.remove(member);
        }
        agree(&json.to_string())?;
    }
}
