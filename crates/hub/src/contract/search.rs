//! How chats are found.

use chathub_domain::wire::Introduction;
use chathub_domain::{ChatId, ChatStatus, ClientId, Event, OrganizationId, Source, Timestamp};
use uuid::Uuid;

use super::{Place, Subject};
use crate::phone::PhoneSearch;
use crate::ports::{ChatFilter, ChatOrder, ChatPage, ChatStart, FoundPage, Portion, SearchText, Span};
use crate::rules::{Answer, Ask, Command, Erase, Read};

pub(super) const ALL: ChatPage = ChatPage { start: ChatStart::Offset(ChatOrder::Updated, 0), limit: 100 };

pub(super) fn asks(place: &Place, customer: u128, message: u128, text: &str) -> Ask {
    Ask {
        by: place.guest(customer),
        client_id: ClientId(Uuid::from_u128(message)),
        body: text.into(),
        source: Source::Website,
    }
}

pub(super) fn says(place: &Place, customer: u128, message: u128, text: &str) -> Command {
    asks(place, customer, message, text).into()
}

pub(super) fn introduced(mut ask: Ask, name: &str, phone: &str) -> Command {
    ask.by.introduction = Introduction { name: name.into(), phone: phone.into() };
    ask.into()
}

pub(super) async fn chat(subject: &Subject, at: i64, command: Command) -> ChatId {
    subject.run(at, vec![command]).await.0[0].as_ref().unwrap().chat_id.unwrap()
}

pub(super) fn of(organization: OrganizationId) -> ChatFilter {
    ChatFilter { organizations: vec![organization], ..ChatFilter::default() }
}

pub(super) async fn found(subject: &Subject, filter: ChatFilter) -> Vec<ChatId> {
    let FoundPage { chats, total, .. } = subject.ports.search.find(&filter, ALL).await.unwrap();
    assert_eq!(total, chats.len() as u64);
    chats.into_iter().map(|found| found.chat.id).collect()
}

pub async fn words_are_found_in_any_script_and_case(subject: &Subject) {
    let place = subject.place("acme").await;
    let texts = [
        "Where is my PARCEL?",
        "안녕",
        "저는 주문번호를",
        "Где мой ЗАКАЗ",
        "50% \"off\" * NEAR a-b",
        "x",
        "cafe\u{301} \u{130}ade Stra\u{df}e",
        "the end. Of",
        "\u{e000} \u{0}z\u{0}",
        "STRA\u{1e9e}E \u{39f}\u{394}\u{39f}\u{3a3} \u{fb01}lter \u{ff21}\u{ff22}\u{ff23} mo\u{ad}ra Jos\u{e9}@\u{dc}ber.at",
    ];
    let mut chats = Vec::new();
    for (number, text) in (1..).zip(texts) {
        chats.push(chat(subject, 1_000, says(&place, number, number, text)).await);
    }
    for (search, expected) in [
        ("parcel", vec![0]),
        ("ARCE", vec![0]),
        ("my where", vec![0]),
        ("parcel 안녕", vec![]),
        ("안녕", vec![1]),
        ("번호", vec![2]),
        ("호를", vec![2]),
        ("заказ", vec![3]),
        ("МОЙ", vec![3]),
        ("аз", vec![3]),
        ("0%", vec![4]),
        ("\"off\"", vec![4]),
        ("*", vec![4]),
        ("near", vec![4]),
        ("a-b", vec![4]),
        ("x", vec![5]),
        ("el?", vec![0]),
        ("' OR 1=1 --", vec![]),
        ("CAF\u{c9}", vec![6]),
        ("iade", vec![6]),
        ("i\u{307}ade", vec![6]),
        ("STRASSE", vec![6, 9]),
        ("stra\u{df}e", vec![6, 9]),
        ("\u{3bf}\u{3b4}\u{3bf}\u{3c2}", vec![9]),
        ("FILTER", vec![9]),
        ("abc", vec![9]),
        ("mora", vec![9]),
        ("JOSE\u{301}@u\u{308}BER", vec![9]),
        ("d.", vec![7]),
        ("do", vec![]),
        ("z", vec![8]),
        ("zzz", vec![]),
    ] {
        let search_for = SearchText::parse(search);
        let filter = ChatFilter { search: search_for, ..of(place.organization) };
        let expected: Vec<_> = expected.into_iter().rev().map(|index: usize| chats[index]).collect();
        assert_eq!(found(subject, filter).await, expected, "{search}");
    }
}

