//! A way between two nodes on which notices go astray, as far as the port lets them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

use super::dice::Dice;
use crate::ports::{Notice, Relay};

/// Milliseconds that a notice may be late by: long enough for others to overtake it.
const LATE: u64 = 300;

/// What becomes of the notices on their way.
#[derive(Clone, Copy, Debug)]
pub enum Luck {
    /// All arrive, in their order.
    Good,
    /// None does, but what must not be lost without a trace.
    Bad,
    /// They are lost, doubled or late, as the dice fall that begin with this number.
    Changing(u64),
}

/// One end of the way.
pub struct Lossy {
    luck: Luck,
    dice: Mutex<Dice>,
    there: UnboundedSender<Notice>,
    here: tokio::sync::Mutex<UnboundedReceiver<Notice>>,
}

impl Lossy {
    /// The ends of a way, which each of two nodes gets one of.
    #[must_use]
    pub fn pair(luck: Luck) -> [Arc<dyn Relay>; 2] {
        let (to_first, first) = unbounded_channel();
        let (to_second, second) = unbounded_channel();
        let end = |number, there, here| -> Arc<dyn Relay> {
            let seed = match luck {
                Luck::Changing(seed) => seed * 2 + number,
                Luck::Good | Luck::Bad => 0,
            };
            let here = tokio::sync::Mutex::new(here);
            Arc::new(Self { luck, dice: Mutex::new(Dice::new(seed)), there, here })
        };
        [end(0, to_second, first), end(1, to_first, second)]
    }

    /// When the copies of a notice arrive, in milliseconds.
    fn arrivals(&self) -> Vec<u64> {
        let mut dice = self.dice.lock().unwrap();
        match self.luck {
            Luck::Good => vec![0],
            Luck::Bad => Vec::new(),
            Luck::Changing(_) => (0..dice.below(3)).map(|_| dice.below(2) * dice.below(LATE)).collect(),
        }
    }

    fn send(&self, notice: &Notice, late: u64) {
        let (there, notice) = (self.there.clone(), notice.clone());
        // Who has gone hears nothing.
        if late == 0 {
            drop(there.send(notice));
        } else {
            tokio::spawn(async move {
                sleep(Duration::from_millis(late)).await;
                drop(there.send(notice));
            });
        }
    }
}

#[async_trait]
impl Relay for Lossy {
    fn tell(&self, notice: &Notice) {
        let arrivals = self.arrivals();
        if arrivals.is_empty() {
            match notice {
                Notice::Recheck | Notice::RecheckVisitors { .. } | Notice::Dismissed { .. } => {
                    self.send(&Notice::Recheck, LATE);
                }
                Notice::Reached { .. } | Notice::ForOperators { .. } | Notice::ForVisitor { .. } => {}
            }
        }
        for late in arrivals {
            self.send(notice, late);
        }
    }

    async fn hear(&self) -> Notice {
        // The other end may be gone, and says nothing any more then.
        match self.here.lock().await.recv().await {
            Some(notice) => notice,
            None => std::future::pending().await,
        }
    }
}
