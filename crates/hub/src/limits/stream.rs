//! What goes over open streams: how many of them, how many frames, and how many pages.

use std::time::Duration;

use chathub_domain::{OperatorId, VisitorId};

use super::{Limiter, Pace, Policy};

/// Whose streams these are, through all their connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Operator(OperatorId),
    Visitor(VisitorId),
}

/// The limits of streams.
///
/// Whoever is too fast is listened to more slowly, and nothing is refused: frames wait unread in the socket. Pages (of
/// messages, chats, operators, and pictures of it all) have a limit of their own, since each may be as large as a frame
/// can be: it bounds the bytes that somebody can draw.
pub(crate) struct Streams {
    most: usize,
    operators: Traffic,
    visitors: Traffic,
}

struct Traffic {
    frames: Option<Limiter>,
    pages: Option<Limiter>,
}

/// A visitor has one chat and one window before them; an operator works in many.
const VISITORS_SHARE: u32 = 5;

/// Frames for each page: somebody who scrolls through years of messages asks for two or three pages a second.
const FRAMES_A_PAGE: u32 = 5;

/// Seconds of the long run: the whole of it may be used at once, by a panel that comes back with an hour's outbox.
const SECONDS: u32 = 10;

impl Streams {
    pub fn new(pace: Pace) -> Self {
        let most = match pace.streams {
            0 => usize::MAX,
            most => most as usize,
        };
        Self {
            most,
            operators: Traffic::new(pace.frames),
            visitors: Traffic::new(share(pace.frames, VISITORS_SHARE)),
        }
    }

    /// How many streams one of them may have open.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A frame from a client, and whether it asks for a page.
    ///
    /// # Errors
    /// How long it must wait before it is asked for again.
    pub fn frame(&self, who: Who, is_page: bool) -> Result<(), Duration> {
        let traffic = match who {
            Who::Operator(_) => &self.operators,
            Who::Visitor(_) => &self.visitors,
        };
        let limiter = if is_page { &traffic.pages } else { &traffic.frames };
        let checked = limiter.as_ref().map(|limiter| limiter.check(&who));
        checked.transpose().map(drop).map_err(|exceeded| exceeded.wait)
    }
}

impl Traffic {
    /// `frames` a second in the long run.
    fn new(frames: u32) -> Self {
        let window = Duration::from_secs(SECONDS.into());
        let limiter =
            |name, each: u32| Limiter::new(Policy { name, quota: each.saturating_mul(SECONDS), window });
        Self { frames: limiter("frames", frames), pages: limiter("pages", share(frames, FRAMES_A_PAGE)) }
    }
}

/// A part of a limit that is still a limit.
fn share(limit: u32, of: u32) -> u32 {
    limit.div_ceil(of)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ANNA: Who = Who::Operator(OperatorId(7));

    #[test]
    fn frames_and_pages_are_counted_apart_and_for_each() {
        let streams = Streams::new(Pace { frames: 5, ..Pace::default() });
        for _ in 0..50 {
            streams.frame(ANNA, false).unwrap();
        }
        assert!(streams.frame(ANNA, false).unwrap_err() <= Duration::from_millis(200));
        for _ in 0..10 {
            streams.frame(ANNA, true).unwrap();
        }
        assert!(streams.frame(ANNA, true).is_err());
        streams.frame(Who::Operator(OperatorId(8)), true).unwrap();
        let visitor = Who::Visitor(VisitorId(Uuid::nil()));
        for _ in 0..10 {
            streams.frame(visitor, false).unwrap();
        }
        assert!(streams.frame(visitor, false).is_err());
    }

    #[test]
    fn zero_is_no_limit() {
        let streams = Streams::new(Pace::FREE);
        for _ in 0..10_000 {
            streams.frame(ANNA, true).unwrap();
        }
        assert_eq!(streams.most(), usize::MAX);
    }
}