pub async fn names_and_phone_numbers_are_found(subject: &Subject) {
    let place = subject.place("acme").await;
    let first = introduced(asks(&place, 1, 1, "Hello"), "Jānis Bērziņš", "+371 20 000 123");
    let janis = chat(subject, 1_000, first).await;
    let maria = chat(subject, 2_000, introduced(asks(&place, 2, 2, "Hello"), "MARÍA", "")).await;
    let search = |text: &str| ChatFilter { search: SearchText::parse(text), ..of(place.organization) };
    assert_eq!(found(subject, search("bērz")).await, [janis]);
    assert_eq!(found(subject, search("maría")).await, [maria]);
    for text in ["20000123", "(371) 2000-0123", "0037120000123", "020000123"] {
        assert_eq!(found(subject, search(text)).await, [janis], "{text}");
        let phone = PhoneSearch::of(text);
        assert_eq!(found(subject, ChatFilter { phone, ..of(place.organization) }).await, [janis], "{text}");
    }
    let chats = subject.ports.search.find(&search("bērz"), ALL).await.unwrap().chats;
    assert_eq!((chats[0].phone.as_str(), chats[0].organization.name.as_str()), ("+371 20 000 123", "Sales"));

    // A new name is told, and is the one that is found.
    let (_, events) = subject.run(3_000, vec![introduced(asks(&place, 2, 3, "Again"), "Eva", "")]).await;
    assert_eq!(events[0].event, Event::Customer { chat_id: maria, customer: "Eva".into() });
    assert_eq!(
        subject.ports.log.events(place.organization, events[0].seq - 1, Portion::rows(1)).await.unwrap(),
        events[..1]
    );
    assert_eq!(found(subject, search("eva")).await, [maria]);
    assert!(found(subject, search("maría")).await.is_empty());
}

pub async fn phone_numbers_are_found_however_they_are_written(subject: &Subject) {
    let (place, other) = (subject.place("acme").await, subject.place("other").await);
    let of_them = introduced(asks(&place, 1, 1, "Hello"), "Eva", "+49 (0)30 1234567");
    let theirs = chat(subject, 1_000, of_them).await;
    let said = chat(subject, 2_000, says(&place, 2, 2, "Call me: ٠٣٠/١٢٣٤٥٦٧, after five")).await;
    let whole =
        chat(subject, 3_000, says(&place, 3, 3, "It is +49 30 1234567 ext. 9\nor +371 20 000 123")).await;
    // The same number in another country, and somebody else's.
    let austrian = introduced(asks(&place, 4, 4, "+43 30 1234567"), "Max", "+43 30 1234567");
    let austrian = chat(subject, 4_000, austrian).await;
    chat(subject, 5_000, introduced(asks(&other, 5, 5, "030 1234567"), "Eva", "+49 30 1234567")).await;
    let search = |text: &str| ChatFilter { search: SearchText::parse(text), ..of(place.organization) };
    for text in [
        "+49 30 1234567",
        "+49 (0)30 1234567",
        "0049 30 1234567",
        "+49.30/1234567",
        "+49\u{a0}30\u{2011}1234567",
        "＋４９　３０　１２３４５６７",
        "+٤٩ ٣٠ ١٢٣٤٥٦٧",
        "tel:+49-30-1234567",
        "+49 30 1234567 x12",
        "+49 (0)30 12345",
    ] {
        assert_eq!(found(subject, search(text)).await, [whole, said, theirs], "{text}");
        let phone = PhoneSearch::of(text);
        assert_eq!(found(subject, ChatFilter { phone, ..of(place.organization) }).await, [theirs], "{text}");
    }
    for text in ["030 1234567", "(030) 12345", "301234567", "345-67"] {
        assert_eq!(found(subject, search(text)).await, [austrian, whole, said, theirs], "{text}");
    }
    // Where no country is said, it may be any.
    assert_eq!(found(subject, search("+43 30 1234567")).await, [austrian, said]);
    assert_eq!(found(subject, search("0371/20.000-123")).await, [whole]);
    // While it is typed: from three digits on among the customers', from five on in messages.
    assert_eq!(found(subject, search("+49 (0)3")).await, [theirs]);
    assert!(found(subject, search("+49")).await.iter().all(|id| *id == whole), "as a word");
    // What is erased is found no more.
    subject.run(9_000, vec![Erase { by: place.member().into(), chat_id: whole }.into()]).await;
    while subject.ports.erase.erase_some().await.unwrap() {}
    assert_eq!(found(subject, search("+49 30 1234567")).await, [said, theirs]);
}

