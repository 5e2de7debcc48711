//! How a list is gone through, page by page, while it moves.

use std::collections::HashMap;

use chathub_domain::{ChatId, ChatStatus, ClientId, OrganizationId};
use uuid::Uuid;

use super::search::{ALL, chat, of, says};
use super::{Place, Subject};
use crate::ports::{ChatFilter, ChatOrder, ChatPage, ChatStart, FoundPage, SearchText};
use crate::rules::{Answer, Command, Erase, SetStatus};

/// Pages after which there must have been an end.
const PAGES: usize = 50;

/// The chats that somebody meets who follows the cursors, page by page. `meanwhile` happens after every page, which it is told.
async fn walk(
    subject: &Subject,
    filter: &ChatFilter,
    order: ChatOrder,
    limit: usize,
    mut meanwhile: impl AsyncFnMut(&[ChatId]),
) -> Vec<ChatId> {
    let mut met = Vec::new();
    let mut start = ChatStart::Offset(order, 0);
    for _ in 0..PAGES {
        let page = subject.ports.search.find(filter, ChatPage { start, limit }).await.unwrap();
        let FoundPage { chats, total, next } = page;
        let whole = subject.ports.search.find(filter, ALL).await.unwrap();
        assert_eq!(total, whole.total, "a cursor does not change how many there are");
        assert!(chats.len() == limit || next.is_none(), "a page is full while there is another");
        let ids: Vec<_> = chats.iter().map(|found| found.chat.id).collect();
        assert!(chats.iter().all(|found| filter.organizations.contains(&found.organization.id)), "{chats:?}");
        met.extend(&ids);
        let Some(cursor) = next else { return met };
        assert_eq!(cursor.order(), order);
        start = ChatStart::After(cursor);
        meanwhile(&ids).await;
    }
    panic!("no end after {PAGES} pages: {met:?}");
}

fn times(met: &[ChatId]) -> HashMap<ChatId, usize> {
    let mut times = HashMap::new();
    for id in met {
        *times.entry(*id).or_default() += 1;
    }
    times
}

/// Chats in turns at the places, a second after each other; the number of each is its customer's.
async fn chats(subject: &Subject, places: &[&Place], count: u128) -> Vec<ChatId> {
    let mut chats = Vec::new();
    for number in 0..count {
        let place = places[usize::try_from(number).unwrap() % places.len()];
        let at = 1_000 * (1 + i64::try_from(number).unwrap());
        chats.push(chat(subject, at, says(place, number, number, "Hello parcel")).await);
    }
    chats
}

fn both(places: &[&Place]) -> ChatFilter {
    let organizations: Vec<OrganizationId> = places.iter().map(|place| place.organization).collect();
    ChatFilter { organizations, ..ChatFilter::default() }
}

pub async fn a_list_at_rest_is_met_once_and_in_order(subject: &Subject) {
    let (acme, other) = (subject.place("acme").await, subject.place("other").await);
    let places = [&acme, &other];
    let created = chats(subject, &places, 9).await;
    let updated: Vec<_> = created.iter().rev().copied().collect();
    for limit in [1, 2, 3, 4, 8, 9, 10] {
        for search in ["", "parcel", "lo"] {
            let filter = ChatFilter { search: SearchText::parse(search), ..both(&places) };
            for (order, expected) in [(ChatOrder::Created, &created), (ChatOrder::Updated, &updated)] {
                let met = walk(subject, &filter, order, limit, async |_| {}).await;
                assert_eq!(met, *expected, "{order:?}, {limit} on a page, {search}");
            }
        }
    }
    // From any page on.
    let start = ChatStart::Offset(ChatOrder::Updated, 4);
    let page = subject.ports.search.find(&both(&places), ChatPage { start, limit: 2 }).await.unwrap();
    let after = ChatPage { start: ChatStart::After(page.next.unwrap()), limit: 2 };
    let page = subject.ports.search.find(&both(&places), after).await.unwrap();
    assert_eq!(page.chats.iter().map(|found| found.chat.id).collect::<Vec<_>>(), updated[6..8]);
    assert!(walk(subject, &ChatFilter::default(), ChatOrder::Updated, 2, async |_| {}).await.is_empty());
}

