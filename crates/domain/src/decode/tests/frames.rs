//! Frames of every kind, with anything in them.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use uuid::Uuid;

use crate::chat::{Chat, ChatStatus, Source};
use crate::event::{Event, Reader};
use crate::message::{Author, Body, LastMessage, Link, Message};
use crate::people::{OperatorRef, OperatorStatus, OrganizationRef};
use crate::wire::{Me, Missing, ServerFrame, Snapshot};
use crate::{ChatId, ClientId, Cursor, Epoch, ErrorCode, MessageId, OperatorId, OrganizationId, Timestamp};

fn text() -> impl Strategy<Value = String> {
    ".{0,8}"
}

fn chat_id() -> impl Strategy<Value = ChatId> {
    any::<i64>().prop_map(ChatId)
}

fn client_id() -> impl Strategy<Value = ClientId> {
    any::<u128>().prop_map(|number| ClientId(Uuid::from_u128(number)))
}

fn at() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp)
}

fn operator() -> impl Strategy<Value = OperatorRef> {
    (any::<i64>(), text()).prop_map(|(id, name)| OperatorRef { id: OperatorId(id), name })
}

fn cursor() -> impl Strategy<Value = Cursor> {
    (any::<u128>(), any::<u64>())
        .prop_map(|(epoch, seq)| Cursor { epoch: Epoch(Uuid::from_u128(epoch)), seq })
}

fn status() -> impl Strategy<Value = ChatStatus> {
    prop::sample::select(&ChatStatus::ALL[..])
}

fn source() -> impl Strategy<Value = Source> {
    (1..=8_i64).prop_map(|number| Source::from_number(number).unwrap())
}

fn operator_status() -> impl Strategy<Value = OperatorStatus> {
    (0..=2_i64).prop_map(|number| OperatorStatus::from_number(number).unwrap())
}

fn code() -> impl Strategy<Value = ErrorCode> {
    let codes = [ErrorCode::Malformed, ErrorCode::NotFound, ErrorCode::TooSlow, ErrorCode::Unknown];
    prop::sample::select(codes.to_vec())
}

fn missing() -> impl Strategy<Value = Missing> {
    prop::sample::select(vec![Missing::Chat, Missing::Operator, Missing::Other])
}

fn body() -> impl Strategy<Value = Body> {
    let link =
        (any::<u32>(), any::<u32>(), text()).prop_map(|(offset, length, url)| Link { offset, length, url });
    (text(), vec(link, 0..3)).prop_map(|(text, links)| Body { text, links })
}

fn message() -> impl Strategy<Value = Message> {
    let author = prop_oneof![Just(Author::Customer), operator().prop_map(Author::Operator)];
    (any::<i64>(), any::<u64>(), client_id(), author, body(), at()).prop_map(
        |(id, seq, client_id, author, body, at)| Message {
            id: MessageId(id),
            seq,
            client_id,
            author,
            body,
            at,
        },
    )
}

fn last_message() -> impl Strategy<Value = LastMessage> {
    (any::<u64>(), any::<bool>(), text(), at()).prop_map(|(seq, from_customer, text, at)| LastMessage {
        seq,
        from_customer,
        text,
        at,
    })
}