pub async fn filters_narrow_and_pages_follow(subject: &Subject) {
    let place = subject.place("acme").await;
    let mut chats = Vec::new();
    for number in 1..=5 {
        let at = i64::try_from(number / 2).unwrap() * 1_000;
        chats.push(chat(subject, at, says(&place, number, number, "Hello")).await);
    }
    let client_id = ClientId(Uuid::from_u128(50));
    let answer = Answer { by: place.member(), chat_id: chats[1], client_id, body: "Good day".into() }.into();
    subject.run(9_000, vec![answer]).await;
    let base = || of(place.organization);
    let open = ChatFilter { status: Some(ChatStatus::Open), ..base() };
    assert_eq!(found(subject, open).await, [chats[1]]);
    assert_eq!(found(subject, ChatFilter { operator: Some(place.operator.id), ..base() }).await, [chats[1]]);
    let (from, until) = (Some(Timestamp(1_000)), Some(Timestamp(2_000)));
    assert_eq!(found(subject, ChatFilter { from, until, ..base() }).await, [chats[1], chats[2]]);
    assert!(found(subject, ChatFilter { source: Some(Source::TelegramBot), ..base() }).await.is_empty());
    assert!(found(subject, ChatFilter { telegram_user: Some(7), ..base() }).await.is_empty());
    assert!(found(subject, ChatFilter::default()).await.is_empty(), "no tenant, no chats");

    let expected = [(ChatOrder::Updated, [1, 4, 3, 2, 0]), (ChatOrder::Created, [0, 1, 2, 3, 4])];
    for (order, expected) in expected {
        let mut seen = Vec::new();
        for offset in [0, 2, 4, 6] {
            let page = ChatPage { start: ChatStart::Offset(order, offset), limit: 2 };
            let FoundPage { chats: found, total, .. } =
                subject.ports.search.find(&base(), page).await.unwrap();
            assert_eq!(total, 5);
            seen.extend(found.into_iter().map(|found| found.chat.id));
        }
        assert_eq!(seen, expected.map(|index| chats[index]), "{order:?}");
    }

    // An operator's count follows their own reading, the company's that of whoever read furthest.
    subject.run(9_500, vec![Read { by: place.member(), chat_id: chats[0], seq: u64::MAX }.into()]).await;
    let unread = async |reader| {
        let found = subject.ports.search.find(&ChatFilter { reader, ..base() }, ALL).await.unwrap();
        found.chats.into_iter().map(|found| (found.chat.id, found.chat.unread)).collect::<Vec<_>>()
    };
    assert!(unread(Some(place.operator.id)).await.contains(&(chats[0], 0)));
    assert!(unread(Some(chathub_domain::OperatorId(999))).await.contains(&(chats[0], 1)));
    assert!(unread(None).await.contains(&(chats[0], 0)));
    assert!(unread(None).await.contains(&(chats[2], 1)));
}

pub async fn what_others_have_is_not_found(subject: &Subject) {
    let place = subject.place("acme").await;
    let other = subject.place("other").await;
    let mine = chat(subject, 1_000, says(&place, 1, 1, "Hello parcel")).await;
    chat(subject, 1_000, introduced(asks(&other, 2, 2, "Hello parcel"), "parcel", "123456")).await;
    for text in ["parcel", "pa", "p", "123456"] {
        let filter = ChatFilter { search: SearchText::parse(text), ..of(place.organization) };
        assert!(found(subject, filter).await.iter().all(|id| *id == mine), "{text}");
    }
    assert!(subject.ports.chats.chat(&[other.organization], mine).await.unwrap().is_none());
    assert!(subject.ports.chats.chat(&[], mine).await.unwrap().is_none());
    let both = [other.organization, place.organization];
    assert_eq!(
        subject.ports.chats.chat(&both, mine).await.unwrap().unwrap().organization_id,
        place.organization
    );
}

/// A company looks through all of its organizations at once, each of them in its own index.
pub async fn several_organizations_are_one_list(subject: &Subject) {
    let places = [subject.place("acme").await, subject.place("other").await];
    let mut chats = Vec::new();
    for number in 0..6 {
        let place = &places[number % 2];
        let (at, number) = (1_000 + i64::try_from(number).unwrap(), number as u128);
        chats.push(chat(subject, at, says(place, number, number, "Hello parcel ok")).await);
    }
    let organizations: Vec<_> = places.iter().map(|place| place.organization).collect();
    for text in ["", "parcel", "ok", "hello pa"] {
        let filter = ChatFilter {
            organizations: organizations.clone(),
            search: SearchText::parse(text),
            ..ChatFilter::default()
        };
        let mut expected = chats.clone();
        let page = ChatPage { start: ChatStart::Offset(ChatOrder::Created, 1), limit: 3 };
        let FoundPage { chats: found_chats, total, .. } =
            subject.ports.search.find(&filter, page).await.unwrap();
        assert_eq!(total, 6, "{text}");
        assert_eq!(
            found_chats.iter().map(|found| found.chat.id).collect::<Vec<_>>(),
            expected[1..4],
            "{text}"
        );
        expected.reverse();
        assert_eq!(found(subject, filter).await, expected, "{text}");
    }
}

pub async fn a_span_is_measured_from_either_end(subject: &Subject) {
    let place = subject.place("acme").await;
    let mut chat_id = ChatId(0);
    for number in 1..=6 {
        chat_id = chat(subject, 1_000, says(&place, 1, number, &number.to_string())).await;
    }
    // The chat itself is the first event, so the message n has the seq n + 1.
    for (span, expected) in [
        (Span::Last, vec!["5", "6"]),
        (Span::Before(4), vec!["1", "2"]),
        (Span::After(0), vec!["1", "2"]),
        (Span::After(4), vec!["4", "5"]),
        (Span::After(u64::MAX), vec![]),
        (Span::Before(0), vec![]),
    ] {
        let page = subject.ports.chats.messages(place.organization, chat_id, span, Portion::rows(2)).await;
        let messages = page.unwrap().unwrap().messages;
        let texts: Vec<_> = messages.iter().map(|message| message.body.text.as_str()).collect();
        assert_eq!(texts, expected, "{span:?}");
    }
}