/// Whatever is said, closed, erased or begun meanwhile, and wherever the clock runs.
pub async fn in_the_order_of_creation_every_chat_is_met_once(subject: &Subject) {
    let (acme, other) = (subject.place("acme").await, subject.place("other").await);
    let places = [&acme, &other];
    let created = chats(subject, &places, 12).await;
    let mut turn = 0;
    let met = walk(subject, &both(&places), ChatOrder::Created, 2, async |page| {
        turn += 1;
        let at = if turn % 2 == 0 { 10 } else { 90_000 };
        for number in (0..12).filter(|number| turn == 1 || ![2, 3].contains(number)) {
            let place = places[usize::try_from(number).unwrap() % 2];
            subject.run(at, vec![says(place, number, 1_000 * turn + number, "Again")]).await;
        }
        if turn == 2 {
            // What the cursor stands behind.
            assert_eq!(page, &created[2..4]);
            subject.run(at, vec![erase(&acme, created[2]), erase(&other, created[3])]).await;
        }
        if turn == 3 {
            chat(subject, 95_000, says(&acme, 100, 100, "New")).await;
        }
    })
    .await;
    assert_eq!(met[..12], created);
    assert_eq!(met.len(), 13, "and the new one at the end");
}

/// The oldest moves up each time, past whoever goes down the list: without a second look it would be met by nobody.
pub async fn in_the_order_of_updates_no_chat_is_missed(subject: &Subject) {
    let (acme, other) = (subject.place("acme").await, subject.place("other").await);
    let places = [&acme, &other];
    let created = chats(subject, &places, 12).await;
    // The clock may run on, stand still or run back.
    for (round, at) in [(1, 90_000), (2, 12_000), (3, 10)] {
        for filter in [both(&places), ChatFilter { search: SearchText::parse("parcel"), ..both(&places) }] {
            let mut number = 0;
            let met = walk(subject, &filter, ChatOrder::Updated, 2, async |_| {
                let place = places[usize::try_from(number % 2).unwrap()];
                let message = 10_000 * round + 1_000 * u128::from(filter.search.is_some()) + number;
                subject.run(at, vec![says(place, number, message, "Again")]).await;
                number += 1;
            })
            .await;
            let times = times(&met);
            let most = if at == 90_000 { 2 } else { PAGES };
            assert!(created.iter().all(|id| times.get(id).is_some_and(|times| *times <= most)), "{met:?}");
        }
    }
}

pub async fn a_walk_ends_while_all_chats_keep_moving(subject: &Subject) {
    let (acme, other) = (subject.place("acme").await, subject.place("other").await);
    let places = [&acme, &other];
    let created = chats(subject, &places, 6).await;
    let mut message = 1_000;
    let met = walk(subject, &both(&places), ChatOrder::Updated, 1, async |_| {
        for number in 0..6 {
            message += 1;
            let place = places[usize::try_from(number).unwrap() % 2];
            subject.run(90_000, vec![says(place, number, message, "Again")]).await;
        }
        message += 1;
        chat(subject, 90_000, says(&acme, message, message, "New")).await;
    })
    .await;
    let times = times(&met);
    assert!(created.iter().all(|id| (1..=2).contains(&times[id])), "{met:?}");
}

/// A filter holds on every page, also where the chats come from that have moved.
pub async fn a_walk_keeps_to_its_filter(subject: &Subject) {
    let (acme, other) = (subject.place("acme").await, subject.place("other").await);
    let created = chats(subject, &[&acme, &other], 12).await;
    let mine: Vec<_> = created.iter().step_by(2).copied().collect();
    let close = |id: &ChatId| {
        let status = ChatStatus::Closed;
        SetStatus { by: acme.member().into(), chat_id: *id, status }.into()
    };
    subject.run(20_000, mine[..2].iter().map(close).collect()).await;
    let filter = ChatFilter { status: Some(ChatStatus::New), ..of(acme.organization) };
    let mut number = 0;
    let met = walk(subject, &filter, ChatOrder::Updated, 1, async |_| {
        for place in [&acme, &other] {
            let by = place.member();
            let chat_id = created[usize::try_from(number).unwrap() % 12];
            let client_id = ClientId(Uuid::from_u128(5_000 + number));
            subject
                .run(90_000, vec![Answer { by, chat_id, client_id, body: "Answered".into() }.into()])
                .await;
            number += 1;
        }
    })
    .await;
    assert!(met.iter().all(|id| mine[2..].contains(id)), "{met:?}");
}

fn erase(place: &Place, chat_id: ChatId) -> Command {
    Erase { by: place.member().into(), chat_id }.into()
}