fn chat() -> impl Strategy<Value = Chat> {
    let people = (text(), any::<bool>(), of(operator()), any::<bool>());
    let state = (source(), status(), any::<u32>(), of(last_message()));
    let places = (at(), at(), any::<u64>(), any::<u64>());
    (chat_id(), people, state, places).prop_map(|(id, people, state, places)| {
        let (customer, looks_like_operator, operator, operator_inactive) = people;
        let (source, status, unread, last_message) = state;
        let (created_at, updated_at, read_by_customer, read_by_me) = places;
        Chat {
            id,
            customer,
            looks_like_operator,
            source,
            status,
            operator,
            operator_inactive,
            unread,
            last_message,
            created_at,
            updated_at,
            read_by_customer,
            read_by_me,
        }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let reader = prop_oneof![Just(Reader::Customer), operator().prop_map(Reader::Operator)];
    prop_oneof![
        (chat_id(), text(), source()).prop_map(|(chat_id, customer, source)| Event::ChatCreated {
            chat_id,
            customer,
            source
        }),
        (chat_id(), message()).prop_map(|(chat_id, message)| Event::Message { chat_id, message }),
        (chat_id(), status(), of(operator())).prop_map(|(chat_id, status, by)| Event::ChatStatus {
            chat_id,
            status,
            by
        }),
        (chat_id(), of(operator())).prop_map(|(chat_id, operator)| Event::Assigned { chat_id, operator }),
        (chat_id(), reader, any::<u64>()).prop_map(|(chat_id, reader, up_to)| Event::Read {
            chat_id,
            reader,
            up_to
        }),
        (chat_id(), text()).prop_map(|(chat_id, customer)| Event::Customer { chat_id, customer }),
        chat_id().prop_map(|chat_id| Event::ChatErased { chat_id }),
        (operator(), operator_status())
            .prop_map(|(operator, status)| Event::StaffChanged { operator, status }),
        Just(Event::Unknown),
    ]
}

pub fn any_frame() -> impl Strategy<Value = ServerFrame> {
    let me = (operator(), any::<i64>(), text()).prop_map(|(operator, id, name)| Me {
        operator,
        organization: OrganizationRef { id: OrganizationId(id), name },
    });
    let snapshot = (vec(chat(), 0..3), any::<bool>(), vec(operator(), 0..3), any::<u32>())
        .prop_map(|(chats, more, operators, unread)| Snapshot { chats, more, operators, unread });
    let spoken = prop_oneof![
        (me, cursor(), text(), at()).prop_map(|(me, cursor, build, expires_at)| {
            ServerFrame::Welcome { me, cursor, build, expires_at }
        }),
        (client_id(), chat_id(), any::<u64>()).prop_map(|(client_id, chat_id, seq)| ServerFrame::Ack {
            client_id,
            chat_id,
            seq
        }),
        (of(client_id()), of(chat_id()), code(), text(), of(missing())).prop_map(
            |(client_id, chat_id, code, detail, missing)| {
                ServerFrame::Reject { client_id, chat_id, code, detail, missing }
            }
        ),
        (chat_id(), of(operator())).prop_map(|(chat_id, operator)| ServerFrame::Typing { chat_id, operator }),
        (chat_id(), of(at()), any::<bool>()).prop_map(|(chat_id, until, address)| ServerFrame::Blocked {
            chat_id,
            until,
            address
        }),
        (any::<u32>(), any::<u32>()).prop_map(|(unread, chats)| ServerFrame::Badge { unread, chats }),
        (chat_id(), text(), text())
            .prop_map(|(chat_id, customer, preview)| { ServerFrame::Notice { chat_id, customer, preview } }),
        cursor().prop_map(|cursor| ServerFrame::Heartbeat { cursor }),
        (code(), text(), any::<bool>()).prop_map(|(code, detail, reconnect)| ServerFrame::Bye {
            code,
            detail,
            reconnect
        }),
    ];
    let pages = prop_oneof![
        (chat_id(), vec(message(), 0..3), any::<bool>())
            .prop_map(|(chat_id, messages, more)| ServerFrame::History { chat_id, messages, more }),
        (vec(chat(), 0..3), any::<bool>()).prop_map(|(chats, more)| ServerFrame::Chats { chats, more }),
        (vec(operator(), 0..3), any::<bool>())
            .prop_map(|(operators, more)| ServerFrame::Operators { operators, more }),
        (cursor(), snapshot).prop_map(|(cursor, snapshot)| ServerFrame::Reset { cursor, snapshot }),
    ];
    let events = (any::<u64>(), any::<u64>(), at(), event())
        .prop_map(|(seq, prev, at, event)| ServerFrame::Event { seq, prev, at, event });
    prop_oneof![spoken, pages, events]
}
