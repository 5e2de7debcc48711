//! Fresh tokens. A page of ours fetches one with its session; anybody else's was told that one is needed, and
//! brings it.

use chathub_domain::Timestamp;
use js_sys::{Date, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::browser::{Timeout, window};
use super::driving::Driver;
use crate::panel::props::Door;
use crate::panel::state::{Input, State};

/// The pause before a token is fetched again, in milliseconds: after the second refusal, and at most.
const PAUSE_MS: i32 = 5_000;
const LONGEST_PAUSE_MS: i32 = 60_000;

impl Driver {
    /// `refused`: the former token does not open the connection any more.
    pub(super) fn ask_token(&self, refused: bool) {
        if self.door != Door::Console {
            return;
        }
        if !refused {
            self.fetch_token();
            return;
        }
        // The first time at once; a server that refuses what it has just given out is not to be asked in a loop.
        let refusals = self.refusals.get();
        self.refusals.set(refusals.saturating_add(1));
        let pause = if refusals == 0 { 0 } else { PAUSE_MS << (refusals - 1).min(4) }.min(LONGEST_PAUSE_MS);
        *self.token_timer.borrow_mut() = Some(Timeout::new(pause, self.callback(Self::fetch_token)));
    }

    fn fetch_token(&self) {
        let Some(operator) = self.operator() else { return };
        let me = self.me.clone();
        spawn_local(async move {
            let fetched = fetch(&["/api/chathub/token?operator=", &operator.to_string()].concat()).await;
            let Some(driver) = me.upgrade() else { return };
            match fetched {
                Some((token, expires_at)) => driver.apply(Input::Token { token, expires_at }),
                None if driver.state.read(State::needs_token).unwrap_or(false) => {
                    driver.ask_token(true);
                }
                // The one there is still works, and the state will ask again.
                None => {}
            }
        });
    }
}

async fn fetch(url: &str) -> Option<(String, Option<Timestamp>)> {
    let response: web_sys::Response =
        JsFuture::from(window().fetch_with_str(url)).await.ok()?.unchecked_into();
    if !response.ok() {
        return None;
    }
    let body = JsFuture::from(response.json().ok()?).await.ok()?;
    let member = |name: &str| Reflect::get(&body, &JsValue::from_str(name)).ok();
    let token = member("token")?.as_string()?;
    let end = member("expiresAt").map_or(f64::NAN, |at| Date::new(&at).get_time());
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are whole and small")]
    let expires_at = end.is_finite().then_some(Timestamp(end as i64));
    Some((token, expires_at))
}
